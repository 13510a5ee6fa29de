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
        let mut counted = time.between(start, end);
        for pause in case["pauses"].as_array().into_iter().flatten() {
            let (from, to) = (at(&pause[0]).max(start), at(&pause[1]).min(end));
            counted -= time.between(from, to);
        }
        let by_rule = BY_MEMBERSHIP.iter().find(|(name, _)| *name == id);
        let expected = by_rule.map_or_else(
            || case["expected_business_seconds"].as_i64().unwrap(),
            |(_, seconds)| *seconds,
        );
        // Peers give zero or a negative time for a span that ends before it starts; ours is zero.
        let expected = if end < start { 0 } else { expected };
        checked += 1;
        if counted != expected * 1000 {
            wrong.push(format!(
                "{id}: expected {expected}, found {}",
                counted / 1000
            ));
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

/// The answer of the built binary to a case, which is handed to it as it is.
fn evaluated(case: &Value, folder: &std::path::Path) -> Value {
    let file = folder.join("case.json");
    std::fs::write(&file, case.to_string()).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_svar"))
        .args(["schedule", "between", "--json", "--schedule"])
        .arg(&file)
        .args([
            case["start"].as_str().unwrap(),
            case["end"].as_str().unwrap(),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        case["id"],
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_command_counts_what_the_library_counts_and_lists_it() {
    let Some(path) = shared("business-hours.json") else {
        return;
    };
    let cases: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let by_rule = BY_MEMBERSHIP.iter().find(|(id, _)| case["id"] == *id);
        let expected = if at(&case["end"]) < at(&case["start"]) {
            0
        } else {
            by_rule.map_or_else(
                || case["expected_business_seconds"].as_i64().unwrap(),
                |(_, seconds)| *seconds,
            )
        };
        let counted = evaluated(case, folder.path());
        assert_eq!(counted["seconds"], expected, "{}", case["id"]);
        let listed: i64 = counted["intervals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|interval| at(&interval["end"]).since(at(&interval["start"])))
            .sum();
        assert_eq!(listed, expected * 1000, "{}", case["id"]);
    }
}

#[test]
fn the_api_counts_by_a_posted_schedule_and_by_one_of_the_desks() {
    use crate::desk::{Desk, Server, agent, answer};
    let desk = Desk::new();
    desk.post_story(r#"01 00:00 schedule.upserted schedule=day week={"fri":["09:00-17:00"],"mon":["09:00-17:00"]}"#);
    let server = Server::start(&desk.app);
    let post = |body: Value| {
        let request = agent().post(server.url("/api/v1/schedules/between"));
        let request = request.header("content-type", "application/json");
        answer(request.send(body.to_string()))
    };
    let span = |schedule: Value| serde_json::json!({"start": "2026-10-02T16:30:00Z", "end": "2026-10-05T09:30:00Z", "schedule": schedule});
    let posted = serde_json::json!({"timezone": "UTC", "schedule": {"fri": [["09:00", "17:00"]], "mon": ["09:00-17:00"]}});
    for schedule in [Value::from("day"), posted] {
        let json = post(span(schedule)).json();
        assert_eq!(json["seconds"], 3600);
        assert_eq!(json["intervals"][1]["start"], "2026-10-05T09:00:00Z");
    }
    assert_eq!(post(span("night".into())).status, 404);
    let wrong = serde_json::json!({"timezone": "UTC", "schedule": {"fri": ["17:00-09:00"]}});
    assert_eq!(post(span(wrong)).status, 400);
}

#[test]
fn holidays_of_a_calendar_close_the_schedule_from_now_on() {
    use crate::desk::Desk;
    let desk = Desk::new();
    desk.post_story(r#"01 00:00 schedule.upserted week={"fri":["09:00-17:00"]}"#);
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Christmas Day\r\nDTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let taken = desk.app.import_holidays(None, calendar).unwrap();
    // From 2020 to ten years after 2026.
    assert_eq!((taken.schedule.as_str(), taken.added), ("default", 17));
    desk.app.settle().unwrap();
    let again = desk.app.import_holidays(None, calendar).unwrap();
    assert_eq!((again.added, again.known), (0, 17));
    let seconds_of = |day: &str| {
        let body = serde_json::json!({"schedule": "default", "start": format!("{day}T00:00:00Z"), "end": format!("{day}T23:00:00Z")});
        desk.app.working_time(&body).unwrap().seconds
    };
    // Christmas Day of 2026 is a Friday; that of 2020 was worked.
    assert_eq!(seconds_of("2026-12-25"), 0);
    assert_eq!(seconds_of("2026-12-18"), 28_800);
    assert_eq!(seconds_of("2020-12-25"), 28_800);
}
