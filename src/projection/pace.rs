//! How often the fold publishes what it has folded.
//!
//! The folding threads give way to those that answer (a nice value of 5 on Linux): while
//! reports keep every core busy they have a third of one, several times what a busy desk's
//! folds take, and what is written is still seen within a second.

use std::time::{Duration, Instant};

/// How often a new snapshot is published at most: what is written is to be in the lists at once.
const PUBLISH_EVERY: Duration = Duration::from_millis(5);
/// How much longer than the last snapshot took the next one waits, so that publishing takes half of
/// the time at most. With more, what comes meanwhile makes the next one dearer, and a desk on
/// which hundreds write waits in steps that grow.
const BREATHER: u32 = 1;
/// How long a write waits for its snapshot at most, however dear those are.
const PUBLISH_WITHIN: Duration = Duration::from_millis(500);
/// How often the index is made durable, which takes syncs; it is searched as it is before that, too.
const COMMIT_EVERY: Duration = Duration::from_secs(2);
/// A fold with nothing to do looks round so often for what the clock has reached.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long a fold of everything waits for more records, so that an import folds once.
const SETTLE: Duration = Duration::from_secs(5);

/// When the next snapshot is due, so that publishing takes at most a part of the time.
pub(super) struct Pace {
    began: Instant,
    last: Instant,
    committed: Instant,
    /// When records came last.
    arrived: Instant,
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
            arrived: now,
            cost: [Duration::ZERO; 2],
            extent: Extent::Changes,
        }
    }

    /// How long after one snapshot the next is due.
    fn wait(&self, extent: Extent) -> Duration {
        let [few, all] = self.cost;
        match extent {
            Extent::Everything => SETTLE.max(all * 3),
            Extent::Changes => (few * BREATHER).clamp(PUBLISH_EVERY, PUBLISH_WITHIN),
        }
    }

    /// How long the fold waits for records: `pending` says how much waits to be published, `next`
    /// in how long the clock reaches the next event that is ahead of it.
    pub(super) fn patience(&self, pending: Option<Extent>, next: Option<Duration>) -> Duration {
        match pending {
            Some(Extent::Changes) => self
                .wait(Extent::Changes)
                .saturating_sub(self.last.elapsed()),
            Some(Extent::Everything) => LOOK_EVERY,
            None => next.unwrap_or(LOOK_EVERY).min(LOOK_EVERY),
        }
    }

    /// Records have come.
    pub(super) fn arrived(&mut self) {
        self.arrived = Instant::now();
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

    /// Whether the index is to be made durable: now and then, and once nothing comes any more.
    pub(super) fn commit_is_due(&mut self) -> bool {
        let is_quiet = self.arrived.elapsed() >= LOOK_EVERY;
        let due = is_quiet || self.committed.elapsed() >= COMMIT_EVERY;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_ahead_of_the_clock_is_waited_for_no_longer_than_until_its_instant() {
        let pace = Pace::new();
        let soon = Duration::from_millis(3);
        assert_eq!(pace.patience(None, Some(soon)), soon);
        assert_eq!(pace.patience(None, Some(LOOK_EVERY * 2)), LOOK_EVERY);
        assert_eq!(pace.patience(None, None), LOOK_EVERY);
        let changes = pace.patience(Some(Extent::Changes), Some(LOOK_EVERY));
        assert!(changes <= PUBLISH_EVERY);
    }
}
