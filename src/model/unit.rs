//! The rules of a unit that the page of a conversation and the episodes share: which
//! conversation went into which and was split off which, what is said twice, and who began it.
//!
//! Chains of merges are followed to the end, a merge that would close a circle is ignored, and
//! of two merges of one conversation the later holds; one that is taken back has never been.
//! Splits are followed one after the other. Fed with events in event order.

use std::collections::{BTreeMap, HashSet};

use super::event::{ActorKind, Body, Direction, Event, MessageAdded, Role, Visibility, cmp_events};

/// The merges of a unit that hold, of its conversations or of its tickets.
#[derive(Debug, Default)]
pub(super) struct Merges<'a> {
    /// Those that were not taken back, in event order.
    merges: Vec<Merge<'a>>,
    into: BTreeMap<&'a str, &'a str>,
}

/// One thing that went into another.
#[derive(Clone, Copy, Debug)]
struct Merge<'a> {
    from: &'a str,
    into: &'a str,
}

impl<'a> Merges<'a> {
    /// Reads the merges of conversations out of ordered events.
    pub(super) fn of_conversations(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut merges = Self::default();
        for event in events {
            match &event.body {
                Body::ConversationMerged(merged) => merges.note(Merge {
                    from: merged.conversation.as_str(),
                    into: merged.into.as_str(),
                }),
                Body::ConversationUnmerged(back) => merges.take_back(back.conversation.as_str()),
                _ => {}
            }
        }
        merges
    }

    /// Reads the merges of tickets out of ordered events.
    pub(super) fn of_tickets(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut merges = Self::default();
        for event in events {
            match &event.body {
                Body::TicketMerged(merged) => merges.note(Merge {
                    from: merged.ticket.as_str(),
                    into: merged.into.as_str(),
                }),
                Body::TicketUnmerged(back) => merges.take_back(back.ticket.as_str()),
                _ => {}
            }
        }
        merges
    }

    fn note(&mut self, merge: Merge<'a>) {
        self.merges.push(merge);
        self.join(merge);
    }

    fn join(&mut self, merge: Merge<'a>) {
        let Merge { from, into } = merge;
        if from != into && !self.leads_to(into, from) {
            self.into.insert(from, into);
        }
    }

    /// The merges of `from` have never been.
    fn take_back(&mut self, from: &str) {
        self.merges.retain(|merge| merge.from != from);
        self.into.clear();
        for merge in self.merges.clone() {
            self.join(merge);
        }
    }

    /// Where a thing went, one step.
    pub(super) fn target(&self, thing: &str) -> Option<&'a str> {
        self.into.get(thing).copied()
    }

    /// Where a thing went in the end; itself, if nowhere.
    pub(super) fn root(&self, thing: &'a str) -> &'a str {
        let mut root = thing;
        while let Some(next) = self.into.get(root) {
            root = next;
        }
        root
    }

    /// Whether `from` went into `thing`, over however many steps.
    pub(super) fn leads_to(&self, from: &str, thing: &str) -> bool {
        let mut reached = from;
        while let Some(next) = self.into.get(reached) {
            reached = next;
            if reached == thing {
                return true;
            }
        }
        false
    }
}

/// The splits of a unit, in event order: into which conversation events went that came to
/// another.
#[derive(Debug, Default)]
pub(super) struct Splits<'a>(Vec<Split<'a>>);

/// What was written from a message on, in a conversation of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split<'a> {
    /// Which was split.
    pub(super) from: &'a str,
    /// Which it went into.
    pub(super) into: &'a str,
    /// The first message that went.
    pub(super) first: &'a Event,
}

impl<'a> Splits<'a> {
    /// Reads the splits out of ordered events; one from a message that is not there says nothing.
    pub(super) fn of(events: &[&'a Event], merges: &Merges<'a>) -> Self {
        let mut splits = Self::default();
        for event in events {
            let Body::ConversationSplit(split) = &event.body else {
                continue;
            };
            let (from, into) = (split.conversation.as_str(), split.into.as_str());
            let first = events.iter().find(|event| {
                matches!(&event.body, Body::MessageAdded(added) if added.message == split.from_message)
                    && splits.is_in(event, from, merges)
            });
            if let Some(first) = first.filter(|_| from != into) {
                splits.0.push(Split { from, into, first });
            }
        }
        splits
    }

    /// Each of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Split<'a>> {
        self.0.iter()
    }

    /// The split that a conversation began with, if one did.
    pub(super) fn beginning(&self, conversation: &str) -> Option<&Split<'a>> {
        self.0.iter().find(|split| split.into == conversation)
    }

    /// The conversation that an event came to, merges aside.
    pub(super) fn home(&self, event: &'a Event, merges: &Merges<'a>) -> Option<&'a str> {
        let mut home = event.body.conversation()?;
        for split in &self.0 {
            let is_there = home == split.from || merges.leads_to(home, split.from);
            if is_there && split.takes(event) {
                home = split.into;
            }
        }
        Some(home)
    }

    fn is_in(&self, event: &'a Event, conversation: &str, merges: &Merges<'a>) -> bool {
        self.home(event, merges)
            .is_some_and(|home| home == conversation || merges.leads_to(home, conversation))
    }
}

impl Split<'_> {
    /// Whether an event of the conversation goes along.
    fn takes(&self, event: &Event) -> bool {
        match &event.body {
            Body::MessageAdded(_) => cmp_events(event, self.first).is_ge(),
            Body::QuestionAsked(_)
            | Body::FeedbackGiven(_)
            | Body::ConversationHandedOff(_)
            | Body::CsatSent(_)
            | Body::CsatRated(_) => event.at >= self.first.at,
            _ => false,
        }
    }
}

/// In which conversation each event of a unit counts by now.
#[derive(Debug)]
pub(crate) struct Homes<'a> {
    merges: Merges<'a>,
    splits: Splits<'a>,
}

impl<'a> Homes<'a> {
    /// Reads merges and splits out of ordered events.
    pub(crate) fn of(events: &'a [Event]) -> Self {
        let merges = Merges::of_conversations(events);
        let events: Vec<&Event> = events.iter().collect();
        let splits = Splits::of(&events, &merges);
        Self { merges, splits }
    }

    /// The conversation that an event came to, merges aside.
    pub(crate) fn home(&self, event: &'a Event) -> Option<&'a str> {
        self.splits.home(event, &self.merges)
    }

    /// The conversation that counts what came to `home`.
    pub(crate) fn root(&self, home: &'a str) -> &'a str {
        self.merges.root(home)
    }
}

/// Messages and questions that have come already: a second event about one says nothing.
#[derive(Debug, Default)]
pub(super) struct Repeats<'a> {
    messages: HashSet<&'a str>,
    questions: HashSet<&'a str>,
}

impl<'a> Repeats<'a> {
    /// Whether an earlier event brought the same message or question.
    pub(super) fn has(&mut self, body: &'a Body) -> bool {
        match body {
            Body::MessageAdded(added) => !self.messages.insert(added.message.as_str()),
            Body::QuestionAsked(question) => !self.questions.insert(question.question.as_str()),
            _ => false,
        }
    }
}

/// Who began a conversation, as its messages say: the first public one decides, other than
/// automation's and holding texts. None: there is no such message.
pub(super) fn direction<'a>(
    messages: impl IntoIterator<Item = &'a MessageAdded>,
) -> Option<Direction> {
    let public = messages
        .into_iter()
        .filter(|added| added.visibility != Some(Visibility::Note));
    let mut decisive = public.filter_map(|added| match added.author.kind {
        ActorKind::Contact => Some(Direction::Inbound),
        ActorKind::Rep => Some(Direction::Outbound),
        ActorKind::CustomerAgent if added.role != Some(Role::Other) => Some(Direction::Outbound),
        _ => None,
    });
    decisive.next()
}
