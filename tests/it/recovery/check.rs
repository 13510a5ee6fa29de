//! `svar check`: clean where all fits, and for each damage the part, what differs and how to
//! mend it; the folder is as it was afterwards.

use super::*;

impl Place {
    /// Checks; the exit code and the account. Nothing may have changed.
    #[track_caller]
    fn check(&self) -> (i32, Value) {
        let before = bytes_of(&self.data());
        let ran = self.run(&["check", "--json"]);
        assert_eq!(bytes_of(&self.data()), before);
        let account =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        (ran.status.code().unwrap(), account)
    }

    #[track_caller]
    fn assert_clean(&self) {
        let (code, account) = self.check();
        assert_eq!((code, &account["clean"]), (0, &true.into()), "{account}");
        assert_eq!(account["found"], serde_json::json!([]));
        assert_eq!(account["records"], account["stored"]);
    }

    #[track_caller]
    fn assert_differs(&self, part: &str, words: &str) {
        let (code, account) = self.check();
        assert_eq!((code, &account["clean"]), (1, &false.into()), "{account}");
        let differences = account["found"].as_array().unwrap();
        let is_named = differences.iter().any(|difference| {
            difference["part"] == part
                && difference["weight"] == "difference"
                && difference["what"].as_str().unwrap().contains(words)
                && !difference["mend"].as_str().unwrap().is_empty()
        });
        assert!(is_named, "{account}");
    }
}

#[test]
fn a_check_finds_each_damage_and_changes_nothing() {
    let place = Place::filled();
    place.assert_clean();
    let words = place.run(&["check"]).ok();
    assert!(words.stdout.contains("all fits"), "{}", words.stdout);
    let journal = place.data().join("journal");
    let of_journal = bytes_of(&journal);
    let sealed = of_journal
        .keys()
        .find(|path| path.extension().is_some_and(|end| end == "zst"));
    let sealed = sealed.unwrap();
    let whole = &of_journal[sealed];

    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(sealed, flipped).unwrap();
    place.assert_differs("journal", "is damaged");
    fs::remove_file(sealed).unwrap();
    place.assert_differs("journal", "is missing");
    fs::write(sealed, whole).unwrap();

    let db = place.data().join("store").join("db");
    let store = fs::read(&db).unwrap();
    fs::write(&db, [7; 5_000]).unwrap();
    place.assert_differs("store", "");
    fs::write(&db, store).unwrap();
    let index = place.data().join("derived").join("index");
    let meta = index.join("meta.json");
    let original = fs::read(&meta).unwrap();
    fs::write(&meta, "{}").unwrap();
    place.assert_differs("index", "cannot be used");
    fs::write(&meta, original).unwrap();
    place.assert_clean();

    fs::remove_dir_all(place.data().join("store")).unwrap();
    place.assert_differs("store", "is missing");
    fs::remove_dir_all(place.data().join("derived")).unwrap();
    place.assert_differs("index", "is missing");
    place.run(&["rebuild"]).ok();
    place.assert_clean();
}

#[test]
fn what_the_next_start_mends_by_itself_is_no_difference() {
    let place = Place::filled();
    let journal = place.data().join("journal");
    let files = bytes_of(&journal);
    let run = files
        .keys()
        .find(|path| path.extension().is_some_and(|end| end == "ids"));
    fs::write(run.unwrap(), "x").unwrap();
    let active = files
        .keys()
        .rfind(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let torn = [&files[active.unwrap()][..], b"00000000 {"].concat();
    fs::write(active.unwrap(), torn).unwrap();
    let (code, account) = place.check();
    assert_eq!((code, &account["clean"]), (0, &true.into()), "{account}");
    let differences = account["found"].as_array().unwrap();
    let all: Vec<&str> = differences
        .iter()
        .map(|difference| difference["what"].as_str().unwrap())
        .collect();
    assert!(
        all.iter().any(|what| what.contains(".ids` cannot be used")),
        "{all:?}"
    );
    assert!(
        all.iter()
            .any(|what| what.contains("was not written whole")),
        "{all:?}"
    );
    place.run(&["report", "handled"]).ok();
    place.assert_clean();
    place.verify();
}

#[test]
fn a_store_that_lacks_or_changes_an_event_differs() {
    let place = Place::filled();
    let store = sled::open(place.data().join("store")).unwrap();
    let mut rows = store.scan_prefix([3]).map(|row| row.unwrap());
    let (lost, _) = rows.next().unwrap();
    let (changed, value) = rows.next().unwrap();
    drop(rows);
    store.remove(lost).unwrap();
    let mut other = value.to_vec();
    *other.last_mut().unwrap() ^= 1;
    store.insert(changed, other).unwrap();
    store.flush().unwrap();
    drop(store);
    place.assert_differs("store", "1 events of the journal are not in the store");
    place.assert_differs("store", "1 events of the store differ from the journal's");
    place.run(&["rebuild"]).ok();
    place.assert_clean();
}

#[test]
fn beside_a_server_the_journal_is_checked_up_to_what_is_acknowledged() {
    let mut place = Place::filled();
    let server = place.serve(&[SMALL_SEGMENTS]);
    assert!(place.post(&server, 10));
    let ran = place.run(&["check", "--json"]).ok();
    let account: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(account["clean"], true);
    assert_eq!(account["records"], place.acknowledged.len());
    assert_eq!(account["stored"], Value::Null);
    server.stop();
    place.assert_clean();
}

#[test]
fn after_every_kind_of_kill_a_check_is_clean() {
    // On a busy machine much is posted before it is folded.
    let mut place = Place::filled_of(60);
    for point in [
        "journal.written",
        "journal.seal.renamed",
        "fold.commit",
        "store.applied",
    ] {
        let armed = format!("{point}=kill@2");
        let mut server = place.serve(&[SMALL_SEGMENTS, ("SVAR_FAILPOINT", &armed)]);
        let began = Instant::now();
        while !server.has_ended() {
            place.post(&server, 3);
            assert!(began.elapsed() < PATIENCE, "{armed}");
        }
        let (code, account) = place.check();
        assert_eq!(
            (code, &account["clean"]),
            (0, &true.into()),
            "{point}: {account}"
        );
    }
    place.verify();
}

#[test]
fn a_folder_that_somebody_else_works_on_is_not_checked() {
    let place = Place::filled();
    let app = open(&place.data());
    let ran = place.run(&["check"]);
    ran.fails(&["is in use by another svar"]);
    drop(app);
}
