//! How sure the customer agent is, and how sure it has to be.

use svar_index::answers::{Calibration, Lookup, Unconfirmed};

/// The measure of sureness: the shipped score, or what was learned from confirmed cases.
#[derive(Clone, Debug)]
pub enum Gauge {
    /// The score of the best candidate and its lead, against a fixed threshold.
    Score(f32),
    /// The probability of being right, against the one that gives the wanted precision.
    Learned {
        /// What was learned.
        calibration: Box<Calibration>,
        /// From which probability on an answer is given.
        threshold: f32,
        /// The threshold on the scale of scores that would hold without it.
        fixed: f32,
    },
    /// The probability of being right as long as nothing was confirmed.
    Unconfirmed {
        /// What is known of it.
        sureness: Box<Unconfirmed>,
        /// The threshold on the scale of scores that would hold without it.
        fixed: f32,
    },
}

impl Gauge {
    /// How sure the agent is of the best candidate.
    pub fn confidence(&self, lookup: &Lookup) -> f32 {
        if lookup.hits.is_empty() {
            return 0.0;
        }
        match self {
            Self::Score(_) => lookup.confidence,
            Self::Learned { calibration, .. } => calibration.probability(&lookup.features),
            Self::Unconfirmed { sureness, .. } => sureness.probability(&lookup.features),
        }
    }

    /// How sure it has to be.
    pub const fn threshold(&self) -> f32 {
        match self {
            Self::Score(threshold) | Self::Learned { threshold, .. } => *threshold,
            Self::Unconfirmed { sureness, .. } => sureness.threshold(),
        }
    }

    /// What an answer needs on the scale of scores.
    pub const fn fixed(&self) -> f32 {
        match self {
            Self::Score(fixed) | Self::Learned { fixed, .. } | Self::Unconfirmed { fixed, .. } => {
                *fixed
            }
        }
    }
}
