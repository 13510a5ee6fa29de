//! Backups and restores: consistent next to a running server, only new segments the second
//! time, checked before anything is replaced, and whole or not there after a kill.

use serde_json::json;

use super::*;

/// Points of a backup and a restore, with the passages at which they die.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("backup.copied", &[1, 3]),
    ("backup.placed", &[1, 3]),
    ("backup.listed", &[1]),
    ("backup.swept", &[1]),
    ("restore.staged", &[1]),
    ("restore.decided", &[1]),
    ("restore.aside", &[1, 2, 4]),
    ("restore.emptied", &[1]),
    ("restore.placed", &[1, 2]),
    ("restore.done", &[1]),
];

impl Place {
    fn backup(&self) -> Value {
        let ran = self.run(&["backup", "backup", "--json"]).ok();
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Restores the backup into a folder of its own and opens it.
    fn restored(&self) -> App {
        let data = self.path("restored");
        if data.exists() {
            fs::remove_dir_all(&data).unwrap();
        }
        let data_text = data.to_str().unwrap();
        self.run(&["restore", "backup", "--data", data_text]).ok();
        open(&data)
    }

    fn post_some(&mut self, posts: usize) {
        let server = self.serve(&[SMALL_SEGMENTS]);
        for _ in 0..posts {
            assert!(self.post(&server, 8));
        }
        assert!(server.stop().0.success());
    }
}

#[test]
fn a_backup_beside_a_running_server_holds_all_that_was_acknowledged_before_it() {
    let mut place = Place::filled();
    let server = place.serve(&[SMALL_SEGMENTS]);
    let before: BTreeSet<_> = place.acknowledged.keys().cloned().collect();
    let made = std::thread::scope(|scope| {
        let mut command = place.command(&["backup", "backup", "--json"], &[]);
        let backup = scope.spawn(move || command.output().unwrap());
        while !backup.is_finished() {
            place.post(&server, 2);
        }
        backup.join().unwrap()
    });
    let said = String::from_utf8(made.stderr).unwrap();
    assert!(made.status.success(), "{said}");
    assert!(said.contains("is served by a running svar"), "{said}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(server.stop().0.success());

    let app = place.restored();
    assert_eq!(made["log_position"], app.position());
    let events: BTreeMap<_, _> = exported(&app)
        .iter()
        .map(|json| keyed(&Event::parse(json).unwrap()))
        .collect();
    assert_eq!(events.len() as u64, app.position());
    assert!(before.iter().all(|key| events.contains_key(key)));
    assert!(
        events
            .iter()
            .all(|(key, json)| place.sent.get(key) == Some(json))
    );
}

#[test]
fn a_second_backup_copies_only_what_is_new() {
    let mut place = Place::filled();
    let first = place.backup();
    assert!(first["copied_files"].as_u64().unwrap() > 5, "{first}");
    assert_eq!(first["kept_files"], 0);
    let again = place.backup();
    assert!(again["copied_files"].as_u64().unwrap() <= 1, "{again}");
    place.post_some(3);
    let next = place.backup();
    assert!(next["kept_files"].as_u64() >= Some(5), "{next}");
    assert!(next["copied_files"].as_u64().unwrap() <= 6, "{next}");
    let app = place.restored();
    assert_eq!(exported(&app).len(), place.acknowledged.len());
    let here = open(&place.data());
    assert_eq!(reports(&app), reports(&here));
    // Nothing is left of what the list names no more.
    let files = bytes_of(&place.path("backup").join("journal"));
    let total = next["kept_files"].as_u64().unwrap() + next["copied_files"].as_u64().unwrap();
    assert_eq!(files.len() as u64, total);
}

#[test]
fn a_backup_or_restore_that_is_cut_off_leaves_the_former_whole() {
    let mut place = Place::filled();
    place.backup();
    let mut backed_up = place.acknowledged.len();
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let variables = [("SVAR_FAILPOINT", armed.as_str())];
            if point.starts_with("backup") {
                place.post_some(5);
                let ran = place.run_with(&["backup", "backup"], &variables);
                assert!(ran.is_killed(), "{armed}: {}", ran.stderr);
                place.run(&["restore", "backup", "--dry-run"]).ok();
                let held = exported(&place.restored()).len();
                let new = matches!(*point, "backup.listed" | "backup.swept");
                let expected = if new {
                    place.acknowledged.len()
                } else {
                    backed_up
                };
                assert_eq!(held, expected, "{armed}");
                place.backup();
                backed_up = place.acknowledged.len();
                assert_eq!(exported(&place.restored()).len(), backed_up);
                continue;
            }
            // The folder has more than the backup, so that the two can be distinguished.
            place.run(&["backup", "backup"]).ok();
            backed_up = place.acknowledged.len();
            let (acknowledged, waiting) = (place.acknowledged.clone(), place.waiting.clone());
            place.post_some(1);
            let ran = place.run_with(&["restore", "backup"], &variables);
            assert!(ran.is_killed(), "{armed}: {}", ran.stderr);
            let app = open(&place.data());
            let held = exported(&app).len();
            app.close().unwrap();
            drop(app);
            if *point == "restore.staged" {
                assert_eq!(held, place.acknowledged.len(), "{armed}");
            } else {
                assert_eq!(held, backed_up, "{armed}");
                (place.acknowledged, place.waiting) = (acknowledged, waiting);
            }
            assert!(!place.data().join("restoring").exists());
            place.verify();
        }
    }
}

#[test]
fn every_damage_to_a_backup_is_found_before_anything_is_replaced() {
    let place = Place::filled();
    place.backup();
    let before = bytes_of(&place.data().join("journal"));
    let whole = bytes_of(&place.path("backup"));
    for (path, bytes) in &whole {
        if path.ends_with("svar-backup") {
            continue;
        }
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 4;
        for damaged in [Some(flipped), Some(bytes[..bytes.len() - 1].to_vec()), None] {
            match damaged {
                Some(damaged) => fs::write(path, damaged).unwrap(),
                None => fs::remove_file(path).unwrap(),
            }
            let ran = place.run(&["restore", "backup"]);
            ran.fails(&["is no use as a backup"]);
            place
                .run(&["restore", "backup", "--dry-run"])
                .fails(&["is no use as a backup"]);
            fs::write(path, bytes).unwrap();
        }
    }
    assert_eq!(bytes_of(&place.data().join("journal")), before);
    place.verify();
}

#[test]
fn what_a_restore_replaces_is_set_aside() {
    let mut place = Place::filled();
    place.backup();
    place.post_some(1);
    let held = place.acknowledged.len() as u64;
    let ran = place.run(&["restore", "backup"]).ok();
    assert!(ran.stderr.contains("replaced-1"), "{}", ran.stderr);
    assert_eq!(open(&place.data()).position(), held - 8);
    let aside = open(&place.data().join("replaced-1"));
    assert_eq!(aside.position(), held);
}

#[test]
fn a_backup_goes_nowhere_where_it_could_harm() {
    let place = Place::filled();
    fs::create_dir(place.path("photos")).unwrap();
    fs::write(place.path("photos").join("a.jpg"), "x").unwrap();
    place
        .run(&["backup", "photos"])
        .fails(&["other things than a backup", "new one"]);
    place
        .run(&["backup", "data/inside"])
        .fails(&["in the data folder itself"]);
    assert!(!place.data().join("inside").exists());
    place.backup();
    let mut other = Place::new();
    other.waiting.pop();
    other.post_some(1);
    let backup = place.path("backup");
    let ran = other.run(&["backup", backup.to_str().unwrap()]);
    ran.fails(&["a backup of another desk"]);
    place
        .run(&["restore", "photos"])
        .fails(&["no finished backup"]);
    let server = place.serve(&[]);
    place
        .run(&["restore", "backup"])
        .fails(&["is served by a running svar", "stop it"]);
    drop(server);
}

#[test]
fn only_the_token_of_this_run_makes_a_server_write_a_backup() {
    let place = Place::filled();
    let server = place.serve(&[]);
    let note = fs::read(place.data().join("server.json")).unwrap();
    let note: Value = serde_json::from_slice(&note).unwrap();
    let to = place.path("backup");
    let ask = |token: &str, folder: &str| {
        let request = agent()
            .post(format!("{}/api/v1/backup", server.url))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        read(request.send(json!({"folder": folder}).to_string())).unwrap()
    };
    let token = note["token"].as_str().unwrap();
    for wrong in ["", "x", token.split_at(1).1, &format!("{token}0")] {
        let refused = ask(wrong, to.to_str().unwrap());
        assert_eq!(refused.status, 401, "{}", refused.body);
        assert_eq!(refused.json()["type"], "unauthorized");
    }
    assert!(!to.exists());
    assert_eq!(ask(token, "backup").status, 400);
    let made = ask(token, to.to_str().unwrap());
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(to.join("manifest.json").exists());
}

#[test]
fn an_import_through_the_server_is_journalled_as_one_and_nobody_else_can_say_so() {
    let mut place = Place::new();
    let server = place.serve(&[]);
    let event = place.waiting.pop().unwrap().to_json();
    let request = agent()
        .post(format!("{}/api/v1/events", server.url))
        .header("svar-via", "import");
    assert_eq!(read(request.send(&event)).unwrap().status, 401);
    assert!(place.post(&server, 1));
    fs::write(place.path("one.jsonl"), &event).unwrap();
    place.run(&["import", "one.jsonl"]).ok();
    assert!(server.stop().0.success());
    let journal = bytes_of(&place.data().join("journal")).into_values().next();
    let journal = String::from_utf8(journal.unwrap()).unwrap();
    let ways: Vec<bool> = journal
        .lines()
        .map(|line| line.contains(r#""via":"import","actor":"import""#))
        .collect();
    assert_eq!(ways, [false, true]);
}
