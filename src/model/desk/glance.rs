//! What lists judge a conversation by: numbers side by side, so that a hundred thousand are looked
//! at in a few milliseconds, and the lines themselves only where they are shown.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Lines;
use super::filed::FiledLine;
use super::line::{Line, LineStatus};
use super::words::{Code, Codes, Words};
use crate::model::event::{Assignee, Mark};
use crate::model::{InboxId, Timestamp};

/// The instants that say how far a conversation is, and how it is put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instants {
    pub(super) resolved_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) last_message_at: Timestamp,
    pub(super) contact_at: Option<Timestamp>,
    pub(super) waiting_since: Option<Timestamp>,
}

impl Instants {
    /// Whether it waits for anything at an instant.
    pub(super) fn is_open_at(&self, now: Timestamp) -> bool {
        self.resolved_at.is_none() && self.ends_at.is_none_or(|at| now < at)
    }

    /// When it was resolved or ended by itself, if it has by `now`.
    pub(super) fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.resolved_at.or(self.ends_at.filter(|at| *at <= now))
    }

    /// Whether it goes on at an instant, or by what it does not.
    pub(super) fn status_at(&self, now: Timestamp) -> LineStatus {
        match (self.resolved_at, self.is_open_at(now)) {
            (Some(_), _) => LineStatus::Resolved,
            (None, true) => LineStatus::Open,
            (None, false) => LineStatus::Ended,
        }
    }
}

/// Who has a conversation; reps and teams by the number of `rep:ID` or `team:ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Holder {
    Nobody,
    CustomerAgent,
    Team(Code),
    Rep(Code),
}

impl Holder {
    /// The number of the rep or the team.
    pub(super) const fn code(self) -> Option<Code> {
        match self {
            Self::Team(code) | Self::Rep(code) => Some(code),
            Self::Nobody | Self::CustomerAgent => None,
        }
    }
}

/// What a list judges a conversation by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Glance {
    pub(super) instants: Instants,
    pub(super) channel: Code,
    pub(super) inbox: Option<Code>,
    pub(super) holder: Holder,
    /// The number of all its tags together.
    pub(super) tags: Code,
    pub(super) is_spam: bool,
    pub(super) is_deleted: bool,
}

/// The words that glances name by number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct GlanceWords {
    pub(super) channels: Words,
    pub(super) inboxes: Words,
    /// `rep:ID` and `team:ID`.
    pub(super) holders: Words,
    /// The tags of a conversation, one under the other.
    pub(super) tags: Words,
}

/// What parts the tags of a conversation, which none of them has.
const BETWEEN_TAGS: char = '\n';

/// The tags of a conversation out of their one word.
pub(super) fn tags_in(word: &str) -> impl Iterator<Item = &str> {
    word.split(BETWEEN_TAGS).filter(|tag| !tag.is_empty())
}

impl Line {
    pub(super) const fn instants(&self) -> Instants {
        Instants {
            resolved_at: self.resolved_at,
            ends_at: self.ends_at,
            last_message_at: self.last_message_at,
            contact_at: self.contact_at,
            waiting_since: self.waiting_since,
        }
    }
}

impl FiledLine for Line {
    type Glance = Glance;
    type Words = GlanceWords;

    fn id(&self) -> &str {
        self.conversation.as_str()
    }

    fn unit(&self) -> u32 {
        self.unit
    }

    fn contact(&self) -> Option<&str> {
        Some(self.contact.as_str())
    }

    fn glance(&self, words: &mut GlanceWords) -> Glance {
        let holder = match &self.assigned_to {
            Assignee::Rep { id } => Holder::Rep(words.holders.code_of(&format!("rep:{id}"))),
            Assignee::Team { id } => Holder::Team(words.holders.code_of(&format!("team:{id}"))),
            Assignee::CustomerAgent { .. } => Holder::CustomerAgent,
            Assignee::Nobody {} => Holder::Nobody,
        };
        let inbox = self.inbox.as_ref().map(InboxId::as_str);
        let tags = self.tags.join(&BETWEEN_TAGS.to_string());
        Glance {
            instants: self.instants(),
            channel: words.channels.code_of(&self.channel),
            inbox: inbox.map(|inbox| words.inboxes.code_of(inbox)),
            holder,
            tags: words.tags.code_of(&tags),
            is_spam: self.marks.contains(&Mark::Spam),
            is_deleted: self.marks.contains(&Mark::Deleted),
        }
    }

    fn text(&self) -> String {
        let subject = self.subject.as_deref().into_iter();
        let texts = subject.chain([self.preview.as_str()]);
        let texts = texts.chain(self.tags.iter().map(String::as_str));
        let texts: Vec<String> = texts.map(str::to_lowercase).collect();
        texts.join("\n")
    }
}

/// What occurs on the desk, in the order of its letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occurring<'a> {
    /// Channels.
    pub channels: BTreeSet<&'a str>,
    /// Inboxes, by id.
    pub inboxes: BTreeSet<&'a str>,
    /// Tags.
    pub tags: BTreeSet<&'a str>,
    /// Reps who have conversations, by id.
    pub reps: BTreeSet<&'a str>,
    /// Teams that have some, by id.
    pub teams: BTreeSet<&'a str>,
}

impl Lines {
    /// What the conversations have that are seen, each by its id.
    pub fn occurring(&self, sees: impl Fn(&str) -> bool) -> Occurring<'_> {
        let [mut channels, mut inboxes, mut holders, mut tags] = [const { Codes::new() }; 4];
        let entries = self.conversations.entries();
        for entry in entries.filter(|entry| sees(entry.id())) {
            let glance = entry.glance;
            channels.put(glance.channel);
            inboxes.extend(glance.inbox);
            holders.extend(glance.holder.code());
            tags.put(glance.tags);
        }
        let words = self.conversations.words();
        let held = |kind: &'static str| {
            let held = holders.iter().map(|code| words.holders.text(code));
            held.filter_map(move |held| held.strip_prefix(kind))
        };
        Occurring {
            channels: channels
                .iter()
                .map(|code| words.channels.text(code))
                .collect(),
            inboxes: inboxes
                .iter()
                .map(|code| words.inboxes.text(code))
                .collect(),
            tags: tags
                .iter()
                .flat_map(|code| tags_in(words.tags.text(code)))
                .collect(),
            reps: held("rep:").collect(),
            teams: held("team:").collect(),
        }
    }
}
