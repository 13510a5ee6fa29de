//! What an opening finds in the folder, and how it becomes a sound journal again.
//!
//! Only the end of the last segment can be unfinished: everything before it was
//! synced before the next thing began. So a bad record in the last batch is cut off
//! with that batch, and any other is damage, which is refused and never repaired here.
//! Called once by `journal` on opening; writes no record.
//!
//! Only the last plain segment can be cut. A record of a newer version is refused, never cut.

use super::error::{Error, Notice};
use super::folder::{Files, Folder};
use super::identity::{Key, SeqRange};
use super::record::{CRC_LEN, Fault, RecordView};
use super::segment::{Lines, Segment};

/// The segments of a folder that was put in order.
#[derive(Debug)]
pub(super) struct SegmentList {
    /// `(first, last)` seq of each segment but the last.
    pub(super) sealed: Vec<SeqRange>,
    /// Those of them that are not compressed yet.
    pub(super) uncompressed: Vec<u64>,
    /// First seq of the segment to go on with; `None` in an empty folder.
    pub(super) active: Option<u64>,
}

/// Lists the segments, removes what interrupted sealings left, and refuses gaps.
pub(super) fn tidy(folder: &Folder, notices: &mut Vec<Notice>) -> Result<SegmentList, Error> {
    let listing = folder.list()?;
    for file in listing.unfinished {
        Folder::remove(&file)?;
        notices.push(Notice::LeftoverRemoved { file });
    }
    let mut files = listing.segments;
    if files.first().is_some_and(|first| first.first_seq != 1) {
        return Err(missing(folder, 1));
    }
    // An identity run is written for a segment that exists.
    if let Some(orphan) = files.iter().find(|files| !files.plain && !files.sealed) {
        return Err(missing(folder, orphan.first_seq));
    }
    let Some(active) = files.pop() else {
        return Ok(SegmentList {
            sealed: Vec::new(),
            uncompressed: Vec::new(),
            active: None,
        });
    };
    if active.sealed {
        return Err(missing_after(folder, active.first_seq));
    }
    if active.run {
        // Of a rotation that was not finished; the segment may go on differently now.
        Folder::remove(&folder.run(active.first_seq))?;
    }
    let ends = files.iter().skip(1).map(|next| next.first_seq);
    let ends = ends.chain([active.first_seq]);
    let mut segments = SegmentList {
        sealed: Vec::with_capacity(files.len()),
        uncompressed: Vec::new(),
        active: Some(active.first_seq),
    };
    for (segment, end) in files.iter().zip(ends) {
        let seqs = SeqRange {
            first: segment.first_seq,
            last: end - 1,
        };
        segments.sealed.push(seqs);
        if choose_form(folder, *segment, seqs, notices)? {
            segments.uncompressed.push(segment.first_seq);
        }
    }
    Ok(segments)
}

/// Removes one of two forms of a segment, if there are two; `true` if the plain one stays.
fn choose_form(
    folder: &Folder,
    files: Files,
    seqs: SeqRange,
    notices: &mut Vec<Notice>,
) -> Result<bool, Error> {
    if !(files.plain && files.sealed) {
        return Ok(files.plain);
    }
    let sealed = folder.sealed(seqs.first);
    let whole = is_whole(&sealed, seqs);
    let file = if whole {
        folder.plain(seqs.first)
    } else {
        sealed
    };
    Folder::remove(&file)?;
    notices.push(Notice::LeftoverRemoved { file });
    folder.sync()?;
    Ok(!whole)
}

fn is_whole(sealed: &std::path::Path, seqs: SeqRange) -> bool {
    let Ok(lines) = Lines::open_sealed(sealed) else {
        return false;
    };
    let mut segment = Segment::new(lines, seqs.first);
    loop {
        match segment.next_record() {
            Ok(Some(_)) => {}
            Ok(None) => return segment.next_seq() == seqs.last + 1,
            Err(_) => return false,
        }
    }
}

fn missing(folder: &Folder, first_seq: u64) -> Error {
    Error::Missing {
        segment: folder.plain(first_seq),
    }
}

/// A segment is compressed only when the next one exists, so that the next one is gone.
fn missing_after(folder: &Folder, first_seq: u64) -> Error {
    let read_to_end = || -> Result<u64, Error> {
        let mut segment = Segment::open(folder, first_seq)?;
        while segment.next_record()?.is_some() {}
        Ok(segment.next_seq())
    };
    match read_to_end() {
        Ok(next) => missing(folder, next),
        Err(error) => error,
    }
}

/// The active segment, as far as it is sound.
pub(super) struct Tail {
    /// Its length in bytes.
    pub(super) len: u64,
    /// The seq that comes next.
    pub(super) next_seq: u64,
    /// The keys of its records.
    pub(super) keys: Vec<Key>,
    /// What was wrong after `len`, if anything was.
    pub(super) cut: Option<String>,
}

/// Reads the active segment and finds where it must be cut. Changes nothing.
pub(super) fn read_tail(folder: &Folder, first_seq: u64) -> Result<Tail, Error> {
    let path = folder.plain(first_seq);
    let lines = Lines::open_plain(&path).map_err(|error| Error::io("open", &path, error))?;
    let batch = Batch {
        seq: first_seq,
        start: 0,
        more: false,
    };
    Scan {
        lines,
        next_seq: first_seq,
        batch,
        keys: Vec::new(),
    }
    .run()
}

/// The batch of the record that was read last.
#[derive(Clone, Copy)]
struct Batch {
    seq: u64,
    /// Where its first line starts.
    start: u64,
    /// Whether its last record is still to come.
    more: bool,
}

struct Scan {
    lines: Lines,
    next_seq: u64,
    batch: Batch,
    keys: Vec<Key>,
}

impl Scan {
    fn run(mut self) -> Result<Tail, Error> {
        while self.lines.advance()? {
            if let Err(reason) = self.accept() {
                return self.judge(reason);
            }
        }
        if self.batch.more {
            let reason = "its last batch ends too early".to_owned();
            let unfinished = self.batch;
            return Ok(self.cut(unfinished, reason));
        }
        Ok(Tail {
            len: self.lines.end(),
            next_seq: self.next_seq,
            keys: self.keys,
            cut: None,
        })
    }

    /// Takes the present line as the next record, or says what is wrong with it.
    fn accept(&mut self) -> Result<(), Fault> {
        let record = RecordView::parse(self.lines.line())?;
        let bad = |reason: String| Err(Fault::Bad(reason));
        if record.seq != self.next_seq {
            return bad(format!(
                "seq {} stands where {} belongs",
                record.seq, self.next_seq
            ));
        }
        let begins = record.batch == record.seq;
        let goes_on = record.batch == self.batch.seq && !self.keys.is_empty();
        if begins == goes_on || (begins && self.batch.more) {
            return bad(format!(
                "seq {} does not fit in batch {}",
                record.seq, record.batch
            ));
        }
        let key = Key::of_event(record.event.get());
        let key = key.map_err(|error| Fault::Bad(error.to_string()))?;
        self.batch = Batch {
            seq: record.batch,
            start: if begins {
                self.lines.start()
            } else {
                self.batch.start
            },
            more: record.more,
        };
        self.keys.push(key);
        self.next_seq += 1;
        Ok(())
    }

    /// Decides what the bad present line means, from it and what comes after it.
    fn judge(mut self, fault: Fault) -> Result<Tail, Error> {
        let damage = self.lines.refuse(fault.clone());
        let Fault::Bad(reason) = fault else {
            return Err(damage);
        };
        let next = Batch {
            seq: self.next_seq,
            start: self.lines.start(),
            more: true,
        };
        let mut goes_on = self.batch.more;
        let mut latest = 0;
        loop {
            if matches!(RecordView::parse(self.lines.line()), Err(Fault::Newer(_))) {
                return Err(damage);
            }
            for record in records_in(self.lines.line()) {
                goes_on |= record.batch == self.batch.seq && record.seq >= next.seq;
                latest = latest.max(record.batch);
            }
            if !self.lines.advance()? {
                break;
            }
        }
        let unfinished = if goes_on { self.batch } else { next };
        if latest > unfinished.seq {
            return Err(damage);
        }
        Ok(self.cut(unfinished, reason))
    }

    fn cut(mut self, unfinished: Batch, reason: String) -> Tail {
        let taken = usize::try_from(self.next_seq - unfinished.seq).unwrap_or(usize::MAX);
        self.keys.truncate(self.keys.len().saturating_sub(taken));
        Tail {
            len: unfinished.start,
            next_seq: unfinished.seq,
            keys: self.keys,
            cut: Some(reason),
        }
    }
}

/// The sound records in `line`, even where a lost newline put one behind a bad one.
fn records_in(line: &[u8]) -> impl Iterator<Item = RecordView<'_>> {
    const START: &[u8] = b" {\"seq\":";
    let starts = line.windows(START.len()).enumerate();
    let starts = starts.filter(|(_, window)| *window == START);
    starts.filter_map(|(at, _)| {
        let (_, tail) = line.split_at_checked(at.checked_sub(CRC_LEN)?)?;
        RecordView::parse(tail).ok()
    })
}
