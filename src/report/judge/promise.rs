//! Judgements of promises: which apply, when they are due, and whether they were kept.
//!
//! A promise that lapsed before it was due (its episode ended, its run was no longer open, its
//! contact was blocked) is not counted; one that lapsed later stays breached. A ticket that was
//! closed without a message of a rep still owed its first response.

use super::row::ReportRow;
use super::scope::Scope;
use super::verdict::{NOT_SUPPORT, Verdict};
use crate::metrics::{NEVER, NONE, PromiseRow};
use crate::model::DAY_MS;
use crate::model::episode::Target;

/// How far ahead of a question hours are laid out, for promises that are not due yet.
const AHEAD_MS: i64 = 400 * DAY_MS;

/// Horizons are so far apart, so that due instants need not be found anew for each question.
const HORIZON_STEP_MS: i64 = 128 * DAY_MS;

/// Until when the hours of agreements are laid out for a question as of `as_of`.
pub(in crate::report) const fn horizon(as_of: i64) -> i64 {
    (as_of.div_euclid(HORIZON_STEP_MS) + 1).saturating_mul(HORIZON_STEP_MS) + AHEAD_MS
}

/// The basis `due`: the source's instant, else that of the agreement that applies.
pub(in crate::report) fn due_at(row: &PromiseRow, scope: &Scope<'_>) -> i64 {
    if row.due_at != NEVER {
        return row.due_at;
    }
    let Some(agreements) = &scope.agreements else {
        return NEVER;
    };
    let stays = || {
        let stays = match row.ticket {
            NONE => &[],
            ticket => scope.facts.stays_of(ticket),
        };
        stays.iter().map(|stay| (stay.stage, stay.from, stay.until))
    };
    agreements.due_at(&row.coverage(scope), (row.target, row.from), stays)
}

/// Counts a promise once it is due; whether it was kept by then is settled.
pub(in crate::report) fn sla_attainment(row: &PromiseRow, scope: &Scope<'_>, due: i64) -> Verdict {
    if !row.support {
        return Verdict::unconcerned(NOT_SUPPORT);
    }
    if row.lapsed_at <= due && scope.has_come(row.lapsed_at) && row.reached_at > row.lapsed_at {
        return match row.target {
            target if target == Target::FirstResponse as u8 => Verdict::excluded("unanswered"),
            target if target == Target::Close as u8 => Verdict::excluded("blocked"),
            _ => Verdict::unconcerned("nobody waited for it any more when it was due"),
        };
    }
    if !scope.has_come(due) {
        return Verdict::pending(due, "it is not due yet");
    }
    if row.reached_at <= due {
        Verdict::part(due, true, "kept at or before the instant it was due")
    } else {
        Verdict::part(due, false, "breached: it was not there when it was due")
    }
}
