//! Working time made ready: intervals of a schedule in UTC with running sums, so that the
//! working time between two instants is two look-ups.

use std::ops::Range;

use chrono::{Days, NaiveDate, NaiveTime};

use super::{Schedule, Version};
use crate::model::{DAY_MS, Offsets, Timestamp};

/// The working intervals of a schedule between two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingTime {
    /// Half-open intervals, in order and apart, in milliseconds.
    intervals: Vec<(i64, i64)>,
    /// Working milliseconds before each interval.
    before: Vec<i64>,
    /// For each UTC day from the first, the first interval that ends after it begins.
    days: Vec<u32>,
    first_day: i64,
}

impl WorkingTime {
    /// The working time of `schedule` from `from` to `to`; outside it there is none.
    pub fn of(schedule: &Schedule, from: Timestamp, to: Timestamp) -> Self {
        let mut intervals = Vec::new();
        for (start, end, version) in schedule.stretches() {
            let (start, end) = (start.max(from), end.min(to));
            if start < end {
                collect(version, &(start.millis()..end.millis()), &mut intervals);
            }
        }
        let mut sum = 0;
        let before = intervals
            .iter()
            .map(|(start, end)| {
                let before = sum;
                sum += end - start;
                before
            })
            .collect();
        let first_day = intervals
            .first()
            .map_or(0, |(start, _)| start.div_euclid(DAY_MS));
        let last_day = intervals
            .last()
            .map_or(0, |(_, end)| end.div_euclid(DAY_MS));
        let days = (first_day..=last_day).map(|day| {
            let after = intervals.partition_point(|(_, end)| *end <= day * DAY_MS);
            u32::try_from(after).unwrap_or(u32::MAX)
        });
        Self {
            days: days.collect(),
            intervals,
            before,
            first_day,
        }
    }

    /// The working milliseconds from `start` to `end`; 0 when it ends before it starts.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> i64 {
        if end <= start {
            return 0;
        }
        self.until(end.millis()) - self.until(start.millis())
    }

    /// The working intervals within a span.
    pub fn intervals(&self, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let (start, end) = (start.millis(), end.millis());
        let first = self.intervals.partition_point(|(_, to)| *to <= start);
        let inside = self
            .intervals
            .iter()
            .skip(first)
            .take_while(|(from, _)| *from < end);
        let clipped = inside.map(|(from, to)| ((*from).max(start), (*to).min(end)));
        clipped
            .filter(|(from, to)| from < to)
            .map(|(from, to)| (Timestamp::from_millis(from), Timestamp::from_millis(to)))
            .collect()
    }

    /// The instant after `working` milliseconds of working time from `start`, if it comes.
    ///
    /// On a Friday at 16:30, one hour later is Monday 09:30 where work is 9 to 17.
    pub fn after(&self, start: Timestamp, working: i64) -> Option<Timestamp> {
        let wanted = self.until(start.millis()) + working;
        let index = self
            .before
            .partition_point(|before| *before < wanted)
            .checked_sub(1)?;
        let ((from, to), before) = (self.intervals.get(index)?, self.before.get(index)?);
        let at = from + (wanted - before);
        (at <= *to).then(|| Timestamp::from_millis(at))
    }

    /// The working milliseconds before an instant.
    fn until(&self, at: i64) -> i64 {
        let day = usize::try_from(at.div_euclid(DAY_MS) - self.first_day);
        let mut index = match day {
            Ok(day) => self
                .days
                .get(day)
                .map_or(self.intervals.len(), |first| *first as usize),
            Err(_before_the_first) => 0,
        };
        // A day has a handful of intervals.
        while self.intervals.get(index).is_some_and(|(_, end)| *end <= at) {
            index += 1;
        }
        match (self.intervals.get(index), self.before.get(index)) {
            (Some((start, _)), Some(before)) => before + (at - start).max(0),
            _ => self.total(),
        }
    }

    fn total(&self) -> i64 {
        let last = self.intervals.last().map_or(0, |(start, end)| end - start);
        self.before.last().map_or(0, |before| before + last)
    }
}

/// Adds the working intervals of a version within a span, merged with the one before.
fn collect(version: &Version, span: &Range<i64>, intervals: &mut Vec<(i64, i64)>) {
    let offsets = Offsets::of(version.zone, span.start, span.end);
    let local = |at: i64| Timestamp::from_millis(at).to_utc().date_naive();
    let mut date = local(span.start - DAY_MS);
    let last = local(span.end + DAY_MS);
    while date <= last {
        let midnight = midnight_ms(date);
        let mut of_day = Vec::new();
        for (opens, closes) in version.on(date).intervals() {
            for (start, end, offset) in offsets.pieces() {
                let opens = (midnight + opens - offset).max(start);
                let closes = (midnight + closes - offset).min(end);
                if opens < closes {
                    of_day.push((opens, closes));
                }
            }
        }
        of_day.sort_unstable();
        for (opens, closes) in of_day {
            match intervals.last_mut() {
                Some((_, end)) if *end == opens => *end = closes,
                _ => intervals.push((opens, closes)),
            }
        }
        let Some(next) = date.checked_add_days(Days::new(1)) else {
            return;
        };
        date = next;
    }
}

fn midnight_ms(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

#[cfg(test)]
#[path = "working_tests.rs"]
mod tests;
