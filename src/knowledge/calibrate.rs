//! The threshold that gives the wanted precision, learned from what was confirmed.
//!
//! Confirmed is what an admin said of a decision or wrote into the regression set, else
//! what the contact said of the answer. What was learned is journalled, so that a rebuild
//! learns nothing again.
//!
//! A threshold, set or learned, belongs to an embedder: decisions say whose scores they have,
//! and only those teach it.

use serde::Serialize;
use svar_index::answers::{Answers, Calibration, Features};
use utoipa::ToSchema;

use super::Library;
use super::serving::unless_shipped;
use crate::agent::Gauge;
use crate::model::event::{Calibrated, Verdict};
use crate::model::knowledge::{DecisionRecord, Knowledge};
use crate::model::{ShortAnswerId, Timestamp};

/// After so many more confirmed cases it is learned again.
const LEARNED_EVERY: usize = 20;
/// The most points of the curve that are shown.
const POINTS: usize = 100;

/// What a threshold would have done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct CurvePoint {
    /// The probability from which answers are given.
    pub threshold: f32,
    /// The share of the confirmed cases that would be answered.
    pub coverage: f32,
    /// The share of those that would be right.
    pub precision: f32,
}

/// How the customer agent decides whether it is sure enough.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CalibrationView {
    /// `set` by an admin, `learned` from confirmed cases, `rehearsed` by asking each variant of the short
    /// answers of the others, `pooled` from what was learned on public questions, or `shipped`.
    pub from: &'static str,
    /// How sure the agent has to be.
    pub threshold: f32,
    /// The share of given answers that should be right.
    pub precision: f32,
    /// The share of an answer's uses that must hold, or its gap is opened again.
    pub holds_share: f64,
    /// How many cases are confirmed.
    pub cases: usize,
    /// When it was learned last.
    #[schema(value_type = Option<String>)]
    pub learned_at: Option<Timestamp>,
    /// What thresholds would have done, from the most cautious on.
    pub curve: Vec<CurvePoint>,
}

/// What was learned of the scores of an embedder, with the threshold that follows.
fn learned(knowledge: &Knowledge, embedder: Option<&str>) -> Option<(Calibration, f32)> {
    let (_, calibrated) = knowledge.learned(embedder)?;
    let calibration = serde_json::from_value(calibrated.calibration.clone()).ok()?;
    Some((calibration, calibrated.threshold))
}

/// What holds as long as nothing was confirmed; none: nothing is known of such answers.
fn unconfirmed(answers: &Answers, precision: f32) -> Option<Gauge> {
    Some(Gauge::Unconfirmed {
        sureness: Box::new(answers.unconfirmed(precision)?),
        fixed: answers.threshold(),
    })
}

impl Library {
    /// How sure the customer agent has to be of what it finds in `answers` now. What was set
    /// or learned holds for scores of the embedder that it was set or learned for alone.
    pub(crate) fn gauge(&self, answers: &Answers) -> Gauge {
        let knowledge = &self.installation.knowledge;
        let embedder = unless_shipped(answers.embedder());
        let set = knowledge.settings.threshold(embedder.as_deref());
        match (set, learned(knowledge, embedder.as_deref())) {
            (Some(set), _) => Gauge::Score(set),
            (None, Some((calibration, threshold))) => Gauge::Learned {
                calibration: Box::new(calibration),
                threshold,
                fixed: answers.threshold(),
            },
            (None, None) => unconfirmed(answers, knowledge.settings.precision)
                .unwrap_or_else(|| Gauge::Score(answers.threshold())),
        }
    }

    /// How the customer agent decides whether it is sure enough, with the curve it rests on.
    pub fn calibration(&self) -> CalibrationView {
        let knowledge = &self.installation.knowledge;
        let answers = self.published();
        let gauge = self.gauge(&answers);
        let embedder = unless_shipped(answers.embedder());
        let embedder = embedder.as_deref();
        let is_set = knowledge.settings.threshold(embedder).is_some();
        let learned = learned(knowledge, embedder);
        let curve = match (&gauge, &learned) {
            (_, Some((learned, _))) => learned.curve(),
            (Gauge::Unconfirmed { sureness, .. }, None) if sureness.is_rehearsed() => answers
                .rehearsed()
                .map(Calibration::curve)
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let step = curve.len().div_ceil(POINTS).max(1);
        let points = curve.iter().step_by(step).map(|point| CurvePoint {
            threshold: point.threshold,
            coverage: point.coverage,
            precision: point.precision,
        });
        CalibrationView {
            from: match (&gauge, learned) {
                _ if is_set => "set",
                (_, Some(_)) => "learned",
                (Gauge::Unconfirmed { sureness, .. }, None) if sureness.is_rehearsed() => {
                    "rehearsed"
                }
                (Gauge::Unconfirmed { .. }, None) => "pooled",
                _ => "shipped",
            },
            threshold: gauge.threshold(),
            precision: knowledge.settings.precision,
            holds_share: knowledge.settings.holds_share,
            cases: self.confirmed(&answers).len(),
            learned_at: knowledge.learned(embedder).map(|(at, _)| *at),
            curve: points.collect(),
        }
    }

    /// What is to be learned from what was confirmed, if there is enough that is new.
    pub(crate) fn learned_anew(&self) -> Option<Calibrated> {
        let knowledge = &self.installation.knowledge;
        let answers = self.published();
        let embedder = unless_shipped(answers.embedder());
        let calibration = knowledge.learned(embedder.as_deref());
        let calibration = calibration.map_or(0, |(_, calibrated)| calibrated.cases);
        let cases = self.confirmed(&answers);
        if cases.len() < calibration + LEARNED_EVERY {
            return None;
        }
        let calibration = Calibration::fit(&cases)?;
        let precision = knowledge.settings.precision;
        let threshold = calibration.threshold_for(precision)?;
        Some(Calibrated {
            cases: cases.len(),
            precision,
            threshold,
            // Finite numbers under text keys: writing them cannot fail.
            calibration: serde_json::to_value(&calibration).ok()?,
            embedder,
        })
    }

    /// Cases of which somebody said whether the best candidate was right, with scores of the
    /// embedder that `answers` go by.
    fn confirmed(&self, answers: &Answers) -> Vec<(Features, bool)> {
        let embedder = unless_shipped(answers.embedder());
        let knowledge = &self.installation.knowledge;
        let counter = self.counter();
        let mut decisions: Vec<&DecisionRecord> = knowledge
            .decisions
            .iter()
            .flat_map(|(_, all)| all.iter().map(AsRef::as_ref))
            .collect();
        decisions.sort_by_key(|decided| decided.at);
        let of_decisions = decisions.into_iter().filter_map(|decided| {
            let is_of_it = decided.decision.embedder == embedder;
            if decided.decision.decision != "answer" || !is_of_it {
                return None;
            }
            let features = serde_json::from_value(decided.decision.features.clone()?).ok()?;
            let question = knowledge
                .questions
                .get(decided.decision.question.as_ref()?)?;
            let is_right = match decided.verdict {
                Some(verdict) => verdict == Verdict::Right,
                None => counter.helped(question.asked.as_ref()?)?,
            };
            Some((features, is_right))
        });
        let mut cases: Vec<(Features, bool)> = of_decisions.collect();
        let at_hand = knowledge.cases.iter();
        let at_hand = at_hand.filter(|(text, _)| answers.is_at_hand(text));
        cases.extend(at_hand.map(|(text, expected)| {
            let lookup = answers.ask(text, None);
            let best = lookup.hits.first().map(|hit| hit.id.as_str());
            let expected = expected.as_ref().map(ShortAnswerId::as_str);
            (lookup.features, expected.is_some() && best == expected)
        }));
        cases
    }
}
