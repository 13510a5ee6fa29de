//! JSON of any size, taken apart value by value.
//!
//! Holds one value at a time and knows no more of JSON than where a value ends; what is in it is
//! read by whoever asked for it. A value that is broken is skipped as a whole, and where a break
//! goes further, reading goes on at the next line that begins with a brace: exports are written
//! line by line or page by page. Fed by `pages`.

use std::io::{self, BufRead, BufReader, Read};

use crate::ingest::lines::MAX_RECORD_BYTES;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why no value could be taken.
#[derive(Debug)]
pub(super) enum Fault {
    /// The stream failed.
    Io(io::Error),
    /// The stream ends within a value.
    End,
    /// The value is longer than is held.
    TooLong,
    /// What is there is no JSON.
    Syntax(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A stream of JSON.
pub(super) struct Scanner<R> {
    input: BufReader<R>,
    value: Vec<u8>,
    line: u64,
    /// Whether the next byte is the first of its line.
    is_at_line_start: bool,
}

/// How far a value has been taken.
#[derive(Default)]
struct Progress {
    depth: usize,
    is_text: bool,
    is_escaped: bool,
    is_scalar: bool,
}

/// Where a piece of a value ends.
enum Piece {
    /// The value goes on after so many bytes.
    Goes(usize),
    /// It ends after so many bytes.
    Ends(usize),
    /// It is broken after so many bytes.
    Breaks(usize),
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(256 << 10, input),
            value: Vec::new(),
            line: 1,
            is_at_line_start: true,
        }
    }

    /// The line of the next byte, from 1.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The value taken last.
    pub(super) fn value(&self) -> &[u8] {
        &self.value
    }

    /// Passes over a byte order mark.
    pub(super) fn skip_mark(&mut self) -> Result<(), Fault> {
        if self.input.fill_buf()?.starts_with(BOM) {
            self.input.consume(BOM.len());
        }
        Ok(())
    }

    /// The next byte that is no white space; it stays.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().take_while(|byte| is_blank(**byte)).count();
            let found = buffer.get(blank).copied();
            let blanks = buffer.get(..blank).unwrap_or_default();
            if let Some(last) = blanks.last() {
                self.is_at_line_start = *last == b'\n';
            }
            self.line += line_ends(blanks);
            self.input.consume(blank);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Passes over the byte that was looked at.
    pub(super) fn pass(&mut self) {
        self.input.consume(1);
        self.is_at_line_start = false;
    }

    /// Passes over a byte that has to come next.
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), Fault> {
        match self.peek()? {
            Some(found) if found == wanted => {
                self.pass();
                Ok(())
            }
            Some(found) => Err(unexpected(found, char::from(wanted))),
            None => Err(Fault::End),
        }
    }

    /// Takes the next value; [`Self::value`] is its text.
    pub(super) fn take(&mut self) -> Result<(), Fault> {
        self.value.clear();
        let mut progress = Progress::default();
        match self.peek()? {
            None => return Err(Fault::End),
            Some(found @ (b',' | b':' | b']' | b'}')) => return Err(unexpected(found, '{')),
            Some(b'{' | b'[' | b'"') => {}
            Some(_) => progress.is_scalar = true,
        }
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return if progress.is_scalar {
                    Ok(())
                } else {
                    Err(Fault::End)
                };
            }
            let piece = progress.run(buffer);
            let (Piece::Goes(used) | Piece::Ends(used) | Piece::Breaks(used)) = piece;
            let taken = buffer.get(..used).unwrap_or_default();
            self.line += line_ends(taken);
            self.value.extend_from_slice(taken);
            self.input.consume(used);
            self.is_at_line_start = false;
            match piece {
                Piece::Ends(_) => return Ok(()),
                Piece::Breaks(_) => {
                    return Err(Fault::Syntax("the line ends within a text".to_owned()));
                }
                Piece::Goes(_) if self.value.len() > MAX_RECORD_BYTES => {
                    return Err(Fault::TooLong);
                }
                Piece::Goes(_) => {}
            }
        }
    }

    /// Goes to the next line that begins with a brace; false: there is none.
    pub(super) fn recover(&mut self) -> Result<bool, Fault> {
        loop {
            if self.is_at_line_start {
                match self.input.fill_buf()?.first() {
                    None => return Ok(false),
                    Some(b'{' | b'[') => return Ok(true),
                    Some(_) => {}
                }
            }
            if self.input.skip_until(b'\n')? == 0 {
                return Ok(false);
            }
            self.line += 1;
            self.is_at_line_start = true;
        }
    }
}

impl Progress {
    fn run(&mut self, buffer: &[u8]) -> Piece {
        let mut place = 0;
        while let Some(byte) = buffer.get(place) {
            if self.is_text {
                if std::mem::take(&mut self.is_escaped) {
                    place += 1;
                    continue;
                }
                let rest = buffer.get(place..).unwrap_or_default();
                let plain = rest
                    .iter()
                    .position(|byte| matches!(byte, b'"' | b'\\' | b'\n'));
                let Some(plain) = plain else {
                    return Piece::Goes(buffer.len());
                };
                place += plain;
                match buffer.get(place) {
                    Some(b'\n') => return Piece::Breaks(place),
                    Some(b'\\') => self.is_escaped = true,
                    _ => self.is_text = false,
                }
                place += 1;
                if !self.is_text && self.depth == 0 {
                    return Piece::Ends(place);
                }
                continue;
            }
            match byte {
                b'"' => self.is_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' if self.depth == 1 => return Piece::Ends(place + 1),
                b',' | b':' | b'}' | b']' if self.is_scalar => return Piece::Ends(place),
                byte if self.is_scalar && is_blank(*byte) => return Piece::Ends(place),
                _ => {}
            }
            place += 1;
        }
        Piece::Goes(buffer.len())
    }
}

fn unexpected(found: u8, wanted: char) -> Fault {
    let found = char::from(found);
    Fault::Syntax(format!(
        "found `{}`; expected `{wanted}`",
        found.escape_default()
    ))
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |count, byte| count + u64::from(*byte == b'\n'))
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
