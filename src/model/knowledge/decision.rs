//! What the customer agent decided, what admins said of it, and the settings it goes by.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Knowledge;
use crate::model::Timestamp;
use crate::model::event::{AgentDecided, KnowledgeSet, Verdict};
use crate::model::{Body, Event};

/// A gap is opened again below this share, where no other is set.
const HOLDS_SHARE: f64 = 0.5;
/// An answer is set aside below this share, where no other is set.
const HELPFUL_SHARE: f64 = 0.5;
/// From so many words of contacts on, where nothing else is set.
const HELPFUL_AFTER: u32 = 10;
/// The share of given answers that should be right, where no other is set.
const PRECISION: f32 = 0.95;

/// A decision of the customer agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// When.
    pub at: Timestamp,
    /// What, with its scores.
    pub decision: AgentDecided,
    /// What an admin said of it last.
    pub verdict: Option<Verdict>,
}

/// Settings of the knowledge area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The confidence from which on the customer agent answers, by embedder: the scores of
    /// one say nothing of another's. The empty label is that of the one that is shipped.
    pub thresholds: BTreeMap<String, f32>,
    /// The share of given answers that should be right.
    pub precision: f32,
    /// The share of an answer's uses that must hold, or its gap is opened again.
    pub holds_share: f64,
    /// The share of contacts who say so that an answer must have helped, or it is set aside.
    pub helpful_share: f64,
    /// Of how many who say anything at least.
    pub helpful_after: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            thresholds: BTreeMap::new(),
            precision: PRECISION,
            holds_share: HOLDS_SHARE,
            helpful_share: HELPFUL_SHARE,
            helpful_after: HELPFUL_AFTER,
        }
    }
}

impl Settings {
    /// The confidence that was set for the embedder of this label.
    pub fn threshold(&self, embedder: Option<&str>) -> Option<f32> {
        self.thresholds.get(embedder.unwrap_or_default()).copied()
    }

    pub(super) fn change(&mut self, set: &KnowledgeSet) {
        if let Some(threshold) = set.threshold {
            let embedder = set.embedder.clone().unwrap_or_default();
            self.thresholds.insert(embedder, threshold);
        }
        if let Some(precision) = set.precision {
            self.precision = precision;
        }
        if let Some(share) = set.holds_share {
            self.holds_share = share;
        }
        self.helpful_share = set.helpful_share.unwrap_or(self.helpful_share);
        self.helpful_after = set.helpful_after.unwrap_or(self.helpful_after);
    }
}

impl Knowledge {
    /// Takes a decision or a word about one in.
    pub(super) fn decided(&mut self, event: &Event) {
        match &event.body {
            Body::AgentDecided(decision) => {
                let mut decision = (**decision).clone();
                if self.is_revised(&decision.message) {
                    decision.sentence = None;
                }
                let all = self.decisions.entry(&decision.conversation, Arc::default);
                Arc::make_mut(all).push(Arc::new(DecisionRecord {
                    at: event.at,
                    decision,
                    verdict: None,
                }));
            }
            Body::DecisionReviewed(review) => {
                let record = self.questions.get(&review.question);
                let record = record.and_then(|question| question.asked.as_ref());
                let Some(conversation) = record.map(|record| record.conversation.clone()) else {
                    return;
                };
                let Some(all) = self.decisions.get_mut(&conversation) else {
                    return;
                };
                for decided in Arc::make_mut(all) {
                    if decided.decision.question.as_ref() == Some(&review.question) {
                        Arc::make_mut(decided).verdict = Some(review.verdict);
                    }
                }
            }
            _ => {}
        }
    }
}
