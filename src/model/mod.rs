//! The nouns of Svar and their rules: instants, ids, events, episodes.
//!
//! Pure: nothing here reads a clock, a file or the environment. Fed by `ingest`
//! and `journal`; read by everything else.

mod directory;
pub mod episode;
pub mod event;
mod id;
mod profile;
mod timestamp;

pub use directory::Directory;
pub use event::{Body, Event, EventError};
pub use id::*;
pub use profile::{DAY_MS, HOUR_MS, Profile};
pub use timestamp::{Timestamp, TimestampError};
