//! The kept columns damaged in every way: the start goes on, says what happened, and the
//! reports are those of a rebuild; a check tells beforehand.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

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
    fn columns(&self) -> PathBuf {
        self.data().join("derived").join("columns").join("facts")
    }

    /// The findings about the columns, all of them notes.
    #[track_caller]
    fn noted_of_columns(&self) -> String {
        let ran = self.run(&["check", "--json"]).ok();
        let account: Value = serde_json::from_str(&ran.stdout).unwrap();
        let differences = account["found"].as_array().unwrap().iter();
        let of_columns = differences.filter(|difference| difference["part"] == "columns");
        let texts = of_columns.map(|difference| {
            assert_eq!(difference["weight"], "note", "{account}");
            format!("{}; {}", difference["what"], difference["mend"])
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// A start that says that it folds again, and answers as a rebuild does.
    #[track_caller]
    fn starts_without_columns(&self, reason: &str) {
        let noted = self.noted_of_columns();
        assert!(noted.contains(reason), "{noted}");
        let said = self.run(&REPORT).ok().stderr;
        assert!(said.contains("the kept columns in"), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(said.contains("folded anew"), "{said}");
        assert_eq!(self.noted_of_columns(), "", "they are kept again");
        self.compare_with_rebuild();
    }
}

#[test]
fn damaged_columns_are_told_and_folded_anew() {
    let place = Place::filled();
    let file = place.columns();
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x20;
    let cut = whole[..whole.len() / 3].to_vec();
    for damaged in [flipped, cut, Vec::new()] {
        fs::write(&file, damaged).unwrap();
        place.starts_without_columns("it is damaged");
    }
    place.verify();
}

#[test]
fn columns_that_another_version_laid_out_are_folded_anew() {
    let place = Place::filled();
    let mut of_another_version = fs::read(place.columns()).unwrap();
    of_another_version[7] += 1;
    fs::write(place.columns(), of_another_version).unwrap();
    place.starts_without_columns("another version of svar laid it out");
    place.verify();
}

#[test]
fn columns_of_another_journal_are_not_taken() {
    let (place, mut other) = (Place::filled(), Place::new());
    // Another first record, by which a journal is known.
    other.waiting.pop();
    let server = other.serve(&[]);
    assert!(other.post(&server, 40));
    server.stop();
    fs::copy(other.columns(), place.columns()).unwrap();
    place.starts_without_columns("another journal");
    place.verify();
}

#[test]
fn missing_columns_are_folded_anew() {
    let place = Place::filled();
    fs::remove_dir_all(place.columns().parent().unwrap()).unwrap();
    let noted = place.noted_of_columns();
    assert!(noted.contains("none are kept"), "{noted}");
    place.run(&REPORT).ok();
    assert_eq!(place.noted_of_columns(), "");
    place.verify();
}

#[test]
fn columns_that_are_behind_are_caught_up_with() {
    let mut place = Place::new();
    let server = place.serve(&[]);
    assert!(place.post(&server, 30));
    server.stop();
    let early = fs::read(place.columns()).unwrap();
    let server = place.serve(&[]);
    assert!(place.post(&server, 30));
    server.stop();
    fs::write(place.columns(), early).unwrap();
    let noted = place.noted_of_columns();
    assert!(noted.contains("30 records behind"), "{noted}");
    place.compare_with_rebuild();
    place.verify();
}

#[test]
fn columns_that_may_not_be_read_are_folded_anew() {
    let place = Place::filled();
    let owned = |who: &str, what: &Path| {
        let mut command = Command::new("chown");
        command.args(["-R", who]).arg(what);
        command.output().unwrap().status.success()
    };
    fs::set_permissions(place.columns(), fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = place.command(&REPORT, &[]);
    // Root may read anything, so that somebody else has to ask, with a binary they may run.
    if owned("65534:65534", &place.data()) {
        assert!(owned("0:0", &place.columns()));
        fs::set_permissions(place.temp.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let binary = place.path("svar");
        fs::copy(env!("CARGO_BIN_EXE_svar"), &binary).unwrap();
        command = Command::new(&binary);
        command.args(REPORT).uid(65_534).gid(65_534);
        command.env("SVAR_DATA", place.data()).current_dir("/");
    }
    let ran = command.output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("the kept columns in"), "{said}");
    assert!(said.contains("Permission denied"), "{said}");
    assert_eq!(place.noted_of_columns(), "");
    place.verify();
}

#[test]
fn columns_that_could_not_be_kept_cost_nothing_but_time() {
    let mut place = Place::new();
    let server = place.serve(&[("SVAR_FAILPOINT", "columns.write=full@1..")]);
    assert!(place.post(&server, 30));
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("the columns were not kept"), "{said}");
    assert!(!place.columns().exists());
    place.verify();
}

#[test]
fn columns_that_hold_something_else_are_found_by_a_deep_check() {
    let mut place = Place::of(40);
    // Nothing but what makes rows.
    place
        .waiting
        .retain(|event| event.body.conversation().is_some());
    let filled = |place: &mut Place, count| {
        let server = place.serve(&[]);
        assert!(place.post(&server, count));
        server.stop();
    };
    filled(&mut place, 20);
    copy(&place.data(), &place.path("before"));
    filled(&mut place, 60);
    let columns = fs::read(place.columns()).unwrap();
    place.run(&["check", "--deep"]).ok();
    // The same beginning, and then other events: some more, for what the server adds is not always as much.
    svar::disk::rename(place.data().as_ref(), place.path("first").as_ref()).unwrap();
    svar::disk::rename(place.path("before").as_ref(), place.data().as_ref()).unwrap();
    filled(&mut place, 70);
    fs::write(place.columns(), columns).unwrap();
    place.run(&["check"]).ok();
    let ran = place.run(&["check", "--deep"]);
    assert_eq!(ran.status.code(), Some(1), "{}", ran.stdout);
    assert!(ran.stdout.contains("differs: columns"), "{}", ran.stdout);
}
