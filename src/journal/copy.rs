//! Copying segments as they are, each record looked at on the way: for backups.
//!
//! Runs next to the writer without a lock, because it stops at a position that is durable.
//! A segment that is compressed meanwhile is there in its other form. Used by `app`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::folder::Folder;
use super::record::RecordView;
use super::segment::{Lines, Segment};
use crate::disk::{self, Access, Draft};

/// A segment's file as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentFile {
    /// The seq of its first record.
    pub first_seq: u64,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is compressed, so that it will not change any more.
    pub sealed: bool,
}

/// The segments of the journal in `dir` that begin at or before `position`, in order.
///
/// What is missing between two of them is an error here only when there is no first one.
pub fn segments(dir: &Path, position: u64) -> Result<Vec<SegmentFile>, Error> {
    let folder = Folder::at(dir);
    let mut segments = Vec::new();
    for files in folder.list()?.segments {
        if files.first_seq > position {
            break;
        }
        let first_seq = files.first_seq;
        segments.push(SegmentFile {
            first_seq,
            path: if files.sealed {
                folder.sealed(first_seq)
            } else {
                folder.plain(first_seq)
            },
            sealed: files.sealed,
        });
    }
    match segments.first() {
        Some(first) if first.first_seq == 1 => Ok(segments),
        _ if position == 0 => Ok(segments),
        _ => Err(Error::Missing {
            segment: folder.plain(1),
        }),
    }
}

/// Copies a segment up to `position` into the file `target` and syncs it; gives the seq of
/// the last record in it. Every record of the copy is checked.
///
/// [`Error::Io`] of kind `NotFound` says that it has been compressed since it was listed.
pub fn copy_segment(segment: &SegmentFile, position: u64, target: &Path) -> Result<u64, Error> {
    if segment.sealed {
        copy_whole(segment, target)
    } else {
        copy_lines(segment, position, target)
    }
}

fn copy_whole(segment: &SegmentFile, target: &Path) -> Result<u64, Error> {
    let copied = || {
        let mut source = File::open(&segment.path)?;
        disk::copy(&mut source, target, Access::Shared)
    };
    copied().map_err(|error| Error::io("copy", &segment.path, error))?;
    let lines = Lines::open_sealed(target).map_err(|error| Error::io("open", target, error))?;
    let mut records = Segment::new(lines, segment.first_seq);
    // What is damaged is the original, of which this is the copy.
    while records
        .next_record()
        .map_err(|error| error.of(&segment.path))?
        .is_some()
    {}
    Ok(records.next_seq() - 1)
}

fn copy_lines(segment: &SegmentFile, position: u64, target: &Path) -> Result<u64, Error> {
    let failed = |error| Error::io("copy", &segment.path, error);
    let mut lines = Lines::open_plain(&segment.path).map_err(failed)?;
    let draft = Draft::create(target, Access::Shared);
    let mut out = BufWriter::new(draft.map_err(|error| Error::io("create", target, error))?);
    let mut next_seq = segment.first_seq;
    while next_seq <= position && lines.advance()? {
        let record = RecordView::parse(lines.line()).map_err(|fault| lines.refuse(fault))?;
        if record.seq != next_seq {
            let reason = format!("seq {} stands where {next_seq} belongs", record.seq);
            return Err(lines.damaged(reason));
        }
        let written = out.write_all(lines.line());
        written.map_err(|error| Error::io("write to", target, error))?;
        next_seq += 1;
    }
    let synced = out.flush().and_then(|()| out.get_ref().sync());
    synced.map_err(|error| Error::io("write to", target, error))?;
    Ok(next_seq - 1)
}
