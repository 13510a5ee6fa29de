//! Opening what a user names: plain, gzip or zstd, known by its first bytes, not its name.
//!
//! `-` is the standard input. Folders and files that hold no lines are refused with
//! what they are. The bytes taken from the file are counted as they come, so that a
//! progress bar can show them. Never parses a line; `Reader` does.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Error, archive};

/// How much is looked at to tell what an input is.
const PEEKED: usize = 512;

/// An open input, decompressed as it is read.
pub struct Input {
    name: String,
    reader: Box<dyn Read + Send>,
    bytes_read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl Input {
    /// Opens the file at `path`; `-` is the standard input.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if path == Path::new("-") {
            return Self::from_read("standard input", io::stdin());
        }
        Self::open_file(path, Expected::Json)
    }

    /// Opens a table, which may be written in UTF-16.
    pub fn open_table(path: &Path) -> Result<Self, Error> {
        Self::open_file(path, Expected::Table)
    }

    fn open_file(path: &Path, expected: Expected) -> Result<Self, Error> {
        let name = path.display().to_string();
        if let Some(entry) = archive::open(path) {
            let (entry, bytes) = entry?;
            let mut input = Self::new(&name, entry, expected)?;
            input.size = Some(bytes);
            return Ok(input);
        }
        let file = File::open(path).map_err(|cause| Error::io("open", &name, cause))?;
        let about = file
            .metadata()
            .map_err(|cause| Error::io("open", &name, cause))?;
        if about.is_dir() {
            return Err(Error::Folder { name });
        }
        let mut input = Self::new(&name, file, expected)?;
        input.size = about.is_file().then_some(about.len());
        Ok(input)
    }

    /// An input out of any stream; `name` is what messages call it.
    pub fn from_read(name: &str, raw: impl Read + Send + 'static) -> Result<Self, Error> {
        Self::new(name, raw, Expected::Json)
    }

    fn new(name: &str, raw: impl Read + Send + 'static, expected: Expected) -> Result<Self, Error> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let counted = CountingReader {
            inner: raw,
            count: Arc::clone(&bytes_read),
        };
        let raw = Peek::new(counted);
        let reader = decompress(name, raw)?;
        let peeked = Peek::new(reader);
        let is_wide = matches!(peeked.seen(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        let may_be_wide = expected == Expected::Table && is_wide;
        if let Some((what, advice)) = foreign(peeked.seen()).filter(|_| !may_be_wide) {
            return Err(Error::Foreign {
                name: name.to_owned(),
                what,
                advice,
            });
        }
        Ok(Self {
            name: name.to_owned(),
            reader: Box::new(peeked),
            bytes_read,
            size: None,
        })
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes were taken from the file so far, compressed as it is.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// The file's length in bytes when it was opened; `None` for a pipe.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// What an input should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Json,
    Table,
}

/// A stream whose first bytes were looked at; what they cost comes again.
struct Peek<R> {
    seen: Cursor<Vec<u8>>,
    /// The error that ended the look, reported once the bytes before it are read.
    fault: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peek<R> {
    fn new(mut rest: R) -> Self {
        let mut seen = vec![0; PEEKED];
        let (mut filled, mut fault) = (0, None);
        while let Some(free) = seen.get_mut(filled..).filter(|free| !free.is_empty()) {
            match rest.read(free) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
        }
        seen.truncate(filled);
        Self {
            seen: Cursor::new(seen),
            fault,
            rest,
        }
    }

    fn seen(&self) -> &[u8] {
        self.seen.get_ref()
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let again = self.seen.read(buffer)?;
        if again > 0 || buffer.is_empty() {
            return Ok(again);
        }
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.rest.read(buffer),
        }
    }
}

/// A stream that counts what is taken from it.
struct CountingReader<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count
            .fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

fn decompress(
    name: &str,
    raw: Peek<impl Read + Send + 'static>,
) -> Result<Box<dyn Read + Send>, Error> {
    match raw.seen() {
        [0x1F, 0x8B, ..] => {
            let buffered = io::BufReader::with_capacity(64 << 10, raw);
            Ok(Box::new(flate2::bufread::MultiGzDecoder::new(buffered)))
        }
        // A frame, or a skippable one before it.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => {
            let decoder = zstd::stream::read::Decoder::new(raw)
                .map_err(|cause| Error::io("decompress", name, cause))?;
            Ok(Box::new(decoder))
        }
        _ => Ok(Box::new(raw)),
    }
}

/// What the first bytes show the input to be, if not lines of UTF-8, and what to do.
fn foreign(seen: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first";
    const EXPORT: &str = "export it as newline-delimited JSON";
    Some(match seen {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => ("a zip archive", UNPACK),
        [0xFD, b'7', b'z', b'X', b'Z', ..] => ("an xz file", UNPACK),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, ..] => ("a bzip2 file", UNPACK),
        [b'7', b'z', 0xBC, 0xAF, ..] => ("a 7-Zip archive", UNPACK),
        [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => ("compressed twice", UNPACK),
        [b'P', b'A', b'R', b'1', ..] => ("a Parquet file", EXPORT),
        [b'%', b'P', b'D', b'F', ..] => ("a PDF", EXPORT),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] | [b'{' | b'[', 0, ..] => {
            ("UTF-16 text", "save it as UTF-8")
        }
        _ if seen.starts_with(b"SQLite format 3\0") => ("a SQLite database", EXPORT),
        _ if seen.get(257..262) == Some(b"ustar") => ("a tar archive", UNPACK),
        // A damaged line is refused by its number; a file that begins otherwise is none of ours.
        _ if seen.contains(&0) && !begins_an_object(seen) => ("a binary file", EXPORT),
        _ => return None,
    })
}

fn begins_an_object(seen: &[u8]) -> bool {
    let text = seen.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(seen);
    text.trim_ascii_start().first() == Some(&b'{')
}
