//! Working time against a count minute by minute, and what peers get wrong in public.

use std::collections::BTreeMap;

use chrono::Timelike;
use proptest::prelude::*;

use super::*;
use crate::model::HOUR_MS;
use crate::model::schedule::Hours;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn weekly(zone: &str, days: &[usize], hours: &str) -> Version {
    let hours = Hours::parse(hours.split_whitespace()).unwrap();
    let mut week = <[Hours; 7]>::default();
    for day in days {
        week[*day] = hours.clone();
    }
    Version {
        zone: zone.parse().unwrap(),
        week,
        exceptions: BTreeMap::new(),
    }
}

fn office(zone: &str) -> Schedule {
    Schedule::new(weekly(zone, &[0, 1, 2, 3, 4], "09:00-17:00"))
}

fn working(schedule: &Schedule) -> WorkingTime {
    WorkingTime::of(
        schedule,
        at("2026-01-01T00:00:00Z"),
        at("2027-01-01T00:00:00Z"),
    )
}

#[test]
fn friday_half_past_four_plus_one_hour_is_monday_half_past_nine() {
    let time = working(&office("UTC"));
    let due = time.after(at("2026-01-09T16:30:00Z"), HOUR_MS).unwrap();
    assert_eq!(due.to_string(), "2026-01-12T09:30:00Z");
    assert_eq!(time.between(at("2026-01-09T16:30:00Z"), due), HOUR_MS);
}

#[test]
fn a_lunch_break_a_holiday_and_24_00_count_as_they_say() {
    let mut version = weekly(
        "Europe/Oslo",
        &[0, 1, 2, 3, 4, 5, 6],
        "00:00-11:30 12:00-24:00",
    );
    version
        .exceptions
        .insert("2026-05-01".parse().unwrap(), Hours::CLOSED);
    let time = working(&Schedule::new(version));
    let day = |from: &str, to: &str| time.between(at(from), at(to)) / 60_000;
    assert_eq!(
        day("2026-04-29T22:00:00Z", "2026-04-30T22:00:00Z"),
        24 * 60 - 30
    );
    assert_eq!(day("2026-04-30T22:00:00Z", "2026-05-01T22:00:00Z"), 0);
}

#[test]
fn a_schedule_changed_later_leaves_earlier_stretches_alone() {
    let mut schedule = office("UTC");
    schedule.change(
        at("2026-01-06T12:00:00Z"),
        weekly("UTC", &[0, 1], "10:00-11:00"),
    );
    let time = working(&schedule);
    // Monday 8 h, Tuesday 3 h until noon; the Monday after 1 h.
    assert_eq!(
        time.between(at("2026-01-05T00:00:00Z"), at("2026-01-12T23:00:00Z")),
        12 * HOUR_MS
    );
}

#[test]
fn skipped_minutes_have_no_time_and_repeated_ones_count_twice() {
    let time = working(&Schedule::new(weekly("Europe/Oslo", &[6], "01:30-03:30")));
    let spring = time.between(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"));
    assert_eq!(spring, HOUR_MS, "the hour from two to three does not exist");
    let autumn = time.between(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"));
    assert_eq!(
        autumn,
        3 * HOUR_MS,
        "the hour from two to three comes twice"
    );
}

#[test]
fn a_span_that_ends_before_it_starts_is_zero() {
    let time = working(&office("UTC"));
    assert_eq!(
        time.between(at("2026-01-06T12:00:00Z"), at("2026-01-05T12:00:00Z")),
        0
    );
}

/// Counts minute by minute: is the local reading within the hours of the local date?
fn counted(version: &Version, start: Timestamp, end: Timestamp) -> i64 {
    let mut minutes = 0;
    let mut instant = start;
    while instant < end {
        let local = instant.to_utc().with_timezone(&version.zone).naive_local();
        let reading = i64::from(local.num_seconds_from_midnight()) * 1000;
        let open = version.on(local.date()).intervals();
        minutes += i64::from(
            open.iter()
                .any(|(from, to)| (*from..*to).contains(&reading)),
        );
        instant = instant.plus_millis(60_000);
    }
    minutes * 60_000
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the schedule and the zone, working time is the count of its minutes.
    #[test]
    fn working_time_is_the_count_of_its_minutes(
        zone in prop::sample::select(vec![
            "UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
            "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran",
        ]),
        hours in prop::collection::vec((0_i64..1440, 1_i64..600), 0..4),
        days in prop::collection::vec(0_usize..7, 0..7),
        first in 0_i64..360 * 1440,
        length in 0_i64..5 * 1440,
    ) {
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours: Vec<String> = hours
            .iter()
            .map(|(start, length)| format!("{}-{}", clock(*start), clock((start + length).min(1440))))
            .collect();
        let version = weekly(zone, &days, &hours.join(" "));
        let start = at("2026-01-01T00:00:00Z").plus_millis(first * 60_000);
        let end = start.plus_millis(length * 60_000);
        let time = WorkingTime::of(&Schedule::new(version.clone()), start, end);
        prop_assert_eq!(time.between(start, end), counted(&version, start, end));
        let year = working(&Schedule::new(version.clone()));
        if end < at("2026-12-31T00:00:00Z") {
            prop_assert_eq!(year.between(start, end), counted(&version, start, end));
        }
    }
}
