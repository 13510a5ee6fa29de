//! Courses: what each measure shows over time.

use std::collections::BTreeMap;

use super::PanelContext;
use super::base::FEW_BUCKETS;
use super::colours::colour;
use super::compared::{INSIDE, OUTSIDE, STATUSES};
use super::draw::{self, Band, Course};
use super::notes::frame_marks;
use super::part::{Part, frame};
use super::second::with_second;
use super::table::{by_track, rows_href};
use super::track::{Pick, Track, slots};
use crate::report::{Dimension, Figure, Figures, Measure, Series, Unit};
use crate::web::ui::desk::spoken;
use crate::web::ui::text::{t, title_of};

/// The height of a course that is its page's first chart, and of any other.
const HEIGHTS: (f64, f64) = (260.0, 160.0);

/// Whether a report is of promises kept.
pub(super) fn is_promise(seen: PanelContext<'_>) -> bool {
    seen.report.fixed_cut.contains(&Dimension::Target)
}

/// Every course of an answer, the most telling first.
pub(super) fn courses(seen: PanelContext<'_>) -> Vec<Part> {
    match seen.report.measure {
        Measure::StatusTime => vec![stacked(seen, &by_status(seen), t("report.status_time"))],
        Measure::WorkingTime if seen.result.beside.is_empty() => {
            vec![stacked(seen, &by_hours(seen), t("report.hours_time"))]
        }
        Measure::Ratings => vec![lines(seen, &scales(seen), t("report.scales"), HEIGHTS.0)],
        Measure::Csat if is_alone(seen) => {
            vec![lines(
                seen,
                &satisfaction(seen),
                t("report.over_time"),
                HEIGHTS.0,
            )]
        }
        Measure::Duration | Measure::Stages if !is_alone(seen) => {
            let medians =
                draw::picked(seen.desk, seen.report, seen.result, Pick::More(Figure::P50));
            vec![
                usual(seen),
                lines(seen, &medians, t("report.medians"), HEIGHTS.1),
            ]
        }
        _ if is_promise(seen) => {
            let breaches = breaches(seen);
            let mut breached = stacked(seen, &breaches, t("report.breaches"));
            breached.is_lead = false;
            vec![usual(seen), breached]
        }
        _ => vec![usual(seen)],
    }
}

/// Whether the answer is one series without key.
fn is_alone(seen: PanelContext<'_>) -> bool {
    matches!(seen.result.series.as_slice(), [only] if only.key.is_empty())
}

/// Values over time, as bars where they add up.
fn usual(seen: PanelContext<'_>) -> Part {
    let tracks = with_second(seen);
    let has_second = tracks.iter().any(|track| track.own_unit.is_some());
    let title = draw::largest_of(seen.report, seen.result);
    let is_level = seen.report.measure == Measure::Peak && is_alone(seen);
    let adds_up = is_level || draw::is_bars(seen.report, seen.result);
    let mut part = if adds_up && !has_second {
        drawn_as_bars(seen, &tracks, &title, Unit::Count)
    } else {
        lines(seen, &tracks, &title, HEIGHTS.0)
    };
    // The page has a table of every bucket with all its figures, but for those of a second measure.
    part.table = part.table.filter(|_| has_second);
    part
}

fn lines(seen: PanelContext<'_>, tracks: &[Track], title: &str, height: f64) -> Part {
    let href = |at| rows_href(seen.report.id, seen.view, Some(at), Vec::new());
    let slots = slots(seen.result, &draw::axis(seen.result), tracks, href);
    let frame = frame(title_of(seen.report), seen.result, height)
        .aiming(seen.view.aim())
        .marked(frame_marks(seen));
    let course = Course {
        tracks,
        slots: &slots,
    };
    let band = Band::shown_if(tracks.len() == 1);
    Part {
        chart: Some(draw::course(frame, seen.result, &course, band)),
        labels: draw::room(tracks),
        ..part(seen, tracks, title)
    }
}

fn stacked(seen: PanelContext<'_>, tracks: &[Track], title: &str) -> Part {
    let unit = match seen.report.unit {
        Unit::Share => Unit::Count,
        unit => unit,
    };
    drawn_as_bars(seen, tracks, title, unit)
}

fn drawn_as_bars(seen: PanelContext<'_>, tracks: &[Track], title: &str, unit: Unit) -> Part {
    let href = |at| rows_href(seen.report.id, seen.view, Some(at), Vec::new());
    let slots = slots(seen.result, &draw::axis(seen.result), tracks, href);
    let frame = frame(title_of(seen.report), seen.result, HEIGHTS.0)
        .aiming(seen.view.aim())
        .marked(frame_marks(seen));
    let course = Course {
        tracks,
        slots: &slots,
    };
    Part {
        chart: Some(draw::stack(frame, seen.result, &course, unit)),
        ..part(seen, tracks, title)
    }
}

/// What every course has besides its chart.
fn part(seen: PanelContext<'_>, tracks: &[Track], title: &str) -> Part {
    let href = |at| rows_href(seen.report.id, seen.view, Some(at), Vec::new());
    let names = tracks
        .iter()
        .map(|track| (track.class, track.label.clone()));
    let points = seen.result.series.first().map(|series| series.points.len());
    Part {
        title: title.to_owned(),
        legend: if tracks.len() > 1 {
            names.collect()
        } else {
            Vec::new()
        },
        // A longer one is in the page's table of every bucket.
        table: (points.unwrap_or_default() <= FEW_BUCKETS)
            .then(|| by_track(title, seen.result, tracks, href)),
        is_lead: true,
        ..Part::default()
    }
}

/// Time per status, of all reps together.
fn by_status(seen: PanelContext<'_>) -> Vec<Track> {
    let mut of: BTreeMap<String, Vec<&Series>> = BTreeMap::new();
    for series in &seen.result.series {
        let status = series
            .key
            .get("status")
            .map(crate::report::KeyValue::to_text);
        of.entry(status.unwrap_or_default())
            .or_default()
            .push(series);
    }
    let lines = STATUSES.into_iter().filter_map(|(status, class)| {
        let series = of.get(status)?;
        let track = draw::together(seen.result, series, Pick::Value);
        Some(track.named(spoken("status", status), class))
    });
    lines.collect()
}

/// Available time inside and outside of working hours.
fn by_hours(seen: PanelContext<'_>) -> Vec<Track> {
    let all: Vec<&Series> = seen.result.series.iter().collect();
    let sum = |pick| draw::together(seen.result, &all, pick);
    vec![
        sum(Pick::Value).named(t("report.inside"), INSIDE),
        sum(Pick::More(Figure::Outside)).named(t("report.outside"), OUTSIDE),
    ]
}

/// Both scales of ratings, of every series.
fn scales(seen: PanelContext<'_>) -> Vec<Track> {
    if !is_alone(seen) {
        return draw::tracks(seen.desk, seen.report, seen.result);
    }
    let one = |figure: Figure, class| {
        let series = seen.result.series.first()?;
        let track = Track::new(seen.result, series, Pick::More(figure));
        let label = crate::web::ui::text::find(&format!("column.{}", figure.as_str()))?;
        Some(track.named(label, class))
    };
    let both = [(Figure::Communication, "s1"), (Figure::Quality, "s2")];
    both.into_iter()
        .filter_map(|(figure, class)| one(figure, class))
        .collect()
}

/// The share of satisfied ratings, and of surveys that were answered.
fn satisfaction(seen: PanelContext<'_>) -> Vec<Track> {
    let Some(series) = seen.result.series.first() else {
        return Vec::new();
    };
    let track = |pick| Track::new(seen.result, series, pick);
    vec![
        track(Pick::Value).named(title_of(seen.report), colour(seen.report.id)),
        track(Pick::More(Figure::ResponseRate)).named(t("column.response_rate"), "s8"),
    ]
}

/// Promises breached, of each kind.
fn breaches(seen: PanelContext<'_>) -> Vec<Track> {
    let breached = |figures: &Figures| {
        let due = figures.figure(Figure::Denominator)?;
        Some(due - figures.figure(Figure::Numerator)?)
    };
    // The same colours as the attainment of the same promises above.
    let attained = draw::tracks(seen.desk, seen.report, seen.result);
    let series = seen.result.series.iter().zip(&attained);
    let tracks = series.map(|(series, attained)| {
        let track = Track::of(seen.result, series, Unit::Count, breached);
        track.named(seen.desk.key(&series.key), attained.class)
    });
    tracks.collect()
}
