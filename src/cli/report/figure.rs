//! The figures of a row as cells: which columns there are, and how each reads.

use serde_json::Value;

use crate::cli::human::{NOTHING, count, duration, percent};
use crate::report::Figure;

/// The figures of a bucket, a series or the whole, and what its value is counted in.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// `count`, `share` or `seconds`.
    pub(super) unit: &'a str,
    /// Its figures.
    pub(super) figures: &'a Value,
}

/// A column of figures.
pub(super) struct Column {
    /// What is written above it.
    pub(super) head: &'static str,
    /// What is written in it.
    pub(super) cell: fn(Row<'_>) -> String,
}

impl Row<'_> {
    fn number(&self, figure: Figure) -> Option<f64> {
        self.figures.get(figure.as_str())?.as_f64()
    }

    fn has(&self, figure: Figure) -> bool {
        self.figures.get(figure.as_str()).is_some()
    }

    fn value(&self) -> Option<f64> {
        self.figures.get("value")?.as_f64()
    }

    /// The value alone, as it reads.
    fn value_text(&self) -> String {
        let Some(value) = self.value() else {
            return NOTHING.to_owned();
        };
        match self.unit {
            "share" => percent(value),
            "seconds" => duration(value),
            "score" => score(value),
            _ => count(value),
        }
    }
}

/// Figures besides the value: where they are, what the column is called, how they read.
const MORE: [(Figure, Column); 17] = [
    (
        Figure::P50,
        Column {
            head: "median",
            cell: |row| text(row.number(Figure::P50), duration),
        },
    ),
    (
        Figure::P90,
        Column {
            head: "p90",
            cell: |row| text(row.number(Figure::P90), duration),
        },
    ),
    (
        Figure::Max,
        Column {
            head: "longest",
            cell: |row| text(row.number(Figure::Max), duration),
        },
    ),
    (
        Figure::P50,
        Column {
            head: "of",
            cell: durations,
        },
    ),
    (
        Figure::Low,
        Column {
            head: "95 % interval",
            cell: interval,
        },
    ),
    (
        Figure::SettledValue,
        Column {
            head: "settled",
            cell: |row| text(row.number(Figure::SettledValue), percent),
        },
    ),
    (
        Figure::Resolved,
        Column {
            head: "resolved",
            cell: |row| text(row.number(Figure::Resolved), count),
        },
    ),
    (
        Figure::Abandoned,
        Column {
            head: "abandoned",
            cell: |row| text(row.number(Figure::Abandoned), count),
        },
    ),
    (
        Figure::ResponseRate,
        Column {
            head: "responded",
            cell: |row| text(row.number(Figure::ResponseRate), percent),
        },
    ),
    (
        Figure::CloseP50,
        Column {
            head: "median close",
            cell: |row| text(row.number(Figure::CloseP50), duration),
        },
    ),
    (
        Figure::SpanMean,
        Column {
            head: "mean span",
            cell: |row| text(row.number(Figure::SpanMean), duration),
        },
    ),
    (
        Figure::Outside,
        Column {
            head: "outside",
            cell: |row| text(row.number(Figure::Outside), duration),
        },
    ),
    (
        Figure::InsideShare,
        Column {
            head: "inside",
            cell: |row| text(row.number(Figure::InsideShare), percent),
        },
    ),
    (
        Figure::Received,
        Column {
            head: "received",
            cell: |row| text(row.number(Figure::Received), count),
        },
    ),
    (
        Figure::DeclinedAll,
        Column {
            head: "declined in all",
            cell: |row| text(row.number(Figure::DeclinedAll), count),
        },
    ),
    (
        Figure::Communication,
        Column {
            head: "communication",
            cell: |row| text(row.number(Figure::Communication), score),
        },
    ),
    (
        Figure::Quality,
        Column {
            head: "quality",
            cell: |row| text(row.number(Figure::Quality), score),
        },
    ),
];

/// The columns that `rows` fill.
pub(super) fn columns(rows: &[Row<'_>]) -> Vec<Column> {
    let first = rows.first().map_or("count", |row| row.unit);
    let is_mixed = rows.iter().any(|row| row.unit != first);
    let head = match first {
        _ if is_mixed => "value",
        "share" => "share",
        "seconds" if rows.iter().any(|row| row.has(Figure::Mean)) => "mean",
        "seconds" => "time",
        "score" => "score",
        _ => "number",
    };
    let mut columns = vec![Column { head, cell: main }];
    if is_mixed {
        return columns;
    }
    // The mean of a duration is its value already.
    if rows
        .iter()
        .any(|row| row.unit == "share" && row.has(Figure::Mean))
    {
        columns.push(Column {
            head: "mean score",
            cell: |row| text(row.number(Figure::Mean), |mean| format!("{mean:.2}")),
        });
    }
    let filled = MORE
        .into_iter()
        .filter(|(figure, _)| rows.iter().any(|row| row.has(*figure)));
    columns.extend(filled.map(|(_, column)| column));
    columns
}

/// The value, with what it is a share of, and a mark where it may still change.
fn main(row: Row<'_>) -> String {
    let of = row.number(Figure::Denominator).filter(|of| *of > 0.0);
    let of = of.map_or_else(String::new, |of| format!(" of {}", count(of)));
    let is_provisional = row.figures.get(Figure::Provisional.as_str()) == Some(&Value::Bool(true));
    let mark = if is_provisional { " *" } else { "" };
    format!("{}{of}{mark}", row.value_text())
}

/// A score, to two digits.
fn score(value: f64) -> String {
    format!("{value:.2}")
}

fn durations(row: Row<'_>) -> String {
    text(
        row.number(Figure::Count).filter(|_| row.has(Figure::P50)),
        count,
    )
}

fn interval(row: Row<'_>) -> String {
    match (row.number(Figure::Low), row.number(Figure::High)) {
        (Some(low), Some(high)) => format!("{:.1}–{}", low * 100.0, percent(high)),
        _ => NOTHING.to_owned(),
    }
}

fn text(value: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), shown)
}

/// The value of the period before, and how far this one is from it.
pub(super) fn change(row: Row<'_>, before: Option<&Value>) -> [String; 2] {
    let Some(figures) = before else {
        return [NOTHING.to_owned(), NOTHING.to_owned()];
    };
    let before = Row {
        unit: row.unit,
        figures,
    };
    let numbers = row.value().zip(before.value());
    let change = match numbers {
        Some((now, then)) if row.unit == "share" => signed((now - then) * 100.0, "pp"),
        Some((now, then)) if then != 0.0 => signed((now / then - 1.0) * 100.0, "%"),
        _ => NOTHING.to_owned(),
    };
    [before.value_text(), change]
}

fn signed(value: f64, unit: &str) -> String {
    let sign = if value < -0.05 {
        "−"
    } else if value > 0.05 {
        "+"
    } else {
        "±"
    };
    format!("{sign}{:.1} {unit}", value.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_of_a_share_is_told_in_points() {
        let row = |value: f64| json!({ "value": value });
        let (now, then) = (row(0.5), row(0.45));
        let row = Row {
            unit: "share",
            figures: &now,
        };
        assert_eq!(change(row, Some(&then)), ["45.0 %", "+5.0 pp"]);
        assert_eq!(change(row, None), [NOTHING, NOTHING]);
        assert_eq!(change(row, Some(&now))[1], "±0.0 pp");
    }

    #[test]
    fn what_may_still_change_is_marked() {
        let figures = json!({"value": 3, "provisional": true});
        let row = Row {
            unit: "count",
            figures: &figures,
        };
        assert_eq!(main(row), "3 *");
    }
}
