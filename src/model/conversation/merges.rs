//! Which conversation went into which, as a unit's events tell it.
//!
//! The rules are those of the episodes: chains are followed to the end, a merge that
//! would close a circle is ignored, and of two merges of one conversation the later holds.

use std::collections::HashMap;

use crate::model::ConversationId;
use crate::model::event::{Body, Event};

/// The merges that hold.
pub(super) struct Merges<'a>(HashMap<&'a str, &'a ConversationId>);

impl<'a> Merges<'a> {
    /// Reads the merges out of ordered events.
    pub(super) fn of(events: &'a [Event]) -> Self {
        let mut merges = Self(HashMap::new());
        for event in events {
            if let Body::ConversationMerged(merged) = &event.body {
                let from = merged.conversation.as_str();
                let into = merged.into.as_str();
                if from != into && !merges.leads_to(into, from) {
                    merges.0.insert(from, &merged.into);
                }
            }
        }
        merges
    }

    /// Where `conversation` went, one step.
    pub(super) fn target(&self, conversation: &str) -> Option<&'a ConversationId> {
        self.0.get(conversation).copied()
    }

    /// Whether `from` went into `conversation`, over however many steps.
    pub(super) fn leads_to(&self, from: &str, conversation: &str) -> bool {
        let mut reached = from;
        while let Some(next) = self.0.get(reached) {
            reached = next.as_str();
            if reached == conversation {
                return true;
            }
        }
        false
    }
}
