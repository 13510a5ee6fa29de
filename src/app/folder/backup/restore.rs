//! Putting a backup in the place of a data folder: everything is copied next to it first and
//! compared with its checksum, then the present things are set aside, then the copies move in.
//!
//! A note says how far that is, and every opening of the folder goes on with it, so that a
//! kill in between leaves either the former folder or the restored one.
//!
//! Whether the restore happens is decided once, by the note, when everything is copied and
//! compared. What was there goes to `replaced-<n>`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::{Entry, Manifest};
use super::{BESIDE, copy_hashed, hash_file};
use crate::app::error::Error;
use crate::app::folder::{Folder, remove, rename, sync, write_whole};
use crate::disk::{Access, Draft};
use crate::failpoint;

/// Where the checked copies wait in the data folder.
const STAGE: &str = "restoring";
/// The note, once it is decided.
const NOTE: &str = "restore";

/// What a restore has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreSummary {
    /// When the backup was made.
    pub made_at: String,
    /// The last record that it holds.
    pub log_position: u64,
    /// How many files it has, all as they were.
    pub files: u64,
    /// Where the former folder's content is now, if there was any.
    pub aside: Option<PathBuf>,
}

/// How far a restore is that was decided.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// Where the former things go, in the data folder.
    aside: String,
    /// Whether they are all there, so that the copies move in.
    emptied: bool,
}

/// Checks the backup in `from` and, unless only that is asked, puts it in the place of the
/// data folder `data`, which nobody may own; `progress` hears of bytes.
pub fn restore(
    from: &Path,
    data: &Path,
    dry_run: bool,
    progress: impl Fn(u64, u64),
) -> Result<RestoreSummary, Error> {
    let manifest = Manifest::read(from)?.ok_or_else(|| Error::Backup {
        folder: from.to_owned(),
        reason: "it holds no finished backup".to_owned(),
    })?;
    let mut restored = RestoreSummary {
        made_at: manifest.made_at.clone(),
        log_position: manifest.log_position,
        files: manifest.files.len() as u64,
        aside: None,
    };
    let total = manifest.files.iter().map(|entry| entry.bytes).sum();
    if dry_run {
        let mut done = 0;
        for entry in &manifest.files {
            check(from, entry, hash_file(&Manifest::place(from, entry)))?;
            done += entry.bytes;
            progress(done, total);
        }
        return Ok(restored);
    }
    let folder = Folder::lock(data)?;
    finish(data)?;
    stage(from, data, &manifest, |done| progress(done, total))?;
    failpoint::pass("restore.staged");
    let aside = free_name(data);
    let had_any = present(data).next().is_some();
    write_note(data, &aside, false)?;
    failpoint::pass("restore.decided");
    finish(data)?;
    restored.aside = had_any.then(|| data.join(aside));
    drop(folder);
    Ok(restored)
}

fn check(from: &Path, entry: &Entry, sum: io::Result<(String, u64)>) -> Result<(), Error> {
    let path = Manifest::place(from, entry);
    let reason = match sum {
        Ok(sum) if sum == (entry.sha256.clone(), entry.bytes) => return Ok(()),
        Ok(_) => format!("`{}` is not what was backed up", path.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            format!("`{}` is missing", path.display())
        }
        Err(cause) => return Err(Error::io("copy", path, cause)),
    };
    Err(Error::Backup {
        folder: from.to_owned(),
        reason: format!("{reason}; nothing was changed, use another backup"),
    })
}

/// Copies everything next to the present things, comparing checksums, and makes it durable.
fn stage(
    from: &Path,
    data: &Path,
    manifest: &Manifest,
    progress: impl Fn(u64),
) -> Result<(), Error> {
    let stage = data.join(STAGE);
    remove(&stage)?;
    let mut done = 0;
    let mut folders = vec![stage.clone(), stage.join("journal")];
    for entry in &manifest.files {
        let target = stage.join(&entry.name);
        folders.extend(target.parent().map(Path::to_owned));
        let copied = copy_file(&Manifest::place(from, entry), &target, entry.mode);
        check(from, entry, copied)?;
        done += entry.bytes;
        progress(done);
    }
    let sealed = manifest
        .files
        .iter()
        .rfind(|entry| entry.name.starts_with("journal/"));
    if sealed.is_some_and(|entry| Path::new(&entry.name).extension() == Some("zst".as_ref())) {
        // A journal goes on behind its last compressed segment; without the next one it
        // would look as if that were lost.
        let next = format!("journal/{:020}.jsonl", manifest.log_position + 1);
        let path = stage.join(next);
        drop(
            Draft::create(&path, Access::Shared)
                .map_err(|cause| Error::io("create", path, cause))?,
        );
    }
    for folder in &folders {
        fs::create_dir_all(folder).map_err(|cause| Error::io("make", folder, cause))?;
    }
    let format = format!("{}\n", manifest.data_format);
    write_whole(&stage.join("format"), format.as_bytes(), Access::Shared)?;
    folders.sort();
    folders.dedup();
    folders.iter().try_for_each(|folder| sync(folder))?;
    sync(data)
}

fn copy_file(from: &Path, to: &Path, mode: u32) -> io::Result<(String, u64)> {
    let mut source = File::open(from)?;
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut target = Draft::create_new(to, Access::Mode(mode))?;
    let copied = copy_hashed(&mut source, &mut target)?;
    target.sync()?;
    Ok(copied)
}

/// Whether a restore was decided that is not finished.
pub(in crate::app) fn note_exists(data: &Path) -> bool {
    data.join(NOTE).exists()
}

/// Goes on with a restore that was decided; removes what is left of one that was not.
pub(in crate::app) fn finish(data: &Path) -> Result<(), Error> {
    let path = data.join(NOTE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return remove(&data.join(STAGE)),
        Err(cause) => return Err(Error::io("read", path, cause)),
    };
    let note: Note = serde_json::from_slice(&text)
        .map_err(|error| Error::io("read", &path, io::Error::other(error)))?;
    if !note.emptied {
        for name in present(data) {
            let aside = data.join(&note.aside);
            fs::create_dir_all(&aside).map_err(|cause| Error::io("make", &aside, cause))?;
            rename(&data.join(name), &aside.join(name))?;
            failpoint::pass("restore.aside");
        }
        sync(data)?;
        write_note(data, &note.aside, true)?;
        failpoint::pass("restore.emptied");
    }
    let stage = data.join(STAGE);
    for name in ["journal", "format"].iter().chain(&BESIDE) {
        if stage.join(name).exists() {
            rename(&stage.join(name), &data.join(name))?;
            failpoint::pass("restore.placed");
        }
    }
    sync(data)?;
    failpoint::pass("restore.done");
    remove(&path)?;
    sync(data)?;
    remove(&stage)
}

/// What of a data folder is there and would be replaced.
fn present(data: &Path) -> impl Iterator<Item = &'static str> {
    // How far a connector has read and a webhook is told holds for the journal that it was written
    // with.
    let names = [
        "journal",
        "format",
        "store",
        "derived",
        "clean",
        "rebuild",
        "connectors",
        "webhooks",
    ];
    let data = data.to_owned();
    let names = names.into_iter().chain(BESIDE);
    names.filter(move |name| data.join(name).exists())
}

fn free_name(data: &Path) -> String {
    let mut number = 1;
    loop {
        let name = format!("replaced-{number}");
        if !data.join(&name).exists() {
            return name;
        }
        number += 1;
    }
}

fn write_note(data: &Path, aside: &str, emptied: bool) -> Result<(), Error> {
    let note = Note {
        aside: aside.to_owned(),
        emptied,
    };
    let text = serde_json::to_vec(&note).unwrap_or_default();
    write_whole(&data.join(NOTE), &text, Access::Private)
}
