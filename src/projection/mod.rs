//! Folds of the journal: from records to store, columns and index, and the snapshots
//! that readers see.
//!
//! Fed by the journal's tail; read by `report` and the fronts through `Snapshot`.
//! Every fold can be deleted and comes out the same again.

mod change;
mod checkpoint;
mod contacts;
mod document;
mod error;
mod folders;
mod installation;
mod keeper;
mod mark;
mod opening;
mod pace;
mod past;
mod projector;
mod rows;
mod rows_ticket;
mod run;
mod saving;
mod search;
mod sections;
mod snapshot;
mod unit_folder;
mod upcoming;
mod waiter;
mod whole;

pub use checkpoint::{KeptColumns, kept_columns, rows_of};
pub use document::Searchable;
pub use error::Error;
pub use folders::{Folders, Notices};
pub use mark::journal_mark;
pub use past::{Standpoint, fold_past};
pub use run::{Projection, Published, Readying, Upkeep};
pub use snapshot::Snapshot;
pub use unit_folder::{UnitFolder, fold_all};
pub use waiter::Waiter;
