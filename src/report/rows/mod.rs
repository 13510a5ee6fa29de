//! The rows behind a number, and what each report makes of one conversation or ticket: the same
//! judgement as the number, listed instead of added.
//!
//! Reads what `evaluate` made ready; adds nothing up.

mod account;
mod item;
mod listing;
mod page;
mod stretch;
mod visitors;

pub use account::{Account, account};
pub use item::{RowItem, RowPage, RowQuery};
pub use page::{row_parts, rows};
