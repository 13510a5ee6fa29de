//! What came of something that was done to a selection, as the inbox tells it.

use crate::app::{BulkItem, BulkOutcome, BulkResult};
use crate::web::ui::figure::plural;
use crate::web::ui::text::fill;

/// The most conversations whose refusal is told.
const TOLD: usize = 5;

/// What came of the last thing that was done to a selection.
#[derive(Default)]
pub(super) struct BulkBar {
    /// What was done.
    pub(super) done: String,
    /// What could not be, and why.
    pub(super) faults: Vec<String>,
    /// What takes it back, as the form sends it; empty where nothing was changed.
    pub(super) undo: String,
}

impl BulkBar {
    pub(super) fn of(result: &BulkResult, is_undo: bool) -> Self {
        let count = |outcome: BulkOutcome| {
            let items = result.items.iter();
            items.filter(|item| item.outcome == outcome).count()
        };
        let changed = plural("inbox.count", count(BulkOutcome::Done) as u64);
        let mut done = fill(
            if is_undo { "bulk.undone" } else { "bulk.done" },
            &[("count", &changed)],
        );
        let unchanged = count(BulkOutcome::Unchanged);
        if unchanged > 0 {
            let count = unchanged.to_string();
            done = format!("{done} {}", fill("bulk.unchanged", &[("count", &count)]));
        }
        let refused = |item: &BulkItem| {
            let detail = item.detail.clone()?;
            Some(format!("{}: {detail}", item.conversation))
        };
        let mut faults: Vec<String> = result.items.iter().filter_map(refused).collect();
        if faults.len() > TOLD {
            let rest = (faults.len() - TOLD).to_string();
            faults.truncate(TOLD);
            faults.push(fill("bulk.more", &[("count", &rest)]));
        }
        let undo = serde_json::to_string(&result.undo).unwrap_or_default();
        Self {
            done,
            faults,
            undo: if result.undo.is_empty() || is_undo {
                String::new()
            } else {
                undo
            },
        }
    }
}
