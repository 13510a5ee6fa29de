//! The worked cases: tiny desks with one question each, answered by hand.

use chrono_tz::Tz;
use serde_json::Value;
use svar::model::{Event, Profile, Timestamp};
use svar::projection::fold_all;
use svar::report::{Query, QueryContext, evaluate, registry};

use crate::data::{difference, shared};

fn parameters(query: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .map(|item| item.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(","),
        other => other.to_string(),
    };
    let mut pairs = Vec::new();
    for (name, value) in query.as_object().unwrap() {
        match name.as_str() {
            "report" => {}
            "where" => {
                for (field, value) in value.as_object().unwrap() {
                    pairs.push((format!("where.{field}"), text(value)));
                }
            }
            _ => pairs.push((name.clone(), text(value))),
        }
    }
    pairs
}

fn answer(case: &Value) -> Value {
    let events: Vec<Event> = case["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| Event::from_value(event.clone()).unwrap())
        .collect();
    let parameters = parameters(&case["query"]);
    let pairs = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let query = Query::parse(pairs, Tz::UTC).unwrap();
    let as_of = query
        .as_of
        .unwrap_or(Timestamp::parse("2026-11-21T00:00:00Z").unwrap());
    let profile = Profile::default();
    let facts = fold_all(&events, profile.clone(), as_of);
    let ground = QueryContext {
        facts: &facts,
        profile: &profile,
        as_of,
        log_position: 0,
    };
    let report = registry::find(case["query"]["report"].as_str().unwrap()).unwrap();
    let mut json = serde_json::to_value(evaluate(report, &query, ground).unwrap()).unwrap();
    json["report"] = json["report"]["id"].clone();
    json
}

#[test]
fn every_worked_case_has_the_answer_worked_by_hand() {
    let Some(path) = shared("worked-cases.jsonl") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (mut checked, mut wrong) = (0, Vec::new());
    for (number, case) in cases.iter().enumerate() {
        let report = case["query"]["report"].as_str().unwrap();
        checked += 1;
        if let Some(difference) = difference(&case["expected"], &answer(case), "") {
            wrong.push(format!("case {} ({report}) {difference}", number + 1));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {checked} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(checked, 100);
}
