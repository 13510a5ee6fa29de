//! A filter made ready for one pass over the lines: what it wants of words became numbers.

use std::collections::HashSet;

use foldhash::fast::FixedState;
use memchr::memmem::Finder;

use super::DeskMoment;
use super::block::Entry;
use super::filed::Place;
use super::filter::{DeskFilter, Found};
use super::glance::{Glance, GlanceWords, tags_in};
use super::line::Line;
use super::line_file::LineFile;
use super::words::Codes;

/// A filter over the lines of one desk at one moment.
pub(super) struct Sieve<'a> {
    filter: &'a DeskFilter,
    moment: &'a DeskMoment<'a>,
    is_open: bool,
    channels: Option<Codes>,
    inboxes: Option<Codes>,
    holders: Option<Codes>,
    tags: Option<Codes>,
    sought: Option<Sought<'a>>,
}

/// What is sought, made ready.
struct Sought<'a> {
    found: &'a Found,
    words: Vec<Finder<'a>>,
    /// Where what was found elsewhere is; others may be at the same place.
    places: HashSet<Place, FixedState>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(
        filter: &'a DeskFilter,
        file: &LineFile<Line>,
        moment: &'a DeskMoment<'a>,
    ) -> Self {
        let words = file.words();
        let any = |wanted: &[String], word: &str| wanted.iter().any(|one| one == word);
        let of = |wanted: &[String], words: &super::words::Words| {
            (!wanted.is_empty()).then(|| words.those(|word| any(wanted, word)))
        };
        let sought = filter.found.as_ref().map(|found| Sought {
            words: found.words.iter().map(Finder::new).collect(),
            places: file.places(&found.conversations, &found.contacts),
            found,
        });
        Self {
            filter,
            moment,
            is_open: filter.is_empty(),
            channels: of(&filter.channels, &words.channels),
            inboxes: of(&filter.inboxes, &words.inboxes),
            holders: holders(filter, words, moment),
            tags: tags(filter, words),
            sought,
        }
    }

    /// Whether a line passes, whatever is sought in its text and new to the reader.
    pub(super) fn takes(&self, glance: &Glance) -> bool {
        if self.is_open {
            return true;
        }
        let at = glance.instants.last_message_at;
        let statuses = &self.filter.statuses;
        let holder = glance.holder.code();
        has(self.channels.as_ref(), Some(glance.channel))
            && has(self.inboxes.as_ref(), glance.inbox)
            && has(self.holders.as_ref(), holder)
            && has(self.tags.as_ref(), Some(glance.tags))
            && (statuses.is_empty()
                || statuses.contains(&glance.instants.status_at(self.moment.now)))
            && self.filter.from.is_none_or(|from| at >= from)
            && self.filter.to.is_none_or(|to| at < to)
    }

    /// Whether a line is past what is promised, where only such are wanted. Nothing is promised where nobody
    /// waits, so that few lines are looked at themselves.
    pub(super) fn takes_due(&self, entry: &Entry<'_, Line>) -> bool {
        let now = self.moment.now;
        let is_late = || {
            let due_at = entry.line().due_at(self.moment);
            due_at.is_some_and(|due_at| due_at <= now)
        };
        let instants = &entry.glance.instants;
        let may_be = || instants.waiting_since.is_some() && instants.is_open_at(now);
        !self.filter.late || (may_be() && is_late())
    }

    /// Whether a line has what is sought.
    pub(super) fn takes_text(&self, entry: &Entry<'_, Line>) -> bool {
        let sought = self.sought.as_ref();
        sought.is_none_or(|sought| sought.takes(entry))
    }

    /// Whether a line passes of which the reader has seen everything, or not.
    pub(super) fn takes_new(&self, is_new: bool) -> bool {
        self.filter.unread.is_none_or(|unread| unread == is_new)
    }
}

impl Sought<'_> {
    fn takes(&self, entry: &Entry<'_, Line>) -> bool {
        let is_found = || {
            let contact = entry.line().contact.as_str();
            let (conversations, contacts) = (&self.found.conversations, &self.found.contacts);
            conversations.contains(entry.id()) || contacts.contains(contact)
        };
        let text = entry.text.as_bytes();
        let has_words = || self.words.iter().all(|word| word.find(text).is_some());
        (self.places.contains(&entry.place) && is_found())
            || (!self.words.is_empty() && has_words())
    }
}

/// Whether what is wanted has it; where nothing is wanted, anything has.
fn has(wanted: Option<&Codes>, code: Option<u32>) -> bool {
    wanted.is_none_or(|wanted| code.is_some_and(|code| wanted.has(code)))
}

/// The reps and teams that the filter wants by themselves and by their team.
fn holders(filter: &DeskFilter, words: &GlanceWords, moment: &DeskMoment<'_>) -> Option<Codes> {
    if filter.assignees.is_empty() && filter.teams.is_empty() {
        return None;
    }
    let team = |holder: &str| {
        let rep = holder.strip_prefix("rep:");
        let team = rep.and_then(|rep| moment.directory.team_at(rep, moment.now));
        let team = team.or_else(|| holder.strip_prefix("team:"));
        team.is_some_and(|team| filter.teams.iter().any(|one| one == team))
    };
    let is_one = |holder: &str| filter.assignees.iter().any(|one| one == holder);
    Some(words.holders.those(|holder| {
        (filter.assignees.is_empty() || is_one(holder)) && (filter.teams.is_empty() || team(holder))
    }))
}

/// The tags that stand together as the filter wants them.
fn tags(filter: &DeskFilter, words: &GlanceWords) -> Option<Codes> {
    let (any, all) = (&filter.tags, &filter.all_tags);
    let holds = |word: &str| {
        let has = |wanted: &String| tags_in(word).any(|tag| tag == wanted);
        (any.is_empty() || any.iter().any(has)) && all.iter().all(has)
    };
    let is_wanted = !any.is_empty() || !all.is_empty();
    is_wanted.then(|| words.tags.those(holds))
}
