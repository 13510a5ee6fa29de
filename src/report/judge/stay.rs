//! Judgements of the time that tickets spend in stages.
//!
//! The key of `time_in_stage` names the pipeline where the tickets counted are of several, or
//! where `by` asks for it.

use super::row::ReportRow;
use super::scope::Scope;
use super::verdict::{NOT_SUPPORT, State, Verdict};
use crate::metrics::{Hit, NEVER, StayRow};

/// The basis `closed` (last close), or `opened` on request; one row a ticket and stage.
pub(in crate::report) fn stage_left_at(row: &StayRow, scope: &Scope<'_>) -> i64 {
    if !row.first || !row.before_close || row.closed_at == NEVER {
        return NEVER;
    }
    if scope.basis == "opened" {
        row.opened_at
    } else {
        row.closed_at
    }
}

pub(in crate::report) fn time_in_stage(row: &StayRow, scope: &Scope<'_>, at: i64) -> Verdict {
    if !row.support {
        return Verdict::unconcerned(NOT_SUPPORT);
    }
    if row.closed_by_block {
        return Verdict::excluded("blocked");
    }
    let stays = scope.facts.stays_of(row.ticket).iter();
    let stays = stays.filter(|stay| stay.before_close && stay.stage == row.stage);
    let (mut sum, mut left_at) = (0, row.from);
    for stay in stays {
        sum += stay.elapsed(scope, stay.from, stay.until);
        left_at = left_at.max(stay.until);
    }
    let span = row.elapsed(scope, row.from, left_at);
    Verdict {
        hits: [
            Some((at, Hit::Value(sum))),
            Some((at, Hit::More(span))),
            None,
        ],
        state: State::Counted,
        why: "all its stays in the stage before its last close, together",
    }
}
