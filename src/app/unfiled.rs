//! What is journalled of conversations, contacts and tickets and not in the store yet, laid over what is.
//!
//! Lives with the overlay on the committing thread. The store is write-behind, so a decision
//! reads the events of a thing from it and adds those that it has not got.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::command::{Conversations, Holdings, Refusal};
use crate::model::episode::Context;
use crate::model::event::{Subject, cmp_events};
use crate::model::{
    Body, Contact, ContactId, Conversation, Directory, Event, Joined, MailId, Profile, Ticket,
    TicketStanding, Timestamp,
};
use crate::store::{Store, ThingKind};

/// Events of things that the store may not have yet, in order of the journal.
#[derive(Clone)]
pub(super) struct Unfiled {
    store: Arc<Store>,
    events: VecDeque<(u64, Arc<Event>)>,
}

impl Unfiled {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            events: VecDeque::new(),
        }
    }

    /// Takes a journalled event in.
    pub(super) fn see(&mut self, seq: u64, event: &Arc<Event>) {
        if !matches!(event.body.subject(), Subject::Installation) {
            self.events.push_back((seq, Arc::clone(event)));
        }
    }

    /// Forgets what was not written after all, from `seq` on.
    pub(super) fn take_back(&mut self, seq: u64) {
        self.events.retain(|(held, _)| *held < seq);
    }

    /// Forgets what the store has by now.
    pub(super) fn catch_up(&mut self) {
        let filed = self.store.applied_seq();
        while self.events.pop_front_if(|(seq, _)| *seq <= filed).is_some() {}
    }

    /// The conversations at `now`, with the names of `directory`.
    pub(super) fn over(&mut self, directory: Arc<Directory>, now: Timestamp) -> Over<'_> {
        self.catch_up();
        Over {
            unfiled: self,
            directory,
            now,
        }
    }
}

/// Conversations as they are after the last journalled event.
pub(super) struct Over<'a> {
    unfiled: &'a Unfiled,
    directory: Arc<Directory>,
    now: Timestamp,
}

impl std::fmt::Debug for Over<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Over")
            .field("unfiled", &self.unfiled.events.len())
            .finish_non_exhaustive()
    }
}

impl Over<'_> {
    /// The filed events of a thing and of all that it is joined to.
    fn unit_of(&self, kind: ThingKind, id: &str) -> Result<Vec<Event>, Refusal> {
        let failed = |error: crate::store::Error| Refusal::Failed(error.to_string());
        let store = &self.unfiled.store;
        match store.thing(kind, id).map_err(failed)? {
            Some(thing) => {
                let unit = store.unit_of(thing).map_err(failed)?;
                store.events_of(&unit).map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Whether a conversation that the store has not got is with a contact.
    fn names(&self, contact: &str) -> bool {
        let mut unfiled = self.unfiled.events.iter();
        unfiled.any(|(_, event)| match &event.body {
            Body::ConversationStarted(start) => start.contact.as_str() == contact,
            _ => false,
        })
    }

    /// Adds what the store has not got, and puts all in order.
    fn add_unfiled(&self, events: &mut Vec<Event>, is_of: impl Fn(&Event) -> bool) {
        let mut held: HashSet<(String, String)> = HashSet::new();
        held.extend(events.iter().map(identity));
        for (_, event) in &self.unfiled.events {
            // The store may have filed it since what is unfiled was last looked through.
            if is_of(event) && held.insert(identity(event)) {
                events.push((**event).clone());
            }
        }
        events.retain(|event| event.at <= self.now);
        events.sort_by(cmp_events);
    }

    /// The events of the conversations that are joined to the one called `id`, in event order.
    fn events(&self, id: &str) -> Result<Vec<Event>, Refusal> {
        let filed = self.unfiled.store.events_beside(id);
        let mut events = filed.map_err(|error| Refusal::Failed(error.to_string()))?;
        let mut things: HashSet<String> = HashSet::from([id.to_owned()]);
        let named = events.iter().filter_map(|event| event.body.conversation());
        things.extend(named.map(str::to_owned));
        let is_of = |event: &Event| {
            let thing = event.body.conversation();
            thing.is_some_and(|thing| things.contains(thing))
        };
        self.add_unfiled(&mut events, is_of);
        Ok(events)
    }
}

impl Conversations for Over<'_> {
    fn conversation(&self, id: &str) -> Result<Option<Conversation>, Refusal> {
        Ok(Conversation::fold_in(id, &self.events(id)?))
    }

    fn of_mail(&self, id: &MailId) -> Result<Vec<String>, Refusal> {
        let filed = self.unfiled.store.conversations_with_mail(id);
        let mut all = filed.map_err(|error| Refusal::Failed(error.to_string()))?;
        let unfiled = self.unfiled.events.iter();
        all.extend(unfiled.filter_map(|(_, event)| match &event.body {
            Body::MessageAdded(added) if added.mail_id.as_ref() == Some(id) => {
                Some(added.conversation.to_string())
            }
            _ => None,
        }));
        Ok(all)
    }

    fn joined(&self, id: &str) -> Result<Option<Joined>, Refusal> {
        let tickets = self.unfiled.store.tickets_beside(id);
        let tickets = tickets.map_err(|error| Refusal::Failed(error.to_string()))?;
        Ok(Joined::of(id, &self.events(id)?, tickets))
    }

    fn contact(&self, id: &str) -> Result<Option<Contact>, Refusal> {
        let failed = |error: crate::store::Error| Refusal::Failed(error.to_string());
        let mut events = self.unfiled.store.contact_events(id).map_err(failed)?;
        self.add_unfiled(&mut events, |event| event.body.contact() == Some(id));
        // Who was only named by a conversation is there, too.
        match Contact::fold(&events) {
            Some(contact) => Ok(Some(contact)),
            None if self.names(id) => Ok(ContactId::parse(id).ok().map(Contact::new)),
            None => self.unfiled.store.contact(id).map_err(failed),
        }
    }

    fn holdings(&self, id: &str) -> Result<Holdings, Refusal> {
        let failed = |error: crate::store::Error| Refusal::Failed(error.to_string());
        let store = &self.unfiled.store;
        let mut all = Holdings::default();
        for thing in store.things_of_contact(id).map_err(failed)? {
            let name = store.id_of(thing).map_err(failed)?;
            match thing.kind {
                ThingKind::Conversation => all.conversations.extend(name),
                ThingKind::Ticket => all.tickets.extend(name),
            }
        }
        for (_, event) in &self.unfiled.events {
            if let Body::ConversationStarted(started) = &event.body
                && started.contact.as_str() == id
            {
                all.conversations.insert(started.conversation.to_string());
            }
        }
        let mut ahead: Vec<String> = all.conversations.iter().cloned().collect();
        while let Some(one) = ahead.pop() {
            for event in self.events(&one)? {
                if let Body::ConversationSplit(split) = &event.body
                    && split.conversation.as_str() == one
                    && all.conversations.insert(split.into.to_string())
                {
                    ahead.push(split.into.to_string());
                }
            }
            let tickets = store.tickets_beside(&one).map_err(failed)?;
            let is_from = |ticket: &&Ticket| {
                let from = ticket.conversation.as_ref();
                from.is_some_and(|from| from.as_str() == one)
            };
            let from = tickets.iter().filter(is_from);
            all.tickets.extend(from.map(|ticket| ticket.id.to_string()));
        }
        for (_, event) in &self.unfiled.events {
            let Body::TicketOpened(opened) = &event.body else {
                continue;
            };
            let (contact, from) = (opened.contact.as_ref(), opened.conversation.as_ref());
            let is_theirs = contact.is_some_and(|contact| contact.as_str() == id)
                || from.is_some_and(|from| all.conversations.contains(from.as_str()));
            if is_theirs {
                all.tickets.insert(opened.ticket.to_string());
            }
        }
        Ok(all)
    }

    fn ticket(&self, id: &str) -> Result<Option<TicketStanding>, Refusal> {
        let mut events = self.unit_of(ThingKind::Ticket, id)?;
        // The conversation of a ticket that the store has not got.
        let mut unfiled = self.unfiled.events.iter();
        let fresh = unfiled.find_map(|(_, event)| match &event.body {
            Body::TicketOpened(opened) if opened.ticket.as_str() == id => {
                opened.conversation.as_ref()
            }
            _ => None,
        });
        if let Some(conversation) = fresh.filter(|_conversation| events.is_empty()) {
            events = self.unit_of(ThingKind::Conversation, conversation.as_str())?;
        }
        let mut things: HashSet<String> = fresh.iter().map(ToString::to_string).collect();
        let named = events.iter().filter_map(|event| event.body.conversation());
        things.extend(named.map(str::to_owned));
        self.add_unfiled(&mut events, |event| {
            let conversation = event.body.conversation();
            event.body.ticket() == Some(id)
                || conversation.is_some_and(|conversation| things.contains(conversation))
        });
        let contact = events.iter().find_map(|event| match &event.body {
            Body::TicketOpened(opened) if opened.ticket.as_str() == id => opened.contact.as_ref(),
            _ => None,
        });
        let mut blocked = HashMap::new();
        if let Some(contact) = contact.map(ContactId::as_str)
            && let Some(at) = self.contact(contact)?.and_then(|known| known.blocked_at)
        {
            blocked.insert(contact.to_owned(), at);
        }
        let context = Context {
            directory: &self.directory,
            profile: &Profile::default(),
            blocked: &blocked,
        };
        Ok(TicketStanding::of(id, &events, &context, self.now))
    }

    fn directory(&self) -> &Directory {
        &self.directory
    }
}

fn identity(event: &Event) -> (String, String) {
    (event.source.clone(), event.id.clone())
}
