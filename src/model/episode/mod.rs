//! The episode rules: from the ordered events of a unit to facts, as one pure function.
//!
//! A unit is the conversations joined by merges, with their linked tickets. The live
//! fold, a past instant, definition profiles and explanations all call [`fold`]; nothing
//! else decides what an episode is.
//!
//! Channel and language of a conversation are those of its last update, else those of its
//! start.

mod cut;
mod draft;
mod due;
mod facts;
mod job;
mod message;
mod outcome;
mod own;
mod owner;
mod promise;
mod rating;
mod run;
mod survey;
mod tags;
mod ticket;
mod ticket_facts;
mod unit;
mod word;

use std::collections::HashMap;

pub use facts::*;
pub use job::{Decline, DeclinedBy, Job, JobEvent, JobMark, JobReview, JobStage};
pub use own::{Own, own};
pub use owner::Owner;
pub use promise::{Promise, Target};
pub use rating::Survey;
pub use ticket_facts::*;
pub use word::*;

use super::event::{Body, Direction, Event};
use super::unit::direction;
use super::{Directory, Profile, Timestamp};
use cut::Cutter;
use unit::Parts;

/// What a fold needs besides the unit's own events.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Reps, teams, pipelines and tags.
    pub directory: &'a Directory,
    /// The windows and switches to count by.
    pub profile: &'a Profile,
    /// When contacts were blocked.
    pub blocked: &'a HashMap<String, Timestamp>,
}

impl Context<'_> {
    pub(in crate::model) fn blocked_at(&self, contact: &str) -> Option<Timestamp> {
        self.blocked.get(contact).copied()
    }
}

/// Folds a unit's events into its facts.
///
/// `events` must be in event order and hold nothing later than the instant asked about.
pub fn fold<'a>(context: &Context<'a>, events: &[&'a Event]) -> UnitFacts<'a> {
    let parts = Parts::of(events);
    let mut facts = UnitFacts::default();
    for (id, own) in &parts.tickets {
        if let Some(mut ticket) = ticket::fold(context, &parts, id, own) {
            ticket.surveys = survey::of_ticket(context, &ticket, &own.events);
            facts.tickets.push(ticket);
        }
    }
    for (id, conversation) in &parts.conversations {
        let Some(start) = conversation.start else {
            continue;
        };
        let steps = parts.steps(id);
        let thread = Thread {
            conversation: id,
            contact: start.contact.as_str(),
            channel: start.channel.as_str(),
            language: start.language.as_deref(),
            outbound: start.direction.map_or_else(
                || is_outbound(&steps),
                |direction| direction == Direction::Outbound,
            ),
            excluded: parts.excluded(id),
            own: own(Timestamp::MIN, &start.attributes).collect(),
            ..Thread::default()
        };
        let mut thread = cut_thread(context, thread, &steps);
        link_tickets(&mut thread, &mut facts.tickets);
        facts.threads.push(thread);
    }
    for ticket in &mut facts.tickets {
        let thread = facts
            .threads
            .iter()
            .find(|thread| ticket.conversation == Some(thread.conversation));
        ticket.promises = due::of_ticket(ticket, thread);
    }
    facts
}

fn cut_thread<'a>(context: &Context<'a>, thread: Thread<'a>, steps: &[&'a Event]) -> Thread<'a> {
    let mut thread = thread;
    for event in steps {
        if let Body::ConversationUpdated(updated) = &event.body {
            thread.channel = updated.channel.as_deref().unwrap_or(thread.channel);
            thread.language = updated.language.as_deref().or(thread.language);
            thread.own.extend(own(event.at, &updated.attributes));
            thread.priority = updated.priority.as_deref().or(thread.priority);
        }
    }
    let mut ended = Vec::new();
    let mut cutter = Cutter::new(context, thread);
    for event in steps {
        cutter.step(event, &mut ended);
    }
    let mut thread = cutter.finish(&mut ended);
    outcome::decide(&mut thread.episodes, &ended, context.profile);
    thread.surveys = survey::of_thread(context, &thread, steps);
    thread.promises = due::of_thread(&thread);
    thread
}

/// Who began it, as its messages say.
fn is_outbound(steps: &[&Event]) -> bool {
    let messages = steps.iter().filter_map(|event| match &event.body {
        Body::MessageAdded(added) => Some(&**added),
        _ => None,
    });
    direction(messages) == Some(Direction::Outbound)
}

/// From when a ticket opened at an instant waits for a rep's first response: its opening; where
/// we wrote first, the contact's first message after it.
fn waits_from(thread: &Thread<'_>, opened_at: Timestamp) -> Option<Timestamp> {
    let mut written = thread
        .messages
        .iter()
        .filter(|message| message.author == Author::Contact && !message.ack && !message.blocked);
    let first = written.next().map(|message| message.at);
    if !thread.outbound || first.is_some_and(|first| first < opened_at) {
        return Some(opened_at);
    }
    first
}

/// Ties tickets to the episodes of their conversation, and its messages to the tickets.
fn link_tickets<'a>(thread: &mut Thread<'a>, tickets: &mut [Ticket<'a>]) {
    if thread.excluded == Exclusion::Merged {
        return;
    }
    let mut linked: Vec<usize> = (0..tickets.len()).collect();
    linked.retain(|index| {
        let ticket = tickets.get(*index);
        ticket.is_some_and(|ticket| ticket.conversation == Some(thread.conversation))
    });
    linked.sort_by_key(|index| tickets.get(*index).map(|ticket| ticket.opened_at));
    for index in linked {
        let Some(ticket) = tickets.get_mut(index) else {
            continue;
        };
        let started = |at: Timestamp| thread.episodes.partition_point(|e| e.started_at <= at);
        let last = started(ticket.opened_at).saturating_sub(1);
        if let Some(episode) = thread.episodes.get_mut(last) {
            episode.ticket.get_or_insert(index);
        }
        ticket.first_response_from = waits_from(thread, ticket.opened_at);
        ticket.first_response_at = ticket.first_response_from.and_then(|from| {
            let mut messages = thread.messages.iter();
            messages
                .find(|message| message.author == Author::Rep && message.at >= from)
                .map(|message| message.at)
        });
        ticket.messages = thread
            .messages
            .iter()
            .filter(|message| message.author != Author::Automation && !message.blocked)
            .map(|message| (message.at, message.author != Author::Contact))
            .collect();
    }
}
