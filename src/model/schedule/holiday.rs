//! Holidays from a calendar file (iCalendar): the dates of its all-day events.
//!
//! Holidays hold from now on, as dates without hours in a new version of the schedule; a yearly
//! one is taken over for ten years. Any other repetition is refused by the event's name; events
//! with hours are passed over and counted. A date that had hours of its own is closed.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use icalendar::parser::{Component, read_calendar, unfold};

/// More dates than this are no calendar of holidays.
const MOST: usize = 10_000;

/// Why a text is no calendar of holidays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolidayError {
    /// It cannot be read.
    #[error("this is no iCalendar file: {0}")]
    Unreadable(String),
    /// An event cannot be taken over.
    #[error("the event `{event}`: {reason}")]
    Event {
        /// Its summary.
        event: String,
        /// What is in the way.
        reason: String,
    },
    /// There are too many.
    #[error("more than {MOST} dates; a calendar of holidays has fewer")]
    TooMany,
}

/// The holidays of a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Their dates.
    pub dates: BTreeSet<NaiveDate>,
    /// How many events were passed over, because they have hours or were cancelled.
    pub passed_over: usize,
}

impl Holidays {
    /// Reads a calendar; what repeats yearly does so until `last`.
    pub fn parse(text: &str, last: NaiveDate) -> Result<Self, HolidayError> {
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded)
            .map_err(|error| HolidayError::Unreadable(error.chars().take(200).collect()))?;
        let mut holidays = Self::default();
        for component in &calendar.components {
            if component.name.as_str() == "VEVENT" {
                holidays.take(component, last)?;
            }
        }
        Ok(holidays)
    }

    fn take(&mut self, event: &Component<'_>, last: NaiveDate) -> Result<(), HolidayError> {
        let cancelled = property(event, "STATUS") == Some("CANCELLED");
        let start = property(event, "DTSTART").unwrap_or_default();
        let Some(first) = date(start).filter(|_| !cancelled) else {
            self.passed_over += 1;
            return Ok(());
        };
        let fault = |reason: String| HolidayError::Event {
            event: property(event, "SUMMARY").unwrap_or(start).to_owned(),
            reason,
        };
        let days = length(event, first).map_err(fault)?;
        let left_out: BTreeSet<NaiveDate> = property(event, "EXDATE")
            .unwrap_or_default()
            .split(',')
            .filter_map(date)
            .collect();
        for year in years(event, first, last).map_err(fault)? {
            // The 29th of February comes every fourth year only.
            let Some(begins) = first.with_year(year).filter(|day| !left_out.contains(day)) else {
                continue;
            };
            let all = (0..days).filter_map(|day| begins.checked_add_days(Days::new(day)));
            self.dates.extend(all);
            if self.dates.len() > MOST {
                return Err(HolidayError::TooMany);
            }
        }
        Ok(())
    }
}

fn property<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a str> {
    let text = event
        .properties
        .iter()
        .find(|one| one.name.as_str() == name);
    text.map(|one| one.val.as_str())
}

/// A date; `None` where there is an hour, too.
fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y%m%d").ok()
}

/// How many days an event has; its end is no longer in it.
fn length(event: &Component<'_>, first: NaiveDate) -> Result<u64, String> {
    let days = if let Some(end) = property(event, "DTEND") {
        let end = date(end).ok_or_else(|| format!("`{end}` is no date to end on"))?;
        (end - first).num_days().max(1)
    } else if let Some(lasts) = property(event, "DURATION") {
        let days = lasts.strip_prefix('P').and_then(|rest| {
            let weeks = rest.strip_suffix('W').map(|count| (count, 7));
            let (count, times) = weeks.or(rest.strip_suffix('D').map(|count| (count, 1)))?;
            Some(count.parse::<i64>().ok()?.saturating_mul(times))
        });
        days.ok_or_else(|| format!("`{lasts}` is no number of days or weeks"))?
    } else {
        1
    };
    let days = u64::try_from(days).unwrap_or(1);
    if days > 366 {
        return Err(format!("{days} days are no holiday"));
    }
    Ok(days)
}

/// The years in which an event begins.
fn years(event: &Component<'_>, first: NaiveDate, last: NaiveDate) -> Result<Vec<i32>, String> {
    let Some(rule) = property(event, "RRULE") else {
        return Ok(vec![first.year()]);
    };
    let refused = || {
        format!(
            "it repeats by `{rule}`; only what repeats on its date every year can be taken over"
        )
    };
    let (mut yearly, mut step, mut count, mut until) = (false, 1_usize, usize::MAX, last);
    for part in rule.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(refused)?;
        match name {
            "FREQ" => yearly = value == "YEARLY",
            "INTERVAL" => {
                let parsed = value.parse().ok().filter(|step| *step > 0);
                step = parsed.ok_or_else(refused)?;
            }
            "COUNT" => count = value.parse().map_err(|_error| refused())?,
            "UNTIL" => {
                let day = value.split('T').next().and_then(date).ok_or_else(refused)?;
                until = until.min(day);
            }
            "BYMONTH" if value == first.month().to_string() => {}
            "BYMONTHDAY" if value == first.day().to_string() => {}
            "WKST" => {}
            _ => return Err(refused()),
        }
    }
    if !yearly {
        return Err(refused());
    }
    let years = (first.year()..=until.year()).step_by(step);
    let begins = |year: &i32| first.with_year(*year).is_some_and(|day| day <= until);
    Ok(years.filter(begins).take(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> String {
        let lines =
            format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n{events}\nEND:VCALENDAR\n");
        lines.replace('\n', "\r\n")
    }

    fn read(events: &str) -> Result<Vec<String>, String> {
        let last = NaiveDate::from_ymd_opt(2028, 12, 31).unwrap();
        let holidays = Holidays::parse(&calendar(events), last);
        let holidays = holidays.map_err(|error| error.to_string())?;
        Ok(holidays.dates.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn all_day_events_are_holidays_and_their_end_is_not_in_them() {
        let events = "BEGIN:VEVENT\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Party\nDTSTART:20261218T180000Z\nEND:VEVENT";
        let days = ["2026-12-24", "2026-12-25", "2026-12-26"];
        assert_eq!(read(events).unwrap(), days);
    }

    #[test]
    fn what_repeats_every_year_does_so_and_anything_else_is_refused_by_name() {
        let event = |rule: &str| {
            format!(
                "BEGIN:VEVENT\nSUMMARY:Labour Day\nDTSTART;VALUE=DATE:20260501\nRRULE:{rule}\nEND:VEVENT"
            )
        };
        let all = ["2026-05-01", "2027-05-01", "2028-05-01"];
        assert_eq!(read(&event("FREQ=YEARLY")).unwrap(), all);
        assert_eq!(read(&event("FREQ=YEARLY;COUNT=2")).unwrap(), all[..2]);
        let error = read(&event("FREQ=YEARLY;BYDAY=1MO")).unwrap_err();
        assert!(
            error.contains("Labour Day") && error.contains("BYDAY"),
            "{error}"
        );
        assert!(read(&event("FREQ=WEEKLY")).is_err());
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        let last = NaiveDate::from_ymd_opt(2028, 12, 31).unwrap();
        assert!(Holidays::parse("hello", last).is_err());
    }
}
