//! A schedule as people keep it in a file: a week of hours in a zone, with holidays, breaks,
//! shifts and pauses; or as the interchange format has it.
//!
//! A posted schedule may be one as files have it, or its parts next to `start` and `end`. A
//! span is at most a hundred years.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{Hours, Schedule, Version, WEEKDAYS, WorkingTime};
use crate::model::{DAY_MS, Invalid, Timestamp};

/// The longest span that working time is listed over.
const LONGEST_MS: i64 = 100 * 366 * DAY_MS;

/// A schedule from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleFile {
    version: Version,
    /// Stretches in which no time counts.
    pauses: Vec<(Timestamp, Timestamp)>,
}

/// Working time of a span: how much, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingSpan {
    /// In milliseconds.
    pub millis: i64,
    /// The intervals that count, in order and apart.
    pub intervals: Vec<(Timestamp, Timestamp)>,
}

impl ScheduleFile {
    /// Reads a schedule: `schedule` (hours by weekday) with `timezone`, and maybe `holidays`,
    /// `breaks`, `shifts`, `pauses`; or `week` with `zone`, and maybe `exceptions`.
    ///
    /// Hours are `"09:00-17:00"` or `["09:00", "17:00"]`. A shift takes the place of its
    /// date's hours, a break is cut out of them, a holiday has none.
    pub fn parse(input: &Value) -> Result<Self, Invalid> {
        let input = input
            .as_object()
            .ok_or_else(|| Invalid::new("schedule", "expected an object"))?;
        let zone = ["timezone", "zone"]
            .into_iter()
            .find_map(|name| input.get(name));
        let zone = zone.and_then(Value::as_str).unwrap_or_default();
        let zone = zone.parse().map_err(|_error| {
            Invalid::new(
                "timezone",
                format!("`{zone}` is no IANA zone, such as Europe/Oslo"),
            )
        })?;
        let mut version = Version {
            zone,
            week: week(input)?,
            exceptions: dated(input, "shifts")?,
        };
        for exception in list(input, "exceptions")? {
            let date = date(exception.get("date"), "exceptions")?;
            let hours = hours(exception.get("hours"), "exceptions")?;
            version.exceptions.insert(date, hours);
        }
        for (date, breaks) in dated(input, "breaks")? {
            let left = version.on(date).without(&breaks);
            version.exceptions.insert(date, left);
        }
        for holiday in list(input, "holidays")? {
            let date = date(Some(holiday), "holidays")?;
            version.exceptions.insert(date, Hours::CLOSED);
        }
        let pauses = list(input, "pauses")?.iter().map(pause);
        let mut pauses: Vec<(Timestamp, Timestamp)> = pauses.collect::<Result<_, _>>()?;
        pauses.sort_unstable();
        Ok(Self { version, pauses })
    }

    /// The working time of a span.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Result<WorkingSpan, Invalid> {
        let schedule = Schedule::new(self.version.clone());
        let mut left = schedule.between(start, end)?.intervals;
        for (from, to) in &self.pauses {
            let cut = left
                .into_iter()
                .flat_map(|(start, end)| [(start, end.min(*from)), (start.max(*to), end)]);
            left = cut.filter(|(start, end)| start < end).collect();
        }
        Ok(WorkingSpan::of(left))
    }
}

impl Schedule {
    /// The working time of a span; none where it ends before it starts.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Result<WorkingSpan, Invalid> {
        if end.since(start) > LONGEST_MS {
            return Err(Invalid::new("end", "a span of at most a hundred years"));
        }
        if end <= start {
            return Ok(WorkingSpan::default());
        }
        let working = WorkingTime::of(self, start, end);
        Ok(WorkingSpan::of(working.intervals(start, end)))
    }
}

impl WorkingSpan {
    fn of(intervals: Vec<(Timestamp, Timestamp)>) -> Self {
        Self {
            millis: intervals.iter().map(|(start, end)| end.since(*start)).sum(),
            intervals,
        }
    }
}

fn week(fields: &Map<String, Value>) -> Result<[Hours; 7], Invalid> {
    let names = ["schedule", "week"]
        .into_iter()
        .find_map(|name| fields.get(name));
    let days = names
        .and_then(Value::as_object)
        .ok_or_else(|| Invalid::new("schedule", "expected hours by weekday, mon to sun"))?;
    let mut week = <[Hours; 7]>::default();
    for (name, intervals) in days {
        let place = WEEKDAYS.iter().position(|other| other == name);
        let slot = place.and_then(|place| week.get_mut(place)).ok_or_else(|| {
            let reason = format!("`{name}` is none of {}", WEEKDAYS.join(", "));
            Invalid::new("schedule", reason)
        })?;
        *slot = hours(Some(intervals), name)?;
    }
    Ok(week)
}

fn hours(intervals: Option<&Value>, field: &str) -> Result<Hours, Invalid> {
    let wrong = || {
        let reason = "expected intervals such as \"09:00-17:00\" or [\"09:00\", \"17:00\"]";
        Invalid::new(field, reason)
    };
    let intervals = intervals.and_then(Value::as_array).ok_or_else(wrong)?;
    let texts = intervals.iter().map(|interval| match interval {
        Value::String(text) => Some(text.clone()),
        Value::Array(ends) => match ends.as_slice() {
            [Value::String(start), Value::String(end)] => Some(format!("{start}-{end}")),
            _ => None,
        },
        _ => None,
    });
    let texts: Vec<String> = texts.collect::<Option<_>>().ok_or_else(wrong)?;
    Hours::parse(texts.iter().map(String::as_str))
        .map_err(|error| Invalid::new(field, error.to_string()))
}

/// Hours by date.
fn dated(fields: &Map<String, Value>, field: &str) -> Result<BTreeMap<NaiveDate, Hours>, Invalid> {
    let dates = fields.get(field).and_then(Value::as_object);
    let read = dates.into_iter().flatten().map(|(day, intervals)| {
        let day = date(Some(&Value::String(day.clone())), field)?;
        Ok((day, hours(Some(intervals), field)?))
    });
    read.collect()
}

fn list<'a>(fields: &'a Map<String, Value>, field: &str) -> Result<&'a [Value], Invalid> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Invalid::new(field, "expected a list")),
    }
}

fn date(text: Option<&Value>, field: &str) -> Result<NaiveDate, Invalid> {
    let text = text.and_then(Value::as_str).unwrap_or_default();
    text.parse()
        .map_err(|_error| Invalid::new(field, format!("`{text}` is no date such as 2026-12-24")))
}

fn pause(value: &Value) -> Result<(Timestamp, Timestamp), Invalid> {
    let ends = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let instant = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        Timestamp::parse(text).map_err(|error| Invalid::new("pauses", error.to_string()))
    };
    match ends {
        [start, end] => Ok((instant(start)?, instant(end)?)),
        _ => Err(Invalid::new("pauses", "expected pairs of instants")),
    }
}
