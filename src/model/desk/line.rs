//! A conversation as a line of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DeskMoment, Promised};
use crate::model::conversation::{Conversation, Message, Status};
use crate::model::episode::{Episode, ResponseKind, Thread, Ticket};
use crate::model::event::{ActorKind, Assignee, Mark, Visibility};
use crate::model::file::clean_name;
use crate::model::{ContactId, ConversationId, DAY_MS, Directory, InboxId, Invalid, Timestamp};

/// What ended is on the desk for so long.
pub(super) const KEPT_MS: i64 = 14 * DAY_MS;
/// How much of the last message is shown, in characters.
const PREVIEW: usize = 140;

/// A conversation as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub conversation: ConversationId,
    /// The unit that it belongs to, as the store numbers it.
    pub unit: u32,
    /// With whom.
    pub contact: ContactId,
    /// Where.
    pub channel: String,
    /// In which inbox.
    pub inbox: Option<InboxId>,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// Whether somebody resolved it.
    pub resolved_at: Option<Timestamp>,
    /// When it ends by itself, or did: the quiet window of the customer agent.
    pub ends_at: Option<Timestamp>,
    /// Whose it is.
    #[serde(with = "super::kept")]
    pub assigned_to: Assignee,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its marks.
    pub marks: Vec<Mark>,
    /// When it began.
    pub started_at: Timestamp,
    /// When somebody wrote last, notes left out.
    pub last_message_at: Timestamp,
    /// Who that was.
    pub last_author: ActorKind,
    /// The beginning of what they wrote.
    pub preview: String,
    /// When the contact wrote last, bare thanks left out.
    pub contact_at: Option<Timestamp>,
    /// Since when the contact waits for a rep.
    pub waiting_since: Option<Timestamp>,
    /// What agreements may have promised for it, where no ticket was opened from it.
    pub promised: Promised,
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum LineStatus {
    /// It goes on.
    Open,
    /// Somebody brought it to its end.
    Resolved,
    /// It came to its end by itself.
    Ended,
}

impl LineStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Resolved, Self::Ended];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Ended => "ended",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let mut all = Self::ALL.into_iter();
        let status = all.find(|status| status.as_str() == word);
        status.ok_or_else(|| {
            let reason = format!("`{word}` is none of open, resolved, ended");
            Invalid::new("status", reason)
        })
    }
}

/// When and under which names of tags a line is made.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The names.
    pub directory: &'a Directory,
    /// When.
    pub now: Timestamp,
    /// The tickets of its unit.
    pub tickets: &'a [Ticket<'a>],
}

impl Line {
    /// The line of a conversation at `now`; none for one that is over for long, was merged, or in
    /// which nobody has written. `fold` gives the conversation, and is asked only if there is one.
    pub fn of(
        thread: &Thread<'_>,
        unit: u32,
        seen: Seen<'_>,
        fold: impl FnOnce() -> Option<Conversation>,
    ) -> Option<Self> {
        let Seen {
            directory,
            now,
            tickets,
        } = seen;
        // What is marked as spam has no episodes.
        let last = thread.episodes.last();
        let is_kept = |at: Timestamp| now < at.plus_millis(KEPT_MS);
        let ended_at = last.filter(|last| last.reopened_at.is_none());
        let ended_at = ended_at.and_then(|last| last.ended_at);
        if ended_at.is_some_and(|at| !is_kept(at)) {
            return None;
        }
        let conversation = fold()?;
        if conversation.merged_into.is_some() {
            return None;
        }
        let message = last_public(&conversation)?;
        let ends_at = last.and_then(|last| ends_at(&conversation, last));
        let is_away = |mark: &Mark| matches!(mark, Mark::Spam | Mark::Deleted);
        let is_away = conversation.marks.iter().any(is_away);
        let away_at = is_away.then_some(message.at);
        let over_at = conversation.resolved_at.or(ends_at).or(away_at);
        if over_at.is_some_and(|at| !is_kept(at)) {
            return None;
        }
        let (last_message_at, last_author) = (message.at, message.author.kind);
        let preview = preview_of(message);
        Some(Self {
            unit,
            tags: conversation.tags_under(directory),
            ends_at,
            waiting_since: waiting_since(thread),
            promised: Promised::of_thread(thread, is_ticketed(thread, tickets)),
            last_message_at,
            last_author,
            preview,
            contact_at: contact_at(&conversation),
            conversation: conversation.id,
            contact: conversation.contact,
            channel: conversation.channel,
            inbox: conversation.inbox,
            subject: conversation.subject,
            language: conversation.language,
            priority: conversation.priority,
            resolved_at: conversation.resolved_at,
            assigned_to: conversation.assigned_to,
            marks: conversation.marks,
            started_at: conversation.started_at,
        })
    }

    /// The first instant by which an agreement wants something written; none: by none.
    pub fn due_at(&self, moment: &DeskMoment<'_>) -> Option<Timestamp> {
        moment.deadlines.line_due_at(self)
    }

    /// Whether it waits for anything at an instant.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.instants().is_open_at(now)
    }

    /// When it was resolved or ended by itself, if it has by `now`.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.instants().over_at(now)
    }

    /// Whether it goes on at an instant, or by what it does not.
    pub fn status_at(&self, now: Timestamp) -> LineStatus {
        self.instants().status_at(now)
    }
}

/// When the last episode ends by itself, unless somebody resolved or reopened it.
fn ends_at(conversation: &Conversation, last: &Episode<'_>) -> Option<Timestamp> {
    let by_itself = conversation.status == Status::Open && !last.end_rule.is_resolve_event();
    last.ended_at.filter(|_at| by_itself)
}

/// Whether a ticket was opened from a conversation.
fn is_ticketed(thread: &Thread<'_>, tickets: &[Ticket<'_>]) -> bool {
    let mut tickets = tickets.iter();
    tickets.any(|ticket| ticket.conversation == Some(thread.conversation))
}

fn waiting_since(thread: &Thread<'_>) -> Option<Timestamp> {
    let runs = thread.responses.iter().rev();
    let mut runs = runs.filter(|run| run.kind != ResponseKind::Contact);
    let run = runs.next()?;
    (run.until.is_none() && run.rep_owes).then_some(run.rep_from)
}

/// When the contact wrote last.
fn contact_at(conversation: &Conversation) -> Option<Timestamp> {
    let theirs = |message: &&Message| {
        let is_public = message.visibility == Visibility::Public;
        is_public && message.author.kind == ActorKind::Contact && !message.ack
    };
    let message = conversation.messages.iter().rfind(theirs);
    message.map(|message| message.at)
}

fn last_public(conversation: &Conversation) -> Option<&Message> {
    let mut messages = conversation.messages.iter();
    messages.rfind(|message| message.visibility == Visibility::Public)
}

/// What a message begins with; of files without words their names.
fn preview_of(message: &Message) -> String {
    let words = preview(&message.text);
    if !words.is_empty() {
        return words;
    }
    let names = message.attachments.iter();
    let names: Vec<String> = names.map(|file| clean_name(&file.name)).collect();
    preview(&names.join(", "))
}

/// The beginning of a text, in one line.
fn preview(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > PREVIEW {
            let cut: String = words.chars().take(PREVIEW).collect();
            return format!("{}…", cut.trim_end());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview(" Where\n is  it? "), "Where is it?");
        let long = preview(&"word ".repeat(100));
        assert!(
            long.ends_with('…') && long.chars().count() <= PREVIEW + 1,
            "{long}"
        );
    }
}
