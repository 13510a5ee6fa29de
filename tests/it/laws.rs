//! The laws that hold for every report, each held on a synthetic desk.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use svar::demo;
use svar::metrics::{Facts, ThreadRow};
use svar::model::{Event, Profile, Timestamp};
use svar::projection::fold_all;
use svar::report::{
    Measure, Query, QueryContext, Report, RowQuery, evaluate, registry, rows, to_csv,
};

use crate::desk::{Desk, facts_of};

const UNTIL: &str = "2026-11-01T00:00:00Z";

fn until() -> Timestamp {
    Timestamp::parse(UNTIL).unwrap()
}

fn desk_events(conversations: u32) -> Vec<Event> {
    let options = demo::Options {
        conversations,
        days: 220,
        ..demo::Options::new(until())
    };
    demo::events(&options).collect()
}

/// A desk of 400 conversations over both changes of the clocks of 2026, folded once.
fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| fold_all(&desk_events(400), Profile::default(), until()))
}

fn query(text: &str) -> Query {
    Query::parse(
        text.split('&').filter_map(|pair| pair.split_once('=')),
        chrono_tz::Tz::UTC,
    )
    .unwrap()
}

fn ask_of(facts: &Facts, report: &'static Report, text: &str) -> Value {
    let profile = Profile::default();
    let ground = QueryContext {
        facts,
        profile: &profile,
        as_of: until(),
        log_position: 0,
    };
    serde_json::to_value(evaluate(report, &query(text), ground).unwrap()).unwrap()
}

fn ask(report: &'static Report, text: &str) -> Value {
    ask_of(facts(), report, text)
}

/// Windows in zones with half hours and across both changes of the clocks.
const WINDOWS: [&str; 4] = [
    "from=2026-04-01&to=2026-11-01&tz=Asia/Kolkata",
    "from=2026-04-01&to=2026-11-01&tz=Europe/Oslo",
    "from=2026-04-01&to=2026-11-01&tz=Australia/Lord_Howe",
    "from=2026-10-20T10:30:00Z&to=2026-10-29T01:15:00Z&tz=America/St_Johns",
];

/// Every answer of the desk, with nothing that depends on when it was asked.
fn every_answer(facts: &Facts) -> Vec<Value> {
    let all = registry::all();
    all.map(|report| {
        ask_of(
            facts,
            report,
            "from=2026-04-01&to=2026-11-01&every=month&count=100",
        )
    })
    .collect()
}

#[test]
fn law_1_daily_and_hourly_buckets_sum_to_the_total_in_any_zone() {
    let counts = registry::all().filter(|report| report.measure == Measure::Count);
    // A cut that stays gives many series; their sum is the same law.
    for report in counts.filter(|report| report.fixed_cut.is_empty()) {
        for window in WINDOWS {
            let whole = ask(report, &format!("{window}&by=none"))["total"]["value"].clone();
            for every in ["day", "week", "month"] {
                let cut = ask(report, &format!("{window}&by=none&every={every}"));
                let points = cut["series"][0]["points"].as_array();
                let sum: u64 = points
                    .into_iter()
                    .flatten()
                    .map(|point| point["value"].as_u64().unwrap())
                    .sum();
                assert_eq!(json!(sum), whole, "{} {window} {every}", report.id);
            }
        }
    }
}

#[test]
fn law_2_the_rows_are_the_number() {
    let profile = Profile::default();
    let ground = QueryContext {
        facts: facts(),
        profile: &profile,
        as_of: until(),
        log_position: 0,
    };
    let wanted = RowQuery {
        limit: usize::MAX,
        ..RowQuery::default()
    };
    for report in registry::all().filter(|report| !matches!(report.measure, Measure::Composite(_)))
    {
        let whole = query("from=2026-06-01&to=2026-09-01&by=none&count=100");
        let result = ask(report, "from=2026-06-01&to=2026-09-01&by=none&count=100");
        let page = rows(report, &whole, &wanted, ground).unwrap();
        let number = match report.measure {
            Measure::Level | Measure::TopCount => {
                let series = result["series"].as_array().unwrap().iter();
                series
                    .map(|series| series["total"]["value"].as_u64().unwrap())
                    .sum()
            }
            // The highest level is no sum of rows; a time is the sum of its stretches.
            Measure::Peak => continue,
            Measure::StatusTime | Measure::WorkingTime => {
                let value = result["total"]["value"].as_f64().unwrap();
                let sum: f64 = page.items.iter().filter_map(|row| row.value).sum();
                assert!((value - sum).abs() < 1e-3, "{}: {value} {sum}", report.id);
                continue;
            }
            _ => result["total"]["count"].as_u64().unwrap(),
        };
        if report.id == "csat" || report.id == "messages_per_ticket" {
            // Surveys sent and not rated are rows, too; the lists show the longest only.
            assert!(page.items.len() as u64 >= number, "{}", report.id);
            continue;
        }
        assert_eq!(page.items.len() as u64, number, "{}", report.id);
    }
}

#[test]
fn law_3_csv_has_the_figures_of_the_screen() {
    let profile = Profile::default();
    let ground = QueryContext {
        facts: facts(),
        profile: &profile,
        as_of: until(),
        log_position: 0,
    };
    for report in registry::all() {
        let whole = query("from=2026-06-01&to=2026-09-01&every=month&count=100&compare=none");
        let result = evaluate(report, &whole, ground).unwrap();
        let mut reader =
            csv::Reader::from_reader(std::io::Cursor::new(to_csv(&result, &|_, _| None)));
        let head = reader.headers().unwrap().clone();
        let place = head.iter().position(|name| name == "value").unwrap();
        let values: Vec<String> = reader
            .records()
            .map(|line| line.unwrap()[place].to_owned())
            .collect();
        let points = result.series.iter().flat_map(|series| series.points.iter());
        let expected: Vec<String> = points
            .map(|point| {
                let value = serde_json::to_string(&point.figures.value()).unwrap();
                if value == "null" {
                    String::new()
                } else {
                    value
                }
            })
            .collect();
        assert_eq!(values, expected, "{}", report.id);
    }
}

#[test]
fn law_5_what_arrived_live_equals_a_rebuild() {
    let events = desk_events(60);
    let desk = Desk::new();
    for batch in events.chunks(97) {
        let lines: String = batch.iter().map(|event| event.to_json() + "\n").collect();
        assert_eq!(
            desk.app
                .take_body("test", lines.as_bytes(), None)
                .unwrap()
                .rejected,
            []
        );
    }
    desk.app.settle().unwrap();
    let live = every_answer(&desk.app.snapshot().facts);
    let again = desk.reopened();
    assert_eq!(every_answer(&again.app.snapshot().facts), live);
    assert_eq!(
        every_answer(&fold_all(&events, Profile::default(), until())),
        live
    );
}

#[test]
fn law_6_one_thread_counts_what_many_count() {
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let many = rayon::ThreadPoolBuilder::new()
        .num_threads(4)
        .build()
        .unwrap();
    assert_eq!(
        alone.install(|| every_answer(facts())),
        many.install(|| every_answer(facts()))
    );
}

/// Chunks keep how reports judged them; what they keep must hold at every later instant.
#[test]
fn what_a_chunk_keeps_answers_as_rows_judged_afresh() {
    let events = desk_events(150);
    let facts = fold_all(&events, Profile::default(), until());
    let hour = 3_600_000;
    let profile = Profile::default();
    for hours in [0, 1, 2, 30, 29, 80, 24 * 6, 24 * 9, 24 * 30, 24 * 9] {
        let as_of = until().plus_millis(hours * hour);
        let fresh = fold_all(&events, Profile::default(), until());
        for report in registry::all() {
            let answer = |facts: &Facts| {
                let ground = QueryContext {
                    facts,
                    profile: &profile,
                    as_of,
                    log_position: 0,
                };
                let query = query("from=2026-09-01&to=2026-11-10&every=month");
                serde_json::to_value(evaluate(report, &query, ground).unwrap()).unwrap()
            };
            assert_eq!(
                answer(&facts),
                answer(&fresh),
                "{} after {hours} h",
                report.id
            );
        }
    }
}

/// The same desk several times over, so that its tables have several chunks.
fn wide_desk() -> Facts {
    let mut facts = fold_all(&desk_events(2_500), Profile::default(), until());
    let once = facts.clone();
    let beside = |unit: u32, round: u32| unit + round * 100_000;
    for round in 1..5 {
        let mut update = svar::metrics::Update::default();
        update.episodes.extend(once.episodes.rows());
        update.messages.extend(once.messages.rows());
        update.responses.extend(once.responses.rows());
        for row in &mut update.episodes {
            row.unit = beside(row.unit, round);
        }
        for row in &mut update.messages {
            row.unit = beside(row.unit, round);
        }
        for row in &mut update.responses {
            row.unit = beside(row.unit, round);
        }
        facts = facts.with(update, None);
    }
    assert!(facts.messages.chunks().len() > 3);
    facts
}

/// Which rows lie in one chunk depends on which units were folded together.
#[test]
fn the_order_of_folding_changes_no_number() {
    let mut facts = wide_desk();
    // Of few contacts, so that they come back often.
    let conversations = 0_u32..u32::try_from(facts.dictionaries.conversation.len()).unwrap();
    let threads = conversations.map(|code| (code, facts.thread(code)));
    let shared = threads.map(|(code, row)| {
        let contact = row.contact % 100;
        (code, ThreadRow { contact, ..row })
    });
    let update = svar::metrics::Update {
        threads: shared.collect(),
        ..svar::metrics::Update::default()
    };
    facts = facts.with(update, None);
    let mut parts = [0, 1].map(|_| svar::metrics::Update::default());
    macro_rules! split {
        ($($table:ident)*) => {
            $(for row in facts.$table.rows() {
                let part = &mut parts[usize::from(row.unit % 100_000 % 3 == 0)];
                part.$table.push(row);
                part.units.insert(row.unit);
            })*
        };
    }
    split! {
        episodes messages responses questions feedback surveys tickets ticket_messages
        backlog stays promises jobs
    }
    let mut split = facts.clone();
    for part in parts {
        split = split.with(part, None);
    }
    assert!(split.episodes.chunks().len() > 1);
    assert_eq!(every_answer(&split), every_answer(&facts));
}

/// Settled chunks are asked together once a question comes again; the answer stays the same,
/// also for another window, and after a row of theirs was struck out.
#[test]
fn what_many_chunks_remember_answers_as_the_first_time() {
    let profile = Profile::default();
    let answer = |facts: &Facts, report: &'static Report, text: &str| {
        let ground = QueryContext {
            facts,
            profile: &profile,
            as_of: until().plus_millis(60 * 86_400_000),
            log_position: 0,
        };
        serde_json::to_value(evaluate(report, &query(text), ground).unwrap()).unwrap()
    };
    let (facts, other) = (wide_desk(), wide_desk());
    let strike = |facts: &Facts| {
        let update = svar::metrics::Update {
            units: (3..40).chain(100_010..100_020).collect(),
            ..svar::metrics::Update::default()
        };
        facts.with(update, None)
    };
    let (struck, other_struck) = (strike(&facts), strike(&other));
    let queries = [
        "from=2026-04-10&to=2026-10-20",
        "from=2026-04-10T05:00:00Z&to=2026-10-20&every=week&tz=Europe/Oslo",
        "from=2026-08-01&to=2026-09-15&every=day&by=none",
        "from=2026-08-01&to=2026-10-15&every=day&by=none",
    ];
    let more = [
        "from=2026-04-10&to=2026-10-20&every=month&by=rep",
        "from=2026-04-10&to=2026-10-20&where.channel=chat,email",
    ];
    for report in registry::all() {
        let is_timed = report.id == "first_response_time";
        let more = more.into_iter().filter(|_| is_timed);
        for text in queries.into_iter().chain(more) {
            let first = answer(&facts, report, text);
            for _ in 0..2 {
                assert_eq!(answer(&facts, report, text), first, "{} {text}", report.id);
            }
            let expected = answer(&other_struck, report, text);
            for _ in 0..3 {
                let response = answer(&struck, report, text);
                assert_eq!(response, expected, "{} {text}, struck", report.id);
            }
        }
    }
}

#[test]
fn law_7_every_handled_episode_has_one_outcome() {
    let whole = "from=2026-01-01&to=2026-11-01";
    let handled = registry::find("handled").unwrap();
    let all = ask(handled, whole)["total"]["value"].as_u64().unwrap();
    let mut parts = 0;
    for outcome in ["resolved", "handed_off", "abandoned", "pending"] {
        let count = ask(handled, &format!("{whole}&where.outcome={outcome}"))["total"]["value"]
            .as_u64()
            .unwrap();
        assert!(count > 0, "no episode is {outcome}");
        parts += count;
    }
    assert_eq!(parts, all);
}

#[test]
fn law_8_time_alone_only_settles_what_was_pending() {
    let events = desk_events(120);
    let first = Timestamp::parse("2026-09-01T00:00:00Z").unwrap();
    let early: Vec<Event> = events
        .iter()
        .filter(|event| event.at <= first)
        .cloned()
        .collect();
    let facts = fold_all(&early, Profile::default(), first);
    let profile = Profile::default();
    let window = "from=2026-06-01&to=2026-08-01&every=week&by=none";
    let mut settled = BTreeSet::new();
    for report in registry::all().filter(|report| !matches!(report.measure, Measure::Composite(_)))
    {
        let at = |as_of: Timestamp| {
            let ground = QueryContext {
                facts: &facts,
                profile: &profile,
                as_of,
                log_position: 0,
            };
            serde_json::to_value(evaluate(report, &query(window), ground).unwrap()).unwrap()
        };
        let (then, later) = (at(first), at(first.plus_millis(60 * 86_400_000)));
        if then["pending"] == 0 && then["open"] == 0 {
            assert_eq!(then["series"], later["series"], "{}", report.id);
            settled.insert(report.id);
        }
    }
    assert!(settled.len() > 20, "{settled:?}");
}

#[test]
fn a_zero_denominator_is_null_and_never_zero() {
    let empty = facts_of("01 09:00 team.upserted team=t");
    for report in registry::all() {
        let result = empty.ask(report.id, "by=none");
        let shares = matches!(
            report.measure,
            Measure::Ratio
                | Measure::Deflection
                | Measure::Csat
                | Measure::HandoffOutcomes
                | Measure::Duration
        );
        if shares {
            assert_eq!(result["total"]["value"], Value::Null, "{}", report.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Law 4: any order and any duplication of the same events gives the same numbers.
    #[test]
    fn law_4_shuffled_and_repeated_events_give_the_same_numbers(
        seed in any::<u64>(),
        order in Just((0..600_usize).collect::<Vec<_>>()).prop_shuffle(),
        size in 20_usize..200,
    ) {
        let options = demo::Options { conversations: 40, days: 220, seed, until: until() };
        let events: Vec<Event> = demo::events(&options).collect();
        let mut shuffled: Vec<&Event> = events.iter().chain(events.iter().step_by(7)).collect();
        shuffled.sort_by_cached_key(|event| {
            let salt = event.id.bytes().fold(0_usize, |sum, byte| sum * 31 % 600 + usize::from(byte));
            order[salt % 600]
        });
        let desk = Desk::new();
        for batch in shuffled.chunks(size) {
            let lines: String = batch.iter().map(|event| event.to_json() + "\n").collect();
            let taken = desk.app.take_body("test", lines.as_bytes(), None).unwrap();
            prop_assert!(taken.rejected.is_empty(), "{:?}", taken.rejected);
        }
        desk.app.settle().unwrap();
        let expected = fold_all(&events, Profile::default(), until());
        prop_assert_eq!(every_answer(&desk.app.snapshot().facts), every_answer(&expected));
    }
}
