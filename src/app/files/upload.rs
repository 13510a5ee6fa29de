//! A file that is coming in: written as it comes, never held whole in memory.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::shelf::{FileShelf, NewFile};
use crate::app::Error;
use crate::disk::{self, Draft};
use crate::model::Timestamp;

/// A file that was sent up, and waits for a message that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UploadedFile {
    /// By what a message names it, within a day.
    pub id: String,
    /// What it is called, without what a name may not have.
    pub name: String,
    /// What it is said to be.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl From<NewFile> for UploadedFile {
    fn from(new: NewFile) -> Self {
        Self {
            id: new.id,
            name: new.name,
            media_type: new.media_type,
            size: new.size,
            sha256: new.sha256,
        }
    }
}

/// A file that is coming in. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Upload {
    shelf: Arc<FileShelf>,
    new: NewFile,
    hasher: Sha256,
    part: Option<Draft>,
    path: PathBuf,
}

impl Upload {
    pub(super) fn begin(shelf: Arc<FileShelf>, new: NewFile) -> Result<Self, Error> {
        let (part, path) = shelf.begin(&new.id)?;
        Ok(Self {
            shelf,
            new,
            hasher: Sha256::new(),
            part: Some(part),
            path,
        })
    }

    /// The most bytes that it may have.
    pub fn most(&self) -> u64 {
        self.shelf.most
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.new.size += bytes.len() as u64;
        if self.new.size > self.shelf.most {
            return Err(Error::TooLarge {
                most: self.shelf.most,
            });
        }
        self.hasher.update(bytes);
        match &mut self.part {
            Some(part) => part
                .write_all(bytes)
                .map_err(|cause| Error::io("write", &self.path, cause)),
            None => Ok(()),
        }
    }

    /// Ends it: it is durable, and may be named, when this returns.
    pub fn finish(mut self, now: Timestamp) -> Result<UploadedFile, Error> {
        let mut sha256 = String::with_capacity(64);
        for byte in std::mem::take(&mut self.hasher).finalize() {
            // Writing to a text cannot fail.
            write!(sha256, "{byte:02x}").unwrap_or_default();
        }
        self.new.sha256 = sha256;
        self.new.at = now;
        self.shelf.count(&self.new)?;
        if let Some(part) = self.part.take() {
            self.shelf.place(part, &self.path, self.new.clone())?;
        }
        Ok(self.new.clone().into())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Where it was put in its place it is not there any more.
        if let Err(error) = disk::remove_file(&self.path) {
            tracing::warn!(%error, "a part of a file could not be removed; the next start does it");
        }
    }
}
