//! Each damage to a folder: the message says what happened, what was done and what to do;
//! reads go on where they can; nothing acknowledged is lost.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::sync::Arc;

use super::*;

const REPORT: [&str; 6] = [
    "report",
    "handled",
    "--from",
    "2026-04-01",
    "--to",
    "2026-07-01",
];

impl Place {
    fn segments(&self, end: &str) -> Vec<PathBuf> {
        let names = bytes_of(&self.data().join("journal")).into_keys();
        names
            .filter(|path| path.to_str().unwrap().ends_with(end))
            .collect()
    }

    /// Asks for a report; what was noted next to it.
    fn notices_of_start(&self, variables: Variables<'_>) -> String {
        self.run_with(&REPORT, variables).ok().stderr
    }

    /// Leaves a note as after `kill -9`: none.
    fn forget_the_clean_stop(&self) {
        fs::remove_file(self.data().join("clean")).unwrap();
    }

    fn set_aside(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.data()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.to_str().unwrap().contains("store.bad-"))
            .collect()
    }
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x20;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_flipped_byte_in_the_active_segment_stops_the_start_and_changes_nothing() {
    let mut place = Place::new();
    let server = place.serve(&[]);
    for _ in 0..3 {
        assert!(place.post(&server, 10));
    }
    server.stop();
    place.run(&["backup", "backup"]).ok();
    let active = place.segments(".jsonl").pop().unwrap();
    flip(&active, 200);
    let damaged = fs::read(&active).unwrap();
    let name = active.file_name().unwrap().to_str().unwrap();
    for _ in 0..2 {
        place
            .run(&REPORT)
            .fails(&["is damaged at line 1", name, "svar check"]);
    }
    assert_eq!(fs::read(&active).unwrap(), damaged);
    place.run(&["restore", "backup"]).ok();
    place.verify();
}

#[test]
fn a_flipped_byte_in_a_sealed_segment_stops_no_reads() {
    let mut place = Place::filled();
    let sealed = place.segments(".zst").swap_remove(1);
    let whole = fs::read(&sealed).unwrap();
    flip(&sealed, whole.len() / 2);
    let server = place.serve(&[]);
    assert!(place.post(&server, 5));
    assert_eq!(server.get("/api/v1/reports/handled").status, 200);
    let began = Instant::now();
    while server.get("/readyz").status != 200 {
        assert!(began.elapsed() < PATIENCE);
    }
    server.stop();
    let name = sealed.file_name().unwrap().to_str().unwrap();
    let ran = place.run(&["export", "events"]);
    ran.fails(&["is damaged", name, "svar check"]);
    place
        .run(&["backup", "backup"])
        .fails(&["is damaged", name]);
    fs::write(&sealed, whole).unwrap();
    place.verify();
}

#[test]
fn a_torn_reordered_or_cut_tail_is_cut_off_and_told() {
    let mut place = Place::new();
    let server = place.serve(&[]);
    for _ in 0..3 {
        assert!(place.post(&server, 10));
    }
    server.stop();
    let active = place.segments(".jsonl").pop().unwrap();
    let whole = fs::read_to_string(&active).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    // What a crash leaves was not acknowledged: here the last batch is taken for one.
    let last = &place.acknowledged.len() - 10;
    let mut swapped = lines.clone();
    swapped.swap(last + 2, last + 5);
    let torn = swapped.concat();
    let cut = whole.get(..whole.len() - 7).unwrap().to_owned();
    let garbage = format!("{}{}", lines[..last].concat(), "\0".repeat(500));
    for damaged in [torn, cut, garbage] {
        fs::write(&active, &damaged).unwrap();
        let noted = place.notices_of_start(&[]);
        assert!(
            noted.contains("cut ") && noted.contains("bytes off"),
            "{noted}"
        );
        assert!(
            noted.contains("the last stop interrupted that batch"),
            "{noted}"
        );
        let app = open(&place.data());
        assert_eq!(app.position(), last as u64);
    }
}

#[test]
fn a_missing_segment_stops_the_start_and_is_named() {
    for which in [0, 2] {
        let place = Place::filled();
        let gone = place.segments(".zst").swap_remove(which);
        let bytes = fs::read(&gone).unwrap();
        fs::remove_file(&gone).unwrap();
        let name = gone.file_name().unwrap().to_str().unwrap();
        let name = name.split('.').next().unwrap();
        place
            .run(&REPORT)
            .fails(&["is missing", name, "from a backup"]);
        fs::write(&gone, bytes).unwrap();
        place.verify();
    }
}

#[test]
fn missing_folds_and_identities_are_made_again() {
    let place = Place::filled();
    for name in ["store", "derived"] {
        fs::remove_dir_all(place.data().join(name)).unwrap();
    }
    let noted = place.notices_of_start(&[]);
    assert!(
        noted.contains("is missing; it is made from the journal"),
        "{noted}"
    );
    for run in place.segments(".ids") {
        fs::remove_file(run).unwrap();
    }
    let noted = place.notices_of_start(&[]);
    assert!(noted.contains(".ids` again from its segment"), "{noted}");
    place.verify();
}

#[test]
fn a_damaged_store_is_set_aside_and_made_again() {
    let place = Place::filled();
    place.notices_of_start(&[]);
    let db = place.data().join("store").join("db");
    let conf = place.data().join("store").join("conf");
    let whole = fs::read(&db).unwrap();
    let middle = whole.len() / 2;
    let damages: [(&Path, Vec<u8>); 4] = [
        (&db, whole[..middle].to_vec()),
        (&db, Vec::new()),
        (&db, vec![0xFF; whole.len()]),
        (&conf, b"not a configuration".to_vec()),
    ];
    for (path, bytes) in damages {
        let before = place.set_aside().len();
        fs::write(path, bytes).unwrap();
        let noted = place.notices_of_start(&[]);
        if place.set_aside().len() > before {
            assert!(noted.contains("it was set aside as"), "{noted}");
            assert!(noted.contains("nothing is lost"), "{noted}");
        }
        place.verify();
    }
    assert!(!place.set_aside().is_empty());
}

#[test]
fn a_flipped_byte_anywhere_in_the_store_changes_no_answer() {
    let place = Place::filled();
    place.notices_of_start(&[]);
    let db = place.data().join("store").join("db");
    let length = fs::metadata(&db).unwrap().len();
    for part in 0..12 {
        let at = usize::try_from(length * part / 12 + 31 * part).unwrap();
        if at < fs::read(&db).unwrap().len() {
            flip(&db, at);
        }
        place.notices_of_start(&[]);
        place.verify();
    }
}

#[test]
fn a_store_of_a_newer_format_is_set_aside() {
    let place = Place::filled();
    let store = sled::open(place.data().join("store")).unwrap();
    let mut newer = vec![1, 0];
    newer.extend(3_u64.to_be_bytes());
    store.insert(b"\0format", newer).unwrap();
    store.flush().unwrap();
    drop(store);
    let noted = place.notices_of_start(&[]);
    assert!(noted.contains("its format 3 is of a newer svar"), "{noted}");
    assert_eq!(place.set_aside().len(), 1);
    place.verify();
}

#[test]
fn a_store_that_hangs_or_ends_its_process_is_set_aside() {
    let place = Place::filled();
    place.notices_of_start(&[]);
    for (action, words) in [
        ("store.probe=hang@1", "it was still opening after 1 seconds"),
        ("store.probe=kill@1", "opening it ended a process"),
    ] {
        let variables = [("SVAR_FAILPOINT", action), ("SVAR_PROBE_SECS", "1")];
        // After a clean stop it is trusted.
        assert_eq!(place.notices_of_start(&variables), "");
        place.forget_the_clean_stop();
        let noted = place.notices_of_start(&variables);
        assert!(noted.contains(words), "{noted}");
        place.verify();
        place.notices_of_start(&[]);
    }
    assert_eq!(place.set_aside().len(), 2);
}

#[test]
fn a_damaged_index_is_made_again() {
    let place = Place::filled();
    let index = place.data().join("derived").join("index");
    let names: Vec<PathBuf> = bytes_of(&index).into_keys().collect();
    for path in names
        .iter()
        .filter(|path| path.extension().is_none_or(|end| end != "lock"))
    {
        let Ok(bytes) = fs::read(path) else { continue };
        if bytes.is_empty() {
            continue;
        }
        flip(path, bytes.len() / 2);
        let noted = place.notices_of_start(&[]);
        assert!(
            noted.contains("the question index could not be used"),
            "{noted}"
        );
        place.compare_with_rebuild();
    }
    fs::remove_dir_all(place.data().join("derived")).unwrap();
    place.verify();
}

#[test]
fn a_folder_without_permission_is_named() {
    let place = Place::filled();
    let is_root = fs::metadata(place.data()).unwrap().permissions().mode() > 0
        && String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap()
            == "0\n";
    if !is_root {
        fs::set_permissions(place.data(), fs::Permissions::from_mode(0o500)).unwrap();
        place.run(&REPORT).fails(&["Permission denied"]);
        fs::set_permissions(place.data(), fs::Permissions::from_mode(0o700)).unwrap();
        place.verify();
        return;
    }
    // Root may do anything, so that somebody else has to ask, with a binary they may run.
    fs::set_permissions(place.temp.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let binary = place.path("svar");
    fs::copy(env!("CARGO_BIN_EXE_svar"), &binary).unwrap();
    for folder in ["data", "data/journal", "data/store"] {
        let mut command = Command::new(&binary);
        command.args(REPORT).uid(65_534).gid(65_534);
        command.env("SVAR_DATA", place.data()).current_dir("/");
        let ran = command.output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("Permission denied"), "{said}");
        assert!(said.contains(place.data().to_str().unwrap()), "{said}");
        let mut own = Command::new("chown");
        own.args(["65534:65534", folder])
            .current_dir(place.temp.path());
        let owned = own.status().unwrap();
        assert!(owned.success());
        for file in ["lock", "clean"] {
            drop(fs::set_permissions(
                place.data().join(file),
                fs::Permissions::from_mode(0o666),
            ));
        }
    }
    assert!(place.set_aside().is_empty(), "rights are no damage");
    place.verify();
}

#[test]
fn a_second_process_is_turned_away() {
    let mut place = Place::filled();
    let server = place.serve(&[]);
    let second = place.try_serve(&[]).err().unwrap();
    second.fails(&["is in use by another svar", "stop it"]);
    assert!(place.post(&server, 5));
    place
        .run(&["rebuild"])
        .fails(&["is served by a running svar", "stop it"]);
    drop(server);
    place.verify();
}

#[test]
fn a_clock_set_back_by_a_day_loses_nothing_and_reorders_nothing() {
    let mut place = Place::filled();
    let before = open(&place.data());
    let expected = reports(&before);
    before.close().unwrap();
    drop(before);
    let earlier = Timestamp::parse("2026-06-30T00:00:00Z").unwrap();
    let clock = Clock::fixed(earlier);
    let app = App::open(&place.data(), clock.clone(), |_done, _total| {}).unwrap();
    let events = place.waiting.iter().rev().take(20);
    let events: Vec<Arc<Event>> = events.cloned().map(Arc::new).collect();
    place.sent.extend(events.iter().map(|event| keyed(event)));
    let taken = app.take(svar::app::Via::Api, "test", &events).unwrap();
    assert_eq!(taken.accepted, 20);
    assert_eq!(taken.log_position, app.position());
    place
        .acknowledged
        .extend(events.iter().map(|event| keyed(event)));
    assert_eq!(expected.len(), reports(&app).len());
    app.close().unwrap();
    drop(app);
    place.verify();
}

#[test]
fn a_full_disk_refuses_writes_and_answers_reads_until_there_is_space() {
    let mut place = Place::new();
    let armed = [("SVAR_FAILPOINT", "journal.write=full@3")];
    let server = place.serve(&armed);
    assert!(place.post(&server, 5) && place.post(&server, 5));
    let refused = server
        .try_post("/api/v1/events", &place.waiting[0].to_json())
        .unwrap();
    assert_eq!(refused.status, 503);
    assert!(
        refused.body.contains("check the disk's space"),
        "{}",
        refused.body
    );
    assert_eq!(server.get("/api/v1/reports/handled").status, 200);
    assert!(place.post(&server, 5), "there is space again");
    server.stop();
    place.verify();
}

#[test]
fn a_failed_sync_makes_the_server_read_only_until_it_is_restarted() {
    let mut place = Place::new();
    let server = place.serve(&[("SVAR_FAILPOINT", "journal.written=fail@3")]);
    assert!(place.post(&server, 5) && place.post(&server, 5));
    for _ in 0..3 {
        assert!(!place.post(&server, 5));
        let event = place.waiting[0].to_json();
        let refused = server.try_post("/api/v1/events", &event).unwrap();
        assert_eq!(refused.status, 503);
        assert!(refused.body.contains("restart svar"), "{}", refused.body);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    assert_eq!(server.get("/api/v1/reports/handled").status, 200);
    let ready = server.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(
        ready.body.contains("read-only until it is restarted"),
        "{}",
        ready.body
    );
    server.stop();
    place.verify();
    let server = place.serve(&[]);
    assert!(place.post(&server, 5));
    server.stop();
    place.verify();
}

#[test]
fn folds_that_fail_stop_neither_writes_nor_reads() {
    let mut place = Place::new();
    let server = place.serve(&[("SVAR_FAILPOINT", "store.apply=full@2..")]);
    for _ in 0..5 {
        assert!(place.post(&server, 5));
    }
    let began = Instant::now();
    // Right after the start it says that it is preparing.
    let mut ready = server.get("/readyz");
    while ready.status != 503 || ready.body.contains("being worked out") {
        assert!(began.elapsed() < PATIENCE);
        ready = server.get("/readyz");
    }
    let ready = ready.body;
    assert!(
        ready.contains("safe in the journal") && ready.contains("restart"),
        "{ready}"
    );
    assert!(place.post(&server, 5));
    assert_eq!(server.get("/api/v1/reports/handled").status, 200);
    server.stop();
    place.verify();
}

/// A small file system, taken away in the end.
struct Mount(PathBuf);

impl Mount {
    fn new(at: PathBuf) -> Option<Self> {
        fs::create_dir(&at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(&at)
            .output();
        let mounted = mount.is_ok_and(|ran| ran.status.success());
        mounted.then_some(Self(at))
    }

    fn grow(&self) {
        let mut mount = Command::new("mount");
        mount.args(["-o", "remount,size=64m"]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

#[test]
fn a_small_file_system_that_fills_up_loses_nothing() {
    let mut place = Place::of(1_500);
    let Some(mount) = Mount::new(place.data()) else {
        println!("skipped: no tmpfs can be mounted here; the armed failpoints stand for it");
        return;
    };
    let mut server = place.serve(&[]);
    let mut refused = 0;
    for _ in 0..100 {
        refused += usize::from(!place.post(&server, 100));
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the file system never filled up");
    assert!(!server.has_ended());
    assert_eq!(server.get("/api/v1/reports/handled").status, 200);
    drop(server.stop());
    mount.grow();
    place.verify();
    let server = place.serve(&[]);
    assert!(place.post(&server, 25));
    server.stop();
    place.verify();
    drop(mount);
}
