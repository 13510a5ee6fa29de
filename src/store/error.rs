//! What can go wrong with the store, and the guard that turns sled's panics into it.
//!
//! The store is a fold: whatever is unfit is set aside and made again from the journal.
//! Made by every file of this module; read by `projection` and `app`.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder or something in it cannot be used any more.
    #[error("the store in `{}` cannot be used: {reason}; set it aside and rebuild it from the journal with `svar rebuild`", folder.display())]
    Unfit {
        /// The store's folder.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process, or another handle of this one, has the folder open.
    #[error("the store in `{}` is open elsewhere; stop the other svar first", folder.display())]
    Busy {
        /// The store's folder.
        folder: PathBuf,
    },
    /// The disk or the file system refused.
    #[error("cannot {action} `{}`: {cause}; check the disk's space and the folder's permissions", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A thing that was named does not exist.
    #[error("there is no {kind} `{id}`")]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// There are more things of a kind than units can be numbered.
    #[error("the store holds the most {kind}s it can number, 2,147,483,648")]
    Full {
        /// What kind of thing.
        kind: &'static str,
    },
}

impl Error {
    pub(super) fn io(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            cause,
        }
    }

    pub(super) fn unfit(folder: &Path, reason: impl Into<String>) -> Self {
        Self::Unfit {
            folder: folder.to_owned(),
            reason: reason.into(),
        }
    }

    /// What an error of sled's means for the store in `folder`.
    pub(super) fn sled(folder: &Path, error: sled::Error) -> Self {
        match error {
            sled::Error::Io(cause) if cause.to_string().contains("could not acquire lock") => {
                Self::Busy {
                    folder: folder.to_owned(),
                }
            }
            sled::Error::Io(cause) if is_the_machine(&cause) => {
                Self::io("use the store in", folder, cause)
            }
            other => Self::unfit(folder, other.to_string()),
        }
    }
}

/// Whether a new store would meet the same error: rights, space, open files.
fn is_the_machine(cause: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(
        cause.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
    ) || matches!(cause.raw_os_error(), Some(ENFILE | EMFILE))
}

/// Runs `work` on the store in `folder`; a panic of sled's becomes [`Error::Unfit`].
pub(super) fn guarded<T>(
    folder: &Path,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("it could not be read");
        Err(Error::unfit(folder, format!("it is damaged ({words})")))
    })
}
