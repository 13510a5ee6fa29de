//! The files in which drafts lie, and what is at hand of them.
//!
//! A file is written whole and synced before what it says is at hand; where there is nothing to
//! keep, there is no file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bell::Bell;
use crate::app::Error;
use crate::command::Caller;
use crate::disk::{self, Access};
use crate::failpoint;
use crate::lock::Lock;
use crate::model::Timestamp;

/// Words, as they lie in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) note: bool,
    pub(super) saved_at: Timestamp,
    /// What the files that go with them are called since they were sent up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<String>,
    /// To which others they go by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cc: Option<Vec<String>>,
}

/// A reply on its way, as it lies in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outgoing {
    pub(super) message: String,
    pub(super) words: Words,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    conversation: String,
    reader: String,
    pub(super) draft: Option<Words>,
    pub(super) outgoing: Option<Outgoing>,
}

/// Whose, and in which conversation.
pub(super) type Key = (String, String);

/// When a reply goes out, and as whose.
pub(super) struct Departure {
    pub(super) at: Timestamp,
    pub(super) caller: Caller,
    pub(super) rep: Option<String>,
}

/// What lies in the files, with what is known of it besides.
#[derive(Default)]
pub(super) struct Held {
    pub(super) kept: BTreeMap<Key, Kept>,
    pub(super) departures: BTreeMap<Key, Departure>,
    pub(super) faults: BTreeMap<Key, String>,
    /// Whether the files were read.
    is_read: bool,
}

/// All drafts.
pub(in crate::app) struct Drafts {
    folder: PathBuf,
    pub(super) held: Lock<Held>,
    pub(super) bell: Arc<Bell>,
}

impl Drafts {
    /// Those in a folder, which need not be there yet.
    pub(in crate::app) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            held: Lock::default(),
            bell: Arc::default(),
        }
    }

    fn path(&self, (reader, conversation): &Key) -> PathBuf {
        let mut name = String::new();
        for byte in Sha256::digest(format!("{reader}\0{conversation}").as_bytes()) {
            let _written = write!(name, "{byte:02x}");
        }
        self.folder.join(name)
    }

    /// Reads the files, once: what was on its way when the process ended is a draft again.
    pub(super) fn read(
        &self,
        held: &mut Held,
        is_written: impl Fn(&str, &str) -> bool,
    ) -> Result<(), Error> {
        if held.is_read {
            return Ok(());
        }
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                held.is_read = true;
                return Ok(());
            }
            Err(cause) => return Err(Error::io("read", &self.folder, cause)),
        };
        for entry in entries {
            let path = entry
                .map_err(|cause| Error::io("read", &self.folder, cause))?
                .path();
            // One that was being written when the process ended was never said to be kept.
            if path.extension().is_some() {
                continue;
            }
            let bytes = fs::read(&path).map_err(|cause| Error::io("read", &path, cause))?;
            let Ok(mut kept) = serde_json::from_slice::<Kept>(&bytes) else {
                tracing::warn!(path = %path.display(), "this draft cannot be read; it is left as it is");
                continue;
            };
            if let Some(outgoing) = kept.outgoing.take()
                && !is_written(&kept.conversation, &outgoing.message)
            {
                kept.draft = Some(joined(outgoing.words, kept.draft.take()));
            }
            let key = (kept.reader.clone(), kept.conversation.clone());
            self.write(&key, Some(&kept))?;
            held.kept.insert(key, kept);
        }
        held.is_read = true;
        Ok(())
    }

    /// Writes a file, or removes it where there is nothing to keep.
    fn write(&self, key: &Key, kept: Option<&Kept>) -> Result<(), Error> {
        let path = self.path(key);
        let kept = kept.filter(|kept| kept.draft.is_some() || kept.outgoing.is_some());
        let failed = |cause| Error::io("write", &path, cause);
        let Some(kept) = kept else {
            if path.exists() {
                disk::remove(&path).map_err(failed)?;
                failpoint::pass("draft.removed");
                disk::sync_folder(&self.folder).map_err(failed)?;
            }
            return Ok(());
        };
        if !self.folder.exists() {
            fs::create_dir_all(&self.folder).map_err(failed)?;
            disk::sync_folder(disk::folder_of(&self.folder)).map_err(failed)?;
        }
        let bytes = serde_json::to_vec(kept).unwrap_or_default();
        self.place(&path, &bytes).map_err(failed)
    }

    /// Writes a file whole and durably: a process that ends meanwhile leaves the former one.
    fn place(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut whole = disk::Draft::create(&disk::temporary(path), Access::Private)?;
        whole.write_all(bytes)?;
        whole.sync()?;
        failpoint::pass("draft.written");
        drop(whole.rename(path)?);
        failpoint::pass("draft.renamed");
        disk::sync_folder(&self.folder)?;
        failpoint::pass("draft.synced");
        Ok(())
    }

    /// Changes what is kept of one: first in its file, then at hand.
    pub(super) fn change(
        &self,
        held: &mut Held,
        key: &Key,
        change: impl FnOnce(&mut Kept),
    ) -> Result<(), Error> {
        let mut kept = held.kept.get(key).cloned().unwrap_or_else(|| Kept {
            reader: key.0.clone(),
            conversation: key.1.clone(),
            draft: None,
            outgoing: None,
        });
        change(&mut kept);
        self.write(key, Some(&kept))?;
        if kept.draft.is_none() && kept.outgoing.is_none() {
            held.kept.remove(key);
        } else {
            held.kept.insert(key.clone(), kept);
        }
        Ok(())
    }
}

/// Removes the files in a folder of which something has to go, by conversation and text; while
/// no app has it open.
pub(in crate::app) fn forget(
    folder: &Path,
    has_to_go: impl Fn(&str, &str) -> bool,
) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(Error::io("read", folder, cause)),
    };
    for entry in entries {
        let path = entry
            .map_err(|cause| Error::io("read", folder, cause))?
            .path();
        let bytes = fs::read(&path).map_err(|cause| Error::io("read", &path, cause))?;
        // Of what cannot be read nobody can say that nothing of theirs is in it.
        let goes = serde_json::from_slice::<Kept>(&bytes).map_or(true, |kept| {
            let words = kept.outgoing.iter().map(|outgoing| &outgoing.words);
            let mut words = words.chain(&kept.draft);
            words.any(|words| {
                // Files without words go as words would.
                let is_bare = words.text.is_empty();
                let text = if is_bare { "…" } else { words.text.as_str() };
                has_to_go(&kept.conversation, text)
            })
        });
        if goes {
            disk::remove(&path).map_err(|cause| Error::io("remove", &path, cause))?;
        }
    }
    disk::sync_folder(folder).map_err(|cause| Error::io("sync", folder, cause))
}

/// Two texts as one: none is lost.
pub(super) fn joined(first: Words, second: Option<Words>) -> Words {
    match second {
        None => first,
        Some(second) => {
            let texts = [first.text, second.text];
            let texts: Vec<String> = texts.into_iter().filter(|one| !one.is_empty()).collect();
            Words {
                text: texts.join("\n\n"),
                note: first.note && second.note,
                saved_at: second.saved_at,
                files: first.files.into_iter().chain(second.files).collect(),
                cc: second.cc.or(first.cc),
            }
        }
    }
}
