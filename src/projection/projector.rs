//! The fold as it runs: records in, a new snapshot out.
//!
//! One thread owns it. Whatever changes, the units that it touches are folded again from
//! the store, so that late, shuffled and repeated events give what ordered ones give.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;
use svar_index::Index;

use super::change::{Change, Reach, things_of};
use super::checkpoint::{Checkpoint, Head};
use super::contacts::ContactFold;
use super::error::Error;
use super::installation;
use super::pace::Extent;
use super::search::SearchFold;
use super::snapshot::Snapshot;
use super::unit_folder::UnitFolder;
use super::upcoming::Upcoming;
use super::whole::fold_store;
use crate::clock::Clock;
use crate::journal::{Journal, Record};
use crate::metrics::{Contacts, Duty, Facts, Update, keep};
use crate::model::desk::Lines;
use crate::model::event::{Body, Event, Subject};
use crate::model::knowledge::Later;
use crate::model::{Directory, Installation, Profile, Timestamp, Timetable};
use crate::store::{Entry, Store, Unit};

/// The folds of the journal, and what has changed since the last snapshot.
pub(super) struct Projector {
    pub(super) store: Arc<Store>,
    clock: Clock,
    folder: UnitFolder,
    contacts: ContactFold,
    installation: Arc<Installation>,
    facts: Facts,
    desk: Arc<Later<Lines>>,
    pub(super) search: SearchFold,
    changed: Change,
    later: Upcoming,
    pub(super) position: u64,
    /// Up to which record the facts were folded when they were read.
    folded: u64,
    latest_at: Timestamp,
}

impl Projector {
    /// A fold of nothing yet; the first publishing folds all that the store holds.
    pub(super) fn new(
        store: Arc<Store>,
        index: Index,
        clock: Clock,
        profile: Profile,
    ) -> Result<Self, Error> {
        let folder = UnitFolder {
            profile,
            ..UnitFolder::default()
        };
        let position = store.applied_seq();
        Ok(Self {
            store,
            clock,
            facts: Facts::new(Arc::clone(&folder.dictionaries)),
            folder,
            contacts: ContactFold::default(),
            installation: Arc::default(),
            desk: Arc::default(),
            search: SearchFold::new(index)?,
            changed: Change {
                reach: Reach::Everything,
                any: true,
                ..Change::default()
            },
            later: Upcoming::default(),
            position,
            folded: 0,
            latest_at: Timestamp::MIN,
        })
    }

    /// Folds questions, topics and short answers up to a record that the other folds have.
    pub(super) fn catch_up(&mut self, journal: &Journal, position: u64) -> Result<(), Error> {
        installation::catch_up(Arc::make_mut(&mut self.installation), journal, position)
    }

    /// As [`Self::catch_up`], up to the journal's end, with everything else folded in parallel: the
    /// store must have all there is.
    pub(super) fn catch_up_and_fold(&mut self, journal: &Journal) -> Result<(), Error> {
        let mut installation = std::mem::take(&mut self.installation);
        let (caught_up, folded) = std::thread::scope(|scope| {
            let folding = scope.spawn(|| self.fold_everything());
            let installation = Arc::make_mut(&mut installation);
            let caught_up = installation::catch_up(installation, journal, journal.position());
            (caught_up, folding.join().unwrap_or(Err(Error::Stopped)))
        });
        self.installation = installation;
        self.changed.reach = Reach::Named;
        caught_up.and(folded)
    }

    /// Goes on from facts that were kept, if they hold for this profile and this store.
    pub(super) fn resume(&mut self, checkpoint: Checkpoint) -> Result<bool, Error> {
        let head = checkpoint.head;
        if let Some(installation) = checkpoint.installation {
            self.installation = Arc::new(installation);
        }
        if head.profile != self.folder.profile || head.position > self.store.applied_seq() {
            return Ok(false);
        }
        let now = self.clock.now();
        let installation = self.store.installation_events()?;
        let visible = || installation.iter().filter(|event| event.at <= now);
        let timetable = Timetable::fold(visible());
        self.folder = UnitFolder {
            profile: head.profile,
            directory: Arc::new(Directory::fold(visible())),
            blocked: Arc::clone(&checkpoint.contacts.blocked),
            dictionaries: Arc::clone(&checkpoint.facts.dictionaries),
            agreements: timetable.slas().next().is_some(),
        };
        self.contacts = checkpoint.contacts;
        self.desk = Arc::new(checkpoint.desk);
        self.facts = checkpoint.facts.on_duty(Arc::new(Duty::new(timetable)));
        self.later = head.later;
        self.latest_at = head.latest_at;
        self.folded = head.position;
        self.changed.reach = Reach::Named;
        Ok(true)
    }

    /// The last record that was filed.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Up to which record the facts are folded already.
    pub(super) const fn folded(&self) -> u64 {
        self.folded
    }

    /// What to keep of the facts as they were last published; `None` before that.
    pub(super) fn checkpoint(&self, mark: &[u8]) -> Option<Checkpoint> {
        let is_whole =
            !self.changed.any && self.changed.reach < Reach::Everything && self.position > 0;
        let head = Head {
            rules: keep::RULES,
            mark: mark.to_owned(),
            position: self.position,
            profile: self.folder.profile.clone(),
            latest_at: self.latest_at,
            later: self.later.clone(),
        };
        is_whole.then(|| Checkpoint {
            head,
            contacts: self.contacts.clone(),
            installation: Some(self.installation.at(self.position)),
            facts: self.facts.clone(),
            desk: (*self.desk).clone(),
        })
    }

    /// Files records in store and index, and notes what they touch.
    ///
    /// Records that the store has already are passed over there; those up to
    /// `indexed` are passed over in the index.
    pub(super) fn apply(&mut self, records: &[Record], indexed: u64) -> Result<(), Error> {
        let parsed: Vec<Arc<Event>> = records
            .par_iter()
            .map(installation::event_of)
            .collect::<Result<_, _>>()?;
        if parsed.iter().any(|event| Installation::concerns(event)) {
            let installation = Arc::make_mut(&mut self.installation);
            for (record, event) in records.iter().zip(&parsed) {
                installation::take(installation, record, event);
            }
        }
        let entries = records.iter().zip(&parsed).map(|(record, event)| Entry {
            seq: record.seq,
            event,
            json: record.event.get(),
        });
        // Svar's own events are in no store: what they say is in the folds above.
        let entries: Vec<Entry<'_>> = entries.filter(|entry| !entry.event.body.is_own()).collect();
        let filed = self.store.applied_seq();
        let touched = self.store.apply(&entries)?;
        let folded = self.folded;
        for entry in &entries {
            if entry.seq > folded && entry.seq <= filed {
                self.touch(&entry.event.body)?;
            }
        }
        let fresh = entries.iter().filter(|entry| entry.seq > indexed);
        let fresh = fresh.map(|entry| entry.event);
        let (installation, now) = (&*self.installation.knowledge, self.clock.now());
        self.search.apply(fresh, &self.store, installation, now)?;
        let last = records.last().map_or(self.position, |record| record.seq);
        self.position = self.position.max(last);
        self.changed.any |= !records.is_empty();
        self.changed.units.extend(touched.units);
        if touched.installation {
            let bodies = entries.iter().map(|entry| &entry.event.body);
            self.changed.by_installation(bodies, self.folder.agreements);
        }
        for contact in &touched.contacts {
            self.contact_changed(contact)?;
        }
        self.note_later(&entries)?;
        if indexed == 0 && self.search.is_heavy() {
            self.search.commit(self.position)?;
        }
        Ok(())
    }

    /// Files all short answers in the index again, for those that the clock has reached.
    pub(super) fn find_answers(&mut self) -> Result<(), Error> {
        self.search
            .answers(&self.installation.knowledge, self.clock.now())
    }

    /// Notes what an event changes that is in the store, but not in the facts yet.
    fn touch(&mut self, body: &Body) -> Result<(), Error> {
        if self.changed.reach == Reach::Everything {
            return Ok(());
        }
        match body.subject() {
            Subject::Contact(contact) => self.contact_changed(contact)?,
            Subject::Installation => {
                let bodies = std::iter::once(body);
                self.changed.by_installation(bodies, self.folder.agreements);
            }
            Subject::Conversation(_) | Subject::Ticket(_) => {
                let things = things_of(&self.store, body)?;
                self.changed.units.extend(things);
            }
        }
        Ok(())
    }

    fn contact_changed(&mut self, contact: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let blocked = self.contacts.blocked.get(contact).copied();
        let mut joined = self.contacts.joined(contact);
        let events = self.store.contact_events(contact)?;
        let visible = events.iter().filter(|event| event.at <= now);
        let details = self.contacts.tell(contact, visible);
        joined.extend(self.contacts.joined(contact));
        for other in joined {
            self.changed.contacts.entry(other).or_default();
        }
        let changes = &mut self.changed.contacts;
        changes.insert(contact.to_owned(), Some(details));
        if self.contacts.blocked.get(contact).copied() != blocked {
            self.changed
                .units
                .extend(self.store.things_of_contact(contact)?);
        }
        Ok(())
    }

    /// Remembers what has to be folded again when the clock reaches an event.
    fn note_later(&mut self, entries: &[Entry<'_>]) -> Result<(), Error> {
        let now = self.clock.now();
        for Entry { event, .. } in entries {
            self.latest_at = self.latest_at.max(event.at.min(now));
            if event.at > now {
                let things = things_of(&self.store, &event.body)?;
                self.later.note(event.at, things);
            }
        }
        Ok(())
    }

    /// Notes what the clock has reached since; true when something is to be folded.
    pub(super) fn pass_time(&mut self) -> bool {
        let now = self.clock.now();
        while let Some((at, things)) = self.later.take_reached(now) {
            self.latest_at = self.latest_at.max(at);
            // An event about no conversation or ticket may concern any of them.
            if things.is_empty() {
                self.changed.reach = Reach::Everything;
            }
            self.changed.units.extend(things);
            self.changed.any = true;
        }
        self.changed.any
    }

    /// In how long the clock reaches the next event that is ahead of it.
    pub(super) fn next_in(&self) -> Option<Duration> {
        let millis = self.later.first()?.millis() - self.clock.now().millis();
        Some(Duration::from_millis(millis.try_into().unwrap_or_default()))
    }

    /// How much waits to be published, if anything does.
    pub(super) fn pending(&self) -> Option<Extent> {
        self.changed.any.then(|| self.extent())
    }

    /// How much is folded for the next snapshot.
    pub(super) const fn extent(&self) -> Extent {
        match self.changed.reach {
            Reach::Everything => Extent::Everything,
            Reach::Timetable | Reach::Named => Extent::Changes,
        }
    }

    /// Whether rows mean something else in the next snapshot, though they did not change.
    pub(super) fn judges_anew(&self) -> bool {
        self.changed.reach > Reach::Named
    }

    /// Folds what changed and gives the snapshot of it.
    pub(super) fn publish(&mut self) -> Result<Snapshot, Error> {
        let changed = std::mem::take(&mut self.changed);
        if changed.reach == Reach::Everything {
            self.fold_everything()?;
        } else if !changed.units.is_empty() || !changed.contacts.is_empty() {
            self.fold_units(&changed)?;
        }
        if changed.reach == Reach::Timetable {
            let events = self.store.installation_events()?;
            let now = self.clock.now();
            let visible = events.iter().filter(|event| event.at <= now);
            let duty = Duty::new(Timetable::fold(visible));
            self.facts = std::mem::take(&mut self.facts).on_duty(Arc::new(duty));
        }
        Ok(Snapshot {
            facts: self.facts.clone(),
            desk: Arc::clone(&self.desk),
            directory: Arc::clone(&self.folder.directory),
            blocked: Arc::clone(&self.folder.blocked),
            installation: Arc::clone(&self.installation),
            profile: self.folder.profile.clone(),
            log_position: self.position,
            latest_at: self.latest_at,
            finder: Some(self.search.finder()),
        })
    }

    fn fold_units(&mut self, changed: &Change) -> Result<(), Error> {
        let now = self.clock.now();
        self.folder.blocked = Arc::clone(&self.contacts.blocked);
        let mut units: BTreeMap<u32, Unit> = BTreeMap::new();
        for thing in &changed.units {
            let unit = self.store.unit_of(*thing)?;
            units.insert(unit.id, unit);
        }
        let mut update = Update::default();
        let mut lines = Vec::new();
        for unit in units.values() {
            update.units.extend(unit.ids());
            let events = self.store.events_of(unit)?;
            lines.push(self.folder.fold(unit.id, &events, now, &mut update));
        }
        let desk = Arc::make_mut(&mut self.desk);
        desk.forget(update.units.iter().copied());
        for lines in lines {
            desk.add(lines);
        }
        let contacts = (!changed.contacts.is_empty()).then(|| self.contact_rows(changed));
        self.facts = self.facts.with(update, contacts);
        Ok(())
    }

    fn contact_rows(&self, changed: &Change) -> Arc<Contacts> {
        let codes = &self.folder.dictionaries;
        let contacts = &self.facts.contacts;
        Arc::new(self.contacts.rows_with(contacts, &changed.contacts, codes))
    }

    fn fold_everything(&mut self) -> Result<(), Error> {
        let folded = fold_store(&self.store, &self.folder, self.clock.now(), |_done| {})?;
        self.folder = folded.folder;
        self.contacts = folded.contacts;
        self.latest_at = self.latest_at.max(folded.latest_at);
        self.facts = folded.facts;
        self.desk = Arc::new(Later::There(folded.desk));
        self.later.extend(folded.later);
        Ok(())
    }
}
