//! The nouns of Svar and their rules: instants, ids, events, episodes.
//!
//! Pure: nothing here reads a clock, a file or the environment. Fed by `ingest`
//! and `journal`; read by everything else.

pub mod event;
mod id;
mod timestamp;

pub use event::{Body, Event, EventError};
pub use id::*;
pub use timestamp::{Timestamp, TimestampError};
