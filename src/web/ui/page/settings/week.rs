//! A week of working hours as a drawing: a row a day, a bar where somebody is there.

use std::collections::BTreeMap;

use crate::model::schedule::Hours;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};

/// The days of a week as events call them.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY_MS: f64 = 86_400_000.0;
/// The width of the names of days, and of a day, in pixels.
const NAMES: f64 = 96.0;
const WIDTH: f64 = 480.0;
/// The height of a row, and of a bar in it.
const ROW: f64 = 22.0;
const BAR: f64 = 12.0;

/// A week that is drawn.
pub(super) struct Week {
    /// The drawing.
    pub(super) svg: String,
    /// The hours of the week, in words.
    pub(super) sum: String,
}

impl Week {
    /// Of the intervals of each day; one that cannot be read is left out.
    pub(super) fn of(week: &BTreeMap<String, Vec<String>>) -> Self {
        let mut rows: Vec<String> = (0..=24).step_by(6).map(hour_line).collect();
        let mut millis = 0;
        for (place, day) in DAYS.iter().enumerate() {
            let top = ROW * place as f64;
            rows.push(day_line(day, top));
            let hours = week.get(*day).map(Vec::as_slice).unwrap_or_default();
            let hours = Hours::parse(hours.iter().map(String::as_str)).unwrap_or_default();
            for (from, to) in hours.intervals() {
                millis += to - from;
                rows.push(bar(top, *from as f64, *to as f64));
            }
        }
        let hours = figure::decimal(millis as f64 / 3_600_000.0);
        let sum = fill("hours.a_week", &[("hours", &hours)]);
        let (width, height) = (NAMES + WIDTH + 12.0, ROW * 7.0 + 18.0);
        let rows = rows.concat();
        let svg = format!(
            r#"<svg class="week" viewBox="0 0 {width} {height}" role="img" aria-label="{sum}">{rows}</svg>"#
        );
        Self { svg, sum }
    }
}

/// A line up and down at an hour of the clock, with its name.
fn hour_line(hour: u32) -> String {
    let x = NAMES + WIDTH * f64::from(hour) / 24.0;
    let (bottom, base) = (ROW * 7.0, ROW * 7.0 + 14.0);
    format!(
        r#"<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{bottom}"/><text class="tick" text-anchor="middle" x="{x}" y="{base}">{hour:02}</text>"#
    )
}

/// The line of a day, with its name.
fn day_line(day: &str, top: f64) -> String {
    let name = t(&format!("hours.day.{day}"));
    let (base, line, end) = (top + 15.0, top + ROW / 2.0, NAMES + WIDTH);
    format!(
        r#"<text class="tick" x="0" y="{base}">{name}</text><line class="grid" x1="{NAMES}" x2="{end}" y1="{line}" y2="{line}"/>"#
    )
}

/// The bar of an interval, in milliseconds of the day.
fn bar(top: f64, from: f64, to: f64) -> String {
    let (x, width) = (NAMES + WIDTH * from / DAY_MS, WIDTH * (to - from) / DAY_MS);
    let y = top + (ROW - BAR) / 2.0;
    format!(r#"<rect class="open" x="{x:.1}" y="{y}" width="{width:.1}" height="{BAR}" rx="3"/>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_stands_where_somebody_is_there_and_all_add_up() {
        let hours = |text: &str| vec![text.to_owned()];
        let week = BTreeMap::from([
            ("mon".to_owned(), hours("06:00-12:00")),
            ("sun".to_owned(), hours("00:00-24:00")),
            ("tue".to_owned(), hours("nonsense")),
        ]);
        let week = Week::of(&week);
        assert!(
            week.svg.contains(r#"x="216.0" y="5" width="120.0""#),
            "{}",
            week.svg
        );
        assert!(
            week.svg.contains(r#"x="96.0" y="137" width="480.0""#),
            "{}",
            week.svg
        );
        assert_eq!(week.svg.matches("<rect").count(), 2);
        assert_eq!(week.sum, "30.0 hours a week");
    }
}
