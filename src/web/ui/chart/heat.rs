//! A heat map of the week: weekday by hour in one hue, the figure in the cell on hover.

use std::fmt::Write;

use super::{Frame, escape, n};

const ROW: f64 = 26.0;
const STEPS: f64 = 8.0;

/// A cell: its figure, where it leads and what is read of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Cell {
    /// How many.
    pub(in crate::web::ui) value: f64,
    /// The rows behind it.
    pub(in crate::web::ui) href: String,
    /// What is read on hover and focus.
    pub(in crate::web::ui) tip: String,
}

/// A week of seven days with 24 hours each.
pub(in crate::web::ui) fn heat(title: &str, about: &str, days: &[(String, Vec<Cell>)]) -> String {
    let cells = days.iter().flat_map(|(_, cells)| cells);
    let most = cells.map(|cell| cell.value).fold(0.0, f64::max);
    let mut inside = String::new();
    for (row, (day, cells)) in days.iter().enumerate() {
        let y = row as f64 * ROW;
        let _written = write!(
            inside,
            "<text class=\"tick\" x=\"-8\" y=\"{}\" text-anchor=\"end\">{}</text>",
            n(y + 17.0),
            escape(day)
        );
        for (column, cell) in cells.iter().enumerate() {
            let first = row == 0 && column == 0;
            inside.push_str(&draw(cell, (column as f64, y), most, first));
        }
    }
    let base = days.len() as f64 * ROW;
    for hour in (0..24).step_by(3) {
        let minor = if hour % 6 == 0 { "" } else { " minor" };
        let _written = write!(
            inside,
            "<text class=\"tick{minor}\" x=\"{}%\" dx=\"1\" y=\"{}\">{hour:02}:00</text>",
            n(f64::from(hour) * 100.0 / 24.0),
            n(base + 16.0)
        );
    }
    let frame = Frame {
        title: title.to_owned(),
        about: about.to_owned(),
        height: base,
    };
    frame.wrap("heat", &inside)
}

fn draw(cell: &Cell, (column, y): (f64, f64), most: f64, first: bool) -> String {
    let width = 100.0 / 24.0;
    let share = if most > 0.0 { cell.value / most } else { 0.0 };
    let step = (share.clamp(0.0, 1.0) * STEPS).ceil();
    let dark = if step > 5.0 { " deep" } else { "" };
    format!(
        "<a class=\"cell{dark}\" href=\"{}\" tabindex=\"{}\"><title>{}</title>\
         <rect class=\"h{}\" x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\"/>\
         <text x=\"{}%\" y=\"{}\" text-anchor=\"middle\" aria-hidden=\"true\">{}</text></a>",
        escape(&cell.href),
        if first { "0" } else { "-1" },
        escape(&cell.tip),
        n(step),
        n(column * width),
        n(y),
        n(width),
        n(ROW),
        n((column + 0.5) * width),
        n(y + 17.0),
        crate::web::ui::figure::count(cell.value),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_hour_is_deepest_and_an_empty_week_is_blank() {
        let week = |values: [f64; 2]| {
            let cells = values.map(|value| Cell {
                value,
                ..Cell::default()
            });
            heat("t", "d", &[("Mon".to_owned(), cells.to_vec())])
        };
        let full = week([8.0, 1.0]);
        assert!(full.contains("class=\"h8\"") && full.contains("class=\"h1\""));
        let empty = week([0.0, 0.0]);
        assert_eq!(empty.matches("class=\"h0\"").count(), 2);
        assert!(!empty.contains("NaN"));
    }
}
