//! What can go wrong while folding.

use std::path::PathBuf;

/// Why the folds could not be made or kept up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] crate::journal::Error),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// The question index could not be read or written.
    #[error(transparent)]
    Index(#[from] svar_index::Error),
    /// A record of the journal is no event that this version knows.
    #[error(
        "record {seq} of the journal cannot be folded: {reason}; a newer svar may have written it"
    )]
    Record {
        /// Which record.
        seq: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A derived folder could not be made again.
    #[error("cannot make `{}` anew: {reason}; check the folder's permissions", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The thread that folds has ended.
    #[error("the folds have stopped; restart svar, and run `svar rebuild` if it happens again")]
    Stopped,
}
