//! Backups while all goes on: one that is asked for with its folder, and one into the folder of the
//! settings, on a thread of its own, which is proven as soon as it is made.
//!
//! A backup is proven when every file of it was read again and has the checksum that it was copied with.
//! Only one is made at a time. What the last one was is noted in the data folder, not in the journal: it is
//! of this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::folder::{self, BackupNote, BackupSummary, backup};
use super::{App, Error};
use crate::command::Refusal;
use crate::lock::Lock;
use crate::model::Invalid;

/// How far a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackupStage {
    /// The journal and what lies next to it are copied; counted in records.
    Copying,
    /// What was copied is read again and compared with its checksum; counted in bytes.
    Proving,
}

/// A backup that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BackupProgress {
    /// What is done now.
    pub stage: BackupStage,
    /// How much of it is done.
    pub done: u64,
    /// How much there is.
    pub total: u64,
}

/// The last backup, and the one that is being made.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BackupView {
    /// Where backups go that are made from here: `backup_folder` of `svar.toml`.
    #[schema(value_type = Option<String>)]
    pub folder: Option<PathBuf>,
    /// The last one, by this machine's own word.
    pub last: Option<BackupNote>,
    /// The one that is being made.
    pub running: Option<BackupProgress>,
    /// Why the last one that was begun from here failed.
    pub fault: Option<String>,
}

/// Backups into the folder of the settings.
pub(super) struct Backups {
    to: Option<PathBuf>,
    going: Lock<Going>,
}

#[derive(Default)]
struct Going {
    running: Option<BackupProgress>,
    fault: Option<String>,
}

impl Backups {
    pub(super) fn new(to: Option<PathBuf>) -> Self {
        Self {
            to,
            going: Lock::default(),
        }
    }

    fn show(&self, stage: BackupStage, done: u64, total: u64) {
        self.going.lock().running = Some(BackupProgress { stage, done, total });
    }
}

/// Says that no backup is being made, however its work ends.
struct Ended<'a>(&'a Backups);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.going.lock().running = None;
    }
}

impl App {
    /// Backs up what is safe on disk now into the folder `to`, while all goes on.
    pub fn backup(&self, to: &Path) -> Result<BackupSummary, Error> {
        self.backup_with(to, |_done, _total| {})
    }

    fn backup_with(&self, to: &Path, progress: impl Fn(u64, u64)) -> Result<BackupSummary, Error> {
        let position = || self.position();
        backup::make(&self.folder, position, to, self.clock.now(), progress)
    }

    /// Begins a backup into the folder of the settings; how far it is says [`Self::backup_view`].
    pub fn begin_backup(self: &Arc<Self>) -> Result<(), Error> {
        let to = self.backups.to.clone().ok_or_else(|| {
            let reason = "no folder is set; add a line such as `backup_folder = \
                          \"/mnt/backup/desk\"` to svar.toml and start the server anew";
            Invalid::new("backup_folder", reason)
        })?;
        {
            let mut going = self.backups.going.lock();
            if going.running.is_some() {
                return Err(Refusal::conflict("a backup is being made already").into());
            }
            *going = Going {
                running: Some(BackupProgress {
                    stage: BackupStage::Copying,
                    done: 0,
                    total: self.position(),
                }),
                fault: None,
            };
        }
        let app = Arc::clone(self);
        let thread = std::thread::Builder::new().name("backup".to_owned());
        let started = thread.spawn(move || app.make_and_prove(&to));
        if let Err(cause) = started {
            self.backups.going.lock().running = None;
            return Err(Error::io("begin a backup in", self.folder.path(), cause));
        }
        Ok(())
    }

    fn make_and_prove(&self, to: &Path) {
        let _ended = Ended(&self.backups);
        let copying = |done, total| self.backups.show(BackupStage::Copying, done, total);
        let proving = |done, total| self.backups.show(BackupStage::Proving, done, total);
        let made = self.backup_with(to, copying);
        let proven = made.and_then(|_summary| {
            folder::restore(to, self.folder.path(), true, proving)?;
            self.folder.note_proof(self.clock.now())
        });
        if let Err(error) = proven {
            tracing::warn!(%error, "the backup failed");
            self.backups.going.lock().fault = Some(error.to_string());
        }
    }

    /// The last backup, and the one that is being made.
    pub fn backup_view(&self) -> BackupView {
        let going = self.backups.going.lock();
        BackupView {
            folder: self.backups.to.clone(),
            last: self.folder.backup_note(),
            running: going.running,
            fault: going.fault.clone(),
        }
    }
}
