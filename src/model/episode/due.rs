//! Which promises there may be in a conversation and for a ticket.
//!
//! A pure function of their facts, asked once the unit is cut.

use super::facts::{Response, ResponseKind, Thread};
use super::promise::{Promise, Target};
use super::ticket_facts::Ticket;
use crate::model::Timestamp;

/// What may have been promised for the episodes of a conversation.
pub(super) fn of_thread<'a>(thread: &Thread<'a>) -> Vec<Promise<'a>> {
    let mut promises = Vec::new();
    for episode in &thread.episodes {
        if let Some(from) = episode.first_response.from {
            let reached_at = episode.first_response.until;
            promises.push(Promise {
                target: Target::FirstResponse,
                from,
                reached_at,
                lapsed_at: episode.ended_at.filter(|_| reached_at.is_none()),
                due_at: None,
                ordinal: episode.ordinal,
                rep: episode.rep,
                team: episode.team,
            });
        }
    }
    for response in &thread.responses {
        let episode = thread.episode_at(response.until.unwrap_or(response.from));
        let Some(episode) = episode else { continue };
        if is_later(response, episode.first_response.until) {
            promises.push(Promise {
                ordinal: episode.ordinal,
                ..next(response, response.ended_at)
            });
        }
    }
    promises
}

/// What may have been promised for a ticket, `thread` being its conversation.
pub(super) fn of_ticket<'a>(ticket: &Ticket<'a>, thread: Option<&Thread<'a>>) -> Vec<Promise<'a>> {
    let owner = ticket.opened_owner;
    let blocked = ticket.closed_by_block && ticket.first_closed_at == ticket.closed_at;
    let close = Promise {
        target: Target::Close,
        from: ticket.opened_at,
        reached_at: ticket.first_closed_at.filter(|_| !blocked),
        lapsed_at: ticket.first_closed_at.filter(|_| blocked),
        due_at: ticket.close_due_at,
        ordinal: 0,
        rep: owner.rep,
        team: owner.team,
    };
    let mut promises = vec![close];
    let Some(thread) = thread else {
        return promises;
    };
    if let Some(from) = ticket.first_response_from {
        promises.push(Promise {
            target: Target::FirstResponse,
            from,
            reached_at: ticket.first_response_at,
            lapsed_at: None,
            due_at: ticket.first_response_due_at,
            ..close
        });
    }
    let open_at = |at: Timestamp| {
        let mut stretches = ticket.open.iter();
        stretches.find(|open| open.from <= at && open.until.is_none_or(|until| at < until))
    };
    // A message to a closed ticket waits for nothing, unless it opens the ticket again.
    let waits = |response: &Response<'_>| {
        let opened_again =
            |at: Timestamp| at > response.from && response.until.is_none_or(|until| at <= until);
        let mut openings = ticket.open.iter().map(|open| open.from);
        open_at(response.from).is_some() || openings.any(opened_again)
    };
    for response in &thread.responses {
        if is_later(response, ticket.first_response_at) && waits(response) {
            // The run is nobody's worry any more once the ticket is closed.
            let closes = ticket.open.iter().filter_map(|open| open.until);
            let closed_at = closes
                .filter(|until| *until > response.from && open_at(*until).is_none())
                .min();
            let lapsed_at = response.ended_at.into_iter().chain(closed_at).min();
            promises.push(next(response, lapsed_at));
        }
    }
    promises
}

/// Whether a rep's answer to a run is due, and the run began after the first response.
fn is_later(response: &Response<'_>, first: Option<Timestamp>) -> bool {
    let due = response.kind == ResponseKind::Rep && (response.until.is_some() || response.rep_owes);
    due && first.is_some_and(|first| response.from >= first && response.until != Some(first))
}

fn next<'a>(response: &Response<'a>, lapsed_at: Option<Timestamp>) -> Promise<'a> {
    Promise {
        target: Target::NextResponse,
        from: response.rep_from,
        reached_at: response.until,
        lapsed_at: lapsed_at.filter(|at| response.until.is_none_or(|until| *at < until)),
        due_at: None,
        ordinal: 0,
        rep: response.rep,
        team: response.team,
    }
}
