//! The whole overview page: every report that its tiles and panels ask for, with the
//! period before, beside each other as the page asks them.
//!
//! *Repeated* is the same page again, *fresh* a page whose window, zone and filter nobody has
//! asked before, *first* the page as the first question after a start. `BENCH_FACTS=FOLDER`
//! keeps the desk between runs.

#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use svar::metrics::{Facts, keep};

#[path = "common/batches.rs"]
mod batches;
mod common;
#[path = "common/drawn.rs"]
mod drawn;
#[path = "common/facts.rs"]
mod facts;
#[path = "common/page.rs"]
mod page;

use drawn::{Draw, Turn};
use page::Windows;

/// The page's usual window, 90 days up to the end of the desk, and its last week.
fn usual() -> Windows {
    Windows {
        week: "from=2026-10-26&to=2026-11-01&tz=UTC".to_owned(),
        range: "from=2026-08-03&to=2026-11-01&tz=UTC".to_owned(),
        every: "&every=day",
    }
}

/// A desk as a start reads it, with nothing remembered.
fn started(facts: &Facts) -> impl Fn() -> Facts {
    let sections = keep::to_sections(facts);
    move || {
        let find = |wanted: &str| {
            let found = sections.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, bytes)| bytes.clone())
        };
        facts::on_duty(keep::from_sections(&find).expect("the desk"))
    }
}

fn overview(criterion: &mut Criterion) {
    for (size, conversations) in [("100k", 100_000), ("1m", 1_000_000), ("10m", 10_000_000)] {
        let facts = facts::facts(common::size(conversations));
        let mut group = criterion.benchmark_group(format!("overview_{size}"));
        group.throughput(Throughput::Elements(facts.episodes.len() as u64));
        let start = started(&facts);
        group.bench_function("first", |bencher| {
            let first = |facts: Facts| page::ask(&facts, &usual());
            bencher.iter_batched(&start, first, BatchSize::PerIteration);
        });
        let mut draw = Draw::of(1);
        group.bench_function("fresh", |bencher| {
            let turn = |turn: Turn| page::ask(&facts, &turn.page());
            bencher.iter_batched(|| Turn::draw(&mut draw), turn, BatchSize::PerIteration);
        });
        group.bench_function("repeated", |bencher| {
            bencher.iter(|| page::ask(&facts, &usual()));
        });
        for (name, ask) in page::alone() {
            group.bench_function(format!("fresh_{name}"), |bencher| {
                let turn = |turn: Turn| ask(&facts, &turn.page());
                bencher.iter_batched(|| Turn::draw(&mut draw), turn, BatchSize::PerIteration);
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(3));
    targets = overview
}
criterion_main!(benches);
