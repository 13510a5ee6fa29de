//! `/reports/{id}/rows`: the very rows behind a number, and why each counts or does not.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;

use super::week_hour::{WeekHour, rows_in};
use super::{Answer, Frame, Visit, make, read};
use crate::model::{Invalid, Timestamp};
use crate::report::{Measure, Report, RowItem, RowPage, RowQuery, State as RowState, Unit};
use crate::web::ui::controls::Chip;
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, field, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::panel::table::{Cell, Column, Table};
use crate::web::ui::text::{Words, fill, t, title_of};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// How many rows a page has.
const LENGTH: usize = 50;

const STATES: [(&str, RowState, &str); 4] = [
    ("counted", RowState::Counted, "rows.counted"),
    ("excluded", RowState::Excluded, "rows.excluded"),
    ("open", RowState::Open, "rows.open"),
    ("pending", RowState::Pending, "rows.pending"),
];

struct Tab {
    label: &'static str,
    count: String,
    href: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "rows.html")]
struct Rows {
    frame: Frame,
    report: &'static Report,
    back: String,
    window: String,
    chips: Vec<Chip>,
    tabs: Vec<Tab>,
    table: Table,
    shown: String,
    first: String,
    next: String,
    empty: &'static str,
    /// Where a sample of them is looked at; empty: they are of no conversations.
    sample: String,
}

/// The rows behind a number.
pub(in crate::web::ui) async fn get_rows(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs)).await
}

/// What rows are asked for: of which view, by which of the page's own parameters.
pub(super) struct RowRequest<'a> {
    pub(super) report: &'static Report,
    pub(super) path: String,
    pub(super) view: &'a View,
    pub(super) own: &'a [(String, String)],
}

impl RowRequest<'_> {
    /// The address with `changed` in place of parameters of the same name.
    pub(super) fn at(&self, changed: &[(&str, &str)]) -> String {
        let is_kept =
            |name: &str| name != "cursor" && !changed.iter().any(|(other, _)| *other == name);
        let mut pairs = self.view.pairs();
        pairs.extend(self.own.iter().filter(|(name, _)| is_kept(name)).cloned());
        let changes = changed.iter().filter(|(_, value)| !value.is_empty());
        pairs.extend(changes.map(|(name, value)| pair(name, value)));
        address(&self.path, &pairs)
    }

    pub(super) fn wanted(&self) -> Result<RowQuery, Fault> {
        let mut wanted = RowQuery {
            limit: LENGTH,
            ..RowQuery::default()
        };
        for (name, value) in self.own {
            let bad = || Invalid::new(name, fill("rows.bad", &[("value", value)]));
            if let Some(field) = name.strip_prefix("key.") {
                wanted.key.push((field.to_owned(), value.clone()));
            } else if name == "bucket" {
                wanted.bucket = Some(Timestamp::parse(value).map_err(|_error| bad())?);
            } else if name == "cursor" {
                wanted.after = value.parse().map_err(|_error| bad())?;
            } else if name == "state" {
                let state = STATES.iter().find(|(word, _, _)| word == value);
                wanted.state = Some(state.ok_or_else(bad)?.1);
            }
        }
        Ok(wanted)
    }

    /// Answers with the rows of one state.
    pub(super) fn rows(&self, desk: &Desk, wanted: &RowQuery) -> Result<RowPage, Fault> {
        if let Some(within) = WeekHour::of(self.own)? {
            return rows_in(desk, (self.report, self.view), wanted, within);
        }
        let every = wanted.bucket.map(|_| self.view.frequency(desk.now));
        let alone = View {
            compare: false,
            ..self.view.clone()
        };
        let query = alone.query(desk.now, every)?;
        desk.rows(self.report.id, &query, wanted)
    }
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let report = Desk::find(id)?;
    let path = format!("/reports/{id}/rows");
    let (view, rest, moved) = read(pairs, &path)?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let request = RowRequest {
        report,
        path,
        view: &view,
        own: &rest,
    };
    let wanted = request.wanted()?;
    let page = request.rows(desk, &wanted)?;
    let (from, until) = view.days(desk.now);
    let page = Rows {
        frame: desk.frame(
            fill("rows.title", &[("title", title_of(report))]),
            "reports",
        ),
        report,
        back: view.at(&format!("/reports/{id}")),
        window: format!("{}, {}", date::span(from, until), view.zone.name()),
        chips: chips(desk, &request, &wanted),
        tabs: tabs(desk, &request, &wanted)?,
        table: table(desk, &request, &page),
        shown: shown(&wanted, &page),
        first: if wanted.after > 0 {
            request.at(&[])
        } else {
            String::new()
        },
        next: page
            .next_cursor
            .as_deref()
            .map_or_else(String::new, |cursor| request.at(&[("cursor", cursor)])),
        empty: empty(wanted.state),
        sample: sample(desk, &request, &page),
    };
    Ok(Answer::Page(page.render()?))
}

/// Where a sample of the rows is looked at; each minute draws another.
fn sample(desk: &Desk, request: &RowRequest<'_>, page: &RowPage) -> String {
    if !Things::of(page).conversations || !desk.reads_words() {
        return String::new();
    }
    let request = RowRequest {
        path: format!("/reports/{}/review", request.report.id),
        ..*request
    };
    let seed = desk.now.millis().div_euclid(60_000).rem_euclid(1_000_000);
    request.at(&[("seed", &seed.to_string())])
}

fn empty(state: Option<RowState>) -> &'static str {
    match state {
        None | Some(RowState::Counted) => t("rows.empty_counted"),
        _ => t("rows.empty_other"),
    }
}

/// "51–100 of 1,204 rows".
fn shown(wanted: &RowQuery, page: &RowPage) -> String {
    let total = plural("rows.total", page.total as u64);
    if page.items.len() == page.total {
        return total;
    }
    let first = figure::count((wanted.after + 1) as f64);
    let last = figure::count((wanted.after + page.items.len()) as f64);
    fill(
        "rows.shown",
        &[("first", &first), ("last", &last), ("total", &total)],
    )
}

fn tabs(desk: &Desk, request: &RowRequest<'_>, wanted: &RowQuery) -> Result<Vec<Tab>, Fault> {
    let current = wanted.state.unwrap_or(RowState::Counted);
    let mut tabs = Vec::new();
    for (word, state, label) in STATES {
        let counting = RowQuery {
            state: Some(state),
            after: 0,
            limit: 0,
            ..wanted.clone()
        };
        let word = if state == RowState::Counted { "" } else { word };
        tabs.push(Tab {
            label: crate::web::ui::text::find(label).unwrap_or_default(),
            count: figure::count(request.rows(desk, &counting)?.total as f64),
            href: request.at(&[("state", word)]),
            is_current: state == current,
        });
    }
    Ok(tabs)
}

/// What narrows the rows, and how to widen them again.
fn chips(desk: &Desk, request: &RowRequest<'_>, wanted: &RowQuery) -> Vec<Chip> {
    let mut chips = Vec::new();
    if let Some(at) = wanted.bucket {
        let bucket = date::instant(at, request.view.zone);
        chips.push(Chip {
            label: fill("rows.bucket", &[("bucket", &bucket)]),
            href: request.at(&[("bucket", "")]),
        });
    }
    if let Ok(Some(within)) = WeekHour::of(request.own) {
        chips.push(Chip {
            label: fill("rows.bucket", &[("bucket", &within.label(desk))]),
            href: request.at(&[(WeekHour::NAME, "")]),
        });
    }
    for (name, value) in &wanted.key {
        let shown = match value.parse() {
            Ok(number) if name == "hour" || name == "weekday" => {
                desk.label(name, &crate::report::KeyValue::Number(number))
            }
            _ if value.is_empty() => t("controls.no_value").to_owned(),
            _ => desk.label(name, &crate::report::KeyValue::Text(value.as_str().into())),
        };
        chips.push(Chip {
            label: fill(
                "controls.chip",
                &[("field", &field(name)), ("value", &shown)],
            ),
            href: request.at(&[(&format!("key.{name}"), "")]),
        });
    }
    for (name, values) in &request.view.filters {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let mut less = request.view.clone();
        less.filters.remove(name);
        let less = RowRequest {
            path: request.path.clone(),
            view: &less,
            ..*request
        };
        chips.push(Chip {
            label: fill(
                "controls.chip",
                &[("field", &field(name)), ("value", &values.join(", "))],
            ),
            href: less.at(&[]),
        });
    }
    chips
}

fn table(desk: &Desk, request: &RowRequest<'_>, page: &RowPage) -> Table {
    let zone = request.view.zone;
    let fields: Vec<&str> = page
        .items
        .first()
        .map_or_else(Vec::new, |row| row.key.keys().map(AsRef::as_ref).collect());
    let head = |label: String, is_figure: bool| Column {
        label,
        is_figure,
        ..Column::default()
    };
    let at = fill("rows.at", &[("zone", zone.name())]);
    let of = Things::of(page);
    let mut columns = vec![head(at, false)];
    if of.conversations {
        columns.push(head(t("rows.conversation").to_owned(), false));
    }
    if of.tickets {
        columns.push(head(t("rows.ticket").to_owned(), false));
    }
    columns.extend(fields.iter().map(|name| head(field(name), false)));
    columns.push(head(t("rows.value").to_owned(), true));
    columns.push(head(t("rows.reason").to_owned(), false));
    let rows = page.items.iter().map(|row| cells(desk, request, of, row));
    Table {
        caption: fill("rows.title", &[("title", title_of(request.report))]),
        columns,
        rows: rows.collect(),
        ..Table::default()
    }
}

/// Of which things the rows of a page are; intervals of reps are of none.
#[derive(Clone, Copy)]
struct Things {
    conversations: bool,
    tickets: bool,
}

impl Things {
    fn of(page: &RowPage) -> Self {
        Self {
            conversations: page.items.iter().any(|row| row.conversation.is_some()),
            tickets: page.items.iter().any(|row| row.ticket.is_some()),
        }
    }
}

fn cells(desk: &Desk, request: &RowRequest<'_>, of: Things, row: &RowItem) -> Vec<Cell> {
    let mut cells = vec![Cell {
        title: row.at.to_string(),
        ..Cell::text(date::second(row.at, request.view.zone))
    }];
    if of.conversations {
        cells.push(
            row.conversation
                .as_deref()
                .map_or_else(Cell::default, |id| conversation(request, row, id)),
        );
    }
    if of.tickets {
        cells.push(row.ticket.as_deref().map_or_else(Cell::default, |id| {
            Cell::text(id).to(format!("/tickets/{}#{}", encode(id), request.report.id))
        }));
    }
    let key = row.key.iter();
    cells.extend(key.map(|(name, value)| Cell::text(desk.label(name, value))));
    cells.push(Cell::text(worth(request.report, row.value)));
    cells.push(Cell::text(match row.state {
        RowState::Excluded => spoken("excluded", row.reason),
        _ => row.reason.to_owned(),
    }));
    if !desk.reads_words() {
        // They lead to what may not be read.
        for cell in &mut cells {
            cell.href.clear();
        }
    }
    cells
}

fn conversation(request: &RowRequest<'_>, row: &RowItem, id: &str) -> Cell {
    let href = format!("/conversations/{}#{}", encode(id), request.report.id);
    let episode = row.episode.filter(|episode| *episode > 1);
    let shown = episode.map_or_else(|| id.to_owned(), |episode| format!("{id} · {episode}"));
    Cell::text(shown).to(href)
}

/// What a row adds, as people say it.
pub(in crate::web::ui) fn worth(report: &Report, value: Option<f64>) -> String {
    match (report.unit, value) {
        // A job at risk is listed with the time that is left.
        (_, Some(value)) if report.measure == Measure::AtRisk => {
            figure::amount(Unit::Seconds, Some(value))
        }
        (_, None) => String::new(),
        (Unit::Share, Some(value)) if report.measure != Measure::Csat => {
            let key = if value > 0.5 { "rows.in" } else { "rows.out" };
            crate::web::ui::text::find(key)
                .unwrap_or_default()
                .to_owned()
        }
        (Unit::Share, Some(value)) => figure::amount(Unit::Count, Some(value)),
        (unit, value) => figure::amount(unit, value),
    }
}
