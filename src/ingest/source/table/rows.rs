//! The rows of a table, decoded as they are read: any delimiter, quotes, and encodings.
//!
//! A byte that stands for no letter ends the reading with its line, so that a table is read whole
//! or not at all: the first of the two readings finds it. Fed by `open`.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::StringRecord;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde_json::Value;

use super::mapping::Mapping;
use crate::ingest::Error;
use crate::ingest::lines::MAX_RECORD_BYTES;
use crate::ingest::source::pages::{Broken, Receiver, Record};

/// Signs that stand between cells, the most usual first.
const DELIMITERS: [u8; 4] = *b",;\t|";
const CHUNK: usize = 64 << 10;

/// Hands all rows of a table to `receiver`, each as a record; gives their number.
pub(in crate::ingest::source) fn read(
    name: &str,
    input: impl Read,
    mapping: &Mapping,
    receiver: &mut dyn Receiver,
) -> Result<u64, Error> {
    let mut table = Table::open(name, input, mapping.delimiter, mapping.encoding.as_deref())?;
    table.call_as(mapping);
    let missing = mapping
        .columns()
        .find(|column| !table.heads.iter().any(|head| head == column));
    if let Some(column) = missing {
        return Err(Error::Mapping {
            name: name.to_owned(),
            reason: format!(
                "it has no column `{column}`, which the mapping names; it has: {}",
                table.heads.join(", ")
            ),
        });
    }
    let mut number = 0;
    while let Some(row) = table.next()? {
        number += 1;
        let done = match row {
            Ok(record) => receiver.take(number, None, record),
            Err(broken) => receiver.broken(number, None, broken),
        };
        if done.is_break() {
            break;
        }
    }
    if number == 0 {
        return Err(Error::Empty {
            name: name.to_owned(),
        });
    }
    Ok(number)
}

/// A table that is being read.
pub(in crate::ingest::source) struct Table<R: Read> {
    name: String,
    pub(in crate::ingest::source) heads: Vec<String>,
    reader: csv::Reader<BufReader<Decoded<R>>>,
    /// How many bytes the row at hand has taken so far.
    taken: Arc<AtomicU64>,
    row: StringRecord,
}

impl<R: Read> Table<R> {
    pub(in crate::ingest::source) fn open(
        name: &str,
        input: R,
        delimiter: Option<char>,
        encoding: Option<&str>,
    ) -> Result<Self, Error> {
        let encoding = encoding.and_then(|word| Encoding::for_label(word.as_bytes()));
        let fault = |cause: io::Error| broken(name, &cause);
        let taken = Arc::new(AtomicU64::new(0));
        let decoded = Decoded::new(input, encoding, Arc::clone(&taken)).map_err(fault)?;
        let mut decoded = BufReader::with_capacity(CHUNK, decoded);
        let seen = decoded.fill_buf().map_err(fault)?;
        let delimiter = delimiter.and_then(|sign| u8::try_from(sign).ok());
        let delimiter = delimiter.unwrap_or_else(|| delimiter_of(seen));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(decoded);
        let heads = reader.headers().map_err(|error| fault(error.into()))?;
        let heads = heads.iter().map(|head| head.trim().to_owned()).collect();
        Ok(Self {
            name: name.to_owned(),
            heads,
            reader,
            taken,
            row: StringRecord::new(),
        })
    }

    /// Calls columns as the mapping does where only the case of letters differs, as it does between
    /// versions of a product.
    fn call_as(&mut self, mapping: &Mapping) {
        for column in mapping.columns() {
            if self.heads.iter().any(|head| head == column) {
                continue;
            }
            let small = column.to_lowercase();
            let alike = |head: &&mut String| head.to_lowercase() == small;
            if let Some(head) = self.heads.iter_mut().find(alike) {
                column.clone_into(head);
            }
        }
    }

    /// The next row; one with other cells than there are heads is broken.
    pub(in crate::ingest::source) fn next(
        &mut self,
    ) -> Result<Option<Result<Record, Broken>>, Error> {
        self.taken.store(0, Ordering::Relaxed);
        let read = self.reader.read_record(&mut self.row);
        if !read.map_err(|error| broken(&self.name, &error.into()))? {
            return Ok(None);
        }
        let row = &self.row;
        if row.len() != self.heads.len() {
            let line = row.position().map_or(0, csv::Position::line);
            return Ok(Some(Err(Broken {
                line,
                reason: format!(
                    "{} cells; expected {}, as the head has",
                    row.len(),
                    self.heads.len()
                ),
                text: row.iter().take(20).collect::<Vec<_>>().join(" | "),
            })));
        }
        let cells = self.heads.iter().zip(row.iter());
        let cells = cells.map(|(head, cell)| (head.clone(), Value::from(cell.trim())));
        Ok(Some(Ok(cells.collect())))
    }
}

/// What a failed read of a table means.
fn broken(name: &str, cause: &io::Error) -> Error {
    Error::Table {
        name: name.to_owned(),
        reason: cause.to_string(),
    }
}

/// The sign that stands most often in the head, outside of quotes.
fn delimiter_of(text: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in text {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            byte => {
                for (count, _) in counts
                    .iter_mut()
                    .zip(DELIMITERS)
                    .filter(|(_, sign)| sign == byte)
                {
                    *count += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let found = counts
        .iter()
        .zip(DELIMITERS)
        .find(|(count, _)| **count == most);
    found.map_or(b',', |(_, sign)| sign)
}

/// A stream of bytes as UTF-8.
struct Decoded<R> {
    input: BufReader<R>,
    decoder: Decoder,
    encoding: &'static Encoding,
    text: Vec<u8>,
    /// How much of `text` has been read.
    read: usize,
    line: u64,
    taken: Arc<AtomicU64>,
    is_over: bool,
}

impl<R: Read> Decoded<R> {
    fn new(
        input: R,
        encoding: Option<&'static Encoding>,
        taken: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(CHUNK, input);
        let seen = input.fill_buf()?;
        let marked = match seen {
            [0xFF, 0xFE, ..] => Some(UTF_16LE),
            [0xFE, 0xFF, ..] => Some(UTF_16BE),
            [0xEF, 0xBB, 0xBF, ..] => Some(UTF_8),
            _ => None,
        };
        let encoding = marked.or(encoding).unwrap_or(UTF_8);
        Ok(Self {
            input,
            decoder: encoding.new_decoder_with_bom_removal(),
            encoding,
            text: Vec::new(),
            read: 0,
            line: 1,
            taken,
            is_over: false,
        })
    }

    /// Decodes the next piece into `text`.
    fn refill(&mut self) -> io::Result<()> {
        self.text.resize(CHUNK * 3, 0);
        self.read = 0;
        let seen = self.input.fill_buf()?;
        let is_last = seen.is_empty();
        let (result, used, written) =
            self.decoder
                .decode_to_utf8_without_replacement(seen, &mut self.text, is_last);
        self.input.consume(used);
        self.text.truncate(written);
        self.line += self
            .text
            .iter()
            .fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
        self.is_over = is_last && result == DecoderResult::InputEmpty;
        if let DecoderResult::Malformed(..) = result {
            let (line, name) = (self.line, self.encoding.name());
            let advice = if self.encoding == UTF_8 {
                "; if it is of Windows, say `encoding = \"windows-1252\"` in the mapping"
            } else {
                ""
            };
            let reason = format!("line {line} is not {name}{advice}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.text.len() && !self.is_over {
            self.refill()?;
        }
        let rest = self.text.get(self.read..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.read += length;
        let taken = self.taken.fetch_add(length as u64, Ordering::Relaxed);
        if taken > MAX_RECORD_BYTES as u64 {
            let reason = format!(
                "a row does not end within {} MiB; is a quote open?",
                MAX_RECORD_BYTES >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], encoding: Option<&str>) -> Result<Vec<String>, String> {
        let table = Table::open("t.csv", bytes, None, encoding);
        let mut table = table.map_err(|error| error.to_string())?;
        let mut rows = vec![table.heads.join("|")];
        while let Some(row) = table.next().map_err(|error| error.to_string())? {
            rows.push(match row {
                Ok(row) => row
                    .values()
                    .map(|cell| cell.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join("|"),
                Err(broken) => format!("line {} broken", broken.line),
            });
        }
        Ok(rows)
    }

    #[test]
    fn tables_of_any_delimiter_quote_and_encoding_are_read_alike() {
        let wanted = Ok(vec!["a|b".to_owned(), "é\n1|2;x".to_owned()]);
        assert_eq!(rows("a,b\r\n\"é\n1\",\"2;x\"\r\n".as_bytes(), None), wanted);
        assert_eq!(
            rows("\u{FEFF}a;b\n\"é\n1\";\"2;x\"".as_bytes(), None),
            wanted
        );
        assert_eq!(rows("a\tb\n\"é\n1\"\t2;x\n".as_bytes(), None), wanted);
        assert_eq!(
            rows(b"a,b\n\"\xE9\n1\",2;x\n", Some("windows-1252")),
            wanted
        );
        let wide = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        assert_eq!(rows(&wide("\u{FEFF}a,b\n\"é\n1\",2;x\n"), None), wanted);
    }

    #[test]
    fn a_byte_that_is_no_letter_refuses_the_table_with_its_line() {
        let fault = rows(b"a,b\n1,2\n\x96,3\n", None).unwrap_err();
        assert!(
            fault.contains("line 3 is not UTF-8") && fault.contains("windows-1252"),
            "{fault}"
        );
        assert_eq!(
            rows(b"a,b\n\x96,3\n", Some("windows-1252")).unwrap()[1],
            "–|3"
        );
        let cut = rows(b"\xFF\xFEa\0,\0b\0\n\0x", None).unwrap_err();
        assert!(cut.contains("UTF-16LE"), "{cut}");
    }

    #[test]
    fn a_row_with_other_cells_is_broken_alone() {
        let read = rows(b"a,b\n1\n1,2\n1,2,3\n", None).unwrap();
        assert_eq!(read, ["a|b", "line 2 broken", "1|2", "line 4 broken"]);
    }

    #[test]
    fn a_quote_that_stays_open_is_given_up() {
        let endless = b"a,b\n1,\"".chain(io::repeat(b'x'));
        let mut table = Table::open("t.csv", endless, None, None).unwrap();
        let Err(fault) = table.next() else {
            panic!("it has no end");
        };
        assert!(fault.to_string().contains("is a quote open?"), "{fault}");
    }
}
