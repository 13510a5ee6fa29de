//! Reports over columns of a million conversations; a serial twin beside the parallel scan.

#![expect(
    clippy::expect_used,
    missing_docs,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use svar::metrics::{Facts, Update};
use svar::model::Profile;
use svar::report::{Ground, Query, evaluate, registry};

#[path = "common/batches.rs"]
mod batches;
mod common;

const ASKED: [(&str, &str, &str); 11] = [
    ("count", "handled", "from=2026-05-01&to=2026-11-01"),
    (
        "rate_by_day",
        "resolution_rate",
        "from=2026-05-01&to=2026-11-01&every=day&tz=Europe/Oslo",
    ),
    (
        "rate_filtered",
        "resolution_rate",
        "from=2026-05-01&to=2026-11-01&where.channel=chat,email",
    ),
    (
        "window_of_a_week",
        "resolution_rate",
        "from=2026-10-01&to=2026-10-08",
    ),
    (
        "rate_by_channel",
        "resolution_rate",
        "from=2026-05-01&to=2026-11-01&by=channel",
    ),
    (
        "duration_whole",
        "first_response_time",
        "from=2026-05-01&to=2026-11-01",
    ),
    (
        "top_by_messages",
        "reply_count",
        "from=2026-05-01&to=2026-11-01",
    ),
    (
        "duration_by_rep",
        "first_response_time",
        "from=2026-05-01&to=2026-11-01&by=rep",
    ),
    (
        "top_contacts",
        "contact_wait_time",
        "from=2026-05-01&to=2026-11-01",
    ),
    (
        "heat_map",
        "messages_by_hour",
        "from=2026-05-01&to=2026-11-01&tz=Europe/Oslo",
    ),
    (
        "backlog_by_day",
        "backlog",
        "from=2026-05-01&to=2026-11-01&every=day",
    ),
];

/// How many rows are held as rows before they become columns.
const HELD: usize = 65_536;

/// Folds a desk of any size, holding a few thousand conversations at a time.
fn facts(conversations: u32) -> Facts {
    let mut facts: Option<Facts> = None;
    let mut update = Update::default();
    let mut number = 0;
    batches::for_each_batch(conversations, |batch| {
        let parts: Vec<Update> = batch
            .of_units
            .par_iter()
            .enumerate()
            .map(|(place, events)| {
                let mut part = Update::default();
                let unit = number + u32::try_from(place).expect("a place");
                batch.folder.fold(unit, events, common::until(), &mut part);
                part
            })
            .collect();
        number += u32::try_from(batch.of_units.len()).expect("a count");
        for part in parts {
            update.extend(part);
        }
        // Every unit is told once: nothing is struck out.
        update.units.clear();
        let known = facts.take();
        let known = known.unwrap_or_else(|| Facts::new(Arc::clone(&batch.folder.dictionaries)));
        facts = Some(if update.episodes.len() >= HELD {
            known.with(std::mem::take(&mut update), None)
        } else {
            known
        });
    });
    facts.expect("a desk has events").with(update, None)
}

fn ask(facts: &Facts, id: &str, parameters: &str) -> usize {
    let pairs = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let query = Query::parse(pairs, chrono_tz::Tz::UTC).expect("a query");
    let profile = Profile::default();
    let ground = Ground {
        facts,
        profile: &profile,
        as_of: common::until(),
        log_position: 0,
    };
    let report = registry::find(id).expect("a report");
    evaluate(report, &query, ground)
        .expect("an answer")
        .series
        .len()
}

/// Bytes a row of the columns, by table.
fn tell_memory(facts: &Facts) {
    let each = |name: &str, bytes: usize, rows: usize| {
        println!(
            "{name}: {rows} rows, {:.1} bytes each",
            bytes as f64 / rows.max(1) as f64
        );
    };
    each("episodes", facts.episodes.bytes(), facts.episodes.len());
    each("messages", facts.messages.bytes(), facts.messages.len());
    each("replies", facts.responses.bytes(), facts.responses.len());
}

fn reports(criterion: &mut Criterion) {
    for (size, conversations) in [("1m", 1_000_000), ("10m", 10_000_000)] {
        let facts = facts(common::size(conversations));
        tell_memory(&facts);
        reports_over(criterion, size, &facts);
    }
}

fn reports_over(criterion: &mut Criterion, size: &str, facts: &Facts) {
    let serial = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool");
    for (name, id, parameters) in ASKED {
        let mut group = criterion.benchmark_group(format!("report_{size}_{name}"));
        group.throughput(Throughput::Elements(facts.episodes.len() as u64));
        group.bench_function("parallel", |bencher| {
            bencher.iter(|| ask(facts, id, parameters));
        });
        group.bench_function("serial", |bencher| {
            bencher.iter(|| serial.install(|| ask(facts, id, parameters)));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(3));
    targets = reports
}
criterion_main!(benches);
