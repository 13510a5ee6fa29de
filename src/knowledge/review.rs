//! The review queue: what the customer agent decided, the doubtful first, for an admin's word.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Library;
use super::paging::Paging;
use crate::model::event::Verdict;
use crate::model::knowledge::DecisionRecord;
use crate::model::{ShortAnswerId, Timestamp};

/// A decision to be judged.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewView {
    /// The question that was recorded.
    pub question: String,
    /// Its conversation.
    pub conversation: String,
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// What was asked, exactly.
    pub text: String,
    /// What was decided: `answer` or `unanswered`.
    pub decision: String,
    /// The short answer that was given.
    pub short_answer: Option<String>,
    /// How sure the agent was.
    pub confidence: Option<f32>,
    /// How sure it had to be.
    pub threshold: Option<f32>,
    /// What an admin said.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
}

/// A page of decisions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewList {
    /// The decisions, those that nobody judged and that were closest first.
    pub items: Vec<ReviewView>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are in all pages.
    pub total: usize,
}

/// An admin's word on a decision.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// `right`, `wrong` or `should_have_handed_off`.
    #[schema(value_type = String, pattern = "^(right|wrong|should_have_handed_off)$")]
    pub verdict: Verdict,
}

impl ReviewView {
    /// How far the decision was from the other one.
    fn distance(&self) -> f32 {
        match (self.confidence, self.threshold) {
            (Some(confidence), Some(threshold)) => (confidence - threshold).abs(),
            _ => f32::MAX,
        }
    }
}

fn view(
    decided: &DecisionRecord,
    text: &str,
    answer: Option<&ShortAnswerId>,
) -> Option<ReviewView> {
    let decision = &decided.decision;
    Some(ReviewView {
        question: decision.question.as_ref()?.to_string(),
        conversation: decision.conversation.to_string(),
        at: decided.at,
        text: text.to_owned(),
        decision: decision.decision.clone(),
        short_answer: answer.map(ToString::to_string),
        confidence: decision.confidence,
        threshold: decision.threshold,
        verdict: decided.verdict,
    })
}

impl Library {
    /// The decisions of one kind (`answer`, `unanswered`; none: both), the doubtful first.
    pub fn reviews(&self, kind: Option<&str>, paging: Paging) -> ReviewList {
        let knowledge = &self.installation.knowledge;
        let all = knowledge.decisions.iter().flat_map(|(_, all)| all.iter());
        let wanted =
            all.filter(|decided| kind.is_none_or(|kind| decided.decision.decision == kind));
        let wanted = wanted.filter(|decided| self.sees(&decided.decision.conversation));
        let mut items: Vec<ReviewView> = wanted
            .filter_map(|decided| {
                let question = knowledge
                    .questions
                    .get(decided.decision.question.as_ref()?)?;
                // One whose words are gone cannot be judged.
                let record = question
                    .asked
                    .as_ref()
                    .filter(|_| !question.is_wordless())?;
                view(decided, &record.text, record.short_answer.as_ref())
            })
            .collect();
        items.sort_by(|one, other| {
            let judged = |view: &ReviewView| view.verdict.is_some();
            judged(one)
                .cmp(&judged(other))
                .then(one.distance().total_cmp(&other.distance()))
                .then(other.at.cmp(&one.at))
                .then_with(|| one.question.cmp(&other.question))
        });
        let total = items.len();
        let (items, next_cursor) = paging.of(items);
        ReviewList {
            items,
            next_cursor,
            total,
        }
    }
}
