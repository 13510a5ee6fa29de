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
mod rep_time;
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
use own::schedule_from;
pub use own::{Own, own};
pub use owner::Owner;
pub use promise::{Promise, Target};
pub use rating::Survey;
pub use ticket_facts::*;
pub use word::*;

use super::event::{Body, Direction, Event, Mark};
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
            contact: start.contact,
            channel: start.channel,
            language: start.language,
            outbound: start.direction.map_or_else(
                || is_outbound(&steps),
                |direction| direction == Direction::Outbound,
            ),
            excluded: parts.excluded(id),
            truncated: parts.has_mark(id, Mark::Truncated),
            inbox: start.inbox,
            schedules: start
                .schedule
                .iter()
                .map(|schedule| (start.at, Some(*schedule)))
                .collect(),
            own: own(Timestamp::MIN, start.attributes).collect(),
            merged_into: Some(parts.root(id)).filter(|root| root != id),
            rep: parts.assigned(id).rep(),
            team: parts.assigned(id).team(),
            ..Thread::default()
        };
        let mut thread = cut_thread(context, thread, &steps);
        thread.brand = thread
            .inbox
            .and_then(|inbox| context.directory.brand_at(inbox, start.at));
        facts.threads.push(thread);
    }
    link_tickets(&parts, &mut facts);
    for ticket in &mut facts.tickets {
        let thread = facts
            .threads
            .iter()
            .find(|thread| ticket.conversation == Some(thread.conversation));
        // What a ticket does not say itself its conversation says.
        ticket.channel = ticket.channel.or(thread.map(|thread| thread.channel));
        ticket.inbox = ticket.inbox.or(thread.and_then(|thread| thread.inbox));
        ticket.brand = ticket
            .inbox
            .and_then(|inbox| context.directory.brand_at(inbox, ticket.opened_at));
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
            thread.inbox = updated
                .inbox
                .as_ref()
                .map_or(thread.inbox, |inbox| Some(inbox.as_str()));
            thread
                .schedules
                .extend(schedule_from(event.at, &updated.schedule));
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
fn waits_from(messages: &[Message<'_>], outbound: bool, opened_at: Timestamp) -> Option<Timestamp> {
    let mut written = messages
        .iter()
        .filter(|message| message.author == Author::Contact && !message.ack && !message.blocked);
    let first = written.next().map(|message| message.at);
    if !outbound || first.is_some_and(|first| first < opened_at) {
        return Some(opened_at);
    }
    first
}

/// Ties a ticket to the episodes of its conversation, and its messages to the ticket; those of
/// the tickets that went into it count as its own.
fn link_ticket<'a>(index: usize, ticket: &mut Ticket<'a>, threads: &mut [&mut Thread<'a>]) {
    let mut messages: Vec<Message<'a>> = Vec::new();
    for thread in threads.iter_mut() {
        let started = thread
            .episodes
            .partition_point(|episode| episode.started_at <= ticket.opened_at);
        if let Some(episode) = thread.episodes.get_mut(started.saturating_sub(1)) {
            episode.ticket.get_or_insert(index);
        }
        messages.extend(&thread.messages);
    }
    messages.sort_by_key(|message| message.at);
    let own = threads
        .iter()
        .find(|thread| ticket.conversation == Some(thread.conversation));
    let outbound = own.is_some_and(|thread| thread.outbound);
    ticket.first_response_from = waits_from(&messages, outbound, ticket.opened_at);
    ticket.first_response_at = ticket.first_response_from.and_then(|from| {
        let mut messages = messages.iter();
        messages
            .find(|message| message.author == Author::Rep && message.at >= from)
            .map(|message| message.at)
    });
    ticket.messages = messages
        .iter()
        .filter(|message| message.author != Author::Automation && !message.blocked)
        .map(|message| (message.at, message.author != Author::Contact))
        .collect();
}

/// Ties the tickets that count to the conversations that they came from, the first opened first.
fn link_tickets(parts: &Parts<'_>, facts: &mut UnitFacts<'_>) {
    let UnitFacts { threads, tickets } = facts;
    let conversations: Vec<_> = tickets
        .iter()
        .map(|one| (one.id, one.conversation))
        .collect();
    let mut order: Vec<usize> = (0..tickets.len()).collect();
    order.sort_by_key(|index| tickets.get(*index).map(|ticket| ticket.opened_at));
    for index in order {
        let Some(ticket) = tickets
            .get_mut(index)
            .filter(|one| !parts.is_merged(one.id))
        else {
            continue;
        };
        let comes_from = |thread: &&mut Thread<'_>| {
            let mut sources = conversations.iter();
            thread.excluded != Exclusion::Merged
                && sources.any(|(id, conversation)| {
                    *conversation == Some(thread.conversation) && parts.belongs_to(id, ticket.id)
                })
        };
        let mut sources: Vec<_> = threads.iter_mut().filter(comes_from).collect();
        if !sources.is_empty() {
            link_ticket(index, ticket, &mut sources);
        }
    }
}
