//! Calendar arithmetic in an IANA zone: local midnights and the buckets of a window.
//!
//! A bucket is cut by the local calendar, so that a day across a change of the clocks
//! has 23 or 25 hours; hours are elapsed hours from the local full hour.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveDateTime, TimeZone,
    Timelike, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::{HOUR_MS, Timestamp};

/// The most buckets that a window is cut into.
const MAX_BUCKETS: u16 = 2_000;

/// How a window is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Elapsed hours from the local full hour.
    Hour,
    /// Local days.
    Day,
    /// Local weeks.
    Week,
    /// Local months.
    Month,
    /// Local quarters.
    Quarter,
    /// Local years.
    Year,
}

impl Every {
    /// From the finest to the coarsest.
    pub const ALL: [Self; 6] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The frequency called `word`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.as_str() == word)
    }

    /// About how long one bucket is, in milliseconds.
    const fn about_ms(self) -> i64 {
        let hours = match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 24 * 7,
            Self::Month => 24 * 30,
            Self::Quarter => 24 * 91,
            Self::Year => 24 * 365,
        };
        hours * HOUR_MS
    }

    /// About how many buckets a window of `millis` has.
    pub const fn buckets_in(self, millis: i64) -> i64 {
        millis / self.about_ms() + 1
    }
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// Monday.
    #[default]
    Mon,
    /// Sunday.
    Sun,
    /// Saturday.
    Sat,
}

impl WeekStart {
    /// The weekday.
    pub const fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Mon,
            Self::Sun => Weekday::Sun,
            Self::Sat => Weekday::Sat,
        }
    }
}

/// The zone of an IANA name.
pub fn parse_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// The first instant of a local date; of a date that the zone skips, the next date's.
pub fn first_instant(date: NaiveDate, zone: Tz) -> Timestamp {
    instant_at(date.and_time(chrono::NaiveTime::MIN), zone)
}

/// The first instant at which the clocks of a zone read `local`; where they skip it, the first
/// after the gap.
pub fn instant_at(local: NaiveDateTime, zone: Tz) -> Timestamp {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Timestamp::from_millis(at.timestamp_millis()),
        MappedLocalTime::Ambiguous(one, other) => {
            Timestamp::from_millis(one.timestamp_millis().min(other.timestamp_millis()))
        }
        MappedLocalTime::None => after_gap(local, zone),
    }
}

/// The first instant whose local reading is not before `local`, which a gap swallows.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Timestamp {
    let around = local.and_utc().timestamp_millis();
    let (mut before, mut after) = (around - 48 * HOUR_MS, around + 48 * HOUR_MS);
    while after - before > 1 {
        let middle = before.midpoint(after);
        if local_reading(Timestamp::from_millis(middle), zone) < local {
            before = middle;
        } else {
            after = middle;
        }
    }
    Timestamp::from_millis(after)
}

fn local_reading(at: Timestamp, zone: Tz) -> NaiveDateTime {
    zoned(at, zone).naive_local()
}

fn zoned(at: Timestamp, zone: Tz) -> DateTime<Tz> {
    at.to_utc().with_timezone(&zone)
}

/// A stretch of time that holds its first instant and not its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

/// A window cut into buckets: `n + 1` limits for `n` buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    limits: Vec<i64>,
}

impl Buckets {
    /// The window as one bucket.
    pub fn whole(window: Period) -> Self {
        Self {
            limits: vec![window.from.millis(), window.to.millis()],
        }
    }

    /// Cuts a window; `Err` gives the finest frequency that is not too many.
    pub fn cut(
        Period { from, to }: Period,
        every: Every,
        zone: Tz,
        week_start: WeekStart,
    ) -> Result<Self, Every> {
        let finest = || {
            Every::ALL
                .into_iter()
                .find(|every| every.buckets_in(to.since(from)) <= i64::from(MAX_BUCKETS))
                .unwrap_or(Every::Year)
        };
        let mut limits = vec![from.millis()];
        let mut cursor = Cursor::new(from, every, zone, week_start);
        loop {
            let next = cursor.next_limit();
            if next >= to {
                break;
            }
            if limits.last().is_some_and(|last| next.millis() > *last) {
                limits.push(next.millis());
            }
            if limits.len() > usize::from(MAX_BUCKETS) {
                return Err(finest());
            }
        }
        limits.push(to.millis());
        Ok(Self { limits })
    }

    /// How many buckets there are.
    pub fn len(&self) -> usize {
        self.limits.len().saturating_sub(1)
    }

    /// Never: a window has at least one bucket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bucket of an instant.
    pub fn index(&self, at: i64) -> Option<usize> {
        let after = self.limits.partition_point(|limit| *limit <= at);
        (after > 0 && after < self.limits.len()).then(|| after - 1)
    }

    /// The start and the end of a bucket, in milliseconds.
    pub fn limits_of(&self, bucket: usize) -> Option<(i64, i64)> {
        Some((*self.limits.get(bucket)?, *self.limits.get(bucket + 1)?))
    }

    /// The half-open spans of the buckets.
    pub fn spans(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        self.limits
            .iter()
            .zip(self.limits.iter().skip(1))
            .map(|(start, end)| (Timestamp::from_millis(*start), Timestamp::from_millis(*end)))
    }

    /// The whole window.
    pub fn window(&self) -> (i64, i64) {
        let first = self.limits.first().copied().unwrap_or_default();
        (first, self.limits.last().copied().unwrap_or_default())
    }
}

/// Walks the limits of a frequency.
struct Cursor {
    every: Every,
    zone: Tz,
    date: NaiveDate,
    at: Timestamp,
}

impl Cursor {
    fn new(from: Timestamp, every: Every, zone: Tz, week_start: WeekStart) -> Self {
        let local = local_reading(from, zone);
        let date = local.date();
        let first = match every {
            Every::Hour | Every::Day => date,
            Every::Week => date.week(week_start.weekday()).first_day(),
            Every::Month => date.with_day(1).unwrap_or(date),
            Every::Quarter => {
                let month = date.month0() / 3 * 3;
                let first = date.with_day(1).unwrap_or(date);
                first.with_month0(month).unwrap_or(first)
            }
            Every::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1).unwrap_or(date),
        };
        let past_hour = i64::from(local.minute()) * 60_000
            + i64::from(local.second()) * 1000
            + from.millis().rem_euclid(1000);
        Self {
            every,
            zone,
            date: first,
            at: from.plus_millis(-past_hour),
        }
    }

    fn next_limit(&mut self) -> Timestamp {
        let next = match self.every {
            Every::Hour => {
                self.at = self.at.plus_millis(HOUR_MS);
                return self.at;
            }
            Every::Day => self.date.checked_add_days(Days::new(1)),
            Every::Week => self.date.checked_add_days(Days::new(7)),
            Every::Month => self.date.checked_add_months(Months::new(1)),
            Every::Quarter => self.date.checked_add_months(Months::new(3)),
            Every::Year => self.date.checked_add_months(Months::new(12)),
        };
        match next {
            Some(date) => {
                self.date = date;
                first_instant(date, self.zone)
            }
            None => Timestamp::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(from: &str, to: &str, every: Every, zone: &str) -> Vec<String> {
        let instants = Period {
            from: Timestamp::parse(from).unwrap(),
            to: Timestamp::parse(to).unwrap(),
        };
        let zone = parse_zone(zone).unwrap();
        let buckets = Buckets::cut(instants, every, zone, WeekStart::Mon).unwrap();
        buckets
            .spans()
            .map(|(start, _)| start.to_string())
            .collect()
    }

    #[test]
    fn a_day_across_a_change_of_the_clocks_has_23_or_25_hours() {
        let spring = cut(
            "2026-03-28T23:00:00Z",
            "2026-03-30T22:00:00Z",
            Every::Day,
            "Europe/Oslo",
        );
        assert_eq!(spring, ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]);
        let autumn = cut(
            "2026-10-24T22:00:00Z",
            "2026-10-26T23:00:00Z",
            Every::Day,
            "Europe/Oslo",
        );
        assert_eq!(autumn, ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]);
        let hours = cut(
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
            Every::Hour,
            "Europe/Oslo",
        );
        assert_eq!(hours.len(), 25);
    }

    #[test]
    fn hours_start_at_the_local_full_hour_in_a_zone_with_half_hours() {
        let hours = cut(
            "2026-01-01T00:00:00Z",
            "2026-01-01T02:00:00Z",
            Every::Hour,
            "Asia/Kolkata",
        );
        assert_eq!(
            hours,
            [
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:30:00Z",
                "2026-01-01T01:30:00Z"
            ]
        );
    }

    #[test]
    fn a_midnight_inside_a_gap_is_the_first_instant_after_it() {
        let zone = parse_zone("America/Sao_Paulo").unwrap();
        let date = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        assert_eq!(
            first_instant(date, zone).to_string(),
            "2018-11-04T03:00:00Z"
        );
        let zone = parse_zone("Pacific/Apia").unwrap();
        let skipped = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
        assert_eq!(
            first_instant(skipped, zone).to_string(),
            "2011-12-30T10:00:00Z"
        );
    }

    #[test]
    fn weeks_months_quarters_and_years_start_where_the_calendar_says() {
        let from = "2025-11-05T00:00:00Z";
        assert_eq!(
            cut(from, "2025-11-12T00:00:00Z", Every::Week, "UTC"),
            [from, "2025-11-10T00:00:00Z"]
        );
        assert_eq!(
            cut(from, "2026-01-02T00:00:00Z", Every::Month, "UTC").len(),
            3
        );
        assert_eq!(
            cut(from, "2026-04-02T00:00:00Z", Every::Quarter, "UTC").len(),
            3
        );
        assert_eq!(
            cut(from, "2026-01-02T00:00:00Z", Every::Year, "UTC").len(),
            2
        );
    }

    #[test]
    fn too_many_buckets_are_refused_with_the_finest_that_is_not() {
        let instants = Period {
            from: Timestamp::parse("2020-01-01T00:00:00Z").unwrap(),
            to: Timestamp::parse("2026-01-01T00:00:00Z").unwrap(),
        };
        let refused = Buckets::cut(instants, Every::Hour, Tz::UTC, WeekStart::Mon);
        assert_eq!(refused, Err(Every::Week));
    }
}
