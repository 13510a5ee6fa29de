//! A heat map of the week: weekday by hour in one hue, the figure in the cell on hover.

use super::element::Element;
use super::{Frame, Stop, n};

const ROW: f64 = 26.0;
const STEPS: f64 = 8.0;

/// A cell: its figure, where it leads and what is read of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Cell {
    /// How many.
    pub(in crate::web::ui) value: f64,
    /// The same as it is read.
    pub(in crate::web::ui) text: String,
    /// The rows behind it.
    pub(in crate::web::ui) href: String,
    /// What is read on hover and focus.
    pub(in crate::web::ui) tip: String,
}

/// A week of seven days with 24 hours each.
pub(in crate::web::ui) fn heat(title: &str, about: &str, days: &[(String, Vec<Cell>)]) -> Element {
    let cells = days.iter().flat_map(|(_, cells)| cells);
    let most = cells.map(|cell| cell.value).fold(0.0, f64::max);
    let mut inside = Vec::new();
    for (row, (day, cells)) in days.iter().enumerate() {
        let y = row as f64 * ROW;
        let name = Element::new("text")
            .class("tick")
            .with("x", "-8")
            .pixels("y", y + 17.0)
            .with("text-anchor", "end")
            .text(day.as_str());
        inside.push(name);
        for (column, cell) in cells.iter().enumerate() {
            let link = Stop::at(row + column).link(cell.class(most), &cell.href, &cell.tip);
            inside.push(link.holding(cell.draw(column as f64, y, most)));
        }
    }
    let base = days.len() as f64 * ROW;
    for hour in (0..24).step_by(3) {
        let minor = if hour % 6 == 0 { "" } else { " minor" };
        let name = Element::new("text")
            .class(format!("tick{minor}"))
            .percent("x", f64::from(hour) * 100.0 / 24.0)
            .with("dx", "1")
            .pixels("y", base + 16.0)
            .text(format!("{hour:02}:00"));
        inside.push(name);
    }
    let frame = Frame {
        aim: None,
        marks: Vec::new(),
        title: title.to_owned(),
        about: about.to_owned(),
        height: base,
    };
    frame.wrap("heat", inside)
}

impl Cell {
    /// How deep its colour is, where the fullest cell has `most`.
    fn step(&self, most: f64) -> f64 {
        let share = if most > 0.0 { self.value / most } else { 0.0 };
        (share.clamp(0.0, 1.0) * STEPS).ceil()
    }

    fn class(&self, most: f64) -> &'static str {
        if self.step(most) > 5.0 {
            "cell deep"
        } else {
            "cell"
        }
    }

    fn draw(&self, column: f64, y: f64, most: f64) -> [Element; 2] {
        let width = 100.0 / 24.0;
        [
            Element::new("rect")
                .class(format!("h{}", n(self.step(most))))
                .percent("x", column * width)
                .pixels("y", y)
                .percent("width", width)
                .pixels("height", ROW),
            Element::new("text")
                .percent("x", (column + 0.5) * width)
                .pixels("y", y + 17.0)
                .with("text-anchor", "middle")
                .with("aria-hidden", "true")
                .text(self.text.as_str()),
        ]
    }
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
            heat("t", "d", &[("Mon".to_owned(), cells.to_vec())]).page()
        };
        let full = week([8.0, 1.0]);
        assert!(full.contains("class=\"h8\"") && full.contains("class=\"h1\""));
        let empty = week([0.0, 0.0]);
        assert_eq!(empty.matches("class=\"h0\"").count(), 2);
        assert!(!empty.contains("NaN"));
    }
}
