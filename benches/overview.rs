//! The whole overview page: every report that its tiles and panels ask for, with the
//! period before, one after the other as the page asks them.

#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use svar::metrics::Facts;

#[path = "common/batches.rs"]
mod batches;
mod common;
#[path = "common/facts.rs"]
mod facts;
#[path = "common/page.rs"]
mod page;

use page::ASKED;

/// The page's usual window, and the longest that it offers by name.
const WINDOWS: [(&str, &str); 2] = [
    ("last_30", "from=2026-10-02&to=2026-11-01"),
    ("last_90", "from=2026-08-03&to=2026-11-01"),
];

fn ask_page(facts: &Facts, window: &str) -> usize {
    let answers = ASKED.map(|(id, cut)| {
        let every = if cut { "&every=day" } else { "" };
        let query = format!("{window}&tz=UTC{every}&compare=previous");
        facts::ask(facts, id, &query).series.len()
    });
    answers.iter().sum()
}

fn overview(criterion: &mut Criterion) {
    for (size, conversations) in [("1m", 1_000_000), ("10m", 10_000_000)] {
        let facts = facts::facts(common::size(conversations));
        let mut group = criterion.benchmark_group(format!("overview_{size}"));
        group.throughput(Throughput::Elements(facts.episodes.len() as u64));
        for (name, window) in WINDOWS {
            group.bench_function(name, |bencher| bencher.iter(|| ask_page(&facts, window)));
        }
        for (place, (id, cut)) in ASKED.into_iter().enumerate() {
            let every = if cut { "&every=day" } else { "" };
            let query = format!("{}&tz=UTC{every}&compare=previous", WINDOWS[0].1);
            group.bench_function(format!("last_30_{place:02}_{id}"), |bencher| {
                bencher.iter(|| facts::ask(&facts, id, &query).series.len());
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
