//! Events out of lines: each line is an event or refused by number, field and reason.
//!
//! A refused line stops nothing; only a stream that cannot be read to its end does, after
//! all lines before were delivered. Fed by `open` or any other stream; read by imports.

use std::io::Read;

use super::lines::{Line, Lines};
use super::{Error, Input, Reject};
use crate::model::Event;

/// A line's number with its event, or why it is none.
pub type LineResult = Result<(u64, Event), Reject>;

/// Reads newline-delimited events; an iterator that ends after its first [`Error`].
pub struct Reader<R> {
    name: String,
    lines: Lines<R>,
    is_empty: bool,
    is_over: bool,
}

impl Reader<Input> {
    /// Events of an opened input.
    pub fn of(input: Input) -> Self {
        Self::new(input.name().to_owned(), input)
    }
}

impl<R: Read> Reader<R> {
    /// Events of `stream`, which messages call `name`.
    pub fn new(name: impl Into<String>, stream: R) -> Self {
        Self {
            name: name.into(),
            lines: Lines::new(stream),
            is_empty: true,
            is_over: false,
        }
    }

    /// How many lines were read so far, blank ones too.
    pub const fn lines(&self) -> u64 {
        self.lines.number()
    }

    fn step(&mut self) -> Option<Result<LineResult, Error>> {
        loop {
            let number = self.lines.number() + 1;
            let parsed = match self.lines.next_line() {
                Ok(None) if self.is_empty => {
                    return Some(Err(Error::Empty {
                        name: self.name.clone(),
                    }));
                }
                Ok(None) => return None,
                Ok(Some(Line::Text(text))) if text.trim().is_empty() => continue,
                Ok(Some(line)) => parse(number, line),
                Err(cause) => return Some(Err(Error::read(&self.name, number - 1, cause))),
            };
            self.is_empty = false;
            return Some(Ok(parsed));
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<LineResult, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.step();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Reads one line's event.
fn parse(number: u64, line: Line<'_>) -> LineResult {
    match line {
        Line::Text(text) => parse_text(number, text),
        Line::TooLong { beginning } => Err(Reject {
            line: number,
            field: String::new(),
            reason: "the line is longer than 4 MiB".to_owned(),
            text: beginning,
        }),
        Line::NotUtf8 {
            offset,
            stream_offset,
            lossy,
        } => Err(Reject {
            line: number,
            field: String::new(),
            reason: format!(
                "not UTF-8 at byte {offset} of the line (byte {stream_offset} of the input)"
            ),
            text: lossy,
        }),
    }
}

/// Reads one event's text.
pub(super) fn parse_text(number: u64, text: &str) -> LineResult {
    match Event::parse(text) {
        Ok(event) => Ok((number, event)),
        Err(error) => Err(Reject {
            line: number,
            field: error.field,
            reason: error.reason,
            text: text.to_owned(),
        }),
    }
}
