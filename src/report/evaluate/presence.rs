//! Reps' presence: time per status, time inside working hours, and how many were there.
//!
//! Statuses are half-open stretches, cut at the limits of buckets. A rep has none before
//! the first one; the last one runs until `as_of`.
//!
//! A rep without a schedule is counted in `excluded` once, not once a stretch.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;
use super::selection::Selection;
use crate::metrics::{Facts, Key, MAX_DIMENSIONS, NONE, StatusRow};
use crate::model::event::RepStatus;
use crate::model::{Offsets, Timestamp};
use crate::report::figures::Figures;
use crate::report::judge::working_span;
use crate::report::registry::Measure;
use crate::report::result::{ExcludedCount, Point, Series};

/// Levels of more than this repeat every hour of day.
const TWO_DAYS_MS: i64 = 50 * 3_600_000;
/// Local hours begin at multiples of this everywhere.
const QUARTER_MS: i64 = 15 * 60_000;

/// Inside and outside of working hours, or all time and none.
type Sums = (i64, i64);

/// The statuses of every rep, cut where a rep changes team.
fn statuses(facts: &Facts) -> Vec<StatusRow> {
    let (codes, timetable) = (&facts.dictionaries, &facts.duty.timetable);
    let mut rows = Vec::new();
    for rep in timetable.reps() {
        let teams = timetable.rep_teams(rep);
        for held in timetable.statuses(rep) {
            let place = RepStatus::ALL
                .iter()
                .position(|status| *status == held.what.status);
            for team in &teams {
                let (from, until) = (held.from.max(team.from), held.until.min(team.until));
                if from < until {
                    rows.push(StatusRow {
                        unit: NONE,
                        rep: codes.rep.intern(rep),
                        team: codes.team.intern_option(team.what),
                        status: u8::try_from(place.unwrap_or_default()).unwrap_or_default(),
                        detail: codes.detail.intern_option(held.what.detail.as_deref()),
                        from: from.millis(),
                        until: until.millis(),
                    });
                }
            }
        }
    }
    rows
}

/// Whether a stretch is one of being available.
fn is_available(row: &StatusRow) -> bool {
    RepStatus::ALL.get(usize::from(row.status)) == Some(&RepStatus::Available)
}

/// The statuses that count in the report, as far as they lie in its window.
pub(in crate::report) fn inside(selection: &Selection<'_>) -> Vec<StatusRow> {
    let (from, to) = selection.buckets.window();
    let end = to.min(selection.scope.as_of);
    let mut rows = statuses(selection.scope.facts);
    for row in &mut rows {
        row.from = row.from.max(from);
        row.until = row.until.min(end);
    }
    let all = selection.report.measure == Measure::StatusTime;
    rows.retain(|row| {
        row.from < row.until && (all || is_available(row)) && selection.passes(row, row.from)
    });
    rows
}

/// Answers a report of statuses.
pub(super) fn answer(selection: &Selection<'_>) -> Answer {
    match selection.report.measure {
        Measure::Peak => peaks(selection),
        _ => times(selection),
    }
}

/// The stretches of a row that lie in each bucket.
pub(in crate::report) fn pieces<'a>(
    selection: &'a Selection<'_>,
    row: &'a StatusRow,
) -> impl Iterator<Item = (usize, i64, i64)> + 'a {
    let spans = selection.buckets.spans().enumerate();
    let cut = spans.map(|(bucket, (start, end))| {
        let from = row.from.max(start.millis());
        (bucket, from, row.until.min(end.millis()))
    });
    cut.filter(|(_, from, until)| from < until)
}

fn times(selection: &Selection<'_>) -> Answer {
    let buckets = selection.buckets.len();
    let by_hours = selection.report.measure == Measure::WorkingTime;
    let mut whole = vec![Sums::default(); buckets];
    let mut groups: BTreeMap<Key, Vec<Sums>> = BTreeMap::new();
    let mut unscheduled = BTreeSet::new();
    if selection.cut.is_empty() {
        groups.insert([NONE; MAX_DIMENSIONS], whole.clone());
    }
    for row in inside(selection) {
        if by_hours && !has_schedule(selection.scope.facts, &row) {
            unscheduled.insert(row.rep);
            continue;
        }
        for (bucket, from, until) in pieces(selection, &row) {
            let sums = sums(selection, &row, (from, until), by_hours);
            add(&mut whole, bucket, sums);
            selection.with_keys(&row, from, |keys| {
                for key in keys {
                    let cells = groups.entry(*key);
                    let cells = cells.or_insert_with(|| vec![Sums::default(); buckets]);
                    add(cells, bucket, sums);
                }
            });
        }
    }
    let figures = |(inside, outside): Sums| {
        if by_hours {
            Figures::working_time(inside, outside)
        } else {
            Figures::time(inside)
        }
    };
    let reps = u64::try_from(unscheduled.len()).unwrap_or_default();
    Answer {
        series: sorted(selection, &groups, |cells| {
            (
                cells.iter().map(|sums| figures(*sums)).collect(),
                figures(total(cells)),
            )
        }),
        total: Some(figures(total(&whole))),
        excluded: (reps > 0)
            .then_some(ExcludedCount {
                reason: "no_schedule",
                count: reps,
            })
            .into_iter()
            .collect(),
        ..Answer::default()
    }
}

fn add(cells: &mut [Sums], bucket: usize, more: Sums) {
    if let Some(cell) = cells.get_mut(bucket) {
        cell.0 += more.0;
        cell.1 += more.1;
    }
}

fn total(cells: &[Sums]) -> Sums {
    cells.iter().fold(Sums::default(), |sum, cell| {
        (sum.0 + cell.0, sum.1 + cell.1)
    })
}

/// How much of a span counts, and how much of it lies outside the rep's working hours.
pub(in crate::report) fn sums(
    selection: &Selection<'_>,
    row: &StatusRow,
    span: (i64, i64),
    by_hours: bool,
) -> Sums {
    let (from, until) = span;
    if !by_hours {
        return (until - from, 0);
    }
    let facts = selection.scope.facts;
    let rep = facts.dictionaries.rep.text(row.rep).unwrap_or_default();
    let mut inside = 0;
    let (first, last) = working_span(facts, selection.scope.as_of);
    let needed = (first.min(from), last.max(until));
    for held in facts.duty.timetable.rep_schedules(&rep) {
        let start = held.from.max(Timestamp::from_millis(from));
        let end = held.until.min(Timestamp::from_millis(until));
        let working = held.what.and_then(|id| facts.duty.working(id, needed));
        if let Some(working) = working {
            inside += working.between(start, end);
        }
    }
    (inside, until - from - inside)
}

fn has_schedule(facts: &Facts, row: &StatusRow) -> bool {
    let rep = facts.dictionaries.rep.text(row.rep).unwrap_or_default();
    let timetable = &facts.duty.timetable;
    let mut held = timetable.rep_schedules(&rep).into_iter();
    held.any(|held| held.what.is_some_and(|id| timetable.schedule(id).is_some()))
}

/// Changes of a level, by instant.
type Steps = BTreeMap<i64, i64>;

fn peaks(selection: &Selection<'_>) -> Answer {
    let mut whole = Steps::new();
    let mut groups: BTreeMap<Key, Steps> = BTreeMap::new();
    if selection.cut.is_empty() {
        groups.insert([NONE; MAX_DIMENSIONS], Steps::new());
    }
    for row in inside(selection) {
        step(&mut whole, &row);
        selection.with_keys(&row, row.from, |keys| {
            for key in keys {
                step(groups.entry(*key).or_default(), &row);
            }
        });
    }
    let figures = |steps: &Steps| {
        let levels = levels(selection, steps);
        let highest = levels.iter().flatten().max().copied();
        let points = levels.into_iter().map(Figures::level).collect();
        (points, Figures::level(highest))
    };
    let (_, total) = figures(&whole);
    Answer {
        series: sorted(selection, &groups, |steps| figures(steps)),
        total: Some(total),
        by_hour: Some(by_hour(selection, &whole)),
        ..Answer::default()
    }
}

/// One more from the row's start to its end: who leaves makes room for who comes.
fn step(steps: &mut Steps, row: &StatusRow) {
    *steps.entry(row.from).or_default() += 1;
    *steps.entry(row.until).or_default() -= 1;
}

/// The highest level in each bucket; none in a bucket that starts after `as_of`.
fn levels(selection: &Selection<'_>, steps: &Steps) -> Vec<Option<i64>> {
    let mut steps = steps.iter().peekable();
    let mut level = 0;
    let spans = selection.buckets.spans();
    let highest = spans.map(|(start, end)| {
        while let Some((_, by)) = steps.next_if(|(at, _)| **at <= start.millis()) {
            level += by;
        }
        let mut highest = level;
        while let Some((_, by)) = steps.next_if(|(at, _)| **at < end.millis()) {
            level += by;
            highest = highest.max(level);
        }
        (start.millis() <= selection.scope.as_of).then_some(highest)
    });
    highest.collect()
}

/// The highest level in each hour of day of the report's zone.
fn by_hour(selection: &Selection<'_>, steps: &Steps) -> Vec<i64> {
    let mut hours = vec![0; 24];
    // Not over the whole window: it may be as long as time itself.
    let first = steps.keys().next().copied().unwrap_or_default();
    let last = steps.keys().next_back().copied().unwrap_or_default();
    let offsets = Offsets::of(selection.scope.zone, first, last);
    let mut level = 0;
    let ends = steps.keys().skip(1).copied().chain([last]);
    for ((start, by), end) in steps.iter().zip(ends) {
        level += by;
        let mut at = *start;
        // Longer stretches hold every hour of day; more need not be looked at.
        let end = end.min(start + TWO_DAYS_MS);
        while level > 0 && at < end {
            let (_, hour) = offsets.weekday_hour(at);
            if let Some(highest) = hours.get_mut(hour as usize) {
                *highest = level.max(*highest);
            }
            at = (at.div_euclid(QUARTER_MS) + 1) * QUARTER_MS;
        }
    }
    hours
}

/// Groups as series in the order of their keys.
fn sorted<G>(
    selection: &Selection<'_>,
    groups: &BTreeMap<Key, G>,
    figures: impl Fn(&G) -> (Vec<Figures>, Figures),
) -> Vec<Series> {
    let series = groups.iter().map(|(key, group)| {
        let (points, total) = figures(group);
        let spans = selection.buckets.spans().zip(points);
        Series {
            key: selection.key(key),
            points: spans
                .map(|((start, end), figures)| Point {
                    start,
                    end,
                    figures,
                })
                .collect(),
            total,
        }
    });
    let mut series: Vec<Series> = series.collect();
    series.sort_by(|a, b| a.key.cmp(&b.key));
    series
}
