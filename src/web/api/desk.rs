//! `/conversations/{id}/…`: what reps do with a conversation.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, ConversationAction, ConversationCommand};
use crate::model::event::{Assignee, HandoffReason, Mark};
use crate::model::{Invalid, Timestamp};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// In whose name something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ByRep {
    /// The rep; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    pub(super) rep: Option<String>,
}

/// Whose a conversation becomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    /// `{"kind": "rep", "id": …}`, `team`, `customer_agent` or `nobody`.
    #[serde(deserialize_with = "assignee")]
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
    reason: HandoffReason,
    /// To whom, if that is known.
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

/// The conversation that another goes into.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeTarget {
    /// Its id.
    #[schema(value_type = IdText)]
    into: String,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Where a conversation is split.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitPoint {
    /// The first message that goes.
    #[schema(value_type = IdText)]
    from_message: String,
    /// What the new conversation is called; left out: a fresh id.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    into: Option<String>,
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
    mark: Mark,
    /// Whether it is on.
    on: bool,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Until when something was seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenUntil {
    /// The instant of the last message that was seen; left out: everything was.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    until: Option<Timestamp>,
    /// The rep who has seen it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Until when a conversation is put off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnoozeUntil {
    /// An instant that is still to come; left out: until the contact writes.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    until: Option<Timestamp>,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(assign_conversation))
        .routes(routes!(hand_off_conversation))
        .routes(routes!(resolve_conversation))
        .routes(routes!(reopen_conversation))
        .routes(routes!(tag_conversation))
        .routes(routes!(mark_conversation))
        .routes(routes!(merge_conversation))
        .routes(routes!(unmerge_conversation))
        .routes(routes!(split_conversation))
        .routes(routes!(see_conversation))
        .routes(routes!(unsee_conversation))
        .routes(routes!(snooze_conversation))
        .routes(routes!(wake_conversation))
}

macro_rules! actions {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, $body:ty, |$input:ident| $action:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "conversations", request_body = $body,
            params(("id" = String, Path, description = "The conversation")),
            responses((status = 200, description = "It is journalled", body = WriteResult),
                (status = 404, description = "There is no such conversation, or nobody of that name", body = Problem),
                (status = 409, description = "It is so already, or cannot be done now", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path(id): Path<String>,
            JsonBody(mut $input): JsonBody<$body>,
        ) -> Result<Json<WriteResult>, Problem> {
            let rep = $input.rep.take();
            act(&app, caller, id, rep, $action).await
        }
    )*};
}

// One macro, because these routes differ in nothing but their action.
actions! {
    /// Gives the conversation to somebody.
    assign_conversation, "/conversations/{id}/assign", Assignment,
        |body| ConversationAction::Assign(body.to);
    /// Makes a human responsible.
    hand_off_conversation, "/conversations/{id}/handoff", NewHandoff,
        |body| ConversationAction::HandOff { reason: body.reason, to: body.to };
    /// Brings the conversation to its end.
    resolve_conversation, "/conversations/{id}/resolve", ByRep,
        |body| ConversationAction::Resolve;
    /// Opens the conversation again.
    reopen_conversation, "/conversations/{id}/reopen", ByRep,
        |body| ConversationAction::Reopen;
    /// Puts tags on the conversation, and takes others off.
    tag_conversation, "/conversations/{id}/tags", TagChange,
        |body| ConversationAction::Tag { add: body.add, remove: body.remove };
    /// Marks the conversation, which takes it out of reports, or takes the mark back.
    mark_conversation, "/conversations/{id}/mark", MarkChange,
        |body| ConversationAction::Mark { mark: body.mark, on: body.on };
    /// Puts the conversation into another one.
    merge_conversation, "/conversations/{id}/merge", MergeTarget,
        |body| ConversationAction::Merge { into: body.into };
    /// Notes that the caller has seen what the contact wrote; nothing happens where they had.
    see_conversation, "/conversations/{id}/read", SeenUntil,
        |body| ConversationAction::See { until: body.until };
    /// Has it be as if the caller had not looked.
    unsee_conversation, "/conversations/{id}/unread", ByRep,
        |body| ConversationAction::Unsee;
    /// Puts the conversation off until an instant or the contact's next word.
    snooze_conversation, "/conversations/{id}/snooze", SnoozeUntil,
        |body| ConversationAction::Snooze { until: body.until };
    /// Takes a conversation that is put off back to the lists.
    wake_conversation, "/conversations/{id}/wake", ByRep,
        |body| ConversationAction::Wake;
    /// Takes a merge back, as if it had not been.
    unmerge_conversation, "/conversations/{id}/unmerge", ByRep,
        |body| ConversationAction::Unmerge;
}

/// Takes what was written from a message on out into a conversation of its own.
#[utoipa::path(post, path = "/conversations/{id}/split", tag = "conversations", request_body = SplitPoint,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled; `id` names the new conversation", body = WriteResult),
        (status = 400, description = "The new id cannot be used", body = Problem),
        (status = 404, description = "No such conversation, message or rep", body = Problem),
        (status = 409, description = "The whole conversation would go", body = Problem)))]
pub(super) async fn split_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(SplitPoint {
        from_message,
        into,
        rep,
    }): JsonBody<SplitPoint>,
) -> Result<Json<WriteResult>, Problem> {
    if into.is_some() && !caller.sight.is_whole() {
        // It would tell which ids there are elsewhere.
        let reason = "it is given by Svar where not everything is seen; expected nothing";
        return Err(Invalid::new("into", reason).into());
    }
    let into = into.unwrap_or_else(App::fresh_conversation_id);
    let action = ConversationAction::Split {
        from_message,
        into: into.clone(),
    };
    let Json(written) = act(&app, caller, id, rep, action).await?;
    Ok(Json(WriteResult {
        id: Some(into),
        ..written
    }))
}

/// Reads whose something becomes, and says what is expected where it is none.
fn assignee<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Assignee, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Assignee::deserialize(&value).map_err(|_odd| {
        D::Error::custom(format!(
            "`{value}` is nobody to assign to; expected {{\"kind\": \"rep\", \"id\": …}}, or the kind \
             team, customer_agent or nobody"
        ))
    })
}

/// Has something done to a conversation.
pub(super) async fn act(
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
