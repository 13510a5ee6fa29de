//! What one deed dismissed or restored, found again by its instants, so that it can be taken back.
//!
//! The topics and questions of one command follow each other without anything between: its first and
//! last instant are all that an address has to hold, however many they are. Only who did it takes it
//! back so; others restore what they choose.

use super::Library;
use crate::model::Timestamp;
use crate::model::knowledge::DismissalState;

/// Topics and questions of one deed, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeedThings {
    /// Topics.
    pub topics: Vec<String>,
    /// Questions.
    pub questions: Vec<String>,
}

impl DeedThings {
    /// How many there are.
    pub const fn count(&self) -> usize {
        self.topics.len() + self.questions.len()
    }
}

impl Library {
    /// What `actor` dismissed in a span, both ends included, and is dismissed still.
    pub fn dismissed_within(&self, span: (Timestamp, Timestamp), actor: &str) -> DeedThings {
        self.things(|state| {
            let held = state.holds();
            held.is_some_and(|one| is_within(one.at, span) && one.actor == actor)
        })
    }

    /// What was restored in a span and has not been dismissed since, by the reason why it had
    /// been dismissed.
    pub fn restored_within(
        &self,
        span: (Timestamp, Timestamp),
    ) -> Vec<(Option<String>, DeedThings)> {
        let mut reasons: Vec<Option<String>> = Vec::new();
        self.things(|state| {
            let back = state
                .restored()
                .filter(|(_, restored)| is_within(*restored, span));
            reasons.extend(back.map(|(last, _)| last.reason.clone()));
            false
        });
        reasons.sort();
        reasons.dedup();
        let things = reasons.into_iter().map(|reason| {
            let of_it = self.things(|state| {
                let back = state
                    .restored()
                    .filter(|(_, restored)| is_within(*restored, span));
                back.is_some_and(|(last, _)| last.reason == reason)
            });
            (reason, of_it)
        });
        things.collect()
    }

    /// When the topic was dismissed or restored last.
    pub fn topic_settled_at(&self, topic: &str) -> Option<Timestamp> {
        let number = super::topic_number(topic).ok()?;
        let topic = self.installation.knowledge.standing(number)?;
        settled(&topic.dismissed)
    }

    /// When the question was dismissed or restored last.
    pub fn question_settled_at(&self, question: &str) -> Option<Timestamp> {
        let id = crate::model::QuestionId::parse(question).ok()?;
        settled(&self.installation.knowledge.questions.get(&id)?.dismissed)
    }

    fn things(&self, mut fits: impl FnMut(&DismissalState) -> bool) -> DeedThings {
        let knowledge = &self.installation.knowledge;
        let mut things = DeedThings::default();
        for topic in knowledge.topics.values() {
            if fits(&topic.dismissed) {
                things.topics.push(topic.number.to_string());
            }
        }
        for (id, question) in knowledge.questions.iter() {
            if fits(&question.dismissed) {
                things.questions.push(id.to_string());
            }
        }
        things
    }
}

fn is_within(at: Timestamp, (from, until): (Timestamp, Timestamp)) -> bool {
    (from..=until).contains(&at)
}

fn settled(state: &DismissalState) -> Option<Timestamp> {
    let held = state.holds().map(|held| held.at);
    held.or_else(|| state.restored().map(|(_, at)| at))
}
