//! `/tickets`: the lists of tickets and jobs that reps work from.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::inbox::{limit, truth};
use super::{Pairs, USUAL_LIMIT, off, wait_for_own_write};
use crate::app::{App, Error, Present, TicketList};
use crate::command::Caller;
use crate::model::Invalid;
use crate::model::desk::{TicketOrder, TicketQuery, TicketStatus, TicketView};
use crate::report::split_values;
use crate::web::Problem;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_tickets))
}

/// Reads the list out of parameters, with what their words are found in; those of other names
/// are passed over.
pub(in crate::web) fn wanted_tickets(
    app: &App,
    present: &Present,
    caller: &Caller,
    pairs: &[(String, String)],
) -> Result<TicketQuery, Error> {
    let mut query = read(pairs)?;
    query.rep = app.rep_of(caller);
    let of = |name: &'static str| {
        let values = pairs.iter().filter(move |(other, _)| other == name);
        values.map(|(_, value)| value.trim())
    };
    if let Some(words) = of("q").find(|words| !words.is_empty()) {
        query.filter.found = Some(app.find_on_desk(&caller.sight, words)?);
    }
    let companies: Vec<String> = of("company").flat_map(split_values).collect();
    if !companies.is_empty() {
        query.filter.staff = Some(present.staff_with_tickets(&companies));
    }
    Ok(query)
}

fn read(pairs: &[(String, String)]) -> Result<TicketQuery, Invalid> {
    let mut query = TicketQuery {
        limit: USUAL_LIMIT,
        ..TicketQuery::default()
    };
    let filter = &mut query.filter;
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "view" => query.view = TicketView::parse(value)?,
            "sort" => query.order = TicketOrder::parse(value)?,
            "pipeline" => filter.pipelines.extend(split_values(value)),
            "stage" => filter.stages.extend(split_values(value)),
            "status" => filter.statuses.extend(statuses(value)?),
            "owner" => filter.owners.extend(split_values(value)),
            "rep" => filter.reps.extend(split_values(value)),
            "team" => filter.teams.extend(split_values(value)),
            "priority" => filter.priorities.extend(split_values(value)),
            "service" => filter.services.extend(split_values(value)),
            "channel" => filter.channels.extend(split_values(value)),
            "inbox" => filter.inboxes.extend(split_values(value)),
            "contact" => filter.contacts.extend(split_values(value)),
            "at_risk" => filter.at_risk = Some(truth("at_risk", value)?),
            "cursor" => query.cursor = Some(value.clone()),
            "limit" => query.limit = limit(value)?,
            _ => {}
        }
    }
    Ok(query)
}

fn statuses(value: &str) -> Result<Vec<TicketStatus>, Invalid> {
    let words = split_values(value);
    words.iter().map(|word| TicketStatus::parse(word)).collect()
}

/// Lists tickets and jobs that are open or were closed in the last two weeks.
#[utoipa::path(get, path = "/tickets", tag = "tickets",
    params(("view" = Option<TicketView>, Query, description = "open (default), mine, unassigned, at_risk, closed or all"),
        ("sort" = Option<String>, Query, pattern = "^(latest|newest|oldest|due)?$", description = "latest (default: the last that anything happened to first), newest, oldest, or due: the least time left first"),
        ("pipeline" = Option<String>, Query, description = "Only those in these, with commas between them"),
        ("stage" = Option<String>, Query, description = "Only those in these stages, with commas between them"),
        ("status" = Option<String>, Query, pattern = "^((open|closed)(,(open|closed))*)?$", description = "Only these: open, closed"),
        ("owner" = Option<String>, Query, description = "Only those that these reps own, with commas between them"),
        ("rep" = Option<String>, Query, description = "Only those that were given to these reps, as owner or beside them"),
        ("team" = Option<String>, Query, description = "Only those of these teams or of an owner in them"),
        ("priority" = Option<String>, Query, description = "Only these, with commas between them"),
        ("service" = Option<String>, Query, description = "Only those for these, with commas between them"),
        ("channel" = Option<String>, Query, description = "Only these, with commas between them"),
        ("inbox" = Option<String>, Query, description = "Only these, with commas between them"),
        ("contact" = Option<String>, Query, description = "Only those for these contacts"),
        ("company" = Option<String>, Query, description = "Only those for contacts of these companies, each by its key: its page's host, else its name in small letters"),
        ("at_risk" = Option<bool>, Query, description = "Only those of which something has to be done by an instant, or only the others"),
        ("q" = Option<String>, Query, description = "Only those with these words: in subject, service or id, the contact's name, their company, or what was written"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 200, description = "At most so many; 50 by default"),
        ("cursor" = Option<String>, Query, pattern = r"^(-?[0-9]{1,18}\..+)?$", description = "Those behind this one, as `next_cursor` said")),
    responses((status = 200, description = "The tickets, and how many each view has", body = Object),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_tickets(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<TicketList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    // What is odd is refused before anything is looked for.
    drop(read(&pairs)?);
    off(move || {
        let present = app.present_to(&caller.sight);
        let query = wanted_tickets(&app, &present, &caller, &pairs)?;
        Ok(Json(app.list_tickets_at(&present, &query)?))
    })
    .await
}
