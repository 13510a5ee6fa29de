//! `/inboxes`: what mails of each inbox are like.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, InboxView, WriteResult};
use crate::command::{Caller, Command, InboxCommand, InboxDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The inboxes.
#[derive(Serialize, ToSchema)]
pub(super) struct InboxList {
    /// By id.
    items: Vec<InboxView>,
}

/// Nothing has to be said.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgetInbox {}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_inboxes, set_inbox))
        .routes(routes!(remove_inbox))
}

/// Lists the inboxes, and what mails of each are like.
#[utoipa::path(get, path = "/inboxes", tag = "mail",
    responses((status = 200, description = "The inboxes, by id", body = InboxList)))]
pub(super) async fn list_inboxes(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<InboxList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let items = app.inboxes();
    Ok(Json(InboxList { items }))
}

/// Says from whom mails of an inbox are, and what stands below their words.
///
/// What is left out is as on the whole desk. Mails that come in at its address begin conversations in it.
#[utoipa::path(post, path = "/inboxes", tag = "mail", request_body = InboxDraft,
    responses((status = 200, description = "It holds from now on", body = WriteResult),
        (status = 400, description = "A field cannot be used, or another inbox has the address", body = Problem)))]
pub(super) async fn set_inbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<InboxDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Inbox(InboxCommand::Set(draft));
    Ok(Json(app.write(caller, command).await?))
}

/// Has mails of an inbox be as those of no inbox again.
#[utoipa::path(post, path = "/inboxes/{inbox}/remove", tag = "mail", request_body = ForgetInbox,
    params(("inbox" = String, Path, description = "The inbox")),
    responses((status = 200, description = "They are", body = WriteResult),
        (status = 404, description = "Nothing was said of such an inbox", body = Problem)))]
pub(super) async fn remove_inbox(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(inbox): Path<String>,
    JsonBody(ForgetInbox {}): JsonBody<ForgetInbox>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Inbox(InboxCommand::Remove { inbox });
    Ok(Json(app.write(caller, command).await?))
}
