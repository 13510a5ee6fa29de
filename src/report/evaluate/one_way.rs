//! The answer to a query on one clock and by one profile.

use std::ops::Range;

use rayon::prelude::*;

use super::answer::Answer;
use super::context::QueryContext;
use super::figures::figures_of;
use super::incoming_jobs::IncomingJobs;
use super::level;
use super::presence;
use super::scan::tally;
use super::selection::{Selection, usual_window};
use super::top_list::TopList;
use crate::metrics::{Cell, Every, Group, Period};
use crate::model::Invalid;
use crate::report::ask::{Compare, KeyValue, Query, before, window_of};
use crate::report::figures::Figures;
use crate::report::judge::Scope;
use crate::report::registry::{self, Area, Measure, Report, Source};
use crate::report::result::{Comparison, ExcludedCount, Point, ReportResult, Series, Window, head};

/// Answers `query` to `report` on its first clock.
pub(in crate::report) fn evaluate_one(
    report: &'static Report,
    query: &Query,
    context: QueryContext<'_>,
) -> Result<ReportResult, Invalid> {
    let window = window_of(query, context.as_of, usual_window(report))?;
    let selection = Selection::new(report, query, context, window)?;
    let answer = selection.bounded_answer(window, query.count)?;
    let answer = answer.plain(report, &query.by);
    let answer = match report.measure {
        // What is at risk now is so whatever the window.
        Measure::AtRisk => answer,
        _ => answer.begun_by(context.as_of),
    };
    let compare = match compare_of(report, query) {
        None | Some(Compare::Nothing) => None,
        Some(compare) => {
            let before = before(query, compare, context.as_of, usual_window(report))?;
            let selection = Selection::new(report, query, context, before.counted())?;
            let answer = selection.bounded_answer(before.counted(), query.count)?;
            let answer = answer.plain(report, &query.by);
            Some(Comparison {
                window: shown(before.window, query),
                until: before.until,
                series: answer.series,
                total: answer.total,
            })
        }
    };
    Ok(ReportResult {
        report: head(report, selection.scope.basis),
        profile: context.profile.clone(),
        clock: selection.scope.clock.name().as_str(),
        window: shown(window, query),
        as_of: context.as_of,
        log_position: context.log_position,
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

/// What to compare with: jobs with the period before, unless the query says something else.
fn compare_of(report: &Report, query: &Query) -> Option<Compare> {
    let usual = (report.area == Area::Jobs).then_some(Compare::Previous);
    let compare = query.compare.or(usual);
    // What is at risk now was not so before.
    compare.filter(|_| report.measure != Measure::AtRisk)
}

fn shown(window: Period, query: &Query) -> Window {
    Window {
        from: window.from,
        to: window.to,
        tz: query.zone.name(),
        every: query.every.map(Every::as_str),
    }
}

impl Selection<'_> {
    pub(super) fn answer(&self, count: usize) -> Answer {
        if let Measure::Composite(ids) = self.report.measure {
            return self.composite(ids, count);
        }
        if self.report.measure == Measure::Level {
            return level::answer(self);
        }
        if matches!(self.report.source, Source::Statuses) {
            return presence::answer(self);
        }
        let list = TopList::of(self, count);
        let tally = tally(self, if list.is_some() { usize::MAX } else { count });
        let groups = tally.groups.par_iter();
        let series: Vec<(Series, u64)> = groups
            .map(|group| (self.series(group), group.total.count))
            .collect();
        let received = (self.report.measure == Measure::Declines).then(|| IncomingJobs::of(self));
        let is_top = self.report.measure == Measure::TopCount;
        let answer = Answer {
            series: match list {
                Some(list) => list.pick(series),
                None => self.order(series, count),
            },
            total: (!is_top).then(|| self.figures(&tally.total, self.window())),
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
            Some(received) => received.add_to(answer),
        }
    }

    /// The reports of a composite, each as a series under its name.
    fn composite(&self, ids: &[&'static str], count: usize) -> Answer {
        let mut answer = Answer::default();
        for id in ids {
            let Some(report) = registry::find(id) else {
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
                cut: Vec::new(),
                ..self.again()
            };
            let mut one = part.answer(count);
            for series in &mut one.series {
                series
                    .key
                    .insert("report".into(), KeyValue::Text((*id).into()));
            }
            answer.series.extend(one.series);
            answer.pending = answer.pending.max(one.pending);
            if answer.excluded.is_empty() {
                answer.excluded = one.excluded;
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
                figures: self.figures(cell, start.millis()..end.millis()),
            });
        Series {
            key: self.key(&group.key),
            points: points.collect(),
            total: self.figures(&group.total, self.window()),
        }
    }

    /// A cell's figures; on an event basis the span that holds `as_of` still fills.
    fn figures(&self, cell: &Cell, span: Range<i64>) -> Figures {
        let mut figures = figures_of(self.report.measure, cell);
        let by_event = !matches!(self.scope.basis, "started" | "opened" | "instant");
        if by_event && span.contains(&self.scope.as_of) {
            figures.is_provisional = true;
        }
        figures
    }

    fn window(&self) -> Range<i64> {
        let (from, to) = self.buckets.window();
        from..to
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
                // Stable: of equals the first name comes first.
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
        match by_flow.iter_mut().find(|flows| {
            flows
                .first()
                .is_some_and(|(first, _)| first.key.get("direction") == flow.as_ref())
        }) {
            Some(flows) => flows.push(entry),
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
