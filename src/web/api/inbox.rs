//! `/conversations`: the lists that reps work from.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, LineList};
use crate::command::Caller;
use crate::model::Invalid;
use crate::model::desk::{DeskQuery, DeskView, Sort};
use crate::report::split_values;
use crate::web::Problem;

/// As many conversations are listed unless another number is asked for.
pub(in crate::web) const USUAL_LIMIT: usize = 50;
/// The most that are listed at once.
const MAX_LIMIT: usize = 200;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_conversations))
}

/// Reads what is listed out of parameters; those of other names are passed over.
pub(in crate::web) fn query(
    pairs: &[(String, String)],
    rep: Option<String>,
) -> Result<DeskQuery, Invalid> {
    let mut query = DeskQuery {
        rep,
        limit: USUAL_LIMIT,
        ..DeskQuery::default()
    };
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "view" => query.view = DeskView::parse(value)?,
            "sort" => query.sort = Sort::parse(value)?,
            "channel" => query.channels.extend(split_values(value)),
            "inbox" => query.inboxes.extend(split_values(value)),
            "assignee" => query.assignees.extend(assignees(value)?),
            "tag" => query.tags.extend(split_values(value)),
            "cursor" => query.cursor = Some(value.clone()),
            "limit" => {
                let limit = value.parse().ok();
                let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
                query.limit = limit.ok_or_else(|| {
                    let reason = format!("`{value}` is no number from 1 to {MAX_LIMIT}");
                    Invalid::new("limit", reason)
                })?;
            }
            _ => {}
        }
    }
    Ok(query)
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
    params(("view" = Option<DeskView>, Query, description = "open (default), mine, unassigned, waiting, agent, closed or spam"),
        ("sort" = Option<Sort>, Query, description = "latest (default) or waiting"),
        ("channel" = Option<String>, Query, description = "Only these, with commas between them"),
        ("inbox" = Option<String>, Query, description = "Only these, with commas between them"),
        ("assignee" = Option<String>, Query, pattern = r"^((rep|team):[^,\\]{1,128}(,(rep|team):[^,\\]{1,128})*)?$", description = "Only those of these, each as rep:ID or team:ID"),
        ("tag" = Option<String>, Query, description = "Only those with any of these tags"),
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
    let query = query(&pairs, app.rep_of(&caller))?;
    off(move || {
        let present = app.present_to(&caller.sight);
        Ok(Json(app.list_conversations_at(&present, &query)?))
    })
    .await
}
