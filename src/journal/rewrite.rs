//! Writing records again with other events, for an erasure: the only thing that ever changes one.
//!
//! Each segment that changes is written beside itself, synced, and takes its own place; its
//! identities go first, because they are hashes of what it said. A record keeps its seq, its
//! batch and all that is said of it. A kill between any two steps leaves a sound journal, and
//! the next run goes on. Nobody else may have the journal open meanwhile. Used by `app`.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::value::RawValue;

use super::error::Error;
use super::folder::Folder;
use super::sealer::encoder;
use super::segment::Segment;
use crate::disk::{Access, Draft, temporary};
use crate::failpoint;

/// What an event becomes; none: it stays. An error says why it cannot be told.
pub type Change<'a> = dyn Fn(&str) -> Result<Option<Box<RawValue>>, String> + 'a;

/// Gives the records of the journal in `dir` other events; how many segments that changed.
pub fn rewrite(dir: &Path, change: &Change<'_>) -> Result<u64, Error> {
    let folder = Folder::at(dir);
    let mut changed = 0;
    for files in folder.list()?.segments {
        let rewriting = Rewriting {
            folder: &folder,
            first_seq: files.first_seq,
            change,
        };
        if !rewriting.changes()? {
            continue;
        }
        if files.sealed {
            rewriting.replace(&folder.sealed(files.first_seq), Form::Sealed)?;
        } else {
            rewriting.replace(&folder.plain(files.first_seq), Form::Plain)?;
        }
        changed += 1;
    }
    Ok(changed)
}

/// How a segment is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Sealed,
}

/// One segment being written again.
struct Rewriting<'a> {
    folder: &'a Folder,
    first_seq: u64,
    change: &'a Change<'a>,
}

impl Rewriting<'_> {
    /// Whether any record of it changes.
    fn changes(&self) -> Result<bool, Error> {
        let mut segment = Segment::open(self.folder, self.first_seq)?;
        while let Some(record) = segment.next_record()? {
            match (self.change)(record.event.get()) {
                Ok(None) => {}
                Ok(Some(_)) => return Ok(true),
                Err(reason) => return Err(segment.damaged(reason)),
            }
        }
        Ok(false)
    }

    fn replace(&self, place: &Path, form: Form) -> Result<(), Error> {
        let unfinished = temporary(place);
        let draft = self.write(&unfinished, form)?;
        failpoint::pass("erase.written");
        // Before the segment: what has other words than its run says would pass for the same.
        Folder::remove(&self.folder.run(self.first_seq))?;
        failpoint::pass("erase.run");
        let placed = draft.rename(place);
        drop(placed.map_err(|error| Error::io("rename", &unfinished, error))?);
        self.folder.sync()?;
        failpoint::pass("erase.renamed");
        Ok(())
    }

    /// The segment with what its records become, durable under another name.
    fn write(&self, unfinished: &Path, form: Form) -> Result<Draft, Error> {
        let failed = |error| Error::io("write", unfinished, error);
        let draft = Draft::create(unfinished, Access::Shared).map_err(failed)?;
        let draft = match form {
            Form::Plain => {
                let mut out = BufWriter::new(draft);
                self.copy(&mut out, unfinished)?;
                out.into_inner()
                    .map_err(|error| failed(error.into_error()))?
            }
            Form::Sealed => {
                let mut out = encoder(draft).map_err(failed)?;
                self.copy(&mut out, unfinished)?;
                out.finish().map_err(failed)?
            }
        };
        draft.sync().map_err(failed)?;
        self.check(unfinished, form)?;
        Ok(draft)
    }

    fn copy(&self, out: &mut impl Write, unfinished: &Path) -> Result<(), Error> {
        let failed = |error| Error::io("write", unfinished, error);
        let mut segment = Segment::open(self.folder, self.first_seq)?;
        let (mut scratch, mut line) = (Vec::new(), Vec::new());
        while let Some(view) = segment.next_record()? {
            let mut record = view.to_record(None);
            match (self.change)(record.event.get()) {
                Ok(None) => {}
                Ok(Some(event)) => record.event = event,
                Err(reason) => return Err(segment.damaged(reason)),
            }
            line.clear();
            let encoded = record.encode(&mut scratch, &mut line);
            encoded.map_err(|error| failed(error.into()))?;
            out.write_all(&line).map_err(failed)?;
        }
        Ok(())
    }

    /// What will be the only copy is read once, and has as many records as the one that goes.
    fn check(&self, unfinished: &Path, form: Form) -> Result<(), Error> {
        let failed = |error| Error::io("read back", unfinished, error);
        let count = |mut segment: Segment| {
            while segment.next_record()?.is_some() {}
            Ok::<u64, Error>(segment.next_seq())
        };
        let lines = match form {
            Form::Plain => super::segment::Lines::open_plain(unfinished),
            Form::Sealed => super::segment::Lines::open_sealed(unfinished),
        };
        let written = count(Segment::new(lines.map_err(failed)?, self.first_seq))?;
        let before = count(Segment::open(self.folder, self.first_seq)?)?;
        if written == before {
            return Ok(());
        }
        Err(failed(std::io::Error::other(
            "it has another number of records",
        )))
    }
}
