//! What can go wrong in the index, and what the caller does about it.
//!
//! Only [`Error::Unfit`] asks for a rebuild; every other error leaves the folder as
//! it is. Made by this crate only; read by the projection and the agent.

use std::io;
use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;

/// The longest id, in bytes. A longer one would be left out of the index silently,
/// and a document without its key could be neither replaced nor deleted.
pub(crate) const MAX_ID_BYTES: usize = 60_000;

/// Why the index could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds another version or is damaged.
    #[error(
        "the index in `{dir}` cannot be used ({reason}); delete the folder and rebuild it from the journal"
    )]
    Unfit {
        /// The index's folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another writer holds the folder.
    #[error("the index in `{dir}` is being written by another process; stop that one first")]
    Locked {
        /// The index's folder.
        dir: PathBuf,
    },
    /// The machine refused to read or write the folder.
    #[error(
        "the index folder `{dir}` could not be read or written; check its rights and the free space"
    )]
    Io {
        /// The index's folder.
        dir: PathBuf,
        /// The machine's answer.
        source: io::Error,
    },
    /// An id is too long to be a key.
    #[error(
        "the id that begins with `{start}` has {bytes} bytes, the index takes {MAX_ID_BYTES} at most"
    )]
    IdTooLong {
        /// The id's first characters.
        start: String,
        /// Its whole length.
        bytes: usize,
    },
    /// A folder holds no model that can be used.
    #[error("the model in `{dir}` cannot be used: {reason}")]
    Model {
        /// The model's folder.
        dir: PathBuf,
        /// What is wrong with it, and what is wanted.
        reason: String,
    },
    /// The search engine failed while it was running.
    #[error("the index could not {action}; open it again, and rebuild it if that fails too")]
    Engine {
        /// What was being done.
        action: &'static str,
        /// The engine's own account.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Wraps what the engine said while it did `action`.
    pub(crate) fn engine(action: &'static str) -> impl FnOnce(TantivyError) -> Self {
        move |source| Self::Engine {
            action,
            source: Box::new(source),
        }
    }

    /// Wraps what the machine said about `dir`.
    pub(crate) fn io(dir: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let dir = dir.into();
        move |source| Self::Io { dir, source }
    }

    /// Sorts a failure to open into damage, for which a rebuild helps, and the
    /// machine's refusal (rights, open files, a failing disk), for which it does not.
    pub(crate) fn opening(dir: impl Into<PathBuf>) -> impl FnOnce(TantivyError) -> Self {
        let dir = dir.into();
        move |error| match refusal(&error) {
            Some(source) => Self::Io { dir, source },
            None => Self::Unfit {
                dir,
                reason: error.to_string(),
            },
        }
    }
}

/// The error of the operating system inside `error`. The engine reports damage as
/// I/O errors of its own making; those carry no number of the system's.
fn refusal(error: &TantivyError) -> Option<io::Error> {
    let (TantivyError::IoError(io)
    | TantivyError::OpenReadError(OpenReadError::IoError { io_error: io, .. })) = error
    else {
        return None;
    };
    io.raw_os_error().map(io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn missing_rights_are_no_reason_to_delete_the_folder() {
        let denied = io::Error::from_raw_os_error(13);
        let error = Error::opening("x")(TantivyError::IoError(Arc::new(denied)));
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
    }

    #[test]
    fn bytes_that_make_no_sense_are_damage() {
        let short = io::Error::new(io::ErrorKind::UnexpectedEof, "footer");
        let error = Error::opening("x")(TantivyError::IoError(Arc::new(short)));
        assert!(matches!(error, Error::Unfit { .. }), "{error:?}");
    }
}
