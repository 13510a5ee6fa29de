//! When things happen: the desk's calendar, and the starts of conversations.
//!
//! Local time is Oslo's. Hours of a day count from local midnight, so on the two days a
//! year on which the clock is moved they are an hour off until then: nobody works there.
//! Fed by the options; read by everything that needs a working hour.

use chrono::{Datelike, Days, NaiveDate, TimeZone};
use chrono_tz::Europe::Oslo;

use super::random::{Random, Stream};
use crate::model::{DAY_MS, HOUR_MS, Timestamp};

/// Days that the calendar reaches past the end, so that a late answer finds its day.
const DAYS_PAST_END: u64 = 90;

/// Closed days of fixed date, as month and day.
const HOLIDAYS: &[(u32, u32)] = &[
    (1, 1),
    (5, 1),
    (5, 17),
    (12, 24),
    (12, 25),
    (12, 26),
    (12, 31),
];

/// Conversations by weekday from Monday, against a Tuesday's 100.
const WEEKDAYS: [f64; 7] = [112.0, 100.0, 98.0, 96.0, 88.0, 26.0, 22.0];

/// Conversations by local hour.
const HOURS: [f64; 24] = [
    1.0, 0.6, 0.4, 0.3, 0.4, 0.8, 2.0, 5.0, 11.0, 14.0, 14.5, 13.0, 11.5, 13.0, 13.0, 11.5, 9.0,
    6.5, 6.0, 6.5, 6.5, 5.5, 3.5, 2.0,
];

/// One local day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Its first instant.
    pub(super) midnight: Timestamp,
    /// Its date.
    pub(super) date: NaiveDate,
    /// Its weekday, Monday being 0.
    pub(super) weekday: u32,
    /// Whether it is a holiday.
    pub(super) is_holiday: bool,
}

/// The local days of the desk's time.
#[derive(Debug)]
pub(super) struct Calendar {
    days: Vec<Day>,
}

impl Calendar {
    /// The days from the one before `start` to some after `until`.
    pub(super) fn new(start: Timestamp, until: Timestamp) -> Self {
        let last = until.to_utc().date_naive() + Days::new(DAYS_PAST_END);
        let mut date = start.to_utc().date_naive() - Days::new(1);
        let mut days = Vec::new();
        while date < last {
            days.push(day_of(date));
            date = date + Days::new(1);
        }
        Self { days }
    }

    /// All days.
    pub(super) fn days(&self) -> &[Day] {
        &self.days
    }

    /// The days from the one that holds `at`.
    pub(super) fn days_from(&self, at: Timestamp) -> &[Day] {
        let first = self.days.first().map_or(at, |day| day.midnight);
        let about = usize::try_from(at.since(first) / DAY_MS).unwrap_or(0);
        // A moved clock may put the guess a day off.
        let about = about.saturating_sub(1);
        let skip = self
            .days
            .iter()
            .skip(about + 1)
            .take_while(|day| day.midnight <= at)
            .count();
        self.days.get(about + skip..).unwrap_or_default()
    }

    /// The instant `span` of working time after `at`, for one who works in `shift`.
    pub(super) fn work_after(&self, at: Timestamp, span: i64, shift: &Shift) -> Timestamp {
        let mut left = span.max(0);
        for day in self.days_from(at) {
            if !shift.works_on(day) {
                continue;
            }
            let (open, close) = shift.of(day);
            let begin = open.max(at);
            let here = close.since(begin);
            if here > left {
                return begin.plus_millis(left);
            }
            left -= here.max(0);
        }
        at.plus_millis(span + DAY_MS * 30)
    }
}

/// The hours somebody works.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift {
    /// From this minute of the local day.
    pub(super) from_minute: u32,
    /// To this minute.
    pub(super) to_minute: u32,
    /// Whether on Saturdays too.
    pub(super) saturdays: bool,
}

impl Shift {
    /// Whether there is work on `day`.
    pub(super) fn works_on(&self, day: &Day) -> bool {
        !day.is_holiday && (day.weekday < 5 || (self.saturdays && day.weekday == 5))
    }

    /// The first instant of work on `day`, and the first after it.
    pub(super) fn of(&self, day: &Day) -> (Timestamp, Timestamp) {
        let minute = |minute: u32| day.midnight.plus_millis(i64::from(minute) * 60_000);
        (minute(self.from_minute), minute(self.to_minute))
    }
}

fn day_of(date: NaiveDate) -> Day {
    let midnight = date.and_time(chrono::NaiveTime::MIN);
    let millis = Oslo.from_local_datetime(&midnight).earliest().map_or_else(
        || midnight.and_utc().timestamp_millis(),
        |local| local.timestamp_millis(),
    );
    Day {
        midnight: Timestamp::from_millis(millis),
        date,
        weekday: date.weekday().num_days_from_monday(),
        is_holiday: HOLIDAYS.contains(&(date.month(), date.day())),
    }
}

/// The starts of all conversations, in order, drawn as they are asked for.
#[derive(Debug)]
pub(super) struct Starts {
    random: Random,
    hours: std::vec::IntoIter<(Timestamp, f64)>,
    hour: (Timestamp, f64),
    /// The weight of all hours before this one.
    passed: f64,
    weight_each: f64,
    next: u32,
    count: u32,
}

impl Starts {
    /// `count` starts between `start` and `until`.
    pub(super) fn new(
        calendar: &Calendar,
        window: (Timestamp, Timestamp),
        seed: u64,
        count: u32,
    ) -> Self {
        let hours = hours_between(calendar, window.0, window.1);
        let total: f64 = hours.iter().map(|(_, weight)| weight).sum();
        let mut hours = hours.into_iter();
        let hour = hours.next().unwrap_or((window.0, 1.0));
        Self {
            random: Random::new(seed, Stream::Starts, 0),
            hours,
            hour,
            passed: 0.0,
            weight_each: total / f64::from(count.max(1)),
            next: 0,
            count,
        }
    }
}

impl Iterator for Starts {
    type Item = (u32, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.count {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let wanted = (f64::from(number) + self.random.unit()) * self.weight_each;
        while wanted >= self.passed + self.hour.1 {
            let Some(hour) = self.hours.next() else {
                break;
            };
            self.passed += self.hour.1;
            self.hour = hour;
        }
        let share = ((wanted - self.passed) / self.hour.1).clamp(0.0, 1.0);
        let millis = super::random::whole(share * (HOUR_MS - 1) as f64);
        Some((number, self.hour.0.plus_millis(millis)))
    }
}

/// Each hour of the window with its weight; the desk grows by a third over the window.
fn hours_between(calendar: &Calendar, start: Timestamp, until: Timestamp) -> Vec<(Timestamp, f64)> {
    let length = until.since(start).max(1) as f64;
    let mut hours = Vec::new();
    for day in calendar.days() {
        let weekday = usize::try_from(day.weekday).unwrap_or(0);
        let of_day = WEEKDAYS.get(weekday).copied().unwrap_or(1.0);
        let of_day = if day.is_holiday { of_day * 0.3 } else { of_day };
        for (at, of_hour) in (0_i64..).zip(HOURS) {
            let begin = day.midnight.plus_millis(at * HOUR_MS);
            if begin >= start && begin.plus_millis(HOUR_MS) <= until {
                let growth = 1.0 + begin.since(start) as f64 / length / 3.0;
                hours.push((begin, of_day * of_hour * growth));
            }
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn calendar() -> Calendar {
        Calendar::new(
            instant("2026-01-01T00:00:00Z"),
            instant("2026-06-30T00:00:00Z"),
        )
    }

    const OFFICE: Shift = Shift {
        from_minute: 8 * 60,
        to_minute: 16 * 60,
        saturdays: false,
    };

    #[test]
    fn work_begun_on_friday_goes_on_on_monday() {
        // 15:00 in Oslo is 14:00 UTC in winter; one of two hours is left on Friday.
        let friday = instant("2026-01-09T14:00:00Z");
        let done = calendar().work_after(friday, 2 * HOUR_MS, &OFFICE);
        assert_eq!(done, instant("2026-01-12T08:00:00Z"));
    }

    #[test]
    fn holidays_are_passed_over() {
        let eve = instant("2026-04-30T14:00:00Z");
        let done = calendar().work_after(eve, 60_000, &OFFICE);
        assert_eq!(done, instant("2026-05-04T06:01:00Z"));
    }

    #[test]
    fn starts_come_in_order_and_within_the_window() {
        let window = (
            instant("2026-01-01T00:00:00Z"),
            instant("2026-06-30T00:00:00Z"),
        );
        let starts: Vec<_> = Starts::new(&calendar(), window, 1, 2_000).collect();
        assert_eq!(starts.len(), 2_000);
        assert!(starts.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        assert!(
            starts
                .iter()
                .all(|(_, at)| (window.0..window.1).contains(at))
        );
    }
}
