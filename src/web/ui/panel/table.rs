//! The table next to a chart: the same figures, for reading, printing and screen readers.

use super::columns::figures_of;
use crate::model::Timestamp;
use crate::report::{Figure, Figures, KeyValue, Measure, Report, ReportResult, Series};
use crate::web::ui::desk::{Desk, field};
use crate::web::ui::figure;
use crate::web::ui::panel::track::{Track, bucket_name};
use crate::web::ui::text::{fill, inside, t};
use crate::web::ui::url::{Pairs, pair};
use crate::web::ui::view::View;

/// The most rows that a page shows; the CSV has them all.
const MOST: usize = 1_000;

/// A cell: its text, where it leads, what it says exactly.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Cell {
    /// What is read.
    pub(in crate::web::ui) text: String,
    /// Where it leads; empty: nowhere.
    pub(in crate::web::ui) href: String,
    /// Its title; empty: none.
    pub(in crate::web::ui) title: String,
    /// By what it is sorted, when it is a number.
    pub(in crate::web::ui) order: Option<f64>,
}

impl Cell {
    /// A cell of text.
    pub(in crate::web::ui) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// The same cell, leading to `href`.
    pub(in crate::web::ui) fn to(self, href: String) -> Self {
        Self { href, ..self }
    }
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Column {
    /// Its name in addresses.
    pub(in crate::web::ui) name: String,
    /// What it is called.
    pub(in crate::web::ui) label: String,
    /// Whether it holds figures.
    pub(in crate::web::ui) is_figure: bool,
    /// Where a click sorts by it; empty: it does not.
    pub(in crate::web::ui) href: String,
    /// `ascending` or `descending` where it is sorted by.
    pub(in crate::web::ui) sorted: &'static str,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Table {
    /// Its name within the page; empty: none.
    pub(in crate::web::ui) anchor: String,
    /// What it shows.
    pub(in crate::web::ui) caption: String,
    /// Its columns.
    pub(in crate::web::ui) columns: Vec<Column>,
    /// Its rows.
    pub(in crate::web::ui) rows: Vec<Vec<Cell>>,
    /// What is not shown, if anything.
    pub(in crate::web::ui) note: String,
}

impl Table {
    /// Each cell with its column.
    pub(in crate::web::ui) fn cells<'a>(
        &'a self,
        row: &'a [Cell],
    ) -> impl Iterator<Item = (&'a Column, &'a Cell)> {
        self.columns.iter().zip(row)
    }

    /// Keeps the figures named in `wanted` besides the keys; all where none is.
    #[must_use]
    pub(in crate::web::ui) fn only(mut self, wanted: &[String]) -> Self {
        let is_kept = |column: &Column| {
            wanted.is_empty() || !column.is_figure || wanted.contains(&column.name)
        };
        let kept: Vec<bool> = self.columns.iter().map(is_kept).collect();
        for row in &mut self.rows {
            let mut kept = kept.iter();
            row.retain(|_| kept.next().copied().unwrap_or(true));
        }
        self.columns.retain(is_kept);
        self
    }

    /// Sorts by the column named in `wanted` (`-name`: downwards) and links every head.
    pub(in crate::web::ui) fn sort(&mut self, wanted: &str, link: impl Fn(&str) -> String) {
        let (name, down) = match wanted.strip_prefix('-') {
            Some(name) => (name, true),
            None => (wanted, false),
        };
        let mut by = None;
        for (place, column) in self.columns.iter_mut().enumerate() {
            let is_it = column.name == name;
            if is_it {
                by = Some(place);
                column.sorted = if down { "descending" } else { "ascending" };
            }
            let downwards = if is_it { !down } else { column.is_figure };
            let sign = if downwards { "-" } else { "" };
            column.href = link(&format!("{sign}{}", column.name));
        }
        let Some(by) = by else { return };
        self.rows.sort_by(|a, b| {
            let order = match (a.get(by), b.get(by)) {
                (Some(a), Some(b)) => compare(a, b),
                _ => std::cmp::Ordering::Equal,
            };
            if down { order.reverse() } else { order }
        });
    }

    fn cut(mut self) -> Self {
        let whole = self.rows.len();
        if whole > MOST {
            self.rows.truncate(MOST);
            let (shown, whole) = (figure::count(MOST as f64), figure::count(whole as f64));
            self.note = fill("table.cut", &[("shown", &shown), ("whole", &whole)]);
        }
        self
    }
}

fn compare(a: &Cell, b: &Cell) -> std::cmp::Ordering {
    match (a.order, b.order) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => std::cmp::Ordering::Greater,
        (None, Some(_)) => std::cmp::Ordering::Less,
        (None, None) => a.text.cmp(&b.text),
    }
}

fn column(name: &str, label: String, is_figure: bool) -> Column {
    Column {
        name: name.to_owned(),
        label,
        is_figure,
        ..Column::default()
    }
}

/// The columns of the figures of a report.
fn figure_columns(report: &Report) -> Vec<Column> {
    let value = match report.measure {
        Measure::Duration | Measure::TopDuration | Measure::Stages => t("column.mean"),
        _ => t("column.value"),
    };
    let mut columns = vec![column("value", value.to_owned(), true)];
    for figure in figures_of(report.measure) {
        let name = figure.as_str();
        let label = match (report.measure, *figure) {
            (Measure::Csat, Figure::Mean) => t("column.mean_score"),
            _ => crate::web::ui::text::find(&format!("column.{name}")).unwrap_or("…"),
        };
        columns.push(column(name, label.to_owned(), true));
    }
    columns
}

fn figure_cells(report: &Report, figures: &Figures) -> Vec<Cell> {
    let value = Cell {
        text: figure::amount(report.unit, figures.number()),
        title: figure::exact(report.unit, figures.number()),
        order: figures.number(),
        ..Cell::default()
    };
    let more = figures_of(report.measure).iter().map(|one| Cell {
        text: figure::more(*one, figures),
        order: figures.figure(*one),
        ..Cell::default()
    });
    std::iter::once(value).chain(more).collect()
}

/// The parameters that name a series in the address of its rows.
pub(in crate::web::ui) fn key_pairs(series: &Series) -> Pairs {
    let key = series.key.iter();
    key.map(|(field, value)| pair(&format!("key.{field}"), &value.to_text()))
        .collect()
}

/// The address of the rows of a report, of one bucket and one series if they are given.
pub(in crate::web::ui) fn rows_href(
    report: &str,
    view: &View,
    bucket: Option<Timestamp>,
    key: Pairs,
) -> String {
    if view.is_outside {
        return String::new();
    }
    let bucket = bucket.map(|at| pair("bucket", &at.to_string()));
    view.at_with(
        &format!("/reports/{report}/rows"),
        bucket.into_iter().chain(key),
    )
}

/// Every series of an answer with its totals.
pub(in crate::web::ui) fn by_series(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
) -> Table {
    let fields: Vec<&str> = result.series.first().map_or_else(Vec::new, |series| {
        series.key.keys().map(AsRef::as_ref).collect()
    });
    let mut columns: Vec<Column> = fields
        .iter()
        .map(|name| column(name, field(name), false))
        .collect();
    let named: Vec<String> = columns.iter().map(|column| inside(&column.label)).collect();
    columns.extend(figure_columns(report));
    let rows = result.series.iter().map(|series| {
        let href = rows_href(report.id, view, None, key_pairs(series));
        let mut cells = key_cells(desk, series);
        if let Some(first) = cells.first_mut() {
            first.href = href;
        }
        cells.extend(figure_cells(report, &series.total));
        cells
    });
    let table = Table {
        caption: fill("table.by_series", &[("fields", &named.join(", "))]),
        columns,
        rows: rows.collect(),
        ..Table::default()
    };
    table.cut()
}

fn key_cells(desk: &Desk, series: &Series) -> Vec<Cell> {
    let key = series.key.iter();
    key.map(|(field, value)| Cell {
        text: desk.label(field, value),
        order: match value {
            KeyValue::Number(number) => Some(f64::from(*number)),
            _ => None,
        },
        ..Cell::default()
    })
    .collect()
}

fn every(result: &ReportResult) -> String {
    let every = format!("every.{}", result.window.every.unwrap_or("whole"));
    let every = crate::web::ui::text::find(&every).unwrap_or_default();
    fill("table.by_bucket", &[("every", every)])
}

/// Every bucket of every series of an answer.
pub(in crate::web::ui) fn by_bucket(
    desk: &Desk,
    report: &Report,
    view: &View,
    result: &ReportResult,
) -> Table {
    let mut columns = vec![column("start", t("column.bucket").to_owned(), false)];
    if let Some(series) = result.series.first() {
        columns.extend(
            series
                .key
                .keys()
                .map(|name| column(name, field(name), false)),
        );
    }
    columns.extend(figure_columns(report));
    let mut rows = Vec::new();
    for series in &result.series {
        for (place, point) in series.points.iter().enumerate() {
            let start = Cell {
                text: bucket_name(result, place),
                href: rows_href(report.id, view, Some(point.start), key_pairs(series)),
                title: point.start.to_string(),
                order: Some(point.start.millis() as f64),
            };
            let mut cells = vec![start];
            cells.extend(key_cells(desk, series));
            cells.extend(figure_cells(report, &point.figures));
            rows.push(cells);
        }
    }
    let table = Table {
        caption: every(result),
        columns,
        rows,
        ..Table::default()
    };
    table.cut()
}

/// The tracks of a chart, bucket by bucket.
pub(in crate::web::ui) fn by_track(
    title: &str,
    result: &ReportResult,
    tracks: &[Track],
    href: impl Fn(Timestamp) -> String,
) -> Table {
    let mut columns = vec![column("start", t("column.bucket").to_owned(), false)];
    columns.extend(
        tracks
            .iter()
            .map(|track| column("value", track.label.clone(), true)),
    );
    let points = result.series.first().map(|series| &series.points);
    let rows = points
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(place, point)| {
            let start = Cell::text(bucket_name(result, place)).to(href(point.start));
            let readings = tracks.iter().map(|track| {
                let reading = track.readings.get(place);
                Cell::text(reading.map_or("", |reading| reading.text.as_str()))
            });
            std::iter::once(start).chain(readings).collect()
        });
    Table {
        caption: format!("{title}: {}", every(result)),
        columns,
        rows: rows.collect(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = |name: &str, order: Option<f64>| {
            vec![
                Cell::text(name),
                Cell {
                    order,
                    ..Cell::default()
                },
            ]
        };
        Table {
            columns: vec![
                column("rep", "Rep".to_owned(), false),
                column("value", "Value".to_owned(), true),
            ],
            rows: vec![row("b", Some(9.0)), row("a", None), row("c", Some(10.0))],
            ..Table::default()
        }
    }

    fn order(wanted: &str) -> (String, String) {
        let mut table = table();
        table.sort(wanted, str::to_owned);
        let names = table.rows.iter().map(|row| row[0].text.as_str());
        let hrefs = table.columns.iter().map(|column| column.href.as_str());
        (names.collect(), hrefs.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_head_sorts_figures_downwards_first_and_turns_on_the_next_click() {
        assert_eq!(order("-value"), ("cba".to_owned(), "rep value".to_owned()));
        assert_eq!(order("value"), ("abc".to_owned(), "rep -value".to_owned()));
        assert_eq!(order("rep"), ("abc".to_owned(), "-rep -value".to_owned()));
        assert_eq!(order("unknown").0, "bac");
    }
}
