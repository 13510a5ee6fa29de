//! The kept columns against the journal: whether a start can go on from them, and, when
//! asked for, whether they hold what the journal folds to.
//!
//! Whatever does not fit is folded again by the next start, so that only columns that would
//! be taken and say something else are a difference.
//!
//! Columns that cannot be used are a note; only `--deep`, which folds the journal in memory,
//! can find that they hold something else.

use std::path::Path;

use super::Account;
use crate::model::{Event, Profile, Timestamp};
use crate::projection::{KeptColumns, fold_all, kept_columns, rows_of};

/// What to do about columns that a start will not take.
const ANEW: &str = "start svar: it folds them anew from the store";

/// What the journal says that the columns are compared with.
#[derive(Default)]
pub(super) struct JournalSummary {
    /// The mark of the journal; none while it is empty.
    pub(super) mark: Option<Vec<u8>>,
    /// Its last record.
    pub(super) last: u64,
    /// With their seqs: all events, where they are to be folded.
    pub(super) events: Vec<(u64, Event)>,
}

/// Looks at the columns in `folder`; with an instant, folds the journal up to it, too.
pub(super) fn check_columns(
    folder: &Path,
    summary: JournalSummary,
    deep: Option<Timestamp>,
    account: &mut Account,
) {
    let Some(mark) = &summary.mark else {
        return;
    };
    let note = |account: &mut Account, what: String, mend| account.note("columns", what, mend);
    let columns = match kept_columns(folder, mark) {
        Ok(Some(columns)) => columns,
        Ok(None) => return note(account, "none are kept".to_owned(), ANEW),
        Err(reason) => return note(account, format!("they cannot be used: {reason}"), ANEW),
    };
    account.kept = Some(columns.position);
    if columns.position > summary.last {
        let what = format!(
            "they are at record {}, the journal ends at {}",
            columns.position, summary.last
        );
        return note(account, what, ANEW);
    }
    if columns.position < summary.last {
        let what = format!(
            "they are {} records behind",
            summary.last - columns.position
        );
        note(account, what, "start svar: it folds what they lack");
    }
    if let Some(now) = deep {
        compare(&columns, summary.events, now, account);
    }
}

/// Folds the events that the columns have, and compares how many rows there are.
fn compare(
    columns: &KeptColumns,
    events: Vec<(u64, Event)>,
    now: Timestamp,
    account: &mut Account,
) {
    if columns.profile != Profile::default() {
        return;
    }
    // What was ahead of the clock when they were kept is not in them.
    let as_of = columns.later_from.map_or(now, |later| {
        now.min(Timestamp::from_millis(later.millis() - 1))
    });
    let events = events
        .into_iter()
        .filter(|(seq, _)| *seq <= columns.position);
    let events: Vec<Event> = events.map(|(_, event)| event).collect();
    let folded = rows_of(&fold_all(&events, columns.profile.clone(), as_of));
    for ((table, has), (_, expected)) in columns.rows.iter().zip(folded) {
        if *has != expected {
            account.differs(
                "columns",
                format!("they have {has} rows of {table}, the journal folds to {expected}"),
                "run `svar rebuild`, and report this fault",
            );
        }
    }
}
