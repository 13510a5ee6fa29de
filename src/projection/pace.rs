//! How often the fold publishes what it has folded.
//!
//! The folding threads give way to those that answer (a nice value of 5 on Linux): while
//! reports keep every core busy they have a third of one, several times what a busy desk's
//! folds take, and what is written is still seen within a second.

use std::time::{Duration, Instant};

/// How often a new snapshot is published at most.
pub(super) const PUBLISH_EVERY: Duration = Duration::from_millis(250);
/// How long a fold of everything waits for more records, so that an import folds once.
const SETTLE: Duration = Duration::from_secs(5);

/// When the next snapshot is due, so that publishing takes at most a part of the time.
pub(super) struct Pace {
    began: Instant,
    last: Instant,
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
            cost: [Duration::ZERO; 2],
            extent: Extent::Changes,
        }
    }

    /// An idle fold need not wait for more.
    pub(super) fn is_due(&mut self, extent: Extent, idle: bool) -> bool {
        let [few, all] = self.cost;
        let wait = match extent {
            Extent::Everything => SETTLE.max(all * 3),
            // A write is to be seen within a second, so this may not wait for long.
            Extent::Changes => PUBLISH_EVERY.max((few * 3).min(PUBLISH_EVERY * 2)),
        };
        let due = idle || self.last.elapsed() >= wait;
        if due {
            self.began = Instant::now();
            self.extent = extent;
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
