//! What a lookup costs: a message asked of short answers with five variants each, and a
//! text made a vector.

#![expect(missing_docs, reason = "criterion writes its own main")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use svar_index::answers::{Answers, Entry};
use svar_index::vector::shipped;

/// Words that questions are put together from.
const THINGS: [&str; 12] = [
    "card", "parcel", "invoice", "password", "refund", "order", "contract", "router", "ticket",
    "account", "voucher", "app",
];
const DEEDS: [&str; 10] = [
    "change", "cancel", "find", "track", "return", "renew", "delete", "print", "move", "share",
];
const FRAMES: [&str; 5] = [
    "How do I {} my {}?",
    "I want to {} the {}",
    "Can you {} my {} please",
    "why can't I {} a {}",
    "{} {} abroad",
];

fn question(seed: usize) -> String {
    let thing = THINGS.get(seed % THINGS.len()).unwrap_or(&"card");
    let deed = DEEDS.get(seed / 7 % DEEDS.len()).unwrap_or(&"find");
    let frame = FRAMES.get(seed / 3 % FRAMES.len()).unwrap_or(&"{} {}");
    format!(
        "{} number {}",
        frame.replacen("{}", deed, 1).replacen("{}", thing, 1),
        seed % 997
    )
}

fn desk(answers: usize) -> Answers {
    let entry = |at: usize| Entry {
        id: at.to_string(),
        variants: (0..5).map(|nth| question(at * 31 + nth * 17)).collect(),
        language: Some("en".to_owned()),
    };
    Answers::build(shipped(), (0..answers).map(entry).collect())
}

fn ask(bench: &mut Criterion) {
    let is_test = is_test();
    for answers in [100, 1_000, 5_000] {
        let desk = desk(if is_test { answers / 100 + 1 } else { answers });
        let text =
            "Hello! I got my new card last week. How do I change the number of my card? Thanks";
        bench.bench_function(&format!("ask/{answers}"), |run| {
            run.iter(|| black_box(desk.ask(black_box(text), Some("en"))));
        });
    }
}

fn embed(bench: &mut Criterion) {
    let embedder = shipped();
    bench.bench_function("embed", |run| {
        run.iter(|| black_box(embedder.embed(black_box("How do I change the number of my card?"))));
    });
}

/// Whether the bench only has to run: for want of the `--bench` that `cargo bench` gives.
fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

criterion_group!(benches, ask, embed);
criterion_main!(benches);
