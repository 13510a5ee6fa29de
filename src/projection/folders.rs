//! Where the folds lie, and what was noticed while they were opened.
//!
//! Given by the app, read by `opening` and `keeper`; touches nothing itself.

use std::path::Path;

/// What was noticed while the folds were opened.
pub type Notices = Vec<String>;

/// Where the folds lie.
#[derive(Clone, Copy, Debug)]
pub struct Folders<'a> {
    /// sled's folder.
    pub store: &'a Path,
    /// Values too long for it.
    pub files: &'a Path,
    /// tantivy's folder.
    pub index: &'a Path,
    /// The columns' folder.
    pub columns: &'a Path,
}
