//! Files of events, read in batches that fit one commit.
//!
//! Reading runs ahead of journalling by whole batches, so that the memory of an import
//! does not grow with its file. Fed by `ingest`; read by imports.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ingest::{Error, Input, Reader};
use crate::model::Event;

pub use crate::ingest::{Reject, Rejects};

/// How many events a batch holds at most.
pub const BATCH_EVENTS: usize = 2_000;
/// How many bytes of lines a batch is cut at.
pub const BATCH_BYTES: u64 = 4 << 20;

/// Events of a file that are journalled together.
#[derive(Debug, Default)]
pub struct Batch {
    /// Events.
    pub events: Vec<Arc<Event>>,
    /// The number of each event's line.
    pub lines: Vec<u64>,
    /// Lines that are no events.
    pub rejected: Vec<Reject>,
}

impl Batch {
    fn len(&self) -> usize {
        self.events.len() + self.rejected.len()
    }
}

/// The batches of a file; after an error it ends.
pub struct Batches {
    reader: Reader<CountingReader>,
    bytes: Arc<AtomicU64>,
    from_file: Arc<AtomicU64>,
    size: Option<u64>,
    fault: Option<Error>,
}

impl Batches {
    /// Opens the file at `path`; `-` is the standard input.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let input = Input::open(path)?;
        let bytes = Arc::new(AtomicU64::new(0));
        Ok(Self {
            bytes: Arc::clone(&bytes),
            from_file: input.bytes_read(),
            size: input.size(),
            reader: Reader::new(input.name().to_owned(), CountingReader { input, bytes }),
            fault: None,
        })
    }

    /// How many bytes were taken from the file so far, compressed as it is.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.from_file)
    }

    /// The file's length in bytes; `None` for a pipe.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        let mut batch = Batch::default();
        let began = self.bytes.load(Ordering::Relaxed);
        for item in self.reader.by_ref() {
            match item {
                Ok(Ok((line, event))) => {
                    batch.lines.push(line);
                    batch.events.push(Arc::new(event));
                }
                Ok(Err(rejected)) => batch.rejected.push(rejected),
                Err(fault) if batch.len() == 0 => return Some(Err(fault)),
                // What was read before the fault is journalled first.
                Err(fault) => {
                    self.fault = Some(fault);
                    break;
                }
            }
            let bytes = self.bytes.load(Ordering::Relaxed) - began;
            if batch.len() >= BATCH_EVENTS || bytes >= BATCH_BYTES {
                break;
            }
        }
        (batch.len() > 0).then_some(Ok(batch))
    }
}

/// An input whose bytes are counted after decompression.
struct CountingReader {
    input: Input,
    bytes: Arc<AtomicU64>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes
            .fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_fault_comes_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cut.jsonl.gz");
        let line = r#"{"type":"contact.blocked","at":"2026-01-01T00:00:00Z","contact":"c"}"#;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        io::Write::write_all(&mut encoder, format!("{line}\n{line}\n").as_bytes()).unwrap();
        let whole = encoder.finish().unwrap();
        std::fs::write(&path, &whole[..whole.len() - 4]).unwrap();
        let mut batches = Batches::open(&path).unwrap();
        assert_eq!(batches.next().unwrap().unwrap().events.len(), 2);
        assert!(matches!(batches.next(), Some(Err(Error::Cut { .. }))));
        assert!(batches.next().is_none());
    }

    #[test]
    fn a_batch_ends_where_it_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.jsonl");
        let line = r#"{"type":"contact.blocked","at":"2026-01-01T00:00:00Z","contact":"c"}"#;
        std::fs::write(&path, format!("{line}\nx\n").repeat(BATCH_EVENTS)).unwrap();
        let batches: Vec<Batch> = Batches::open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(batches.len(), 2);
        assert!(batches.iter().all(|batch| batch.len() == BATCH_EVENTS));
    }
}
