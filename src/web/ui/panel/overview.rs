//! The panels of the overview, and the usual panel of any other report.

use super::colours::colour;
use super::compared;
use super::draw::{self, Band, Course, course, stack};
use super::notes::panel_marks;
use super::part::frame;
use super::second::with_second;
use super::table::{Table, by_series, by_track, rows_href};
use super::track::{Pick, Track, slots};
use super::{About, Panel, PanelContext, PanelFigure, csv_href, is_nothing, panel_href, width_of};
use crate::report::{Every, Figure, Measure, Report, ReportResult};
use crate::web::ui::chart::escape;
use crate::web::ui::chart::list::html;
use crate::web::ui::chart::spark::spark;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, inside, t, title_of};
use crate::web::ui::view::View;

/// The tiles of the overview.
pub(in crate::web::ui) const TILES: [&str; 5] = [
    "resolved",
    "handled",
    "resolution_time",
    "deflection_rate",
    "helpful_share",
];

/// The panels of the overview below its tiles.
pub(in crate::web::ui) const PANELS: [&str; 6] = [
    "rates",
    "handled_by_channel",
    "first_response_time",
    "handoffs",
    "unanswered_questions",
    "backlog",
];

/// The reports of the panel of rates.
const RATES: [&str; 3] = ["resolution_rate", "deflection_rate", "handoff_rate"];

/// How a panel is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::web::ui) struct Wish {
    /// Whether intervals are drawn.
    pub(in crate::web::ui) with_band: bool,
    /// Whether its table is in it however long it is.
    pub(in crate::web::ui) with_table: bool,
    /// What it is laid out as.
    pub(in crate::web::ui) form: PanelForm,
}

/// What a panel is laid out as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::web::ui) enum PanelForm {
    /// The figure, the chart, the table.
    #[default]
    Usual,
    /// The figure with its course.
    Tile,
    /// The window as one.
    Totals,
}

/// The longest table of buckets that comes with its chart; a longer one comes when it is asked for.
pub(in crate::web::ui) const FEW_BUCKETS: usize = 62;

/// The panel called `id`; what fails is said inside it.
pub(in crate::web::ui) fn panel(desk: &Desk, id: &str, view: &View, wish: Wish) -> Panel {
    let made = match id {
        "rates" => rates(desk, view, wish),
        _ if wish.form == PanelForm::Tile => tile(desk, id, view),
        _ if wish.form == PanelForm::Totals => {
            Desk::find(id).and_then(|report| bars_only(desk, report, view))
        }
        _ => usual(desk, id, view, wish),
    };
    made.unwrap_or_else(|fault| {
        let title = Desk::find(id).map_or(t("panel.rates"), |report| title_of(report));
        let mut panel = Panel::failed(id, title, view, fault);
        if wish.form == PanelForm::Tile {
            panel.width = "tile";
        }
        panel
    })
}

/// A tile: the figure, what belongs to it, its change and its course.
fn tile(desk: &Desk, id: &str, view: &View) -> Result<Panel, Fault> {
    let report = Desk::find(id)?;
    let every = desk_frequency(desk, view);
    let result = desk.ask(id, view, Some(every))?;
    let mut shown = PanelFigure::new(&result);
    if let (Some(shown), Some(total)) = (&mut shown, &result.total) {
        match report.measure {
            Measure::Duration => {
                let median = figure::more(Figure::P50, total);
                shown.beside = fill("tile.median", &[("value", &median)]);
            }
            Measure::Deflection => {
                let part = |one| figure::more(one, total);
                let (resolved, abandoned) = (part(Figure::Resolved), part(Figure::Abandoned));
                shown.beside = fill(
                    "tile.parts",
                    &[("resolved", &resolved), ("abandoned", &abandoned)],
                );
            }
            _ => {}
        }
    }
    let course = result.series.first().map(|series| {
        let track = Track::new(&result, series, Pick::Value);
        spark(&track.settled())
    });
    Ok(Panel {
        width: "tile",
        shown,
        chart: course.unwrap_or_default(),
        title: t(tile_title(id)).to_owned(),
        ..base(desk, report, view, &result)
    })
}

const fn tile_title(id: &str) -> &'static str {
    match id.as_bytes() {
        b"resolved" => "tile.resolved",
        b"handled" => "tile.handled",
        b"resolution_time" => "tile.resolution_time",
        b"deflection_rate" => "tile.deflection_rate",
        _ => "tile.helpful_share",
    }
}

fn desk_frequency(desk: &Desk, view: &View) -> Every {
    view.frequency(desk.now)
}

/// What every panel of a report has.
fn base(desk: &Desk, report: &'static Report, view: &View, result: &ReportResult) -> Panel {
    let composite = matches!(report.measure, Measure::Composite(_));
    Panel {
        id: report.id.to_owned(),
        report: report.id,
        title: title_of(report).to_owned(),
        width: width_of(report.id),
        href: panel_href(report.id, view),
        more: report_href(report.id, view),
        rows: if composite {
            String::new()
        } else {
            rows_href(report.id, view, None, Vec::new())
        },
        csv: csv_href(report.id, view, desk, result.window.every),
        about: About::new(desk, result),
        height: "usual",
        ..Panel::default()
    }
}

/// Where a report is opened up.
fn report_href(id: &str, view: &View) -> String {
    if view.is_outside {
        return String::new();
    }
    view.at(&format!("/reports/{id}"))
}

impl Panel {
    /// The panel with its table, or with where that is had, if it is long.
    fn tabled(self, result: &ReportResult, wish: Wish, table: impl FnOnce() -> Table) -> Self {
        let buckets = result
            .series
            .first()
            .map_or(0, |series| series.points.len());
        if buckets <= FEW_BUCKETS || wish.with_table || self.href.is_empty() {
            return Self {
                table: Some(table()),
                table_is_open: wish.with_table,
                ..self
            };
        }
        let sign = if self.href.contains('?') { '&' } else { '?' };
        Self {
            table_href: format!("{}{sign}table=1", self.href),
            ..self
        }
    }
}

/// The three rates in one chart.
fn rates(desk: &Desk, view: &View, wish: Wish) -> Result<Panel, Fault> {
    let every = Some(desk_frequency(desk, view));
    let mut tracks = Vec::new();
    let mut answers = Vec::new();
    for id in RATES {
        let report = Desk::find(id)?;
        let answer = desk.ask(id, view, every)?;
        if let Some(series) = answer.series.first() {
            let track = Track::new(&answer, series, Pick::Value);
            tracks.push(track.named(short(id), colour(report.id)));
        }
        answers.push(answer);
    }
    let (Some(first), Ok(report)) = (answers.first(), Desk::find("resolution_rate")) else {
        return Err(Fault::missing("report", "resolution_rate"));
    };
    let title = t("panel.rates");
    let href = |at| rows_href(report.id, view, Some(at), Vec::new());
    let slots = slots(first, &draw::axis(first), &tracks, href);
    let (band, other) = if wish.with_band {
        ("panel.band_off", panel_href("rates", view))
    } else {
        let more = [crate::web::ui::url::pair("band", "1")];
        ("panel.band_on", view.at_with("/panels/rates", more))
    };
    let note: Vec<String> = answers
        .iter()
        .zip(RATES)
        .map(|(answer, id)| rate_note(answer, id))
        .collect();
    Ok(Panel {
        id: "rates".to_owned(),
        title: title.to_owned(),
        width: "whole",
        href: panel_href("rates", view),
        shown: PanelFigure::new(first),
        chart: course(
            frame(title, first, 220.0),
            first,
            &Course {
                tracks: &tracks,
                slots: &slots,
            },
            Band::shown_if(wish.with_band),
        )
        .page(),
        legend: legend(&tracks),
        labels: draw::room(&tracks),
        note: note.join(" · "),
        switch: Some((t(band), other)),
        empty: nothing(desk, first),
        height: "tall",
        ..base(desk, report, view, first)
    }
    .tabled(first, wish, || by_track(title, first, &tracks, href)))
}

fn short(id: &str) -> &'static str {
    match id {
        "resolution_rate" => t("panel.resolution"),
        "deflection_rate" => t("panel.deflection"),
        _ => t("panel.handoff"),
    }
}

fn rate_note(answer: &ReportResult, id: &str) -> String {
    let shown = PanelFigure::new(answer).unwrap_or_default();
    format!("{} {}", short(id), shown.text)
}

fn legend(tracks: &[Track]) -> Vec<(&'static str, String)> {
    if tracks.len() < 2 {
        return Vec::new();
    }
    let names = tracks
        .iter()
        .map(|track| (track.class, track.label.clone()));
    names.collect()
}

/// Why a chart is empty: nothing on the desk, or nothing in the window.
fn nothing(desk: &Desk, result: &ReportResult) -> String {
    if !is_nothing(result) {
        return String::new();
    }
    if desk.is_empty() {
        return t("empty.desk").to_owned();
    }
    t("empty.window").to_owned()
}

/// The usual panel of a report.
fn usual(desk: &Desk, id: &str, view: &View, wish: Wish) -> Result<Panel, Fault> {
    let report = Desk::find(id)?;
    match report.measure {
        Measure::Composite(_) | Measure::TopCount => return bars_only(desk, report, view),
        _ if id == "handoffs" || id == "messages_by_hour" => return bars_only(desk, report, view),
        _ => {}
    }
    let result = desk.ask(id, view, Some(desk_frequency(desk, view)))?;
    let tracks = with_second(PanelContext {
        desk,
        report,
        view,
        result: &result,
    });
    let has_second = tracks.iter().any(|track| track.own_unit.is_some());
    let href = |at| rows_href(id, view, Some(at), Vec::new());
    let slots = slots(&result, &draw::axis(&result), &tracks, href);
    let frame = frame(title_of(report), &result, 180.0)
        .aiming(view.aim())
        .marked(panel_marks(desk, report, view, &result));
    let drawn = Course {
        tracks: &tracks,
        slots: &slots,
    };
    let (chart, labels) = if draw::is_bars(report, &result) && !has_second {
        let chart = stack(frame, &result, &drawn, report.unit);
        (chart.page(), "")
    } else {
        let band = Band::shown_if(wish.with_band);
        (
            course(frame, &result, &drawn, band).page(),
            draw::room(&tracks),
        )
    };
    let shown = PanelFigure::new(&result).or_else(|| level(desk, &result));
    Ok(Panel {
        shown,
        chart,
        labels,
        legend: legend(&tracks),
        note: totals(desk, report, &result),
        empty: nothing(desk, &result),
        ..base(desk, report, view, &result)
    }
    .tabled(&result, wish, || {
        by_track(title_of(report), &result, &tracks, href)
    }))
}

/// The figure of a level: its last one, of each kind.
pub(in crate::web::ui) fn level(desk: &Desk, result: &ReportResult) -> Option<PanelFigure> {
    let lead = result.series.last()?;
    let before = result.compare.as_ref().and_then(|compare| {
        let same = compare
            .series
            .iter()
            .find(|series| series.key == lead.key)?;
        Some(&same.total)
    });
    let mut shown = PanelFigure::of(result, &lead.total, before);
    let name = inside(&desk.key(&lead.key));
    let others = result.series.iter().rev().skip(1).take(2).map(|series| {
        let count = figure::amount(result.report.unit, series.total.number());
        format!("{count} {}", inside(&desk.key(&series.key)))
    });
    let all: Vec<String> = std::iter::once(name).chain(others).collect();
    shown.beside = all.join(", ");
    Some(shown)
}

/// The totals of the series, in a line.
fn totals(desk: &Desk, report: &Report, result: &ReportResult) -> String {
    if result.series.len() < 2 || report.measure == Measure::Level {
        return String::new();
    }
    let mut parts: Vec<(f64, String)> = result
        .series
        .iter()
        .filter_map(|series| {
            let value = series.total.number()?;
            let text = figure::amount(report.unit, Some(value));
            Some((value, format!("{} {text}", desk.key(&series.key))))
        })
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let texts: Vec<String> = parts.into_iter().take(6).map(|(_, text)| text).collect();
    texts.join(" · ")
}

/// A panel of lying bars: one for each series.
fn bars_only(desk: &Desk, report: &'static Report, view: &View) -> Result<Panel, Fault> {
    let result = desk.ask(report.id, view, None)?;
    let series: Vec<_> = result.series.iter().collect();
    let seen = PanelContext {
        desk,
        report,
        view,
        result: &result,
    };
    let chart = if report.id == "messages_by_hour" {
        let weeks = draw::weeks(desk, report, view, &result).into_iter();
        let weeks =
            weeks.map(|(label, chart)| format!("<h3>{}</h3>{}", escape(&label), chart.page()));
        weeks.collect()
    } else {
        html(&compared::rows(seen, &series))
    };
    Ok(Panel {
        shown: PanelFigure::new(&result),
        chart,
        table: Some(by_series(desk, report, view, &result)),
        empty: nothing(desk, &result),
        ..base(desk, report, view, &result)
    })
}
