//! Reports over columns of a million conversations; a serial twin next to the parallel scan.

#![expect(
    clippy::expect_used,
    missing_docs,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use svar::metrics::{Duty, Facts};
use svar::model::{Timestamp, Timetable};

#[path = "common/batches.rs"]
mod batches;
mod common;
#[path = "common/facts.rs"]
mod facts;

use facts::ask;

const ASKED: [(&str, &str, &str); 12] = [
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
        "duration_in_working_time",
        "first_response_time",
        "from=2026-05-01&to=2026-11-01&clock=business",
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
        let facts = facts::facts(common::size(conversations));
        tell_memory(&facts);
        reports_over(criterion, size, &facts);
        schedule_changed(criterion, size, &facts);
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

/// What is done before a changed schedule is shown: the rows of a report that runs on it are
/// judged again. A new timetable has nothing kept for it, whatever the hours.
fn schedule_changed(criterion: &mut Criterion, size: &str, facts: &Facts) {
    let mut group = criterion.benchmark_group(format!("schedule_changed_{size}"));
    group.sample_size(10);
    group.throughput(Throughput::Elements(facts.episodes.len() as u64));
    group.bench_function("judged_anew", |bencher| {
        bencher.iter_batched(
            || {
                let duty = Duty::new(Timetable::fold(&[facts::schedule()]));
                facts.clone().on_duty(std::sync::Arc::new(duty))
            },
            |changed| {
                let query = "from=2026-05-01&to=2026-11-01&clock=business";
                ask(&changed, "first_response_time", query)
            },
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Working time of ten million spans.
fn spans(criterion: &mut Criterion) {
    let duty = Duty::new(Timetable::fold(&[facts::schedule()]));
    let start = common::until().plus_millis(-3 * 366 * 86_400_000);
    let last = common::until().millis();
    let working = duty
        .working("default", (start.millis(), last))
        .expect("a schedule");
    let count = i64::from(common::size(10_000_000));
    let step = (last - start.millis()) / count.max(1);
    let mut group = criterion.benchmark_group("working_time");
    group.throughput(Throughput::Elements(count.unsigned_abs()));
    group.bench_function("spans/parallel", |bencher| {
        bencher.iter(|| {
            let spans = (0..count).into_par_iter().map(|number| {
                let from = start.plus_millis(number * step);
                let until = from.plus_millis(number % 900 * 977_000);
                working.between(from, until.min(Timestamp::from_millis(last)))
            });
            spans.sum::<i64>()
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(3));
    targets = spans, reports
}
criterion_main!(benches);
