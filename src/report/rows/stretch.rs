//! The rows of what lasts: statuses of reps, and stretches of being open.

use super::item::RowItem;
use crate::metrics::{BacklogRow, NONE};
use crate::model::Timestamp;
use crate::report::evaluate::{Selection, held, inside, pieces, sums};
use crate::report::judge::{State, Verdict};
use crate::report::registry::Measure;

/// The statuses in the window, cut at the limits of its buckets.
pub(super) fn presence_rows(selection: &Selection<'_>) -> Vec<RowItem> {
    let by_hours = selection.report.measure == Measure::WorkingTime;
    let mut items = Vec::new();
    for row in inside(selection) {
        let verdict = Verdict {
            hits: [None; 3],
            state: State::Counted,
            why: "the rep had this status",
        };
        for (_, from, until) in pieces(selection, &row) {
            let value = match selection.report.measure {
                Measure::Peak => None,
                _ => Some(sums(selection, &row, (from, until), by_hours).0 as f64 / 1000.0),
            };
            selection.with_keys(&row, from, |keys| {
                items.extend(keys.iter().map(|key| RowItem {
                    at: Timestamp::from_millis(from),
                    value,
                    ..RowItem::of(selection, &row, key, &verdict)
                }));
            });
        }
    }
    items
}

/// What was open at the end of a bucket, else at the end of the window.
pub(super) fn backlog_rows(
    selection: &Selection<'_>,
    bucket: Option<usize>,
    unit: Option<u32>,
) -> Vec<RowItem> {
    let after = selection.scope.as_of.saturating_add(1);
    let spans: Vec<(Timestamp, Timestamp)> = selection.buckets.spans().collect();
    let span = bucket.map_or(spans.last(), |bucket| spans.get(bucket));
    let instant = span.map_or(after, |(_, end)| end.millis().min(after));
    let mut items = Vec::new();
    let backlog = &selection.scope.facts.backlog;
    let rows: Box<dyn Iterator<Item = BacklogRow>> = match unit {
        Some(unit) => Box::new(backlog.rows_of(unit)),
        None => Box::new(backlog.rows()),
    };
    for row in rows {
        let (from, until) = held(row.from, row.until, &[instant]);
        let reason = selection.left_out(&row);
        if !row.support || !selection.passes(&row, row.from) {
            continue;
        }
        let (state, why) = match (from < until, reason) {
            (true, "") if row.ticket == NONE => (State::Counted, "a human owed it at that instant"),
            (true, "") => (State::Counted, "open at that instant"),
            (true, reason) => (State::Excluded, reason),
            (false, _) => (State::Unconcerned, "not open at that instant"),
        };
        let verdict = Verdict {
            hits: [None; 3],
            state,
            why,
        };
        selection.with_keys(&row, row.from, |keys| {
            items.extend(keys.iter().map(|key| RowItem {
                at: Timestamp::from_millis(row.from),
                ..RowItem::of(selection, &row, key, &verdict)
            }));
        });
    }
    items
}
