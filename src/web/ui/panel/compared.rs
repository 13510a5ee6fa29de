//! The series of an answer next to each other: lying bars, the largest first.
//!
//! Several ways are never stacked: their courses are lines, and their lists have a bar for each
//! way.

use std::collections::BTreeMap;

use super::PanelContext;
use super::about::way_name;
use super::colours::{WAYS, colour};
use super::table::{key_pairs, rows_href};
use crate::report::{Figure, Figures, KeyValue, Measure, ReportResult, Series, SeriesKey, Unit};
use crate::web::ui::chart::list::{Row, Segment};
use crate::web::ui::desk::Desk;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t, title_of};

/// The most rows of a list.
const MOST: usize = 20;

/// The colours of statuses, in the order in which bars show them.
pub(super) const STATUSES: [(&str, &str); 3] =
    [("available", "s3"), ("away", "s2"), ("offline", "s0")];

/// The colours of available time inside and outside of working hours.
pub(super) const INSIDE: &str = "s3";
/// See [`INSIDE`].
pub(super) const OUTSIDE: &str = "s2";

/// The names of the ways of counting, each with the colour that its bars have.
pub(super) fn ways(result: &ReportResult) -> Vec<(&'static str, String)> {
    let ways = result.beside.iter().zip(WAYS);
    ways.map(|(way, class)| (class, way_name(way))).collect()
}

/// Which way of counting a series is of, where several are side by side.
fn place_of(result: &ReportResult, key: &SeriesKey) -> Option<usize> {
    result.beside.iter().position(|way| {
        let mut pairs = way.key.iter();
        pairs.all(|(field, value)| key.get(field) == Some(value))
    })
}

/// The series of several ways of counting: a row for each of the rest of their keys, with a
/// bar for each way.
pub(super) fn by_way(seen: PanelContext<'_>) -> Vec<Row> {
    let mut all: BTreeMap<SeriesKey, Vec<(&'static str, &Series)>> = BTreeMap::new();
    for series in &seen.result.series {
        let place = place_of(seen.result, &series.key);
        let mut rest = series.key.clone();
        rest.retain(|field, _| *field != "clock" && *field != "profile");
        let class = place.and_then(|place| WAYS.get(place)).unwrap_or(&"s8");
        all.entry(rest).or_default().push((class, series));
    }
    let highest = |of: &[(&str, &Series)]| {
        let values = of.iter().filter_map(|(_, series)| series.total.number());
        values.fold(0.0, f64::max)
    };
    let most = match seen.report.unit {
        Unit::Share => 1.0,
        Unit::Score => 5.0,
        _ => all.values().map(|of| highest(of)).fold(0.0, f64::max),
    };
    let mut rows: Vec<(f64, Row)> = all
        .iter()
        .map(|(key, of)| (highest(of), way_row(seen, key, of, most)))
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    rows.into_iter().map(|(_, row)| row).take(MOST).collect()
}

fn way_row(
    seen: PanelContext<'_>,
    key: &SeriesKey,
    of: &[(&'static str, &Series)],
    most: f64,
) -> Row {
    let bars = of.iter().map(|(class, series)| {
        let value = series.total.number().unwrap_or_default();
        let share = if most > 0.0 { value / most } else { 0.0 };
        vec![Segment { class, share }]
    });
    let figures = of
        .iter()
        .map(|(_, series)| figure::amount(seen.report.unit, series.total.number()));
    let figures: Vec<String> = figures.collect();
    let pairs = key
        .iter()
        .map(|(field, value)| (format!("key.{field}"), value.to_text()));
    Row {
        name: if key.is_empty() {
            title_of(seen.report).to_owned()
        } else {
            seen.desk.key(key)
        },
        bars: bars.collect(),
        figure: figures.join(" / "),
        href: rows_href(seen.report.id, seen.view, None, pairs.collect()),
        ..Row::default()
    }
}

/// The rows of a list of series, each a bar as long as its value.
pub(in crate::web::ui) fn rows(seen: PanelContext<'_>, series: &[&Series]) -> Vec<Row> {
    let valued = series
        .iter()
        .filter_map(|series| Some((*series, series.total.number()?)));
    let mut valued: Vec<(&Series, f64)> = valued.collect();
    valued.sort_by(|a, b| b.1.total_cmp(&a.1));
    valued.truncate(MOST);
    let most = most_of(seen, &valued);
    let rows = valued.iter().map(|(series, value)| {
        let bar = |value: f64, class| {
            let share = if most > 0.0 { value / most } else { 0.0 };
            vec![Segment { class, share }]
        };
        let mut bars = vec![bar(*value, class_of(seen, series))];
        let more = |figure| series.total.figure(figure).unwrap_or_default();
        match seen.report.measure {
            Measure::Stages => bars.push(bar(more(Figure::SpanMean), "s0")),
            Measure::WorkingTime => {
                let both = [bar(*value, INSIDE), bar(more(Figure::Outside), OUTSIDE)];
                bars = vec![both.concat()];
            }
            _ => {}
        }
        Row {
            name: label(seen.desk, series),
            bars,
            figure: figure::amount(seen.report.unit, Some(*value)),
            beside: beside(seen, &series.total),
            href: rows_href(seen.report.id, seen.view, None, key_pairs(series)),
        }
    });
    rows.collect()
}

/// The colour of a bar: of members, the customer agent has its own.
fn class_of(seen: PanelContext<'_>, series: &Series) -> &'static str {
    let member = series.key.get("assignee").map(KeyValue::to_text);
    match member.as_deref() {
        None | Some("customer_agent") => colour(seen.report.id),
        Some(_) => "s5",
    }
}

/// What the longest bar stands for.
fn most_of(seen: PanelContext<'_>, valued: &[(&Series, f64)]) -> f64 {
    let spans = valued.iter().filter_map(|(series, value)| {
        let outside = series
            .total
            .figure(Figure::Outside)
            .map(|outside| value + outside);
        outside.or_else(|| series.total.figure(Figure::SpanMean))
    });
    let values = valued.iter().map(|(_, value)| *value);
    match seen.report.unit {
        Unit::Share => 1.0,
        Unit::Score => 5.0,
        _ => values.chain(spans).fold(0.0, f64::max),
    }
}

/// The name of a bar; of a list that is under a head of its own, without that part.
fn label(desk: &Desk, series: &Series) -> String {
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

/// What is written behind a bar's value: its share of the whole, or its fraction.
fn beside(seen: PanelContext<'_>, figures: &Figures) -> String {
    let whole = seen.result.total.as_ref().and_then(Figures::number);
    if seen.report.measure == Measure::Declines {
        let received = figure::more(Figure::Received, figures);
        return fill("report.of_received", &[("received", &received)]);
    }
    if seen.report.measure == Measure::WorkingTime {
        let inside = figure::more(Figure::InsideShare, figures);
        return fill("report.inside_share", &[("share", &inside)]);
    }
    match (seen.report.unit, figures.number(), whole) {
        (Unit::Count, Some(value), Some(whole)) if whole > 0.0 => figure::share(value / whole),
        _ => figure::fraction(seen.report.unit, figures).unwrap_or_default(),
    }
}

/// The values of a report that is cut by `field`, gathered under the rest of their keys.
fn gathered<'a>(
    result: &'a ReportResult,
    field: &str,
) -> BTreeMap<SeriesKey, Vec<(String, &'a Series)>> {
    let mut rows: BTreeMap<SeriesKey, Vec<(String, &Series)>> = BTreeMap::new();
    for series in &result.series {
        let mut rest = series.key.clone();
        let value = rest.remove(field).unwrap_or(KeyValue::Null);
        rows.entry(rest)
            .or_default()
            .push((value.to_text(), series));
    }
    rows
}

/// Time per status: a bar for each rep, its stretches the statuses.
pub(super) fn by_status(seen: PanelContext<'_>) -> Vec<Row> {
    let all = gathered(seen.result, "status");
    let time = |series: &Series| series.total.number().unwrap_or_default();
    let sum = |of: &[(String, &Series)]| of.iter().map(|(_, series)| time(series)).sum::<f64>();
    let most = all.values().map(|of| sum(of)).fold(0.0, f64::max);
    let mut rows: Vec<(f64, Row)> = all
        .iter()
        .map(|(key, of)| {
            let lasted = |status: &str| {
                let matching = of.iter().filter(|(other, _)| other == status);
                matching.map(|(_, series)| time(series)).sum::<f64>()
            };
            let bar = STATUSES.map(|(status, class)| Segment {
                class,
                share: if most > 0.0 {
                    lasted(status) / most
                } else {
                    0.0
                },
            });
            let available = lasted("available");
            let pairs = key
                .iter()
                .map(|(field, value)| (format!("key.{field}"), value.to_text()));
            let row = Row {
                name: named(seen.desk, key),
                bars: vec![bar.into()],
                figure: figure::duration(available),
                beside: t("report.available").to_owned(),
                href: rows_href(seen.report.id, seen.view, None, pairs.collect()),
            };
            (available, row)
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    rows.into_iter().map(|(_, row)| row).take(MOST).collect()
}

fn named(desk: &Desk, key: &SeriesKey) -> String {
    if key.is_empty() {
        return t("report.everyone").to_owned();
    }
    desk.key(key)
}

/// Promises: a bar for each, kept and breached end to end.
pub(super) fn promise_rows(seen: PanelContext<'_>) -> Vec<Row> {
    let rows = seen.result.series.iter().filter_map(|series| {
        let (kept, due) = (
            series.total.figure(Figure::Numerator)?,
            series.total.figure(Figure::Denominator)?,
        );
        let share = if due > 0.0 { kept / due } else { 0.0 };
        let breached = figure::count(due - kept);
        Some(Row {
            name: seen.desk.key(&series.key),
            bars: vec![vec![
                Segment { class: "s3", share },
                Segment {
                    class: "s4",
                    share: if due > 0.0 { 1.0 - share } else { 0.0 },
                },
            ]],
            figure: figure::amount(Unit::Share, series.total.number()),
            beside: fill(
                "report.breached_of",
                &[("breached", &breached), ("due", &figure::count(due))],
            ),
            href: rows_href(seen.report.id, seen.view, None, key_pairs(series)),
        })
    });
    rows.take(MOST).collect()
}
