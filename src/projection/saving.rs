//! What of the folds is made durable while they run: the store, and the index beside them.

use super::error::Error;
use super::projector::Projector;
use crate::failpoint;

impl Projector {
    /// Writes out what is filed up to `position`, so that a replay that is cut off goes on
    /// from there. The store may be further than the index is, so that only the caller knows.
    pub(super) fn save(&mut self, position: u64) -> Result<(), Error> {
        self.store.flush()?;
        self.search.commit(position)?;
        failpoint::pass("fold.saved");
        Ok(())
    }

    /// Makes the index durable as far as it is; a start replays the rest.
    pub(super) fn commit_index(&mut self) -> Result<(), Error> {
        self.search.commit(self.position)
    }

    /// The same beside what goes on, so that nobody who writes waits for it.
    pub(super) fn commit_index_beside(&mut self) -> Result<(), Error> {
        self.search.commit_beside(self.position)
    }
}
