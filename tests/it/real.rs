//! Real conversations and city requests: imported whole, and counted as a script counts them.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::data::shared;
use crate::desk::Desk;

const ALL_TIME: &str = "from=2000-01-01&to=2026-10-01&by=none";

fn read(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// Imports a file twice: everything is taken, and then nothing.
fn imported(desk: &Desk, bytes: &[u8]) {
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .count() as u64;
    let first = desk.app.take_body("test", bytes, None).unwrap();
    assert_eq!(
        (first.accepted, first.duplicates, first.rejected.len()),
        (lines, 0, 0)
    );
    let again = desk.app.take_body("test", bytes, None).unwrap();
    assert_eq!(
        (again.accepted, again.duplicates, again.rejected.len()),
        (0, lines, 0)
    );
    desk.app.settle().unwrap();
}

fn first_replies(name: &str) {
    let Some(path) = shared(name) else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/first_replies.py");
    let counted = Command::new("python3")
        .arg(script)
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        counted.status.success(),
        "{}",
        String::from_utf8_lossy(&counted.stderr)
    );
    let expected: Value = serde_json::from_slice(&counted.stdout).unwrap();
    let desk = Desk::new();
    imported(&desk, &read(&path));
    let result = desk.report("first_response_time", ALL_TIME);
    assert_eq!(result["total"]["count"], expected["count"]);
    assert_eq!(result["open"], expected["open"]);
    let (mean, counted) = (
        result["total"]["mean"].as_f64().unwrap(),
        expected["mean"].as_f64().unwrap(),
    );
    assert!(
        (mean - counted).abs() <= 1e-9 * counted,
        "{mean} against {counted}"
    );
}

#[test]
fn first_responses_of_irc_ubuntu_are_those_of_the_script() {
    first_replies("irc-ubuntu.events.jsonl.gz");
}

#[test]
fn first_responses_of_other_channels_are_those_of_the_script() {
    first_replies("irc-other.events.jsonl.gz");
}

/// Tickets opened, their first closes, and the seconds between, counted straight from the lines.
fn closes(bytes: &[u8]) -> (u64, Vec<i64>) {
    let at = |event: &Value| {
        svar::model::Timestamp::parse(event["at"].as_str().unwrap())
            .unwrap()
            .millis()
    };
    let (mut opened, mut closed) = (HashMap::new(), HashMap::new());
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let event: Value = serde_json::from_slice(line).unwrap();
        let ticket = event["ticket"].as_str().unwrap().to_owned();
        if event["type"] == "ticket.opened" {
            opened.insert(ticket, at(&event));
        } else {
            assert_eq!(event["stage"], "closed");
            closed.insert(ticket, at(&event));
        }
    }
    let waits = closed
        .iter()
        .map(|(ticket, at)| (at - opened[ticket]).max(0))
        .collect();
    (opened.len() as u64, waits)
}

fn tickets(name: &str) {
    let Some(path) = shared(name) else { return };
    let bytes = read(&path);
    let (opened, waits) = closes(&bytes);
    let desk = Desk::new();
    imported(&desk, &bytes);
    assert_eq!(
        desk.report("support_volume", ALL_TIME)["total"]["value"],
        opened
    );
    let result = desk.report("time_to_close", ALL_TIME);
    assert_eq!(result["total"]["count"], waits.len());
    let mean = waits.iter().sum::<i64>() as f64 / waits.len() as f64 / 1000.0;
    assert!((result["total"]["mean"].as_f64().unwrap() - mean).abs() <= 1e-9 * mean);
    let backlog = desk.report("backlog", ALL_TIME);
    assert_eq!(
        backlog["series"][1]["total"]["value"],
        opened - waits.len() as u64
    );
}

#[test]
fn city_requests_of_baltimore_close_as_counted_directly() {
    tickets("baltimore-311.events.jsonl.gz");
}

#[test]
fn city_requests_of_new_york_close_as_counted_directly() {
    tickets("nyc-311.events.jsonl.gz");
}

/// The instant of an event's field.
fn instant(event: &Value, field: &str) -> Option<svar::model::Timestamp> {
    svar::model::Timestamp::parse(event[field].as_str()?).ok()
}

/// Every ticket with its opening, its close, and when it was due.
type Course = (
    svar::model::Timestamp,
    Option<svar::model::Timestamp>,
    Option<svar::model::Timestamp>,
);

fn courses(bytes: &[u8]) -> Vec<Course> {
    let mut courses: HashMap<String, Course> = HashMap::new();
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let events: Vec<Value> = lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    for event in events
        .iter()
        .filter(|event| event["type"] == "ticket.opened")
    {
        let course = (
            instant(event, "at").unwrap(),
            None,
            instant(event, "close_due_at"),
        );
        courses.insert(event["ticket"].to_string(), course);
    }
    for event in events
        .iter()
        .filter(|event| event["type"] == "ticket.staged")
    {
        let course = courses.get_mut(&event["ticket"].to_string()).unwrap();
        course.1 = instant(event, "at").map(|at| at.max(course.0));
    }
    courses.into_values().collect()
}

#[test]
fn the_share_of_baltimore_closed_by_its_due_date_is_that_counted_directly() {
    let Some(path) = shared("baltimore-311.events.jsonl.gz") else {
        return;
    };
    let bytes = read(&path);
    let courses = courses(&bytes);
    let due = courses
        .iter()
        .filter_map(|(_, closed, due)| Some((*closed, (*due)?)));
    let due: Vec<_> = due.collect();
    let in_time = due
        .iter()
        .filter(|(closed, due)| closed.is_some_and(|at| at <= *due));
    let desk = Desk::new();
    imported(&desk, &bytes);
    let result = desk.report("sla_attainment", ALL_TIME);
    assert_eq!(result["total"]["denominator"], due.len());
    assert_eq!(result["total"]["numerator"], in_time.count());
    assert_eq!(result["series"][0]["key"]["target"], "close");
}

#[test]
fn the_backlog_of_new_york_is_that_counted_directly_at_any_hour() {
    let Some(path) = shared("nyc-311.events.jsonl.gz") else {
        return;
    };
    let bytes = read(&path);
    let courses = courses(&bytes);
    let desk = Desk::new();
    imported(&desk, &bytes);
    let result = desk.report(
        "backlog",
        "from=2018-10-21T04:00:00Z&to=2018-10-22T08:00:00Z&every=hour",
    );
    let points = result["series"][1]["points"].as_array().unwrap();
    assert_eq!(points.len(), 28);
    for point in points {
        let end = instant(point, "end").unwrap();
        let open = courses
            .iter()
            .filter(|(opened, closed, _)| *opened < end && closed.is_none_or(|at| at >= end));
        assert_eq!(point["value"], open.count(), "at {end}");
    }
}
