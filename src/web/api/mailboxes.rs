//! `/mailboxes`: mailboxes that are read by IMAP, and how far that is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, ConnectorDeed, MailboxDraft, MailboxView};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The mailboxes.
#[derive(Serialize, ToSchema)]
pub(super) struct MailboxList {
    /// By name.
    items: Vec<MailboxView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_mailboxes, save_mailbox))
        .routes(routes!(run_mailbox))
        .routes(routes!(pause_mailbox))
        .routes(routes!(resume_mailbox))
        .routes(routes!(remove_mailbox))
}

/// Lists the mailboxes that are read, and how far that is.
#[utoipa::path(get, path = "/mailboxes", tag = "mail",
    responses((status = 200, description = "The mailboxes, by name", body = MailboxList)))]
pub(super) async fn list_mailboxes(
    State(app): State<Arc<App>>,
) -> Result<Json<MailboxList>, Problem> {
    let items = off(move || Ok(app.mailboxes())).await?;
    Ok(Json(MailboxList { items }))
}

/// Adds a mailbox that is read from then on, or changes one.
///
/// Only read: no mail is marked, moved or removed in it. The password is kept in a file that only its
/// owner may read; it is never told, and is neither in the journal nor in exports and backups.
#[utoipa::path(post, path = "/mailboxes", tag = "mail", request_body = MailboxDraft,
    responses((status = 200, description = "It is kept", body = MailboxView),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 409, description = "There are too many", body = Problem)))]
pub(super) async fn save_mailbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<MailboxDraft>,
) -> Result<Json<MailboxView>, Problem> {
    off(move || Ok(Json(app.save_mailbox(&caller, &draft)?))).await
}

/// Has a mailbox read now, whatever went wrong before.
#[utoipa::path(post, path = "/mailboxes/{name}/run", tag = "mail",
    params(("name" = String, Path, description = "The mailbox")),
    responses((status = 200, description = "It is read as soon as it can be", body = MailboxView),
        (status = 404, description = "There is no such mailbox", body = Problem)))]
pub(super) async fn run_mailbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<MailboxView>, Problem> {
    done((app, caller), name, ConnectorDeed::Run).await
}

/// Has a mailbox rest.
#[utoipa::path(post, path = "/mailboxes/{name}/pause", tag = "mail",
    params(("name" = String, Path, description = "The mailbox")),
    responses((status = 200, description = "It is not read", body = MailboxView),
        (status = 404, description = "There is no such mailbox", body = Problem)))]
pub(super) async fn pause_mailbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<MailboxView>, Problem> {
    done((app, caller), name, ConnectorDeed::Pause).await
}

/// Has a mailbox read on from where it is.
#[utoipa::path(post, path = "/mailboxes/{name}/resume", tag = "mail",
    params(("name" = String, Path, description = "The mailbox")),
    responses((status = 200, description = "It goes on", body = MailboxView),
        (status = 404, description = "There is no such mailbox", body = Problem)))]
pub(super) async fn resume_mailbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<MailboxView>, Problem> {
    done((app, caller), name, ConnectorDeed::Resume).await
}

/// Takes a mailbox away with its password; what came in there stays.
#[utoipa::path(post, path = "/mailboxes/{name}/remove", tag = "mail",
    params(("name" = String, Path, description = "The mailbox")),
    responses((status = 200, description = "It is read no more", body = MailboxView),
        (status = 404, description = "There is no such mailbox", body = Problem)))]
pub(super) async fn remove_mailbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<MailboxView>, Problem> {
    done((app, caller), name, ConnectorDeed::Remove).await
}

async fn done(
    (app, caller): (Arc<App>, Caller),
    name: String,
    deed: ConnectorDeed,
) -> Result<Json<MailboxView>, Problem> {
    off(move || Ok(Json(app.do_mailbox(&caller, &name, deed)?))).await
}
