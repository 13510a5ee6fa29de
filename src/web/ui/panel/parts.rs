//! The charts of a report's page, by what it measures.
//!
//! A part is one chart with its head, its colours' names and the table of its figures.
//! The page shows them all; the picture of a report is those that lead.

use std::iter::once;

use super::PanelContext;
use super::colours::colour;
use super::compared;
use super::course::{courses, is_promise};
use super::draw;
use super::part::Part;
use super::table::{Cell, Column, Table};
use crate::report::{Measure, Report, ReportResult, Series, Unit};
use crate::web::ui::chart::element::Element;
use crate::web::ui::desk::spoken;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, inside, t};

/// Whether a report has a course; the others list or compare.
pub(in crate::web::ui) fn is_over_time(report: &Report) -> bool {
    !matches!(
        report.measure,
        Measure::Composite(_) | Measure::TopCount | Measure::TopDuration | Measure::AtRisk
    ) && report.fixed_cut.len() < 3
}

/// Every chart of an answer.
pub(in crate::web::ui) fn parts(seen: PanelContext<'_>) -> Vec<Part> {
    let (report, result) = (seen.report, seen.result);
    if report.id == "messages_by_hour" {
        let weeks = draw::weeks(seen.desk, report, seen.view, result);
        return weeks
            .into_iter()
            .map(|(title, chart)| week(title, chart))
            .collect();
    }
    match report.measure {
        Measure::TopCount => return ["sent", "received"].map(|flow| most(seen, flow)).into(),
        Measure::AtRisk | Measure::Composite(_) => return Vec::new(),
        _ => {}
    }
    let mut parts = Vec::new();
    if report.measure == Measure::TopList {
        parts.extend(compared(seen));
    }
    if is_over_time(report) && result.window.every.is_some() {
        parts.extend(courses(seen));
    }
    if report.measure != Measure::TopList {
        parts.extend(compared(seen));
    }
    parts.extend(classes(seen));
    parts.extend(by_hour(seen));
    if !parts.iter().any(|part| part.is_lead)
        && let Some(first) = parts.first_mut()
    {
        first.is_lead = true;
    }
    parts
}

fn week(title: String, chart: Element) -> Part {
    Part {
        title,
        chart: Some(chart),
        is_lead: true,
        ..Part::default()
    }
}

/// Which tickets had the most messages in one direction.
fn most(seen: PanelContext<'_>, flow: &str) -> Part {
    let direction = inside(&spoken("direction", flow));
    let title = fill("report.most", &[("direction", &direction)]);
    Part::list(title, compared::rows(seen, &of_flow(seen.result, flow))).leading()
}

fn of_flow<'a>(result: &'a ReportResult, flow: &str) -> Vec<&'a Series> {
    let series = result.series.iter();
    let of_flow = series.filter(|series| {
        let direction = series.key.get("direction");
        direction.is_some_and(|direction| direction.to_text() == flow)
    });
    of_flow.collect()
}

/// The series next to each other.
fn compared(seen: PanelContext<'_>) -> Option<Part> {
    let (report, result) = (seen.report, seen.result);
    let first = result.series.first()?;
    if report.measure == Measure::StatusTime {
        let rows = compared::by_status(seen);
        let names = compared::STATUSES.map(|(status, class)| (class, spoken("status", status)));
        let part = Part::list(t("report.by_rep"), rows);
        return Some(Part {
            legend: names.into(),
            ..part
        });
    }
    if is_promise(seen) {
        let names = [("s3", "report.kept"), ("s4", "report.breached")];
        return Some(Part {
            legend: names
                .map(|(class, key)| {
                    (
                        class,
                        crate::web::ui::text::find(key)
                            .unwrap_or_default()
                            .to_owned(),
                    )
                })
                .into(),
            ..Part::list(t("report.promises"), compared::promise_rows(seen))
        });
    }
    if first.key.is_empty() || report.measure == Measure::Level {
        return None;
    }
    if !result.beside.is_empty() {
        let part = Part::list(t("report.compared"), compared::by_way(seen));
        return Some(Part {
            legend: compared::ways(result),
            is_lead: report.measure == Measure::TopDuration,
            ..part
        });
    }
    let all: Vec<&Series> = result.series.iter().collect();
    let part = Part::list(t("report.compared"), compared::rows(seen, &all));
    Some(match report.measure {
        Measure::Stages => Part {
            legend: vec![
                (colour(report.id), t("report.in_stage").to_owned()),
                ("s0", t("report.span").to_owned()),
            ],
            ..part
        },
        Measure::WorkingTime => Part {
            legend: vec![
                (compared::INSIDE, t("report.inside").to_owned()),
                (compared::OUTSIDE, t("report.outside").to_owned()),
            ],
            ..part
        },
        Measure::TopList | Measure::TopDuration => part.leading(),
        _ => part,
    })
}

/// Durations by class, once for each way of counting.
fn classes(seen: PanelContext<'_>) -> Vec<Part> {
    let (report, result) = (seen.report, seen.result);
    if report.unit != Unit::Seconds || report.measure == Measure::Stages {
        return Vec::new();
    }
    let whole = result.total.iter().map(|total| (String::new(), total));
    let beside = result.beside.iter().filter_map(|way| {
        let name = super::about::way_name(way);
        Some((name, way.total.as_ref()?))
    });
    let parts = whole.chain(beside).filter_map(|(name, figures)| {
        let classes = draw::classes(figures)?;
        let title = if name.is_empty() {
            t("report.classes").to_owned()
        } else {
            fill("report.classes_of", &[("way", &name)])
        };
        Some(histogram(seen, title, t("chart.classes_about"), &classes))
    });
    parts.collect()
}

fn histogram(
    seen: PanelContext<'_>,
    title: String,
    about: &str,
    classes: &[(String, f64)],
) -> Part {
    Part {
        chart: Some(draw::classed(seen.report, about, classes)),
        table: Some(by_class(&title, classes)),
        title,
        ..Part::default()
    }
}

fn by_class(title: &str, classes: &[(String, f64)]) -> Table {
    let column = |key: &str, is_figure| Column {
        label: crate::web::ui::text::find(key)
            .unwrap_or_default()
            .to_owned(),
        is_figure,
        ..Column::default()
    };
    let rows = classes
        .iter()
        .map(|(name, value)| vec![Cell::text(name), Cell::text(figure::count(*value))]);
    Table {
        caption: title.to_owned(),
        columns: vec![column("column.class", false), column("column.number", true)],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// The highest level in each hour of day.
fn by_hour(seen: PanelContext<'_>) -> Option<Part> {
    let levels = seen.result.by_hour.as_ref()?;
    let classes = levels.iter().enumerate();
    let classes: Vec<(String, f64)> = classes
        .map(|(hour, level)| (format!("{hour:02}"), *level as f64))
        .collect();
    let title = fill("report.by_hour", &[("zone", seen.result.window.tz)]);
    once(histogram(seen, title, t("chart.hours_about"), &classes)).next()
}
