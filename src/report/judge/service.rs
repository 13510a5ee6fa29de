//! Judgements of the service reports: responses, replies, tickets, satisfaction.
//!
//! Runs that an ended episode left without a reply are in no report of waits, neither as open
//! nor as excluded; `first_response_time` and `first_reply_time` list them as `unanswered`.

use super::row::{ReportRow, is_truncated};
use super::scope::Scope;
use super::verdict::{NOT_SUPPORT, Verdict};
use crate::metrics::{
    EpisodeRow, Hit, MessageRow, NEVER, NONE, ResponseRow, SurveyRow, TicketMessageRow, TicketRow,
};
use crate::model::episode::{Author, EndRule, Outcome, ResponseKind};

/// A wait for a response, in milliseconds.
struct Wait {
    from: i64,
    until: i64,
}

fn wait(row: &EpisodeRow, scope: &Scope<'_>, at: i64, wait: &Wait) -> Verdict {
    let Wait { from, until } = *wait;
    if from == NEVER {
        Verdict::unconcerned("nobody waited for this response")
    } else if until != NEVER {
        Verdict::duration(
            at,
            row.elapsed(scope, from, until),
            "from the clock's start to the first response",
        )
    } else if scope.has_come(row.ended_at) {
        Verdict::excluded("unanswered")
    } else {
        Verdict::open("the clock is running")
    }
}

pub(in crate::report) fn first_response_time(
    row: &EpisodeRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    wait(
        row,
        scope,
        at,
        &Wait {
            from: row.first_response_from,
            until: row.first_response_at,
        },
    )
}

pub(in crate::report) fn first_reply_time(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let first = Wait {
        from: row.first_reply_from,
        until: row.first_reply_at,
    };
    wait(row, scope, at, &first)
}

pub(in crate::report) fn chat_wait_time(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if Some(scope.facts.thread(row.conversation).channel) != scope.chat {
        return Verdict::unconcerned("its channel is not chat");
    }
    first_reply_time(row, scope, at)
}

/// The basis `resolved` of what a resolve event ended.
pub(in crate::report) fn resolved_by_event_at(row: &EpisodeRow, _scope: &Scope<'_>) -> i64 {
    row.resolved_at
}

pub(in crate::report) fn human_resolution_time(
    row: &EpisodeRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    let by_event = EndRule::RESOLVE_EVENTS
        .iter()
        .any(|rule| *rule as u8 == row.end_rule);
    if !row.rep_wrote {
        return Verdict::unconcerned("no rep wrote in it");
    }
    if !by_event || row.outcome == Outcome::Resolved as u8 {
        return Verdict::unconcerned("no resolve event ended it for a rep");
    }
    let from = if row.handoff_at == NEVER {
        row.started_at
    } else {
        row.handoff_at
    };
    let why = "from the handoff, else the start, to the resolve event";
    Verdict::duration(at, row.elapsed(scope, from, row.resolved_at), why)
}

/// The reply that ended a run; of an open run, its first message.
pub(in crate::report) fn replied_at(row: &ResponseRow, _scope: &Scope<'_>) -> i64 {
    row.at
}

pub(in crate::report) fn rep_response_time(
    row: &ResponseRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.kind != ResponseKind::Rep as u8 {
        return Verdict::unconcerned("no rep ended this wait");
    }
    if row.until != NEVER {
        return Verdict::duration(
            at,
            row.elapsed(scope, row.rep_from, row.until),
            "from the run's start, or a handoff in it, to a rep's reply",
        );
    }
    if row.rep_owes && !scope.has_come(row.ended_at) {
        return Verdict::open("a rep owes a reply");
    }
    Verdict::unconcerned("the run ended without a reply")
}

pub(in crate::report) fn contact_wait_time(
    row: &ResponseRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.kind == ResponseKind::Contact as u8 {
        return Verdict::unconcerned("here we waited, not the contact");
    }
    if row.until != NEVER {
        return Verdict::duration(
            at,
            row.elapsed(scope, row.from, row.until),
            "from the run's start to our reply",
        );
    }
    if !scope.has_come(row.ended_at) {
        return Verdict::open("the contact is waiting");
    }
    Verdict::unconcerned("the run ended without a reply")
}

pub(in crate::report) fn contact_response_time(
    row: &ResponseRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.kind != ResponseKind::Contact as u8 {
        return Verdict::unconcerned("here the contact waited");
    }
    Verdict::duration(
        at,
        row.elapsed(scope, row.from, row.until),
        "from our last reply to the contact's next message",
    )
}

/// The instant of a message.
pub(in crate::report) fn written_at(row: &MessageRow, _scope: &Scope<'_>) -> i64 {
    row.at
}

pub(in crate::report) fn reply_count(row: &MessageRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if row.author == Author::Rep as u8 {
        Verdict::count(at, "a rep's public message")
    } else {
        Verdict::unconcerned("no rep wrote it")
    }
}

pub(in crate::report) fn messages_by_hour(
    row: &MessageRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.author == Author::Automation as u8 {
        return Verdict::unconcerned("automation never counts");
    }
    Verdict::count(at, "a public message")
}

/// The instant of a message of a ticket's conversation.
pub(in crate::report) fn ticket_written_at(row: &TicketMessageRow, _scope: &Scope<'_>) -> i64 {
    row.at
}

pub(in crate::report) fn messages_per_ticket(
    row: &TicketMessageRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if !row.support {
        return Verdict::unconcerned(NOT_SUPPORT);
    }
    Verdict::count(at, "a public message of the ticket's conversation")
}

/// The basis `opened`.
pub(in crate::report) fn opened_at(row: &TicketRow, _scope: &Scope<'_>) -> i64 {
    row.opened_at
}

/// The basis `closed` (last close), or `opened` on request.
pub(in crate::report) fn closed_at(row: &TicketRow, scope: &Scope<'_>) -> i64 {
    if scope.basis == "opened" && row.closed_at != NEVER {
        return row.opened_at;
    }
    row.closed_at
}

/// The basis `closed` (first close), or `opened` on request.
pub(in crate::report) fn first_closed_at(row: &TicketRow, scope: &Scope<'_>) -> i64 {
    if scope.basis == "opened" && row.first_closed_at != NEVER {
        return row.opened_at;
    }
    row.first_closed_at
}

pub(in crate::report) fn ticket_first_response_time(
    row: &TicketRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if !row.support {
        Verdict::unconcerned(NOT_SUPPORT)
    } else if row.conversation == NONE {
        Verdict::excluded("no_conversation")
    } else if is_truncated(row, scope) {
        Verdict::excluded("truncated")
    } else if row.first_response_from == NEVER {
        Verdict::unconcerned("we wrote first, and the contact has not written yet")
    } else if row.first_response_at != NEVER {
        Verdict::duration(
            at,
            row.elapsed(scope, row.first_response_from, row.first_response_at),
            if row.first_response_from == row.opened_at {
                "from the opening to a rep's next public message"
            } else {
                "we wrote first: from the contact's first message to a rep's next public message"
            },
        )
    } else if scope.has_come(row.closed_at) {
        Verdict::excluded("unanswered")
    } else {
        Verdict::open("the clock is running")
    }
}

pub(in crate::report) fn time_to_close(row: &TicketRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let why = "from the opening to the last close";
    closed(row, row.closed_at, |until| {
        Verdict::duration(at, row.elapsed(scope, row.opened_at, until), why)
    })
}

pub(in crate::report) fn time_to_first_close(
    row: &TicketRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    let why = "from the opening to the first close";
    closed(row, row.first_closed_at, |until| {
        Verdict::duration(at, row.elapsed(scope, row.opened_at, until), why)
    })
}

/// Judges a ticket by one of its closes; `judge` where that counts.
fn closed(row: &TicketRow, closed_at: i64, judge: impl FnOnce(i64) -> Verdict) -> Verdict {
    if !row.support {
        Verdict::unconcerned(NOT_SUPPORT)
    } else if closed_at == NEVER {
        Verdict::unconcerned("it is not closed")
    } else if row.closed_by_block && closed_at == row.closed_at {
        Verdict::excluded("blocked")
    } else {
        judge(closed_at)
    }
}

pub(in crate::report) fn reopen_rate(row: &TicketRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if !row.support {
        Verdict::unconcerned(NOT_SUPPORT)
    } else if row.closed_by_block && row.first_closed_at == row.closed_at {
        Verdict::excluded("blocked")
    } else if row.reopened {
        Verdict::part(at, true, "opened again after its first close")
    } else {
        Verdict::part(at, false, "stayed closed")
    }
}

pub(in crate::report) fn support_volume(row: &TicketRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if row.support {
        Verdict::count(at, "a ticket was opened")
    } else {
        Verdict::unconcerned(NOT_SUPPORT)
    }
}

/// The instant of the rating, else of the survey; `sent` on request.
pub(in crate::report) fn rated_at(row: &SurveyRow, scope: &Scope<'_>) -> i64 {
    if scope.basis == "sent" {
        row.sent_at
    } else {
        row.at
    }
}

pub(in crate::report) fn csat(row: &SurveyRow, scope: &Scope<'_>, _at: i64) -> Verdict {
    if !row.support {
        return Verdict::unconcerned(NOT_SUPPORT);
    }
    let rated = row.rated_at != NEVER;
    let satisfied = row.score >= 4;
    let sent = Hit::Sent { responded: rated };
    let rated_at = if scope.basis == "sent" {
        row.sent_at
    } else {
        row.rated_at
    };
    let part = Hit::Part {
        hit: satisfied,
        pending: false,
    };
    let why = match (rated, satisfied) {
        (false, _) => "sent, not rated",
        (true, true) => "rated 4 or 5: satisfied",
        (true, false) => "rated 1 to 3: not satisfied",
    };
    Verdict {
        hits: [
            rated.then_some((rated_at, part)),
            rated.then_some((rated_at, Hit::Score(row.score))),
            (row.sent_at != NEVER).then_some((row.sent_at, sent)),
        ],
        state: super::verdict::State::Counted,
        why,
    }
}
