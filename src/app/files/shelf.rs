//! Where files lie: each under its SHA-256, once, and beside them what is known of those that no
//! message names yet.
//!
//! A file is noted before it is put in its place, so that none lies there which nobody looks
//! after; what a kill leaves behind is noted, or is a part of a file that the next opening
//! removes. All of it is durable before an upload is answered, and so before an event names it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::Error;
use crate::disk::{self, Access, Draft};
use crate::failpoint;
use crate::lock::Lock;
use crate::model::event::Attachment;
use crate::model::{DAY_MS, HOUR_MS, Timestamp};

/// The folder of what no message names yet.
pub(in crate::app) const NEW: &str = ".new";
/// What parts of files end in.
pub(in crate::app) const PART: &str = "part";
/// The most bytes of a file, unless the machine's settings say otherwise.
const USUAL_MOST: u64 = 20_000_000;
/// How long a file may wait for the message that names it.
const USABLE_MS: i64 = 24 * HOUR_MS;
/// From when on one that still waits is taken away: none that may still be named.
const STALE_MS: i64 = 25 * HOUR_MS;

/// How many of the largest files visitors may send up on a day, all of them together.
const VISITORS_A_DAY: u64 = 100;

/// A file that was sent up and may be named by a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct NewFile {
    pub(in crate::app) id: String,
    /// Who sent it up.
    pub(in crate::app) owner: String,
    /// The conversation that it is for; none: one of the owner's.
    pub(in crate::app) conversation: Option<String>,
    pub(in crate::app) sha256: String,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) size: u64,
    pub(super) at: Timestamp,
}

impl NewFile {
    /// Whether a contact sent it up.
    pub(super) fn is_visitors(&self) -> bool {
        self.owner.starts_with("contact:")
    }

    pub(super) fn attachment(&self) -> Attachment {
        Attachment {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: Some(self.sha256.clone()),
            url: None,
        }
    }
}

/// The folder of files.
#[derive(Debug)]
pub(in crate::app) struct FileShelf {
    folder: PathBuf,
    /// The most bytes of a file.
    pub(super) most: u64,
    /// Held while a file is put in its place or taken from it.
    placing: Lock<()>,
    new: Lock<BTreeMap<String, NewFile>>,
    /// How many bytes visitors have sent up, and on which day.
    visitors: Lock<(i64, u64)>,
}

impl FileShelf {
    /// Those in a folder, which need not be there yet.
    pub(in crate::app) fn open(folder: PathBuf, most: Option<u64>) -> Result<Self, Error> {
        let new = read_new(&folder)?;
        Ok(Self {
            folder,
            most: most.unwrap_or(USUAL_MOST),
            placing: Lock::default(),
            new: Lock::new(new),
            visitors: Lock::default(),
        })
    }

    /// Counts what visitors send up; nobody knows who they are, and the disk ends somewhere.
    pub(super) fn count(&self, new: &NewFile) -> Result<(), Error> {
        if !new.is_visitors() {
            return Ok(());
        }
        let most = self.most.saturating_mul(VISITORS_A_DAY);
        let day = new.at.millis().div_euclid(DAY_MS);
        let mut visitors = self.visitors.lock();
        if visitors.0 != day {
            *visitors = (day, 0);
        }
        if visitors.1.saturating_add(new.size) > most {
            return Err(Error::TooMuch { most });
        }
        visitors.1 += new.size;
        Ok(())
    }

    /// Where a file of this SHA-256 lies.
    pub(super) fn path(&self, sha256: &str) -> PathBuf {
        place_of(&self.folder, sha256)
    }

    /// Where they lie.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Held while files are put in their places.
    pub(super) fn placing(&self) -> impl Drop + '_ {
        self.placing.lock()
    }

    /// Has files wait for the messages that name them.
    pub(super) fn wait_for(&self, files: Vec<NewFile>) {
        let mut new = self.new.lock();
        new.extend(files.into_iter().map(|file| (file.id.clone(), file)));
    }

    /// An empty part of a file.
    pub(super) fn begin(&self, id: &str) -> Result<(Draft, PathBuf), Error> {
        let folder = self.folder.join(NEW);
        make(&self.folder)?;
        make(&folder)?;
        let path = folder.join(id).with_added_extension(PART);
        let draft = Draft::create_new(&path, Access::Private);
        let draft = draft.map_err(|cause| Error::io("write", &path, cause))?;
        Ok((draft, path))
    }

    /// Puts a part that is whole in its place, and notes it. What is there already is there once.
    pub(super) fn place(&self, part: Draft, part_path: &Path, new: NewFile) -> Result<(), Error> {
        part.sync()
            .map_err(|cause| Error::io("write", part_path, cause))?;
        failpoint::pass("file.written");
        let _placing = self.placing.lock();
        let note = note_of(&self.folder, &new.id);
        let text = serde_json::to_vec(&new).unwrap_or_default();
        disk::write(&note, &text, Access::Private)
            .map_err(|cause| Error::io("write", &note, cause))?;
        failpoint::pass("file.noted");
        let place = self.path(&new.sha256);
        let folder = disk::folder_of(&place);
        make(folder)?;
        let is_there = fs::metadata(&place).is_ok_and(|there| there.len() == new.size);
        if !is_there {
            let placed = part.rename(&place);
            drop(placed.map_err(|cause| Error::io("write", &place, cause))?);
        }
        disk::sync_folder(folder).map_err(|cause| Error::io("sync", folder, cause))?;
        failpoint::pass("file.placed");
        self.new.lock().insert(new.id.clone(), new);
        Ok(())
    }

    /// A file that somebody sent up for a conversation, if a message may still name it.
    pub(super) fn waiting(
        &self,
        id: &str,
        (owner, conversation): (&str, Option<&str>),
        now: Timestamp,
    ) -> Option<NewFile> {
        let new = self.new.lock().get(id).cloned();
        new.filter(|new| {
            new.owner == owner
                && new.conversation.as_deref() == conversation
                && now.since(new.at) < USABLE_MS
        })
    }

    /// When the next one that waits is to be taken away.
    pub(super) fn next_stale_at(&self) -> Option<Timestamp> {
        let new = self.new.lock();
        let first = new.values().map(|new| new.at).min();
        first.map(|at| at.plus_millis(STALE_MS))
    }

    /// Those that have waited too long.
    pub(super) fn stale(&self, now: Timestamp) -> Vec<NewFile> {
        let new = self.new.lock();
        let stale = new.values().filter(|new| now.since(new.at) >= STALE_MS);
        stale.cloned().collect()
    }

    /// Those with these bytes.
    pub(super) fn waiting_with(&self, sha256: &str) -> Vec<NewFile> {
        let new = self.new.lock();
        let same = new.values().filter(|new| new.sha256 == sha256);
        same.cloned().collect()
    }

    /// Forgets that a file waits; its bytes stay.
    pub(super) fn forget(&self, id: &str) -> Result<(), Error> {
        let note = note_of(&self.folder, id);
        disk::remove_file(&note).map_err(|cause| Error::io("remove", &note, cause))?;
        self.new.lock().remove(id);
        Ok(())
    }

    /// Removes the bytes of a file that neither waits nor `is_named`; whether any were there.
    pub(super) fn remove_unless(
        &self,
        sha256: &str,
        is_named: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        let _placing = self.placing.lock();
        let place = self.path(sha256);
        if !place.exists() || !self.waiting_with(sha256).is_empty() || is_named()? {
            return Ok(false);
        }
        remove(&place)?;
        Ok(true)
    }
}

/// Forgets the files in a folder that wait and of which something has to go, with their bytes
/// where nothing else has them; while no app has it open.
pub(in crate::app) fn forget_new(
    folder: &Path,
    has_to_go: impl Fn(&NewFile) -> bool,
    is_named: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let (going, staying): (Vec<NewFile>, Vec<NewFile>) =
        read_new(folder)?.into_values().partition(has_to_go);
    for gone in going {
        let note = note_of(folder, &gone.id);
        disk::remove_file(&note).map_err(|cause| Error::io("remove", &note, cause))?;
        let is_anothers = staying.iter().any(|new| new.sha256 == gone.sha256);
        if !is_anothers && !is_named(&gone.sha256) {
            remove(&place_of(folder, &gone.sha256))?;
        }
    }
    Ok(())
}

/// Where a file of this SHA-256 lies.
pub(in crate::app) fn place_of(folder: &Path, sha256: &str) -> PathBuf {
    folder.join(sha256.get(..2).unwrap_or(sha256)).join(sha256)
}

pub(super) fn note_of(folder: &Path, id: &str) -> PathBuf {
    folder.join(NEW).join(id)
}

fn remove(place: &Path) -> Result<(), Error> {
    disk::remove_file(place).map_err(|cause| Error::io("remove", place, cause))?;
    failpoint::pass("file.removed");
    let folder = disk::folder_of(place);
    if folder.exists() {
        disk::sync_folder(folder).map_err(|cause| Error::io("sync", folder, cause))?;
    }
    Ok(())
}

pub(super) fn make(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    let made = fs::create_dir_all(folder).and_then(|()| {
        let above = disk::folder_of(folder);
        disk::sync_folder(above)
    });
    made.map_err(|cause| Error::io("make", folder, cause))
}

/// What waits, and without parts of files: nobody was told that those are kept.
fn read_new(folder: &Path) -> Result<BTreeMap<String, NewFile>, Error> {
    let folder = folder.join(NEW);
    let failed = |cause| Error::io("read", &folder, cause);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(cause) => return Err(failed(cause)),
    };
    let mut new = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some() {
            disk::remove_file(&path).map_err(|cause| Error::io("remove", &path, cause))?;
            continue;
        }
        let bytes = fs::read(&path).map_err(|cause| Error::io("read", &path, cause))?;
        match serde_json::from_slice::<NewFile>(&bytes) {
            Ok(one) => drop(new.insert(one.id.clone(), one)),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "this note of a file cannot be read; it is left as it is");
            }
        }
    }
    Ok(new)
}
