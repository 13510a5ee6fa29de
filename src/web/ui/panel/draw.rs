//! From an answer to its chart: what is drawn how, by measure and cut.

use crate::app::HISTOGRAM_SECS;
use crate::report::{
    Figure, FigureValue, Figures, KeyValue, Measure, Report, ReportResult, Series, Unit,
};
use crate::web::ui::chart::axis::Axis;
use crate::web::ui::chart::bars::{Bars, Layer, highest, histogram};
use crate::web::ui::chart::element::Element;
use crate::web::ui::chart::heat::{Cell, heat};
use crate::web::ui::chart::line::{LABELLED, Line, Lines};
use crate::web::ui::chart::scale::Scale;
use crate::web::ui::chart::{Frame, Slot};
use crate::web::ui::desk::{Desk, Palette};
use crate::web::ui::figure;
use crate::web::ui::panel::colours::{colour, way_colour};
use crate::web::ui::panel::table::rows_href;
use crate::web::ui::panel::track::{Pick, Reading, Track};
use crate::web::ui::text::{fill, t, title_of};
use crate::web::ui::url::pair;
use crate::web::ui::view::View;

/// The most series of a chart; more are one, or left to the table.
const MOST: usize = 7;

/// The time axis of an answer.
pub(in crate::web::ui) fn axis(result: &ReportResult) -> Axis {
    let zone = result.window.tz.parse().unwrap_or_default();
    Axis::new(result.window.from, result.window.to, zone)
}

/// The tracks of an answer: its series, or median and p90 where it is a duration uncut.
pub(in crate::web::ui) fn tracks(
    desk: &Desk,
    report: &Report,
    result: &ReportResult,
) -> Vec<Track> {
    let is_duration = report.unit == Unit::Seconds;
    if let ([series], true) = (result.series.as_slice(), is_duration)
        && series.key.is_empty()
    {
        let pick = |figure| Track::new(result, series, Pick::More(figure));
        return vec![
            pick(Figure::P50).named(t("column.p50"), colour(report.id)),
            pick(Figure::Mean).named(t("column.mean"), "s2"),
            pick(Figure::P90).named(t("column.p90"), "s8"),
        ];
    }
    let mut tracks = picked(desk, report, result, Pick::Value);
    let (_, others) = largest(&result.series);
    if report.unit == Unit::Count && !others.is_empty() {
        let label = fill("chart.others", &[("count", &others.len().to_string())]);
        tracks.push(together(result, &others, Pick::Value).named(label, "s0"));
    }
    tracks
}

/// One figure of the largest series of an answer.
pub(in crate::web::ui) fn picked(
    desk: &Desk,
    report: &Report,
    result: &ReportResult,
    pick: Pick,
) -> Vec<Track> {
    let (biggest, _) = largest(&result.series);
    let mut palette = Palette::new(desk);
    let tracks = biggest.iter().map(|series| {
        let track = Track::new(result, series, pick);
        if series.key.is_empty() {
            return track.named(title_of(report), colour(report.id));
        }
        let class = way_colour(result, &series.key);
        let class = class.unwrap_or_else(|| palette.of(&series.key));
        track.named(desk.key(&series.key), class)
    });
    tracks.collect()
}

/// What a course is called: of many series that it shows the largest only.
pub(in crate::web::ui) fn largest_of(report: &Report, result: &ReportResult) -> String {
    let (shown, others) = largest(&result.series);
    if others.is_empty() || report.unit == Unit::Count {
        return t("report.over_time").to_owned();
    }
    let (shown, all) = (shown.len().to_string(), result.series.len().to_string());
    fill("report.largest", &[("kept", &shown), ("all", &all)])
}

/// The largest series in their order, and the rest.
fn largest(series: &[Series]) -> (Vec<&Series>, Vec<&Series>) {
    if series.len() <= MOST + 1 {
        return (series.iter().collect(), Vec::new());
    }
    let weight = |series: &Series| {
        let total = &series.total;
        total
            .figure(Figure::Count)
            .or(total.number())
            .unwrap_or_default()
    };
    let mut sorted: Vec<&Series> = series.iter().collect();
    sorted.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let others = sorted.split_off(MOST);
    (sorted, others)
}

/// Several series that add up as one.
pub(in crate::web::ui) fn together(result: &ReportResult, series: &[&Series], pick: Pick) -> Track {
    let mut sum: Option<Track> = None;
    for series in series {
        let track = Track::new(result, series, pick);
        let Some(sum) = &mut sum else {
            sum = Some(track);
            continue;
        };
        for (reading, more) in sum.readings.iter_mut().zip(&track.readings) {
            add(result.report.unit, reading, more);
        }
    }
    let mut track = sum.unwrap_or_default();
    track.before.clear();
    track
}

fn add(unit: Unit, reading: &mut Reading, more: &Reading) {
    if let (Some(value), Some(more)) = (reading.value, more.value) {
        reading.value = Some(value + more);
    }
    reading.is_provisional |= more.is_provisional;
    reading.text = figure::amount(unit, reading.value);
}

/// The class that makes room for the names of lines at their ends, if they are there.
pub(in crate::web::ui) fn room(tracks: &[Track]) -> &'static str {
    let longest = tracks.iter().map(|track| track.label.chars().count()).max();
    match (tracks.len(), longest.unwrap_or_default()) {
        (2..=LABELLED, 0..=13) => "labelled",
        (2..=LABELLED, 14..=22) => "labelled far",
        // Longer ones stand above the chart.
        _ => "",
    }
}

/// Whether a report's course is drawn as bars: numbers that add up.
/// Not where several ways of counting are next to each other, which do not add up.
pub(in crate::web::ui) fn is_bars(report: &Report, result: &ReportResult) -> bool {
    let adds_up = matches!(
        report.measure,
        Measure::Count | Measure::TopList | Measure::Declines
    );
    adds_up && result.beside.is_empty()
}

/// Tracks and the buckets that they run through.
#[derive(Clone, Copy)]
pub(in crate::web::ui) struct Course<'a> {
    /// What is drawn.
    pub(in crate::web::ui) tracks: &'a [Track],
    /// Over which buckets.
    pub(in crate::web::ui) slots: &'a [Slot],
}

/// Whether the limits of each value are drawn as a faint band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::ui) enum Band {
    /// They are.
    Shown,
    /// The line says enough.
    Hidden,
}

impl Band {
    /// The band, if it is wanted.
    pub(in crate::web::ui) const fn shown_if(is_wanted: bool) -> Self {
        if is_wanted { Self::Shown } else { Self::Hidden }
    }
}

/// The chart of tracks over time.
pub(in crate::web::ui) fn course(
    frame: Frame,
    result: &ReportResult,
    course: &Course<'_>,
    band: Band,
) -> Element {
    let unit = result.report.unit;
    let mut lines: Vec<Line> = Vec::new();
    let own = course
        .tracks
        .iter()
        .filter(|track| track.own_unit.is_none());
    if let [only] = own.collect::<Vec<_>>()[..] {
        lines.push(only.line_before());
    }
    // The first track matters most, so it is drawn over the others.
    let with_band = band == Band::Shown;
    lines.extend(
        course
            .tracks
            .iter()
            .rev()
            .map(|track| track.line(with_band)),
    );
    let most = |is_second: bool, least: f64| {
        let drawn = lines.iter().filter(|line| line.is_second == is_second);
        let values = drawn.flat_map(|line| line.values.iter().copied().flatten());
        values.fold(least, f64::max)
    };
    let second = course.tracks.iter().find_map(|track| track.own_unit);
    let aim = frame.aim.unwrap_or_default();
    let chart = Lines {
        frame,
        axis: axis(result),
        scale: Scale::new(unit, most(false, aim)),
        second: second.map(|unit| Scale::new(unit, most(true, 0.0))),
        slots: course.slots,
        drawn: &lines,
    };
    chart.draw()
}

/// The chart of tracks stacked over time.
pub(in crate::web::ui) fn stack(
    frame: Frame,
    result: &ReportResult,
    course: &Course<'_>,
    unit: Unit,
) -> Element {
    let layers: Vec<Layer> = course
        .tracks
        .iter()
        .map(|track| Layer {
            class: track.class,
            label: track.label.clone(),
            values: track.values(),
        })
        .collect();
    let most = highest(&layers).max(frame.aim.unwrap_or_default());
    let chart = Bars {
        frame,
        axis: axis(result),
        scale: Scale::new(unit, most),
        slots: course.slots,
        layers: &layers,
    };
    chart.draw()
}

/// How many durations lie in each class.
pub(in crate::web::ui) fn classes(figures: &Figures) -> Option<Vec<(String, f64)>> {
    let FigureValue::Classes(counts) = figures.get(Figure::Histogram)? else {
        return None;
    };
    let limits = HISTOGRAM_SECS
        .iter()
        .map(|secs| figure::round_duration(*secs as f64));
    let limits: Vec<String> = limits.collect();
    let names = limits
        .iter()
        .map(|limit| fill("chart.below", &[("limit", limit)]));
    let rest = limits
        .last()
        .map(|limit| fill("chart.above", &[("limit", limit)]));
    let values = counts.iter().map(|count| *count as f64);
    Some(names.chain(rest).zip(values).collect())
}

/// Classes as a histogram.
pub(in crate::web::ui) fn classed(
    report: &Report,
    about: &str,
    classes: &[(String, f64)],
) -> Element {
    let frame = Frame {
        aim: None,
        marks: Vec::new(),
        title: fill("chart.classes", &[("title", title_of(report))]),
        about: about.to_owned(),
        height: 150.0,
    };
    histogram(&frame, colour(report.id), classes)
}

/// The week of a report cut by weekday and hour, once for each direction.
pub(in crate::web::ui) fn weeks(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
) -> Vec<(String, Element)> {
    let directions = ["received", "sent"].into_iter().map(|direction| {
        let label = crate::web::ui::desk::spoken("direction", direction);
        let days: Vec<(String, Vec<Cell>)> = (1..=7)
            .map(|day| {
                let name = desk.label("weekday", &KeyValue::Number(day));
                let cells = (0..24).map(|hour| {
                    hour_cell(
                        desk,
                        report,
                        view,
                        result,
                        &Hour {
                            direction,
                            day,
                            of_day: hour,
                        },
                    )
                });
                (name, cells.collect())
            })
            .collect();
        let title = format!("{}: {label}", title_of(report));
        let chart = heat(&title, t("chart.heat_about"), &days);
        (label, chart)
    });
    directions.collect()
}

/// An hour of the week and which way its messages went.
struct Hour<'a> {
    direction: &'a str,
    day: u32,
    of_day: u32,
}

fn hour_cell(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
    hour: &Hour<'_>,
) -> Cell {
    let key = [
        ("direction", KeyValue::Text(hour.direction.into())),
        ("weekday", KeyValue::Number(hour.day)),
        ("hour", KeyValue::Number(hour.of_day)),
    ];
    let series = result.series.iter().filter(|series| {
        key.iter()
            .all(|(field, value)| series.key.get(*field) == Some(value))
    });
    let value = series.filter_map(|series| series.total.number()).sum();
    let (day, from) = (
        desk.label("weekday", &key[1].1),
        desk.label("hour", &key[2].1),
    );
    let pairs = key
        .iter()
        .map(|(field, value)| pair(&format!("key.{field}"), &value.to_text()));
    Cell {
        value,
        text: figure::count(value),
        href: rows_href(report.id, view, None, pairs.collect()),
        tip: format!(
            "{day} {from}\n{}\t{}",
            title_of(report),
            figure::count(value)
        ),
    }
}
