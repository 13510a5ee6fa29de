//! `svar rebuild`: the folds put out of the way and made again, in steps that a kill
//! between any two of them leaves to be gone on with.
//!
//! A note in the folder says how far it is. The old folds are renamed first and deleted
//! later, because a half-deleted store might pass for a sound one. The new ones are made
//! by the next opening, which also takes the note away.
//!
//! A long replay is saved every 32,768 records, so that a kill does not send it back to its
//! beginning.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Folder, remove, rename, sync, write_whole};
use crate::app::error::Error;
use crate::disk::Access;
use crate::failpoint;

/// The old folds are being put out of the way.
const CLEARING: &str = "clearing\n";
/// They are, and the new ones are being made.
const FOLDING: &str = "folding\n";

/// What a rebuild begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebuild {
    /// Nothing: everything is made again.
    Anew,
    /// What an interrupted one has made already.
    GoesOn,
}

impl Folder {
    /// Puts the folds out of the way, for the next opening to make them again; those that
    /// an interrupted rebuild has made since are kept.
    pub fn begin_rebuild(&self) -> Result<Rebuild, Error> {
        let note = note(self);
        if fs::read_to_string(&note).is_ok_and(|text| text == FOLDING) {
            return Ok(Rebuild::GoesOn);
        }
        write_whole(&note, CLEARING.as_bytes(), Access::Shared)?;
        failpoint::pass("rebuild.marked");
        for folds in folds(self) {
            if folds.exists() {
                remove(&old(&folds))?;
                rename(&folds, &old(&folds))?;
                failpoint::pass("rebuild.cleared");
            }
        }
        sync(self.path())?;
        write_whole(&note, FOLDING.as_bytes(), Access::Shared)?;
        failpoint::pass("rebuild.folding");
        Ok(Rebuild::Anew)
    }
}

/// Ends a rebuild, if one was begun: the folds are up to the journal's end.
pub(in crate::app) fn finish(folder: &Folder) -> Result<(), Error> {
    let note = note(folder);
    if !note.exists() {
        return Ok(());
    }
    failpoint::pass("rebuild.folded");
    for folds in folds(folder) {
        remove(&old(&folds))?;
    }
    remove(&note)
}

fn note(folder: &Folder) -> PathBuf {
    folder.path().join("rebuild")
}

fn folds(folder: &Folder) -> [PathBuf; 2] {
    [folder.store(), folder.path().join("derived")]
}

fn old(folds: &Path) -> PathBuf {
    folds.with_added_extension("old")
}
