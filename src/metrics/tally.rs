//! Counting: what one pass over a table adds up, by bucket and by key.
//!
//! A cell holds everything that any measure derives its figures from, so that tile,
//! chart, table and drill-down come out of one pass.

use std::collections::{BTreeMap, HashMap};

use super::calendar::Buckets;
use super::table::{Row, Table};

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
    /// A second duration beside the measure, in milliseconds.
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

/// What a bucket of a series adds up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Durations, in milliseconds.
    pub values: Vec<i64>,
    /// Second durations, in milliseconds.
    pub more: Vec<i64>,
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
    fn add(&mut self, hit: Hit) {
        match hit {
            Hit::Count => self.count += 1,
            Hit::Part { hit, pending } => {
                self.denominator += 1;
                self.numerator += u64::from(hit);
                self.pending += u64::from(pending);
                self.unsettled += u64::from(pending);
            }
            Hit::Value(millis) => self.values.push(millis),
            Hit::More(millis) => self.more.push(millis),
            Hit::Score(score) => self.scores += u64::from(score),
            Hit::Rated {
                communication,
                quality,
            } => {
                self.count += 1;
                self.scores += u64::from(communication);
                self.other_scores += u64::from(quality);
            }
            Hit::Sent { responded } => {
                self.sent += 1;
                self.responded += u64::from(responded);
            }
            Hit::Pending => self.pending += 1,
        }
    }

    /// Adds another cell's sums.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.pending += other.pending;
        self.unsettled += other.unsettled;
        self.values.extend(&other.values);
        self.more.extend(&other.more);
        self.scores += other.scores;
        self.other_scores += other.other_scores;
        self.sent += other.sent;
        self.responded += other.responded;
    }

    /// Whether nothing was counted; what is only pending is nothing.
    pub fn is_empty(&self) -> bool {
        self.count == 0
            && self.denominator == 0
            && self.values.is_empty()
            && self.more.is_empty()
            && self.sent == 0
    }
}

/// What a pass adds up.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By key and bucket.
    pub groups: HashMap<Key, Vec<Cell>>,
    /// By bucket, each row once.
    pub whole: Vec<Cell>,
    /// Rows left out, by reason.
    pub excluded: Reasons,
    /// Durations that have not ended.
    pub open: u64,
    /// Rows not settled yet.
    pub pending: u64,
}

impl Tally {
    /// An empty tally of `buckets` buckets.
    pub fn new(buckets: usize) -> Self {
        Self {
            whole: vec![Cell::default(); buckets],
            ..Self::default()
        }
    }

    /// Adds what a row is worth, under each of its keys and once to the whole.
    pub fn hit(&mut self, bucket: usize, keys: &[Key], hit: Hit) {
        if hit == Hit::Pending || matches!(hit, Hit::Part { pending: true, .. }) {
            self.pending += 1;
        }
        let buckets = self.whole.len();
        if let Some(cell) = self.whole.get_mut(bucket) {
            cell.add(hit);
        }
        for key in keys {
            let cells = self
                .groups
                .entry(*key)
                .or_insert_with(|| vec![Cell::default(); buckets]);
            if let Some(cell) = cells.get_mut(bucket) {
                cell.add(hit);
            }
        }
    }

    /// Notes a row that is left out.
    pub fn exclude(&mut self, reason: &'static str) {
        *self.excluded.entry(reason).or_default() += 1;
    }

    fn merge(mut self, other: Self) -> Self {
        if other.groups.len() > self.groups.len() {
            return other.merge(self);
        }
        merge_cells(&mut self.whole, &other.whole);
        for (key, cells) in other.groups {
            match self.groups.entry(key) {
                std::collections::hash_map::Entry::Occupied(mut known) => {
                    merge_cells(known.get_mut(), &cells);
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(cells);
                }
            }
        }
        for (reason, count) in other.excluded {
            *self.excluded.entry(reason).or_default() += count;
        }
        self.open += other.open;
        self.pending += other.pending;
        self
    }
}

fn merge_cells(into: &mut Vec<Cell>, from: &[Cell]) {
    if into.len() < from.len() {
        into.resize(from.len(), Cell::default());
    }
    for (cell, other) in into.iter_mut().zip(from) {
        cell.merge(other);
    }
}

/// Where a pass looks: the buckets, and the rows by the table's own instant.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The buckets of the window.
    pub buckets: &'a Buckets,
    /// The span of the table's own instant outside which no row can count.
    pub span: (i64, i64),
}

/// Runs `judge` over every row that may count, in parallel.
pub fn tally<R: Row>(
    table: &Table<R>,
    plan: Plan<'_>,
    judge: impl Fn(&R, &mut Tally) + Sync + Send,
) -> Tally {
    let buckets = plan.buckets.len();
    table.fold(
        plan.span,
        || Tally::new(buckets),
        |tally, row| judge(row, tally),
        Tally::merge,
    )
}
