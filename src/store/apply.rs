//! Filing events under their things: one batch an apply, which ends in `applied_seq`.
//!
//! Knows nothing of what an event means beyond its subject, its link and the contact
//! that it names. Fed by `projection`, in the order of the journal; what was filed
//! already is passed over.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use super::alias::{Aliases, Counters};
use super::error::guarded;
use super::key::{self, Shelf, Thing, ThingKind};
use super::value::digest;
use super::{Error, META_APPLIED, META_COUNTERS, Store, value};
use crate::failpoint;
use crate::model::event::{Body, Subject};
use crate::model::{ContactId, Event};

/// What a row of events was about, each thing once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedRows {
    /// Conversations and tickets with a new event or link; their units changed.
    pub units: Vec<Thing>,
    /// Contacts with a new event about them.
    pub contacts: Vec<String>,
    /// Whether something came that holds for the whole installation.
    pub installation: bool,
    /// Whether a contact was blocked or merged, so that the facts of others change.
    pub blocked_or_merged_contacts: bool,
}

/// An event that is to be filed, with what the journal says of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its place in the journal.
    pub seq: u64,
    /// The event.
    pub event: &'a Event,
    /// Its text, as it is journalled.
    pub json: &'a str,
}

/// A batch in the making.
struct Filing<'a> {
    store: &'a Store,
    db: &'a sled::Db,
    aliases: &'a mut Aliases,
    batch: sled::Batch,
    units: BTreeSet<Thing>,
    contacts: BTreeSet<String>,
    touched: ChangedRows,
    /// Where each event is put.
    filed: Vec<((Shelf, u64), &'a Event)>,
}

impl Store {
    /// Files events in one batch.
    ///
    /// Those at or before [`Self::applied_seq`] are passed over. The batch is atomic but
    /// not yet durable when this returns; what a crash loses comes again from the journal.
    pub fn apply(&self, events: &[Entry<'_>]) -> Result<ChangedRows, Error> {
        guarded(&self.codec.folder, || {
            let mut aliases = self.aliases()?;
            let counters = aliases.next;
            let filed = self.file(&mut aliases, events);
            if filed.is_err() {
                // Numbers of a batch that was never written must not be remembered.
                *aliases = Aliases::new(counters);
            }
            filed
        })
    }

    fn file(&self, aliases: &mut Aliases, events: &[Entry<'_>]) -> Result<ChangedRows, Error> {
        let applied = self.applied_seq();
        let fresh = || events.iter().filter(|entry| entry.seq > applied);
        let Some(last) = fresh().map(|entry| entry.seq).max() else {
            return Ok(ChangedRows::default());
        };
        let mut filing = Filing {
            store: self,
            db: self.db()?,
            aliases,
            batch: sled::Batch::default(),
            units: BTreeSet::new(),
            contacts: BTreeSet::new(),
            touched: ChangedRows::default(),
            filed: Vec::new(),
        };
        for entry in fresh() {
            filing.take(entry)?;
        }
        let touched = filing.finish(last)?;
        self.applied.store(last, Ordering::Release);
        aliases.age();
        Ok(touched)
    }
}

impl<'a> Filing<'a> {
    fn take(&mut self, entry: &Entry<'a>) -> Result<(), Error> {
        let Entry { seq, event, json } = *entry;
        let (shelf, number) = match event.body.subject() {
            Subject::Conversation(id) => {
                self.file_thing(ThingKind::Conversation, id, &event.body)?
            }
            Subject::Ticket(id) => self.file_thing(ThingKind::Ticket, id, &event.body)?,
            Subject::Contact(id) => {
                self.contacts.insert(id.to_owned());
                (Shelf::Contact, self.number(Shelf::Contact, id)?)
            }
            Subject::Installation => {
                self.touched.installation = true;
                (Shelf::Installation, 0)
            }
        };
        if let Body::MessageAdded(added) = &event.body {
            let files = added.attachments.iter().flatten();
            for digest in files.filter_map(|file| digest(file.sha256.as_deref()?)) {
                self.batch
                    .insert(key::file(&digest, number), value::present());
            }
            if let Some(id) = &added.mail_id {
                self.batch
                    .insert(key::mail(&id.digest(), number), value::present());
            }
        }
        self.touched.blocked_or_merged_contacts |=
            matches!(event.body, Body::ContactBlocked(_) | Body::ContactMerged(_));
        let value = self.store.codec.encode(json.as_bytes())?;
        self.batch.insert(key::event(shelf, number, seq), value);
        self.filed.push(((shelf, number), event));
        Ok(())
    }

    /// Numbers a conversation or ticket, with its link and the contact it names.
    fn file_thing(
        &mut self,
        kind: ThingKind,
        id: &str,
        body: &Body,
    ) -> Result<(Shelf, u64), Error> {
        let thing = self.thing(kind, id)?;
        if let Some(other) = body.link() {
            let other = match other {
                Subject::Conversation(id) => Some(self.thing(ThingKind::Conversation, id)?),
                Subject::Ticket(id) => Some(self.thing(ThingKind::Ticket, id)?),
                Subject::Contact(_) | Subject::Installation => None,
            };
            if let Some(other) = other.filter(|other| *other != thing) {
                self.batch.insert(key::link(thing, other), value::present());
                self.batch.insert(key::link(other, thing), value::present());
            }
        }
        if let Some(contact) = contact_of(body) {
            let contact = self.number(Shelf::Contact, contact.as_str())?;
            self.batch
                .insert(key::mention(contact, thing), value::present());
        }
        Ok((thing.shelf(), thing.number))
    }

    fn thing(&mut self, kind: ThingKind, id: &str) -> Result<Thing, Error> {
        let shelf = Thing::new(kind, 0).shelf();
        let thing = Thing::new(kind, self.number(shelf, id)?);
        self.units.insert(thing);
        Ok(thing)
    }

    fn number(&mut self, shelf: Shelf, id: &str) -> Result<u64, Error> {
        let store = self.store;
        self.aliases
            .number(&mut self.batch, shelf, id, |key| store.number_at(key))
    }

    fn finish(mut self, last: u64) -> Result<ChangedRows, Error> {
        self.batch
            .insert(key::meta(META_COUNTERS), counters(&self.aliases.next));
        self.batch
            .insert(key::meta(META_APPLIED), value::number(last));
        let failed = |error| Error::sled(&self.store.codec.folder, error);
        failpoint::refuse("store.apply").map_err(|cause| failed(cause.into()))?;
        self.db.apply_batch(self.batch).map_err(failed)?;
        // Before anybody is told that it is there.
        self.store.recent.add(self.filed);
        failpoint::pass("store.applied");
        self.touched.units = self.units.into_iter().collect();
        self.touched.contacts = self.contacts.into_iter().collect();
        Ok(self.touched)
    }
}

/// The contact that a new conversation or ticket names.
fn contact_of(body: &Body) -> Option<&ContactId> {
    match body {
        Body::ConversationStarted(started) => Some(&started.contact),
        Body::TicketOpened(opened) => opened.contact.as_ref(),
        _ => None,
    }
}

/// The counters as a value.
fn counters(next: &Counters) -> Vec<u8> {
    let mut stored = value::present();
    for counter in next {
        stored.extend_from_slice(&counter.to_be_bytes());
    }
    stored
}
