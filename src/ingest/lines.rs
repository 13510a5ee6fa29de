//! Lines out of any stream of bytes, never holding more than one line of the longest size.
//!
//! A line that is too long or no UTF-8 is refused by its number and skipped; a last line
//! without an end is read. A byte order mark at the start and the CR of a CRLF are
//! dropped. Fed by `open` and by posted bodies; read by `Reader`.

use std::io::{self, BufRead, BufReader, Read};

use crate::model::event::MAX_LINE_BYTES;

/// How much of a line that is too long is kept for the reject file.
const KEPT_OF_TOO_LONG: usize = 1_000;
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// The longest line with CR, LF and, on the first, a byte order mark.
const MAX_RAW_BYTES: usize = MAX_LINE_BYTES + 2 + BOM.len();
/// After so much of a line that is too long no end of it is waited for: it may have none.
pub(super) const MOST_SKIPPED: u64 = 256 << 20;
/// The longest record of an export that is held.
pub(super) const MAX_RECORD_BYTES: usize = 64 << 20;
/// A buffer that grew beyond this is given back after its line.
const KEPT_CAPACITY: usize = 256 << 10;

/// A reader of bounded lines.
pub struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    /// Where the line in `line` starts in the stream.
    start: u64,
    /// Where the next line starts.
    next: u64,
}

/// A line, or why it is none.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Text without its line end; may be blank.
    Text(&'a str),
    /// Longer than [`MAX_LINE_BYTES`]; `beginning` is its first part.
    TooLong {
        /// The first thousand bytes, as far as they are text.
        beginning: String,
    },
    /// Not UTF-8.
    NotUtf8 {
        /// The first bad byte, counted from the line's start.
        offset: u64,
        /// The first bad byte, counted from the stream's start after decompression.
        stream_offset: u64,
        /// The line with its bad bytes replaced.
        lossy: String,
    },
}

impl<R: Read> Lines<R> {
    /// Lines of `input`.
    pub fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, input),
            line: Vec::new(),
            number: 0,
            start: 0,
            next: 0,
        }
    }

    /// The number of the line read last, from 1; 0 before the first.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end. A line that an error cuts off is not delivered; one
    /// that does not end is an error of the kind `FileTooLarge`.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.line.capacity() > KEPT_CAPACITY {
            self.line = Vec::new();
        }
        self.line.clear();
        self.start = self.next;
        let limit = u64::try_from(MAX_RAW_BYTES).unwrap_or(u64::MAX);
        let read = (&mut self.input)
            .take(limit)
            .read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        let is_whole = self.line.last() == Some(&b'\n');
        let skipped = if !is_whole && read == MAX_RAW_BYTES {
            let skipped = (&mut self.input).take(MOST_SKIPPED).skip_until(b'\n')?;
            if as_u64(skipped) == MOST_SKIPPED {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            skipped
        } else {
            0
        };
        self.next = self.start + as_u64(read) + as_u64(skipped);
        self.number += 1;
        let (from, content) = trimmed(&self.line, self.number == 1);
        if content.len() > MAX_LINE_BYTES {
            let start = content.get(..KEPT_OF_TOO_LONG).unwrap_or(content);
            return Ok(Some(Line::TooLong {
                beginning: String::from_utf8_lossy(start).into_owned(),
            }));
        }
        Ok(Some(match std::str::from_utf8(content) {
            Ok(text) => Line::Text(text),
            Err(fault) => Line::NotUtf8 {
                offset: as_u64(fault.valid_up_to()),
                stream_offset: self.start + as_u64(from + fault.valid_up_to()),
                lossy: String::from_utf8_lossy(content).into_owned(),
            },
        }))
    }
}

/// The line without its mark and end, and where that begins.
fn trimmed(line: &[u8], is_first: bool) -> (usize, &[u8]) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.strip_prefix(BOM) {
        Some(rest) if is_first => (BOM.len(), rest),
        _ => (0, line),
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut texts = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            texts.push(match line {
                Line::Text(text) => text.to_owned(),
                Line::TooLong { .. } => "<long>".to_owned(),
                Line::NotUtf8 {
                    offset,
                    stream_offset,
                    ..
                } => format!("<{offset} {stream_offset}>"),
            });
        }
        texts
    }

    #[test]
    fn ends_of_either_kind_a_mark_and_a_missing_end_are_read() {
        assert_eq!(texts(b"\xEF\xBB\xBFa\r\n\nb\nc"), ["a", "", "b", "c"]);
        assert_eq!(texts(b""), Vec::<String>::new());
        assert_eq!(texts(b"a\n"), ["a"]);
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_named_by_line_and_stream_offset() {
        assert_eq!(texts(b"ok\nab\xFFc\nok"), ["ok", "<2 5>", "ok"]);
        assert_eq!(texts(b"\xEF\xBB\xBFa\xFF"), ["<1 4>"]);
    }

    #[test]
    fn the_longest_line_is_read_and_a_longer_one_refused() {
        let longest = "x".repeat(MAX_LINE_BYTES);
        assert_eq!(
            texts(format!("\u{FEFF}{longest}\r\n{longest}x\n{longest}").as_bytes())
                .iter()
                .map(String::len)
                .collect::<Vec<_>>(),
            [MAX_LINE_BYTES, "<long>".len(), MAX_LINE_BYTES]
        );
    }

    #[test]
    fn a_line_without_end_is_an_error_and_the_lines_before_it_are_read() {
        let mut lines = Lines::new(b"a\n".chain(io::repeat(b'{')));
        assert_eq!(lines.next_line().unwrap(), Some(Line::Text("a")));
        let error = lines.next_line().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn a_line_of_100_mb_costs_one_buffer() {
        let long = io::repeat(b'x').take(100 << 20);
        let mut lines = Lines::new(b"a\n".chain(long).chain(&b"\nb\n"[..]));
        let mut whole = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            whole.push(matches!(line, Line::Text(_)));
            assert!(lines.line.capacity() <= 2 * MAX_RAW_BYTES);
        }
        assert_eq!(whole, [true, false, true]);
        assert_eq!(lines.number(), 3);
    }
}
