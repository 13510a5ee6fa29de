//! What is journalled of conversations and not in the store yet, laid over what is.
//!
//! Lives with the overlay on the committing thread. The store is write-behind, so a decision
//! reads the events of a conversation from it and adds those that it has not got.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::command::{Conversations, Refusal};
use crate::model::event::cmp_events;
use crate::model::{Conversation, Directory, Event, Joined, Timestamp};
use crate::store::Store;

/// Events of conversations that the store may not have yet, in order of the journal.
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
        if event.body.conversation().is_some() {
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
    /// The events of the conversations that are joined to the one called `id`, in event order.
    fn events(&self, id: &str) -> Result<Vec<Event>, Refusal> {
        let filed = self.unfiled.store.conversation_in_unit(id);
        let filed = filed.map_err(|error| Refusal::Failed(error.to_string()))?;
        let mut events = filed.map_or_else(Vec::new, |(_, events)| events);
        let mut things: HashSet<String> = HashSet::from([id.to_owned()]);
        let named = events.iter().filter_map(|event| event.body.conversation());
        things.extend(named.map(str::to_owned));
        let mut held: HashSet<(String, String)> = HashSet::new();
        held.extend(events.iter().map(identity));
        for (_, event) in &self.unfiled.events {
            let thing = event.body.conversation();
            // The store may have filed it since what is unfiled was last looked through.
            if thing.is_some_and(|thing| things.contains(thing)) && held.insert(identity(event)) {
                events.push((**event).clone());
            }
        }
        events.retain(|event| event.at <= self.now);
        events.sort_by(cmp_events);
        Ok(events)
    }
}

impl Conversations for Over<'_> {
    fn conversation(&self, id: &str) -> Result<Option<Conversation>, Refusal> {
        Ok(Conversation::fold_in(id, &self.events(id)?))
    }

    fn joined(&self, id: &str) -> Result<Option<Joined>, Refusal> {
        let tickets = self.unfiled.store.tickets_beside(id);
        let tickets = tickets.map_err(|error| Refusal::Failed(error.to_string()))?;
        Ok(Joined::of(id, &self.events(id)?, tickets))
    }

    fn directory(&self) -> &Directory {
        &self.directory
    }
}

fn identity(event: &Event) -> (String, String) {
    (event.source.clone(), event.id.clone())
}
