//! `svar rebuild`: the folds deleted and made again from the journal.

use super::backup::refuse_served;
use super::context::Context;
use super::output;
use crate::app::{Folder, Rebuild};

/// Delete everything that is derived and make it again from the journal
///
/// May be interrupted: run again, it goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  svar rebuild --data svar-data")]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(context: &Context, _args: &Args) -> anyhow::Result<()> {
    refuse_served(context, "rebuild")?;
    context.must_exist()?;
    let data = context.data();
    let folder = Folder::own(&data)?;
    if folder.begin_rebuild()? == Rebuild::GoesOn {
        output::say("going on with the rebuild that was interrupted");
    }
    drop(folder);
    let app = context.open()?;
    let position = app.position();
    app.close()?;
    output::print(format_args!(
        "rebuilt `{}` from {position} records of its journal",
        data.display()
    ))
}
