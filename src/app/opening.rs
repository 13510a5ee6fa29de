//! Opening the folds of a folder: an uncertain store is tried first, an unfit one is set
//! aside, and what is missing is made again from the journal.
//!
//! Nothing here is lost for good: the journal has it all, and what is set aside stays.

use std::sync::Arc;

use super::error::Error;
use super::folder::Folder;
use super::folder::clean;
use super::options::Options;
use crate::clock::Clock;
use crate::journal::Journal;
use crate::projection::{self, Folders, Projection, Published, Readying, Upkeep};
use crate::store;

/// With what folds are opened.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a> {
    pub(super) clock: &'a Clock,
    pub(super) readying: &'a Readying,
    pub(super) published: &'a Published,
    pub(super) options: &'a Options,
}

/// Opens the folds over `journal`; `notices` hears what had to be done.
pub(super) fn open_folds(
    folder: &Folder,
    journal: &Journal,
    opening: Opening<'_>,
    progress: &impl Fn(u64, u64),
    notices: &mut Vec<String>,
) -> Result<Projection, Error> {
    let (store, files, index) = (folder.store(), folder.values(), folder.index());
    if !clean::take(folder)?
        && store.exists()
        && let Some(probe) = &opening.options.probe
        && let Some(reason) = store::probe(&probe.program, probe.limit, &store, &files)
    {
        set_aside(folder, &reason, notices)?;
    }
    if !store.exists() && journal.position() > 0 {
        notices.push(format!(
            "the store `{}` is missing; it is made from the journal",
            store.display()
        ));
    }
    let folders = Folders {
        store: &store,
        files: &files,
        index: &index,
        columns: &folder.columns(),
    };
    let open = || {
        Projection::open(
            folders,
            journal,
            Upkeep {
                clock: opening.clock.clone(),
                readying: Arc::clone(opening.readying),
                published: Arc::clone(opening.published),
            },
            progress,
        )
    };
    let opened = match open() {
        // Found out by reading, behind an opening that went well.
        Err(projection::Error::Store(store::Error::Unfit { reason, .. })) => {
            set_aside(folder, &reason, notices)?;
            open()
        }
        opened => opened,
    };
    let (projection, more) = opened?;
    notices.extend(more);
    Ok(projection)
}

fn set_aside(folder: &Folder, reason: &str, notices: &mut Vec<String>) -> Result<(), Error> {
    let aside = store::set_aside(&folder.store())?;
    notices.push(format!(
        "the store could not be used ({reason}); it was set aside as `{}` and is rebuilt from the journal, nothing is lost; delete it when you do not want it looked into",
        aside.display()
    ));
    Ok(())
}
