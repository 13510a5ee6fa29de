//! `/conversations`, `/tickets`, `/contacts`: single things.
//!
//! A single thing is answered in place, on the thread that has the request, because waking
//! another takes longer than reading it. Reports are not.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recent::RecentTo;
use super::tasks::accepted;
use super::{off, wait_for_own_write};
use crate::app::{App, ContactView, Delivery, Task};
use crate::command::Caller;
use crate::model::Timestamp;
use crate::web::Problem;

/// Which instant to explain.
#[derive(Debug, Deserialize)]
pub(super) struct AsOf {
    as_of: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_conversation))
        .routes(routes!(explain_conversation))
        .routes(routes!(explain_ticket))
        .routes(routes!(get_ticket))
        .routes(routes!(get_contact))
}

/// One conversation with its messages.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations",
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The conversation", body = Object),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn get_conversation(
    State(app): State<Arc<App>>,
    recent: RecentTo,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    recent.answer_of_conversation(&app, &id, |app, present| {
        Ok(app.conversation_at(present, &id)?)
    })
}

/// Why each number counts a conversation, or does not.
#[utoipa::path(get, path = "/conversations/{id}/explain", tag = "conversations",
    params(("id" = String, Path, description = "The conversation"),
        ("as_of" = Option<String>, Query, description = "Events later than this instant do not exist")),
    responses((status = 200, description = "Its episodes fact by fact, and what every report makes of them", body = Object),
        (status = 202, description = "A past as_of is being folded; see Location", body = Task),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn explain_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Parameters(query): Parameters<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    // Its events are read out of the store, which is ahead of the reports for a moment.
    app.wait_for_async(app.position()).await;
    let as_of = query.as_of.as_deref().filter(|text| !text.is_empty());
    let as_of = as_of.map(Timestamp::parse).transpose();
    let as_of = as_of
        .map_err(|error| Problem::from(crate::model::Invalid::new("as_of", error.to_string())))?;
    off(
        move || match app.ask_why_at(&app.present_to(&caller.sight), &id, as_of)? {
            Delivery::Result(explanation) => Ok(Json(explanation).into_response()),
            Delivery::Task(task) => Ok(accepted(&task)),
        },
    )
    .await
}

/// Why each number counts a ticket, or does not.
#[utoipa::path(get, path = "/tickets/{id}/explain", tag = "tickets",
    params(("id" = String, Path, description = "The ticket"),
        ("as_of" = Option<String>, Query, description = "Events later than this instant do not exist")),
    responses((status = 200, description = "What every report makes of it, on every clock, and from which events", body = Object),
        (status = 202, description = "A past as_of is being folded; see Location", body = Task),
        (status = 404, description = "No such ticket", body = Problem)))]
pub(super) async fn explain_ticket(
    State(app): State<Arc<App>>,
    caller: Extension<Caller>,
    Path(id): Path<String>,
    query: Parameters<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    explain_conversation(State(app), caller, Path(id), query, headers).await
}

/// One ticket as it is: a job in the stage that follows from what happened.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The ticket")),
    responses((status = 200, description = "The ticket; `ETag` names its version", body = Object),
        (status = 404, description = "No such ticket", body = Problem)))]
pub(super) async fn get_ticket(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let read = off(move || Ok(app.ticket_standing_at(&app.present_to(&caller.sight), &id)?));
    let standing = read.await?;
    let etag = [(header::ETAG, format!("\"{}\"", standing.version))];
    Ok((etag, Json(standing)).into_response())
}

/// The most conversations that are listed with a contact.
const MOST_OF_CONTACT: usize = 200;

/// One contact with their conversations, the latest first.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    responses((status = 200, description = "The contact, with at most 200 conversations", body = Object),
        (status = 404, description = "No such contact", body = Problem)))]
pub(super) async fn get_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ContactView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || {
        let present = app.present_to(&caller.sight);
        Ok(app.contact_view_at(&present, &id, MOST_OF_CONTACT)?)
    })
    .await
    .map(Json)
}
