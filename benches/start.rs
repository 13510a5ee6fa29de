//! From a stopped folder to the first report: with the columns that were kept, and with
//! none, so that they are made again from the store.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic and print; criterion writes its own main and takes no arguments of ours"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use svar::app::App;
use svar::clock::Clock;
use svar::report::Query;

mod common;

/// How large the desk is, unless `CONVERSATIONS` says otherwise. The target is told for a
/// million; filling such a folder takes ten times as long as this.
const CONVERSATIONS: u32 = 100_000;
/// How many events a body has that fills the folder.
const BODY: usize = 5_000;

fn open(data: &Path) -> App {
    App::open(data, Clock::fixed(common::until()), |_done, _total| {}).expect("an app")
}

/// Fills a folder with a desk and stops as is usual; how many events it has.
fn fill(data: &Path) -> u64 {
    let app = open(data);
    let count = std::env::var("CONVERSATIONS").ok();
    let count = count.map(|count| count.parse().expect("CONVERSATIONS is a number"));
    let conversations = common::size(count.unwrap_or(CONVERSATIONS));
    let mut events = svar::demo::events(&common::options(conversations));
    loop {
        let lines: Vec<String> = events
            .by_ref()
            .take(BODY)
            .map(|event| event.to_json())
            .collect();
        if lines.is_empty() {
            break;
        }
        let body = lines.join("\n");
        app.take_body("bench", body.as_bytes(), None)
            .expect("taken");
    }
    app.settle().expect("folded");
    app.close().expect("closed");
    app.position()
}

/// Opens and asks one report; how long that took. The stop is not in it.
fn start(data: &Path) -> Duration {
    let pairs = [("from", "2026-10-02"), ("to", "2026-11-01")];
    let query = Query::parse(pairs, chrono_tz::Tz::UTC).expect("a query");
    let began = Instant::now();
    let app = open(data);
    let answer = app.report("resolution_rate", &query).expect("an answer");
    let took = began.elapsed();
    assert!(!answer.series.is_empty(), "a desk has figures");
    app.close().expect("closed");
    took
}

/// As if the columns had never been kept.
fn forget(data: &Path) {
    let columns = data.join("derived").join("columns");
    std::fs::remove_dir_all(columns).expect("columns that were kept");
}

fn opening(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let events = fill(data);
    let start_secs = start(data);
    forget(data);
    let remade = start(data);
    println!(
        "start: {events} events; to the first report {:.3} s from the kept columns, {:.3} s without: \
         {:.0} events/s re-made",
        start_secs.as_secs_f64(),
        remade.as_secs_f64(),
        events as f64 / remade.as_secs_f64()
    );
    let mut group = criterion.benchmark_group("start");
    group.throughput(Throughput::Elements(events));
    group.bench_function("from_kept_columns", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| start(data)).sum());
    });
    group.bench_function("columns_remade", |bencher| {
        bencher.iter_custom(|times| {
            let turn = |_| {
                forget(data);
                start(data)
            };
            (0..times).map(turn).sum()
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = opening
}
criterion_main!(benches);
