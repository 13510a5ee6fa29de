//! From a body of NDJSON to the disk, and to every fold.

#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use svar::app::App;
use svar::clock::Clock;

mod common;

fn import(criterion: &mut Criterion) {
    let mut bodies = Vec::new();
    let mut count = 0;
    let events: Vec<String> = svar::demo::events(&common::options(common::size(5_000)))
        .map(|event| event.to_json())
        .collect();
    for batch in events.chunks(2_000) {
        count += batch.len();
        bodies.push(batch.join("\n"));
    }
    let mut group = criterion.benchmark_group("import");
    group.throughput(Throughput::Elements(count as u64));
    let fresh = || {
        let folder = tempfile::tempdir().expect("a folder");
        let app = App::open(
            folder.path(),
            Clock::fixed(common::until()),
            |_done, _total| {},
        )
        .expect("an app");
        (folder, app)
    };
    let post = |app: &App| {
        for body in &bodies {
            app.take_body("bench", body.as_bytes(), None)
                .expect("taken");
        }
    };
    group.bench_function("journalled", |bencher| {
        bencher.iter_batched(
            fresh,
            |(folder, app)| {
                post(&app);
                (folder, app)
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("in_all_folds", |bencher| {
        bencher.iter_batched(
            fresh,
            |(folder, app)| {
                post(&app);
                app.settle().expect("folded");
                (folder, app)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = import
}
criterion_main!(benches);
