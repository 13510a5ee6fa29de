//! `/reports/{id}`: one report with every control, its charts, its tables, its definition.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query as Parameters, State};
use axum::response::Response;

use super::{Answer, Frame, given, make, read};
use crate::app::App;
use crate::report::{Measure, Report, ReportResult, Series, Unit};
use crate::ui::controls::Controls;
use crate::ui::desk::{Desk, spoken};
use crate::ui::error::Fault;
use crate::ui::panel::overview::{Wish, frame, level, panel};
use crate::ui::panel::table::{Table, by_bucket, by_series, rows_href};
use crate::ui::panel::track::slots;
use crate::ui::panel::{About, Panel, Shown, csv_href, draw, is_nothing};
use crate::ui::text::{Words, fill, t};
use crate::ui::url::{Pairs, pair};
use crate::ui::view::View;

/// A chart with its head.
struct Part {
    title: String,
    chart: String,
    legend: Vec<(&'static str, String)>,
    labels: &'static str,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    controls: Controls,
    report: &'static Report,
    about: About,
    shown: Option<Shown>,
    parts: Vec<Part>,
    tiles: Vec<Panel>,
    tables: Vec<Table>,
    csv: String,
    rows: String,
    empty: String,
    wider: String,
    fault: Option<Fault>,
}

/// The page of a report.
pub(in crate::ui) async fn get_report(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(app, move |desk| page(desk, &id, &pairs)).await
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let report = Desk::find(id)?;
    let path = format!("/reports/{id}");
    let (view, rest, moved) = read(pairs, &path)?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let mut controls = Controls::new(desk, &view, &path, Some(report));
    let every = is_over_time(report).then(|| view.frequency(desk.now));
    if every.is_none() {
        controls.every = None;
    }
    let mut page = ReportPage {
        frame: Frame::new(report.title, "reports"),
        controls,
        report,
        about: About::default(),
        shown: None,
        parts: Vec::new(),
        tiles: Vec::new(),
        tables: Vec::new(),
        csv: csv_href(id, &view, desk, every),
        rows: rows_href(id, &view, None, Vec::new()),
        empty: String::new(),
        wider: wider(&view, &path),
        fault: None,
    };
    match desk.ask(id, &view, every) {
        Ok(result) => fill_in(desk, &mut page, &view, &result, &rest),
        Err(fault) => {
            fault.log();
            page.fault = Some(fault);
        }
    }
    Ok(Answer::Page(page.render()?))
}

/// Whether a report has a course; the others list or compare.
const fn is_over_time(report: &Report) -> bool {
    !matches!(
        report.measure,
        Measure::Composite(_) | Measure::TopCount | Measure::TopDuration
    ) && report.fixed_cut.len() < 3
}

/// The same page over the last 90 days, for one that has nothing to show.
fn wider(view: &View, path: &str) -> String {
    let mut wide = view.clone();
    wide.range = crate::ui::view::Range::Last(90);
    wide.filters.clear();
    wide.at(path)
}

fn fill_in(
    desk: &Desk,
    page: &mut ReportPage,
    view: &View,
    result: &ReportResult,
    rest: &[(String, String)],
) {
    let report = page.report;
    page.about = About::new(result);
    page.shown = Shown::new(result);
    if let Measure::Composite(ids) = report.measure {
        let tile = Wish {
            as_tile: true,
            ..Wish::default()
        };
        page.rows.clear();
        page.tiles = ids.iter().map(|id| panel(desk, id, view, tile)).collect();
        return;
    }
    if report.measure == Measure::Level {
        page.shown = level(desk, result);
    }
    if is_nothing(result) {
        let key = if desk.is_empty() {
            "empty.desk"
        } else {
            "empty.window"
        };
        t(key).clone_into(&mut page.empty);
        return;
    }
    page.parts = parts(desk, report, view, result);
    page.tables = tables(desk, report, view, result, rest);
}

fn parts(desk: &Desk, report: &'static Report, view: &View, result: &ReportResult) -> Vec<Part> {
    let part = |title: String, chart: String| Part {
        title,
        chart,
        legend: Vec::new(),
        labels: "",
    };
    if report.id == "messages_by_hour" {
        let chart = draw::weeks(desk, report, view, result);
        return vec![part(t("report.week").to_owned(), chart)];
    }
    if report.measure == Measure::TopCount {
        return ["sent", "received"]
            .map(|flow| {
                let series: Vec<&Series> = of_flow(result, flow);
                let chart = draw::list(desk, report, view, result, &series);
                part(
                    fill(
                        "report.most",
                        &[("direction", &spoken("direction", flow).to_lowercase())],
                    ),
                    chart,
                )
            })
            .into();
    }
    let all: Vec<&Series> = result.series.iter().collect();
    let mut parts = Vec::new();
    if is_over_time(report) {
        parts.push(over_time(desk, report, view, result));
    }
    let is_cut = result
        .series
        .first()
        .is_some_and(|series| !series.key.is_empty());
    if is_cut && report.measure != Measure::Level {
        let chart = draw::list(desk, report, view, result, &all);
        parts.push(part(t("report.compared").to_owned(), chart));
    }
    if report.unit == Unit::Seconds {
        let classes = result
            .total
            .as_ref()
            .and_then(|total| draw::classes(report, total));
        parts.extend(classes.map(|chart| part(t("report.classes").to_owned(), chart)));
    }
    parts
}

fn of_flow<'a>(result: &'a ReportResult, flow: &str) -> Vec<&'a Series> {
    let series = result.series.iter();
    let of_flow = series.filter(|series| {
        let direction = series.key.get("direction");
        direction.is_some_and(|direction| direction.to_text() == flow)
    });
    of_flow.collect()
}

fn over_time(desk: &Desk, report: &Report, view: &View, result: &ReportResult) -> Part {
    let tracks = draw::tracks(desk, report, result);
    let href = |at| rows_href(report.id, view, Some(at), Vec::new());
    let slots = slots(result, &draw::axis(result), &tracks, href);
    let frame = frame(report.title, result, 260.0);
    let (chart, labels) = if draw::is_bars(report) {
        (draw::stack(frame, result, (&tracks, &slots)), "")
    } else {
        let with_band = tracks.len() == 1;
        (
            draw::course(frame, result, (&tracks, &slots), with_band),
            draw::room(&tracks),
        )
    };
    let legend = if tracks.len() > 1 {
        tracks
            .iter()
            .map(|track| (track.class, track.label.clone()))
            .collect()
    } else {
        Vec::new()
    };
    Part {
        title: draw::largest_of(report, result),
        chart,
        legend,
        labels,
    }
}

/// The table of series where there are several, and that of buckets where there are any.
fn tables(
    desk: &Desk,
    report: &'static Report,
    view: &View,
    result: &ReportResult,
    rest: &[(String, String)],
) -> Vec<Table> {
    let path = format!("/reports/{}", report.id);
    let mut tables = Vec::new();
    let sorted = |mut table: Table, name: &str, other: &str| {
        let link = |column: &str| {
            let kept = given(rest, other).map(|value| pair(other, value));
            let more = std::iter::once(pair(name, column)).chain(kept);
            format!("{}#{name}", view.at_with(&path, more))
        };
        name.clone_into(&mut table.anchor);
        table.sort(given(rest, name).unwrap_or_default(), link);
        table
    };
    if result.series.iter().any(|series| !series.key.is_empty()) {
        let table = by_series(desk, report, view, result);
        tables.push(sorted(table, "series", "buckets"));
    }
    if result.window.every.is_some() {
        let table = by_bucket(desk, report, view, result);
        tables.push(sorted(table, "buckets", "series"));
    }
    tables
}
