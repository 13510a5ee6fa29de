//! Folds of the journal: from records to store, columns and index, and the snapshots
//! that readers see.
//!
//! Fed by the journal's tail; read by `report` and the fronts through `Snapshot`.

mod folder;
mod rows;

pub use folder::{ContactFold, Folder, fold_all};
