//! The files of an export that come in: written as they come, never held whole in memory.
//!
//! Dropped, it leaves nothing. None of it has to be durable: after a kill it is sent again.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::app::Error;
use crate::clock::Clock;
use crate::disk::{self, Access, Draft};
use crate::ingest::unpacked;
use crate::model::Invalid;
use crate::model::file::clean_name;

/// The most bytes of all files together.
const MOST_BYTES: u64 = 64 << 30;
/// The most files.
const MOST_FILES: usize = 1_000;

/// Files that came in.
#[derive(Debug)]
pub struct Parcel {
    id: String,
    folder: PathBuf,
    /// The files as they came.
    stored: Vec<PathBuf>,
    /// Those that are read: of an archive what is in it.
    files: Vec<PathBuf>,
    names: Vec<String>,
    /// What of archives is not read.
    passed_over: Vec<String>,
    /// The file that is coming in.
    open: Option<Draft>,
    bytes: u64,
}

/// Removes what an earlier run has left.
pub(super) fn empty(folder: &Path) -> Result<(), Error> {
    match fs::exists(folder) {
        Ok(false) => Ok(()),
        _ => disk::remove(folder)
            .map(|_was_there| ())
            .map_err(|cause| Error::io("remove", folder, cause)),
    }
}

impl Parcel {
    pub(super) fn begin(folder: &Path) -> Result<Self, Error> {
        let id = Clock::fresh_id();
        let folder = folder.join(&id);
        fs::create_dir_all(&folder).map_err(|cause| Error::io("make", &folder, cause))?;
        Ok(Self {
            id,
            folder,
            stored: Vec::new(),
            files: Vec::new(),
            names: Vec::new(),
            passed_over: Vec::new(),
            open: None,
            bytes: 0,
        })
    }

    /// Begins the next file; `name` is what its sender calls it.
    pub fn file(&mut self, name: &str) -> Result<(), Error> {
        if self.files.len() >= MOST_FILES {
            let reason = format!("expected at most {MOST_FILES} files");
            return Err(Invalid::new("files", reason).into());
        }
        let number = self.files.len() + 1;
        let name = match clean_name(name) {
            name if name.trim().is_empty() => format!("file {number}"),
            name => name,
        };
        // The name is for people; where it lies nobody else has a say.
        let path = self.folder.join(number.to_string());
        let draft = Draft::create_new(&path, Access::Private);
        self.open = Some(draft.map_err(|cause| Error::io("write", &path, cause))?);
        self.stored.push(path.clone());
        self.files.push(path);
        self.names.push(name);
        Ok(())
    }

    /// Takes the next bytes of the file.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(Error::TooLarge { most: MOST_BYTES });
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.write_all(bytes)
            .map_err(|cause| Error::io("write", &self.folder, cause))
    }

    /// Looks into archives: from now on each file in one is a file of its own.
    pub(super) fn unpack(&mut self) -> Result<(), Error> {
        // What is still open is written to the end.
        self.open = None;
        let all = unpacked(&self.stored).map_err(|fault| self.named(&fault))?;
        if all.files.len() > MOST_FILES {
            let reason = format!("expected at most {MOST_FILES} files");
            return Err(Invalid::new("files", reason).into());
        }
        let names = self.names.clone();
        let (mut files, mut called, mut bytes) = (Vec::new(), Vec::new(), 0);
        for file in all.files {
            let of = names.get(file.of).cloned().unwrap_or_default();
            let size = || fs::metadata(&file.path).map_or(0, |about| about.len());
            bytes += file.bytes.unwrap_or_else(size);
            called.push(match file.name {
                Some(name) => format!("{of}/{}", clean_name(&name)),
                None => of,
            });
            files.push(file.path);
        }
        self.files = files;
        self.names = called;
        self.bytes = bytes;
        self.passed_over = all.passed_over;
        Ok(())
    }

    /// A fault in words that call a file as its sender does.
    fn named(&self, fault: &crate::ingest::Error) -> Error {
        let mut text = fault.to_string();
        for (path, name) in self.stored.iter().zip(&self.names) {
            text = text.replace(&path.display().to_string(), name);
        }
        Invalid::new("files", text).into()
    }

    /// What of archives is not read, by name.
    pub(super) fn passed_over(&self) -> Vec<String> {
        self.passed_over.clone()
    }

    /// The same files once more, which go on their own.
    pub(super) fn again(&self) -> Result<Self, Error> {
        let id = Clock::fresh_id();
        let folder = self.folder.with_file_name(&id);
        fs::create_dir_all(&folder).map_err(|cause| Error::io("make", &folder, cause))?;
        let mut again = Self {
            id,
            folder,
            stored: Vec::new(),
            files: Vec::new(),
            names: self.names.clone(),
            passed_over: self.passed_over.clone(),
            open: None,
            bytes: self.bytes,
        };
        for (place, file) in self.stored.iter().enumerate() {
            let path = again.folder.join((place + 1).to_string());
            // Where a disk has no links, it is written twice.
            fs::hard_link(file, &path)
                .or_else(|_no_links| fs::copy(file, &path).map(|_bytes| ()))
                .map_err(|cause| Error::io("write", &path, cause))?;
            again.stored.push(path);
        }
        // What lies in an archive lies in the same place of the other one.
        let places = self.files.iter();
        let places = places.filter_map(|file| file.strip_prefix(&self.folder).ok());
        again.files = places.map(|place| again.folder.join(place)).collect();
        Ok(again)
    }

    /// Its name.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where the files lie.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.files.clone()
    }

    /// What their sender calls them.
    pub(super) fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// How many bytes all of them have.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if let Err(error) = disk::remove(&self.folder) {
            tracing::warn!(%error, "the files of an import could not be removed; the next start does it");
        }
    }
}
