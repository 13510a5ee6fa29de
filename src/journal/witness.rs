//! Who looks on while events are journalled, so that a decision knows what came before it.
//!
//! All of it happens on the committing thread: what is seen comes before whatever is decided
//! next, also within one batch.

use std::sync::Arc;

use crate::model::{Event, Timestamp, Via};

/// Looks on while events are journalled.
pub trait Witness: Send + 'static {
    /// An event that is about to be journalled under `seq`, and by which way it came.
    fn see(&mut self, seq: u64, via: Via, actor: &str, event: &Arc<Event>);

    /// The events seen from `seq` on could not be journalled.
    fn forget(&mut self, seq: u64);

    /// The instant of the next event that Svar writes itself: `now`, or later where it has
    /// written one with that instant already.
    fn next_at(&mut self, now: Timestamp) -> Timestamp;
}

/// Nobody looks on: nothing is decided that depends on what was journalled.
impl Witness for () {
    fn see(&mut self, _seq: u64, _via: Via, _actor: &str, _event: &Arc<Event>) {}

    fn forget(&mut self, _seq: u64) {}

    fn next_at(&mut self, now: Timestamp) -> Timestamp {
        now
    }
}
