//! What is done to many conversations at once, each on its own, and what takes it back.
//!
//! The step back is worked out when the deed is decided, from the conversation as it is then: it
//! takes back what this deed changed, and nothing else. Where a deed would change nothing it is
//! not done.

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::attention::{contact_at, reader, snooze_of};
use super::deed::actor;
use super::refusal::Refusal;
use super::text::conversation_id;
use super::{Caller, ConversationAction, State, scope};
use crate::model::Timestamp;
use crate::model::attention::Look;
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{Assignee, Mark};

/// What can be done to many conversations at once, and taken back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkAction {
    /// Gives it to a rep, a team, the customer agent or nobody.
    Assign {
        /// To whom.
        #[serde(deserialize_with = "in_words")]
        to: Assignee,
    },
    /// Brings it to its end.
    Resolve {},
    /// Opens it again.
    Reopen {},
    /// Puts tags on it, and takes others off.
    Tag {
        /// Those to put on.
        #[serde(default)]
        add: Vec<String>,
        /// Those to take off.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// Marks it, or takes a mark back.
    Mark {
        /// As what.
        #[serde(deserialize_with = "in_words")]
        mark: Mark,
        /// Whether the mark is on.
        on: bool,
    },
    /// Has seen what was written until then; left out: all that there is.
    Read {
        /// Until when.
        #[schema(value_type = Option<String>, format = DateTime)]
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// Wants it to be as if they had not looked.
    Unread {},
    /// Puts it off until an instant or the contact's word; left out: the word alone.
    Snooze {
        /// Until when at the latest.
        #[schema(value_type = Option<String>, format = DateTime)]
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// Takes it back to the lists.
    Wake {},
}

/// Reads what has one of some words in it: inside a tagged value a word's number would do as well.
fn in_words<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    serde_json::from_value(value).map_err(de::Error::custom)
}

impl From<BulkAction> for ConversationAction {
    fn from(action: BulkAction) -> Self {
        match action {
            BulkAction::Assign { to } => Self::Assign(to),
            BulkAction::Resolve {} => Self::Resolve,
            BulkAction::Reopen {} => Self::Reopen,
            BulkAction::Tag { add, remove } => Self::Tag { add, remove },
            BulkAction::Mark { mark, on } => Self::Mark { mark, on },
            BulkAction::Read { until } => Self::See { until },
            BulkAction::Unread {} => Self::Unsee,
            BulkAction::Snooze { until } => Self::Snooze { until },
            BulkAction::Wake {} => Self::Wake,
        }
    }
}

/// An action cut down to what it changes, and what takes that back.
pub struct BulkStep {
    /// What is left to do.
    pub action: BulkAction,
    /// What takes it back.
    pub back: BulkAction,
}

impl BulkStep {
    /// The step of a caller on a conversation as it is; none where nothing would change.
    pub fn of(
        state: &State<'_>,
        caller: &Caller,
        (conversation, rep): (&str, Option<&str>),
        action: BulkAction,
    ) -> Result<Option<Self>, Refusal> {
        let id = conversation_id(conversation)?;
        let known = scope::conversation(state, caller, id.as_str())?;
        let back = match &action {
            BulkAction::Tag { add, remove } => return Ok(tags(state, &known, add, remove)),
            BulkAction::Read { .. } | BulkAction::Unread {} => {
                let by = actor(state, caller, rep)?;
                back_to_look(state, &known, &reader(caller, by.rep()), &action)
            }
            other => back(state, &known, other),
        };
        Ok(back.map(|back| Self { action, back }))
    }
}

/// What takes an action on a conversation back; none where it changes nothing.
fn back(state: &State<'_>, known: &Conversation, action: &BulkAction) -> Option<BulkAction> {
    let snooze = snooze_of(state, known);
    match action {
        BulkAction::Assign { to } => (known.assigned_to != *to).then(|| BulkAction::Assign {
            to: known.assigned_to.clone(),
        }),
        BulkAction::Resolve {} => {
            (known.status != Status::Resolved).then_some(BulkAction::Reopen {})
        }
        BulkAction::Reopen {} => (known.status != Status::Open).then_some(BulkAction::Resolve {}),
        BulkAction::Mark { mark, on } => {
            let (mark, is_on) = (*mark, known.marks.contains(mark));
            (is_on != *on).then_some(BulkAction::Mark { mark, on: is_on })
        }
        BulkAction::Snooze { until } => match snooze {
            Some(snooze) if snooze.until == *until => None,
            Some(snooze) => Some(BulkAction::Snooze {
                until: snooze.until,
            }),
            None => Some(BulkAction::Wake {}),
        },
        BulkAction::Wake {} => snooze.map(|snooze| BulkAction::Snooze {
            until: snooze.until,
        }),
        BulkAction::Tag { .. } | BulkAction::Read { .. } | BulkAction::Unread {} => None,
    }
}

fn back_to_look(
    state: &State<'_>,
    known: &Conversation,
    reader: &str,
    action: &BulkAction,
) -> Option<BulkAction> {
    let attention = &state.installation.attention;
    let is_new = attention.is_new_to(reader, &known.id, contact_at(known));
    let is_read = matches!(action, BulkAction::Read { .. });
    if is_read != is_new {
        return None;
    }
    Some(match (is_read, attention.look(&known.id, reader)) {
        (true, _) => BulkAction::Unread {},
        (false, Some(Look::Until(until))) => BulkAction::Read { until: Some(until) },
        (false, _) => BulkAction::Read { until: None },
    })
}

/// Only those tags that are not on yet, or still are; each once.
fn tags(
    state: &State<'_>,
    known: &Conversation,
    add: &[String],
    remove: &[String],
) -> Option<BulkStep> {
    let held = known.tags_under(state.conversations.directory());
    let cut = |tags: &[String], wanted: bool| {
        let mut tags: Vec<String> = tags.iter().map(|tag| tag.trim().to_owned()).collect();
        tags.retain(|tag| held.contains(tag) == wanted);
        tags.sort_unstable();
        tags.dedup();
        tags
    };
    let (add, remove) = (cut(add, false), cut(remove, true));
    if add.is_empty() && remove.is_empty() {
        return None;
    }
    Some(BulkStep {
        back: BulkAction::Tag {
            add: remove.clone(),
            remove: add.clone(),
        },
        action: BulkAction::Tag { add, remove },
    })
}
