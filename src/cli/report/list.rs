//! The list of reports, and those whose names are near another.

use serde_json::{Value, json};

use super::{Format, write};
use crate::cli::human::{Grid, Side};
use crate::cli::output;
use crate::cli::wrong::Wrong;
use crate::report::registry;

/// How many names are suggested.
const SUGGESTED: usize = 3;

/// Shows every report.
pub(super) fn run(format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => output::print_json(&Value::Array(entries())),
        Format::Table => write(&table()),
        Format::Csv | Format::Svg => Err(Wrong::new("the list is given as table or json").into()),
    }
}

fn entries() -> Vec<Value> {
    let entry = |report: &crate::report::Report| {
        json!({
            "id": report.id,
            "title": report.title,
            "area": report.area,
            "questions": report.questions,
        })
    };
    registry::all().map(entry).collect()
}

fn table() -> String {
    let mut grid = Grid::default();
    for head in ["id", "title", "area", "answers"] {
        grid.column(head, Side::Left);
    }
    for report in registry::all() {
        let area = serde_json::to_value(report.area).unwrap_or_default();
        let area = area.as_str().unwrap_or_default().replace('_', " ");
        let question = report.questions.first().copied().unwrap_or_default();
        grid.row(vec![
            report.id.to_owned(),
            report.title.to_owned(),
            area,
            question.to_owned(),
        ]);
    }
    grid.render()
}

/// The reports whose ids are most like `id`.
pub(super) fn nearest(id: &str) -> Vec<&'static str> {
    let id = id.to_lowercase().replace(['-', ' '], "_");
    let mut near: Vec<(usize, &str)> = registry::all()
        .map(|report| {
            let holds = report.id.contains(&id) || id.contains(report.id);
            let distance = if holds { 1 } else { distance(&id, report.id) };
            (distance, report.id)
        })
        .filter(|(distance, name)| *distance <= name.len().min(id.len()) / 2)
        .collect();
    near.sort_unstable();
    let near = near.into_iter().take(SUGGESTED);
    near.map(|(_, id)| id).collect()
}

/// How many signs must be put in, left out or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (above, sign) in a.chars().enumerate() {
        let mut next = vec![above + 1];
        for ((other, pair), left) in b.iter().zip(row.windows(2)).zip(0..) {
            let (&[diagonal, up], Some(&before)) = (pair, next.get::<usize>(left)) else {
                continue;
            };
            let changed = diagonal + usize::from(*other != sign);
            next.push(changed.min(up + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_changed_signs() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        assert_eq!(nearest("deflection-rate").first(), Some(&"deflection_rate"));
        assert_eq!(nearest("deflektion_rate").first(), Some(&"deflection_rate"));
        assert!(nearest("zzzzzzzzzzzz").is_empty());
    }
}
