//! `svar __open-store`: the process that tries an uncertain store, for `svar` itself.

use std::path::PathBuf;
use std::process::ExitCode;

use super::output;
use crate::app::{UNFIT, examine_store};

/// Open a store and end: what a damaged one does to a process, it does to this one
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  svar __open-store svar-data/store svar-data/derived/values")]
pub(super) struct Args {
    /// sled's folder
    folder: PathBuf,
    /// Values too long for it
    files: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match examine_store(&args.folder, &args.files) {
        Err(crate::app::StoreError::Unfit { reason, .. }) => {
            output::print(reason)?;
            Ok(ExitCode::from(UNFIT))
        }
        other => Ok(other.map(|()| ExitCode::SUCCESS)?),
    }
}
