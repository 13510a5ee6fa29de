//! Satisfaction surveys: to whom each is credited, and which rating it got.

use super::Context;
use super::facts::{Survey, Thread};
use super::ticket_facts::Ticket;
use crate::model::Timestamp;
use crate::model::event::{Assignee, Body, Event};

/// The surveys of a conversation, from its steps and its episodes.
pub(super) fn of_thread<'a>(
    context: &Context<'a>,
    thread: &Thread<'a>,
    steps: &[&'a Event],
) -> Vec<Survey<'a>> {
    let credit = |at: Timestamp| credited(context, thread, steps, at);
    collect(steps.iter().copied(), credit)
}

/// The surveys of a ticket: credited to its owner then.
pub(super) fn of_ticket<'a>(ticket: &Ticket<'a>, events: &[&'a Event]) -> Vec<Survey<'a>> {
    let credit = |at: Timestamp| {
        let open = ticket.open.iter().rev().find(|stretch| stretch.from <= at);
        let owner = open.map(|stretch| (stretch.owner, stretch.team));
        owner.unwrap_or((ticket.opened_owner.rep, ticket.opened_owner.team))
    };
    collect(events.iter().copied(), credit)
}

fn collect<'a>(
    events: impl Iterator<Item = &'a Event>,
    credit: impl Fn(Timestamp) -> (Option<&'a str>, Option<&'a str>),
) -> Vec<Survey<'a>> {
    let mut surveys: Vec<Survey<'a>> = Vec::new();
    for event in events {
        let (sent_at, score) = match &event.body {
            Body::CsatSent(_) => (Some(event.at), 0),
            Body::CsatRated(rated) => (None, rated.score),
            _ => continue,
        };
        if sent_at.is_none()
            && let Some(last) = surveys.last_mut()
        {
            last.rated_at = Some(event.at);
            last.score = score;
            continue;
        }
        let (rep, team) = credit(event.at);
        surveys.push(Survey {
            sent_at,
            rated_at: sent_at.is_none().then_some(event.at),
            score,
            rep,
            team,
        });
    }
    surveys
}

/// The author of the last public rep message of the episode then current or last; else
/// the rep assigned then; else the customer agent if it replied in that episode.
fn credited<'a>(
    context: &Context<'a>,
    thread: &Thread<'a>,
    steps: &[&'a Event],
    at: Timestamp,
) -> (Option<&'a str>, Option<&'a str>) {
    let index = thread
        .episodes
        .partition_point(|episode| episode.started_at <= at);
    let Some(episode) = thread.episodes.get(index.saturating_sub(1)) else {
        return (None, None);
    };
    let until = episode.next_started_at.unwrap_or(Timestamp::MAX);
    let in_episode = |then: Timestamp| then >= episode.started_at && then <= at && then < until;
    let by_rep = thread.messages.iter().rev().find(|message| {
        message.rep.is_some()
            && in_episode(message.at)
            && episode.ended_at.is_none_or(|ended| message.at <= ended)
    });
    if let Some(message) = by_rep {
        return (message.rep, message.team);
    }
    let assigned = steps
        .iter()
        .rev()
        .filter(|event| event.at <= at)
        .find_map(|event| match &event.body {
            Body::ConversationAssigned(assigned) => Some(&assigned.to),
            _ => None,
        });
    if let Some(Assignee::Rep { id }) = assigned {
        return (
            Some(id.as_str()),
            context.directory.team_at(id.as_str(), at),
        );
    }
    if episode.answers > 0 || episode.first_reply.until.is_some_and(|reply| reply <= at) {
        return (Some("customer_agent"), None);
    }
    (None, None)
}
