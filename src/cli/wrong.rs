//! A command that was used wrongly, distinguished from one that failed.
//!
//! Made wherever the words of a command are read; `mod.rs` ends with its exit code.

use crate::model::brief;

/// A command that was used wrongly; ends with exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Wrong(String);

impl Wrong {
    /// A misuse in words: what was found, what was expected.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(brief(&text.into()))
    }
}
