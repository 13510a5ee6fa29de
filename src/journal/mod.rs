//! The append-only log: the only truth, from which everything else can be made again.
//!
//! `writer` appends one batch with one sync, `segment` and `reader` read, `recovery`
//! puts the folder in order on opening, `sealer` compresses what is full, `identity`
//! knows which events are there already, and `committer` lets many threads append at
//! once. What is decided is decided on its thread, and given its instant, source and id there;
//! a `witness` sees each event before the next decision. Fed by `app`; read by `projection`.
//! Never looks into an event beyond its identity, source and id.

mod check;
mod committer;
mod copy;
mod draft;
mod error;
mod folder;
mod identity;
mod queue;
mod reader;
mod record;
mod recovery;
mod rewrite;
mod sealer;
mod segment;
mod submission;
#[cfg(test)]
mod tests;
mod witness;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::failpoint;
use crate::model::Timestamp;

pub use crate::model::Via;
pub use check::{Finding, JournalCheck, check};
pub use committer::{Committer, Handle};
pub use copy::{SegmentFile, copy_segment, segments};
pub use draft::{Draft, Entry};
pub use error::{Error, Notice};
pub use identity::{Identity, content_hash};
pub use reader::Reader;
pub use record::{Record, RecordView};
pub use rewrite::{Change, rewrite};
pub use submission::{Decision, Outcome, Pending, Receipt, Submission};
pub use witness::Witness;

use folder::Folder;
use identity::{IdentitySet, SeqRange};
use sealer::Sealer;
use writer::Writer;

/// How a journal is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A segment that has reached this length is sealed before the next batch.
    pub segment_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
        }
    }
}

/// A journal and what its opening had to do.
pub struct OpenJournal {
    /// The journal, ready to be appended to.
    pub journal: Journal,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// What an append wrote.
#[derive(Debug)]
pub struct AppendResult {
    /// The new records, in order of their seqs.
    pub records: Vec<Record>,
    /// The last durable seq.
    pub log_position: u64,
}

/// What other threads may ask about a journal at any time.
#[derive(Debug, Default)]
struct Status {
    position: AtomicU64,
    read_only: AtomicBool,
}

/// The open journal of a data folder, for one owner.
pub struct Journal {
    folder: Folder,
    options: Options,
    writer: Writer,
    active: u64,
    next_seq: u64,
    identities: IdentitySet,
    sealer: Sealer,
    status: Arc<Status>,
}

impl Journal {
    /// Opens the journal in `dir`, making the folder if there is none.
    ///
    /// A batch that was not written whole is cut off the end, with a notice. Anything
    /// else that is missing or damaged is an error, and no record is touched then. Reads
    /// the last segment only, and of the others their identities' index.
    pub fn open(dir: &Path, options: Options) -> Result<OpenJournal, Error> {
        let folder = Folder::create(dir)?;
        let mut notices = Vec::new();
        let segments = recovery::tidy(&folder, &mut notices)?;
        failpoint::pass("journal.open.tidied");
        let active = segments.active.unwrap_or(1);
        if segments.active.is_none() {
            Writer::create(&folder.plain(active))?;
            failpoint::pass("journal.open.created");
            folder.sync()?;
        }
        let tail = recovery::read_tail(&folder, active)?;
        let identities =
            IdentitySet::open(folder.clone(), &segments.sealed, tail.keys, &mut notices)?;
        let (writer, cut) = Writer::open(&folder.plain(active), tail.len)?;
        if let Some(reason) = tail.cut {
            notices.push(Notice::Cut {
                segment: folder.plain(active),
                from_seq: tail.next_seq,
                bytes: cut,
                reason,
            });
        }
        let sealer = Sealer::start(folder.clone(), segments.uncompressed)?;
        let journal = Self {
            folder,
            options,
            writer,
            active,
            next_seq: tail.next_seq,
            identities,
            sealer,
            status: Arc::default(),
        };
        journal.publish();
        Ok(OpenJournal { journal, notices })
    }

    /// Appends one batch: gives out seqs, writes once, syncs once.
    ///
    /// After an [`Error::Io`] nothing of the batch is there and the next append may
    /// succeed; after an [`Error::ReadOnly`] none will. Does not ask whether the events
    /// are there already: that is the committer's part.
    pub fn append(
        &mut self,
        received_at: Timestamp,
        entries: Vec<Entry>,
    ) -> Result<AppendResult, Error> {
        self.writer.check()?;
        if entries.is_empty() {
            return Ok(self.appended(Vec::new()));
        }
        self.rotate_if_full()?;
        let keys: Vec<_> = entries.iter().map(|entry| entry.draft.key).collect();
        let records = self.number(received_at, entries);
        let bytes = self.encode(&records)?;
        let written = self.writer.append(&bytes);
        if let Err(error) = written {
            self.publish();
            return Err(error);
        }
        self.next_seq += records.len() as u64;
        self.identities.extend(keys);
        self.publish();
        Ok(self.appended(records))
    }

    /// The content hash under which an event is journalled, if it is.
    pub fn lookup(&mut self, identity: Identity) -> Result<Option<u64>, Error> {
        self.identities.lookup(identity)
    }

    /// The last durable seq; 0 in an empty journal.
    pub fn position(&self) -> u64 {
        self.status.position.load(Ordering::Acquire)
    }

    /// Reads everything durable from `from_seq` on.
    pub fn reader(&self, from_seq: u64) -> Result<Reader, Error> {
        Reader::new(self.folder.clone(), from_seq, self.position())
    }

    fn appended(&self, records: Vec<Record>) -> AppendResult {
        AppendResult {
            records,
            log_position: self.position(),
        }
    }

    fn number(&self, received_at: Timestamp, entries: Vec<Entry>) -> Vec<Record> {
        let batch = self.next_seq;
        let last = batch + entries.len() as u64 - 1;
        let numbered = (batch..).zip(entries);
        let record = |(seq, entry): (u64, Entry)| Record {
            seq,
            batch,
            more: seq < last,
            received_at,
            via: entry.via,
            actor: entry.actor,
            event: entry.draft.event,
            parsed: entry.draft.parsed,
        };
        numbered.map(record).collect()
    }

    fn encode(&self, records: &[Record]) -> Result<Vec<u8>, Error> {
        let (mut scratch, mut bytes) = (Vec::new(), Vec::new());
        for record in records {
            let encoded = record.encode(&mut scratch, &mut bytes);
            encoded.map_err(|error| {
                Error::io("write to", &self.folder.plain(self.active), error.into())
            })?;
        }
        Ok(bytes)
    }

    /// Turns to a new segment when the active one is full. Whatever fails here, the
    /// active segment stays as it is and the next append tries again.
    fn rotate_if_full(&mut self) -> Result<(), Error> {
        if self.writer.len() < self.options.segment_bytes.max(1) {
            return Ok(());
        }
        let run = self.identities.seal(SeqRange {
            first: self.active,
            last: self.next_seq - 1,
        })?;
        let path = self.folder.plain(self.next_seq);
        // An attempt that failed later may have made the file.
        Folder::remove(&path)?;
        let writer = Writer::create(&path)?;
        failpoint::pass("journal.rotate.created");
        self.folder.sync()?;
        failpoint::pass("journal.rotate.synced");
        self.writer = writer;
        self.identities.sealed(run);
        self.sealer.seal(self.active);
        self.active = self.next_seq;
        Ok(())
    }

    fn publish(&self) {
        let status = &self.status;
        status.position.store(self.next_seq - 1, Ordering::Release);
        let read_only = self.writer.is_broken();
        status.read_only.store(read_only, Ordering::Release);
    }
}
