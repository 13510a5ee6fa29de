//! What a rep does on a conversation's page: writes, assigns, resolves, tags.
//!
//! A failed send keeps what was typed.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::conversation::page;
use super::{Answer, field_of, make};
use crate::app::{App, Error};
use crate::command::{
    Caller, Command, ConversationAction, ConversationCommand, MessageDraft, Refusal,
};
use crate::model::event::{Assignee, Mark};
use crate::model::{Conversation, Invalid, RepId, TeamId};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::{Pairs, encode};

/// What the part of the page shows besides the conversation.
#[derive(Default)]
pub(super) struct Compose {
    pub(super) action: String,
    /// What was typed and could not be sent.
    pub(super) typed: String,
    pub(super) fault: String,
    pub(super) done: &'static str,
    pub(super) assignees: Vec<Choice>,
    pub(super) known_tags: Vec<String>,
}

/// A value to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_current: bool,
}

impl Compose {
    /// For a conversation; `pairs` are the page's parameters or what a form said.
    pub(super) fn new(
        desk: &Desk,
        conversation: &Conversation,
        pairs: &[(String, String)],
        fault: String,
    ) -> Self {
        let snapshot = desk.app.snapshot();
        let lines = snapshot.desk.lines();
        let tags: BTreeSet<String> = lines.flat_map(|line| line.tags.iter().cloned()).collect();
        let typed = field_of(pairs, "text").unwrap_or_default();
        Self {
            action: format!("/conversations/{}", encode(conversation.id.as_str())),
            typed: typed.to_owned(),
            fault,
            done: done(field_of(pairs, "done").unwrap_or_default()),
            assignees: assignees(desk, conversation),
            known_tags: tags.into_iter().collect(),
        }
    }
}

fn assignees(desk: &Desk, conversation: &Conversation) -> Vec<Choice> {
    let current = value_of(&conversation.assigned_to);
    let choice = |value: String, label: String| Choice {
        is_current: value == current,
        value,
        label,
    };
    let mut named: Vec<Choice> = Vec::new();
    let snapshot = desk.app.snapshot();
    for (id, name) in snapshot.directory.reps() {
        named.push(choice(format!("rep:{id}"), name.to_owned()));
    }
    for (id, name) in snapshot.directory.teams() {
        let label = fill("compose.team", &[("name", name)]);
        named.push(choice(format!("team:{id}"), label));
    }
    named.sort_by(|one, other| one.label.cmp(&other.label));
    let others = [
        choice("nobody".to_owned(), t("who.nobody").to_owned()),
        choice("customer_agent".to_owned(), t("who.agent").to_owned()),
    ];
    others.into_iter().chain(named).collect()
}

fn value_of(assignee: &Assignee) -> String {
    match assignee {
        Assignee::Rep { id } => format!("rep:{id}"),
        Assignee::Team { id } => format!("team:{id}"),
        Assignee::CustomerAgent { .. } => "customer_agent".to_owned(),
        Assignee::Nobody {} => "nobody".to_owned(),
    }
}

fn done(word: &str) -> &'static str {
    match word {
        "reply" => t("compose.done.reply"),
        "note" => t("compose.done.note"),
        "resolve" => t("compose.done.resolve"),
        "reopen" => t("compose.done.reopen"),
        "assign" => t("compose.done.assign"),
        "tag" => t("compose.done.tag"),
        "untag" => t("compose.done.untag"),
        "spam" => t("compose.done.spam"),
        "ham" => t("compose.done.ham"),
        _ => "",
    }
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_conversation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = match FormAction::read(&word, &form) {
        Ok(action) => action.run(&app, caller, &id).await,
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(()) => {
            let place = format!("/conversations/{}?done={word}#write", encode(&id));
            return Redirect::to(&place).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(app, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(app, move |desk| page(desk, &id, &form, fault)).await
}

/// What a form asks for.
enum FormAction {
    Write(MessageDraft),
    Act(ConversationAction),
}

impl FormAction {
    fn read(word: &str, form: &[(String, String)]) -> Result<Self, Invalid> {
        let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
        let action = match word {
            "reply" | "note" => {
                return Ok(Self::Write(MessageDraft {
                    text: text("text"),
                    note: word == "note",
                }));
            }
            "resolve" => ConversationAction::Resolve,
            "reopen" => ConversationAction::Reopen,
            "assign" => ConversationAction::Assign(assignee(&text("to"))?),
            "tag" => ConversationAction::Tag {
                add: vec![text("tag")],
                remove: Vec::new(),
            },
            "untag" => ConversationAction::Tag {
                add: Vec::new(),
                remove: vec![text("tag")],
            },
            "spam" | "ham" => ConversationAction::Mark {
                mark: Mark::Spam,
                on: word == "spam",
            },
            other => {
                let reason = format!("`{other}` is nothing this page does");
                return Err(Invalid::new("do", reason));
            }
        };
        Ok(Self::Act(action))
    }

    async fn run(self, app: &Arc<App>, caller: Caller, id: &str) -> Result<(), Error> {
        let conversation = id.to_owned();
        match self {
            Self::Write(draft) => {
                let written = app.write_message(caller, conversation, None, draft).await;
                written.map(|_written| ())
            }
            Self::Act(action) => {
                let command = ConversationCommand {
                    conversation,
                    rep: None,
                    action,
                };
                let written = app.write(caller, Command::Conversation(command)).await;
                written.map(|_written| ())
            }
        }
    }
}

fn assignee(text: &str) -> Result<Assignee, Invalid> {
    let fault = |reason: &'static str| Invalid::new("to", format!("`{text}`: {reason}"));
    match text.split_once(':') {
        Some(("rep", id)) => Ok(Assignee::Rep {
            id: RepId::parse(id).map_err(fault)?,
        }),
        Some(("team", id)) => Ok(Assignee::Team {
            id: TeamId::parse(id).map_err(fault)?,
        }),
        _ if text == "nobody" => Ok(Assignee::Nobody {}),
        _ if text == "customer_agent" => Ok(Assignee::CustomerAgent { id: None }),
        _ => Err(fault("expected rep:ID, team:ID, customer_agent or nobody")),
    }
}
