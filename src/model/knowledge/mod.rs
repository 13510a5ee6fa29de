//! The knowledge fold: questions nobody could answer, their topics, and short answers.
//!
//! A fold like any other: what comes in from outside (`question.*`, `topic.dismissed`,
//! `short_answer.*`) gives the same in any order; Svar's own events are replayed in the
//! order of the journal, and nothing is grouped or scored again. Fed by `projection`; read
//! through the snapshot. Copies share what has not changed.
//!
//! Dismissing and restoring are compared by their instants, so that dismissals hold in whatever
//! order they are imported. A topic of another product's export is none of ours.

mod answer;
mod decision;
mod helpfulness;
mod later;
mod placement;
mod question;
mod revision;
mod row_review;
mod topic;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use answer::{ShortAnswer, Version};
pub use decision::{DecisionRecord, Settings};
pub use helpfulness::{Helpfulness, Reception, SetAside};
pub use later::Later;
pub use question::{Dismissal, DismissalState, Question, QuestionRecord};
pub use revision::Revisions;
pub use row_review::{RowReview, RowReviews};
pub use topic::{Cluster, Link, Reopening, Topic};
pub use waiting::Waiting;

use super::event::{Body, Event, OWN_SOURCE, QuestionDismissed, TopicDismissed};
use super::event::{Calibrated, ChosenModel, TopicNumber};
use super::{ConversationId, Profiles, Provenance, QuestionId, Shards, ShortAnswerId, Timestamp};

/// Questions by id.
pub type Questions = Shards<QuestionId, Arc<Question>>;

/// All that is known of questions, topics and short answers at one position of the log.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Knowledge {
    /// Questions by id.
    pub questions: Later<Questions>,
    /// Clusters of questions by number.
    pub clusters: Shards<u64, Arc<Cluster>>,
    /// Topics by number.
    pub topics: BTreeMap<TopicNumber, Arc<Topic>>,
    /// Short answers by id.
    pub answers: BTreeMap<ShortAnswerId, Arc<ShortAnswer>>,
    /// What the customer agent decided, by conversation; shared one by one, so that one more
    /// copies none of those before it.
    pub decisions: Shards<ConversationId, Arc<Vec<Arc<DecisionRecord>>>>,
    /// What contacts say of short answers, and which are set aside.
    pub reception: Reception,
    /// Questions that must be answered so, or by none, by their words.
    pub cases: BTreeMap<String, Option<ShortAnswerId>>,
    /// Settings of the knowledge area.
    pub settings: Settings,
    /// What was learned last of how sure the customer agent has to be, and when, by embedder;
    /// the empty label is that of the one that is shipped.
    pub calibrated: BTreeMap<String, (Timestamp, Calibrated)>,
    /// The model that was chosen last, if one was.
    pub model: Option<ChosenModel>,
    /// The label of the embedder that topics and answers go by; none: the one that is shipped.
    pub embedder: Option<String>,
    /// The last record of the journal that changed what the customer agent answers, or what it
    /// is held to: answers, cases, settings, what was learned, the embedder.
    #[serde(default)]
    pub answering_changed: u64,
    /// Questions whose words no topic has yet, in the order in which those came: unanswered
    /// ones, and those with other words than before, or none.
    pub unplaced: Waiting,
    /// The instants of the messages that questions were mined of, by conversation.
    pub mined: Shards<ConversationId, Vec<Timestamp>>,
    /// What became of messages' words.
    pub revisions: Revisions,
    /// Topics whose title was made of words that are gone.
    pub untitled: BTreeSet<TopicNumber>,
    /// What admins said of rows that numbers count.
    pub row_reviews: RowReviews,
}

impl Knowledge {
    /// Whether an event says anything here.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::QuestionAsked(_)
                | Body::QuestionDismissed(_)
                | Body::TopicDismissed(_)
                | Body::ShortAnswerUpserted(_)
                | Body::ShortAnswerDeleted(_)
                | Body::FeedbackGiven(_)
                | Body::MessageEdited(_)
                | Body::MessageRedacted(_)
        ) || (body.is_own() && !Profiles::concerns(body))
    }

    const fn changes_answering(body: &Body) -> bool {
        matches!(
            body,
            Body::ShortAnswerUpserted(_)
                | Body::ShortAnswerDeleted(_)
                | Body::AnswerSetAside(_)
                | Body::AnswerReleased(_)
                | Body::CaseSet(_)
                | Body::CaseRemoved(_)
                | Body::KnowledgeSet(_)
                | Body::Calibrated(_)
                | Body::EmbedderSwitched(_)
        )
    }

    /// Takes an event in: one of the interchange format in any order, Svar's own ones in the
    /// order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        if Self::changes_answering(&event.body) {
            self.answering_changed = from.seq;
        }
        if event.body.is_own() {
            return self.apply_own(from, event);
        }
        match &event.body {
            Body::QuestionAsked(body) => {
                let record = QuestionRecord::new(event, body);
                self.told(from.seq, &body.question, record);
            }
            Body::MessageEdited(edited) => {
                self.revise(from.seq, event, &edited.message, Some(&edited.text));
            }
            Body::MessageRedacted(redacted) => {
                self.revise(from.seq, event, &redacted.message, None);
            }
            Body::FeedbackGiven(feedback) if event.source == OWN_SOURCE => self.heard(feedback),
            Body::QuestionDismissed(dismissed) => self.dismiss_question(from, event, dismissed),
            Body::TopicDismissed(dismissed) => self.dismiss_topic(from, event, dismissed),
            Body::ShortAnswerUpserted(answer) => {
                self.answer(&answer.short_answer)
                    .upsert(from, event, answer);
                self.reception.begin(&answer.short_answer, event.at);
            }
            Body::ShortAnswerDeleted(answer) => {
                self.answer(&answer.short_answer).delete(from, event);
                self.reception.begin(&answer.short_answer, event.at);
            }
            _ => {}
        }
    }

    fn dismiss_question(
        &mut self,
        from: Provenance<'_>,
        event: &Event,
        dismissed: &QuestionDismissed,
    ) {
        let question = self.question(&dismissed.question);
        question.dismissed.dismiss(Dismissal {
            at: event.at,
            reason: dismissed.reason.clone(),
            actor: from.actor.to_owned(),
        });
    }

    fn dismiss_topic(&mut self, from: Provenance<'_>, event: &Event, dismissed: &TopicDismissed) {
        // A topic of another product's export is none of ours.
        let Some(number) = TopicNumber::of(&dismissed.topic) else {
            return;
        };
        self.topic(number).dismissed.dismiss(Dismissal {
            at: event.at,
            reason: dismissed.reason.clone(),
            actor: from.actor.to_owned(),
        });
    }

    fn apply_own(&mut self, from: Provenance<'_>, event: &Event) {
        let seq = from.seq;
        match &event.body {
            Body::QuestionMined(deed) => {
                let mined = self.mined.entry(&deed.conversation, Vec::new);
                mined.push(deed.asked_at);
                self.told(seq, &deed.question, QuestionRecord::mined(event, deed));
            }
            Body::TopicsAssigned(deed) => self.assigned(deed),
            Body::TopicSplit(deed) => {
                self.put(&deed.placed, u64::MAX);
                for placed in &deed.placed {
                    self.topic(placed.topic).is_pinned = true;
                }
            }
            Body::QuestionMoved(deed) => self.moved(deed),
            Body::TopicsRegrouped(deed) => {
                for moved in &deed.moves {
                    self.move_cluster(moved.cluster, moved.to);
                }
                self.titled(&deed.titled, deed.seen);
            }
            Body::TopicMerged(deed) => self.merged(deed.topic, deed.into),
            Body::TopicRenamed(deed) => {
                let topic = self.topic(deed.topic);
                topic.name.clone_from(&deed.title);
                topic.is_pinned = true;
            }
            Body::TopicPinned(deed) => self.topic(deed.topic).is_pinned = deed.on,
            Body::TopicRestored(deed) => self.topic(deed.topic).dismissed.restore(event.at),
            Body::QuestionRestored(deed) => {
                self.question(&deed.question).dismissed.restore(event.at);
            }
            Body::TopicAnswered(deed) => {
                let topic = self.topic(deed.topic);
                topic
                    .answers
                    .retain(|link| link.short_answer != deed.short_answer);
                topic.answers.push(Link {
                    at: event.at,
                    short_answer: deed.short_answer.clone(),
                });
            }
            Body::TopicReopened(deed) => self.reopened(event.at, &deed.note, deed.topic),
            Body::AgentDecided(_) | Body::DecisionReviewed(_) => self.decided(event),
            Body::CaseSet(deed) => {
                let case = (deed.text.clone(), deed.short_answer.clone());
                self.cases.extend([case]);
            }
            Body::CaseRemoved(deed) => {
                self.cases.remove(&deed.text);
            }
            Body::KnowledgeSet(deed) => self.settings.change(deed),
            _ => self.apply_learned(from, event),
        }
    }

    /// Takes in what was learned, chosen, set aside and taken away.
    fn apply_learned(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::AnswerSetAside(deed) => {
                let why = SetAside {
                    at: event.at,
                    reason: deed.reason.clone(),
                    actor: from.actor.to_owned(),
                };
                self.reception.put_aside(&deed.short_answer, why);
            }
            Body::AnswerReleased(deed) => self.reception.begin(&deed.short_answer, event.at),
            Body::Calibrated(deed) => {
                let embedder = deed.embedder.clone().unwrap_or_default();
                let learned = (event.at, (**deed).clone());
                self.calibrated.extend([(embedder, learned)]);
            }
            Body::ContactErased(_) => self.lost_titles(),
            Body::RowReviewed(deed) => self.row_reviews.take(event.at, deed),
            Body::TopicsToldApart(deed) => self.told_apart(deed),
            Body::ModelSet(deed) => self.model.clone_from(&deed.model),
            Body::EmbedderSwitched(deed) => self.embedder.clone_from(&deed.embedder),
            _ => {}
        }
    }

    fn reopened(&mut self, at: Timestamp, note: &str, topic: TopicNumber) {
        let note = note.to_owned();
        self.topic(topic).reopened = Some(Reopening { at, note });
    }

    fn question(&mut self, id: &QuestionId) -> &mut Question {
        let new = || Arc::new(Question::new(id.clone()));
        Arc::make_mut(self.questions.entry(id, new))
    }

    fn topic(&mut self, number: TopicNumber) -> &mut Topic {
        let topic = self.topics.entry(number);
        Arc::make_mut(topic.or_insert_with(|| Arc::new(Topic::new(number))))
    }

    fn answer(&mut self, id: &ShortAnswerId) -> &mut ShortAnswer {
        let answer = self.answers.entry(id.clone());
        Arc::make_mut(answer.or_insert_with(|| Arc::new(ShortAnswer::new(id.clone()))))
    }

    /// What was learned of the scores of the embedder of this label, and when.
    pub fn learned(&self, embedder: Option<&str>) -> Option<&(Timestamp, Calibrated)> {
        self.calibrated.get(embedder.unwrap_or_default())
    }

    /// The topic that a question is in.
    pub fn topic_of(&self, question: &Question) -> Option<TopicNumber> {
        Some(self.clusters.get(&question.cluster?)?.topic)
    }

    /// The topic called `number` now: what it was put into, if it was.
    pub fn standing(&self, number: TopicNumber) -> Option<&Arc<Topic>> {
        let mut topic = self.topics.get(&number)?;
        // A chain is as long as there are topics at most.
        for _ in 0..self.topics.len() {
            match topic.merged_into.filter(|_| topic.clusters.is_empty()) {
                Some(into) => topic = self.topics.get(&into)?,
                None => return Some(topic),
            }
        }
        None
    }

    /// The questions of a topic, in no order that means anything.
    pub fn questions_of<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = &'a Question> {
        let clusters = topic.clusters.iter().filter_map(|id| self.clusters.get(id));
        let ids = clusters.flat_map(|cluster| cluster.questions.iter());
        ids.filter_map(|id| self.questions.get(id))
            .map(|question| &**question)
    }

    /// The short answers that are there at `now`, each with its present version.
    pub fn current_answers(&self, now: Timestamp) -> Vec<(&ShortAnswerId, Version)> {
        let current = self.answers.iter();
        let current = current.filter_map(|(id, answer)| Some((id, answer.current(now)?)));
        current.collect()
    }

    /// The short answers that the customer agent may give at `now`: published, and not set aside.
    pub fn given_answers(&self, now: Timestamp) -> impl Iterator<Item = (&ShortAnswerId, Version)> {
        let current = self.current_answers(now).into_iter();
        current.filter(|(id, version)| {
            version.is_published() && self.reception.set_aside(id).is_none()
        })
    }
}

#[cfg(test)]
mod tests;
