//! Reports over columns of a million conversations; a serial twin beside the parallel scan.

#![expect(
    clippy::expect_used,
    missing_docs,
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

const ASKED: [(&str, &str, &str); 8] = [
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

/// Folds a desk of any size, holding a few thousand conversations at a time.
fn facts(conversations: u32) -> Facts {
    let mut update = Update::default();
    let mut folder = None;
    let mut number = 0;
    batches::for_each_batch(conversations, |batch| {
        folder.get_or_insert_with(|| batch.folder.clone());
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
    });
    let folder = folder.expect("a desk has events");
    Facts::new(Arc::clone(&folder.dictionaries)).with(update, None)
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

fn reports(criterion: &mut Criterion) {
    let facts = facts(common::size(1_000_000));
    let serial = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool");
    for (name, id, parameters) in ASKED {
        let mut group = criterion.benchmark_group(format!("report_{name}"));
        group.throughput(Throughput::Elements(facts.episodes.len() as u64));
        group.bench_function("parallel", |bencher| {
            bencher.iter(|| ask(&facts, id, parameters));
        });
        group.bench_function("serial", |bencher| {
            bencher.iter(|| serial.install(|| ask(&facts, id, parameters)));
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
