//! Jobs received, put beside those that we declined.

use std::collections::HashMap;

use super::asked::{Asked, CodeFilter};
use super::dimension::Dimension;
use super::evaluate::Answer;
use super::kernel::Lists;
use super::registry;
use super::result::{Figures, SeriesKey};
use super::scope::Scope;
use crate::metrics::Cell;

/// How many jobs were received: in each bucket by key, and at all.
pub(super) struct Received {
    by_key: HashMap<SeriesKey, Vec<u64>>,
    total: u64,
}

impl Asked<'_> {
    /// The jobs received in the same window, by the same cut and filters.
    ///
    /// A job that was not declined has no reason, so nothing stands beside a reason.
    pub(super) fn received(&self) -> Received {
        let nothing = Received {
            by_key: HashMap::new(),
            total: 0,
        };
        let Some(report) = registry::find("jobs_received") else {
            return nothing;
        };
        let by_reason = self.cut.contains(&Dimension::Declined);
        let part = Asked {
            report,
            scope: Scope {
                basis: "opened",
                window_from: self.scope.window_from,
                ..Scope::new(
                    self.scope.facts,
                    self.scope.profile,
                    self.scope.as_of,
                    self.scope.zone,
                )
            },
            buckets: self.buckets.clone(),
            cut: self.cut.clone(),
            filters: self.filters.iter().map(CodeFilter::copy).collect(),
            lists: Lists::default(),
        };
        let tally = part.tally(usize::MAX);
        let counts = |cells: &[Cell]| cells.iter().map(|cell| cell.count).collect();
        let groups = tally.groups.iter().filter(|_| !by_reason);
        Received {
            by_key: groups
                .map(|group| (part.key(&group.key), counts(&group.cells)))
                .collect(),
            total: tally.total.count,
        }
    }
}

impl Received {
    /// Puts the jobs received beside the figures of `answer`.
    pub(super) fn beside(self, mut answer: Answer) -> Answer {
        for series in &mut answer.series {
            let Some(counts) = self.by_key.get(&series.key) else {
                continue;
            };
            for (point, count) in series.points.iter_mut().zip(counts) {
                point.figures.beside_received(*count);
            }
            series.total.beside_received(counts.iter().sum());
        }
        if let Some(total) = &mut answer.total {
            Figures::beside_received(total, self.total);
        }
        answer
    }
}
