//! Satisfaction surveys: to whom each is credited, and which rating it got.
//!
//! Two ratings without a survey are two ratings. `csat` lists surveys by the instant of the
//! rating, else by that of the survey.

use super::Context;
use super::facts::{Author, Thread};
use super::rating::Survey;
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
    collect(steps.iter().map(|event| (event.at, *event)), credit)
}

/// The surveys of a ticket: credited to its owner then, and that owner's team then.
pub(super) fn of_ticket<'a>(
    context: &Context<'a>,
    ticket: &Ticket<'a>,
    events: &[&'a Event],
) -> Vec<Survey<'a>> {
    let credit = |at: Timestamp| {
        let after = ticket.owners.partition_point(|(from, _)| *from <= at);
        let owner = ticket
            .owners
            .get(after.saturating_sub(1))
            .and_then(|(_, owner)| *owner);
        (
            owner,
            owner.and_then(|owner| context.directory.team_at(owner, at)),
        )
    };
    // Events earlier than the opening take effect at the opening.
    let events_of_ticket = events
        .iter()
        .map(|event| (event.at.max(ticket.opened_at), *event));
    collect(events_of_ticket, credit)
}

fn collect<'a>(
    events: impl Iterator<Item = (Timestamp, &'a Event)>,
    credit: impl Fn(Timestamp) -> (Option<&'a str>, Option<&'a str>),
) -> Vec<Survey<'a>> {
    let ratings = events.filter_map(|(at, event)| match &event.body {
        Body::CsatSent(_) => Some((at, None)),
        Body::CsatRated(rated) => Some((at, Some(rated.score))),
        _ => None,
    });
    let mut ratings: Vec<(Timestamp, Option<u8>)> = ratings.collect();
    // A rating answers a survey of the same instant.
    ratings.sort_by_key(|(at, score)| (*at, score.is_some()));
    let mut surveys: Vec<Survey<'a>> = Vec::new();
    for (at, score) in ratings {
        if let (Some(score), Some(last)) = (score, surveys.last_mut())
            && last.sent_at.is_some()
        {
            last.rated_at = Some(at);
            last.score = score;
            continue;
        }
        let (rep, team) = credit(at);
        surveys.push(Survey {
            sent_at: score.is_none().then_some(at),
            rated_at: score.map(|_| at),
            score: score.unwrap_or_default(),
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
    let by_agent = thread.messages.iter().any(|message| {
        message.author == Author::CustomerAgent && message.reply && in_episode(message.at)
    });
    if by_agent {
        return (Some("customer_agent"), None);
    }
    (None, None)
}
