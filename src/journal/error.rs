//! What can go wrong with the journal, and what an opening has to tell the user.
//!
//! Every text names the file or the seq it is about and says what to do. Errors are
//! cheap to clone, because one failed batch answers many submitters. Made by every
//! file of this module; read by `app` and by those who submit.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the journal could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The disk or the file system refused.
    #[error("cannot {action} `{}`: {cause}; check the disk's space and the folder's permissions", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// A record that was acknowledged cannot be read any more.
    #[error("journal segment `{}` is damaged at line {line} (byte {offset}): {reason}; run `svar check`", segment.display())]
    Damaged {
        /// The segment's file.
        segment: PathBuf,
        /// The bad line, from 1.
        line: u64,
        /// Where the line starts in the uncompressed segment.
        offset: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A whole segment is not there.
    #[error("journal segment `{}` is missing; put it back from a backup, or run `svar check`", segment.display())]
    Missing {
        /// The file that should exist.
        segment: PathBuf,
    },
    /// The journal was written by a newer Svar.
    #[error("record at line {line} of journal segment `{}` has format {version}, which this svar cannot read; use a newer svar", segment.display())]
    Newer {
        /// The segment's file.
        segment: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The record's format version.
        version: u32,
    },
    /// A sync failed earlier, so nothing is known about what later ones would mean.
    #[error(
        "the journal takes no more events since {cause}; look after the disk, then restart svar"
    )]
    ReadOnly {
        /// What failed, and on which file.
        cause: Arc<str>,
    },
    /// The committer was stopped, or its thread ended.
    #[error("the journal is closed; start svar again before sending events")]
    Stopped,
    /// An event that the journal could not find again, or not write as one line.
    #[error(
        "event cannot be journalled: {reason}; write it as one line of JSON with `source` and `id`"
    )]
    Draft {
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// The same, of the file that a copy was made of.
    pub(super) fn of(self, original: &Path) -> Self {
        match self {
            Self::Damaged {
                line,
                offset,
                reason,
                ..
            } => Self::Damaged {
                segment: original.to_owned(),
                line,
                offset,
                reason,
            },
            other => other,
        }
    }

    pub(super) fn io(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            cause: Arc::new(cause),
        }
    }
}

/// What an opening did to the folder, for the user to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The end of the journal was cut off: its last batch had not been written whole.
    Cut {
        /// The segment that was cut.
        segment: PathBuf,
        /// The first seq that is gone; it will be given out again.
        from_seq: u64,
        /// How many bytes went.
        bytes: u64,
        /// What was wrong with the batch.
        reason: String,
    },
    /// An identity run was missing, damaged or another segment's, and was made again.
    RunRebuilt {
        /// The run's file.
        run: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// A file that an interrupted stop left behind was removed.
    LeftoverRemoved {
        /// The file.
        file: PathBuf,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut {
                segment,
                from_seq,
                bytes,
                reason,
            } => write!(
                f,
                "cut {bytes} bytes off `{}`, from seq {from_seq} on: {reason}; the last stop interrupted that batch",
                segment.display()
            ),
            Self::RunRebuilt { run, reason } => {
                write!(
                    f,
                    "made `{}` again from its segment: {reason}",
                    run.display()
                )
            }
            Self::LeftoverRemoved { file } => {
                write!(
                    f,
                    "removed `{}`, left by an interrupted stop",
                    file.display()
                )
            }
        }
    }
}
