//! A file of named sections, each with its checksum, which many threads may read at once.
//!
//! Written whole under another name and then renamed. Knows nothing of what is in them.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::disk::{self, Access, Draft};
use crate::failpoint;
use crate::metrics::keep::Section;

/// What is said of a file or section where a byte is not as it was written.
const DAMAGED: &str = "it is damaged";

/// Writes sections in place of the file before; `magic` ends in the version of the layout.
pub(super) fn write(path: &Path, magic: [u8; 8], sections: &[Section]) -> io::Result<()> {
    let temporary = disk::temporary(path);
    let folder = disk::folder_of(path);
    let write = || {
        failpoint::refuse("columns.write")?;
        fs::create_dir_all(folder)?;
        let mut draft = Draft::create(&temporary, Access::Shared)?;
        draft.write_all(&magic)?;
        for (name, bytes) in sections {
            draft.write_all(&frame(name, bytes))?;
            draft.write_all(bytes)?;
        }
        draft.sync()?;
        failpoint::pass("columns.written");
        drop(draft.rename(path)?);
        failpoint::pass("columns.renamed");
        disk::sync_folder(folder)
    };
    write().inspect_err(|_error| {
        // A full disk needs the space more than anybody needs half a file.
        if let Err(left) = disk::remove_file(&temporary) {
            tracing::warn!(%left, file = %temporary.display(), "a file could not be removed");
        }
    })
}

/// The name of a section, how long it is, and its checksum.
fn frame(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.push(u8::try_from(name.len()).unwrap_or_default());
    frame.extend_from_slice(name.as_bytes());
    frame.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    frame.extend_from_slice(&checksum(name, bytes).to_le_bytes());
    frame
}

/// The checksum of a section, its name with it: under another name it would not be missed.
fn checksum(name: &str, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(name.as_bytes()), bytes)
}

/// Where a section lies.
#[derive(Debug)]
struct Place {
    offset: u64,
    size: u64,
    checksum: u32,
    is_read: AtomicBool,
}

/// An open file of sections.
#[derive(Debug)]
pub(super) struct Sections {
    file: File,
    places: HashMap<String, Place>,
    /// Why a section could not be read, of the first that could not.
    fault: OnceLock<String>,
}

impl Sections {
    /// Opens a file; `Err` says why it cannot be used, and `None` that there is none.
    pub(super) fn open(path: &Path, magic: [u8; 8]) -> Result<Option<Self>, String> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let mut begins = Vec::new();
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let read = (&mut file).take(8).read_to_end(&mut begins);
        read.map_err(|error| error.to_string())?;
        let (name, version) = magic.split_at(magic.len() - 1);
        let other = begins.strip_prefix(name).filter(|rest| !rest.is_empty());
        if other.is_some_and(|rest| !rest.starts_with(version)) {
            return Err("another version of svar laid it out".to_owned());
        }
        if begins != magic {
            return Err(DAMAGED.to_owned());
        }
        match places(&mut file, length) {
            Ok(places) => Ok(Some(Self {
                file,
                places,
                fault: OnceLock::new(),
            })),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => DAMAGED.to_owned(),
                _ => error.to_string(),
            }),
        }
    }

    /// The bytes of a section; `None`: there is none, or [`Self::verify`] says why not.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let place = self.places.get(name)?;
        place.is_read.store(true, Ordering::Relaxed);
        let read = || -> io::Result<Vec<u8>> {
            let size = usize::try_from(place.size).map_err(io::Error::other)?;
            let mut bytes = vec![0; size];
            self.file.read_exact_at(&mut bytes, place.offset)?;
            Ok(bytes)
        };
        match read() {
            Ok(bytes) if checksum(name, &bytes) == place.checksum => Some(bytes),
            Ok(_other) => self.fail(DAMAGED.to_owned()),
            Err(error) => self.fail(error.to_string()),
        }
    }

    fn fail(&self, fault: String) -> Option<Vec<u8>> {
        self.fault.get_or_init(|| fault);
        None
    }

    /// Whether all sections are as they were written, those that nobody asked for among them: the
    /// name of one may be damaged. `Err` says why one could not be read.
    pub(super) fn verify(&self) -> Result<(), String> {
        for (name, place) in &self.places {
            if !place.is_read.load(Ordering::Relaxed) {
                self.read(name);
            }
        }
        self.fault.get().map_or(Ok(()), |fault| Err(fault.clone()))
    }
}

/// Where each section lies, from behind the magic bytes on.
fn places(file: &mut File, length: u64) -> io::Result<HashMap<String, Place>> {
    let mut places = HashMap::new();
    let mut offset = file.stream_position()?;
    while offset < length {
        let [name_length] = array(file)?;
        let mut name = vec![0; usize::from(name_length)];
        file.read_exact(&mut name)?;
        let name = String::from_utf8(name)
            .map_err(|_bytes| io::Error::from(io::ErrorKind::InvalidData))?;
        let size = u64::from_le_bytes(array(file)?);
        let checksum = u32::from_le_bytes(array(file)?);
        let place = Place {
            offset: file.stream_position()?,
            size,
            checksum,
            is_read: AtomicBool::new(false),
        };
        let end = place.offset.checked_add(size).filter(|end| *end <= length);
        offset = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(offset))?;
        places.insert(name, place);
    }
    Ok(places)
}

fn array<const N: usize>(file: &mut File) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
