//! From events to facts: parsing a line, and the episode rules over units; a serial twin
//! next to the parallel fold.

#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use svar::metrics::Update;
use svar::model::Event;

#[path = "common/batches.rs"]
mod batches;
mod common;

use batches::Batch;

/// The units of a desk that fits in memory.
fn units(conversations: u32) -> Batch {
    let mut whole: Option<Batch> = None;
    batches::for_each_batch(conversations, |batch| match &mut whole {
        None => whole = Some(batch),
        Some(unit) => {
            unit.of_units.extend(batch.of_units);
        }
    });
    whole.expect("a desk has events")
}

fn parse(criterion: &mut Criterion) {
    let lines: Vec<String> = svar::demo::events(&common::options(common::size(10_000)))
        .map(|event| event.to_json())
        .collect();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(lines.len() as u64));
    group.bench_function("events", |bencher| {
        bencher.iter(|| {
            lines
                .iter()
                .filter(|line| Event::parse(line).is_ok())
                .count()
        });
    });
    // As a text is read whose fields stand in another order than Svar writes them in.
    let by_value = |line: &&String| {
        let value = serde_json::from_str(line).expect("JSON");
        Event::from_value(value).is_ok()
    };
    group.bench_function("events_by_value", |bencher| {
        bencher.iter(|| lines.iter().filter(by_value).count());
    });
    group.finish();
}

fn fold(criterion: &mut Criterion) {
    let desk = units(common::size(20_000));
    let events: usize = desk.of_units.iter().map(Vec::len).sum();
    let mut group = criterion.benchmark_group("fold");
    group.throughput(Throughput::Elements(events as u64));
    let one = |events: &Vec<Event>| {
        let mut update = Update::default();
        desk.folder.fold(0, events, common::until(), &mut update);
        update.episodes.len()
    };
    group.bench_function("units_serial", |bencher| {
        bencher.iter_batched(
            || (),
            |()| desk.of_units.iter().map(one).sum::<usize>(),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("units_parallel", |bencher| {
        bencher.iter_batched(
            || (),
            |()| desk.of_units.par_iter().map(one).sum::<usize>(),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = parse, fold
}
criterion_main!(benches);
