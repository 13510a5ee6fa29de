//! From a report and a query to its one result.

use rayon::prelude::*;

use super::asked::{Asked, CodeFilter};
use super::beside;
use super::entry::{Area, Measure, Report, Source};
use super::kernel::Lists;
use super::level;
use super::presence;
use super::query::{By, Compare, Query};
use super::result::{
    Comparison, ExcludedCount, Figures, Head, Point, ReportResult, Series, Window,
};
use super::scope::Scope;
use super::window::{previous, window_of};
use crate::metrics::{Cell, Every, Facts, Group};
use crate::model::{Invalid, Profile, Timestamp};

/// The facts that a report is asked of, and when.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// All facts.
    pub facts: &'a Facts,
    /// The profile that they were folded by.
    pub profile: &'a Profile,
    /// The instant up to which they hold.
    pub as_of: Timestamp,
    /// The position of the log that they were folded to.
    pub log_position: u64,
}

/// Answers `query` to `report`; of several clocks side by side.
pub fn evaluate(
    report: &'static Report,
    query: &Query,
    ground: Ground<'_>,
) -> Result<ReportResult, Invalid> {
    beside::evaluate(report, query, &[ground])
}

/// Answers `query` to `report` on its first clock.
pub(super) fn evaluate_one(
    report: &'static Report,
    query: &Query,
    ground: Ground<'_>,
) -> Result<ReportResult, Invalid> {
    let window = window_of(report, query, ground.as_of)?;
    let asked = Asked::new(report, query, ground, window)?;
    let answer = asked.answer(query.count).plain(report, &query.by);
    let compare = match compare_of(report, query) {
        None | Some(Compare::Nothing) => None,
        Some(compare) => {
            let before = previous(window, compare, query)?;
            let asked = Asked::new(report, query, ground, before)?;
            let answer = asked.answer(query.count).plain(report, &query.by);
            Some(Comparison {
                window: shown(before, query),
                series: answer.series,
                total: answer.total,
            })
        }
    };
    Ok(ReportResult {
        report: head(report, asked.scope.basis),
        profile: ground.profile.clone(),
        clock: asked.scope.clock.name().as_str(),
        window: shown(window, query),
        as_of: ground.as_of,
        log_position: ground.log_position,
        series: answer.series,
        total: answer.total,
        beside: Vec::new(),
        by_hour: answer.by_hour,
        compare,
        excluded: answer.excluded,
        open: answer.open,
        pending: answer.pending,
    })
}

/// The period beside: jobs have the one before beside them unless something else is asked for.
fn compare_of(report: &Report, query: &Query) -> Option<Compare> {
    let usual = (report.area == Area::Jobs).then_some(Compare::Previous);
    let found = query.compare.or(usual);
    // What is at risk now was not so before.
    found.filter(|_| report.measure != Measure::AtRisk)
}

/// What a report says of itself.
pub fn head(report: &'static Report, date_basis: &'static str) -> Head {
    let fields = report.fields();
    Head {
        id: report.id,
        title: report.title,
        area: report.area,
        unit: report.unit,
        better: report.better,
        definition: report.definition,
        date_basis,
        questions: report.questions,
        fields: fields.iter().map(|dimension| dimension.as_str()).collect(),
    }
}

fn shown((from, to): (Timestamp, Timestamp), query: &Query) -> Window {
    Window {
        from,
        to,
        tz: query.zone.name(),
        every: query.every.map(Every::as_str),
    }
}

/// What one window comes to.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) series: Vec<Series>,
    pub(super) total: Option<Figures>,
    pub(super) excluded: Vec<ExcludedCount>,
    pub(super) open: u64,
    pub(super) pending: u64,
    pub(super) by_hour: Option<Vec<i64>>,
}

impl Answer {
    /// Leaves the pipeline out of a stage's key where all stages are of one.
    fn plain(mut self, report: &Report, by: &By) -> Self {
        let mut pipelines: Vec<_> = self
            .series
            .iter()
            .map(|series| series.key.get("pipeline").cloned())
            .collect();
        pipelines.dedup();
        let told_apart = *by != By::Own || pipelines.len() > 1;
        if report.measure == Measure::Stages && !told_apart {
            for series in &mut self.series {
                series.key.remove("pipeline");
            }
        }
        self
    }
}

impl Asked<'_> {
    fn answer(&self, count: usize) -> Answer {
        if let Measure::Composite(ids) = self.report.measure {
            return self.composite(ids, count);
        }
        if self.report.measure == Measure::Level {
            return level::answer(self);
        }
        if matches!(self.report.source, Source::Statuses) {
            return presence::answer(self);
        }
        let tally = self.tally(count);
        let groups = tally.groups.par_iter();
        let series: Vec<(Series, u64)> = groups
            .map(|group| (self.series(group), group.total.count))
            .collect();
        let received = (self.report.measure == Measure::Declined).then(|| self.received());
        let is_top = self.report.measure == Measure::TopCount;
        let answer = Answer {
            series: self.order(series, count),
            total: (!is_top).then(|| self.figures(&tally.total, self.buckets.window())),
            excluded: tally
                .excluded
                .into_iter()
                .map(|(reason, count)| ExcludedCount { reason, count })
                .collect(),
            open: tally.open,
            pending: tally.pending,
            by_hour: None,
        };
        match received {
            None => answer,
            Some(received) => received.beside(answer),
        }
    }

    /// The reports of a composite side by side, each as a series under its name.
    fn composite(&self, ids: &[&'static str], count: usize) -> Answer {
        let mut answer = Answer::default();
        for id in ids {
            let Some(report) = super::registry::find(id) else {
                continue;
            };
            let part = Self {
                report,
                scope: Scope {
                    basis: report.bases.first().copied().unwrap_or_default(),
                    clock: self.scope.clock.clone(),
                    ..Scope::new(
                        self.scope.facts,
                        self.scope.profile,
                        self.scope.as_of,
                        self.scope.zone,
                    )
                },
                buckets: self.buckets.clone(),
                cut: Vec::new(),
                filters: self.filters.iter().map(CodeFilter::copy).collect(),
                lists: Lists::default(),
            };
            let mut found = part.answer(count);
            for series in &mut found.series {
                series
                    .key
                    .insert("report", super::dimension::KeyValue::Text((*id).into()));
            }
            answer.series.extend(found.series);
            answer.pending = answer.pending.max(found.pending);
            if answer.excluded.is_empty() {
                answer.excluded = found.excluded;
            }
        }
        answer
    }

    fn series(&self, group: &Group) -> Series {
        let points = self
            .buckets
            .spans()
            .zip(&group.cells)
            .map(|((start, end), cell)| Point {
                start,
                end,
                figures: self.figures(cell, (start.millis(), end.millis())),
            });
        Series {
            key: self.key(&group.key),
            points: points.collect(),
            total: self.figures(&group.total, self.buckets.window()),
        }
    }

    /// A cell's figures; on an event basis the span that holds `as_of` still fills.
    fn figures(&self, cell: &Cell, (start, end): (i64, i64)) -> Figures {
        let mut figures = self.report.figures(cell);
        let by_event = !matches!(self.scope.basis, "started" | "opened" | "instant");
        if by_event && (start..end).contains(&self.scope.as_of) {
            figures.mark_filling();
        }
        figures
    }

    fn order(&self, mut series: Vec<(Series, u64)>, count: usize) -> Vec<Series> {
        series.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
        match self.report.measure {
            Measure::TopDuration if !self.cut.is_empty() => {
                series.sort_by(|(a, _), (b, _)| by_value(b).total_cmp(&by_value(a)));
                series.truncate(count);
            }
            Measure::TopCount => return top_by_flow(series, count),
            Measure::TopList => {
                // Stable: of equals the first name stands first.
                series.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                series.truncate(count);
            }
            _ => {}
        }
        series.into_iter().map(|(series, _)| series).collect()
    }
}

fn by_value(series: &Series) -> f64 {
    series.total.number().unwrap_or(f64::NEG_INFINITY)
}

/// The busiest tickets that we wrote most for, then those that wrote most.
fn top_by_flow(series: Vec<(Series, u64)>, count: usize) -> Vec<Series> {
    let mut by_flow: Vec<Vec<(Series, u64)>> = Vec::new();
    for entry in series.into_iter().rev() {
        let flow = entry.0.key.get("direction").cloned();
        match by_flow.iter_mut().find(|known| {
            known
                .first()
                .is_some_and(|(first, _)| first.key.get("direction") == flow.as_ref())
        }) {
            Some(known) => known.push(entry),
            None => by_flow.push(vec![entry]),
        }
    }
    let mut tops = Vec::new();
    for mut flow in by_flow {
        flow.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.key.cmp(&b.key)));
        tops.extend(flow.into_iter().take(count).map(|(series, _)| series));
    }
    tops
}
