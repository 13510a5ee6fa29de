//! Schedules: working hours in a zone, with exceptions and a history; and working time.
//!
//! An instant is working time when its local date's hours contain its local clock reading:
//! clock minutes that a change of the clocks skips have no time, repeated ones count both
//! times, and a date that does not exist has none. Pure.

mod file;
mod holiday;
mod hours;
mod working;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

pub use file::{ScheduleFile, WorkingSpan};
pub use holiday::{HolidayError, Holidays};
pub use hours::{Hours, HoursError};
pub use working::WorkingTime;

use super::{DAY_MS, Invalid, Timestamp};

/// The names of weekdays, from Monday.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How far ahead it is looked for when somebody is there again.
const MONTH_MS: i64 = 31 * DAY_MS;

/// No hours, to be borrowed.
static CLOSED: Hours = Hours::CLOSED;

/// A schedule as one event gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The zone of its hours.
    pub zone: Tz,
    /// The hours of each weekday, from Monday.
    pub week: [Hours; 7],
    /// Dates with other hours.
    pub exceptions: BTreeMap<NaiveDate, Hours>,
}

impl Version {
    /// Reads a zone, the hours by weekday and dates with other hours; a zone, weekday, hour or
    /// date that is none is named.
    pub fn parse<'a>(
        zone: &str,
        week_hours: &BTreeMap<String, Vec<String>>,
        exception_hours: impl Iterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, Invalid> {
        let zone = zone.parse().map_err(|_error| {
            let reason = format!("`{zone}` is no IANA zone, such as Europe/Oslo");
            Invalid::new("zone", reason)
        })?;
        let mut week = <[Hours; 7]>::default();
        for (name, intervals) in week_hours {
            let place = WEEKDAYS.iter().position(|other| other == name);
            let slot = place.and_then(|place| week.get_mut(place)).ok_or_else(|| {
                let reason = format!("`{name}` is none of {}", WEEKDAYS.join(", "));
                Invalid::new("week", reason)
            })?;
            let read = Hours::parse(intervals.iter().map(String::as_str));
            *slot =
                read.map_err(|error| Invalid::new(format!("week.{name}"), error.to_string()))?;
        }
        let mut exceptions = BTreeMap::new();
        for (place, (day, intervals)) in exception_hours.enumerate() {
            let date = day.parse().map_err(|_error| {
                let reason = format!("`{day}` is no date such as 2026-12-24");
                Invalid::new(format!("exceptions[{place}].date"), reason)
            })?;
            let read = Hours::parse(intervals.iter().map(String::as_str));
            let hours = read.map_err(|error| {
                Invalid::new(format!("exceptions[{place}].hours"), error.to_string())
            })?;
            exceptions.insert(date, hours);
        }
        Ok(Self {
            zone,
            week,
            exceptions,
        })
    }

    /// The hours of a local date.
    pub fn on(&self, date: NaiveDate) -> &Hours {
        if let Some(exception) = self.exceptions.get(&date) {
            return exception;
        }
        let place = date.weekday().num_days_from_monday() as usize;
        self.week.get(place).unwrap_or(&CLOSED)
    }
}

/// A schedule through time: each version from its instant on, the first one also before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    versions: Vec<(Timestamp, Version)>,
}

impl Schedule {
    /// A schedule with one version.
    pub fn new(version: Version) -> Self {
        Self {
            versions: vec![(Timestamp::MIN, version)],
        }
    }

    /// Adds a later version.
    pub fn change(&mut self, at: Timestamp, version: Version) {
        let at = if self.versions.is_empty() {
            Timestamp::MIN
        } else {
            at
        };
        self.versions.push((at, version));
    }

    /// From when on somebody is there, at `at` or later, and in which zone that is told; none:
    /// nobody will be within a month.
    pub fn opens_at(&self, at: Timestamp) -> Option<(Timestamp, Tz)> {
        let time = WorkingTime::of(self, at, at.plus_millis(MONTH_MS));
        let opens = time.after(at, 1)?.plus_millis(-1);
        let mut stretches = self.stretches();
        let (_, _, version) = stretches.find(|(from, to, _)| *from <= opens && opens < *to)?;
        Some((opens, version.zone))
    }

    /// Each version with the stretch in which it is in force.
    fn stretches(&self) -> impl Iterator<Item = (Timestamp, Timestamp, &Version)> {
        let ends = self
            .versions
            .iter()
            .skip(1)
            .map(|(at, _)| *at)
            .chain([Timestamp::MAX]);
        self.versions
            .iter()
            .zip(ends)
            .map(|((from, version), to)| (*from, to, version))
    }
}
