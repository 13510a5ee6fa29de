//! What topics cost: a question put where it belongs beside ten thousand micro-clusters,
//! and a hundred thousand questions regrouped from nothing.
//!
//! Vectors are drawn by a seed around directions of their own, a quarter of them alone,
//! so that there is as much to compare as on a large desk.

#![expect(missing_docs, reason = "criterion writes its own main")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use svar_index::topics::Topics;

/// The numbers of a vector, as the own table's.
const DIMS: usize = 258;

/// The own table's threshold.
const THRESHOLD: f32 = 0.5;

/// Numbers that follow from a seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn number(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40;
        bits as f32 / (1_u64 << 24) as f32 - 0.5
    }
}

/// A question's vector: near its topic's direction, or alone.
fn vector(topic: u64, question: u64) -> Vec<f32> {
    let (mut own, mut noise) = (
        Dice(topic * 2 + 1),
        Dice(question.wrapping_mul(0x9E37_79B9) | 1),
    );
    for _ in 0..8 {
        own.number();
        noise.number();
    }
    let mut vector: Vec<f32> = (0..DIMS)
        .map(|_| own.number() + 0.6 * noise.number())
        .collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    for value in &mut vector {
        *value /= length;
    }
    vector
}

/// `count` questions, three quarters of them of a few thousand topics.
fn filled(count: u64, topics: u64) -> Topics {
    let mut filled = Topics::new(THRESHOLD);
    for question in 0..count {
        let topic = if question % 4 == 0 {
            1_000_000 + question
        } else {
            question % topics
        };
        filled.assign(&question.to_string(), &vector(topic, question));
    }
    filled
}

fn assign(bench: &mut Criterion) {
    let is_test = is_test();
    let mut topics = filled(if is_test { 400 } else { 32_000 }, 3_000);
    let asked = vector(5, 77);
    let mut question = 0_u64;
    let name = format!("assign beside {}", topics.clusters());
    bench.bench_function(&name, |run| {
        run.iter(|| {
            question += 1;
            black_box(topics.assign(&format!("new {question}"), &asked))
        });
    });
}

fn regroup(bench: &mut Criterion) {
    let is_test = is_test();
    let count = if is_test { 1_000 } else { 100_000 };
    let topics = filled(count, 3_000);
    let mut group = bench.benchmark_group("regroup");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(30));
    group.throughput(Throughput::Elements(count));
    group.bench_function(topics.clusters().to_string(), |run| {
        run.iter_batched(
            || topics.clone(),
            |mut topics| black_box(topics.regroup()),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Whether the bench only has to run: for want of the `--bench` that `cargo bench` gives.
fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

criterion_group!(benches, assign, regroup);
criterion_main!(benches);
