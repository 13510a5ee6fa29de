//! Instants and days as text, always in the zone of the page.

use chrono::{DateTime, Datelike, Days, Locale, NaiveDate};
use chrono_tz::Tz;

use super::text::{Reader, fill, t};
use crate::model::{ClockFormat, Language, Timestamp};

/// The local reading of an instant.
pub(super) fn local(at: Timestamp, zone: Tz) -> DateTime<Tz> {
    at.to_utc().with_timezone(&zone)
}

/// The locale of the reader's month and day names.
fn locale() -> Locale {
    match Reader::present().language {
        Language::English => Locale::en_GB,
        Language::Norwegian => Locale::nb_NO,
        Language::Swedish => Locale::sv_SE,
        Language::Danish => Locale::da_DK,
        Language::Finnish => Locale::fi_FI,
        Language::German => Locale::de_DE,
    }
}

/// A day as the text of `key` has it.
fn written(date: NaiveDate, key: &str) -> String {
    date.format_localized(t(key), locale()).to_string()
}

/// A day: "3 Nov 2025".
pub(super) fn day(date: NaiveDate) -> String {
    written(date, "date.day")
}

/// A day of a year that is known: "3 Nov".
pub(super) fn day_of_year(date: NaiveDate) -> String {
    written(date, "date.day_of_year")
}

/// A month of a year that is known: "Nov".
pub(super) fn month_of_year(date: NaiveDate) -> String {
    written(date, "date.month_of_year")
}

/// A month, in short: "Nov 2025".
pub(super) fn short_month(date: NaiveDate) -> String {
    written(date, "date.short_month")
}

/// The days from `from` to `until`, both included, without saying anything twice.
pub(super) fn span(from: NaiveDate, until: NaiveDate) -> String {
    if from == until {
        return day(from);
    }
    let (first, between) = match (from.year() == until.year(), from.month() == until.month()) {
        (true, true) => (written(from, "date.day_of_month"), "\u{2013}"),
        (true, false) => (day_of_year(from), " \u{2013} "),
        _ => (day(from), " \u{2013} "),
    };
    format!("{first}{between}{}", day(until))
}

/// The days of the window `[from, to)`.
pub(super) fn window(from: Timestamp, to: Timestamp, zone: Tz) -> String {
    let last = local(to.plus_millis(-1), zone).date_naive();
    span(local(from, zone).date_naive(), last)
}

/// An instant with its zone: "3 Nov 2025, 14:05 CET".
pub(super) fn instant(at: Timestamp, zone: Tz) -> String {
    let local = local(at, zone);
    let (day, time) = (day(local.date_naive()), time_of(local));
    format!("{day}, {time} {}", local.format("%Z"))
}

/// An instant to the second, without zone, for columns whose head names it.
pub(super) fn second(at: Timestamp, zone: Tz) -> String {
    let local = local(at, zone);
    let form = match Reader::present().clock {
        ClockFormat::Hours24 => "%H:%M:%S",
        ClockFormat::Hours12 => "%-I:%M:%S %p",
    };
    format!("{} {}", day(local.date_naive()), local.format(form))
}

/// An instant as short as it stays plain at `now`: the time of today, the day of this year, or the
/// day with its year.
pub(super) fn short(at: Timestamp, now: Timestamp, zone: Tz) -> String {
    let (date, today) = (local(at, zone).date_naive(), local(now, zone).date_naive());
    if date == today {
        clock(at, zone)
    } else if date.year() == today.year() {
        day_of_year(date)
    } else {
        day(date)
    }
}

/// The time of day: "14:05".
pub(super) fn clock(at: Timestamp, zone: Tz) -> String {
    time_of(local(at, zone))
}

fn time_of(local: DateTime<Tz>) -> String {
    let form = match Reader::present().clock {
        ClockFormat::Hours24 => "%H:%M",
        ClockFormat::Hours12 => "%-I:%M %p",
    };
    local.format(form).to_string()
}

/// A day of a thread: "Mon 3 Nov 2025".
pub(super) fn weekday(at: Timestamp, zone: Tz) -> String {
    written(local(at, zone).date_naive(), "date.weekday")
}

/// A bucket that begins at `start`, by how the window is cut.
pub(super) fn bucket(start: Timestamp, end: Timestamp, every: Option<&str>, zone: Tz) -> String {
    let at = local(start, zone);
    match every {
        Some("hour") => format!("{} {}", weekday(start, zone), time_of(at)),
        Some("day") => weekday(start, zone),
        Some("week") => fill("date.week", &[("days", &window(start, end, zone))]),
        Some("month") if at.day() == 1 => written(at.date_naive(), "date.month"),
        Some("quarter") if at.day() == 1 && at.month0().is_multiple_of(3) => {
            let number = (at.month0() / 3 + 1).to_string();
            let year = at.year().to_string();
            fill("date.quarter", &[("number", &number), ("year", &year)])
        }
        Some("year") if at.ordinal() == 1 => at.year().to_string(),
        _ => window(start, end, zone),
    }
}

/// The day after.
pub(super) fn next(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

/// The day `days` before.
pub(super) fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_span_says_nothing_twice_and_includes_its_last_day() {
        let of = |from, until| span(date(from), date(until));
        assert_eq!(of("2025-11-01", "2025-11-30"), "1\u{2013}30 Nov 2025");
        assert_eq!(of("2025-10-30", "2025-11-02"), "30 Oct \u{2013} 2 Nov 2025");
        assert_eq!(
            of("2025-12-30", "2026-01-02"),
            "30 Dec 2025 \u{2013} 2 Jan 2026"
        );
        assert_eq!(of("2025-11-03", "2025-11-03"), "3 Nov 2025");
    }

    #[test]
    fn instants_are_read_in_the_zone_and_name_it() {
        let at = Timestamp::parse("2026-03-29T01:30:00Z").unwrap();
        assert_eq!(
            instant(at, chrono_tz::Europe::Oslo),
            "29 Mar 2026, 03:30 CEST"
        );
        let end = Timestamp::parse("2026-04-01T00:00:00Z").unwrap();
        let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(bucket(start, end, Some("quarter"), Tz::UTC), "Q1 2026");
    }

    #[test]
    fn a_short_instant_says_what_the_reader_does_not_know() {
        let at = |text| Timestamp::parse(text).unwrap();
        let now = at("2026-01-02T10:00:00Z");
        let oslo = chrono_tz::Europe::Oslo;
        assert_eq!(short(at("2026-01-02T08:05:09Z"), now, oslo), "09:05");
        assert_eq!(short(at("2026-01-01T23:30:00Z"), now, oslo), "00:30");
        assert_eq!(short(at("2026-01-01T22:30:00Z"), now, oslo), "1 Jan");
        assert_eq!(short(at("2025-12-31T22:30:00Z"), now, oslo), "31 Dec 2025");
    }
}
