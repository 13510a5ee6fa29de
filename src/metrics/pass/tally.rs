//! What is added up: hits, the cells that they fall into, and the sums of a pass.
//!
//! A cell holds everything that any measure derives its figures from, so that tile,
//! chart, table and drill-down come out of one pass.

use std::collections::BTreeMap;

use crate::metrics::statistics::Spread;

/// The most dimensions a report is cut by at once.
pub const MAX_DIMENSIONS: usize = 6;

/// A row's place in the cut: one code a dimension.
pub type Key = [u32; MAX_DIMENSIONS];

/// Reasons why rows are left out, and how many.
pub type Reasons = BTreeMap<&'static str, u64>;

/// What one row adds to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// One more.
    Count,
    /// One more of the denominator, and of the numerator when `hit`.
    Part {
        /// Whether it is of the numerator.
        hit: bool,
        /// Whether it may still come to be.
        pending: bool,
    },
    /// A duration in milliseconds.
    Value(i64),
    /// A second duration besides the measure, in milliseconds.
    More(i64),
    /// A score and a second score of two scales, or one of them.
    Score(u8),
    /// Two scores on two scales.
    Rated {
        /// Of communication.
        communication: u8,
        /// Of quality.
        quality: u8,
    },
    /// A survey that went out, and whether it came back.
    Sent {
        /// Whether it was rated.
        responded: bool,
    },
    /// A row whose result is not known yet.
    Pending,
}

impl Hit {
    /// Whether the row's result may still change with time.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Pending | Self::Part { pending: true, .. })
    }
}

/// What a bucket of a series adds up to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Rows counted.
    pub count: u64,
    /// Rows in the numerator.
    pub numerator: u64,
    /// Rows in the denominator.
    pub denominator: u64,
    /// Rows not settled yet.
    pub pending: u64,
    /// Of the denominator, those not settled yet.
    pub unsettled: u64,
    /// The spread of the durations.
    pub values: Option<Box<Spread>>,
    /// The spread of the second durations.
    pub more: Option<Box<Spread>>,
    /// Sum of the scores.
    pub scores: u64,
    /// Sum of the scores on a second scale.
    pub other_scores: u64,
    /// Surveys sent.
    pub sent: u64,
    /// Surveys that came back.
    pub responded: u64,
}

impl Cell {
    /// Adds `times` rows of one kind; durations come as a spread.
    pub(in crate::metrics) fn add(&mut self, hit: Hit, times: u64) {
        match hit {
            Hit::Count => self.count += times,
            Hit::Part { hit, pending } => {
                self.denominator += times;
                self.numerator += times * u64::from(hit);
                self.pending += times * u64::from(pending);
                self.unsettled += times * u64::from(pending);
            }
            Hit::Value(_) | Hit::More(_) => {}
            Hit::Score(score) => self.scores += times * u64::from(score),
            Hit::Rated {
                communication,
                quality,
            } => {
                self.count += times;
                self.scores += times * u64::from(communication);
                self.other_scores += times * u64::from(quality);
            }
            Hit::Sent { responded } => {
                self.sent += times;
                self.responded += times * u64::from(responded);
            }
            Hit::Pending => self.pending += times,
        }
    }

    /// Whether nothing was counted; what is only pending is nothing.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
            && self.denominator == 0
            && self.values.is_none()
            && self.more.is_none()
            && self.sent == 0
    }
}

/// The cells of one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its place in the cut.
    pub key: Key,
    /// By bucket.
    pub cells: Vec<Cell>,
    /// All buckets together.
    pub total: Cell,
}

/// What a pass adds up to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By key; without a cut, one group.
    pub groups: Vec<Group>,
    /// Each row once.
    pub total: Cell,
    /// Rows left out, by reason.
    pub excluded: Reasons,
    /// Durations that have not ended.
    pub open: u64,
    /// Rows not settled yet.
    pub pending: u64,
}
