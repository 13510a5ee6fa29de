//! What one window comes to, before it becomes a result.

use crate::model::Timestamp;
use crate::report::ask::By;
use crate::report::figures::Figures;
use crate::report::registry::{Measure, Report};
use crate::report::result::{ExcludedCount, Series};

/// What one window comes to.
#[derive(Default)]
pub(in crate::report) struct Answer {
    pub(in crate::report) series: Vec<Series>,
    pub(in crate::report) total: Option<Figures>,
    pub(in crate::report) excluded: Vec<ExcludedCount>,
    pub(in crate::report) open: u64,
    pub(in crate::report) pending: u64,
    pub(in crate::report) by_hour: Option<Vec<i64>>,
}

impl Answer {
    /// Empties the buckets that begin after `as_of`: nothing is known of them, which is not 0.
    pub(in crate::report) fn begun_by(mut self, as_of: Timestamp) -> Self {
        for series in &mut self.series {
            let ahead = series.points.iter_mut().filter(|point| point.start > as_of);
            ahead.for_each(|point| point.figures = Figures::default());
        }
        self
    }

    /// Leaves the pipeline out of a stage's key where all stages are of one.
    pub(in crate::report) fn plain(mut self, report: &Report, by: &By) -> Self {
        let mut pipelines: Vec<_> = self
            .series
            .iter()
            .map(|series| series.key.get("pipeline").cloned())
            .collect();
        pipelines.dedup();
        let is_named = *by != By::Own || pipelines.len() > 1;
        if report.measure == Measure::Stages && !is_named {
            for series in &mut self.series {
                series.key.remove("pipeline");
            }
        }
        self
    }
}
