//! Figures, durations and tables as people read them.

use indicatif::HumanCount;

/// What is written for no value.
pub(super) const NOTHING: &str = "–";
/// Where running text is broken.
const WIDTH: usize = 96;

/// A number of things.
pub(super) fn count(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        let sign = if value < 0.0 { "−" } else { "" };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number below 1e15"
        )]
        let whole = value.abs() as u64;
        return format!("{sign}{}", HumanCount(whole));
    }
    format!("{value:.2}")
}

/// A share of one, in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A duration in its two largest units: `12 m 40 s`.
pub(super) fn duration(secs: f64) -> String {
    if secs < 10.0 && secs.fract() != 0.0 {
        return format!("{secs:.1} s");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "durations are neither negative nor longer than the calendar"
    )]
    let secs = secs.round().max(0.0) as u64;
    let parts = [
        (secs / 86_400, "d"),
        (secs / 3_600 % 24, "h"),
        (secs / 60 % 60, "m"),
        (secs % 60, "s"),
    ];
    let Some(first) = parts.iter().position(|(value, _)| *value > 0) else {
        return "0 s".to_owned();
    };
    let shown = parts.iter().skip(first).take(2);
    let words = shown.filter(|(value, _)| *value > 0);
    let words: Vec<String> = words
        .map(|(value, unit)| format!("{value} {unit}"))
        .collect();
    words.join(" ")
}

/// Text broken into lines.
pub(super) fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH
        });
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

/// Text from outside, without signs that move the cursor or colour the terminal.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(shown).collect()
}

/// On which side a column's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Texts.
    Left,
    /// Figures.
    Right,
}

/// Rows of cells under their heads.
#[derive(Debug, Default)]
pub(super) struct Grid {
    heads: Vec<(String, Side)>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// Adds a column.
    pub(super) fn column(&mut self, head: impl Into<String>, side: Side) {
        self.heads.push((head.into(), side));
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The rows with every column as wide as its widest cell.
    pub(super) fn render(&self) -> String {
        let width = |place: usize, head: &str| {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            let widest = cells.map(|cell| cell.chars().count()).max();
            widest.unwrap_or_default().max(head.chars().count())
        };
        let widths: Vec<usize> = self
            .heads
            .iter()
            .enumerate()
            .map(|(place, (head, _))| width(place, head))
            .collect();
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        let mut text = self.line(&heads, &widths);
        let ruler = widths.iter().map(|width| "─".repeat(*width));
        text.push_str(&ruler.collect::<Vec<_>>().join("  "));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&self.line(row, &widths));
        }
        text
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let sides = self.heads.iter().map(|(_, side)| *side);
        let padded = cells.iter().zip(widths).zip(sides);
        let padded = padded.map(|((cell, width), side)| match side {
            Side::Left => format!("{cell:<width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        let line = padded.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_shows_its_two_largest_units() {
        let shown = [0.0, 0.85, 9.96, 40.0, 760.0, 11_100.0, 187_200.0, 86_401.0];
        let shown = shown.map(duration);
        assert_eq!(
            shown,
            [
                "0 s",
                "0.8 s",
                "10.0 s",
                "40 s",
                "12 m 40 s",
                "3 h 5 m",
                "2 d 4 h",
                "1 d"
            ]
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut grid = Grid::default();
        grid.column("channel", Side::Left);
        grid.column("value", Side::Right);
        grid.row(vec!["é".to_owned(), "1,204".to_owned()]);
        grid.row(vec!["whatsapp".to_owned(), NOTHING.to_owned()]);
        assert_eq!(
            grid.render(),
            "channel   value\n────────  ─────\né         1,204\nwhatsapp      –\n"
        );
    }

    #[test]
    fn words_from_outside_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\nc"), "a [31mb c");
    }
}
