//! An erasure, done to the folder: the journal's records without the words of those who are
//! erased, their files, and nothing that was made of either.
//!
//! `DATA/erase` says that one is to be done; it is written before the event that says whom. Every
//! step can be done again, so that a kill between any two of them leaves either nothing done
//! or what the next opening goes on with. The folds are deleted and made anew from the journal:
//! sled keeps old pages, and an index its deleted words, for as long as they please.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use serde_json::value::RawValue;

use super::{Folder, remove, rename, sync, write_whole};
use crate::app::drafts::forget;
use crate::app::error::Error;
use crate::app::files::{forget_new, place_of};
use crate::disk::Access;
use crate::failpoint;
use crate::journal::{self, Journal, Reader, rewrite};
use crate::model::Event;
use crate::model::erasure::Erasure;

/// What stands in the note.
const NOTE: &str = "contacts are to be erased; the next start does it\n";
/// What the type of the event is called in the journal's text.
const ERASED: &str = "svar.contact_erased";
/// What every folder is called that a restore has set aside.
const REPLACED: &str = "replaced-";

impl Folder {
    /// Whether an erasure is still to be done in the folder `data`.
    pub fn is_erasing(data: &std::path::Path) -> bool {
        note_in(data).exists()
    }

    /// Notes that one is to be done.
    pub(in crate::app) fn begin_erasure(&self) -> Result<(), Error> {
        write_whole(&note(self), NOTE.as_bytes(), Access::Shared)?;
        failpoint::pass("erase.marked");
        Ok(())
    }

    /// Takes that back: nobody is erased after all.
    pub(in crate::app) fn forget_erasure(&self) -> Result<(), Error> {
        remove(&note(self))?;
        sync(self.path())
    }
}

fn note(folder: &Folder) -> PathBuf {
    note_in(folder.path())
}

fn note_in(data: &std::path::Path) -> PathBuf {
    data.join("erase")
}

/// Does what was begun, before anything is opened; `notices` hears of it.
pub(in crate::app) fn finish(folder: &Folder, notices: &mut Vec<String>) -> Result<(), Error> {
    if !note(folder).exists() {
        return Ok(());
    }
    // Puts the journal's end in order first, and waits until nothing is being compressed.
    let opened = Journal::open(&folder.journal(), journal::Options::default())?;
    let position = opened.journal.position();
    notices.extend(opened.notices.iter().map(ToString::to_string));
    drop(opened);
    let erasure = learn(folder, position)?;
    if !erasure.is_empty() {
        erase(folder, &erasure)?;
        notices.push("what was to be erased is gone from the journal".to_owned());
        notices.extend(replaced(folder)?);
    }
    failpoint::pass("erase.done");
    folder.forget_erasure()
}

/// Reads the journal until it is known what goes: whom, then what is theirs, then its words.
fn learn(folder: &Folder, position: u64) -> Result<Erasure, Error> {
    let mut erasure = Erasure::default();
    each(folder, position, |text| {
        if text.contains(ERASED) {
            erasure.note(&read(text)?);
        }
        Ok(())
    })?;
    if erasure.is_empty() {
        return Ok(erasure);
    }
    each(folder, position, |text| {
        erasure.learn(&read(text)?);
        Ok(())
    })?;
    each(folder, position, |text| {
        erasure.learn_words(&read(text)?);
        Ok(())
    })?;
    erasure.ready();
    Ok(erasure)
}

fn each(
    folder: &Folder,
    position: u64,
    mut hear: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = Reader::open(&folder.journal(), 1, position)?;
    while let Some(record) = reader.next_view()? {
        hear(record.event.get())?;
    }
    Ok(())
}

fn read(text: &str) -> Result<Event, Error> {
    let event = Event::parse_journalled(text);
    event.map_err(|error| Error::Stopped(format!("a record of the journal: {error}")))
}

fn erase(folder: &Folder, erasure: &Erasure) -> Result<(), Error> {
    let change = |text: &str| {
        let event = Event::parse_journalled(text).map_err(|error| error.to_string())?;
        let left = erasure.left_of(&event);
        let text = left.map(|left| RawValue::from_string(left.to_json()));
        text.transpose().map_err(|error| error.to_string())
    };
    rewrite(&folder.journal(), &change)?;
    for file in erasure.files() {
        remove(&place_of(&folder.files(), file))?;
    }
    let contact_of = |owner: &str| owner.strip_prefix("contact:").map(str::to_owned);
    forget_new(
        &folder.files(),
        |new| {
            erasure.owns(
                new.conversation.as_deref(),
                contact_of(&new.owner).as_deref(),
            )
        },
        |sha256| erasure.is_anothers(sha256),
    )?;
    forget(&folder.drafts(), |conversation, text| {
        typed(conversation, text).is_none_or(|typed| erasure.left_of(&typed).is_some())
    })?;
    failpoint::pass("erase.files");
    clear(folder)
}

/// A draft as the message that it would become.
fn typed(conversation: &str, text: &str) -> Option<Event> {
    let message = json!({
        "type": "message.added", "at": "1970-01-01T00:00:00Z", "source": "draft", "id": "draft",
        "conversation": conversation, "message": "draft", "author": {"kind": "rep"}, "text": text,
    });
    Event::parse(&message.to_string()).ok()
}

/// Deletes what was made of the journal, also what is left of former times.
fn clear(folder: &Folder) -> Result<(), Error> {
    for path in derived(folder)? {
        // What is half deleted must not pass for a sound store.
        let doomed = path.with_added_extension("erased");
        let is_doomed = path.extension().is_some_and(|end| end == "erased");
        let doomed = if is_doomed {
            path
        } else {
            remove(&doomed)?;
            rename(&path, &doomed)?;
            doomed
        };
        sync(folder.path())?;
        remove(&doomed)?;
        failpoint::pass("erase.cleared");
    }
    sync(folder.path())
}

/// The store and the other folds, those that are being replaced, and those that were set aside.
fn derived(folder: &Folder) -> Result<Vec<PathBuf>, Error> {
    let of = |name: &str| {
        let mut words = name.splitn(2, '.');
        matches!(words.next(), Some("store" | "derived"))
    };
    let mut found = named(folder, of)?;
    found.sort();
    Ok(found)
}

/// What to say of folders that a restore has set aside: they are no part of the desk.
fn replaced(folder: &Folder) -> Result<Vec<String>, Error> {
    let aside = named(folder, |name| name.starts_with(REPLACED))?;
    let told = aside.into_iter().map(|path| {
        let path = path.display();
        format!("`{path}` was set aside by a restore and has what it had; delete it")
    });
    Ok(told.collect())
}

fn named(folder: &Folder, is_it: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, Error> {
    let failed = |cause| Error::io("list", folder.path(), cause);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.path()).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if is_it(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}
