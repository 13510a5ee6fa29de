//! What was filed is answered whole: things, pages, units, long texts.

use super::*;

#[test]
fn point_reads_show_what_was_filed_and_nothing_that_was_only_mentioned() {
    let place = Place::new();
    let store = place.open();
    let touched = store.apply_events(&numbered(desk(), 1)).unwrap();
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
    store.apply_events(&numbered(desk(), 1)).unwrap();
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
    let apply = |seq, event| store.apply_events(&[(seq, event)]).unwrap();
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
    let units = all_units(&store).unwrap();
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].events.len(), 7);
}

#[test]
fn units_of_many_blocks_are_visited_once_each_in_the_order_of_their_ids() {
    let place = Place::new();
    let store = place.open();
    let names: Vec<String> = (0..600).map(|n| format!("c{n}")).collect();
    let mut events: Vec<Event> = names.iter().map(|name| started(name, 1)).collect();
    events.push(merged("c500", "c3", 2));
    events.push(merged("c255", "c256", 2));
    store.apply_events(&numbered(events, 1)).unwrap();
    assert_eq!(store.blocks().unwrap().len(), 3);
    let units = all_units(&store).unwrap();
    let ids: Vec<u32> = units.iter().map(|unit| unit.unit.id).collect();
    let alone = (0..600).filter(|id| ![500, 256].contains(id));
    assert_eq!(ids, alone.collect::<Vec<_>>());
    let sizes = [3, 4, 255].map(|id| units[id].events.len());
    assert_eq!(sizes, [3, 1, 3]);
}

#[test]
fn units_are_visited_once_each_in_the_order_of_their_ids() {
    let place = Place::new();
    let store = place.open();
    store.apply_events(&numbered(desk(), 1)).unwrap();
    let units = all_units(&store).unwrap().into_iter();
    let units: Vec<Unit> = units.map(|unit| unit.unit).collect();
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
    store.apply_events(&numbered(desk(), 1)).unwrap();
    let before = seen(&store);
    let a = conversation(&store, "a");
    store.flush().unwrap();
    drop(store);

    let store = place.open();
    assert_eq!(store.applied_seq(), 15);
    assert_eq!(store.journal_mark().unwrap().as_deref(), Some(&b"mark"[..]));
    assert!(store.size_on_disk().unwrap() > 0);
    assert_eq!(
        store.apply_events(&numbered(desk(), 1)).unwrap(),
        ChangedRows::default()
    );
    assert_eq!(seen(&store), before);
    assert_eq!(conversation(&store, "a"), a);
    // Of a batch that overlaps what is there, the new part is filed, under new numbers.
    store
        .apply_events(&[(15, started("old", 20)), (16, started("new", 21))])
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
        .apply_events(&[(1, started("a", 1)), (2, long.clone())])
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
    assert!(matches!(store.apply_events(&batch), Err(Error::Io { .. })));
    assert_eq!(store.thing(ThingKind::Conversation, "a").unwrap(), None);
    fs::remove_file(&files).unwrap();
    fs::create_dir(&files).unwrap();
    store.apply_events(&batch).unwrap();
    assert_eq!(conversation(&store, "a").number, 0);
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
        plain.apply_events(&numbered(desk(), 1)).unwrap();
        for (batch, events) in shuffled.chunks(size).enumerate() {
            mixed.apply_events(&numbered(events.to_vec(), (1 + batch * size) as u64)).unwrap();
        }
        prop_assert_eq!(seen(&plain), seen(&mixed));
    }
}
