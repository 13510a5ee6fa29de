//! Point reads: a conversation, a ticket, a contact as they are now, by the caller's id.
//!
//! Each folds the thing's own events when asked; nothing here is kept. Run in place on
//! the asking thread. Read by `projection` and, through it, by the desk and the API.

use super::error::guarded;
use super::key::{self, Kind, Shelf, Thing, ThingKind};
use super::unit::{Cursor, Unit, in_order};
use super::value::digest;
use super::{Error, Store};
use crate::model::{Contact, ContactId, Conversation, Event, MailId, Ticket};

impl Store {
    /// The conversation `id` as it is, with what came into it by merges; `None` until
    /// an event starts it.
    pub fn conversation(&self, id: &str) -> Result<Option<Conversation>, Error> {
        let found = self.conversation_in_unit(id)?;
        Ok(found.map(|(conversation, _)| conversation))
    }

    /// As [`Self::conversation`], with the events of all conversations that are joined to it.
    pub fn conversation_in_unit(
        &self,
        id: &str,
    ) -> Result<Option<(Conversation, Vec<Event>)>, Error> {
        match self.thing(ThingKind::Conversation, id)? {
            Some(thing) => self.fold_conversation(id, thing),
            None => Ok(None),
        }
    }

    /// The events of the conversation `id` and of all conversations of its unit, in event order.
    pub fn events_beside(&self, id: &str) -> Result<Vec<Event>, Error> {
        match self.thing(ThingKind::Conversation, id)? {
            Some(thing) => self.conversation_events_of(&self.unit_of(thing)?),
            None => Ok(Vec::new()),
        }
    }

    /// The ticket `id` as it is; `None` until an event opens it.
    pub fn ticket(&self, id: &str) -> Result<Option<Ticket>, Error> {
        Ok(Ticket::fold(&self.ticket_events(id)?))
    }

    /// The tickets of the unit that the conversation `id` is in.
    pub fn tickets_beside(&self, id: &str) -> Result<Vec<Ticket>, Error> {
        let Some(thing) = self.thing(ThingKind::Conversation, id)? else {
            return Ok(Vec::new());
        };
        let unit = self.unit_of(thing)?;
        let things = unit.things.iter();
        let tickets = things.filter(|thing| thing.kind == ThingKind::Ticket);
        let folded = tickets.map(|thing| {
            let events = self.sorted_events([(thing.shelf(), thing.number)].into_iter())?;
            Ok(Ticket::fold(&events))
        });
        let folded = folded.collect::<Result<Vec<_>, Error>>()?;
        Ok(folded.into_iter().flatten().collect())
    }

    /// The contact `id` as they are; one who was only named is bare.
    pub fn contact(&self, id: &str) -> Result<Option<Contact>, Error> {
        let number = guarded(&self.codec.folder, || self.number(Shelf::Contact, id))?;
        let (Some(number), Ok(name)) = (number, ContactId::parse(id)) else {
            return Ok(None);
        };
        let events = self.sorted_events([(Shelf::Contact, number)].into_iter())?;
        Ok(Contact::fold(&events).or_else(|| Some(Contact::new(name))))
    }

    /// At most `limit` conversations in order of their first mention, from the one behind `after`.
    pub fn conversations(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Conversation>, Error> {
        let mut start = 0;
        if let Some(id) = after {
            let last = self.thing(ThingKind::Conversation, id)?;
            let last = last.ok_or_else(|| Error::Unknown {
                kind: "conversation",
                id: id.to_owned(),
            })?;
            start = last.number + 1;
        }
        let shelf = Shelf::Conversation;
        let range =
            key::numbered(Kind::Name, shelf, start)..=key::numbered(Kind::Name, shelf, u64::MAX);
        let mut rows = guarded(&self.codec.folder, || Ok(self.db()?.range(range)))?;
        let mut page = Vec::new();
        while page.len() < limit {
            let row = guarded(&self.codec.folder, || {
                rows.next()
                    .transpose()
                    .map_err(|error| Error::sled(&self.codec.folder, error))
            })?;
            let Some((key, stored)) = row else { break };
            let number = key::number_of(&key)
                .ok_or_else(|| self.codec.unfit("a key in it cannot be read"))?;
            let id = self.codec.with_text(&stored, |id| Ok(id.to_owned()))?;
            let thing = Thing::new(ThingKind::Conversation, number);
            let found = self.fold_conversation(&id, thing)?;
            page.extend(found.map(|(conversation, _)| conversation));
        }
        Ok(page)
    }

    /// The conversation or ticket that callers call `id`.
    pub fn thing(&self, kind: ThingKind, id: &str) -> Result<Option<Thing>, Error> {
        let shelf = Thing::new(kind, 0).shelf();
        let number = guarded(&self.codec.folder, || self.number(shelf, id))?;
        Ok(number.map(|number| Thing::new(kind, number)))
    }

    /// What callers call `thing`.
    pub fn id_of(&self, thing: Thing) -> Result<Option<String>, Error> {
        guarded(&self.codec.folder, || {
            let key = key::numbered(Kind::Name, thing.shelf(), thing.number);
            self.get(&key)?
                .map(|stored| self.codec.with_text(&stored, |id| Ok(id.to_owned())))
                .transpose()
        })
    }

    /// The conversations started with the contact `id` and the tickets opened for them.
    pub fn things_of_contact(&self, id: &str) -> Result<Vec<Thing>, Error> {
        guarded(&self.codec.folder, || {
            let Some(number) = self.number(Shelf::Contact, id)? else {
                return Ok(Vec::new());
            };
            let prefix = key::numbered(Kind::Mention, Shelf::Contact, number);
            self.db()?
                .scan_prefix(prefix)
                .keys()
                .map(|row| {
                    let row = row.map_err(|error| Error::sled(&self.codec.folder, error))?;
                    key::target_of(&row)
                        .ok_or_else(|| self.codec.unfit("a mention in it cannot be read"))
                })
                .collect()
        })
    }

    /// The events about the conversation `id` alone, in event order.
    pub fn conversation_events(&self, id: &str) -> Result<Vec<Event>, Error> {
        let thing = self.thing(ThingKind::Conversation, id)?;
        self.sorted_events(thing.map(|thing| (thing.shelf(), thing.number)).into_iter())
    }

    /// The events about the ticket `id`, in event order.
    pub fn ticket_events(&self, id: &str) -> Result<Vec<Event>, Error> {
        let thing = self.thing(ThingKind::Ticket, id)?;
        self.sorted_events(thing.map(|thing| (thing.shelf(), thing.number)).into_iter())
    }

    /// The events that hold for the whole installation, in event order.
    pub fn installation_events(&self) -> Result<Vec<Event>, Error> {
        self.sorted_events([(Shelf::Installation, 0)].into_iter())
    }

    /// The events about the contact `id`, in event order.
    pub fn contact_events(&self, id: &str) -> Result<Vec<Event>, Error> {
        let number = guarded(&self.codec.folder, || self.number(Shelf::Contact, id))?;
        self.sorted_events(number.map(|number| (Shelf::Contact, number)).into_iter())
    }

    /// The events of every contact that has any, one contact at a time.
    pub fn contacts(&self) -> Result<Contacts<'_>, Error> {
        guarded(&self.codec.folder, || {
            Ok(Contacts {
                store: self,
                rows: Some(Cursor::of(self, Kind::Event, Shelf::Contact)?),
            })
        })
    }

    /// The conversations to which messages came that name a file, by its SHA-256 in hex.
    pub fn conversations_with_file(&self, sha256: &str) -> Result<Vec<String>, Error> {
        let Some(digest) = digest(sha256) else {
            return Ok(Vec::new());
        };
        self.conversations_under(&key::files(&digest))
    }

    /// The conversations with a message that is a mail of this id.
    pub fn conversations_with_mail(&self, id: &MailId) -> Result<Vec<String>, Error> {
        self.conversations_under(&key::mails(&id.digest()))
    }

    /// The conversations whose numbers end the keys that begin so.
    fn conversations_under(&self, prefix: &[u8]) -> Result<Vec<String>, Error> {
        let unfit = || {
            self.codec
                .unfit("a conversation's number in it cannot be read")
        };
        let numbers: Vec<u64> = guarded(&self.codec.folder, || {
            let rows = self.db()?.scan_prefix(prefix).keys();
            rows.map(|row| {
                let row = row.map_err(|error| Error::sled(&self.codec.folder, error))?;
                let number = row.last_chunk::<8>().copied();
                number.map(u64::from_be_bytes).ok_or_else(unfit)
            })
            .collect()
        })?;
        let ids = numbers.into_iter().map(|number| {
            let thing = Thing::new(ThingKind::Conversation, number);
            self.id_of(thing)?.ok_or_else(unfit)
        });
        ids.collect()
    }

    fn number(&self, shelf: Shelf, id: &str) -> Result<Option<u64>, Error> {
        self.number_at(&key::alias(shelf, id))
    }

    fn conversation_events_of(&self, unit: &Unit) -> Result<Vec<Event>, Error> {
        let things = unit.things.iter();
        let conversations = things.filter(|thing| thing.kind == ThingKind::Conversation);
        self.sorted_events(conversations.map(|thing| (thing.shelf(), thing.number)))
    }

    fn fold_conversation(
        &self,
        id: &str,
        thing: Thing,
    ) -> Result<Option<(Conversation, Vec<Event>)>, Error> {
        let events = self.conversation_events_of(&self.unit_of(thing)?)?;
        let conversation = Conversation::fold_in(id, &events);
        Ok(conversation.map(|conversation| (conversation, events)))
    }
}

/// The events of all contacts; made by [`Store::contacts`].
pub struct Contacts<'a> {
    store: &'a Store,
    rows: Option<Cursor>,
}

impl Iterator for Contacts<'_> {
    type Item = Result<Vec<Event>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let codec = &self.store.codec;
        let rows = self.rows.as_mut()?;
        let next = guarded(&codec.folder, || {
            let Some(number) = rows.peek_number(codec)? else {
                return Ok(None);
            };
            let stored = rows.group(codec, number)?;
            in_order(codec, &stored).map(Some)
        });
        if !matches!(next, Ok(Some(_))) {
            self.rows = None;
        }
        next.transpose()
    }
}
