//! Zip archives: the files in one are read where they lie, each on its own, never unpacked onto the
//! disk.
//!
//! A file in an archive is called by a path that goes on from the archive's: its number, then its
//! name without folders (`export.zip/3/tickets.json`). No name of an archive's says where anything
//! is written, so that it may be anything. What would come out is bounded: an archive whose files
//! overlap, or that says of itself that far more comes out than any export has, is refused; a file
//! from which more comes out than was said is read no further.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::Error;

/// The most files of one archive.
const MOST_FILES: usize = 1_000;
/// The most bytes that may come out of one archive.
const MOST_BYTES: u64 = 64 << 30;
/// From which size on a file that becomes this many times larger is none of an export.
const MOST_GROWTH: u64 = 500;
const ALWAYS_ALLOWED: u64 = 100 << 20;
/// How names of files end that may hold records.
const ENDINGS: [&str; 10] = [
    "json", "jsonl", "ndjson", "csv", "tsv", "tab", "txt", "gz", "zst", "zstd",
];

/// What is to be read of the files that were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The files, those of archives each on their own.
    pub files: Vec<UnpackedFile>,
    /// Files of archives that hold neither JSON nor a table, by their names.
    pub passed_over: Vec<String>,
}

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Which of the files that were named it is of.
    pub of: usize,
    /// What it is called in its archive; none: it is no archive's.
    pub name: Option<String>,
    /// How many bytes come out of it; none: it is no archive's.
    pub bytes: Option<u64>,
}

/// The files that are to be read: what is named, and of archives what is in them.
pub fn unpacked(named: &[PathBuf]) -> Result<Unpacked, Error> {
    let mut all = Unpacked::default();
    for (of, path) in named.iter().enumerate() {
        if is_archive(path) {
            list(path, of, &mut all)?;
        } else {
            all.files.push(UnpackedFile {
                path: path.clone(),
                of,
                name: None,
                bytes: None,
            });
        }
    }
    Ok(all)
}

/// Whether a file is a zip archive, by its first bytes; one that cannot be read is none here.
fn is_archive(path: &Path) -> bool {
    let mut seen = [0; 4];
    // A pipe would lose what is looked at.
    let file = path.metadata().is_ok_and(|about| about.is_file());
    let read = file.then(|| File::open(path)?.read_exact(&mut seen));
    read.is_some_and(|read| read.is_ok()) && matches!(seen, [b'P', b'K', 3 | 5, 4 | 6])
}

fn fault(path: &Path, reason: &impl ToString) -> Error {
    Error::Archive {
        name: path.display().to_string(),
        reason: reason.to_string(),
    }
}

fn opened(path: &Path) -> Result<ZipArchive<File>, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|cause| Error::io("open", &name, cause))?;
    ZipArchive::new(file).map_err(|cause| fault(path, &cause))
}

fn list(path: &Path, of: usize, all: &mut Unpacked) -> Result<(), Error> {
    let mut archive = opened(path)?;
    if archive.len() > MOST_FILES {
        let reason = format!(
            "it has {} files; expected at most {MOST_FILES}",
            archive.len()
        );
        return Err(fault(path, &reason));
    }
    let overlaps = archive.has_overlapping_files();
    if overlaps.map_err(|cause| fault(path, &cause))? {
        return Err(fault(path, &"its files overlap, as no export's do"));
    }
    let (mut total, mut found) = (0_u64, false);
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number);
        let entry = entry.map_err(|cause| fault(path, &cause))?;
        let name = entry
            .name()
            .map_err(|cause| fault(path, &cause))?
            .into_owned();
        if entry.is_dir() || is_hidden(&name) {
            continue;
        }
        let last = last_of(&name);
        if !may_hold_records(last) {
            all.passed_over.push(last.to_owned());
            continue;
        }
        if entry.encrypted() {
            let reason = format!("`{last}` in it is encrypted; unpack it with its password first");
            return Err(fault(path, &reason));
        }
        let (packed, bytes) = (entry.compressed_size(), entry.size());
        total = total.saturating_add(bytes);
        if bytes > ALWAYS_ALLOWED && bytes / MOST_GROWTH > packed {
            let reason = format!(
                "`{last}` in it would become more than {MOST_GROWTH} times as large; unpack it first if that is right"
            );
            return Err(fault(path, &reason));
        }
        if total > MOST_BYTES {
            let reason = format!("more than {MOST_BYTES} bytes would come out of it");
            return Err(fault(path, &reason));
        }
        found = true;
        all.files.push(UnpackedFile {
            path: path.join(number.to_string()).join(last),
            of,
            name: Some(last.to_owned()),
            bytes: Some(bytes),
        });
    }
    if !found {
        return Err(fault(path, &"it holds no file of JSON and no table"));
    }
    Ok(())
}

/// The last part of a name, which says nothing about folders.
fn last_of(name: &str) -> &str {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    match last.trim_matches(['.', ' ', '\0']) {
        "" => "file",
        last => last,
    }
}

/// What archives hold for their own sake.
fn is_hidden(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.starts_with("__MACOSX/") || last == ".DS_Store" || last.starts_with("._")
}

fn may_hold_records(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    ending.is_none_or(|ending| ENDINGS.contains(&ending.as_str()))
}

/// A file in an archive, and how many bytes come out of it; none: the path leads into none.
pub(super) fn open(path: &Path) -> Option<Result<(Entry, u64), Error>> {
    let holder = path.parent()?;
    let number = holder.file_name()?.to_str()?.parse().ok()?;
    let archive = holder.parent()?;
    is_archive(archive).then(|| entry(archive, number))
}

fn entry(path: &Path, number: usize) -> Result<(Entry, u64), Error> {
    let mut archive = opened(path)?;
    let found = archive.by_index_raw(number);
    let found = found.map_err(|cause| fault(path, &cause))?;
    let start = found.data_start();
    let start = start.ok_or_else(|| fault(path, &"a file in it has no beginning"))?;
    let (packed, bytes, sum) = (found.compressed_size(), found.size(), found.crc32());
    let method = found.compression();
    drop(found);
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|cause| Error::io("open", &name, cause))?;
    file.seek(SeekFrom::Start(start))
        .map_err(|cause| Error::io("read", &name, cause))?;
    let raw = file.take(packed);
    let reader: Box<dyn Read + Send> = match method {
        CompressionMethod::Stored => Box::new(raw),
        CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(raw)),
        other => {
            let reason = format!(
                "a file in it is packed by {other}, which is not known here; unpack it first"
            );
            return Err(fault(path, &reason));
        }
    };
    let entry = Entry {
        reader,
        left: bytes,
        sum: Crc::new(),
        wanted: sum,
    };
    Ok((entry, bytes))
}

/// A file in an archive, checked against what the archive says of it.
pub(super) struct Entry {
    reader: Box<dyn Read + Send>,
    /// How many bytes are to come.
    left: u64,
    sum: Crc,
    wanted: u32,
}

impl Read for Entry {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let odd = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
        self.sum.update(buffer.get(..read).unwrap_or_default());
        self.left = match self.left.checked_sub(read as u64) {
            Some(left) => left,
            None => return Err(odd("more comes out of it than the archive says")),
        };
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        if self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.sum.sum() != self.wanted {
            return Err(odd("its checksum is another one than the archive says"));
        }
        Ok(0)
    }
}
