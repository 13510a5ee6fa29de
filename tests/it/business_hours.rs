//! Business time as seven calendars' own tests have it, and what they disagree on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use svar::model::Timestamp;
use svar::model::schedule::{Hours, Schedule, Version, WEEKDAYS, WorkingTime};

use crate::data::shared;

/// Where a clock reading is skipped, membership counts the minutes that exist.
const BY_MEMBERSHIP: [(&str, i64); 2] = [("bh-029", 29_700), ("bh-166", 1_800)];

fn hours(intervals: &Value) -> Hours {
    let texts: Vec<String> = intervals
        .as_array()
        .unwrap()
        .iter()
        .map(|interval| match interval {
            Value::String(text) => text.clone(),
            pair => format!(
                "{}-{}",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            ),
        })
        .collect();
    Hours::parse(texts.iter().map(String::as_str)).unwrap()
}

fn dated(case: &Value, field: &str) -> BTreeMap<NaiveDate, Hours> {
    let dates = case[field].as_object().into_iter().flatten();
    dates
        .map(|(date, intervals)| (date.parse().unwrap(), hours(intervals)))
        .collect()
}

/// The schedule of a case: shifts take the place of a date's hours, breaks are cut out,
/// holidays have none.
fn version(case: &Value) -> Version {
    let mut week = <[Hours; 7]>::default();
    for (place, name) in WEEKDAYS.iter().enumerate() {
        if case["schedule"][name].is_array() {
            week[place] = hours(&case["schedule"][name]);
        }
    }
    let zone = case["timezone"].as_str().unwrap().parse().unwrap();
    let mut version = Version {
        zone,
        week,
        exceptions: dated(case, "shifts"),
    };
    for (date, breaks) in dated(case, "breaks") {
        let left = version.on(date).without(&breaks);
        version.exceptions.insert(date, left);
    }
    for date in case["holidays"].as_array().unwrap() {
        version
            .exceptions
            .insert(date.as_str().unwrap().parse().unwrap(), Hours::CLOSED);
    }
    version
}

fn at(value: &Value) -> Timestamp {
    Timestamp::parse(value.as_str().unwrap()).unwrap()
}

#[test]
fn every_case_of_the_peers_counts_the_seconds_expected() {
    let Some(path) = shared("business-hours.json") else {
        return;
    };
    let cases: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for case in cases["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let (start, end) = (at(&case["start"]), at(&case["end"]));
        let time = WorkingTime::of(
            &Schedule::new(version(case)),
            start.min(end),
            start.max(end),
        );
        let mut found = time.between(start, end);
        for pause in case["pauses"].as_array().into_iter().flatten() {
            let (from, to) = (at(&pause[0]).max(start), at(&pause[1]).min(end));
            found -= time.between(from, to);
        }
        let by_rule = BY_MEMBERSHIP.iter().find(|(known, _)| *known == id);
        let expected = by_rule.map_or_else(
            || case["expected_business_seconds"].as_i64().unwrap(),
            |(_, seconds)| *seconds,
        );
        // Peers give zero or a negative time for a span that ends before it starts; ours is zero.
        let expected = if end < start { 0 } else { expected };
        checked += 1;
        if found != expected * 1000 {
            wrong.push(format!("{id}: expected {expected}, found {}", found / 1000));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {checked} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(checked, 105);
}
