//! Whether the last stop was clean: a note that is written when all is closed and taken
//! when the folder is opened again.
//!
//! It says what the store looked like, file by file, so that a store that was changed or
//! put back since is tried before it is trusted.
//!
//! The note is `DATA/clean`. Without it, or where the store looks otherwise, a child process
//! opens the store first, at most 120 s (`probe_secs`), and walks its keys for up to 5 s. A
//! read that finds damage later sets the store aside as well.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Folder, remove, sync, write_whole};
use crate::app::error::Error;
use crate::disk::Access;
use crate::failpoint;

/// Notes that everything is closed.
pub(in crate::app) fn note(folder: &Folder) -> Result<(), Error> {
    let store = folder.store();
    let looks = looks(&store).map_err(|cause| Error::io("look at", store, cause))?;
    failpoint::pass("folder.clean");
    write_whole(&path(folder), looks.as_bytes(), Access::Shared)
}

/// Takes the note away; whether it was there and the store still looks like that.
pub(in crate::app) fn take(folder: &Folder) -> Result<bool, Error> {
    let path = path(folder);
    let noted = match fs::read_to_string(&path) {
        Ok(noted) => noted,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        // A note that cannot be read is none.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(cause) => return Err(Error::io("read", path, cause)),
    };
    remove(&path)?;
    sync(folder.path())?;
    failpoint::pass("folder.unclean");
    Ok(looks(&folder.store()).is_ok_and(|looks| looks == noted))
}

fn path(folder: &Folder) -> PathBuf {
    folder.path().join("clean")
}

/// Each file of the store with its length and last change.
fn looks(store: &Path) -> io::Result<String> {
    let mut lines = Vec::new();
    let mut folders = vec![store.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let metadata = fs::metadata(&path)?;
            if metadata.is_dir() {
                folders.push(path);
                continue;
            }
            let changed = metadata.modified()?.duration_since(UNIX_EPOCH);
            let changed = changed.map_or(0, |since| since.as_nanos());
            let name = path.strip_prefix(store).unwrap_or(&path).to_owned();
            lines.push((name, metadata.len(), changed));
        }
    }
    lines.sort();
    let mut text = String::new();
    for (name, length, changed) in lines {
        // Writing to a text cannot fail.
        writeln!(text, "{} {length} {changed}", name.display()).unwrap_or_default();
    }
    Ok(text)
}
