//! What every bench shares: the desk's size and its end.

use mimalloc::MiMalloc;
use svar::demo;
use svar::model::Timestamp;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The instant at which the desk of the benches ends.
pub(crate) fn until() -> Timestamp {
    Timestamp::parse("2026-11-01T00:00:00Z").expect("an instant")
}

/// Whether the bench only has to run: as criterion says it, by `--test` or for want of
/// the `--bench` that `cargo bench` gives.
fn is_test() -> bool {
    let has_argument = |name: &str| std::env::args().any(|argument| argument == name);
    has_argument("--test") || !has_argument("--bench")
}

/// The size asked for; a hundredth where benches only have to run.
pub(crate) fn size(full: u32) -> u32 {
    if is_test() { full / 100 } else { full }
}

/// The options of a desk of `conversations`.
pub(crate) fn options(conversations: u32) -> demo::Options {
    demo::Options {
        conversations,
        ..demo::Options::new(until())
    }
}
