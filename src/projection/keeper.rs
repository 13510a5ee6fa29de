//! When the columns are kept: on a stop, and now and then while the desk runs.
//!
//! Keeping happens in parallel to the fold, from facts that no longer change; one that fails
//! costs the next start time, and nothing else.
//!
//! Columns are kept whole, in one file, and older ones with the journal's tail are good enough
//! for a start. So they are kept while the desk runs, as soon as it is quiet, and a stop writes
//! them only where a start would have more to replay than is soon done.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::checkpoint::{self, Checkpoint};
use super::error::Error;
use super::folders::Notices;
use super::mark::journal_mark;
use super::projector::Projector;
use crate::journal::Record;

/// How many records a start may have to replay before the columns are kept again while records
/// keep coming; besides that an eighth of all, so that writing stays a small part of the work.
const KEEP_AFTER: u64 = 50_000;
/// As much time between two writings is enough, too, however few of all the records are.
const KEEP_EVERY: Duration = Duration::from_mins(5);
/// After so long without a record the desk is quiet.
const QUIET: Duration = Duration::from_secs(2);
/// Fewer records than one of so many are replayed sooner than all columns are written.
const SMALL_PART: u64 = 50;

/// Keeps the columns in their folder.
pub(super) struct Keeper {
    folder: PathBuf,
    /// The mark of the journal; none while that is empty.
    mark: Option<Vec<u8>>,
    stored_position: u64,
    /// When the columns were kept last, or this began.
    kept_at: Instant,
    /// When records came last.
    last_record_at: Instant,
    writing: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn new(folder: &Path, mark: Option<Vec<u8>>) -> Self {
        Self {
            folder: folder.to_owned(),
            mark,
            stored_position: 0,
            kept_at: Instant::now(),
            last_record_at: Instant::now(),
            writing: None,
        }
    }

    /// The columns that were kept, if there are any; `Err` says why they cannot be used.
    pub(super) fn read(&self) -> Result<Option<Checkpoint>, String> {
        let mark = self.mark.as_ref();
        mark.map_or(Ok(None), |mark| checkpoint::read(&self.folder, mark))
    }

    /// Has the fold go on from what [`Self::read`] gave, if it fits.
    pub(super) fn resume(
        &mut self,
        checkpoint: Result<Option<Checkpoint>, String>,
        projector: &mut Projector,
        notices: &mut Notices,
    ) -> Result<(), Error> {
        match checkpoint {
            Ok(Some(checkpoint)) => {
                let position = checkpoint.head.position;
                if projector.resume(checkpoint)? {
                    self.stored_position = position;
                }
            }
            Ok(None) => {}
            Err(reason) => notices.push(format!(
                "the kept columns in {} could not be used ({reason}); they are folded anew from the store",
                self.folder.display()
            )),
        }
        Ok(())
    }

    /// Sees records come; learns the mark of a journal that was empty when it was opened.
    pub(super) fn see(&mut self, records: &[Record]) {
        self.last_record_at = Instant::now();
        if self.mark.is_none()
            && let Some(first) = records.first().filter(|record| record.seq == 1)
        {
            self.mark = Some(journal_mark(first.received_at, first.event.get()));
        }
    }

    /// Keeps the columns in parallel to the fold if a start would have much to replay.
    pub(super) fn keep_when_due(&mut self, projector: &Projector) {
        let behind = projector.position().saturating_sub(self.stored_position);
        let is_due = if self.last_record_at.elapsed() >= QUIET {
            !self.is_small(behind)
        } else {
            let is_enough = self.kept_at.elapsed() >= KEEP_EVERY;
            behind >= KEEP_AFTER && (is_enough || behind >= self.stored_position / 8)
        };
        let busy = self
            .writing
            .as_ref()
            .is_some_and(|writing| !writing.is_finished());
        if busy || !is_due {
            return;
        }
        if let Some(work) = self.work(projector) {
            let named = std::thread::Builder::new().name("svar-keep".to_owned());
            self.writing = named.spawn(work).ok();
        }
    }

    /// Keeps the columns before the fold ends.
    pub(super) fn keep_now(&mut self, projector: &Projector) {
        if let Some(writing) = self.writing.take()
            && writing.join().is_err()
        {
            tracing::warn!("keeping the columns failed; the next start folds them anew");
        }
        let behind = projector.position().saturating_sub(self.stored_position);
        if !self.is_small(behind)
            && let Some(work) = self.work(projector)
        {
            work();
        }
    }

    /// Whether so many records are replayed sooner than the columns are written. Where there is
    /// little in all, writing is quick, too.
    const fn is_small(&self, behind: u64) -> bool {
        behind == 0
            || (behind < KEEP_AFTER && behind.saturating_mul(SMALL_PART) < self.stored_position)
    }

    /// The work of keeping; the store goes first, which must never be behind.
    fn work(&mut self, projector: &Projector) -> Option<impl FnOnce() + Send + 'static> {
        let facts = projector.checkpoint(self.mark.as_ref()?)?;
        self.stored_position = facts.head.position;
        self.kept_at = Instant::now();
        let folder = self.folder.clone();
        let store = std::sync::Arc::clone(&projector.store);
        Some(move || {
            let flushed = store.flush().map_err(Error::from);
            let written = flushed.and_then(|()| checkpoint::write(&folder, &facts));
            if let Err(error) = written {
                tracing::warn!(%error, "the columns were not kept; the next start folds them anew");
            }
        })
    }
}
