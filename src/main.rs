//! The `svar` binary: an exit code, and which allocator it runs with.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The store frees on one thread what others allocated, and the C library's own allocator has
/// them wait for each other: folding everything anew took twice as long with it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    svar::cli::run()
}
