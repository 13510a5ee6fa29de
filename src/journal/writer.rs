//! The end of the active segment: one write and one sync a batch.
//!
//! A write that fails is taken back. A sync that fails says nothing about what is on
//! the disk (the kernel may have dropped the pages and called them clean), so it is
//! never tried again and nothing is written after it. Owned by `journal`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::Error;
use crate::{disk, failpoint};

/// What a writer needs of a file; tests put one that fails in its place.
pub(super) trait Medium: Send {
    /// Writes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts to `len` bytes.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
}

impl Medium for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        failpoint::refuse("journal.write")?;
        if failpoint::is_armed("journal.write.half") {
            let (half, rest) = bytes.split_at(bytes.len() / 2);
            self.write_all(half)?;
            failpoint::refuse("journal.write.half")?;
            return self.write_all(rest);
        }
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        failpoint::refuse("journal.written")?;
        disk::sync_appended(self)?;
        failpoint::pass("journal.synced");
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

/// The open end of the active segment.
pub(super) struct Writer {
    path: PathBuf,
    medium: Box<dyn Medium>,
    len: u64,
    broken: Option<Arc<str>>,
}

impl Writer {
    /// Makes an empty segment. The folder must be synced before anything is appended.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let file = disk::create_log(path).map_err(|error| Error::io("create", path, error))?;
        Ok(Self::new(path, Box::new(file), 0))
    }

    /// Goes on after the first `len` bytes of a segment, which are durable from then
    /// on. Also says how many bytes were cut off behind them.
    pub(super) fn open(path: &Path, len: u64) -> Result<(Self, u64), Error> {
        let opened = || {
            let file = disk::open_log(path)?;
            let cut = file.metadata()?.len().saturating_sub(len);
            if cut > 0 {
                file.set_len(len)?;
                failpoint::pass("journal.open.cut");
            }
            // What a killed process wrote may be in the kernel's memory only.
            disk::sync_file(&file)?;
            Ok((file, cut))
        };
        let (file, cut) = opened().map_err(|error| Error::io("open", path, error))?;
        Ok((Self::new(path, Box::new(file), len), cut))
    }

    pub(super) fn new(path: &Path, medium: Box<dyn Medium>, len: u64) -> Self {
        Self {
            path: path.to_owned(),
            medium,
            len,
            broken: None,
        }
    }

    /// The length in bytes.
    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Whether a sync has failed.
    pub(super) const fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Fails with [`Error::ReadOnly`] once a sync has failed.
    pub(super) fn check(&self) -> Result<(), Error> {
        match &self.broken {
            Some(cause) => Err(Error::ReadOnly {
                cause: Arc::clone(cause),
            }),
            None => Ok(()),
        }
    }

    /// Appends one batch; it is durable when this returns `Ok`, and never was when it
    /// returns [`Error::Io`].
    pub(super) fn append(&mut self, batch: &[u8]) -> Result<(), Error> {
        self.check()?;
        if let Err(error) = self.medium.append(batch) {
            if let Err(again) = self.medium.truncate(self.len) {
                return self.break_off("take back a failed write to", &again);
            }
            return Err(Error::io("write to", &self.path, error));
        }
        if let Err(error) = self.medium.sync() {
            return self.break_off("sync", &error);
        }
        self.len += batch.len() as u64;
        Ok(())
    }

    fn break_off(&mut self, action: &str, error: &io::Error) -> Result<(), Error> {
        let cause = format!("it could not {action} `{}`: {error}", self.path.display());
        tracing::error!(cause, "the journal is read-only until svar is restarted");
        self.broken = Some(Arc::from(cause));
        self.check()
    }
}
