//! The `svar` binary: an exit code, and which allocator it runs with.
//!
//! mimalloc is MIT, C and without dependencies but the C compiler that zstd and ring need as
//! well; it is taken in the version that gives memory back to the system. A program that embeds
//! the crate chooses for itself.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The store frees on one thread what others allocated, and the C library's own allocator has
/// them wait for each other: folding everything anew took twice as long with it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    svar::cli::run()
}
