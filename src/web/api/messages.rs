//! `/conversations/{id}/messages`: what reps write, and the words that they change or take away.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::desk::{ByRep, act};
use crate::app::{App, WriteResult, Writing};
use crate::command::{Beginner, Caller, ConversationAction, Forward};
use crate::model::Invalid;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A message to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// Its words; they may be left out where files come along.
    #[serde(default)]
    text: String,
    /// The ids of files that were sent up for it.
    #[schema(max_items = 20)]
    #[serde(default)]
    files: Vec<String>,
    /// Who writes: `rep`, or `contact`, whose words a program takes in.
    #[serde(default)]
    by: Beginner,
    /// Whether only reps see it.
    #[serde(default)]
    note: bool,
    /// The rep who writes; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
    /// On the channel `email`, to which others it goes; left out: to all who got the contact's last mail.
    #[schema(max_items = 50)]
    #[serde(default)]
    cc: Option<Vec<String>>,
}

/// To whom a message is sent on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentOn {
    /// To which addresses.
    #[schema(min_items = 1, max_items = 50)]
    to: Vec<String>,
    /// What is said above it.
    #[serde(default)]
    text: String,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Other words of a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWords {
    /// The words.
    #[schema(min_length = 1, pattern = r"\S")]
    text: String,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(write_message))
        .routes(routes!(forward_message))
        .routes(routes!(edit_message))
        .routes(routes!(redact_message))
}

/// Writes a message or a note; or takes in what the contact wrote, which the customer agent
/// answers where its rules say so.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", request_body = NewMessage,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled; `id` names the message", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "The caller is no rep, or the conversation went into another", body = Problem)))]
pub(super) async fn write_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewMessage>,
) -> Result<Json<WriteResult>, Problem> {
    let NewMessage {
        text,
        files,
        by,
        note,
        rep,
        cc,
    } = new;
    if by == Beginner::Contact {
        if note || rep.is_some() || cc.is_some() {
            let field = match (note, &rep) {
                (true, _) => "note",
                (false, Some(_)) => "rep",
                _ => "cc",
            };
            let reason = "a contact writes no notes, in no rep's name and to nobody else; expected \
                          it to be left out";
            return Err(Invalid::new(field, reason).into());
        }
        return Ok(Json(app.take_in(caller, id, (text, files)).await?));
    }
    let writing = Writing {
        text,
        note,
        files,
        cc,
    };
    Ok(Json(app.write_message(caller, id, rep, writing).await?))
}

/// Sends a message on by mail, with the files that came with it; in the thread that is a note.
#[utoipa::path(post, path = "/conversations/{id}/messages/{message}/forward", tag = "conversations", request_body = SentOn,
    params(("id" = String, Path, description = "The conversation"), ("message" = String, Path, description = "The message")),
    responses((status = 200, description = "It is journalled, and goes out; `id` names the note", body = WriteResult),
        (status = 404, description = "No such conversation, message or rep", body = Problem),
        (status = 409, description = "The words are gone, it is a note, or no mail can go out", body = Problem)))]
pub(super) async fn forward_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, of)): Path<(String, String)>,
    JsonBody(SentOn { to, text, rep }): JsonBody<SentOn>,
) -> Result<Json<WriteResult>, Problem> {
    let message = App::fresh_id("m");
    let action = ConversationAction::Forward(Forward {
        of,
        message: message.clone(),
        to,
        text,
    });
    let Json(written) = act(&app, caller, id, rep, action).await?;
    Ok(Json(WriteResult {
        id: Some(message),
        ..written
    }))
}

/// Gives a message other words; numbers stay as they are.
#[utoipa::path(post, path = "/conversations/{id}/messages/{message}/edit", tag = "conversations", request_body = NewWords,
    params(("id" = String, Path, description = "The conversation"), ("message" = String, Path, description = "The message")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, message or rep", body = Problem),
        (status = 409, description = "The words are gone", body = Problem)))]
pub(super) async fn edit_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, message)): Path<(String, String)>,
    JsonBody(NewWords { text, rep }): JsonBody<NewWords>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        ConversationAction::Edit { message, text },
    )
    .await
}

/// Takes the words of a message away, everywhere and for good; numbers stay as they are.
#[utoipa::path(post, path = "/conversations/{id}/messages/{message}/redact", tag = "conversations", request_body = ByRep,
    params(("id" = String, Path, description = "The conversation"), ("message" = String, Path, description = "The message")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, message or rep", body = Problem),
        (status = 409, description = "The words are gone already", body = Problem)))]
pub(super) async fn redact_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, message)): Path<(String, String)>,
    JsonBody(ByRep { rep }): JsonBody<ByRep>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        ConversationAction::Redact { message },
    )
    .await
}
