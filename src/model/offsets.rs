//! The offsets of a zone over a span, so that local readings are arithmetic.

use std::ops::Range;

use chrono::{Offset, TimeZone};
use chrono_tz::Tz;

use super::{DAY_MS, HOUR_MS, Timestamp};

/// How far apart a zone is looked at; it keeps an offset for longer than this.
const STEP_MS: i64 = 12 * HOUR_MS;

/// Stretches of a constant offset of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// Starts, in order, each with its offset; all in milliseconds.
    starts: Vec<(i64, i64)>,
    end: i64,
}

impl Offsets {
    /// The offsets of `zone` over `[from, to)`; outside it the nearest one is taken.
    pub fn of(zone: Tz, from: i64, to: i64) -> Self {
        let mut offset = offset_ms(zone, from);
        let mut starts = vec![(from, offset)];
        let mut at = from;
        while at < to {
            let next = (at + STEP_MS).min(to);
            let then = offset_ms(zone, next);
            if then != offset {
                starts.push((change_within(zone, at..next, offset), then));
                offset = then;
            }
            at = next;
        }
        Self { starts, end: to }
    }

    /// Each stretch: start, end, offset.
    pub fn pieces(&self) -> impl Iterator<Item = (i64, i64, i64)> + '_ {
        let ends = self
            .starts
            .iter()
            .skip(1)
            .map(|(start, _)| *start)
            .chain([self.end]);
        self.starts
            .iter()
            .zip(ends)
            .map(|((start, offset), end)| (*start, end, *offset))
    }

    /// The ISO weekday (1 is Monday) and the hour of an instant.
    pub fn weekday_hour(&self, at: i64) -> (u32, u32) {
        let after = self.starts.partition_point(|(start, _)| *start <= at);
        let piece = self.starts.get(after.saturating_sub(1));
        let local = at + piece.map_or(0, |(_, offset)| *offset);
        // The first day of 1970 was a Thursday, the fourth of a week that starts on Monday.
        let weekday = (local.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1;
        let hour = local.rem_euclid(DAY_MS) / HOUR_MS;
        (
            u32::try_from(weekday).unwrap_or(1),
            u32::try_from(hour).unwrap_or(0),
        )
    }
}

/// The first instant at which the zone no longer has `offset`.
fn change_within(zone: Tz, span: Range<i64>, offset: i64) -> i64 {
    let (mut before, mut after) = (span.start, span.end);
    while after - before > 1 {
        let middle = before.midpoint(after);
        if offset_ms(zone, middle) == offset {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

fn offset_ms(zone: Tz, at: i64) -> i64 {
    let utc = Timestamp::from_millis(at).to_utc().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1000
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Timelike};

    use super::*;

    #[test]
    fn readings_by_arithmetic_are_those_of_the_zone() {
        let first = Timestamp::parse("2025-12-31T00:00:00Z").unwrap().millis();
        for zone in [
            Tz::UTC,
            Tz::Europe__Oslo,
            Tz::Asia__Kolkata,
            Tz::Australia__Lord_Howe,
            Tz::America__St_Johns,
        ] {
            let offsets = Offsets::of(zone, first, first + 400 * DAY_MS);
            for step in 0..400 * 48 {
                let at = first + step * HOUR_MS / 2;
                let local = Timestamp::from_millis(at).to_utc().with_timezone(&zone);
                let expected = (local.weekday().number_from_monday(), local.hour());
                assert_eq!(offsets.weekday_hour(at), expected, "{zone} {local}");
            }
        }
    }
}
