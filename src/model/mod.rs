//! The nouns of Svar and their rules: instants, ids, events, episodes.
//!
//! Pure: nothing here reads a clock, a file or the environment. Fed by `ingest`
//! and `journal`; read by everything else.

mod timestamp;

pub use timestamp::{Timestamp, TimestampError};
