//! A unit taken apart: which events belong to which conversation once merges are followed.
//!
//! Fed with a unit's events in event order; gives each conversation its own steps and
//! those of the conversations that went into it.

use std::collections::BTreeMap;

use super::word::Exclusion;
use crate::model::event::{
    Assignee, Attributes, Body, ConversationStarted, Direction, JobRequest, Mark, TicketOpened,
    cmp_events,
};
use crate::model::unit::{Merges, Repeats, Splits};
use crate::model::{Event, InboxId, ScheduleId, Timestamp};

/// A unit's events by thing, merges resolved.
pub(super) struct Parts<'a> {
    pub(super) conversations: BTreeMap<&'a str, Conversation<'a>>,
    pub(super) tickets: BTreeMap<&'a str, TicketEvents<'a>>,
    merges: Merges<'a>,
    ticket_merges: Merges<'a>,
    splits: Splits<'a>,
}

/// How a conversation began.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) at: Timestamp,
    pub(super) contact: &'a str,
    pub(super) channel: &'a str,
    pub(super) language: Option<&'a str>,
    pub(super) direction: Option<Direction>,
    pub(super) inbox: Option<&'a str>,
    pub(super) schedule: Option<&'a str>,
    pub(super) attributes: &'a Attributes,
}

impl<'a> Start<'a> {
    fn of(at: Timestamp, start: &'a ConversationStarted) -> Self {
        Self {
            at,
            contact: start.contact.as_str(),
            channel: start.channel.as_str(),
            language: start.language.as_deref(),
            direction: start.direction,
            inbox: start.inbox.as_ref().map(InboxId::as_str),
            schedule: start.schedule.as_ref().map(ScheduleId::as_str),
            attributes: &start.attributes,
        }
    }
}

/// A conversation's own events.
#[derive(Default)]
pub(super) struct Conversation<'a> {
    pub(super) start: Option<Start<'a>>,
    own: Vec<&'a Event>,
    marks: BTreeMap<Mark, bool>,
}

/// A ticket's own events.
#[derive(Default)]
pub(super) struct TicketEvents<'a> {
    pub(super) opened: Option<(&'a Event, &'a TicketOpened)>,
    pub(super) events: Vec<&'a Event>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(events: &[&'a Event]) -> Self {
        let mut parts = Self {
            conversations: BTreeMap::new(),
            tickets: BTreeMap::new(),
            merges: Merges::of_conversations(events.iter().copied()),
            ticket_merges: Merges::of_tickets(events.iter().copied()),
            splits: Splits::default(),
        };
        parts.splits = Splits::of(events, &parts.merges);
        for event in events {
            parts.take(event);
        }
        parts.begin_splits();
        parts
    }

    /// A conversation that a split began, and nothing else, has its contact and channel from
    /// the one that it was split off, as they were then.
    fn begin_splits(&mut self) {
        for split in self.splits.iter() {
            let Some(from) = self.conversations.get(split.from) else {
                continue;
            };
            let updates = from.own.iter().filter(|event| {
                matches!(event.body, Body::ConversationUpdated(_)) && event.at <= split.first.at
            });
            let updates: Vec<&'a Event> = updates.copied().collect();
            let start = from.start.map(|start| Start {
                at: split.first.at,
                direction: None,
                ..start
            });
            let into = self.conversations.entry(split.into).or_default();
            if into.start.is_none() {
                into.start = start;
                into.own.extend(updates);
                into.own.sort_by(|a, b| cmp_events(a, b));
            }
        }
    }

    fn take(&mut self, event: &'a Event) {
        if let Some(ticket) = event.body.ticket() {
            let own = self.tickets.entry(ticket).or_default();
            match &event.body {
                Body::TicketOpened(opened) if own.opened.is_none() => {
                    own.opened = Some((event, opened));
                }
                Body::TicketOpened(_) => {}
                _ => own.events.push(event),
            }
            return;
        }
        let Some(conversation) = self.splits.home(event, &self.merges) else {
            return;
        };
        let own = self.conversations.entry(conversation).or_default();
        match &event.body {
            Body::ConversationStarted(start) if own.start.is_none() => {
                own.start = Some(Start::of(event.at, start));
            }
            Body::ConversationStarted(_)
            | Body::ConversationMerged(_)
            | Body::ConversationUnmerged(_)
            | Body::ConversationSplit(_) => {}
            Body::ConversationMarked(marked) => {
                own.marks.insert(marked.mark, marked.on);
            }
            _ => own.own.push(event),
        }
    }

    /// Where `conversation` went in the end; itself, if nowhere.
    pub(super) fn root(&self, conversation: &'a str) -> &'a str {
        self.merges.root(conversation)
    }

    /// Why the rows of `conversation` do not count.
    pub(super) fn excluded(&self, conversation: &str) -> Exclusion {
        if self.merges.target(conversation).is_some() {
            return Exclusion::Merged;
        }
        if self.has_mark(conversation, Mark::Deleted) {
            Exclusion::Deleted
        } else if self.has_mark(conversation, Mark::Test) {
            Exclusion::Test
        } else if self.has_mark(conversation, Mark::Spam) {
            Exclusion::Spam
        } else {
            Exclusion::No
        }
    }

    /// Whose `conversation` is by its own events.
    pub(super) fn assigned(&self, conversation: &str) -> &'a Assignee {
        let own = self.conversations.get(conversation);
        let own = own.into_iter().flat_map(|own| &own.own);
        own.fold(Assignee::nobody(), |before, event| match &event.body {
            Body::ConversationAssigned(assigned) => &assigned.to,
            Body::ConversationHandedOff(handed) => before.after_handoff(handed.to.as_ref()),
            _ => before,
        })
    }

    /// Whether a mark of `conversation` holds.
    pub(super) fn has_mark(&self, conversation: &str, mark: Mark) -> bool {
        let own = self.conversations.get(conversation);
        own.and_then(|own| own.marks.get(&mark))
            .copied()
            .unwrap_or_default()
    }

    /// Whether `ticket` went into another one.
    pub(super) fn is_merged(&self, ticket: &str) -> bool {
        self.ticket_merges.target(ticket).is_some()
    }

    /// Whether `other` is `ticket`, or went into it.
    pub(super) fn belongs_to(&self, other: &str, ticket: &str) -> bool {
        other == ticket || self.ticket_merges.leads_to(other, ticket)
    }

    /// The steps of `conversation` in event order: its own, and what came in by merges.
    ///
    /// A second event about the same message or question is left out.
    pub(super) fn steps(&self, conversation: &'a str) -> Vec<&'a Event> {
        let mut steps: Vec<&'a Event> = Vec::new();
        for (id, own) in &self.conversations {
            if *id == conversation {
                steps.extend(&own.own);
            } else if self.merges.leads_to(id, conversation) {
                steps.extend(own.own.iter().filter(|event| comes_along(&event.body)));
            }
        }
        steps.sort_by(|a, b| cmp_events(a, b));
        let mut repeats = Repeats::default();
        steps.retain(|event| !repeats.has(&event.body));
        steps
    }

    /// Whether an accepted proposal opened the ticket: one about it, or one in its
    /// conversation that no other ticket was opened by since.
    pub(super) fn opened_by_proposal(
        &self,
        ticket: &str,
        own: &TicketEvents<'a>,
        talk: &[&'a Event],
    ) -> bool {
        let Some((event, opened)) = own.opened else {
            return false;
        };
        if !matches!(opened.request, None | Some(JobRequest::Direct)) {
            return false;
        }
        let accepted = |told: &&Event| {
            let yes =
                matches!(&told.body, Body::ProposalAccepted(yes) if yes.new_company != Some(true));
            (yes && told.at <= event.at).then_some(told.at)
        };
        if own.events.iter().any(|told| accepted(told).is_some()) {
            return true;
        }
        let Some(since) = talk.iter().filter_map(accepted).max() else {
            return false;
        };
        let conversation = opened
            .conversation
            .as_ref()
            .map(|id| self.root(id.as_str()));
        let mut others = self.tickets.iter().filter(|(id, _)| **id != ticket);
        !others.any(|(id, other)| {
            other.opened.is_some_and(|(at, other)| {
                let same = other.conversation.as_ref().map(|id| self.root(id.as_str()));
                let first = (at.at, *id) < (event.at, ticket);
                same == conversation && at.at >= since && first
            })
        })
    }
}

/// What a merged conversation brings into the one it went into.
const fn comes_along(body: &Body) -> bool {
    matches!(
        body,
        Body::MessageAdded(_)
            | Body::QuestionAsked(_)
            | Body::FeedbackGiven(_)
            | Body::ConversationHandedOff(_)
            | Body::CsatSent(_)
            | Body::CsatRated(_)
    )
}
