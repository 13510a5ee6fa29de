//! The store's promises: the same answers for any arrival, whole units, and no panic out
//! of a folder that was damaged.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::model::Event;
use crate::model::event::cmp_events;

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

/// Everything that a caller can see and that no arrival may change.
fn seen(store: &Store) -> String {
    let mut units: Vec<String> = store
        .units()
        .unwrap()
        .map(|unit| {
            let unit = unit.unwrap();
            let mut ids: Vec<String> = unit
                .unit
                .things
                .iter()
                .map(|thing| format!("{:?} {:?}", thing.kind, store.id_of(*thing).unwrap()))
                .collect();
            ids.sort();
            format!("{ids:?} {:?}", unit.events().unwrap())
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

#[test]
fn point_reads_show_what_was_filed_and_nothing_that_was_only_mentioned() {
    let place = Place::new();
    let store = place.open();
    let touched = store.apply(&numbered(desk(), 1)).unwrap();
    assert_eq!(store.applied_seq(), 15);
    assert_eq!(touched.units.len(), 7);
    assert_eq!(touched.contacts, ["p-a", "p-c"]);
    assert!(touched.installation && touched.blocked_or_merged_contacts);

    let a = store.conversation("a").unwrap().unwrap();
    assert_eq!(a.messages.len(), 2, "its own and that of `b`");
    assert_eq!(a.merged_into.unwrap().as_str(), "never");
    assert_eq!(store.conversation("never").unwrap(), None);
    assert_eq!(store.conversation("unstarted").unwrap(), None);
    assert_eq!(store.ticket("t").unwrap().unwrap().stage, "closed");
    assert_eq!(
        store.contact("p-a").unwrap().unwrap().name.as_deref(),
        Some("A")
    );
    assert_eq!(store.contact("p-b").unwrap().unwrap().name, None);
    assert_eq!(store.contact("p-x").unwrap(), None);
    assert_eq!(
        store.things_of_contact("p-b").unwrap(),
        [conversation(&store, "b")]
    );
    assert_eq!(store.contact_events("p-c").unwrap().len(), 1);
    assert_eq!(store.installation_events().unwrap().len(), 2);
}

#[test]
fn pages_of_conversations_follow_one_another() {
    let place = Place::new();
    let store = place.open();
    store.apply(&numbered(desk(), 1)).unwrap();
    let ids = |after, limit| -> Vec<String> {
        let page = store.conversations(after, limit).unwrap();
        page.iter().map(|one| one.id.to_string()).collect()
    };
    assert_eq!(ids(None, 2), ["a", "b"]);
    assert_eq!(ids(Some("b"), 2), ["c"]);
    assert_eq!(ids(Some("c"), 2), Vec::<String>::new());
    assert!(matches!(
        store.conversations(Some("none"), 2),
        Err(Error::Unknown { .. })
    ));
}

#[test]
fn a_merge_joins_two_units_under_the_smaller_id_and_touches_both() {
    let place = Place::new();
    let store = place.open();
    let apply = |seq, event| store.apply(&[(seq, event)]).unwrap();
    apply(1, started("a", 1));
    apply(2, started("b", 2));
    apply(3, started("c", 3));
    let (a, b, c) = (
        conversation(&store, "a"),
        conversation(&store, "b"),
        conversation(&store, "c"),
    );
    assert_eq!(store.unit_of(c).unwrap().things, [c]);
    assert_eq!(apply(4, merged("c", "b", 4)).units, [b, c]);
    assert_eq!(store.unit_of(c).unwrap().things, [b, c]);
    // A ticket that was alone until its opening names its conversation.
    let touched = apply(5, event("ticket.viewed", 5, r#""ticket":"t","rep":"r""#));
    let alone = store.unit_of(touched.units[0]).unwrap();
    assert!(alone.id >= 1 << 31);
    let t = touched.units[0];
    assert_eq!(apply(6, ticket("t", Some("c"), 6)).units, [c, t]);
    let before = store.unit_of(t).unwrap();
    assert_eq!(before.things, [b, c, t]);
    assert_eq!(apply(7, merged("b", "a", 7)).units, [a, b]);
    for thing in [a, b, c, t] {
        let unit = store.unit_of(thing).unwrap();
        assert_eq!(unit.things, [a, b, c, t]);
        let ids: Vec<u32> = unit.ids().collect();
        assert_eq!(ids.first(), Some(&unit.id));
        assert!(ids.contains(&before.id) && ids.contains(&alone.id));
    }
    let units: Vec<StoredUnit> = store.units().unwrap().map(Result::unwrap).collect();
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].len(), 7);
}

#[test]
fn units_are_visited_once_each_in_the_order_of_their_ids() {
    let place = Place::new();
    let store = place.open();
    store.apply(&numbered(desk(), 1)).unwrap();
    let units: Vec<Unit> = store
        .units()
        .unwrap()
        .map(|unit| unit.unwrap().unit)
        .collect();
    assert!(units.is_sorted_by_key(|unit| unit.id));
    let mut things: Vec<Thing> = units.iter().flat_map(|unit| unit.things.clone()).collect();
    assert_eq!(things.len(), 7);
    things.sort_unstable();
    things.dedup();
    assert_eq!(things.len(), 7);
    for unit in &units {
        assert_eq!(store.unit_of(unit.things[0]).unwrap(), *unit);
        let events = store.events_of(unit).unwrap();
        assert!(events.is_sorted_by(|a, b| cmp_events(a, b).is_le()));
    }
}

#[test]
fn what_was_filed_is_there_after_a_restart_and_filing_it_again_changes_nothing() {
    let place = Place::new();
    let store = place.open();
    store.set_journal_mark(b"mark").unwrap();
    store.apply(&numbered(desk(), 1)).unwrap();
    let before = seen(&store);
    let a = conversation(&store, "a");
    store.flush().unwrap();
    drop(store);

    let store = place.open();
    assert_eq!(store.applied_seq(), 15);
    assert_eq!(store.journal_mark().unwrap().as_deref(), Some(&b"mark"[..]));
    assert!(store.size_on_disk().unwrap() > 0);
    assert_eq!(
        store.apply(&numbered(desk(), 1)).unwrap(),
        Touched::default()
    );
    assert_eq!(seen(&store), before);
    assert_eq!(conversation(&store, "a"), a);
    // Of a batch that overlaps what is there, the new part is filed, under new numbers.
    store
        .apply(&[(15, started("old", 20)), (16, started("new", 21))])
        .unwrap();
    assert!(store.conversation("old").unwrap().is_none());
    assert!(store.conversation("new").unwrap().is_some());
    assert_eq!(conversation(&store, "new").number, 5);
}

#[test]
fn a_long_text_goes_to_the_files_and_comes_back() {
    let place = Place::new();
    let store = place.open();
    let long = message("a", 2).to_json().replace(
        r#""text":"t""#,
        &format!(r#""text":"{}""#, "ä".repeat(150_000)),
    );
    let long = Event::parse(&long).unwrap();
    store
        .apply(&[(1, started("a", 1)), (2, long.clone())])
        .unwrap();
    store.flush().unwrap();
    drop(store);
    let store = place.open();
    let a = store.conversation("a").unwrap().unwrap();
    assert_eq!(a.messages[0].text.len(), 300_000);
    let unit = store.unit_of(conversation(&store, "a")).unwrap();
    assert_eq!(store.events_of(&unit).unwrap()[1], long);
    assert!(store.size_on_disk().unwrap() < 1 << 20);
}

#[test]
fn a_write_that_fails_leaves_no_number_behind() {
    let place = Place::new();
    let store = place.open();
    let long = message("a", 2).to_json().replace(
        r#""text":"t""#,
        &format!(r#""text":"{}""#, "x".repeat(100_000)),
    );
    let batch = [(1, Event::parse(&long).unwrap())];
    let files = place.0.path().join("files");
    fs::remove_dir(&files).unwrap();
    fs::write(&files, "in the way").unwrap();
    assert!(matches!(store.apply(&batch), Err(Error::Io { .. })));
    assert_eq!(store.thing(ThingKind::Conversation, "a").unwrap(), None);
    fs::remove_file(&files).unwrap();
    fs::create_dir(&files).unwrap();
    store.apply(&batch).unwrap();
    assert_eq!(conversation(&store, "a").number, 0);
}

#[test]
fn another_format_is_unfit_and_two_handles_are_too_many() {
    let place = Place::new();
    let store = place.open();
    assert!(matches!(place.try_open(), Err(Error::Busy { .. })));
    store
        .db()
        .unwrap()
        .insert(key::meta(META_FORMAT), value::number(FORMAT + 1))
        .unwrap();
    drop(store);
    let error = place.try_open().unwrap_err();
    assert!(error.to_string().contains("newer svar"), "{error}");
}

#[test]
fn an_unfit_folder_is_set_aside_and_never_deleted() {
    let place = Place::new();
    for number in 1..=2 {
        drop(place.open());
        let aside = set_aside(&place.folder()).unwrap();
        assert!(aside.ends_with(format!("store.bad-{number}")));
        assert!(aside.join("db").exists());
        assert!(!place.folder().exists());
    }
    assert_eq!(place.open().applied_seq(), 0);
}

#[test]
fn what_is_no_store_is_unfit_or_begins_anew() {
    let place = Place::new();
    fs::write(place.folder(), "a file").unwrap();
    assert!(matches!(place.try_open(), Err(Error::Unfit { .. })));
    fs::remove_file(place.folder()).unwrap();
    for length in [7, 1 << 20] {
        fs::create_dir_all(place.folder()).unwrap();
        for name in ["db", "conf"] {
            fs::write(place.folder().join(name), vec![0xA7; length]).unwrap();
        }
        match place.try_open() {
            Ok(store) => assert_eq!(store.applied_seq(), 0),
            Err(error) => assert!(matches!(error, Error::Unfit { .. }), "{error:?}"),
        }
        fs::remove_dir_all(place.folder()).unwrap();
    }
}

/// A folder with some events in it, and what a reader sees there.
fn written() -> (Place, String) {
    let place = Place::new();
    let store = place.open();
    for (batch, events) in desk().chunks(4).enumerate() {
        store
            .apply(&numbered(events.to_vec(), 1 + 4 * batch as u64))
            .unwrap();
    }
    let before = seen(&store);
    store.flush().unwrap();
    (place, before)
}

/// Opens a damaged folder and reads all of it: every answer is a right one or an error.
fn is_told_or_right(place: &Place, before: &str) -> Result<(), String> {
    let store = match place.try_open() {
        Ok(store) => store,
        Err(Error::Unfit { .. }) => return Ok(()),
        Err(other) => return Err(format!("{other:?}")),
    };
    let reads = || -> Result<(), Error> {
        for unit in store.units()? {
            unit?.events()?;
        }
        for events in store.contacts()? {
            events?;
        }
        store.installation_events().map(drop)
    };
    // What is lost comes again from the journal, from `applied_seq` on.
    let rest = numbered(desk(), 1);
    if reads().is_err() || store.apply(&rest).is_err() || reads().is_err() {
        return Ok(());
    }
    let after = seen(&store);
    (after == before).then_some(()).ok_or(after)
}

#[test]
fn a_damaged_folder_is_told_or_answers_rightly() {
    let file = |place: &Place| place.folder().join("db");
    for step in 0..24 {
        let (place, before) = written();
        let mut bytes = fs::read(file(&place)).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        let at = used * step / 24;
        bytes[at] ^= 0x41;
        fs::write(file(&place), &bytes).unwrap();
        is_told_or_right(&place, &before).unwrap_or_else(|after| panic!("byte {at}: {after}"));

        let (place, before) = written();
        bytes[at] ^= 0x41;
        fs::write(file(&place), &bytes[..at]).unwrap();
        is_told_or_right(&place, &before).unwrap_or_else(|after| panic!("cut at {at}: {after}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_order_of_arrival_gives_the_same_answers(
        shuffled in Just(desk()).prop_shuffle(),
        size in 1..8_usize,
    ) {
        let (first, second) = (Place::new(), Place::new());
        let (plain, mixed) = (first.open(), second.open());
        plain.apply(&numbered(desk(), 1)).unwrap();
        for (batch, events) in shuffled.chunks(size).enumerate() {
            mixed.apply(&numbered(events.to_vec(), (1 + batch * size) as u64)).unwrap();
        }
        prop_assert_eq!(seen(&plain), seen(&mixed));
    }
}
