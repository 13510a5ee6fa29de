//! What the app could not do, for the fronts to say.

use std::path::PathBuf;

use crate::command::Refusal;
use crate::model::file::size_words;

/// Why the app could not do what a front asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process owns the folder.
    #[error("`{}` is in use by another svar; stop it, or ask it over its API", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// The folder was made by a newer version.
    #[error("`{}` has format {found}, this svar knows {known}; use a newer svar (nothing was changed)", folder.display())]
    Newer {
        /// The data folder.
        folder: PathBuf,
        /// Its format.
        found: String,
        /// Ours.
        known: u32,
    },
    /// A backup cannot be made there, or not be used.
    #[error("`{}` is no use as a backup: {reason}", folder.display())]
    Backup {
        /// The backup's folder.
        folder: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// A file of the folder could not be read or written.
    #[error("cannot {action} `{}`: {cause}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The journal refused.
    #[error(transparent)]
    Journal(#[from] crate::journal::Error),
    /// The folds failed.
    #[error(transparent)]
    Projection(#[from] crate::projection::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// A body of events cannot be read.
    #[error(transparent)]
    Ingest(#[from] crate::ingest::Error),
    /// The search failed.
    #[error(transparent)]
    Search(#[from] svar_index::Error),
    /// The query cannot be answered as asked.
    #[error(transparent)]
    Query(#[from] crate::model::Invalid),
    /// There is no such thing.
    #[error("there is no {kind} `{id}`")]
    Unknown {
        /// Of which kind.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// The command is refused.
    #[error(transparent)]
    Refused(Refusal),
    /// A change would break cases of the regression set.
    #[error("it would break {} of the regression set: {}", .0.len(), .0.join("; "))]
    Broken(Vec<String>),
    /// A folder holds no sentence model that can be used.
    #[error("{0}; nothing was changed")]
    Model(String),
    /// A file has more bytes than are taken.
    #[error("the file is larger than {}, which is the most that is taken here", size_words(*most))]
    TooLarge {
        /// The most.
        most: u64,
    },
    /// Visitors have sent as much as is taken on a day.
    #[error(
        "visitors have sent up {} today, which is the most that is taken; try again tomorrow",
        size_words(*most)
    )]
    TooMuch {
        /// The most.
        most: u64,
    },
    /// Writing or folding has stopped.
    #[error("{0}")]
    Stopped(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(fault) => Self::Query(fault),
            Refusal::Unknown { kind, id } => Self::Unknown { kind, id },
            other => Self::Refused(other),
        }
    }
}

impl Error {
    pub(super) fn unknown(kind: &'static str, id: &str) -> Self {
        Self::Unknown {
            kind,
            id: id.to_owned(),
        }
    }

    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
        cause: std::io::Error,
    ) -> Self {
        Self::Io {
            action,
            path: path.into(),
            cause,
        }
    }
}
