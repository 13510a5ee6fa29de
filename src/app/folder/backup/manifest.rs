//! The list of what a backup holds, with a checksum of each file and of itself.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::{MANIFEST, hex};
use crate::app::error::Error;
use crate::app::folder::upgrade::FORMAT;
use crate::app::folder::write_whole;
use crate::disk::Access;

/// The version of the list.
pub(super) const VERSION: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) version: u32,
    /// When it was made, RFC 3339.
    pub(super) made_at: String,
    /// The format of the data folder that it is of.
    pub(super) data_format: u32,
    /// The last record that it holds.
    pub(super) log_position: u64,
    /// The SHA-256 of what the journal's first record is called and when it came, by which the desk
    /// is known.
    pub(super) desk: Option<String>,
    pub(super) files: Vec<Entry>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Where it is in the backup.
    pub(super) path: String,
    /// Where it belongs in a data folder.
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Its permissions, as `chmod` takes them.
    pub(super) mode: u32,
    /// The original's last change, in nanoseconds; 0 when it was still being written.
    pub(super) changed: u64,
}

/// The list as it is written: with its own checksum before it.
#[derive(Serialize, Deserialize)]
struct Envelope {
    sha256: String,
    backup: Box<RawValue>,
}

impl Manifest {
    /// Reads the list of the backup in `folder`; `None` when it has none yet.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(MANIFEST);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::io("read", path, cause)),
        };
        let damaged = |reason: String| Error::Backup {
            folder: folder.to_owned(),
            reason: format!("its `{MANIFEST}` is damaged ({reason}); use another backup"),
        };
        let sealed: Envelope =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if hash(sealed.backup.get()) != sealed.sha256 {
            return Err(damaged("the checksum does not fit".to_owned()));
        }
        let manifest: Self = serde_json::from_str(sealed.backup.get())
            .map_err(|error| damaged(error.to_string()))?;
        manifest.check(folder)?;
        Ok(Some(manifest))
    }

    fn check(&self, folder: &Path) -> Result<(), Error> {
        let refuse = |reason: String| {
            Err(Error::Backup {
                folder: folder.to_owned(),
                reason,
            })
        };
        if self.version > VERSION || self.data_format > FORMAT {
            return refuse("it was made by a newer svar; use that one".to_owned());
        }
        // A list that names places outside would be no list of ours.
        let strays = |path: &str| {
            !Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
        };
        match self
            .files
            .iter()
            .find(|entry| strays(&entry.path) || strays(&entry.name))
        {
            Some(entry) => refuse(format!("its list names `{}`", entry.name)),
            None => Ok(()),
        }
    }

    /// Puts the list in place of the last one.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(MANIFEST);
        let failed = |error: serde_json::Error| Error::io("write", &path, io::Error::other(error));
        let backup = serde_json::value::to_raw_value(self).map_err(failed)?;
        let sha256 = hash(backup.get());
        let text = serde_json::to_vec(&Envelope { sha256, backup }).map_err(failed)?;
        write_whole(&path, &text, Access::Private)
    }

    /// The file in the backup.
    pub(super) fn place(folder: &Path, entry: &Entry) -> PathBuf {
        folder.join(&entry.path)
    }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}
