//! A report judges a chunk's rows class by class where nothing else matters; it must count as
//! if each row were judged by itself.

use proptest::prelude::*;
use serde_json::Value;
use svar::demo;
use svar::metrics::Facts;
use svar::model::{Profile, Timestamp};
use svar::projection::fold_all;
use svar::report::{Measure, Query, QueryContext, Report, RowQuery, evaluate, registry, rows};

const HOUR_MS: i64 = 3_600_000;

fn until() -> Timestamp {
    Timestamp::parse("2026-11-01T00:00:00Z").unwrap()
}

const WINDOW: &str = "from=2026-06-01&to=2026-11-20&compare=none";

fn parse(text: &str) -> Query {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Query::parse(pairs, chrono_tz::Tz::UTC).unwrap()
}

fn ground<'a>(facts: &'a Facts, profile: &'a Profile, as_of: Timestamp) -> QueryContext<'a> {
    QueryContext {
        facts,
        profile,
        as_of,
        log_position: 0,
    }
}

fn ask_one(facts: &Facts, report: &'static Report, more: &str) -> Value {
    let profile = Profile::default();
    let query = parse(&format!("{WINDOW}&{more}"));
    let answer = evaluate(report, &query, ground(facts, &profile, until())).unwrap();
    serde_json::to_value(answer).unwrap()
}

/// The report on each of its bases, by week and by month.
fn ask(facts: &Facts, report: &'static Report, profile: &Profile, as_of: Timestamp) -> Vec<Value> {
    let bases = report.bases.iter().map(|basis| format!("&basis={basis}"));
    let bases: Vec<String> = bases.chain([String::new()]).collect();
    let answers = bases.iter().flat_map(|basis| {
        ["&every=week&tz=Europe/Oslo", "&every=month&by=none"].map(|more| {
            let query = parse(&format!("{WINDOW}&count=100{more}{basis}"));
            let answer = evaluate(report, &query, ground(facts, profile, as_of)).unwrap();
            serde_json::to_value(answer).unwrap()
        })
    });
    answers.collect()
}

/// The series of a report by some field, each with how many rows it counts.
fn series_by(facts: &Facts, report: &'static Report, field: &str) -> Vec<(Value, u64)> {
    let by = format!("by={field}&count=100");
    let answer = ask_one(facts, report, &by);
    let series = answer["series"].as_array().unwrap().iter();
    series
        .map(|one| (one["key"].clone(), one["total"]["count"].as_u64().unwrap()))
        .collect()
}

/// How many rows are listed behind a series.
fn rows_of(facts: &Facts, report: &'static Report, field: &str, key: &Value) -> u64 {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let key = key.as_object().unwrap().iter();
    let wanted = RowQuery {
        key: key
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        limit: 1,
        ..RowQuery::default()
    };
    let query = parse(&format!("{WINDOW}&by={field}"));
    rows(
        report,
        &query,
        &wanted,
        ground(facts, &Profile::default(), until()),
    )
    .unwrap()
    .total as u64
}

/// Codes are read from columns where they follow from one; rows say their own.
#[test]
fn every_series_by_every_field_has_its_rows() {
    let options = demo::Options {
        conversations: 90,
        days: 120,
        ..demo::Options::new(until())
    };
    let events: Vec<_> = demo::events(&options).collect();
    let facts = fold_all(&events, Profile::default(), until());
    let mut checked = 0;
    for report in registry::all() {
        let of_rows = matches!(
            report.measure,
            Measure::Count | Measure::Ratio | Measure::Duration | Measure::Deflection
        );
        for field in report.fields().into_iter().filter(|_| of_rows) {
            let field = field.as_str();
            if report.id == "messages_by_hour" && field == "direction" {
                // Its keys have a direction of their own: sent or received.
                continue;
            }
            for (key, count) in series_by(&facts, report, field).into_iter().take(3) {
                let listed = rows_of(&facts, report, field, &key);
                assert_eq!(listed, count, "{} by {field}: {key}", report.id);
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// What chunks remember holds from an instant on; a question of a time before it is judged
    /// row by row. So many happen within `N` that time changes more rows than are judged one by one.
    #[test]
    fn what_classes_add_is_what_their_rows_add(seed in any::<u64>(), hours in 0_i64..400, which in 0_usize..3) {
        let options = demo::Options {
            conversations: 150,
            days: 18,
            seed,
            ..demo::Options::new(until())
        };
        let events: Vec<_> = demo::events(&options).collect();
        let name = ["svar", "durable-7d", "fin-24h"][which];
        let profile = Profile::shipped().find(|profile| profile.name == name).unwrap();
        let as_of = until().plus_millis(-hours * HOUR_MS);
        let (by_class, by_row) = [(); 2].map(|()| fold_all(&events, profile.clone(), until())).into();
        for report in registry::all() {
            // From now on what is remembered is of a later time.
            ask(&by_row, report, &profile, as_of.plus_millis(900 * 24 * HOUR_MS));
        }
        for report in registry::all() {
            let classes = ask(&by_class, report, &profile, as_of);
            prop_assert_eq!(classes, ask(&by_row, report, &profile, as_of), "{}", report.id);
        }
    }
}
