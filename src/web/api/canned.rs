//! `/canned-replies`: texts with placeholders, and macros, which also do something.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::{off, wait_for_own_write};
use crate::app::{App, FilledReply, WriteResult};
use crate::command::{Caller, CannedReplyCommand, CannedReplyDraft, Command};
use crate::model::canned::CannedReply;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All canned replies.
#[derive(serde::Serialize)]
pub(super) struct CannedReplyList {
    /// By title.
    items: Vec<CannedReply>,
}

/// A canned reply that is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppliedReply {
    /// Which.
    #[schema(value_type = IdText)]
    canned_reply: String,
    /// Other words than its own.
    #[schema(min_length = 1, pattern = r"\S")]
    #[serde(default)]
    text: Option<String>,
    /// The rep who writes; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_canned_replies, save_canned_reply))
        .routes(routes!(remove_canned_reply))
        .routes(routes!(fill_canned_reply))
        .routes(routes!(apply_canned_reply))
}

/// Lists the canned replies that all reps share.
#[utoipa::path(get, path = "/canned-replies", tag = "canned replies",
    responses((status = 200, description = "The canned replies, by title", body = Object)))]
pub(super) async fn list_canned_replies(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<CannedReplyList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let snapshot = app.snapshot();
    let all = snapshot.installation.canned.all().into_iter();
    Ok(Json(CannedReplyList {
        items: all.cloned().collect(),
    }))
}

/// Writes a canned reply, or changes one.
#[utoipa::path(post, path = "/canned-replies", tag = "canned replies", request_body = CannedReplyDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "There is nobody to assign to", body = Problem)))]
pub(super) async fn save_canned_reply(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<CannedReplyDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_canned_reply(caller, draft).await?))
}

/// Takes a canned reply off the list.
#[utoipa::path(post, path = "/canned-replies/{id}/remove", tag = "canned replies",
    params(("id" = String, Path, description = "The canned reply")),
    responses((status = 200, description = "It is journalled", body = WriteResult)))]
pub(super) async fn remove_canned_reply(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::CannedReply(CannedReplyCommand::Remove { id });
    Ok(Json(app.write(caller, command).await?))
}

/// The words of a canned reply for a conversation; nothing is sent.
#[utoipa::path(get, path = "/canned-replies/{id}/for/{conversation}", tag = "canned replies",
    params(("id" = String, Path, description = "The canned reply"), ("conversation" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The words, with what is missing marked", body = FilledReply)))]
pub(super) async fn fill_canned_reply(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, conversation)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<FilledReply>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(Json(app.filled_reply(&caller, &conversation, &id)?))).await
}

/// Sends a canned reply and does what goes with it (assign, tag, resolve, snooze), all or nothing.
#[utoipa::path(post, path = "/conversations/{id}/apply", tag = "conversations", request_body = AppliedReply,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled; `id` names the message", body = WriteResult),
        (status = 404, description = "No such conversation, canned reply, assignee or rep", body = Problem),
        (status = 409, description = "It cannot be done now", body = Problem)))]
pub(super) async fn apply_canned_reply(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(AppliedReply {
        canned_reply,
        text,
        rep,
    }): JsonBody<AppliedReply>,
) -> Result<Json<WriteResult>, Problem> {
    let applied = app.apply_canned_reply(caller, (id, rep), canned_reply, text);
    Ok(Json(applied.await?))
}
