//! The journal's events, written out in its order; with or without a server on the folder.
//!
//! A server's folder is read up to a position that the server has acknowledged, so that
//! nothing is seen that it may still take back. Read by the exports.

use std::path::Path;

use serde::Deserialize;

use super::App;
use super::error::Error;
use super::facts::{FactKind, FactTable, table};
use super::folder::Folder;
use crate::journal::{Journal, Options, Reader};
use crate::model::{Event, Profile, Timestamp};
use crate::projection::fold_all;

/// What an export needs to know of an event.
#[derive(Deserialize)]
struct Stamp<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    at: Timestamp,
}

/// Hands each event of the folder's journal to `write` as its JSON, in order, without
/// Svar's own; gives how many there were.
///
/// `position` is that of the server that owns the folder; without one, the folder is
/// owned here meanwhile.
pub fn export_events<E: From<Error>>(
    data: &Path,
    position: Option<u64>,
    since: Option<Timestamp>,
    mut write: impl FnMut(&str) -> Result<(), E>,
) -> Result<u64, E> {
    let (owned, mut reader) = open(data, position)?;
    let mut count = 0;
    while let Some(record) = reader.next_view().map_err(Error::from)? {
        let json = record.event.get();
        let stamp: Stamp<'_> =
            serde_json::from_str(json).map_err(|error| unreadable(record.seq, &error))?;
        let is_own = stamp.kind.starts_with("svar.");
        if !is_own && since.is_none_or(|since| stamp.at >= since) {
            write(json)?;
            count += 1;
        }
    }
    drop(owned);
    Ok(count)
}

/// The facts of the folder's journal up to `position`, folded in memory, for a folder
/// that a server owns.
pub fn fold_journal(
    data: &Path,
    position: u64,
    kind: FactKind,
    as_of: Timestamp,
) -> Result<FactTable, Error> {
    let mut events: Vec<Event> = Vec::new();
    export_events(data, Some(position), None, |json| {
        let event = Event::parse(json);
        events.push(event.map_err(|error| Error::Stopped(error.to_string()))?);
        Ok::<(), Error>(())
    })?;
    let facts = fold_all(&events, Profile::default(), as_of);
    Ok(table(&facts, kind, as_of))
}

impl App {
    /// The facts of one kind as they are now.
    pub fn facts(&self, kind: FactKind) -> FactTable {
        table(&self.snapshot().facts, kind, self.clock.now())
    }
}

fn open(data: &Path, position: Option<u64>) -> Result<(Option<(Folder, Journal)>, Reader), Error> {
    if let Some(position) = position {
        let reader = Reader::open(&data.join("journal"), 1, position)?;
        return Ok((None, reader));
    }
    let folder = Folder::own(data)?;
    let journal = Journal::open(&folder.journal(), Options::default())?.journal;
    let reader = journal.reader(1)?;
    Ok((Some((folder, journal)), reader))
}

fn unreadable(seq: u64, error: &serde_json::Error) -> Error {
    Error::Stopped(format!(
        "event {seq} of the journal cannot be read: {error}"
    ))
}
