//! A result as CSV: one line a bucket and series, the same figures as JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ask::KeyValue;
use super::figures::{Figure, FigureValue, Figures};
use super::result::{ReportResult, Series, SeriesKey};
use super::rows::RowItem;

/// Fields whose values are ids of things with names: each has a column of names after it.
const NAMED: [&str; 7] = [
    "rep", "owner", "assignee", "team", "contact", "company", "inbox",
];

/// The name of what a field's value is the id of; `None`: it has none, or has no id.
pub type NameOf<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// The result as CSV text, with the names of what it is cut by beside their ids.
///
/// Cells that a spreadsheet would read as a formula get a leading `'`.
pub fn to_csv(result: &ReportResult, name_of: &NameOf<'_>) -> String {
    let periods: Vec<(&str, &[Series])> = match &result.compare {
        None => vec![("", &result.series)],
        Some(compare) => vec![("current", &result.series), ("previous", &compare.series)],
    };
    let all = || periods.iter().flat_map(|(_, series)| series.iter());
    let keys: BTreeSet<&str> = all()
        .flat_map(|series| series.key.keys().map(AsRef::as_ref))
        .collect();
    let points = || all().flat_map(|series| series.points.iter());
    let given = |figure: &Figure| points().any(|point| point.figures.get(*figure).is_some());
    let listed = Figure::ALL
        .into_iter()
        .filter(|figure| *figure != Figure::Histogram);
    let more: Vec<Figure> = listed.filter(given).collect();
    let mut table = Table::new();
    let mut head: Vec<&str> = Vec::new();
    if result.compare.is_some() {
        head.push("period");
    }
    let head = head.into_iter().map(str::to_owned);
    let rest = ["start", "end", "value"].into_iter();
    let rest = rest.chain(more.iter().map(|figure| figure.as_str()));
    let rest = rest.map(str::to_owned);
    table.line(head.chain(key_heads(&keys)).chain(rest));
    for (period, series) in &periods {
        for series in *series {
            let values = key_cells(&keys, &series.key, name_of);
            let lead: Vec<String> = (!period.is_empty())
                .then(|| (*period).to_owned())
                .into_iter()
                .chain(values)
                .collect();
            for point in &series.points {
                let ends = [point.start.to_string(), point.end.to_string()];
                let cells = lead
                    .iter()
                    .cloned()
                    .chain(ends)
                    .chain(figures(&point.figures, &more));
                table.line(cells);
            }
        }
    }
    table.into_text()
}

/// The columns of a key: each field, and after it that of its names.
fn key_heads(keys: &BTreeSet<&str>) -> impl Iterator<Item = String> {
    let heads = keys.iter().flat_map(|field| {
        let names = NAMED.contains(field).then(|| format!("{field}_name"));
        std::iter::once((*field).to_owned()).chain(names)
    });
    heads.collect::<Vec<_>>().into_iter()
}

/// The cells of a key, as [`key_heads`] names them.
fn key_cells(
    keys: &BTreeSet<&str>,
    key: &SeriesKey,
    name_of: &NameOf<'_>,
) -> impl Iterator<Item = String> {
    let cells = keys.iter().flat_map(|field| {
        let id = key.get(*field).map_or_else(String::new, KeyValue::to_text);
        let name = NAMED
            .contains(field)
            .then(|| name_of(field, &id).unwrap_or_default());
        std::iter::once(id).chain(name)
    });
    cells.collect::<Vec<_>>().into_iter()
}

/// The rows behind a number as CSV text, one part after the other, with the names of what they
/// are cut by.
#[derive(Debug, Default)]
pub struct RowLines {
    /// The fields of the cut, once the first part has said them.
    keys: Option<BTreeSet<String>>,
}

impl RowLines {
    /// The lines of the next part; those of the first follow the head.
    pub fn part(&mut self, items: &[RowItem], name_of: &NameOf<'_>) -> String {
        let mut table = Table::new();
        let is_first = self.keys.is_none();
        let keys = self.keys.get_or_insert_with(|| {
            let keys = items.iter().flat_map(|row| row.key.keys());
            keys.map(ToString::to_string).collect()
        });
        let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        if is_first {
            let head = ["state", "at", "conversation", "episode", "ticket"].into_iter();
            let rest = ["value", "reason"].map(str::to_owned);
            table.line(head.map(str::to_owned).chain(key_heads(&keys)).chain(rest));
        }
        for row in items {
            table.line(row_cells(row, &keys, name_of));
        }
        table.into_text()
    }
}

fn row_cells(
    row: &RowItem,
    keys: &BTreeSet<&str>,
    name_of: &NameOf<'_>,
) -> impl Iterator<Item = String> {
    let state = serde_json::to_value(row.state).ok();
    let lead = [
        state
            .and_then(|word| word.as_str().map(str::to_owned))
            .unwrap_or_default(),
        row.at.to_string(),
        row.conversation.clone().unwrap_or_default(),
        row.episode
            .map_or_else(String::new, |episode| episode.to_string()),
        row.ticket.clone().unwrap_or_default(),
    ];
    let value = row
        .value
        .map_or_else(String::new, |value| value.to_string());
    let values = key_cells(keys, &row.key, name_of);
    lead.into_iter()
        .chain(values)
        .chain([value, row.reason.to_owned()])
}

fn figures<'a>(figures: &'a Figures, more: &'a [Figure]) -> impl Iterator<Item = String> + 'a {
    let more = more.iter().map(|figure| figures.get(*figure));
    let cells = std::iter::once(Some(figures.value())).chain(more);
    cells.map(|value| value.map_or_else(String::new, plain))
}

/// A figure as JSON has it, to the last digit; empty where that is null.
fn plain(value: FigureValue<'_>) -> String {
    match serde_json::to_value(value) {
        Ok(Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}

/// A table of these lines, each of its cells.
pub(super) fn lines(cells: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    for line in cells {
        table.line(line.into_iter());
    }
    table.into_text()
}

struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new() -> Self {
        let mut builder = csv::WriterBuilder::new();
        Self(
            builder
                .flexible(true)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new()),
        )
    }

    /// Writes a line; into memory, which does not fail.
    fn line(&mut self, cells: impl Iterator<Item = String>) {
        let written = self.0.write_record(cells.map(guarded));
        debug_assert!(written.is_ok(), "a line into memory: {written:?}");
    }

    fn into_text(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// What a spreadsheet would read as a formula gets a leading `'`; a number stays one.
pub fn guarded(text: String) -> String {
    let number = text.parse::<f64>().is_ok();
    if !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula_and_a_number_stays_one() {
        let mut table = Table::new();
        let cells = ["=1+1", "-5", "-x", "a,b", "say \"hi\"", "@home"].map(str::to_owned);
        table.line(cells.into_iter());
        assert_eq!(
            table.into_text(),
            "'=1+1,-5,'-x,\"a,b\",\"say \"\"hi\"\"\",'@home\r\n"
        );
    }
}
