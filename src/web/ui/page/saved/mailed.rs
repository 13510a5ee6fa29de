//! What a mail says of a saved report or a dashboard: what its page shows, in the same words.

use std::sync::Arc;

use chrono_tz::Tz;

use super::super::picture::lead_chart;
use super::dashboard::{Board, panels};
use crate::app::App;
use crate::command::Caller;
use crate::model::event::{DashboardPanel, MailedReport, PanelSource, PanelWidth};
use crate::report::{ReportResult, to_csv};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::kept::view_of;
use crate::web::ui::panel::parts::is_over_time;
use crate::web::ui::panel::{Panel, notes};
use crate::web::ui::range::Range;
use crate::web::ui::text::{fill, t};
use crate::web::ui::view::{Layout, View};

/// How many whole days before the day of the mail the report on jobs covers.
const JOB_DAYS: u64 = 14;

/// The figures of the report on jobs, in order.
const JOB_REPORTS: [&str; 11] = [
    "jobs_received",
    "answered_share",
    "job_response_time",
    "declined_unanswered_share",
    "expired_share",
    "contact_replied_back",
    "contact_declined",
    "jobs_completed",
    "jobs_invoiced",
    "reviews_received",
    "ratings",
];

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed {
    /// What the report is called.
    pub name: String,
    /// Its page on this server.
    pub path: String,
    /// Its panels.
    pub panels: Vec<MailedPanel>,
}

/// A panel of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedPanel {
    /// What it is called.
    pub title: String,
    /// Its figure with what belongs to it, or why there is none.
    pub figure: String,
    /// What became of it since the period before.
    pub change: String,
    /// The names of the table's columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// What happened meanwhile, each with its before and after.
    pub notes: Vec<String>,
    /// Its chart as an SVG file, where it has one.
    pub picture: Option<String>,
    /// All of it as CSV, where that is wanted.
    pub csv: Option<String>,
}

/// How a report is mailed.
#[derive(Clone, Copy, Debug)]
pub struct MailWindow {
    /// In which zone days begin.
    pub zone: Tz,
    /// Whether the figures are wanted as CSV.
    pub csv: bool,
}

/// What a mail to whoever asks says now, of whole periods only; none: it is not there for them.
pub fn mailed(
    app: &Arc<App>,
    caller: Caller,
    shows: &MailedReport,
    window: MailWindow,
) -> Option<Mailed> {
    let desk = Desk::new(Arc::clone(app), caller);
    let view = View {
        zone: window.zone,
        whole: true,
        is_outside: true,
        ..View::default()
    };
    let (name, path, shown, view) = match shows {
        MailedReport::SavedReport { id } => {
            let saved = desk.app.saved_report(desk.caller(), id.as_str()).ok()?;
            let is_there = saved.owner.removed_at.is_none();
            let panel = DashboardPanel {
                shows: PanelSource::SavedReport { id: id.clone() },
                width: PanelWidth::Whole,
            };
            let path = format!("/saved/{id}");
            is_there.then_some((saved.name, path, vec![panel], view))?
        }
        MailedReport::Dashboard { id } => {
            let board = Board::find(&desk, id.as_str()).ok()?;
            let removed = board.own.as_ref().and_then(|own| own.owner.removed_at);
            let path = format!("/dashboards/{id}");
            removed
                .is_none()
                .then_some((board.name, path, board.panels, view))?
        }
        MailedReport::Jobs {} => jobs(&desk, view),
    };
    let made = panels(&desk, &shown, &view, matches!(shows, MailedReport::Jobs {}));
    let made = made.into_iter().zip(&shown).map(|(made, shown)| {
        let answer = answer(&desk, shown, &view);
        let csv = window.csv.then_some(answer.as_ref()).flatten();
        let picture = answer.as_ref().filter(|_| shown.width != PanelWidth::Tile);
        MailedPanel {
            picture: picture.and_then(|(result, view)| lead_chart(&desk, result, view)),
            csv: csv.map(|(result, _)| csv_of(&desk, result)),
            notes: answer
                .as_ref()
                .map_or_else(Vec::new, |(result, view)| notes_of(&desk, result, view)),
            ..panel(made)
        }
    });
    Some(Mailed {
        name,
        path,
        panels: made.collect(),
    })
}

/// The report on jobs: the 14 whole days before today.
fn jobs(desk: &Desk, view: View) -> (String, String, Vec<DashboardPanel>, View) {
    let today = date::local(desk.now, view.zone).date_naive();
    let range = Range::Custom(date::before(today, JOB_DAYS), date::before(today, 1));
    let panels = JOB_REPORTS.map(|id| DashboardPanel {
        shows: PanelSource::Report { id: id.to_owned() },
        width: PanelWidth::Tile,
    });
    let name = fill("saved.jobs", &[("days", &date_span(range))]);
    let path = "/dashboards/jobs".to_owned();
    (name, path, panels.to_vec(), View { range, ..view })
}

fn date_span(range: Range) -> String {
    match range {
        Range::Custom(from, until) => date::span(from, until),
        Range::Named(_) => String::new(),
    }
}

fn panel(made: Panel) -> MailedPanel {
    let shown = made.shown.unwrap_or_default();
    let figure = match (&made.fault, made.empty.is_empty()) {
        (Some(fault), _) => fault.detail(),
        (None, false) => made.empty.clone(),
        (None, true) => format!("{} {}", shown.text, shown.beside).trim().to_owned(),
    };
    let change = shown.change.map(|change| match change.before.as_str() {
        "" => change.text,
        before => format!("{} {} {before}", change.text, t("figure.against")),
    });
    let (columns, rows) = match made.table {
        Some(table) if made.empty.is_empty() => {
            let columns = table.columns.into_iter().map(|column| column.label);
            let rows = table.rows.into_iter();
            let rows = rows.map(|row| row.into_iter().map(|cell| cell.text).collect());
            (columns.collect(), rows.collect())
        }
        _ => (Vec::new(), Vec::new()),
    };
    MailedPanel {
        title: made.title,
        figure,
        change: change.unwrap_or_default(),
        columns,
        rows,
        picture: None,
        notes: Vec::new(),
        csv: None,
    }
}

/// What a panel's report answers, with every bucket, and what it was asked.
fn answer(desk: &Desk, shown: &DashboardPanel, page: &View) -> Option<(ReportResult, View)> {
    let (report, view) = match &shown.shows {
        PanelSource::Report { id } => (id.clone(), page.clone()),
        PanelSource::SavedReport { id } => {
            let saved = desk.app.saved_report(desk.caller(), id.as_str()).ok()?;
            let view = view_of(&saved).ok()?;
            let whole = page.whole;
            (saved.report, View { whole, ..view })
        }
    };
    let has_course = is_over_time(Desk::find(&report).ok()?) && view.layout == Layout::OverTime;
    let every = has_course.then(|| view.frequency(desk.now));
    let asked = desk.ask(&report, &view, every);
    let result = asked.map_err(|fault: Fault| fault.log()).ok()?;
    Some((result, view))
}

/// What happened in the window of a panel's answer.
fn notes_of(desk: &Desk, result: &ReportResult, view: &View) -> Vec<String> {
    let Ok(report) = Desk::find(result.report.id) else {
        return Vec::new();
    };
    let window = (result.window.from, result.window.to);
    let lines = notes::lines(desk, report, view, window);
    lines.iter().map(notes::in_words).collect()
}

fn csv_of(desk: &Desk, result: &ReportResult) -> String {
    let names = desk.app.names_for(desk.caller());
    to_csv(result, &|field, id| names.of(field, id))
}
