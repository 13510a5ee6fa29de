//! The store's promises: the same answers for any arrival, whole units, and no panic out
//! of a folder that was damaged.

mod answers;
mod damage;

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::model::Event;
use crate::model::event::cmp_events;

impl Store {
    /// Files events with the text that they have in the journal.
    fn apply_events(&self, events: &[(u64, Event)]) -> Result<ChangedRows, Error> {
        let texts: Vec<String> = events.iter().map(|(_, event)| event.to_json()).collect();
        let entries = events.iter().zip(&texts).map(|((seq, event), json)| Entry {
            seq: *seq,
            event,
            json,
        });
        self.apply(&entries.collect::<Vec<_>>())
    }
}

fn event(kind: &str, second: usize, rest: &str) -> Event {
    let minute = second / 60;
    let line = format!(
        r#"{{"type":"{kind}","at":"2026-01-01T00:{minute:02}:{:02}Z","id":"{kind}/{second}",{rest}}}"#,
        second % 60
    );
    Event::parse(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn started(id: &str, second: usize) -> Event {
    event(
        "conversation.started",
        second,
        &format!(r#""conversation":"{id}","contact":"p-{id}","channel":"chat""#),
    )
}

fn message(id: &str, second: usize) -> Event {
    event(
        "message.added",
        second,
        &format!(
            r#""conversation":"{id}","message":"m{second}","author":{{"kind":"contact"}},"text":"t""#
        ),
    )
}

fn merged(from: &str, into: &str, second: usize) -> Event {
    event(
        "conversation.merged",
        second,
        &format!(r#""conversation":"{from}","into":"{into}""#),
    )
}

fn ticket(id: &str, conversation: Option<&str>, second: usize) -> Event {
    let linked = conversation.map_or(String::new(), |id| format!(r#","conversation":"{id}""#));
    event(
        "ticket.opened",
        second,
        &format!(r#""ticket":"{id}","pipeline":"support","stage":"new"{linked}"#),
    )
}

/// A desk with every shelf in use.
fn desk() -> Vec<Event> {
    vec![
        started("a", 1),
        message("a", 2),
        started("b", 3),
        message("b", 4),
        ticket("t", Some("b"), 5),
        merged("b", "a", 6),
        started("c", 7),
        merged("a", "never", 8),
        ticket("alone", None, 9),
        event("ticket.staged", 10, r#""ticket":"t","stage":"closed""#),
        event("contact.upserted", 11, r#""contact":"p-a","name":"A""#),
        event("contact.blocked", 12, r#""contact":"p-c""#),
        event("team.upserted", 13, r#""team":"x","name":"X""#),
        event("rep.upserted", 14, r#""rep":"r","name":"R""#),
        message("unstarted", 15),
    ]
}

fn numbered(events: Vec<Event>, from: u64) -> Vec<(u64, Event)> {
    (from..).zip(events).collect()
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn try_open(&self) -> Result<Store, Error> {
        Store::open(&self.folder(), &self.0.path().join("files"))
    }

    fn open(&self) -> Store {
        self.try_open().unwrap()
    }
}

fn conversation(store: &Store, id: &str) -> Thing {
    store.thing(ThingKind::Conversation, id).unwrap().unwrap()
}

/// All units, block by block.
fn all_units(store: &Store) -> Result<Vec<StoredUnit>, Error> {
    let mut units = Vec::new();
    for block in store.blocks()? {
        for unit in store.units_in(block)? {
            units.push(unit?);
        }
    }
    Ok(units)
}

/// Everything that a caller can see and that no arrival may change.
fn seen(store: &Store) -> String {
    let mut units: Vec<String> = all_units(store)
        .unwrap()
        .into_iter()
        .map(|unit| {
            let mut ids: Vec<String> = unit
                .unit
                .things
                .iter()
                .map(|thing| format!("{:?} {:?}", thing.kind, store.id_of(*thing).unwrap()))
                .collect();
            ids.sort();
            format!("{ids:?} {:?}", unit.events)
        })
        .collect();
    units.sort();
    let mut contacts: Vec<String> = store
        .contacts()
        .unwrap()
        .map(|events| format!("{:?}", events.unwrap()))
        .collect();
    contacts.sort();
    let conversations: Vec<_> = ["a", "b", "c", "never", "unstarted", "none"]
        .iter()
        .map(|id| store.conversation(id).unwrap())
        .collect();
    let tickets: Vec<_> = ["t", "alone", "none"]
        .iter()
        .map(|id| store.ticket(id).unwrap())
        .collect();
    let people: Vec<_> = ["p-a", "p-b", "p-c", "none"]
        .iter()
        .map(|id| store.contact(id).unwrap())
        .collect();
    let installation = store.installation_events().unwrap();
    format!("{units:#?}{contacts:#?}{conversations:#?}{tickets:#?}{people:#?}{installation:#?}")
}
