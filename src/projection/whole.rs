//! Folding everything that a store holds, up to an instant: a rebuild, a past `as_of`.

use std::sync::Arc;

use rayon::prelude::*;

use super::contacts::ContactFold;
use super::error::Error;
use super::unit_folder::UnitFolder;
use super::upcoming::Upcoming;
use crate::metrics::{Contacts, Dictionaries, Duty, Facts, Update};
use crate::model::desk::{Lines, UnitLines};
use crate::model::event::Subject;
use crate::model::{Directory, Timestamp, Timetable};
use crate::store::{Block, Store, StoredUnit, Thing};

/// How many blocks of units are read and folded in parallel at once.
const FOLD_BLOCKS: usize = 16;

/// How many rows are held as rows before they become columns, about.
const HELD_ROWS: usize = 262_144;

/// Everything folded up to an instant.
pub(super) struct ColumnFolds {
    pub(super) facts: Facts,
    pub(super) folder: UnitFolder,
    pub(super) contacts: ContactFold,
    pub(super) latest_at: Timestamp,
    pub(super) later: Upcoming,
    pub(super) desk: Lines,
}

/// Folds the whole store up to `as_of`; `progress` hears how many events are done.
pub(super) fn fold_store(
    store: &Store,
    like: &UnitFolder,
    as_of: Timestamp,
    progress: impl Fn(u64),
) -> Result<ColumnFolds, Error> {
    let (contacts, rows) = fold_contacts(store, &like.dictionaries, as_of)?;
    let installation = store.installation_events()?;
    let visible = || installation.iter().filter(|event| event.at <= as_of);
    let mut later = Upcoming::default();
    for event in installation.iter().filter(|event| event.at > as_of) {
        later.note(event.at, []);
    }
    let timetable = Timetable::fold(visible());
    let folder = UnitFolder {
        profile: like.profile.clone(),
        directory: Arc::new(Directory::fold(visible())),
        blocked: Arc::clone(&contacts.blocked),
        dictionaries: Arc::clone(&like.dictionaries),
        agreements: timetable.slas().next().is_some(),
    };
    let mut facts = Facts::new(Arc::clone(&folder.dictionaries));
    let mut update = Update::default();
    let mut desk = Lines::default();
    let (mut latest_at, mut done) = (Timestamp::MIN, 0);
    for blocks in store.blocks()?.chunks(FOLD_BLOCKS) {
        let folded = blocks
            .par_iter()
            .map(|block| fold_block(&folder, store, *block, as_of));
        let folded: Vec<Vec<Part>> = folded.collect::<Result<_, Error>>()?;
        for part in folded.into_iter().flatten() {
            done += part.events;
            latest_at = latest_at.max(part.latest_at);
            for at in part.later {
                later.note(at, part.things.iter().copied());
            }
            update.extend(part.update);
            desk.add(part.lines);
        }
        if update.messages.len() + update.tickets.len() >= HELD_ROWS {
            facts = facts.with(first_told(&mut update), None);
        }
        progress(done);
    }
    let facts = facts
        .with(first_told(&mut update), Some(Arc::new(rows)))
        .on_duty(Arc::new(Duty::new(timetable)));
    Ok(ColumnFolds {
        facts,
        folder,
        contacts,
        latest_at,
        later,
        desk,
    })
}

/// Who was merged and blocked, and everybody's rows; one contact's events are held at a time.
fn fold_contacts(
    store: &Store,
    dictionaries: &Dictionaries,
    as_of: Timestamp,
) -> Result<(ContactFold, Contacts), Error> {
    let (mut contacts, mut rows) = (ContactFold::default(), Contacts::default());
    for events in store.contacts()? {
        let events = events?;
        let visible = || events.iter().filter(|event| event.at <= as_of);
        let subject = visible().next().map(|event| event.body.subject());
        if let Some(Subject::Contact(contact)) = subject {
            let details = contacts.tell(contact, visible());
            details.write(contact, dictionaries, &mut rows);
        }
    }
    contacts.write_all_roots(dictionaries, &mut rows);
    Ok((contacts, rows))
}

/// The rows gathered so far; each unit comes once, so none is struck out.
fn first_told(update: &mut Update) -> Update {
    let mut part = std::mem::take(update);
    part.units.clear();
    part
}

/// One unit folded on some thread.
struct Part {
    update: Update,
    /// How many events it has.
    events: u64,
    latest_at: Timestamp,
    later: Vec<Timestamp>,
    things: Vec<Thing>,
    lines: UnitLines,
}

fn fold_block(
    folder: &UnitFolder,
    store: &Store,
    block: Block,
    as_of: Timestamp,
) -> Result<Vec<Part>, Error> {
    let parts = store.units_in(block)?.map(|stored| {
        let StoredUnit { unit, events } = stored?;
        let mut update = Update::default();
        let lines = folder.fold(unit.id, &events, as_of, &mut update);
        let instants = events
            .iter()
            .map(|event| event.at)
            .filter(|at| *at <= as_of);
        Ok(Part {
            update,
            events: events.len() as u64,
            latest_at: instants.max().unwrap_or(Timestamp::MIN),
            later: events
                .iter()
                .map(|event| event.at)
                .filter(|at| *at > as_of)
                .collect(),
            things: unit.things,
            lines,
        })
    });
    parts.collect()
}
