//! `/conversations`: the lists that reps work from, and what they do with a conversation.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, LineList, WriteResult};
use crate::command::{Caller, Command, ConversationAction, ConversationCommand, MessageDraft};
use crate::model::Invalid;
use crate::model::desk::{DeskQuery, DeskView, Sort};
use crate::model::event::{Assignee, HandoffReason, Mark};
use crate::report::split_values;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// As many conversations are listed unless another number is asked for.
pub(in crate::web) const USUAL_LIMIT: usize = 50;
/// The most that are listed at once.
const MAX_LIMIT: usize = 200;

/// A message to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// Its words.
    #[schema(min_length = 1, pattern = r"\S")]
    text: String,
    /// Whether only reps see it.
    #[serde(default)]
    note: bool,
    /// The rep who writes; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// In whose name something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ByRep {
    /// The rep; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Whose a conversation becomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    /// `{"kind": "rep", "id": …}`, `team`, `customer_agent` or `nobody`.
    #[schema(value_type = Object)]
    to: Assignee,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// A handoff to a human.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHandoff {
    /// Why.
    #[schema(value_type = String)]
    reason: HandoffReason,
    /// To whom, if that is known.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    to: Option<Assignee>,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Tags to put on and to take off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagChange {
    /// Those to put on.
    #[serde(default)]
    add: Vec<String>,
    /// Those to take off.
    #[serde(default)]
    remove: Vec<String>,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// A mark to put on or to take off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkChange {
    /// `spam`, `test`, `deleted` or `truncated`.
    #[schema(value_type = String)]
    mark: Mark,
    /// Whether it is on.
    on: bool,
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
        .routes(routes!(list_conversations))
        .routes(routes!(write_message))
        .routes(routes!(assign_conversation))
        .routes(routes!(hand_off_conversation))
        .routes(routes!(resolve_conversation))
        .routes(routes!(reopen_conversation))
        .routes(routes!(tag_conversation))
        .routes(routes!(mark_conversation))
        .routes(routes!(edit_message))
        .routes(routes!(redact_message))
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
            "assignee" => query.assignees.extend(split_values(value)),
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

/// Lists conversations that are open or were closed in the last two weeks.
#[utoipa::path(get, path = "/conversations", tag = "conversations",
    params(("view" = Option<String>, Query, description = "open (default), mine, unassigned, waiting, agent, closed or spam"),
        ("sort" = Option<String>, Query, description = "latest (default) or waiting"),
        ("channel" = Option<String>, Query, description = "Only these, with commas between them"),
        ("inbox" = Option<String>, Query, description = "Only these, with commas between them"),
        ("assignee" = Option<String>, Query, description = "Only those of these, each as rep:ID or team:ID"),
        ("tag" = Option<String>, Query, description = "Only those with any of these tags"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 200, description = "At most so many; 50 by default"),
        ("cursor" = Option<String>, Query, description = "Those behind this one, as `next_cursor` said")),
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
    off(move || Ok(Json(app.list_conversations(&query)?))).await
}

/// Writes a message or a note.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", request_body = NewMessage,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled; `id` names the message", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "The caller is no rep, or the conversation went into another", body = Problem)))]
pub(super) async fn write_message(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(NewMessage { text, note, rep }): JsonBody<NewMessage>,
) -> Result<Json<WriteResult>, Problem> {
    let draft = MessageDraft { text, note };
    Ok(Json(app.write_message(caller, id, rep, draft).await?))
}

/// Gives the conversation to somebody.
#[utoipa::path(post, path = "/conversations/{id}/assign", tag = "conversations", request_body = Assignment,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, rep or team", body = Problem),
        (status = 409, description = "It is theirs already", body = Problem)))]
pub(super) async fn assign_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(Assignment { to, rep }): JsonBody<Assignment>,
) -> Result<Json<WriteResult>, Problem> {
    act(&app, caller, id, rep, ConversationAction::Assign(to)).await
}

/// Makes a human responsible.
#[utoipa::path(post, path = "/conversations/{id}/handoff", tag = "conversations", request_body = NewHandoff,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, rep or team", body = Problem),
        (status = 409, description = "It cannot be done now", body = Problem)))]
pub(super) async fn hand_off_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(NewHandoff { reason, to, rep }): JsonBody<NewHandoff>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        ConversationAction::HandOff { reason, to },
    )
    .await
}

/// Brings the conversation to its end.
#[utoipa::path(post, path = "/conversations/{id}/resolve", tag = "conversations", request_body = ByRep,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "It is resolved already", body = Problem)))]
pub(super) async fn resolve_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(ByRep { rep }): JsonBody<ByRep>,
) -> Result<Json<WriteResult>, Problem> {
    act(&app, caller, id, rep, ConversationAction::Resolve).await
}

/// Opens the conversation again.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "conversations", request_body = ByRep,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "It is open already", body = Problem)))]
pub(super) async fn reopen_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(ByRep { rep }): JsonBody<ByRep>,
) -> Result<Json<WriteResult>, Problem> {
    act(&app, caller, id, rep, ConversationAction::Reopen).await
}

/// Puts tags on the conversation, and takes others off.
#[utoipa::path(post, path = "/conversations/{id}/tags", tag = "conversations", request_body = TagChange,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "It cannot be done now", body = Problem)))]
pub(super) async fn tag_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(TagChange { add, remove, rep }): JsonBody<TagChange>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        ConversationAction::Tag { add, remove },
    )
    .await
}

/// Marks the conversation, which takes it out of reports, or takes the mark back.
#[utoipa::path(post, path = "/conversations/{id}/mark", tag = "conversations", request_body = MarkChange,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "It cannot be done now", body = Problem)))]
pub(super) async fn mark_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(MarkChange { mark, on, rep }): JsonBody<MarkChange>,
) -> Result<Json<WriteResult>, Problem> {
    act(&app, caller, id, rep, ConversationAction::Mark { mark, on }).await
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

async fn act(
    app: &Arc<App>,
    caller: Caller,
    conversation: String,
    rep: Option<String>,
    action: ConversationAction,
) -> Result<Json<WriteResult>, Problem> {
    let command = ConversationCommand {
        conversation,
        rep,
        action,
    };
    Ok(Json(
        app.write(caller, Command::Conversation(command)).await?,
    ))
}
