//! The `svar` binary: an exit code, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    svar::cli::run()
}
