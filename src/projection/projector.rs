//! The fold as it runs: records in, a new snapshot out.
//!
//! One thread owns it. Whatever changes, the units that it touches are folded anew from
//! the store, so that late, shuffled and repeated events give what ordered ones give.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use svar_index::{Document, Index, Kind, Writer};

use super::contacts::ContactFold;
use super::error::Error;
use super::folder::Folder;
use super::snapshot::Snapshot;
use crate::clock::Clock;
use crate::failpoint;
use crate::journal::Record;
use crate::metrics::{Contacts, Facts, Update};
use crate::model::event::{ActorKind, Body, Event, Visibility};
use crate::model::{Directory, Profile, Timestamp};
use crate::store::{Store, StoredUnit, Thing, Unit};

/// How many units are folded in parallel at once.
const FOLD_UNITS: usize = 4_096;

/// The folds of the journal, and what has changed since the last snapshot.
pub(super) struct Projector {
    pub(super) store: Arc<Store>,
    clock: Clock,
    folder: Folder,
    contacts: ContactFold,
    facts: Facts,
    index: Index,
    writer: Writer,
    changed: Changed,
    later: BTreeMap<Timestamp, Vec<Thing>>,
    position: u64,
    latest_at: Timestamp,
}

/// What must be folded anew.
#[derive(Default)]
struct Changed {
    units: HashSet<Thing>,
    everything: bool,
    contacts: bool,
    any: bool,
}

impl Projector {
    pub(super) fn new(
        store: Arc<Store>,
        index: Index,
        clock: Clock,
        profile: Profile,
    ) -> Result<Self, Error> {
        let folder = Folder {
            profile,
            ..Folder::default()
        };
        let position = store.applied_seq();
        Ok(Self {
            store,
            clock,
            facts: Facts::new(Arc::clone(&folder.dictionaries)),
            folder,
            contacts: ContactFold::default(),
            writer: index.writer()?,
            index,
            changed: Changed {
                everything: true,
                any: true,
                ..Changed::default()
            },
            later: BTreeMap::new(),
            position,
            latest_at: Timestamp::MIN,
        })
    }

    /// Files records in store and index, and notes what they touch.
    ///
    /// Records that the store has already are passed over there; those up to
    /// `indexed` are passed over in the index.
    pub(super) fn apply(&mut self, records: &[Record], indexed: u64) -> Result<(), Error> {
        let parse = |record: &Record| {
            let event = Event::parse(record.event.get());
            event
                .map(|event| (record.seq, event))
                .map_err(|error| Error::Record {
                    seq: record.seq,
                    reason: error.to_string(),
                })
        };
        let events: Vec<(u64, Event)> = records.par_iter().map(parse).collect::<Result<_, _>>()?;
        let touched = self.store.apply(&events)?;
        for (seq, event) in events.iter().filter(|(seq, _)| *seq > indexed) {
            if let Some(document) = document(event) {
                self.writer.add(&document)?;
            }
            self.position = self.position.max(*seq);
        }
        let last = events.last().map_or(self.position, |(seq, _)| *seq);
        self.position = self.position.max(last);
        self.changed.any |= !events.is_empty();
        self.changed.units.extend(touched.units);
        if touched.installation
            && events
                .iter()
                .any(|(_, event)| Directory::concerns(&event.body))
        {
            self.changed.everything = true;
        }
        for contact in &touched.contacts {
            self.contact_changed(contact)?;
        }
        self.note_later(&events)
    }

    fn contact_changed(&mut self, contact: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let blocked = self.contacts.blocked.get(contact).copied();
        let events = self.store.contact_events(contact)?;
        self.contacts
            .replace(contact, events.iter().filter(|event| event.at <= now));
        self.changed.contacts = true;
        if self.contacts.blocked.get(contact).copied() != blocked {
            self.changed
                .units
                .extend(self.store.things_of_contact(contact)?);
        }
        Ok(())
    }

    /// Remembers what has to be folded again when the clock reaches an event.
    fn note_later(&mut self, events: &[(u64, Event)]) -> Result<(), Error> {
        let now = self.clock.now();
        for (_, event) in events {
            self.latest_at = self.latest_at.max(event.at.min(now));
            if event.at > now {
                let things = self.things_of(&event.body)?;
                self.later.entry(event.at).or_default().extend(things);
            }
        }
        Ok(())
    }

    fn things_of(&self, body: &Body) -> Result<Vec<Thing>, Error> {
        use crate::store::ThingKind;
        let mut things = Vec::new();
        for (kind, id) in [
            (ThingKind::Conversation, body.conversation()),
            (ThingKind::Ticket, body.ticket()),
        ] {
            if let Some(id) = id {
                things.extend(self.store.thing(kind, id)?);
            }
        }
        Ok(things)
    }

    /// Notes what the clock has reached since; true when something is to be folded.
    pub(super) fn pass_time(&mut self) -> bool {
        let now = self.clock.now();
        while let Some(entry) = self.later.first_entry() {
            if *entry.key() > now {
                break;
            }
            self.latest_at = self.latest_at.max(*entry.key());
            let things = entry.remove();
            // An event about no conversation or ticket may concern any of them.
            self.changed.everything |= things.is_empty();
            self.changed.units.extend(things);
            self.changed.any = true;
        }
        self.changed.any
    }

    /// Writes out what is filed up to `position`, so that a replay that is cut off goes on
    /// from there. The store may be further than the index is, so that only the caller knows.
    pub(super) fn save(&mut self, position: u64) -> Result<(), Error> {
        self.store.flush()?;
        self.writer.commit(position)?;
        failpoint::pass("fold.saved");
        Ok(())
    }

    /// Whether the next snapshot takes folding everything.
    pub(super) const fn folds_everything(&self) -> bool {
        self.changed.everything
    }

    /// Folds what changed and gives the snapshot of it.
    pub(super) fn publish(&mut self) -> Result<Snapshot, Error> {
        let changed = std::mem::take(&mut self.changed);
        if changed.everything {
            self.fold_everything()?;
        } else if !changed.units.is_empty() || changed.contacts {
            self.fold_units(&changed)?;
        }
        failpoint::pass("fold.commit");
        self.writer.commit(self.position)?;
        failpoint::pass("fold.committed");
        Ok(Snapshot {
            facts: self.facts.clone(),
            directory: Arc::clone(&self.folder.directory),
            blocked: Arc::clone(&self.folder.blocked),
            profile: self.folder.profile.clone(),
            log_position: self.position,
            latest_at: self.latest_at,
            searcher: Some(self.index.searcher()),
        })
    }

    fn fold_units(&mut self, changed: &Changed) -> Result<(), Error> {
        let now = self.clock.now();
        self.folder.blocked = Arc::new(self.contacts.blocked.clone());
        let mut units: BTreeMap<u32, Unit> = BTreeMap::new();
        for thing in &changed.units {
            let unit = self.store.unit_of(*thing)?;
            units.insert(unit.id, unit);
        }
        let mut update = Update::default();
        for unit in units.values() {
            update.units.extend(unit.ids());
            let events = self.store.events_of(unit)?;
            self.folder.fold(unit.id, &events, now, &mut update);
        }
        let contacts = changed.contacts.then(|| self.contact_rows());
        self.facts = self.facts.with(update, contacts);
        Ok(())
    }

    fn contact_rows(&self) -> Arc<Contacts> {
        Arc::new(self.contacts.rows(&self.folder.dictionaries))
    }

    fn fold_everything(&mut self) -> Result<(), Error> {
        let folded = fold_store(&self.store, &self.folder, self.clock.now(), |_done| {})?;
        self.folder = folded.folder;
        self.contacts = folded.contacts;
        self.latest_at = self.latest_at.max(folded.latest_at);
        self.facts = folded.facts;
        for (at, things) in folded.later {
            let known = self.later.entry(at).or_default();
            known.extend(things);
            known.sort_unstable();
            known.dedup();
        }
        Ok(())
    }
}

/// Everything folded up to an instant.
pub(super) struct Folded {
    pub(super) facts: Facts,
    pub(super) folder: Folder,
    contacts: ContactFold,
    pub(super) latest_at: Timestamp,
    later: BTreeMap<Timestamp, Vec<Thing>>,
}

/// Folds the whole store up to `as_of`; `progress` hears how many events are done.
pub(super) fn fold_store(
    store: &Store,
    like: &Folder,
    as_of: Timestamp,
    progress: impl Fn(u64),
) -> Result<Folded, Error> {
    let mut contacts = ContactFold::default();
    for events in store.contacts()? {
        for event in events?.iter().filter(|event| event.at <= as_of) {
            contacts.apply(event);
        }
    }
    let installation = store.installation_events()?;
    let known = installation.iter().filter(|event| event.at <= as_of);
    let mut later: BTreeMap<Timestamp, Vec<Thing>> = BTreeMap::new();
    for event in installation.iter().filter(|event| event.at > as_of) {
        later.entry(event.at).or_default();
    }
    let folder = Folder {
        profile: like.profile.clone(),
        directory: Arc::new(Directory::fold(known)),
        blocked: Arc::new(contacts.blocked.clone()),
        dictionaries: Arc::clone(&like.dictionaries),
    };
    let mut update = Update::default();
    let (mut latest_at, mut done) = (Timestamp::MIN, 0);
    let mut units = store.units()?;
    loop {
        let batch: Vec<StoredUnit> = units.by_ref().take(FOLD_UNITS).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        done += batch.iter().map(|unit| unit.len() as u64).sum::<u64>();
        let folded = fold_batch(&folder, &batch, as_of)?;
        for part in folded {
            latest_at = latest_at.max(part.latest_at);
            for at in part.later {
                later
                    .entry(at)
                    .or_default()
                    .extend(part.things.iter().copied());
            }
            update.extend(part.update);
        }
        progress(done);
    }
    let rows = contacts.rows(&folder.dictionaries);
    let facts = Facts::new(Arc::clone(&folder.dictionaries)).with(update, Some(Arc::new(rows)));
    Ok(Folded {
        facts,
        folder,
        contacts,
        latest_at,
        later,
    })
}

/// One unit folded on some thread.
struct Part {
    update: Update,
    latest_at: Timestamp,
    later: Vec<Timestamp>,
    things: Vec<Thing>,
}

fn fold_batch(folder: &Folder, batch: &[StoredUnit], as_of: Timestamp) -> Result<Vec<Part>, Error> {
    let parts = batch.par_iter().map(|stored| {
        let events = stored.events()?;
        let mut update = Update::default();
        folder.fold(stored.unit.id, &events, as_of, &mut update);
        let known = events
            .iter()
            .map(|event| event.at)
            .filter(|at| *at <= as_of);
        Ok(Part {
            update,
            latest_at: known.max().unwrap_or(Timestamp::MIN),
            later: events
                .iter()
                .map(|event| event.at)
                .filter(|at| *at > as_of)
                .collect(),
            things: stored.unit.things.clone(),
        })
    });
    parts.collect()
}

/// By what the index knows the document of an event, if it has one.
pub fn searchable(event: &Event) -> Option<String> {
    let document = document(event)?;
    Some(format!("{:?} {}", document.kind, document.id))
}

/// What of an event can be searched: questions, and the public words of contacts.
fn document(event: &Event) -> Option<Document> {
    let (id, kind, conversation, text) = match &event.body {
        Body::QuestionAsked(asked) => (
            asked.question.as_str(),
            Kind::Question,
            asked.conversation.as_str(),
            &asked.text,
        ),
        Body::MessageAdded(added)
            if added.author.kind == ActorKind::Contact
                && added.visibility != Some(Visibility::Note) =>
        {
            (
                added.message.as_str(),
                Kind::Message,
                added.conversation.as_str(),
                &added.text,
            )
        }
        _ => return None,
    };
    Some(Document {
        id: id.to_owned(),
        kind,
        conversation: conversation.to_owned(),
        at_millis: event.at.millis(),
        language: None,
        text: text.clone(),
    })
}
