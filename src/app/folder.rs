//! The data folder: its lock, its format, where its parts lie, and who serves it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::Error;

/// The layout of the folder that this version writes.
const FORMAT: u32 = 1;

/// A data folder that this process owns until it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
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
    /// Makes the folder if need be and takes its lock.
    pub fn own(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).map_err(|cause| Error::io("make", path, cause))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|cause| Error::io("open", &lock_path, cause))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::InUse {
                    folder: path.to_owned(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(Error::io("lock", &lock_path, cause)),
        }
        let folder = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        folder.check_format()?;
        Ok(folder)
    }

    fn check_format(&self) -> Result<(), Error> {
        let path = self.path.join("format");
        match std::fs::read_to_string(&path) {
            Ok(found) if found.trim() == FORMAT.to_string() => Ok(()),
            Ok(found) => Err(Error::Newer {
                folder: self.path.clone(),
                found: found.trim().chars().take(20).collect(),
                known: FORMAT,
            }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                write_whole(&path, format!("{FORMAT}\n").as_bytes(), 0o644)
            }
            Err(cause) => Err(Error::io("read", path, cause)),
        }
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

    /// Attachments and long values.
    pub fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    /// The question index.
    pub fn index(&self) -> PathBuf {
        self.path.join("derived").join("index")
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
        write_whole(&path, &text, 0o600)
    }

    /// Takes the announcement back.
    pub fn retract(&self) {
        let removed = std::fs::remove_file(self.path.join("server.json"));
        if let Err(error) = removed
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "server.json could not be removed");
        }
    }

    /// Deletes the folds, which are made again from the journal at the next start.
    pub fn clear_folds(&self) -> Result<(), Error> {
        for path in [self.store(), self.path.join("derived")] {
            match std::fs::remove_dir_all(&path) {
                Ok(()) => {}
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
                Err(cause) => return Err(Error::io("remove", path, cause)),
            }
        }
        Ok(())
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

/// Writes a small file whole: to a temporary name, synced, then renamed.
fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let temporary = path.with_extension("tmp");
    let write = || {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(mode)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(|cause| Error::io("write", path, cause))
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
