//! What topics cost: a question put where it belongs next to ten thousand micro-clusters,
//! a hundred thousand questions regrouped from nothing, the memory of a million.
//!
//! Vectors are drawn by a seed around directions of their own, a quarter of them alone,
//! so that there is as much to compare as on a large desk.

#![expect(
    missing_docs,
    clippy::print_stdout,
    reason = "criterion writes its own main, and memory is printed"
)]

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
    let sought = vector(5, 77);
    let mut question = 0_u64;
    let name = format!("assign beside {}", topics.clusters());
    bench.bench_function(&name, |run| {
        run.iter(|| {
            question += 1;
            black_box(topics.assign(&format!("new {question}"), &sought))
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

/// A million questions as they are restored at a start; a quarter of them alone. Prints what
/// the process grew by.
fn memory(_bench: &mut Criterion) {
    let count: u64 = if is_test() { 10_000 } else { 1_000_000 };
    let before = resident();
    let mut topics = Topics::new(THRESHOLD);
    for question in 0..count {
        let own = if question % 4 == 0 {
            10_000 + question
        } else {
            1 + question % 10_000
        };
        topics.restore(&question.to_string(), &vector(own, question), own, own);
    }
    let grown = resident().saturating_sub(before);
    println!(
        "memory: {} MB for {count} questions in {} micro-clusters",
        grown / 1_000_000,
        topics.clusters()
    );
    black_box(topics);
}

/// The bytes of this process that are in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1_024
}

/// Whether the bench only has to run: for want of the `--bench` that `cargo bench` gives.
fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

criterion_group!(benches, assign, regroup, memory);
criterion_main!(benches);
