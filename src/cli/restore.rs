//! `svar restore`: a backup, checked to the last byte, in the place of a data folder.

use std::path::PathBuf;

use serde_json::json;

use super::backup::refuse_served;
use super::context::Context;
use super::{output, progress};
use crate::app::restore;

/// Check a backup and put it in the place of the data folder
///
/// Nothing is replaced before every checksum fits. What the data folder held before is set
/// aside in it, not deleted. An interrupted restore is gone on with by the next command.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar restore /mnt/backup/desk --dry-run\n  svar restore /mnt/backup/desk --data svar-data"
)]
pub(super) struct Args {
    /// The folder of the backup
    folder: PathBuf,
    /// Only check the backup; nothing is replaced
    #[arg(long)]
    dry_run: bool,
    /// Give the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    if args.dry_run {
        context.only_here("restore")?;
    } else {
        refuse_served(context, "restore")?;
    }
    let data = context.data();
    let bar = progress::CountBar::new("checking and copying", "bytes");
    let restored = restore(&args.folder, &data, args.dry_run, |done, total| {
        bar.show(done, total);
    })?;
    bar.finish();
    if args.json {
        return output::print_json(&json!({
            "made_at": restored.made_at,
            "log_position": restored.log_position,
            "files": restored.files,
            "replaced": !args.dry_run,
            "aside": restored.aside.map(|aside| aside.to_string_lossy().into_owned()),
        }));
    }
    let (records, files, made) = (restored.log_position, restored.files, restored.made_at);
    let backup = args.folder.display();
    if args.dry_run {
        return output::print(format_args!(
            "the backup `{backup}` of {made} is whole: {records} records, {files} files"
        ));
    }
    if let Some(aside) = &restored.aside {
        output::say(format_args!(
            "what was there before is in `{}`; delete it when you do not need it",
            aside.display()
        ));
    }
    output::print(format_args!(
        "restored {records} records of {made} into `{}`; the next start makes the rest from them",
        data.display()
    ))
}
