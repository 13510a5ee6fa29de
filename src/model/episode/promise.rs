//! What may have been promised for an episode or a ticket: responses and the close, from
//! when the clock runs, and when they came.
//!
//! Whether an agreement promises it, and until when, is asked when the row is judged. Which
//! there are is found in `due`.
//!
//! The next responses of a ticket are those to the runs that begin while it is open, after its
//! first response.

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Target {
    /// A human's first response.
    FirstResponse = 0,
    /// A rep's response to each later run of the contact's messages.
    NextResponse = 1,
    /// The close of a ticket.
    Close = 2,
}

impl Target {
    /// All of them, by code.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Close];

    /// The word in keys and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Close => "close",
        }
    }
}

/// Something that may have been promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise<'a> {
    /// What.
    pub target: Target,
    /// From when the clock runs.
    pub from: Timestamp,
    /// When it was kept; `None`: not yet.
    pub reached_at: Option<Timestamp>,
    /// From when on nobody waits for it any more, though it was not kept.
    pub lapsed_at: Option<Timestamp>,
    /// When the source wants it, whatever an agreement says.
    pub due_at: Option<Timestamp>,
    /// The episode, where it is of one.
    pub ordinal: u32,
    /// The rep who kept it, else whose it is.
    pub rep: Option<&'a str>,
    /// That rep's team.
    pub team: Option<&'a str>,
}
