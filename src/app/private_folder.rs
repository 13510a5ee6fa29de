//! A folder that only its owner may read, with a file of JSON for each thing that is kept in it: what
//! is of this machine, and in neither the journal nor exports nor backups.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Error;
use crate::disk::{self, Access};

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// The folder at a path, which may not be there yet.
    pub(super) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it.
    pub(super) fn make(&self) -> Result<(), Error> {
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0);
        made.map_err(|cause| Error::io("make", &self.0, cause))
    }

    /// Takes it away with all that is in it.
    pub(super) fn remove(&self) -> Result<(), Error> {
        match disk::remove(&self.0) {
            Ok(_was_there) => Ok(()),
            Err(cause) => Err(Error::io("remove", &self.0, cause)),
        }
    }

    /// What a file says; none: it is not there.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let path = self.0.join(name);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::io("read", path, cause)),
        };
        // What is wrong with it is not told: it would quote what nobody else may read.
        let read = serde_json::from_slice(&text).map(Some);
        read.map_err(|_odd| Error::io("read", path, ErrorKind::InvalidData.into()))
    }

    /// Writes a file in place of the one before.
    pub(super) fn write(&self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_vec(value).unwrap_or_default();
        self.write_bytes(name, &text)
    }

    /// As [`Self::write`], of what is no JSON.
    pub(super) fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.0.join(name);
        disk::write(&path, bytes, Access::Private).map_err(|cause| Error::io("write", path, cause))
    }
}
