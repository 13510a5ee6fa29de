//! Opening store and index as they lie: what does not fit the journal is put out of the
//! way and begun again, for the replay to fill.

use std::path::Path;

use svar_index::Index;

use super::checkpoint::Checkpoint;
use super::error::Error;
use super::folders::{Folders, Notices};
use super::keeper::Keeper;
use super::mark::mark_of;
use crate::disk;
use crate::journal::Journal;
use crate::store::{self, Store};

/// What a start goes on from.
pub(super) struct StartingPoint {
    pub(super) store: Store,
    pub(super) index: Index,
    /// The columns that were kept, or why they cannot be used.
    pub(super) checkpoint: Result<Option<Checkpoint>, String>,
}

/// Opens store and index, and reads the kept columns meanwhile.
pub(super) fn open_all(
    folders: Folders<'_>,
    journal: &Journal,
    keeper: &Keeper,
    notices: &mut Notices,
) -> Result<StartingPoint, Error> {
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| keeper.read());
        let store = open_store(folders, journal, notices)?;
        let index = open_index(folders.index, journal, notices)?;
        let ended = |_panicked| Err("reading them ended early".to_owned());
        Ok(StartingPoint {
            store,
            index,
            checkpoint: reading.join().unwrap_or_else(ended),
        })
    })
}

fn open_store(
    folders: Folders<'_>,
    journal: &Journal,
    notices: &mut Notices,
) -> Result<Store, Error> {
    let mark = mark_of(journal)?;
    let fitting = match Store::open(folders.store, folders.files) {
        Ok(store) => {
            let stored = store.journal_mark()?;
            let same = stored.is_none() || stored == mark;
            if same && store.applied_seq() <= journal.position() {
                Ok(store)
            } else {
                drop(store);
                Err("it belongs to another journal, or is ahead of this one".to_owned())
            }
        }
        Err(store::Error::Unfit { reason, .. }) => Err(reason),
        Err(other) => return Err(other.into()),
    };
    let store = match fitting {
        Ok(store) => store,
        Err(reason) => {
            let aside = store::set_aside(folders.store)?;
            notices.push(format!(
                "the store could not be used ({reason}); it was set aside as {} and is rebuilt from the journal",
                aside.display()
            ));
            Store::open(folders.store, folders.files)?
        }
    };
    if let Some(mark) = mark
        && store.journal_mark()?.is_none()
    {
        store.set_journal_mark(&mark)?;
    }
    Ok(store)
}

fn open_index(folder: &Path, journal: &Journal, notices: &mut Notices) -> Result<Index, Error> {
    let fitting = match Index::open(folder) {
        Ok(index) => {
            if index.committed_position()?.unwrap_or_default() <= journal.position() {
                Ok(index)
            } else {
                Err("it is ahead of the journal".to_owned())
            }
        }
        Err(svar_index::Error::Unfit { reason, .. }) => Err(reason),
        Err(other) => return Err(other.into()),
    };
    let reason = match fitting {
        Ok(index) => return Ok(index),
        Err(reason) => reason,
    };
    notices.push(format!(
        "the question index could not be used ({reason}); it is rebuilt from the journal"
    ));
    disk::remove(folder).map_err(|error| Error::Folder {
        folder: folder.to_owned(),
        reason: error.to_string(),
    })?;
    Ok(Index::open(folder)?)
}
