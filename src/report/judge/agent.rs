//! Judgements of the customer agent's reports.

use super::row::ReportRow;
use super::scope::Scope;
use super::verdict::Verdict;
use crate::metrics::{EpisodeRow, Facts, FeedbackRow, Hit, NEVER, NO_HANDOFF, NONE, QuestionRow};
use crate::model::episode::{EndRule, Outcome};

const NOT_HANDLED: &str = "the customer agent did not handle it";
const NOT_ENDED: &str = "it has not ended: the outcome is not other yet";

/// The basis `started`.
pub(in crate::report) fn started(row: &EpisodeRow, _scope: &Scope<'_>) -> i64 {
    row.started_at
}

/// The basis `resolved`; a pending episode is listed under its last answer, else its start.
pub(in crate::report) fn resolved_at(row: &EpisodeRow, scope: &Scope<'_>) -> i64 {
    if scope.outcome(row) == Outcome::Pending {
        return if row.last_answer_at == NEVER {
            row.started_at
        } else {
            row.last_answer_at
        };
    }
    row.resolved_at
}

/// The basis `ended`; pending as above.
pub(in crate::report) fn ended_at(row: &EpisodeRow, scope: &Scope<'_>) -> i64 {
    if scope.outcome(row) == Outcome::Pending {
        return resolved_at(row, scope);
    }
    if scope.has_come(row.ended_at) {
        row.ended_at
    } else {
        NEVER
    }
}

/// The basis `handoff`.
pub(in crate::report) fn handoff_at(row: &EpisodeRow, _scope: &Scope<'_>) -> i64 {
    row.handoff_at
}

/// The instant of a question.
pub(in crate::report) fn asked_at(row: &QuestionRow, _scope: &Scope<'_>) -> i64 {
    row.at
}

/// The instant of feedback.
pub(in crate::report) fn given_at(row: &FeedbackRow, _scope: &Scope<'_>) -> i64 {
    row.at
}

pub(in crate::report) fn handled(row: &EpisodeRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if row.handled {
        Verdict::count(
            at,
            "handled: the customer agent replied, recorded a question it could not answer, or handed off",
        )
    } else {
        Verdict::unconcerned(NOT_HANDLED)
    }
}

pub(in crate::report) fn handling_rate(row: &EpisodeRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    let why = if row.handled {
        "inbound and handled"
    } else {
        "inbound, not handled"
    };
    Verdict::part(at, row.handled, why)
}

/// A share of handled episodes by outcome; pending ones stay in the denominator.
fn share_of_handled(row: &EpisodeRow, scope: &Scope<'_>, at: i64, of: Outcome) -> Verdict {
    if !row.handled {
        return Verdict::unconcerned(NOT_HANDLED);
    }
    let outcome = scope.outcome(row);
    let pending = outcome == Outcome::Pending;
    Verdict::hit(
        at,
        Hit::Part {
            hit: outcome == of,
            pending,
        },
        outcome_words(row, outcome),
    )
}

/// An outcome with the rule that gave it.
pub(in crate::report) fn outcome_words(row: &EpisodeRow, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved if row.confirmed => "outcome resolved, confirmed by the contact",
        Outcome::Resolved => "outcome resolved, assumed: the last word was an answer",
        Outcome::HandedOff => "outcome handed_off: a human became responsible",
        Outcome::Abandoned if row.revoked => {
            "outcome abandoned: a new episode took the resolution back"
        }
        Outcome::Abandoned => "outcome abandoned: it ended without an answer that stood",
        Outcome::Pending => NOT_ENDED,
        Outcome::Unhandled => NOT_HANDLED,
    }
}

pub(in crate::report) fn resolution_rate(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    share_of_handled(row, scope, at, Outcome::Resolved)
}

pub(in crate::report) fn handoff_rate(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    share_of_handled(row, scope, at, Outcome::HandedOff)
}

/// Counts what has the outcome `resolved`.
pub(in crate::report) fn resolved(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    match scope.outcome(row) {
        Outcome::Resolved => Verdict::count(at, outcome_words(row, Outcome::Resolved)),
        Outcome::Pending => Verdict::pending(at, NOT_ENDED),
        outcome => Verdict::unconcerned(outcome_words(row, outcome)),
    }
}

/// Whether no human was involved: resolved, or abandoned and not taken back.
fn is_deflected(row: &EpisodeRow, outcome: Outcome) -> bool {
    outcome == Outcome::Resolved || (outcome == Outcome::Abandoned && !row.revoked)
}

pub(in crate::report) fn deflected(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let outcome = scope.outcome(row);
    if outcome == Outcome::Pending {
        Verdict::pending(at, NOT_ENDED)
    } else if is_deflected(row, outcome) {
        Verdict::count(at, outcome_words(row, outcome))
    } else {
        Verdict::unconcerned(outcome_words(row, outcome))
    }
}

pub(in crate::report) fn deflection_rate(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if !row.handled {
        return Verdict::unconcerned(NOT_HANDLED);
    }
    let outcome = scope.outcome(row);
    let part = Hit::Part {
        hit: is_deflected(row, outcome),
        pending: outcome == Outcome::Pending,
    };
    let mut verdict = Verdict::hit(at, part, outcome_words(row, outcome));
    if outcome == Outcome::Resolved {
        // The resolved part of the deflected, counted with them.
        verdict.hits = [Some((at, part)), Some((at, Hit::Count)), None];
    }
    verdict
}

pub(in crate::report) fn handoffs(row: &EpisodeRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if row.handoff_reason == NO_HANDOFF {
        return Verdict::unconcerned("no handoff happened");
    }
    Verdict::count(at, "its first handoff")
}

pub(in crate::report) fn handoff_outcomes(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if !row.handled {
        return Verdict::unconcerned(NOT_HANDLED);
    }
    if row.ticket == NONE {
        return Verdict::unconcerned("no ticket is linked to it");
    }
    let outcome = scope.outcome(row);
    let part = Hit::Part {
        hit: outcome == Outcome::HandedOff,
        pending: outcome == Outcome::Pending,
    };
    let mut verdict = Verdict::hit(at, part, outcome_words(row, outcome));
    let from = if row.agent_assigned_at == NEVER {
        row.started_at
    } else {
        row.agent_assigned_at
    };
    if row.ticket_closed_at != NEVER && row.ticket_closed_at >= from {
        let close = Hit::More(row.elapsed(scope, from, row.ticket_closed_at));
        verdict.hits = [Some((at, part)), Some((at, close)), None];
    }
    verdict
}

pub(in crate::report) fn resolution_time(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    match scope.outcome(row) {
        Outcome::Resolved => Verdict::duration(
            at,
            row.elapsed(scope, row.started_at, row.resolved_at),
            "from its start to its resolution; an assumed one counts to the last answer",
        ),
        Outcome::Pending => Verdict::pending(at, NOT_ENDED),
        outcome => Verdict::unconcerned(outcome_words(row, outcome)),
    }
}

pub(in crate::report) fn resolved_by_assignee(
    row: &EpisodeRow,
    scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    match scope.outcome(row) {
        Outcome::Resolved => Verdict::count(at, "outcome resolved: the customer agent's"),
        Outcome::Pending => Verdict::pending(at, NOT_ENDED),
        Outcome::Abandoned => Verdict::unconcerned(outcome_words(row, Outcome::Abandoned)),
        _ if !is_resolve_event(row.end_rule) => Verdict::unconcerned("no resolve event ended it"),
        _ if row.rep == NONE && row.ended_by == NONE => {
            Verdict::unconcerned("resolved, but no rep wrote, was assigned or pressed it")
        }
        _ => Verdict::count(at, "resolved: its rep's, else the rep's who pressed it"),
    }
}

fn is_resolve_event(rule: u8) -> bool {
    [
        EndRule::ByContact,
        EndRule::ByRep,
        EndRule::ByCustomerAgent,
        EndRule::ByAutomation,
    ]
    .into_iter()
    .any(|other| other as u8 == rule)
}

pub(in crate::report) fn confirmed_share(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    match scope.outcome(row) {
        Outcome::Resolved => {
            Verdict::part(at, row.confirmed, outcome_words(row, Outcome::Resolved))
        }
        Outcome::Pending => Verdict::pending(at, NOT_ENDED),
        outcome => Verdict::unconcerned(outcome_words(row, outcome)),
    }
}

pub(in crate::report) fn durable_rate(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let outcome = scope.outcome(row);
    if outcome == Outcome::Pending {
        return Verdict::pending(at, NOT_ENDED);
    }
    if outcome != Outcome::Resolved && !(outcome == Outcome::Abandoned && row.revoked) {
        return Verdict::unconcerned(outcome_words(row, outcome));
    }
    if !scope.has_come(row.resolved_at.saturating_add(scope.profile.durable_ms())) {
        return Verdict::pending(at, "the resolution is too young to be called durable");
    }
    let why = if row.durable {
        "durable: no new episode followed in time"
    } else {
        "not durable: a new episode followed in time"
    };
    Verdict::part(at, row.durable, why)
}

/// An episode that ended.
pub(super) struct Closed {
    pub(super) conversation: u32,
    pub(super) ordinal: u32,
    /// When, in milliseconds.
    pub(super) ended_at: i64,
}

impl Closed {
    const fn of(row: &EpisodeRow) -> Self {
        Self {
            conversation: row.conversation,
            ordinal: row.ordinal,
            ended_at: row.ended_at,
        }
    }

    /// Whether its contact started another one within `after` milliseconds of its end.
    pub(super) fn came_back(&self, facts: &Facts, after: i64) -> bool {
        let contact = facts.thread(self.conversation).contact;
        let starts = facts.starts().get(facts.contacts.get(contact).root);
        let until = self.ended_at.saturating_add(after);
        let first = starts.partition_point(|start| start.at < self.ended_at);
        let later = starts.iter().skip(first);
        let mut in_time = later.take_while(|start| start.at < until);
        in_time
            .any(|start| (start.conversation, start.ordinal) != (self.conversation, self.ordinal))
    }
}

pub(in crate::report) fn recontact_rate(row: &EpisodeRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if !row.handled {
        return Verdict::unconcerned(NOT_HANDLED);
    }
    let until = row.ended_at.saturating_add(scope.profile.durable_ms());
    if !scope.has_come(row.ended_at) || !scope.has_come(until) {
        return Verdict::pending(at, "it has not ended long enough ago");
    }
    let came_back = scope
        .came_back
        .unwrap_or_else(|| Closed::of(row).came_back(scope.facts, scope.profile.durable_ms()));
    let why = if came_back {
        "its contact started another episode in time"
    } else {
        "its contact did not come back in time"
    };
    Verdict::part(at, came_back, why)
}

pub(in crate::report) fn questions_asked(
    _row: &QuestionRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    Verdict::count(at, "a question put to the customer agent")
}

pub(in crate::report) fn unanswered_questions(
    row: &QuestionRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.answered {
        return Verdict::unconcerned("it was answered");
    }
    Verdict::count(at, "the customer agent could not answer it")
}

pub(in crate::report) fn answer_rate(row: &QuestionRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    let why = if row.answered {
        "answered"
    } else {
        "not answered"
    };
    Verdict::part(at, row.answered, why)
}

pub(in crate::report) fn feedback_trend(
    _row: &FeedbackRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    Verdict::count(at, "a word of feedback")
}

pub(in crate::report) fn helpful_share(row: &FeedbackRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let helpful = Some(row.rating) == scope.helpful;
    let why = if helpful {
        "helpful"
    } else {
        "another word than helpful"
    };
    Verdict::part(at, helpful, why)
}
