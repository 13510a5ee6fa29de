//! `/reports/{id}`: one report with every control, its charts, its tables, its definition.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;

use super::people::reconciled::side;
use super::picture::picture_href;
use super::risk::at_risk;
use super::saved::tools::SaveForm;
use super::{Answer, Frame, Visit, field_of, make, read, report_menus};
use crate::command::Role;
use crate::model::chart_notes::ChartNote;
use crate::report::{Every, Measure, NamedRange, Report, ReportResult};
use crate::web::ui::controls::Controls;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::menu::Item;
use crate::web::ui::panel::notes::{self, HappenedLine};
use crate::web::ui::panel::overview::{FEW_BUCKETS, PanelForm, Wish, level, panel};
use crate::web::ui::panel::part::Part;
use crate::web::ui::panel::parts::{is_over_time, parts};
use crate::web::ui::panel::second::second;
use crate::web::ui::panel::table::{Table, by_bucket, by_series, rows_href};
use crate::web::ui::panel::{About, Panel, PanelContext, PanelFigure, csv_href, is_nothing};
use crate::web::ui::range::Range;
use crate::web::ui::text::{Words, definition_of, fill, find, t, title_of};
use crate::web::ui::url::{Pairs, pair};
use crate::web::ui::view::{Layout, Notes, View};
use crate::web::ui::ways;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    controls: Controls,
    report: &'static Report,
    title: String,
    save: SaveForm,
    clocks: Vec<Item>,
    about: About,
    shown: Option<PanelFigure>,
    beside: Vec<(String, PanelFigure)>,
    parts: Vec<Part>,
    tiles: Vec<Panel>,
    risks: Option<Table>,
    tables: Vec<Table>,
    /// Where the table of buckets is, while it is left out.
    more: String,
    address: String,
    csv: String,
    svg: String,
    rows: String,
    empty: &'static str,
    hint: &'static str,
    /// What imports do not say of it.
    lacks: Vec<String>,
    /// What sources themselves say of it, with where that is set out.
    sources: Vec<(String, String)>,
    wider: String,
    notes: Option<NotesBox>,
    /// Why the second measure is not there; empty: it is, or none is wanted.
    second_fault: String,
    fault: Option<Fault>,
}

/// What happened, beneath the charts.
struct NotesBox {
    lines: Vec<HappenedLine>,
    is_shown: bool,
    /// The same page with them hidden, or shown.
    toggle: String,
    back: String,
    zone: &'static str,
    /// The day that a new note is of, unless somebody says otherwise.
    today: String,
    /// A note that was just taken away.
    removed: String,
    /// Who writes: their own notes they may change.
    by: String,
    is_admin: bool,
}

impl NotesBox {
    fn new(
        desk: &Desk,
        view: &View,
        result: &ReportResult,
        page: (&'static Report, &[(String, String)]),
    ) -> Self {
        let (report, rest) = page;
        let path = format!("/reports/{}", report.id);
        let is_shown = view.notes == Notes::Shown;
        let toggled = View {
            notes: if is_shown {
                Notes::Hidden
            } else {
                Notes::Shown
            },
            ..view.clone()
        };
        let window = (result.window.from, result.window.to);
        Self {
            lines: notes::lines(desk, report, view, window),
            is_shown,
            toggle: format!("{}#notes", toggled.at(&path)),
            back: view.at(&path),
            zone: view.zone.name(),
            today: date::local(desk.now, view.zone).date_naive().to_string(),
            removed: field_of(rest, "note_removed")
                .unwrap_or_default()
                .to_owned(),
            by: desk.caller().actor(),
            is_admin: desk.role() >= Role::Admin,
        }
    }

    /// A note that whoever looks may change: its days, and whether it is for all reports.
    fn own<'a>(&self, line: &'a HappenedLine) -> Option<&'a ChartNote> {
        let note = line.happened.note.as_ref();
        note.filter(|note| self.is_admin || note.owner.by == self.by)
    }

    /// The first day of a note, and its last where it lasted.
    fn days(&self, note: &ChartNote) -> (String, String) {
        let zone = self.zone.parse().unwrap_or_default();
        let day = |at| date::local(at, zone).date_naive().to_string();
        let last = note.until.map(|until| day(until.plus_millis(-1)));
        (day(note.on), last.unwrap_or_default())
    }
}

/// The page of a report.
pub(in crate::web::ui) async fn get_report(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs)).await
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let report = Desk::find(id)?;
    let path = format!("/reports/{id}");
    let (view, rest, moved) = read(pairs, &path)?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let has_course = is_over_time(report) && view.layout == Layout::OverTime;
    let every = has_course.then(|| view.frequency(desk.now));
    let mut page = bare(desk, report, &view, every);
    match desk.ask(id, &view, every) {
        Ok(result) => fill_in(desk, &mut page, &view, &result, &rest)?,
        Err(fault) => {
            fault.log();
            page.fault = Some(fault);
        }
    }
    Ok(Answer::Page(page.render()?))
}

/// The page before its answer: what stays also where that fails.
fn bare(desk: &Desk, report: &'static Report, view: &View, every: Option<Every>) -> ReportPage {
    let path = format!("/reports/{}", report.id);
    let mut controls = Controls::new(desk, view, &path, Some(report));
    if is_over_time(report) {
        controls.courses = Some(ways::courses(view, &path));
        controls.second = every.map(|_| report_menus::seconds(view, &path, report));
    }
    controls.columns = report_menus::columns(view, &path, report);
    if every.is_none() {
        controls.every = None;
    }
    let save = SaveForm::new(desk, report, view, every);
    let title = save
        .saved
        .as_ref()
        .map_or(title_of(report), |saved| &saved.name);
    let title = title.to_owned();
    ReportPage {
        frame: desk.frame(title.as_str(), "reports"),
        controls,
        report,
        title,
        save,
        clocks: ways::clocks(view, &path, report),
        about: About {
            definition: definition_of(report),
            lines: Vec::new(),
            ..About::default()
        },
        shown: None,
        beside: Vec::new(),
        parts: Vec::new(),
        tiles: Vec::new(),
        risks: None,
        tables: Vec::new(),
        more: String::new(),
        address: view.at(&path),
        csv: csv_href(report.id, view, desk, every.map(Every::as_str)),
        svg: String::new(),
        rows: rows_href(report.id, view, None, Vec::new()),
        empty: "",
        hint: "",
        lacks: lacks(desk, report),
        sources: sources(desk, report),
        wider: wider(view, &path),
        notes: None,
        second_fault: String::new(),
        fault: None,
    }
}

fn lacks(desk: &Desk, report: &Report) -> Vec<String> {
    let snapshot = desk.app.snapshot();
    let lacks = snapshot.installation.imports.lacks_of(report.id);
    lacks.into_iter().map(str::to_owned).collect()
}

/// What sources themselves say of the same, each with where both are set beside each other.
fn sources(desk: &Desk, report: &Report) -> Vec<(String, String)> {
    let snapshot = desk.app.snapshot();
    let figures = snapshot.installation.imports.figures_of(report.id);
    let figures = figures.into_iter().map(|(import, one)| {
        let (ours, theirs) = (side(one, &one.ours), side(one, &one.theirs));
        let (agreeing, compared) = (count(one.agreeing as f64), count(one.compared as f64));
        let source = format!("{} ({})", import.completeness.format, one.name);
        let parts = [
            ("source", source.as_str()),
            ("ours", ours.as_str()),
            ("theirs", theirs.as_str()),
            ("agreeing", agreeing.as_str()),
            ("compared", compared.as_str()),
        ];
        let place = format!("/imports#figures-{}", import.seq);
        (fill("report.reconciled", &parts), place)
    });
    figures.collect()
}

/// The same page over the last 90 days, for one that has nothing to show.
fn wider(view: &View, path: &str) -> String {
    let mut wide = view.clone();
    wide.range = Range::Named(NamedRange::Last90);
    wide.filters.clear();
    wide.at(path)
}

fn fill_in(
    desk: &Desk,
    page: &mut ReportPage,
    view: &View,
    result: &ReportResult,
    rest: &[(String, String)],
) -> Result<(), Fault> {
    let report = page.report;
    page.about = About::new(desk, result);
    page.shown = PanelFigure::new(result);
    page.beside = PanelFigure::beside(result);
    if let Measure::Composite(ids) = report.measure {
        let tile = Wish {
            form: PanelForm::Tile,
            ..Wish::default()
        };
        page.rows.clear();
        page.tiles = ids.iter().map(|id| panel(desk, id, view, tile)).collect();
        return Ok(());
    }
    if report.measure == Measure::Level {
        page.shown = level(desk, result);
    }
    if is_nothing(result) {
        page.empty = if desk.is_empty() {
            t("empty.desk")
        } else {
            t("empty.window")
        };
        page.hint = find(&format!("hint.{}", report.id)).unwrap_or_default();
        return Ok(());
    }
    let seen = PanelContext {
        desk,
        report,
        view,
        result,
    };
    if report.measure == Measure::AtRisk {
        page.risks = Some(at_risk(seen)?);
    }
    page.parts = parts(seen);
    page.second_fault = second(seen).err().map_or_else(String::new, |fault| {
        fill("report.second_fault", &[("reason", &fault.detail())])
    });
    if !page.parts.is_empty() {
        page.svg = picture_href(report.id, view, desk, result.window.every);
    }
    page.tables.extend(tables(seen, rest));
    if is_over_time(report) {
        page.notes = Some(NotesBox::new(desk, view, result, (report, rest)));
    }
    if result.window.every.is_some() && !has_few(result) && !is_asked(rest) {
        let more = [pair("table", "1")];
        let path = format!("/reports/{}", report.id);
        page.more = format!("{}#buckets", view.at_with(&path, more));
    }
    Ok(())
}

/// Whether the table of buckets is short enough to come along.
fn has_few(result: &ReportResult) -> bool {
    let points = result.series.iter().map(|series| series.points.len());
    points.sum::<usize>() <= FEW_BUCKETS
}

/// Whether the address asks for the table of buckets, or for an order of it.
fn is_asked(rest: &[(String, String)]) -> bool {
    field_of(rest, "table").is_some() || field_of(rest, "buckets").is_some()
}

/// The table of series where there are several, and that of buckets where there are any.
fn tables(seen: PanelContext<'_>, rest: &[(String, String)]) -> Vec<Table> {
    let PanelContext {
        desk,
        report,
        view,
        result,
    } = seen;
    let path = format!("/reports/{}", report.id);
    let columns = &view.look.columns;
    let mut tables = Vec::new();
    let sorted = |mut table: Table, name: &str, other: &str| {
        let link = |column: &str| {
            let choice = field_of(rest, other).map(|value| pair(other, value));
            let more = std::iter::once(pair(name, column)).chain(choice);
            format!("{}#{name}", view.at_with(&path, more))
        };
        name.clone_into(&mut table.anchor);
        table.sort(field_of(rest, name).unwrap_or_default(), link);
        table
    };
    if result.series.iter().any(|series| !series.key.is_empty()) {
        let table = by_series(desk, report, view, result);
        tables.push(sorted(table.only(columns), "series", "buckets"));
    }
    if result.window.every.is_some() && (has_few(result) || is_asked(rest)) {
        let table = by_bucket(desk, report, view, result);
        tables.push(sorted(table.only(columns), "buckets", "series"));
    }
    tables
}
