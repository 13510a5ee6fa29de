//! Folders of another format, damaged or none: an error, never a panic.

use super::*;

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
            .apply_events(&numbered(events.to_vec(), 1 + 4 * batch as u64))
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
        all_units(&store)?;
        for events in store.contacts()? {
            events?;
        }
        store.installation_events().map(drop)
    };
    // What is lost comes again from the journal, from `applied_seq` on.
    let rest = numbered(desk(), 1);
    if reads().is_err() || store.apply_events(&rest).is_err() || reads().is_err() {
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
