//! `POST /conversations`: a conversation begins.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::{ContactText, IdText};
use crate::app::{App, WriteResult};
use crate::command::{Beginner, Caller, ContactDraft, StartDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A conversation as it is to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConversation {
    /// Who begins it: `rep` (it is outbound), or `contact` (it is inbound, and the message is
    /// theirs).
    #[serde(default)]
    by: Beginner,
    /// With whom: `{"id": …}` of somebody who is there, else what is known of somebody new.
    #[schema(value_type = ContactText)]
    contact: ContactDraft,
    /// Where: `email`, `chat`, `form`, `phone`, ….
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    channel: String,
    /// In which inbox.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    inbox: Option<String>,
    /// What it is about.
    #[schema(max_length = 500)]
    #[serde(default)]
    subject: Option<String>,
    /// In which language.
    #[schema(max_length = 100)]
    #[serde(default)]
    language: Option<String>,
    /// The first message; its words may be left out where files come along.
    #[serde(default)]
    text: String,
    /// The ids of files that were sent up for it (`POST /files`).
    #[schema(max_items = 20)]
    #[serde(default)]
    files: Vec<String>,
    /// The rep who writes; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(start_conversation))
}

/// Begins a conversation: a rep writes to a contact, or a program takes in what a contact wrote.
///
/// The customer agent answers what a contact wrote where its rules say so.
#[utoipa::path(post, path = "/conversations", tag = "conversations", request_body = NewConversation,
    responses((status = 200, description = "It is journalled; `id` names the conversation", body = WriteResult),
        (status = 404, description = "No such contact or rep", body = Problem),
        (status = 409, description = "The contact is blocked or was merged, or the caller is no rep", body = Problem)))]
pub(super) async fn start_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(new): JsonBody<NewConversation>,
) -> Result<Json<WriteResult>, Problem> {
    let draft = StartDraft {
        contact: new.contact,
        channel: new.channel,
        inbox: new.inbox,
        subject: new.subject,
        language: new.language,
        files: app.sent_ahead(&caller, &new.files)?,
        text: new.text,
    };
    let written = app.start_conversation(caller, new.by, new.rep, draft);
    Ok(Json(written.await?))
}
