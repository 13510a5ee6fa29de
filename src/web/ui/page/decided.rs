//! What the customer agent decided in a conversation: what it looked up, what it considered,
//! how sure it was, in whose words it answered.

use chrono_tz::Tz;

use super::verdict::read_words;
use crate::model::event::Verdict;
use crate::model::knowledge::DecisionRecord;
use crate::web::ui::date;
use crate::web::ui::desk::spoken;
use crate::web::ui::figure;
use crate::web::ui::text::fill;
use crate::web::ui::url::{address, pair};

/// A short answer that was considered.
pub(super) struct ConsideredAnswer {
    pub(super) score: String,
    pub(super) answer: String,
    pub(super) href: String,
    pub(super) variant: String,
}

/// A decision, ready to be read.
pub(super) struct Decision {
    pub(super) what: String,
    pub(super) at: String,
    pub(super) exact: String,
    /// The message that it was made on, within the page.
    pub(super) anchor: String,
    pub(super) sentence: String,
    pub(super) sure: String,
    pub(super) words: String,
    pub(super) verdict: String,
    pub(super) considered: Vec<ConsideredAnswer>,
}

/// Reads a decision.
pub(super) fn decision(decided: &DecisionRecord, zone: Tz) -> Decision {
    let made = &decided.decision;
    let number = |value: f32| figure::decimal(f64::from(value));
    let sure = made.confidence.zip(made.threshold);
    let considered = made.candidates.iter().map(|candidate| ConsideredAnswer {
        score: number(candidate.score),
        answer: candidate.short_answer.to_string(),
        href: address(
            "/knowledge/answers",
            &[pair("answer", candidate.short_answer.as_str())],
        ),
        variant: candidate.variant.clone(),
    });
    let words = made.phrasing.as_ref().map(|phrasing| {
        let model = phrasing.model.as_str();
        match &phrasing.reason {
            None => fill("decided.phrased", &[("model", model)]),
            Some(reason) => {
                let reason = read_words(reason, zone);
                fill(
                    "decided.not_phrased",
                    &[("model", model), ("reason", &reason)],
                )
            }
        }
    });
    Decision {
        what: spoken("decision", &made.decision),
        at: date::instant(decided.at, zone),
        exact: decided.at.to_string(),
        anchor: made.message.to_string(),
        sentence: made.sentence.clone().unwrap_or_default(),
        sure: sure.map_or_else(String::new, |(confidence, threshold)| {
            let (confidence, threshold) = (number(confidence), number(threshold));
            let values = [
                ("confidence", confidence.as_str()),
                ("threshold", &threshold),
            ];
            fill("review.sure_by", &values)
        }),
        words: words.unwrap_or_default(),
        verdict: decided.verdict.map_or_else(String::new, said),
        considered: considered.collect(),
    }
}

/// What an admin said of a decision.
pub(in crate::web::ui::page) fn said(verdict: Verdict) -> String {
    let word = match verdict {
        Verdict::Right => "right",
        Verdict::Wrong => "wrong",
        Verdict::ShouldHaveHandedOff => "should_have_handed_off",
    };
    spoken("verdict", word)
}
