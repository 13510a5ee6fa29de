//! Any panel by its name: the usual one of a report, or one of those made of more.

pub(in crate::web::ui) use super::base::{FEW_BUCKETS, PanelForm, Wish};
use super::base::{base, legend, nothing};
use super::compared;
use super::course::courses;
use super::draw::{self, Band, Course, course, stack};
use super::gaps;
use super::notes::panel_marks;
use super::part::frame;
use super::rep_times;
use super::second::with_second;
use super::staffing;
use super::table::{by_series, by_track, rows_href};
use super::tile::tile;
use super::together::Bundle;
use super::track::slots;
use super::{Panel, PanelContext, PanelFigure};
use crate::report::{Measure, Report, ReportResult, SeriesKey};
use crate::web::ui::chart::escape;
use crate::web::ui::chart::list::html;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, inside, t, title_of};
use crate::web::ui::view::View;

/// The reports that panels show as one for the whole window: by what, not when.
const WHOLE: [&str; 3] = ["handoffs", "messages_by_hour", "resolved_by_assignee"];

/// The most bars of a panel: more make it higher than what stands beside it.
const FEW_ROWS: usize = 8;

/// The panel called `id`; what fails is said inside it.
pub(in crate::web::ui) fn panel(desk: &Desk, id: &str, view: &View, wish: Wish) -> Panel {
    let made = match id {
        gaps::ID => Ok(gaps::panel(desk, view)),
        rep_times::ID => rep_times::panel(desk, view, wish),
        staffing::ID => staffing::panel(desk, view, wish),
        _ if wish.form == PanelForm::Tile => tile(desk, id, view),
        _ if wish.form == PanelForm::Totals => {
            Desk::find(id).and_then(|report| bars_only(desk, report, view))
        }
        _ => match Bundle::find(id) {
            Some(bundle) => bundle.panel(desk, view, wish),
            None => usual(desk, id, view, wish),
        },
    };
    made.unwrap_or_else(|fault| {
        let title = title(id);
        let mut panel = Panel::failed(id, title, view, fault);
        if wish.form == PanelForm::Tile {
            panel.width = "tile";
        }
        panel
    })
}

/// What the panel called `id` is called.
fn title(id: &str) -> &'static str {
    let bundle = Bundle::find(id).map(Bundle::title);
    match id {
        gaps::ID => t("panel.gaps"),
        rep_times::ID => t("team_page.times"),
        staffing::ID => t("staffing.title"),
        _ => bundle.unwrap_or_else(|| Desk::find(id).map_or("", |report| title_of(report))),
    }
}

/// The usual panel of a report.
fn usual(desk: &Desk, id: &str, view: &View, wish: Wish) -> Result<Panel, Fault> {
    let report = Desk::find(id)?;
    match report.measure {
        Measure::Composite(_) | Measure::TopCount => return bars_only(desk, report, view),
        Measure::StatusTime | Measure::WorkingTime => return over_time(desk, report, view),
        _ if WHOLE.contains(&id) => return bars_only(desk, report, view),
        _ => {}
    }
    let result = desk.ask(id, view, Some(view.frequency(desk.now)))?;
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
    let mut note = String::new();
    let chart = if report.id == "messages_by_hour" {
        let weeks = draw::weeks(desk, report, view, &result).into_iter();
        let weeks =
            weeks.map(|(label, chart)| format!("<h3>{}</h3>{}", escape(&label), chart.page()));
        weeks.collect()
    } else {
        let mut rows = compared::rows(seen, &series);
        if rows.len() > FEW_ROWS + 1 {
            let parts = [FEW_ROWS, result.series.len()].map(|count| figure::count(count as f64));
            let parts = [("shown", parts[0].as_str()), ("all", parts[1].as_str())];
            note = fill("panel.more_rows", &parts);
            rows.truncate(FEW_ROWS);
        }
        html(&rows)
    };
    Ok(Panel {
        shown: PanelFigure::new(&result),
        chart,
        note,
        table: Some(by_series(desk, report, view, &result)),
        empty: nothing(desk, &result),
        ..base(desk, report, view, &result)
    })
}

/// A panel of time in statuses: as the report's page has it over time.
fn over_time(desk: &Desk, report: &'static Report, view: &View) -> Result<Panel, Fault> {
    let mut result = desk.ask(report.id, view, Some(view.frequency(desk.now)))?;
    // Nights and weekends would make the time that counts a stripe at the bottom.
    let is_offline = |key: &SeriesKey| {
        let status = key.get("status");
        status.is_some_and(|status| status.to_text() == "offline")
    };
    result.series.retain(|series| !is_offline(&series.key));
    let seen = PanelContext {
        desk,
        report,
        view,
        result: &result,
    };
    let part = courses(seen).into_iter().next().unwrap_or_default();
    Ok(Panel {
        shown: PanelFigure::new(&result).filter(|_| report.measure != Measure::StatusTime),
        chart: part.html(),
        labels: part.labels,
        legend: part.legend,
        table: part.table,
        empty: nothing(desk, &result),
        height: "tall",
        ..base(desk, report, view, &result)
    })
}
