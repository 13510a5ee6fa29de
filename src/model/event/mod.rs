//! Events: what happened, when, and by which source it was told.
//!
//! The types of the interchange format as one enum, read strictly and written back
//! unchanged. Fed by `ingest` and `journal`; folded by `model::episode` and
//! `projection`. Derives nothing.

mod body;
mod canonical;
mod conversation;
mod knowledge;
mod order;
mod parse;
mod people;
mod subject;
mod ticket;
mod word;

pub use body::Body;
pub use conversation::*;
pub use knowledge::*;
pub use order::{cmp_events, cmp_ids};
pub use parse::{Event, EventError, MAX_LINE_BYTES, MAX_TEXT_BYTES};
pub use people::*;
pub use subject::Subject;
pub use ticket::*;
pub use word::*;
