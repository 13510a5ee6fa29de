//! `svar backup`: a copy of the journal and what lies next to it, also while it is served.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::context::Context;
use super::{output, progress};
use crate::app::{Folder, backup_folder};

/// Copy the desk into a folder; run again, it adds only what is new
///
/// Works next to a running server. The folder is new, empty, or holds an earlier backup of
/// the same desk. What can be made again from the journal is left out.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar backup /mnt/backup/desk\n  svar restore /mnt/backup/desk --dry-run"
)]
pub(super) struct Args {
    /// The folder of the backup; left out: `backup_folder` of svar.toml
    folder: Option<PathBuf>,
    /// Give the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let folder = args
        .folder
        .as_ref()
        .or(context.config.backup_folder.as_ref());
    let folder = folder.context(
        "no folder is named; name one, or add a line such as `backup_folder = \"/mnt/backup/desk\"` to \
         svar.toml",
    )?;
    let folder = std::path::absolute(folder)?;
    let made = if let Some(client) = context.server()? {
        let waiting = progress::waiting("the server copies its journal");
        let wanted = json!({"folder": folder.to_string_lossy()});
        let body = serde_json::to_vec(&wanted)?;
        let made = client.post_long("/api/v1/backup", "application/json", &body)?;
        waiting.finish_and_clear();
        made
    } else {
        context.must_exist()?;
        let data = context.data();
        let bar = progress::CountBar::new("copying the journal", "records");
        let made = backup_folder(&data, &folder, context.clock.now(), |done, total| {
            bar.show(done, total);
        })?;
        bar.finish();
        serde_json::to_value(made)?
    };
    if args.json {
        return output::print_json(&made);
    }
    let number = |name: &str| made.get(name).and_then(Value::as_u64);
    let missing = "the server does not say what it has copied";
    output::print(format_args!(
        "backed up {} records into `{}`: {} files copied ({} bytes), {} were there",
        number("log_position").context(missing)?,
        folder.display(),
        number("copied_files").context(missing)?,
        number("copied_bytes").context(missing)?,
        number("kept_files").context(missing)?,
    ))
}

/// Refuses a command that must have the folder for itself.
pub(super) fn refuse_served(context: &Context, command: &str) -> anyhow::Result<()> {
    context.only_here(command)?;
    let data = context.data();
    if let Some(note) = Folder::server(&data) {
        anyhow::bail!(
            "`{}` is served by a running svar (process {}); stop it before a {command}",
            data.display(),
            note.pid
        );
    }
    Ok(())
}
