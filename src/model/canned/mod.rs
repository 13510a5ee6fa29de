//! Canned replies, which all reps share: a fold of Svar's own events.
//!
//! A canned reply is a text with placeholders; one that also does something to the conversation is
//! a macro. Nothing here knows a conversation: what a placeholder stands for is handed in.

mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

pub use template::{FilledText, Placeholder, Template};

use super::event::Assignee;
use super::{Body, CannedReplyId, Event, Timestamp};

/// A text with placeholders, and what is done to the conversation with it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// Which.
    pub id: CannedReplyId,
    /// What it is called in lists.
    pub title: String,
    /// Its words, with placeholders as `{{contact.name}}`.
    pub text: String,
    /// Whose the conversation becomes with it.
    pub assign_to: Option<Assignee>,
    /// The tags that are put on with it.
    pub tags: Vec<String>,
    /// Whether the conversation is resolved with it.
    pub resolves: bool,
    /// For how long the conversation is put off with it, in seconds.
    pub snooze_secs: Option<i64>,
    /// When it was written.
    pub changed_at: Timestamp,
}

impl CannedReply {
    /// Whether it does something besides its words.
    pub const fn is_macro(&self) -> bool {
        self.assign_to.is_some()
            || !self.tags.is_empty()
            || self.resolves
            || self.snooze_secs.is_some()
    }
}

/// All canned replies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReplies(BTreeMap<CannedReplyId, CannedReply>);

impl CannedReplies {
    /// All of them, by title.
    pub fn all(&self) -> Vec<&CannedReply> {
        let mut all: Vec<&CannedReply> = self.0.values().collect();
        all.sort_by(|one, other| (&one.title, &one.id).cmp(&(&other.title, &other.id)));
        all
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&CannedReply> {
        self.0.get(&CannedReplyId::parse(id).ok()?)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::CannedReplySet(_) | Body::CannedReplyRemoved(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::CannedReplySet(set) => {
                let reply = CannedReply {
                    id: set.canned_reply.clone(),
                    title: set.title.clone(),
                    text: set.text.clone(),
                    assign_to: set.assign_to.clone(),
                    tags: set.tags.clone(),
                    resolves: set.resolves,
                    snooze_secs: set.snooze_secs,
                    changed_at: event.at,
                };
                self.0.insert(set.canned_reply.clone(), reply);
            }
            Body::CannedReplyRemoved(removed) => drop(self.0.remove(&removed.canned_reply)),
            _ => {}
        }
    }
}
