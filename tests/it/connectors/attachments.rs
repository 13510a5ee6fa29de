//! Files that messages of another product link to: fetched where that is wanted, from its own hosts
//! and nowhere else; else they stay links.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, ConnectorDraft, Options};
use svar::clock::Clock;
use svar::model::completeness::Completeness;
use svar::model::{DAY_MS, Timestamp};

use super::played::{Heard, Said};
use super::zendesk::Zendesk;
use super::{by_cli, draft, messages, read};
use crate::desk::{Desk, NOW, Server};
use crate::imports::exported;

/// The one file of the desk.
pub(super) const BILL: &[u8] = b"%PDF-1.4 a bill";

/// A played desk whose file lies at its own address.
fn with_file() -> Zendesk {
    let zendesk = Zendesk::new();
    let url = format!("{}/files/bill.pdf", zendesk.played.url);
    zendesk.desk.lock().unwrap().move_files(&url);
    zendesk
}

fn fetching(url: &str) -> ConnectorDraft {
    ConnectorDraft {
        fetch_attachments: true,
        ..draft(url)
    }
}

/// A desk that reads the played one, files and all.
fn fetched(zendesk: &Zendesk) -> Desk {
    let desk = Desk::new();
    desk.app
        .save_connector(&by_cli(), &fetching(&zendesk.played.url))
        .unwrap();
    let view = read(&desk);
    assert_eq!((view.rejected, &view.fault), (0, &None), "{view:?}");
    desk
}

/// The file of the message that has one, as its event says it.
fn file(desk: &Desk) -> Value {
    let events = exported(desk);
    let found = events.iter().find(|event| event["id"] == "comment/1001");
    found.unwrap()["attachments"][0].clone()
}

fn account(desk: &Desk) -> Completeness {
    let imports = Arc::clone(&desk.app.snapshot().installation.imports);
    let last = imports.latest().next().unwrap();
    last.completeness.clone()
}

/// How many files were asked for, here, and why others are links.
fn told(account: &Completeness) -> (u64, u64, Vec<String>) {
    let files = account.records.iter().find(|one| one.kind == "attachments");
    let reasons = account.unmapped.iter();
    let reasons = reasons.filter(|one| one.field == "attachments.url");
    let files = files.map_or((0, 0), |files| (files.read, files.translated));
    (
        files.0,
        files.1,
        reasons.map(|one| one.value.clone()).collect(),
    )
}

#[test]
fn a_connection_keeps_files_here_and_fetches_each_once() {
    let zendesk = with_file();
    let desk = fetched(&zendesk);
    let kept = file(&desk);
    assert_eq!(
        (&kept["name"], &kept["size"]),
        (&json!("bill.pdf"), &json!(BILL.len()))
    );
    assert!(kept["url"].as_str().unwrap().ends_with("/files/bill.pdf"));
    let server = Server::start(&desk.app);
    let place = format!(
        "/conversations/zendesk%3A101/files/{}",
        kept["sha256"].as_str().unwrap()
    );
    let answer = server.get(&format!("/api/v1{place}"));
    assert_eq!((answer.status, answer.body.as_bytes()), (200, BILL));
    let page = server.get("/conversations/zendesk%3A101").body;
    assert!(page.contains(place.rsplit_once('/').unwrap().1), "{page}");
    assert_eq!(told(&account(&desk)), (1, 1, vec![]));
    // Who asks is told to the account's own host.
    let heard = zendesk.played.asked();
    let asked: Vec<&Heard> = heard
        .iter()
        .filter(|one| one.path.starts_with("/files"))
        .collect();
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0]
            .head
            .to_lowercase()
            .contains("authorization: basic ")
    );
    // Read again, at another address: the message stays what it is, and so does its file.
    let signed = format!("{}/files/bill.pdf?signature=2", zendesk.played.url);
    zendesk.desk.lock().unwrap().move_files(&signed);
    zendesk.reply(101, 1_098, "2026-10-21T08:00:00Z");
    let view = read(&desk);
    assert_eq!(
        (view.rejected, zendesk.played.times("/files")),
        (0, 0),
        "{view:?}"
    );
    assert_eq!(file(&desk), kept);
    // It is no file that nobody names, which would be taken away.
    desk.clock.set(desk.clock.now().plus_millis(2 * DAY_MS));
    svar::work::tidy_files(&desk.app).unwrap();
    assert_eq!(server.get(&format!("/api/v1{place}")).status, 200);
}

#[test]
fn without_being_told_to_nothing_is_fetched_and_links_stay_links() {
    let zendesk = with_file();
    let desk = super::connected(&zendesk);
    read(&desk);
    assert_eq!(zendesk.played.times("/files"), 0);
    assert_eq!(file(&desk)["sha256"], Value::Null);
    // An address that is signed anew makes it no other message.
    zendesk
        .desk
        .lock()
        .unwrap()
        .move_files("https://elsewhere.example/2");
    zendesk.reply(101, 1_098, "2026-10-21T08:00:00Z");
    assert_eq!(read(&desk).rejected, 0);
}

#[test]
fn nothing_is_fetched_from_elsewhere_nor_where_that_is_led_to() {
    let elsewhere = Zendesk::new();
    let there = format!("{}/files/bill.pdf", elsewhere.played.url);
    let zendesk = Zendesk::new();
    zendesk.desk.lock().unwrap().move_files(&there);
    let desk = fetched(&zendesk);
    assert_eq!(file(&desk)["sha256"], Value::Null);
    let (read, kept, reasons) = told(&account(&desk));
    assert_eq!((read, kept), (1, 0));
    assert_eq!(reasons, ["`127.0.0.1` is none of the source's hosts"]);
    let zendesk = with_file();
    let location: &'static str = format!("Location: {there}\r\n").leak();
    zendesk.played.faults(move |heard| {
        heard
            .path
            .starts_with("/files")
            .then_some(Said::Status(302, location))
    });
    let desk = fetched(&zendesk);
    assert_eq!(
        told(&account(&desk)).2,
        ["`127.0.0.1` is none of the source's hosts"]
    );
    assert_eq!(elsewhere.played.asked().len(), 0);
    // Within the source's own host it is followed.
    let zendesk = with_file();
    zendesk.played.faults(|heard| {
        let is_first = heard.path == "/files/bill.pdf" && heard.value("signed").is_empty();
        is_first.then_some(Said::Status(302, "Location: /files/bill.pdf?signed=1\r\n"))
    });
    assert!(file(&fetched(&zendesk))["sha256"].is_string());
}

#[test]
fn a_file_is_tried_three_times_and_its_message_comes_anyhow() {
    for (faults, asked, is_kept) in [(2, 3, true), (9, 3, false)] {
        let zendesk = with_file();
        let mut left = faults;
        zendesk.played.faults(move |heard| {
            let is_it = heard.path.starts_with("/files") && left > 0;
            left -= u32::from(is_it);
            is_it.then_some(Said::Status(503, ""))
        });
        let desk = fetched(&zendesk);
        assert_eq!(file(&desk)["sha256"].is_string(), is_kept);
        assert_eq!(zendesk.played.times("/files"), asked);
        let reasons = told(&account(&desk)).2;
        assert_eq!(
            reasons.first().map(String::as_str),
            (!is_kept).then_some("it answered 503")
        );
        let (other, _) = crate::imports::imported(svar::app::Format::Zendesk);
        assert_eq!(messages(&desk), messages(&other));
    }
}

#[test]
fn a_file_that_is_too_large_stays_a_link() {
    let zendesk = with_file();
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let options = Options {
        max_file_bytes: Some(BILL.len() as u64 - 1),
        ..Options::default()
    };
    let app = App::open_with(folder.path(), clock.clone(), &options, |_done, _total| {});
    let desk = Desk {
        app: Arc::new(app.unwrap()),
        clock,
        folder,
    };
    desk.app
        .save_connector(&by_cli(), &fetching(&zendesk.played.url))
        .unwrap();
    read(&desk);
    assert_eq!(file(&desk)["sha256"], Value::Null);
    assert_eq!(told(&account(&desk)).2, ["it has more than 14 bytes"]);
}

/// The export of the desk, whose file lies at an address.
fn export(folder: &std::path::Path, url: &str) -> Vec<String> {
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/zendesk");
    let names = ["users.json", "tickets.json", "ticket-events.json"];
    for name in names {
        let text = fs::read_to_string(format!("{from}/{name}")).unwrap();
        let there = "https://shop.zendesk.com/attachments/token/x/?name=bill.pdf";
        fs::write(folder.join(name), text.replace(there, url)).unwrap();
    }
    names.map(str::to_owned).to_vec()
}

#[test]
fn an_import_fetches_files_when_it_is_told_to() {
    let zendesk = with_file();
    let folder = tempfile::tempdir().unwrap();
    let files = export(
        folder.path(),
        &format!("{}/files/bill.pdf", zendesk.played.url),
    );
    let host = zendesk.played.url.trim_start_matches("http://").to_owned();
    let run = |more: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_svar"))
            .current_dir(folder.path())
            .args(["import", "--format", "zendesk", "--json"])
            .args(more)
            .args(&files)
            .output()
            .unwrap();
        serde_json::from_slice::<Value>(&ran.stdout).unwrap_or_default()
    };
    let fetch = [
        "--data",
        "a",
        "--fetch-attachments",
        "--attachment-host",
        &host,
    ];
    let done = run(&fetch);
    let completeness: Completeness = serde_json::from_value(done["completeness"].clone()).unwrap();
    assert_eq!(told(&completeness), (1, 1, vec![]));
    let heard = zendesk.played.asked();
    assert_eq!(heard.len(), 1);
    // An import has no token to send.
    assert!(!heard[0].head.to_lowercase().contains("authorization"));
    let lies = fs::read_dir(folder.path().join("a/files")).unwrap();
    assert!(lies.count() > 0);
    // Once more: what is here already is neither fetched nor another message.
    let again = run(&fetch);
    assert_eq!(
        (&again["total"]["accepted"], &again["total"]["conflicts"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(zendesk.played.asked().len(), 0);
    // Without its host it is none of Zendesk's, and without being told to it is a link.
    let other = run(&["--data", "b", "--fetch-attachments"]);
    let completeness: Completeness = serde_json::from_value(other["completeness"].clone()).unwrap();
    assert_eq!(
        told(&completeness).2,
        ["`127.0.0.1` is none of the source's hosts"]
    );
    run(&["--data", "c"]);
    assert_eq!(zendesk.played.asked().len(), 0);
}
