//! The time axis: where an instant is, and calendar ticks in the report's zone.

use chrono::{Datelike, Days, Months, NaiveDate, Timelike};
use chrono_tz::Tz;

use super::element::Element;
use super::n;
use super::scale::Scale;
use crate::model::Timestamp;
use crate::report::Limit;
use crate::web::ui::date;

/// The most ticks of an axis.
const MOST: usize = 9;

/// A labelled instant.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web::ui) struct Tick {
    /// Where, in percent.
    pub(in crate::web::ui) at: f64,
    /// What is written there.
    pub(in crate::web::ui) label: String,
}

/// The axis of the window `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::web::ui) struct Axis {
    from: Timestamp,
    to: Timestamp,
    zone: Tz,
}

/// How far apart ticks are.
#[derive(Clone, Copy)]
enum Step {
    Hours(u32),
    Days(u64),
    Weeks(u64),
    Months(u32),
}

const STEPS: [Step; 14] = [
    Step::Hours(1),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Days(1),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(120),
];

impl Axis {
    /// The axis of a window.
    pub(in crate::web::ui) const fn new(from: Timestamp, to: Timestamp, zone: Tz) -> Self {
        Self { from, to, zone }
    }

    /// Where an instant is, in percent.
    pub(in crate::web::ui) fn at(&self, at: Timestamp) -> f64 {
        let length = self.to.since(self.from).max(1) as f64;
        (at.since(self.from) as f64 / length * 100.0).clamp(0.0, 100.0)
    }

    /// Ticks at full hours, days, Mondays or months, as many as can be read.
    pub(in crate::web::ui) fn ticks(&self) -> Vec<Tick> {
        let tried = STEPS.into_iter().map(|step| self.every(step));
        let few = tried.into_iter().find(|ticks| ticks.len() <= MOST);
        few.unwrap_or_default()
    }

    /// The ticks of one step; one more than can be read ends the search.
    fn every(&self, step: Step) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let mut next = self.first(step);
        while let Some((day, hour)) = next {
            let at = Limit::Date(day).instant(self.zone);
            let at = self.at_hour(at, hour);
            if at >= self.to || ticks.len() > MOST {
                break;
            }
            if at >= self.from {
                ticks.push(Tick {
                    at: self.at(at),
                    label: self.label(at, step),
                });
            }
            next = after(day, hour, step);
        }
        ticks
    }

    /// The instant of a local hour on the day that begins at `midnight`.
    fn at_hour(&self, midnight: Timestamp, hour: u32) -> Timestamp {
        let elapsed = midnight.plus_millis(i64::from(hour) * 3_600_000);
        let read = date::local(elapsed, self.zone).hour();
        // A change of the clocks in between: the label must still be the local hour.
        let off = (i64::from(hour) - i64::from(read) + 36) % 24 - 12;
        elapsed.plus_millis(off * 3_600_000)
    }

    fn first(&self, step: Step) -> Option<(NaiveDate, u32)> {
        let day = date::local(self.from, self.zone).date_naive();
        let first = match step {
            Step::Hours(_) | Step::Days(_) => day,
            Step::Weeks(_) => day.week(chrono::Weekday::Mon).first_day(),
            Step::Months(months) if months >= 12 => {
                let years = i32::try_from(months / 12).unwrap_or(1);
                NaiveDate::from_ymd_opt(day.year() - day.year().rem_euclid(years), 1, 1)?
            }
            Step::Months(months) => day
                .with_day(1)?
                .with_month0(day.month0() / months * months)?,
        };
        Some((first, 0))
    }

    fn label(&self, at: Timestamp, step: Step) -> String {
        let local = date::local(at, self.zone);
        let day = local.date_naive();
        match step {
            Step::Hours(_) if local.hour() > 0 => date::clock(at, self.zone),
            Step::Hours(_) | Step::Days(_) | Step::Weeks(_) => date::day_of_year(day),
            Step::Months(months) if months >= 12 => day.year().to_string(),
            Step::Months(_) if local.month() == 1 => date::short_month(day),
            Step::Months(_) => date::month_of_year(day),
        }
    }

    /// The axis' labels and the horizontal grid of `scale`.
    pub(super) fn draw(&self, scale: &Scale, height: f64) -> Vec<Element> {
        let mut drawn = Vec::new();
        for (value, label) in scale.ticks() {
            let y = scale.y(value, height);
            let base = if value > 0.0 { "" } else { " base" };
            drawn.extend([
                grid(y).class(format!("grid{base}")),
                Element::new("text")
                    .class("tick")
                    .with("x", "-8")
                    .pixels("y", y + 4.0)
                    .with("text-anchor", "end")
                    .text(label),
            ]);
        }
        for (place, tick) in self.ticks().into_iter().enumerate() {
            let minor = if place % 2 == 1 { " minor" } else { "" };
            let last = if tick.at > 90.0 { " late" } else { "" };
            drawn.extend([
                Element::new("line")
                    .class("stop")
                    .percent("x1", tick.at)
                    .percent("x2", tick.at)
                    .pixels("y1", height)
                    .pixels("y2", height + 6.0),
                Element::new("text")
                    .class(format!("tick{minor}{last}"))
                    .percent("x", tick.at)
                    .with("dx", "3")
                    .pixels("y", height + 17.0)
                    .text(tick.label),
            ]);
        }
        drawn
    }
}

/// A line across the plot, sharp on whole pixels.
pub(super) fn grid(y: f64) -> Element {
    let y = n(y.round() + 0.5);
    Element::new("line")
        .class("grid")
        .with("x1", "0")
        .with("x2", "100%")
        .with("y1", y.as_str())
        .with("y2", y)
}

fn after(day: NaiveDate, hour: u32, step: Step) -> Option<(NaiveDate, u32)> {
    match step {
        Step::Hours(hours) if hour + hours < 24 => Some((day, hour + hours)),
        Step::Hours(_) => Some((day.checked_add_days(Days::new(1))?, 0)),
        Step::Days(days) => Some((day.checked_add_days(Days::new(days))?, 0)),
        Step::Weeks(weeks) => Some((day.checked_add_days(Days::new(7 * weeks))?, 0)),
        Step::Months(months) => Some((day.checked_add_months(Months::new(months))?, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(from: &str, to: &str, zone: Tz) -> Vec<(String, f64)> {
        let parse = |text: &str| Timestamp::parse(text).unwrap();
        let axis = Axis::new(parse(from), parse(to), zone);
        let ticks = axis.ticks().into_iter();
        ticks.map(|tick| (tick.label, tick.at)).collect()
    }

    fn labels(from: &str, to: &str, zone: Tz) -> Vec<String> {
        let instants = ticks(from, to, zone).into_iter();
        instants.map(|(label, _)| label).collect()
    }

    #[test]
    fn a_month_has_mondays_and_a_year_has_months() {
        assert_eq!(
            labels("2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z", Tz::UTC),
            ["3 Nov", "10 Nov", "17 Nov", "24 Nov"]
        );
        assert_eq!(
            labels("2025-11-01T00:00:00Z", "2026-11-01T00:00:00Z", Tz::UTC),
            ["Nov", "Jan 2026", "Mar", "May", "Jul", "Sep"]
        );
        let decades = labels("1990-01-01T00:00:00Z", "2026-01-01T00:00:00Z", Tz::UTC);
        assert_eq!(decades, ["1990", "2000", "2010", "2020"]);
    }

    #[test]
    fn ticks_are_local_midnights_across_a_change_of_the_clocks() {
        let oslo = chrono_tz::Europe::Oslo;
        let instants = ticks("2026-03-26T23:00:00Z", "2026-03-31T22:00:00Z", oslo);
        let names: Vec<&str> = instants.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(names, ["27 Mar", "28 Mar", "29 Mar", "30 Mar", "31 Mar"]);
        // Five days of 119 hours: the 29th has 23.
        let widths: Vec<f64> = instants.windows(2).map(|two| two[1].1 - two[0].1).collect();
        assert!((widths[2] * 1.19 - 23.0).abs() < 1e-6 && (widths[1] * 1.19 - 24.0).abs() < 1e-6);
    }

    #[test]
    fn hours_keep_their_local_reading_on_the_day_the_clocks_change() {
        let oslo = chrono_tz::Europe::Oslo;
        let spring = labels("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", oslo);
        assert_eq!(spring[..3], ["29 Mar", "03:00", "06:00"]);
        let autumn = labels("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", oslo);
        assert_eq!(autumn[..4], ["25 Oct", "03:00", "06:00", "09:00"]);
    }

    #[test]
    fn no_window_has_too_many_ticks_or_one_outside() {
        for (from, to) in [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
            ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2026-01-17T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            ("1900-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ] {
            let instants = ticks(from, to, Tz::America__Sao_Paulo);
            assert!(instants.len() <= MOST, "{from} {to}: {instants:?}");
            assert!(instants.iter().all(|(_, at)| (0.0..100.0).contains(at)));
        }
    }
}
