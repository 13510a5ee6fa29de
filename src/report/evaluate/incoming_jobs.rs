//! Jobs received, shown with those that we declined.

use std::collections::HashMap;

use super::answer::Answer;
use super::scan::tally;
use super::selection::Selection;
use crate::metrics::Cell;
use crate::report::ask::Dimension;
use crate::report::judge::Scope;
use crate::report::registry;
use crate::report::result::SeriesKey;

/// How many jobs were received: in each bucket by key, and at all.
pub(in crate::report) struct IncomingJobs {
    by_key: HashMap<SeriesKey, Vec<u64>>,
    total: u64,
}

impl IncomingJobs {
    /// The jobs received in the same window, by the same cut and filters.
    ///
    /// A job that was not declined has no reason, so nothing is added to a reason.
    pub(super) fn of(selection: &Selection<'_>) -> Self {
        let nothing = Self {
            by_key: HashMap::new(),
            total: 0,
        };
        let Some(report) = registry::find("jobs_received") else {
            return nothing;
        };
        let by_reason = selection.cut.contains(&Dimension::DeclineReason);
        let part = Selection {
            report,
            scope: Scope {
                basis: "opened",
                window_from: selection.scope.window_from,
                ..Scope::new(
                    selection.scope.facts,
                    selection.scope.profile,
                    selection.scope.as_of,
                    selection.scope.zone,
                )
            },
            ..selection.again()
        };
        let tally = tally(&part, usize::MAX);
        let counts = |cells: &[Cell]| cells.iter().map(|cell| cell.count).collect();
        let groups = tally.groups.iter().filter(|_| !by_reason);
        Self {
            by_key: groups
                .map(|group| (part.key(&group.key), counts(&group.cells)))
                .collect(),
            total: tally.total.count,
        }
    }

    /// Adds the jobs received to the figures of `answer`.
    pub(in crate::report) fn add_to(self, mut answer: Answer) -> Answer {
        for series in &mut answer.series {
            let Some(counts) = self.by_key.get(&series.key) else {
                continue;
            };
            for (point, count) in series.points.iter_mut().zip(counts) {
                point.figures.set_received(*count);
            }
            series.total.set_received(counts.iter().sum());
        }
        if let Some(total) = &mut answer.total {
            total.set_received(self.total);
        }
        answer
    }
}
