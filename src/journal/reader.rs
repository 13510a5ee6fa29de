//! Reads records in order, from one seq to another, across sealed and active segments.
//!
//! It ends at a position that is durable, so that it never sees a batch that nobody
//! was told about, and runs next to the writer without a lock. Made by `journal` or from a
//! folder; read by `projection` and the exports.

use std::path::Path;
use std::sync::Arc;

use super::error::Error;
use super::folder::Folder;
use super::record::{Record, RecordView};
use super::segment::Segment;

/// An iterator over records. After an error it ends.
pub struct Reader {
    folder: Folder,
    /// First seqs of the segments still to be read, the next one last.
    later: Vec<u64>,
    segment: Option<Segment>,
    next_seq: u64,
    position: u64,
    actor: Option<Arc<str>>,
}

impl Reader {
    /// Reads the records `from_seq..=position` of the journal in `dir`. `position` is
    /// the journal's, taken before this call; what comes later is not seen.
    pub fn open(dir: &Path, from_seq: u64, position: u64) -> Result<Self, Error> {
        Self::new(Folder::at(dir), from_seq, position)
    }

    pub(super) fn new(folder: Folder, from_seq: u64, position: u64) -> Result<Self, Error> {
        let next_seq = from_seq.max(1);
        let mut later = Vec::new();
        if next_seq <= position {
            let files = folder.list()?.segments.into_iter();
            later.extend(files.map(|files| files.first_seq));
            let after = later.partition_point(|&first_seq| first_seq <= next_seq);
            later.drain(..after.saturating_sub(1));
            later.reverse();
        }
        Ok(Self {
            folder,
            later,
            segment: None,
            next_seq,
            position,
            actor: None,
        })
    }

    /// The seq that the next record will have.
    pub const fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// The next record, borrowed from the reader's buffer: the fast way through many.
    pub fn next_view(&mut self) -> Result<Option<RecordView<'_>>, Error> {
        if self.next_seq > self.position {
            return Ok(None);
        }
        self.enter_segment()?;
        let view = match &mut self.segment {
            Some(segment) => segment.next_record()?,
            None => None,
        };
        let Some(view) = view else {
            return Err(Error::Missing {
                segment: self.folder.plain(self.next_seq),
            });
        };
        self.next_seq += 1;
        Ok(Some(view))
    }

    /// Opens the segment in which the next record is the first to be read.
    fn enter_segment(&mut self) -> Result<(), Error> {
        let begins = |first_seq: &mut u64| *first_seq <= self.next_seq;
        if let Some(first_seq) = self.later.pop_if(begins) {
            let mut segment = Segment::open(&self.folder, first_seq)?;
            segment.skip_to(self.next_seq)?;
            self.segment = Some(segment);
        }
        Ok(())
    }
}

impl Iterator for Reader {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let last = self.actor.take();
        let record = match self.next_view() {
            Ok(view) => view?.to_record(last.as_ref()),
            Err(error) => {
                self.position = 0;
                return Some(Err(error));
            }
        };
        self.actor = Some(Arc::clone(&record.actor));
        Some(Ok(record))
    }
}
