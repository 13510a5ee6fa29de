//! The rules of a unit that the page of a conversation and the episodes share: which
//! conversation went into which, what is told twice, and who began it.
//!
//! Chains of merges are followed to the end, a merge that would close a circle is ignored, and
//! of two merges of one conversation the later holds. Fed with events in event order.

use std::collections::{BTreeMap, HashSet};

use super::ConversationId;
use super::event::{ActorKind, Body, Direction, Event, MessageAdded, Role, Visibility};

/// The merges of a unit that hold.
#[derive(Debug, Default)]
pub(super) struct Merges<'a>(BTreeMap<&'a str, &'a ConversationId>);

impl<'a> Merges<'a> {
    /// Reads the merges out of ordered events.
    pub(super) fn of(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut merges = Self::default();
        for event in events {
            merges.note(&event.body);
        }
        merges
    }

    /// Notes what happened, if it is a merge.
    pub(super) fn note(&mut self, body: &'a Body) {
        let Body::ConversationMerged(merged) = body else {
            return;
        };
        let (from, into) = (merged.conversation.as_str(), merged.into.as_str());
        if from != into && !self.leads_to(into, from) {
            self.0.insert(from, &merged.into);
        }
    }

    /// Where `conversation` went, one step.
    pub(super) fn target(&self, conversation: &str) -> Option<&'a ConversationId> {
        self.0.get(conversation).copied()
    }

    /// Where `conversation` went in the end; itself, if nowhere.
    pub(super) fn root(&self, conversation: &'a str) -> &'a str {
        let mut root = conversation;
        while let Some(next) = self.0.get(root) {
            root = next.as_str();
        }
        root
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

/// Messages and questions that have come already: a second event about one says nothing.
#[derive(Debug, Default)]
pub(super) struct Repeats<'a> {
    messages: HashSet<&'a str>,
    questions: HashSet<&'a str>,
}

impl<'a> Repeats<'a> {
    /// Whether an earlier event brought the same message or question.
    pub(super) fn has(&mut self, body: &'a Body) -> bool {
        match body {
            Body::MessageAdded(added) => !self.messages.insert(added.message.as_str()),
            Body::QuestionAsked(asked) => !self.questions.insert(asked.question.as_str()),
            _ => false,
        }
    }
}

/// Who began a conversation, as its messages say: the first public one decides, other than
/// automation's and holding texts. None: there is no such message.
pub(super) fn direction<'a>(
    messages: impl IntoIterator<Item = &'a MessageAdded>,
) -> Option<Direction> {
    let public = messages
        .into_iter()
        .filter(|added| added.visibility != Some(Visibility::Note));
    let mut decisive = public.filter_map(|added| match added.author.kind {
        ActorKind::Contact => Some(Direction::Inbound),
        ActorKind::Rep => Some(Direction::Outbound),
        ActorKind::CustomerAgent if added.role != Some(Role::Other) => Some(Direction::Outbound),
        _ => None,
    });
    decisive.next()
}
