//! The desk in the terminal: lists, a conversation, and what is done to it, by the routes in the
//! command's own process and through a running server alike.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::desk::Desk;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email subject=Refund
    30 09:00 message.added conversation=c1 message=m1 author=contact text=Where-is-it
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 11:00 ticket.opened ticket=t1 pipeline=support contact=p1 subject=Broken priority=high
";

/// Runs the command line over a folder; what it printed, or what it complained of.
pub(crate) fn svar(data: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_svar"))
        .args(words)
        .arg("--data")
        .arg(data)
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

fn folder() -> tempfile::TempDir {
    let desk = Desk::new();
    desk.post_story(STORY);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    folder
}

fn json_of(data: &Path, words: &[&str]) -> Value {
    serde_json::from_str(&svar(data, words).unwrap()).unwrap()
}

#[test]
fn conversations_are_listed_read_and_handled() {
    let place = folder();
    let data = place.path();
    let list = svar(data, &["conversation", "list", "--sort", "waiting"]).unwrap();
    for part in ["conversation", "Pia", "email", "nobody", "Where-is-it"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let list = json_of(
        data,
        &["conversation", "list", "--words", "refund", "--json"],
    );
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["counts"]["open"], 1);
    let shown = svar(data, &["conversation", "show", "c1"]).unwrap();
    assert!(
        shown.contains("subject: Refund") && shown.contains("Where-is-it"),
        "{shown}"
    );
    for (words, told) in [
        (
            &["conversation", "note", "c1", "Careful.", "--rep", "ada"][..],
            "wrote a note in `c1`",
        ),
        (
            &["conversation", "reply", "c1", "On its way.", "--rep", "ada"],
            "replied to `c1`",
        ),
        (
            &["conversation", "assign", "c1", "rep:ada"],
            "assigned `c1`",
        ),
        (&["conversation", "tag", "c1", "vip"], "tagged `c1`"),
        (
            &["conversation", "untag", "c1", "vip"],
            "took a tag off `c1`",
        ),
        (&["conversation", "snooze", "c2"], "put off `c2`"),
        (
            &["conversation", "resolve", "c1", "--rep", "ada"],
            "resolved `c1`",
        ),
        (&["conversation", "reopen", "c1"], "reopened `c1`"),
    ] {
        let said = svar(data, words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        assert_eq!(said.trim_end(), told);
    }
    let one = json_of(data, &["conversation", "show", "c1", "--json"]);
    let messages = one["messages"].as_array().unwrap();
    let texts: Vec<&str> = messages
        .iter()
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["Where-is-it", "Careful.", "On its way."]);
    assert_eq!(messages[1]["visibility"], "note");
    assert_eq!(messages[2]["author"], json!({"kind": "rep", "id": "ada"}));
}

#[test]
fn files_are_sent_along_listed_and_saved() {
    let place = folder();
    let data = place.path();
    let outside = tempfile::tempdir().unwrap();
    let bill = outside.path().join("bill 7.pdf");
    std::fs::write(&bill, [0, 159, 146, 150]).unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let bill = path(&bill);
    let reply = [
        "conversation",
        "reply",
        "c1",
        "--file",
        &bill,
        "--file",
        &bill,
    ];
    assert!(svar(data, &reply).unwrap().contains("replied to `c1`"));
    let nothing = svar(data, &["conversation", "reply", "c1"]).unwrap_err();
    assert!(nothing.contains("TEXT"), "{nothing}");
    let missing = ["conversation", "note", "c1", "x", "--file", "/nowhere/a"];
    assert!(svar(data, &missing).unwrap_err().contains("/nowhere/a"));
    let listed = json_of(data, &["conversation", "files", "c1", "--json"]);
    let items = listed["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["size"]), (2, &json!(4)));
    assert_eq!(items[0]["media_type"], "application/pdf");
    let sha256 = items[0]["sha256"].as_str().unwrap();
    let line = format!("{sha256}  bill 7.pdf (4 B)");
    for shown in ["files", "show"] {
        let shown = svar(data, &["conversation", shown, "c1"]).unwrap();
        assert!(shown.contains(&line), "{shown}");
    }
    let saved = path(&outside.path().join("saved"));
    let save = ["conversation", "download", "c1", sha256, "--to", &saved];
    svar(data, &save).unwrap();
    assert_eq!(std::fs::read(&saved).unwrap(), [0, 159, 146, 150]);
    let again = svar(data, &save).unwrap_err();
    assert!(
        again.contains("cannot save"),
        "nothing is written over: {again}"
    );
    let elsewhere = ["conversation", "download", "c2", sha256];
    assert!(svar(data, &elsewhere).unwrap_err().contains("no file"));
}

#[test]
fn what_cannot_be_done_to_a_conversation_is_said() {
    let place = folder();
    let data = place.path();
    for (words, complaint) in [
        (
            &["conversation", "assign", "c1", "ada"][..],
            "expected rep:ID",
        ),
        (&["conversation", "list", "--view", "odd"], "odd"),
        (&["conversation", "show", "none"], "no conversation `none`"),
        (&["conversation", "reopen", "c1"], "open"),
    ] {
        let error = svar(data, words).unwrap_err();
        assert!(error.contains(complaint), "{words:?}: {error}");
    }
}

#[test]
fn tickets_are_listed_read_and_handled() {
    let place = folder();
    let data = place.path();
    let list = svar(data, &["ticket", "list", "--priority", "high"]).unwrap();
    for part in ["ticket", "support", "new", "high", "Broken"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    for (words, told) in [
        (&["ticket", "take", "t1", "--rep", "ada"][..], "took `t1`"),
        (
            &["ticket", "move", "t1", "waiting_on_us", "--rep", "ada"],
            "moved `t1`",
        ),
        (&["ticket", "assign", "t1"], "assigned `t1`"),
    ] {
        let said = svar(data, words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        assert_eq!(said.trim_end(), told);
    }
    let shown = svar(data, &["ticket", "show", "t1"]).unwrap();
    assert!(
        shown.contains("stage: waiting_on_us") && !shown.contains("owner"),
        "{shown}"
    );
    let opened = svar(data, &["ticket", "open", "jobs", "--conversation", "c1"]).unwrap();
    let job = opened
        .trim_end()
        .trim_start_matches("opened `")
        .trim_end_matches('`')
        .to_owned();
    assert_eq!(
        svar(data, &["ticket", "complete", &job, "--rep", "ada"])
            .unwrap()
            .trim_end(),
        format!("completed `{job}`")
    );
    let one = json_of(data, &["ticket", "show", &job, "--json"]);
    assert_eq!(
        (&one["stage"], &one["is_job"]),
        (&json!("completed"), &json!(true))
    );
    let error = svar(data, &["ticket", "decline", "t1", "--reason", "late"]).unwrap_err();
    assert!(error.contains("no job"), "{error}");
}

#[test]
fn a_running_server_is_asked_in_place_of_the_folder() {
    let place = folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_svar"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(place.path())
        .env_clear()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on http://") {
        assert!(
            stderr.read_line(&mut line).unwrap() > 0,
            "the server ended: {line}"
        );
    }
    let said = svar(
        place.path(),
        &["conversation", "reply", "c1", "Hello", "--rep", "ada"],
    )
    .unwrap();
    assert_eq!(said.trim_end(), "replied to `c1`");
    let list = svar(place.path(), &["ticket", "list"]).unwrap();
    assert!(list.contains("t1"), "{list}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn routing_rules_are_listed_tried_and_switched() {
    let (desk, server) = Desk::served(STORY);
    let rule = json!({"id": "vip", "name": "Mails", "trigger": "contact_wrote",
        "when": {"channel": ["email"]}, "then": {"tags": ["mail"]}});
    assert_eq!(server.post("/api/v1/routing/rules", &rule).status, 200);
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let data = folder.path();
    let list = svar(data, &["routing", "list"]).unwrap();
    for part in ["vip", "Mails", "contact wrote", "off"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let tried = svar(data, &["routing", "try", "vip"]).unwrap();
    assert!(
        tried.contains("of the last 2 conversations it would have fitted 1"),
        "{tried}"
    );
    assert!(tried.contains("c1") && tried.contains("tag"), "{tried}");
    assert_eq!(
        json_of(data, &["routing", "try", "vip", "--json"])["fits"],
        1
    );
    assert!(
        svar(data, &["routing", "on", "vip"])
            .unwrap()
            .contains("`vip` is on")
    );
    assert_eq!(
        json_of(data, &["routing", "list", "--json"])["items"][0]["on"],
        true
    );
    assert!(
        svar(data, &["routing", "off", "vip"])
            .unwrap()
            .contains("`vip` is off")
    );
    for odd in [&["routing", "try", "none"][..], &["routing", "on", "none"]] {
        assert!(svar(data, odd).unwrap_err().contains("none"), "{odd:?}");
    }
}
