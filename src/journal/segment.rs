//! Reading one segment, plain or sealed: its lines, and its records in strict order.
//!
//! `Lines` knows where each line is and trusts nothing in it; `Segment` refuses
//! the first record that is not the next one. `recovery` reads lines, everything else
//! reads segments.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::folder::Folder;
use super::record::{Fault, MAX_LINE, RecordView};

const BUFFER: usize = 256 << 10;

/// The lines of a segment, with their places.
pub(super) struct Lines {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    number: u64,
    start: u64,
    end: u64,
}

impl Lines {
    /// Opens the segment's one file. It may be sealed between two looks, but the
    /// sealed form is there before the plain one goes.
    pub(super) fn open(folder: &Folder, first_seq: u64) -> Result<Self, Error> {
        let plain = folder.plain(first_seq);
        match Self::open_plain(&plain) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened.map_err(|error| Error::io("open", &plain, error)),
        }
        let sealed = folder.sealed(first_seq);
        Self::open_sealed(&sealed).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::Missing { segment: sealed },
            _ => Error::io("open", &sealed, error),
        })
    }

    /// Opens an uncompressed file.
    pub(super) fn open_plain(path: &Path) -> io::Result<Self> {
        let input = BufReader::with_capacity(BUFFER, File::open(path)?);
        Ok(Self::new(path, Box::new(input)))
    }

    /// Opens a compressed file.
    pub(super) fn open_sealed(path: &Path) -> io::Result<Self> {
        let input = zstd::stream::read::Decoder::new(File::open(path)?)?;
        let input = BufReader::with_capacity(BUFFER, input);
        Ok(Self::new(path, Box::new(input)))
    }

    fn new(path: &Path, input: Box<dyn BufRead + Send>) -> Self {
        Self {
            path: path.to_owned(),
            input,
            line: Vec::new(),
            number: 0,
            start: 0,
            end: 0,
        }
    }

    /// Goes to the next line, its newline included; `false` at the end. What is longer
    /// than a record can be comes in pieces.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        self.line.clear();
        let mut piece = (&mut self.input).take(MAX_LINE as u64);
        let read = piece.read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| self.unreadable(error))?;
        self.start = self.end;
        self.end += read as u64;
        self.number += 1;
        Ok(read > 0)
    }

    /// The present line.
    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Where the present line starts, in uncompressed bytes.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// Where it ends.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// The present line is not what was written.
    pub(super) fn damaged(&self, reason: String) -> Error {
        Error::Damaged {
            segment: self.path.clone(),
            line: self.number,
            offset: self.start,
            reason,
        }
    }

    /// The present line is no record that can be read here.
    pub(super) fn refuse(&self, fault: Fault) -> Error {
        match fault {
            Fault::Bad(reason) => self.damaged(reason),
            Fault::Newer(version) => Error::Newer {
                segment: self.path.clone(),
                line: self.number,
                version,
            },
        }
    }

    /// An error without a code of the system comes from the decompression.
    fn unreadable(&self, error: io::Error) -> Error {
        if error.raw_os_error().is_some() {
            return Error::io("read", &self.path, error);
        }
        Error::Damaged {
            segment: self.path.clone(),
            line: self.number + 1,
            offset: self.end,
            reason: error.to_string(),
        }
    }
}

/// The records of a segment, which must follow each other.
pub(super) struct Segment {
    lines: Lines,
    next_seq: u64,
}

impl Segment {
    /// Opens the segment that begins with `first_seq`.
    pub(super) fn open(folder: &Folder, first_seq: u64) -> Result<Self, Error> {
        Lines::open(folder, first_seq).map(|lines| Self::new(lines, first_seq))
    }

    /// Reads `lines` as the segment that begins with `first_seq`.
    pub(super) const fn new(lines: Lines, first_seq: u64) -> Self {
        Self {
            lines,
            next_seq: first_seq,
        }
    }

    /// The seq that comes next.
    pub(super) const fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Passes over the records before `seq` by counting their lines. A newline too many
    /// or too few shows in the first record that is read.
    pub(super) fn skip_to(&mut self, seq: u64) -> Result<(), Error> {
        while self.next_seq < seq && self.lines.advance()? {
            self.next_seq += 1;
        }
        Ok(())
    }

    /// The next record; `None` at the segment's end.
    pub(super) fn next_record(&mut self) -> Result<Option<RecordView<'_>>, Error> {
        if !self.lines.advance()? {
            return Ok(None);
        }
        let record = match RecordView::parse(&self.lines.line) {
            Ok(record) if record.seq == self.next_seq => record,
            Ok(record) => {
                let reason = format!("seq {} stands where {} belongs", record.seq, self.next_seq);
                return Err(self.damaged(reason));
            }
            Err(fault) => return Err(self.lines.refuse(fault)),
        };
        self.next_seq += 1;
        Ok(Some(record))
    }

    /// The record that was read last is not what was written.
    pub(super) fn damaged(&self, reason: String) -> Error {
        self.lines.damaged(reason)
    }
}
