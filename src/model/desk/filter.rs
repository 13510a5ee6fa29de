//! Which conversations a list is narrowed to.

use std::collections::HashSet;

use super::line::LineStatus;
use crate::model::Timestamp;

/// What words were found in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The words, in small letters.
    pub words: Vec<String>,
    /// Conversations with the words in what was written.
    pub conversations: HashSet<String>,
    /// Contacts whose name, address, company or its page has them.
    pub contacts: HashSet<String>,
}

/// What a list is narrowed to; what says nothing lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskFilter {
    /// On which channels.
    pub channels: Vec<String>,
    /// In which inboxes.
    pub inboxes: Vec<String>,
    /// Assigned to which reps or teams, as `rep:ID` and `team:ID`.
    pub assignees: Vec<String>,
    /// Assigned to which teams, or to a rep of theirs.
    pub teams: Vec<String>,
    /// With any of these tags.
    pub tags: Vec<String>,
    /// With all of these tags.
    pub all_tags: Vec<String>,
    /// How far.
    pub statuses: Vec<LineStatus>,
    /// With something new to the reader, or with nothing.
    pub unread: Option<bool>,
    /// Only those that are past what an agreement promises, no ticket being opened from them.
    pub late: bool,
    /// Last written in at or after this.
    pub from: Option<Timestamp>,
    /// Last written in before this.
    pub to: Option<Timestamp>,
    /// With these words, wherever they are.
    pub found: Option<Found>,
}

impl DeskFilter {
    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
