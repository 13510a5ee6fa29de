//! How often the fold publishes what it has folded.
//!
//! The folding threads give way to those that answer (a nice value of 5 on Linux): while
//! reports keep every core busy they have a third of one, several times what a busy desk's
//! folds take, and what is written is still seen within a second.

use std::time::{Duration, Instant};

/// How often a new snapshot is published at most: what is written is to be in the lists at once.
const PUBLISH_EVERY: Duration = Duration::from_millis(20);
/// How long a write waits for its snapshot at most, however dear those are.
const PUBLISH_WITHIN: Duration = Duration::from_millis(500);
/// How often the index is made durable, which takes syncs; it is searched as it is before that, too.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// A fold with nothing to do looks round so often for what the clock has reached.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long a fold of everything waits for more records, so that an import folds once.
const SETTLE: Duration = Duration::from_secs(5);

/// When the next snapshot is due, so that publishing takes at most a part of the time.
pub(super) struct Pace {
    began: Instant,
    last: Instant,
    committed: Instant,
    /// What the last snapshot of a few changes cost, and the last of everything.
    cost: [Duration; 2],
    extent: Extent,
}

/// How much is folded for a snapshot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What a few changes touch.
    Changes,
    Everything,
}

impl Pace {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            last: now,
            committed: now,
            cost: [Duration::ZERO; 2],
            extent: Extent::Changes,
        }
    }

    /// How long after one snapshot the next is due.
    fn wait(&self, extent: Extent) -> Duration {
        let [few, all] = self.cost;
        match extent {
            Extent::Everything => SETTLE.max(all * 3),
            Extent::Changes => (few * 3).clamp(PUBLISH_EVERY, PUBLISH_WITHIN),
        }
    }

    /// How long the fold waits for records: `pending` says how much waits to be published.
    pub(super) fn patience(&self, pending: Option<Extent>) -> Duration {
        match pending {
            Some(Extent::Changes) => self
                .wait(Extent::Changes)
                .saturating_sub(self.last.elapsed()),
            Some(Extent::Everything) | None => LOOK_EVERY,
        }
    }

    /// An idle fold need not wait for more.
    pub(super) fn is_due(&mut self, extent: Extent, idle: bool) -> bool {
        let due = idle || self.last.elapsed() >= self.wait(extent);
        if due {
            self.began = Instant::now();
            self.extent = extent;
        }
        due
    }

    /// Whether the index is to be made durable.
    pub(super) fn commit_is_due(&mut self, idle: bool) -> bool {
        let due = idle || self.committed.elapsed() >= COMMIT_EVERY;
        if due {
            self.committed = Instant::now();
        }
        due
    }

    pub(super) fn published(&mut self) {
        let [few, all] = &mut self.cost;
        let cost = match self.extent {
            Extent::Everything => all,
            Extent::Changes => few,
        };
        *cost = self.began.elapsed();
        self.last = Instant::now();
    }
}
