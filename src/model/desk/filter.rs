//! Which conversations a list is narrowed to.

use std::collections::HashSet;

use super::line::LineStatus;
use super::{DeskMoment, Line};
use crate::model::event::Assignee;
use crate::model::{InboxId, Timestamp};

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

    /// Whether it takes a line at a moment; `is_new`: whether that has something new.
    pub(super) fn takes(&self, line: &Line, moment: &DeskMoment<'_>, is_new: bool) -> bool {
        let is_any = |wanted: &[String], held: Option<&str>| {
            wanted.is_empty() || held.is_some_and(|held| wanted.iter().any(|one| one == held))
        };
        let is_status = |status: &LineStatus| *status == line.status_at(moment.now);
        is_any(&self.channels, Some(&line.channel))
            && is_any(&self.inboxes, line.inbox.as_ref().map(InboxId::as_str))
            && (self.assignees.is_empty() || is_any(&self.assignees, assignee(line).as_deref()))
            && (self.teams.is_empty() || is_any(&self.teams, team(line, moment)))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| line.tags.contains(tag)))
            && self.all_tags.iter().all(|tag| line.tags.contains(tag))
            && (self.statuses.is_empty() || self.statuses.iter().any(is_status))
            && self.unread.is_none_or(|unread| unread == is_new)
            && self.from.is_none_or(|from| line.last_message_at >= from)
            && self.to.is_none_or(|to| line.last_message_at < to)
            && self.found.as_ref().is_none_or(|found| found.takes(line))
    }
}

impl Found {
    fn takes(&self, line: &Line) -> bool {
        let has = |word: &String| {
            let texts = [line.subject.as_deref(), Some(line.preview.as_str())];
            let texts = texts.into_iter().flatten();
            let mut texts = texts.chain(line.tags.iter().map(String::as_str));
            texts.any(|text| text.to_lowercase().contains(word))
        };
        self.conversations.contains(line.conversation.as_str())
            || self.contacts.contains(line.contact.as_str())
            || (!self.words.is_empty() && self.words.iter().all(has))
    }
}

fn assignee(line: &Line) -> Option<String> {
    match &line.assigned_to {
        Assignee::Rep { id } => Some(format!("rep:{id}")),
        Assignee::Team { id } => Some(format!("team:{id}")),
        Assignee::CustomerAgent { .. } | Assignee::Nobody {} => None,
    }
}

/// The team that has it, or the one of the rep who has it.
fn team<'a>(line: &'a Line, moment: &'a DeskMoment<'_>) -> Option<&'a str> {
    match &line.assigned_to {
        Assignee::Team { id } => Some(id.as_str()),
        Assignee::Rep { id } => moment.directory.team_at(id.as_str(), moment.now),
        Assignee::CustomerAgent { .. } | Assignee::Nobody {} => None,
    }
}
