//! `/conversations/{id}/draft`: what somebody has typed and not sent; `…/send` and `…/take-back`: a
//! reply that can still be taken back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::off;
use crate::app::{App, DraftView, Sent, Writing};
use crate::command::Caller;
use crate::model::Timestamp;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// What was typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedWords {
    /// The words; empty, and without files: nothing is kept any more.
    text: String,
    /// The ids of files that were sent up for it.
    #[schema(max_items = 20)]
    #[serde(default)]
    files: Vec<String>,
    /// Whether they are meant as a note.
    #[serde(default)]
    note: bool,
    /// On the channel `email`, to which others they go.
    #[schema(max_items = 50)]
    #[serde(default)]
    cc: Option<Vec<String>>,
}

/// What is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentWords {
    /// The words; they may be left out where files come along.
    #[serde(default)]
    text: String,
    /// The ids of files that were sent up for it.
    #[schema(max_items = 20)]
    #[serde(default)]
    files: Vec<String>,
    /// Whether it is a note, which is written at once.
    #[serde(default)]
    note: bool,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
    /// On the channel `email`, to which others it goes; left out: to all who got the contact's last mail.
    #[schema(max_items = 50)]
    #[serde(default)]
    cc: Option<Vec<String>>,
}

/// Nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakingBack {}

/// What becomes of something that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct SentView {
    /// Until when it can be taken back; null: it is in the conversation.
    #[schema(value_type = Option<String>, format = DateTime)]
    sends_at: Option<Timestamp>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_draft, save_draft))
        .routes(routes!(send_message))
        .routes(routes!(take_back))
}

/// What the caller has typed in a conversation and not sent.
#[utoipa::path(get, path = "/conversations/{id}/draft", tag = "conversations",
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The draft; with empty words where there is none", body = DraftView),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn get_draft(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<DraftView>, Problem> {
    off(move || Ok(Json(app.draft(&caller, &id)?))).await
}

/// Keeps what the caller has typed, for them alone; it is on disk when this answers.
#[utoipa::path(post, path = "/conversations/{id}/draft", tag = "conversations", request_body = TypedWords,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is kept", body = DraftView),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn save_draft(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(TypedWords {
        text,
        files,
        note,
        cc,
    }): JsonBody<TypedWords>,
) -> Result<Json<DraftView>, Problem> {
    off(move || {
        let writing = Writing {
            text,
            note,
            files,
            cc,
        };
        Ok(Json(app.save_draft(&caller, &id, writing)?))
    })
    .await
}

/// Sends a reply, which a user can take back for as long as their habits say.
#[utoipa::path(post, path = "/conversations/{id}/send", tag = "conversations", request_body = SentWords,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled, or is on disk until then", body = SentView),
        (status = 404, description = "No such conversation or rep", body = Problem)))]
pub(super) async fn send_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(SentWords {
        text,
        files,
        note,
        rep,
        cc,
    }): JsonBody<SentWords>,
) -> Result<Json<SentView>, Problem> {
    let writing = Writing {
        text,
        note,
        files,
        cc,
    };
    let sent = app.send(caller, id, rep, writing);
    Ok(Json(SentView {
        sends_at: match sent.await? {
            Sent::Written => None,
            Sent::At(at) => Some(at),
        },
    }))
}

/// Takes a reply back that is not in the conversation yet: it is a draft again.
#[utoipa::path(post, path = "/conversations/{id}/take-back", tag = "conversations", request_body = TakingBack,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The draft", body = DraftView),
        (status = 404, description = "No such conversation", body = Problem),
        (status = 409, description = "Nothing is on its way any more", body = Problem)))]
pub(super) async fn take_back(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(TakingBack {}): JsonBody<TakingBack>,
) -> Result<Json<DraftView>, Problem> {
    off(move || Ok(Json(app.take_back(&caller, &id)?))).await
}
