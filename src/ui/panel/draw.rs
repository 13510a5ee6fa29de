//! From an answer to its chart: what is drawn how, by measure and cut.

use std::fmt::Write;

use crate::app::HISTOGRAM_SECS;
use crate::report::{Figures, KeyValue, Measure, Report, ReportResult, Series, Unit};
use crate::ui::chart::axis::Axis;
use crate::ui::chart::bars::{Bars, Layer, highest, histogram, lying};
use crate::ui::chart::heat::{Cell, heat};
use crate::ui::chart::line::{LABELLED, Line, Lines};
use crate::ui::chart::scale::Scale;
use crate::ui::chart::{Frame, Slot, escape};
use crate::ui::desk::{AGENT, Desk, Palette};
use crate::ui::figure;
use crate::ui::panel::table::{key_pairs, rows_href};
use crate::ui::panel::track::{Pick, Reading, Track};
use crate::ui::text::{fill, t};
use crate::ui::url::pair;
use crate::ui::view::View;

/// The most series of a chart; more are one, or left to the table.
const MOST: usize = 7;

/// The colour of a report's only series.
pub(in crate::ui) fn colour(report: &str) -> &'static str {
    match report {
        "handoffs" | "handoff_rate" | "handoff_outcomes" => "s4",
        "deflected" | "deflection_rate" => "s3",
        "unanswered_questions" => "s2",
        "first_response_time"
        | "rep_response_time"
        | "reply_count"
        | "backlog"
        | "support_volume"
        | "time_to_close"
        | "time_to_first_close"
        | "reopen_rate"
        | "ticket_first_response_time"
        | "messages_by_hour"
        | "messages_per_ticket" => "s5",
        _ => AGENT,
    }
}

/// The time axis of an answer.
pub(in crate::ui) fn axis(result: &ReportResult) -> Axis {
    let zone = result.window.tz.parse().unwrap_or_default();
    Axis::new(result.window.from, result.window.to, zone)
}

/// The tracks of an answer: its series, or median and p90 where it is a duration uncut.
pub(in crate::ui) fn tracks(desk: &Desk, report: &Report, result: &ReportResult) -> Vec<Track> {
    let is_duration = report.unit == Unit::Seconds;
    if let ([series], true) = (result.series.as_slice(), is_duration)
        && series.key.is_empty()
    {
        let pick = |name| Track::new(result, series, Pick::More(name));
        return vec![
            pick("p50").named(t("column.p50"), colour(report.id)),
            pick("p90").named(t("column.p90"), "s8"),
        ];
    }
    let (kept, others) = largest(&result.series);
    let mut palette = Palette::new(desk);
    let mut tracks: Vec<Track> = kept
        .iter()
        .map(|series| {
            let track = Track::new(result, series, Pick::Value);
            if series.key.is_empty() {
                return track.named(report.title, colour(report.id));
            }
            track.named(desk.key(&series.key), palette.of(&series.key))
        })
        .collect();
    if report.unit == Unit::Count && !others.is_empty() {
        tracks.push(together(result, &others));
    }
    tracks
}

/// What a course is called: of many series that it shows the largest only.
pub(in crate::ui) fn largest_of(report: &Report, result: &ReportResult) -> String {
    let (kept, others) = largest(&result.series);
    if others.is_empty() || report.unit == Unit::Count {
        return t("report.over_time").to_owned();
    }
    let (kept, all) = (kept.len().to_string(), result.series.len().to_string());
    fill("report.largest", &[("kept", &kept), ("all", &all)])
}

/// The largest series in their order, and the rest.
fn largest(series: &[Series]) -> (Vec<&Series>, Vec<&Series>) {
    if series.len() <= MOST + 1 {
        return (series.iter().collect(), Vec::new());
    }
    let weight = |series: &Series| {
        let total = &series.total;
        total.figure("count").or(total.number()).unwrap_or_default()
    };
    let mut sorted: Vec<&Series> = series.iter().collect();
    sorted.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let others = sorted.split_off(MOST);
    (sorted, others)
}

/// The smaller series of a count as one.
fn together(result: &ReportResult, others: &[&Series]) -> Track {
    let mut sum: Option<Track> = None;
    for series in others {
        let track = Track::new(result, series, Pick::Value);
        let Some(sum) = &mut sum else {
            sum = Some(track);
            continue;
        };
        for (reading, more) in sum.readings.iter_mut().zip(&track.readings) {
            add(reading, more);
        }
    }
    let label = fill("chart.others", &[("count", &others.len().to_string())]);
    let mut track = sum.unwrap_or_default().named(label, "s0");
    track.before.clear();
    track
}

fn add(reading: &mut Reading, more: &Reading) {
    if let (Some(value), Some(more)) = (reading.value, more.value) {
        reading.value = Some(value + more);
    }
    reading.is_provisional |= more.is_provisional;
    reading.text = figure::amount(Unit::Count, reading.value);
}

/// The class that makes room for the names of lines at their ends, if they stand there.
pub(in crate::ui) fn room(tracks: &[Track]) -> &'static str {
    let longest = tracks.iter().map(|track| track.label.chars().count()).max();
    match (tracks.len(), longest.unwrap_or_default()) {
        (2..=LABELLED, 0..=13) => "labelled",
        (2..=LABELLED, _) => "labelled far",
        _ => "",
    }
}

/// Whether a report's course is drawn as bars: numbers that add up.
pub(in crate::ui) fn is_bars(report: &Report) -> bool {
    matches!(report.measure, Measure::Count)
}

/// The chart of tracks over time.
pub(in crate::ui) fn course(
    frame: Frame,
    result: &ReportResult,
    (tracks, slots): (&[Track], &[Slot]),
    with_band: bool,
) -> String {
    let unit = result.report.unit;
    let mut lines: Vec<Line> = Vec::new();
    if let [only] = tracks {
        lines.push(only.line_before());
    }
    // The first track matters most, so it is drawn over the others.
    lines.extend(tracks.iter().rev().map(|track| track.line(with_band)));
    let drawn = lines
        .iter()
        .flat_map(|line| line.values.iter().copied().flatten());
    let most = drawn.fold(0.0, f64::max);
    let chart = Lines {
        frame,
        axis: axis(result),
        scale: Scale::new(unit, most),
        slots,
        drawn: &lines,
    };
    chart.draw()
}

/// The chart of tracks stacked over time.
pub(in crate::ui) fn stack(
    frame: Frame,
    result: &ReportResult,
    (tracks, slots): (&[Track], &[Slot]),
) -> String {
    let layers: Vec<Layer> = tracks
        .iter()
        .map(|track| Layer {
            class: track.class,
            label: track.label.clone(),
            values: track.values(),
        })
        .collect();
    let chart = Bars {
        frame,
        axis: axis(result),
        scale: Scale::new(Unit::Count, highest(&layers)),
        slots,
        layers: &layers,
    };
    chart.draw()
}

/// A named bar of a list.
struct Bar<'a> {
    series: &'a Series,
    value: f64,
}

/// The series of an answer as lying bars, the largest first.
pub(in crate::ui) fn list(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
    series: &[&Series],
) -> String {
    let mut bars: Vec<Bar> = series
        .iter()
        .filter_map(|series| {
            let value = series.total.number()?;
            Some(Bar { series, value })
        })
        .collect();
    bars.sort_by(|a, b| b.value.total_cmp(&a.value));
    bars.truncate(20);
    let most = match report.unit {
        Unit::Share => 1.0,
        _ => bars.iter().map(|bar| bar.value).fold(0.0, f64::max),
    };
    let mut drawn = String::from("<ul class=\"bar-list\">");
    for bar in &bars {
        let share = if most > 0.0 { bar.value / most } else { 0.0 };
        let href = rows_href(report.id, view, None, key_pairs(bar.series));
        let label = bar_label(desk, bar.series);
        let value = figure::amount(report.unit, Some(bar.value));
        let beside = beside(report, result, &bar.series.total);
        let _written = write!(
            drawn,
            "<li><a href=\"{}\"><span class=\"name\">{}</span>{}<span class=\"figure\">{} \
             <span class=\"quiet\">{}</span></span></a></li>",
            escape(&href),
            escape(&label),
            lying(colour(report.id), share),
            escape(&value),
            escape(&beside),
        );
    }
    drawn.push_str("</ul>");
    drawn
}

/// The name of a bar; of a list that stands under a head of its own, without that part.
fn bar_label(desk: &Desk, series: &Series) -> String {
    let parts = series
        .key
        .iter()
        .filter(|(field, _)| **field != "direction");
    let parts: Vec<String> = parts
        .map(|(field, value)| desk.label(field, value))
        .collect();
    if parts.is_empty() {
        return desk.key(&series.key);
    }
    parts.join(" · ")
}

/// What stands behind a bar's value: its share of the whole, or its fraction.
fn beside(report: &Report, result: &ReportResult, figures: &Figures) -> String {
    let whole = result.total.as_ref().and_then(Figures::number);
    match (report.unit, figures.number(), whole) {
        (Unit::Count, Some(value), Some(whole)) if whole > 0.0 => figure::share(value / whole),
        _ => figure::fraction(report.unit, figures).unwrap_or_default(),
    }
}

/// Durations by class.
pub(in crate::ui) fn classes(report: &Report, figures: &Figures) -> Option<String> {
    let counts = figures.more.get("histogram")?.as_array()?;
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
    let values = counts
        .iter()
        .map(|count| count.as_f64().unwrap_or_default());
    let classes: Vec<(String, f64)> = names.chain(rest).zip(values).collect();
    let frame = Frame {
        title: fill("chart.classes", &[("title", report.title)]),
        about: t("chart.classes_about").to_owned(),
        height: 150.0,
    };
    Some(histogram(&frame, colour(report.id), &classes))
}

/// The week of a report cut by weekday and hour, once for each direction.
pub(in crate::ui) fn weeks(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
) -> String {
    let mut drawn = String::new();
    for direction in ["received", "sent"] {
        let label = crate::ui::desk::spoken("direction", direction);
        let days: Vec<(String, Vec<Cell>)> = (1..=7)
            .map(|day| {
                let name = desk.label("weekday", &KeyValue::Number(day));
                let cells = (0..24)
                    .map(|hour| hour_cell(desk, report, view, (result, direction, day, hour)));
                (name, cells.collect())
            })
            .collect();
        let title = format!("{}: {label}", report.title);
        let _written = write!(drawn, "<h3>{}</h3>", escape(&label));
        drawn.push_str(&heat(&title, t("chart.heat_about"), &days));
    }
    drawn
}

fn hour_cell(
    desk: &Desk,
    report: &Report,
    view: &View,
    (result, direction, day, hour): (&ReportResult, &str, u32, u32),
) -> Cell {
    let key = [
        ("direction", KeyValue::Text(direction.into())),
        ("weekday", KeyValue::Number(day)),
        ("hour", KeyValue::Number(hour)),
    ];
    let series = result.series.iter().filter(|series| {
        key.iter()
            .all(|(field, value)| series.key.get(field) == Some(value))
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
        href: rows_href(report.id, view, None, pairs.collect()),
        tip: format!("{day} {from}\n{}\t{}", report.title, figure::count(value)),
    }
}
