//! A question put to the customer agent, and what became of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::event::{Event, QuestionAsked, QuestionMined, QuestionOutcome, cmp_ids};
use crate::model::{ConversationId, MessageId, QuestionId, ShortAnswerId, Timestamp};

/// A dismissal, and who did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dismissal {
    /// When.
    pub at: Timestamp,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// Who.
    pub actor: String,
}

/// Whether something was dismissed: the later of dismissing and restoring holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DismissalState {
    last: Option<Dismissal>,
    restored_at: Option<Timestamp>,
}

impl DismissalState {
    /// Takes a dismissal in, in whatever order they come.
    pub(super) fn dismiss(&mut self, dismissal: Dismissal) {
        if self.last.as_ref().is_none_or(|last| *last < dismissal) {
            self.last = Some(dismissal);
        }
    }

    /// Takes a restoring in.
    pub(super) fn restore(&mut self, at: Timestamp) {
        self.restored_at = self.restored_at.max(Some(at));
    }

    /// The last dismissal and the instant of the restoring that took it back, if one did.
    pub fn restored(&self) -> Option<(&Dismissal, Timestamp)> {
        let (last, restored_at) = (self.last.as_ref()?, self.restored_at?);
        (restored_at >= last.at).then_some((last, restored_at))
    }

    /// The dismissal that holds, if one does.
    pub fn holds(&self) -> Option<&Dismissal> {
        let last = self.last.as_ref()?;
        self.restored_at
            .is_none_or(|restored| restored < last.at)
            .then_some(last)
    }
}

/// What a question was first reported as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionRecord {
    /// When.
    pub at: Timestamp,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its words.
    pub text: Arc<str>,
    /// Whether the customer agent answered it.
    pub is_answered: bool,
    /// With which short answer.
    pub short_answer: Option<ShortAnswerId>,
    /// In which message.
    pub message: Option<MessageId>,
    /// Whether people answered it, and the customer agent was never asked.
    #[serde(default)]
    pub is_mined: bool,
    source: String,
    event: String,
}

impl QuestionRecord {
    pub(super) fn new(event: &Event, body: &QuestionAsked) -> Self {
        Self {
            at: event.at,
            conversation: body.conversation.clone(),
            text: body.text.as_str().into(),
            is_answered: body.outcome == QuestionOutcome::Answered,
            short_answer: body.short_answer.clone(),
            message: body.message.clone(),
            is_mined: false,
            source: event.source.clone(),
            event: event.id.clone(),
        }
    }

    pub(super) fn mined(event: &Event, body: &QuestionMined) -> Self {
        Self {
            at: body.asked_at,
            conversation: body.conversation.clone(),
            text: body.text.as_str().into(),
            is_answered: false,
            short_answer: None,
            message: Some(body.message.clone()),
            is_mined: true,
            source: event.source.clone(),
            event: event.id.clone(),
        }
    }

    /// Of two events with the same question the first in event order holds.
    fn stands_before(&self, other: &Self) -> bool {
        self.at
            .cmp(&other.at)
            .then_with(|| cmp_ids(&self.event, &other.event))
            .then_with(|| self.source.cmp(&other.source))
            .is_lt()
    }
}

/// A question put to the customer agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// What it was reported as; none while only other events name it.
    pub asked: Option<QuestionRecord>,
    /// The cluster that it was put into.
    pub cluster: Option<u64>,
    /// The language it seems to be in.
    pub language: Option<String>,
    /// Whether it was dismissed.
    pub dismissed: DismissalState,
}

impl Question {
    /// A question of which nothing but its id is known.
    pub(super) fn new(id: QuestionId) -> Self {
        Self {
            id,
            asked: None,
            cluster: None,
            language: None,
            dismissed: DismissalState::default(),
        }
    }

    /// Takes a telling in; the first in event order holds.
    pub(super) fn tell(&mut self, record: QuestionRecord) {
        if self
            .asked
            .as_ref()
            .is_none_or(|old| record.stands_before(old))
        {
            self.asked = Some(record);
        }
    }

    /// Whether its words are gone.
    pub fn is_wordless(&self) -> bool {
        let asked = self.asked.as_ref();
        asked.is_some_and(|record| record.text.is_empty())
    }

    /// What it was reported as, if the customer agent has no answer to it: left unanswered, or
    /// mined.
    pub fn unanswered(&self) -> Option<&QuestionRecord> {
        self.asked.as_ref().filter(|record| !record.is_answered)
    }
}
