//! The data folder: its lock, its format, where its parts lie, and who serves it.

pub(super) mod backup;
mod check;
pub(super) mod clean;
pub(super) mod erase;
mod model;
pub(super) mod rebuild;
mod upgrade;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use backup::{BackupNote, BackupSummary, RestoreSummary, backup_folder, restore};
pub use check::{Account, Difference, Inspection, Weight, check};
pub use rebuild::Rebuild;

pub(super) use model::{StagedModel, tried};

use super::error::Error;
use crate::clock;
use crate::disk::{self, Access};
use crate::failpoint;
use crate::model::Timestamp;

/// The file that says when a backup was last made; in no backup itself.
const BACKED_UP: &str = "backed-up";

/// A data folder that this process owns until it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The format that it was brought up from, if it was.
    upgraded_from: Option<u32>,
    _lock: File,
}

/// How to reach the server that owns a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerNote {
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub address: String,
    /// Its token for this run.
    pub token: String,
}

impl Folder {
    /// Makes the folder if need be, takes its lock, and brings its layout up to this version's.
    pub fn own(path: &Path) -> Result<Self, Error> {
        let mut folder = Self::lock(path)?;
        backup::finish(path)?;
        folder.upgraded_from = upgrade::bring_up(path)?;
        Ok(folder)
    }

    /// Takes the lock and looks no further.
    pub(super) fn lock(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).map_err(|cause| Error::io("make", path, cause))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|cause| Error::io("open", &lock_path, cause))?;
        match lock_patiently(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::InUse {
                    folder: path.to_owned(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(Error::io("lock", &lock_path, cause)),
        }
        Ok(Self {
            path: path.to_owned(),
            upgraded_from: None,
            _lock: lock,
        })
    }

    /// Keeps everybody out of a folder that is only looked at, and makes nothing.
    pub(super) fn hold(path: &Path) -> Result<Option<File>, Error> {
        let Ok(lock) = File::open(path.join("lock")) else {
            return Ok(None);
        };
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Error::InUse {
                folder: path.to_owned(),
            }),
            _ => Ok(Some(lock)),
        }
    }

    /// The last backup that was made of it, by this machine's own word.
    pub(in crate::app) fn backup_note(&self) -> Option<BackupNote> {
        BackupNote::read(&self.path.join(BACKED_UP))
    }

    /// Notes that one was made.
    pub(super) fn note_backup(&self, note: &BackupNote) -> Result<(), Error> {
        note.write(&self.path.join(BACKED_UP))
    }

    /// Notes that every file of the last one was read again and is as it was copied.
    pub(in crate::app) fn note_proof(&self, at: Timestamp) -> Result<(), Error> {
        match self.backup_note() {
            Some(note) => self.note_backup(&BackupNote {
                proven_at: Some(at),
                ..note
            }),
            None => Ok(()),
        }
    }

    /// Whether `path` holds data of some version.
    pub fn is_data(path: &Path) -> bool {
        path.join("format").exists()
            || backup::note_exists(path)
            || upgrade::is_fresh(path).is_ok_and(|fresh| !fresh)
    }

    /// What the user should know of how the folder was brought up to date.
    pub(super) fn notice(&self) -> Option<String> {
        self.upgraded_from.map(|from| {
            let (path, to) = (self.path.display(), upgrade::FORMAT);
            format!("`{path}` was brought from format {from} to {to}; an older svar cannot use it any more")
        })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal's segments.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// sled's folder.
    pub fn store(&self) -> PathBuf {
        self.path.join("store")
    }

    /// Files that messages name.
    pub fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    /// Values that are too long for the store; they go with it and the other folds.
    pub fn values(&self) -> PathBuf {
        self.path.join("derived").join("values")
    }

    /// What reps have typed and not sent.
    pub fn drafts(&self) -> PathBuf {
        self.path.join("drafts")
    }

    /// Files of an import, while it runs.
    pub(in crate::app) fn imports(&self) -> PathBuf {
        self.path.join("imports")
    }

    /// Accounts of other products that are read, with their tokens; in no backup.
    pub(in crate::app) fn connectors(&self) -> PathBuf {
        self.path.join("connectors")
    }

    /// Mailboxes that are read, with their passwords; in no backup.
    pub(in crate::app) fn mailboxes(&self) -> PathBuf {
        self.path.join("mailboxes")
    }

    /// Programs elsewhere that are told what happens, with their addresses and secrets; in no backup.
    pub(in crate::app) fn webhooks(&self) -> PathBuf {
        self.path.join("webhooks")
    }

    /// The question index.
    pub fn index(&self) -> PathBuf {
        self.path.join("derived").join("index")
    }

    /// Keys that are in backups and in no export.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// Sentence models that were added.
    pub fn models(&self) -> PathBuf {
        self.path.join("model")
    }

    /// Vectors that models made, kept because they take long to make.
    pub fn vectors(&self) -> PathBuf {
        self.path.join("derived").join("vectors")
    }

    /// The columns as they were kept.
    pub fn columns(&self) -> PathBuf {
        self.path.join("derived").join("columns")
    }

    /// Whether nothing was ever journalled here.
    pub fn is_fresh(&self) -> bool {
        std::fs::read_dir(self.journal()).map_or(true, |mut entries| entries.next().is_none())
    }

    /// Tells other processes how to reach this one.
    pub fn announce(&self, note: &ServerNote) -> Result<(), Error> {
        let path = self.path.join("server.json");
        let text = serde_json::to_vec(note).unwrap_or_default();
        write_whole(&path, &text, Access::Private)?;
        failpoint::pass("folder.announced");
        Ok(())
    }

    /// Takes the announcement back.
    pub fn retract(&self) {
        failpoint::pass("folder.retract");
        if let Err(error) = disk::remove(&self.path.join("server.json")) {
            tracing::warn!(%error, "server.json could not be removed");
        }
    }

    /// The server that owns `path`, if its lock is held and it has announced itself.
    pub fn server(path: &Path) -> Option<ServerNote> {
        let lock = File::open(path.join("lock")).ok()?;
        if lock.try_lock().is_ok() {
            return None;
        }
        let text = std::fs::read(path.join("server.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// Takes the lock; one that another process only looks at is free again in a moment.
fn lock_patiently(lock: &File) -> Result<(), TryLockError> {
    const TRIES: u32 = 20;
    const BETWEEN: Duration = Duration::from_millis(20);
    for _ in 1..TRIES {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => clock::pause(BETWEEN),
            tried => return tried,
        }
    }
    lock.try_lock()
}

/// Makes creations, renames and removals in `folder` durable.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    disk::sync_folder(folder).map_err(|cause| Error::io("sync", folder, cause))
}

/// Writes a small file whole and durably.
pub(super) fn write_whole(path: &Path, bytes: &[u8], access: Access) -> Result<(), Error> {
    disk::write(path, bytes, access).map_err(|cause| Error::io("write", path, cause))
}

/// Gives a file or folder another name.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    disk::rename(from, to).map_err(|cause| Error::io("rename", from, cause))
}

/// Removes a file or a folder; one that is gone already is no error.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    match disk::remove(path) {
        Ok(_) => Ok(()),
        Err(cause) => Err(Error::io("remove", path, cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_owns_a_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::own(place.path()).unwrap();
        assert!(matches!(
            Folder::own(place.path()),
            Err(Error::InUse { .. })
        ));
        drop(folder);
        assert!(Folder::own(place.path()).is_ok());
    }

    #[test]
    fn a_folder_of_a_newer_format_is_refused_untouched() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("format"), "2\n").unwrap();
        assert!(matches!(
            Folder::own(place.path()),
            Err(Error::Newer { .. })
        ));
        assert_eq!(
            std::fs::read_to_string(place.path().join("format")).unwrap(),
            "2\n"
        );
    }

    #[test]
    fn a_server_is_found_only_while_it_holds_the_lock() {
        let place = tempfile::tempdir().unwrap();
        let note = ServerNote {
            pid: 1,
            address: "127.0.0.1:1".to_owned(),
            token: "t".to_owned(),
        };
        let folder = Folder::own(place.path()).unwrap();
        assert_eq!(Folder::server(place.path()), None);
        folder.announce(&note).unwrap();
        assert_eq!(Folder::server(place.path()), Some(note));
        drop(folder);
        assert_eq!(Folder::server(place.path()), None);
    }
}
