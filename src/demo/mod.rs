//! The seeded synthetic desk, shared by tests, benches and `svar demo`.
//!
//! First the directory, then one conversation after another in the order of their
//! starts, each made only when it is asked for: a million conversations need no more
//! memory than one. The same options give the same events on every platform. Reads no
//! clock; knows the model only. What is said is in `texts/`.

mod agent;
mod conversation;
mod desk;
mod directory;
mod job;
mod language;
mod mend;
mod name;
mod people;
mod random;
mod rep;
mod rhythm;
mod script;
mod text;
mod ticket;
mod topic;

use desk::Desk;
use rhythm::Starts;

use crate::model::{Event, Timestamp};

/// Which desk to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many conversations.
    pub conversations: u32,
    /// Another seed makes another desk.
    pub seed: u64,
    /// Over how many days; at least one.
    pub days: u32,
    /// The desk's last instant; what would happen later is left out.
    pub until: Timestamp,
}

impl Options {
    /// The usual desk up to `until`: 5,000 conversations in 180 days.
    pub const fn new(until: Timestamp) -> Self {
        Self {
            conversations: 5_000,
            seed: 1,
            days: 180,
            until,
        }
    }
}

/// The events of the desk: the directory, then conversation by conversation in the order
/// of their starts. Within a conversation the events are in order; the whole is not.
///
/// ```
/// use svar::demo::{Options, events};
/// use svar::model::Timestamp;
///
/// let until = Timestamp::parse("2026-06-30T00:00:00Z")?;
/// let options = Options { conversations: 10, ..Options::new(until) };
/// assert!(events(&options).all(|event| event.at <= until));
/// # Ok::<(), svar::model::TimestampError>(())
/// ```
pub fn events(options: &Options) -> impl Iterator<Item = Event> + use<> {
    let desk = Desk::new(options);
    let directory = directory::write(&desk);
    let window = (desk.start, desk.until);
    let starts = Starts::new(&desk.calendar, window, desk.seed, options.conversations);
    let conversations = starts.flat_map(move |(number, at)| conversation::write(&desk, number, at));
    directory.into_iter().chain(conversations)
}

#[cfg(test)]
mod tests;
