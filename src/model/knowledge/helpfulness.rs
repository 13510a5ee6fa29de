//! What contacts say live of short answers, and which are set aside for somebody to look at: what
//! is set aside is not given. A new version, or somebody's word, begins afresh.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Knowledge, Settings};
use crate::model::event::FeedbackGiven;
use crate::model::{QuestionId, Shards, ShortAnswerId, Timestamp};

/// Why and since when an answer is not given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: String,
}

/// What contacts said of an answer since it was written or looked at last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helpfulness {
    /// Since when; what was asked before does not count.
    pub since: Option<Timestamp>,
    /// How many it helped.
    pub helpful: u32,
    /// How many it did not help.
    pub unhelpful: u32,
}

impl Helpfulness {
    /// The share that it helped; none where nobody said anything.
    pub fn share(&self) -> Option<f64> {
        let said = self.helpful + self.unhelpful;
        (said > 0).then(|| f64::from(self.helpful) / f64::from(said))
    }

    /// Whether it helps fewer than the settings want, of enough to say so.
    pub fn fails(&self, settings: &Settings) -> bool {
        let said = self.helpful + self.unhelpful;
        said >= settings.helpful_after.max(1)
            && self
                .share()
                .is_some_and(|share| share < settings.helpful_share)
    }

    fn count(&mut self, is_helpful: bool) -> &mut u32 {
        if is_helpful {
            &mut self.helpful
        } else {
            &mut self.unhelpful
        }
    }
}

/// What contacts said of answers, and what was set aside.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Reception {
    by_answer: BTreeMap<ShortAnswerId, Helpfulness>,
    /// What was said last of the answer to a question.
    said: Shards<QuestionId, bool>,
    set_aside: BTreeMap<ShortAnswerId, SetAside>,
}

impl Reception {
    /// What contacts said of an answer.
    pub fn of(&self, answer: &ShortAnswerId) -> Helpfulness {
        self.by_answer.get(answer).copied().unwrap_or_default()
    }

    /// Why an answer is not given, if it is set aside.
    pub fn set_aside(&self, answer: &ShortAnswerId) -> Option<&SetAside> {
        self.set_aside.get(answer)
    }

    /// Every answer that is set aside.
    pub fn all_set_aside(&self) -> impl Iterator<Item = (&ShortAnswerId, &SetAside)> {
        self.set_aside.iter()
    }

    /// The answers that help fewer than the settings want, and are given still.
    pub fn failing<'a>(
        &'a self,
        settings: &'a Settings,
    ) -> impl Iterator<Item = (&'a ShortAnswerId, Helpfulness)> {
        let given = self.by_answer.iter();
        let given = given.filter(|(id, _)| !self.set_aside.contains_key(*id));
        given
            .filter(|(_, said)| said.fails(settings))
            .map(|(id, said)| (id, *said))
    }

    /// Somebody wrote it anew or looked at it: what was said before counts no more.
    pub(super) fn begin(&mut self, answer: &ShortAnswerId, at: Timestamp) {
        self.set_aside.remove(answer);
        if self.by_answer.contains_key(answer) {
            let fresh = Helpfulness {
                since: Some(at),
                ..Helpfulness::default()
            };
            self.by_answer.insert(answer.clone(), fresh);
        }
    }

    pub(super) fn put_aside(&mut self, answer: &ShortAnswerId, why: SetAside) {
        self.set_aside.insert(answer.clone(), why);
    }

    fn heard(&mut self, answer: &ShortAnswerId, question: &QuestionId, is_helpful: bool) {
        let said = self.by_answer.entry(answer.clone()).or_default();
        let before = self.said.get(question).copied();
        if before == Some(is_helpful) {
            return;
        }
        if let Some(before) = before {
            let count = said.count(before);
            *count = count.saturating_sub(1);
        }
        *said.count(is_helpful) += 1;
        *self.said.entry(question, || is_helpful) = is_helpful;
    }
}

impl Knowledge {
    /// Takes in what a contact said live of the last answer in a conversation.
    pub(super) fn heard(&mut self, feedback: &FeedbackGiven) {
        let is_helpful = match feedback.rating.as_str() {
            "helpful" => true,
            "not_helpful" => false,
            _ => return,
        };
        let decisions = self.decisions.get(&feedback.conversation);
        let decisions = decisions.into_iter().flat_map(|all| all.iter().rev());
        let mut answered = decisions.filter(|made| made.decision.decision == "answer");
        let question = answered.find_map(|made| made.decision.question.as_ref());
        let asked = question.and_then(|id| self.questions.get(id)?.asked.as_ref());
        let (Some(question), Some(asked)) = (question, asked) else {
            return;
        };
        let Some(answer) = &asked.short_answer else {
            return;
        };
        let since = self.reception.of(answer).since;
        if since.is_none_or(|since| since <= asked.at) {
            let (answer, question) = (answer.clone(), question.clone());
            self.reception.heard(&answer, &question, is_helpful);
        }
    }
}
