//! What became of messages' words, and of the questions that were asked in them.
//!
//! A question has its message's last words, whichever came first. Redacted, it leaves its
//! cluster at once, and its words leave all that was made of them: the topic's title, what the
//! customer agent looked up, a case of the regression set. Edited, it waits to be grouped
//! anew. Fed by the fold's `apply`; what was grouped is followed by `work`.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{DecisionRecord, Knowledge, Question, QuestionRecord};
use crate::model::Shards;
use crate::model::event::{Event, cmp_ids};
use crate::model::{ConversationId, MessageId, QuestionId, Timestamp};

/// The last edit of each message, and which questions were asked in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Revisions {
    edits: Shards<MessageId, Arc<Revision>>,
    /// Made when the first edit comes: most desks never need it.
    #[serde(skip)]
    questions: Option<Shards<MessageId, Vec<QuestionId>>>,
    /// The last record that gave a question other words.
    pub last: u64,
}

/// What became of a message's words, by one event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Revision {
    at: Timestamp,
    event: String,
    source: String,
    /// Its words since; empty: they are gone.
    text: Arc<str>,
}

impl Revision {
    /// As events are put in order; both are of one rank.
    fn cmp(&self, other: &Self) -> Ordering {
        self.at
            .cmp(&other.at)
            .then_with(|| cmp_ids(&self.event, &other.event))
            .then_with(|| self.source.cmp(&other.source))
    }
}

impl Revisions {
    /// The words that a message has by now, if they changed; empty: they are gone.
    fn text(&self, message: &MessageId) -> Option<&Arc<str>> {
        self.edits.get(message).map(|revision| &revision.text)
    }

    /// Notes in which message a question was asked.
    fn note(&mut self, message: &MessageId, question: &QuestionId) {
        if let Some(questions) = &mut self.questions {
            let of_message = questions.entry(message, Vec::new);
            if !of_message.contains(question) {
                of_message.push(question.clone());
            }
        }
    }

    /// The questions that were asked in a message.
    fn questions_in<'a>(
        &mut self,
        message: &MessageId,
        all: impl Iterator<Item = (&'a QuestionId, &'a Arc<Question>)>,
    ) -> Vec<QuestionId> {
        if self.questions.is_none() {
            self.questions = Some(Shards::default());
            for (id, question) in all {
                let record = question.asked.as_ref();
                if let Some(message) = record.and_then(|record| record.message.as_ref()) {
                    self.note(message, id);
                }
            }
        }
        let questions = self.questions.as_ref();
        let of_message = questions.and_then(|questions| questions.get(message));
        of_message.cloned().unwrap_or_default()
    }
}

impl Knowledge {
    /// Takes a telling of a question in, with the words that its message has by now.
    pub(super) fn told(&mut self, seq: u64, id: &QuestionId, mut record: QuestionRecord) {
        if let Some(message) = &record.message {
            self.revisions.note(message, id);
            if let Some(text) = self.revisions.text(message) {
                record.text = Arc::clone(text);
            }
        }
        let question = self.question(id);
        question.tell(record);
        let is_unplaced = question.unanswered().is_some()
            && question.cluster.is_none()
            && !question.is_wordless();
        if is_unplaced {
            self.unplaced.insert(seq, id);
        }
    }

    /// Takes in that a message has other words, or none.
    pub(super) fn revise(
        &mut self,
        seq: u64,
        event: &Event,
        message: &MessageId,
        text: Option<&str>,
    ) {
        let words = text.filter(|text| !text.trim().is_empty());
        let revision = Arc::new(Revision {
            at: event.at,
            event: event.id.clone(),
            source: event.source.clone(),
            text: words.unwrap_or_default().into(),
        });
        let held = self
            .revisions
            .edits
            .entry(message, || Arc::clone(&revision));
        if held.cmp(&revision).is_gt() {
            return;
        }
        held.clone_from(&revision);
        let questions = self.revisions.questions_in(message, self.questions.iter());
        for id in questions {
            self.reword(seq, &id, message, &revision.text);
        }
        if let Some(conversation) = event.body.conversation()
            && let Ok(conversation) = ConversationId::parse(conversation)
        {
            self.forget_sentence(&conversation, message);
        }
    }

    /// Gives a question the words of its message.
    fn reword(&mut self, seq: u64, id: &QuestionId, message: &MessageId, text: &Arc<str>) {
        let question = self.question(id);
        let is_unanswered = question.unanswered().is_some();
        let Some(record) = &mut question.asked else {
            return;
        };
        if record.message.as_ref() != Some(message) || record.text == *text {
            return;
        }
        let former = std::mem::replace(&mut record.text, Arc::clone(text));
        let conversation = record.conversation.clone();
        let cluster = question.cluster;
        if text.is_empty() {
            question.cluster = None;
        }
        self.revisions.last = seq;
        self.forget_sentence(&conversation, message);
        if text.is_empty() && self.cases.remove(former.trim()).is_some() {
            self.answering_changed = seq;
        }
        if cluster.is_some() || is_unanswered {
            // To the end of the queue: what is being grouped now has the words from before.
            self.unplaced.remove(id);
            self.unplaced.insert(seq, id);
        }
        let Some(cluster) = cluster else { return };
        if let Some(topic) = self.clusters.get(&cluster).map(|cluster| cluster.topic) {
            self.untitled.insert(topic);
            let topic = self.topic(topic);
            topic.title.clear();
            topic.tags.clear();
        }
        if text.is_empty() {
            self.take_out(cluster, id);
        }
    }

    /// What the customer agent looked up of a message is gone with its words.
    fn forget_sentence(&mut self, conversation: &ConversationId, message: &MessageId) {
        let has_sentence = |decided: &Arc<DecisionRecord>| {
            decided.decision.message == *message && decided.decision.sentence.is_some()
        };
        let decided = self.decisions.get(conversation);
        if !decided.is_some_and(|all| all.iter().any(has_sentence)) {
            return;
        }
        if let Some(all) = self.decisions.get_mut(conversation) {
            for decided in Arc::make_mut(all) {
                if decided.decision.message == *message {
                    Arc::make_mut(decided).decision.sentence = None;
                }
            }
        }
    }

    /// Whether the words of a message are others by now, or gone.
    pub(super) fn is_revised(&self, message: &MessageId) -> bool {
        self.revisions.text(message).is_some()
    }
}
