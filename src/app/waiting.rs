//! How far the desk is: what is safe on disk, what reports see of it, and waiting for that.

use std::time::Duration;

use super::{App, Error, Waiter};
use crate::projection::Projection;

/// How long a request may wait for its own write to be visible.
const OWN_WRITE: Duration = Duration::from_secs(1);

impl App {
    /// The last position of the log that is safe on disk.
    pub fn position(&self) -> u64 {
        self.handle.position()
    }

    /// Why nothing can be written or folded any more, if so.
    pub fn trouble(&self) -> Option<String> {
        if self.handle.is_read_only() {
            let reason = "the disk failed a write; Svar is read-only until it is restarted";
            return Some(reason.to_owned());
        }
        let projection = self.projection.lock();
        let failed = projection.as_ref().and_then(Projection::failure);
        failed.map(|reason| {
            format!(
                "the folds have stopped ({reason}); what is acknowledged is safe in the journal, \
                 reports stay as they are until svar is restarted"
            )
        })
    }

    /// Waits until reports see everything up to `position`; false when that takes over a second.
    pub fn wait_for(&self, position: u64) -> bool {
        self.wait_up_to(position, OWN_WRITE)
    }

    /// As [`Self::wait_for`], without a thread that waits.
    pub async fn wait_for_async(&self, position: u64) -> bool {
        match self.waiter() {
            Some(waiter) => waiter.reached(position, OWN_WRITE).await,
            None => false,
        }
    }

    /// Waits for everything that is journalled to be folded, however long that takes.
    pub fn settle(&self) -> Result<(), Error> {
        let position = self.position();
        while !self.wait_up_to(position, Duration::from_mins(1)) {
            if let Some(reason) = self.trouble() {
                return Err(Error::Stopped(reason));
            }
        }
        Ok(())
    }

    fn wait_up_to(&self, position: u64, limit: Duration) -> bool {
        self.waiter()
            .is_some_and(|waiter| waiter.wait(position, limit))
    }

    /// Something to wait on for the folds; none once they are closed.
    pub(crate) fn waiter(&self) -> Option<Waiter> {
        self.projection.lock().as_ref().map(Projection::waiter)
    }
}
