//! `/conversations`: the lists that reps work from.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use chrono_tz::Tz;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, Error, LineList, UnreadView};
use crate::command::{Caller, Sight};
use crate::model::Invalid;
use crate::model::desk::{DeskFilter, DeskQuery, DeskView, LineStatus, Sort};
use crate::report::{Limit, Query, split_values};
use crate::web::Problem;

/// As many conversations are listed unless another number is asked for.
pub(super) const USUAL_LIMIT: usize = 50;
/// The most that are listed at once.
const MAX_LIMIT: usize = 200;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_conversations))
        .routes(routes!(count_unread))
}

/// Who asks for a list.
pub(in crate::web) struct Asking {
    /// The rep whose conversations are theirs.
    rep: Option<String>,
    /// To whom something may be new.
    reader: String,
    /// What of the desk they see.
    sight: Sight,
}

impl Asking {
    /// As which rep and reader a caller asks.
    pub(in crate::web) fn of(app: &App, caller: &Caller) -> Self {
        Self {
            rep: app.rep_of(caller),
            reader: app.reader_of(caller),
            sight: caller.sight.clone(),
        }
    }
}

/// Reads the list out of parameters, with what their words are found in.
pub(in crate::web) fn narrowed(
    app: &App,
    pairs: &[(String, String)],
    asking: Asking,
) -> Result<DeskQuery, Error> {
    let sight = asking.sight.clone();
    let mut query = query(pairs, asking)?;
    let sought = pairs.iter().find(|(name, _)| name == "q");
    let sought = sought.map(|(_, value)| value.trim());
    if let Some(words) = sought.filter(|words| !words.is_empty()) {
        query.filter.found = Some(app.find_on_desk(&sight, words)?);
    }
    Ok(query)
}

/// Reads what is listed out of parameters; those of other names are passed over.
fn query(pairs: &[(String, String)], asking: Asking) -> Result<DeskQuery, Invalid> {
    let (mut filter, mut window) = (DeskFilter::default(), Vec::new());
    let mut query = DeskQuery {
        rep: asking.rep,
        reader: asking.reader,
        limit: USUAL_LIMIT,
        ..DeskQuery::default()
    };
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "view" => query.view = DeskView::parse(value)?,
            "sort" => query.sort = Sort::parse(value)?,
            "channel" => filter.channels.extend(split_values(value)),
            "inbox" => filter.inboxes.extend(split_values(value)),
            "assignee" => filter.assignees.extend(assignees(value)?),
            "team" => filter.teams.extend(split_values(value)),
            "tag" => filter.tags.extend(split_values(value)),
            "tag.all" => filter.all_tags.extend(split_values(value)),
            "status" => filter.statuses.extend(statuses(value)?),
            "late" => filter.late = truth("late", value)?,
            "unread" => filter.unread = Some(truth("unread", value)?),
            "from" | "to" | "tz" => window.push((name.as_str(), value.as_str())),
            "cursor" => query.cursor = Some(value.clone()),
            "limit" => query.limit = limit(value)?,
            _ => {}
        }
    }
    let window = Query::parse(window, Tz::UTC)?;
    let instant = |limit: Limit| limit.instant(window.zone);
    filter.from = window.from.map(instant);
    filter.to = window.to.map(instant);
    Ok(DeskQuery { filter, ..query })
}

fn statuses(value: &str) -> Result<Vec<LineStatus>, Invalid> {
    let words = split_values(value);
    words.iter().map(|word| LineStatus::parse(word)).collect()
}

pub(super) fn truth(field: &str, value: &str) -> Result<bool, Invalid> {
    value
        .parse()
        .map_err(|_odd| Invalid::new(field, format!("`{value}` is neither true nor false")))
}

/// Reads how many are listed at most.
pub(super) fn limit(value: &str) -> Result<usize, Invalid> {
    let limit = value.parse().ok();
    let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| {
        let reason = format!("`{value}` is no number from 1 to {MAX_LIMIT}");
        Invalid::new("limit", reason)
    })
}

/// Reads reps and teams of a filter.
fn assignees(value: &str) -> Result<Vec<String>, Invalid> {
    let wanted = split_values(value);
    let is_odd = |one: &&String| !(one.starts_with("rep:") || one.starts_with("team:"));
    match wanted.iter().find(is_odd) {
        Some(odd) => {
            let reason = format!("`{odd}` is neither rep:ID nor team:ID");
            Err(Invalid::new("assignee", reason))
        }
        None => Ok(wanted),
    }
}

/// Lists conversations that are open or were closed in the last two weeks.
#[utoipa::path(get, path = "/conversations", tag = "conversations",
    params(("view" = Option<DeskView>, Query, description = "open (default), mine, unread, unassigned, waiting, snoozed, agent, closed or spam"),
        ("sort" = Option<Sort>, Query, description = "latest (default) or waiting"),
        ("channel" = Option<String>, Query, description = "Only these, with commas between them"),
        ("inbox" = Option<String>, Query, description = "Only these, with commas between them"),
        ("assignee" = Option<String>, Query, pattern = r"^((rep|team):[^,\\]{1,128}(,(rep|team):[^,\\]{1,128})*)?$", description = "Only those of these, each as rep:ID or team:ID"),
        ("team" = Option<String>, Query, description = "Only those of these teams and of their reps, with commas between them"),
        ("tag" = Option<String>, Query, description = "Only those with any of these tags"),
        ("tag.all" = Option<String>, Query, description = "Only those with all of these tags"),
        ("status" = Option<String>, Query, pattern = "^((open|resolved|ended)(,(open|resolved|ended))*)?$", description = "Only these: open, resolved, ended"),
        ("late" = Option<bool>, Query, description = "Only those that are past what an agreement promises, no ticket being opened from them"),
        ("unread" = Option<bool>, Query, description = "Only those with something new to whoever asks, or with nothing"),
        ("q" = Option<String>, Query, description = "Only those with these words: the contact's name, their company or its page, or what was written"),
        ("from" = Option<String>, Query, description = "Only those last written in at or after this day or instant"),
        ("to" = Option<String>, Query, description = "Only those last written in before this day or instant"),
        ("tz" = Option<String>, Query, description = "The zone of those days; UTC by default"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 200, description = "At most so many; 50 by default"),
        ("cursor" = Option<String>, Query, pattern = r"^(-?[0-9]{1,18}\..+)?$", description = "Those behind this one, as `next_cursor` said")),
    responses((status = 200, description = "The conversations, and how many each view has", body = Object),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_conversations(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<LineList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    // What is odd is refused before anything is looked for.
    drop(query(&pairs, Asking::of(&app, &caller))?);
    off(move || {
        let present = app.present_to(&caller.sight);
        let query = narrowed(&app, &pairs, Asking::of(&app, &caller))?;
        Ok(Json(app.list_conversations_at(&present, &query)?))
    })
    .await
}

/// What is unread of one's own conversations, of those of one's team and of nobody's, for notices.
#[utoipa::path(get, path = "/unread", tag = "conversations",
    responses((status = 200, description = "How many, and in which a contact wrote last", body = UnreadView)))]
pub(super) async fn count_unread(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<UnreadView>, Problem> {
    off(move || {
        let present = app.present_to(&caller.sight);
        Ok(Json(app.unread_at(&present, &caller)?))
    })
    .await
}
