//! Judgements of jobs.
//!
//! A job without an answer is in `job_response_time` neither as excluded nor, once it is
//! decided, as open.

use super::row::{ReportRow, is_truncated};
use super::scope::Scope;
use super::verdict::{State, Verdict};
use crate::metrics::{Hit, JobRow, NEVER};
use crate::model::episode::{DeclinedBy, JobEvent};

const NOT_ANSWERED: &str = "we did not answer it";

/// The instant of a kind of event, or of the opening on request.
fn by_kind(row: &JobRow, scope: &Scope<'_>, kind: JobEvent) -> i64 {
    if row.kind != kind as u8 || !scope.has_come(row.at) {
        NEVER
    } else if scope.basis == "opened" {
        row.opened_at
    } else {
        row.at
    }
}

/// The basis `opened`.
pub(in crate::report) fn received_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Received)
}

/// The instant of the contact's word that it is done, or of the review.
pub(in crate::report) fn completed_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Completed)
}

/// The instant of the first paid invoice.
pub(in crate::report) fn invoiced_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Invoiced)
}

/// The instant at which it expired.
pub(in crate::report) fn expired_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Expired)
}

/// The instant at which we declined it.
pub(in crate::report) fn job_declined_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Declined)
}

/// The instant of the last review.
pub(in crate::report) fn reviewed_at(row: &JobRow, scope: &Scope<'_>) -> i64 {
    by_kind(row, scope, JobEvent::Reviewed)
}

/// Whatever the window: jobs are at risk at the instant asked about.
pub(in crate::report) fn whenever(row: &JobRow, scope: &Scope<'_>) -> i64 {
    if row.kind == JobEvent::Received as u8 {
        scope.window_from
    } else {
        NEVER
    }
}

/// Whether nobody has answered or decided yet, and there is still time.
fn is_at_risk(row: &JobRow, scope: &Scope<'_>) -> bool {
    row.expires_at != NEVER && !scope.has_come(row.expires_at)
}

pub(in crate::report) fn job_counts(_row: &JobRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    Verdict::count(at, "it happened to a job")
}

pub(in crate::report) fn job_at_risk(row: &JobRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if !is_at_risk(row, scope) {
        return Verdict::unconcerned("answered, decided or expired");
    }
    let left = row.expires_at - scope.as_of;
    Verdict {
        hits: [Some((at, Hit::Count)), Some((at, Hit::More(left))), None],
        state: State::Counted,
        why: "unanswered, and not yet expired",
    }
}

pub(in crate::report) fn job_response_time(row: &JobRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if row.by_proposal {
        Verdict::unconcerned("an accepted proposal opened it")
    } else if is_truncated(row, scope) {
        Verdict::excluded("truncated")
    } else if row.answered_at != NEVER {
        let taken = row.elapsed(scope, row.opened_at, row.answered_at);
        Verdict::duration(at, taken, "from the opening to our first answer")
    } else if is_at_risk(row, scope) {
        Verdict::open("the clock is running")
    } else {
        Verdict::unconcerned(NOT_ANSWERED)
    }
}

/// A share of the jobs received; those that are undecided are pending.
fn share(row: &JobRow, scope: &Scope<'_>, at: i64, hit: bool) -> Verdict {
    let pending = is_at_risk(row, scope);
    let why = if row.answered_at != NEVER {
        "answered"
    } else if pending {
        "undecided"
    } else if scope.has_come(row.expires_at) {
        "expired without an answer"
    } else {
        "declined, completed or set aside without an answer"
    };
    Verdict::hit(at, Hit::Part { hit, pending }, why)
}

pub(in crate::report) fn answered_share(row: &JobRow, scope: &Scope<'_>, at: i64) -> Verdict {
    share(row, scope, at, row.answered_at != NEVER)
}

pub(in crate::report) fn declined_unanswered(row: &JobRow, scope: &Scope<'_>, at: i64) -> Verdict {
    let by_us = row.declined_at != NEVER && row.declined_by == DeclinedBy::Us as u8;
    share(row, scope, at, by_us && row.answered_at == NEVER)
}

pub(in crate::report) fn expired_share(row: &JobRow, scope: &Scope<'_>, at: i64) -> Verdict {
    share(row, scope, at, scope.has_come(row.expires_at))
}

pub(in crate::report) fn contact_replied_back(
    row: &JobRow,
    _scope: &Scope<'_>,
    at: i64,
) -> Verdict {
    if row.answered_at == NEVER {
        return Verdict::unconcerned(NOT_ANSWERED);
    }
    let back = row.replied_back_at != NEVER;
    let why = if back {
        "answered, and the contact answered again"
    } else {
        "answered; the contact did not answer again"
    };
    Verdict::part(at, back, why)
}

pub(in crate::report) fn contact_declined(row: &JobRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    let declined = row.declined_at != NEVER && row.declined_by == DeclinedBy::Contact as u8;
    let answered = row.answered_at != NEVER;
    let part = Hit::Part {
        hit: declined,
        pending: false,
    };
    let why = match (answered, declined) {
        (true, true) => "answered, and the contact declined to go on",
        (true, false) => "answered; the contact did not decline",
        (false, true) => "the contact declined it unanswered: of all declines only",
        (false, false) => return Verdict::unconcerned(NOT_ANSWERED),
    };
    Verdict {
        hits: [
            answered.then_some((at, part)),
            declined.then_some((at, Hit::Count)),
            None,
        ],
        state: State::Counted,
        why,
    }
}

pub(in crate::report) fn job_ratings(row: &JobRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    let hit = Hit::Rated {
        communication: row.communication,
        quality: row.quality,
    };
    Verdict::hit(at, hit, "its last review")
}

pub(in crate::report) fn top_services(row: &JobRow, _scope: &Scope<'_>, at: i64) -> Verdict {
    if row.service == crate::metrics::NONE {
        return Verdict::unconcerned("it names no service");
    }
    Verdict::count(at, "a job for this service")
}
