//! Exports that are sent up: over the API and on the page, followed until they are accounted for.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::Format;
use svar::clock::pause;

use crate::chrome::Browser;
use crate::desk::{Answer, Desk, Server, answer, open};
use crate::imports::{files_of, imported, total};

/// How long an import may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A form in parts.
#[derive(Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    pub(crate) fn part(mut self, head: &str, value: &[u8]) -> Self {
        let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(value);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(crate) fn field(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    pub(crate) fn file(self, path: &PathBuf) -> Self {
        let name = path.file_name().unwrap().to_str().unwrap();
        let head = format!("name=\"files\"; filename=\"{name}\"");
        self.part(&head, &fs::read(path).unwrap())
    }

    pub(crate) fn files(self, paths: &[PathBuf]) -> Self {
        paths.iter().fold(self, Self::file)
    }

    pub(crate) fn send(mut self, server: &Server, path: &str) -> Answer {
        self.0.extend_from_slice(b"--edge--\r\n");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let request = agent.post(server.url(path));
        let request = request.header("content-type", "multipart/form-data; boundary=edge");
        answer(request.send(&self.0[..]))
    }
}

/// Follows an import until it is at its end.
pub(crate) fn follow(server: &Server, path: &str) -> Value {
    let began = Instant::now();
    loop {
        let task = server.get(path).json();
        if task["state"] != "running" {
            return task;
        }
        assert!(began.elapsed() < PATIENCE, "{task}");
        pause(Duration::from_millis(10));
    }
}

/// Sends an export and follows it.
pub(crate) fn sent(server: &Server, form: Form) -> Value {
    let begun = form.send(server, "/api/v1/imports");
    assert_eq!(begun.status, 202, "{}", begun.body);
    follow(server, begun.header("location"))
}

pub(crate) fn served() -> (Desk, Server) {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    (desk, server)
}

#[test]
fn an_export_that_is_sent_up_is_followed_and_accounted_for() {
    let (desk, server) = served();
    let files = files_of(Format::Zendesk);
    let task = sent(&server, Form::default().files(&files));
    assert_eq!(
        (&task["state"], &task["format"], &task["error"]),
        (&json!("done"), &json!("zendesk"), &Value::Null),
        "{task}"
    );
    assert_eq!(task["done_bytes"], task["total_bytes"]);
    assert_eq!(task["rejected"], 1);
    assert_eq!(task["rejects"][0]["file"], "ticket-events.json");
    assert_eq!(task["rejects"][0]["number"], 15);
    // The same came of it as on the command line.
    let (other, completeness) = imported(Format::Zendesk);
    assert_eq!(task["accepted"], completeness.imported);
    assert_eq!(task["completeness"]["records"], json!(completeness.records));
    desk.tick();
    desk.app.settle().unwrap();
    for report in ["first_response_time", "time_to_close", "csat"] {
        assert_eq!(total(&desk, report), total(&other, report));
    }
    let kept = server.get("/api/v1/imports").json();
    assert_eq!(kept["items"][0]["completeness"], task["completeness"]);
    // What was sent does not stay.
    let left = fs::read_dir(desk.folder.path().join("imports")).unwrap();
    assert_eq!(left.count(), 0);
    let again = sent(&server, Form::default().files(&files));
    assert_eq!(again["accepted"], 0);
    assert_eq!(again["duplicates"], 1 + completeness.imported);
    let missing = server.get("/api/v1/imports/tasks/nothing");
    assert_eq!(missing.status, 404);
}

#[test]
fn what_files_hold_is_found_out() {
    for format in Format::ALL.iter().copied() {
        let (_desk, server) = served();
        let form = Form::default().field("dry_run", "true");
        let task = sent(&server, form.files(&files_of(format)));
        assert_eq!(task["format"], format.as_str(), "{task}");
        assert_eq!(task["state"], "done", "{task}");
    }
    let (_desk, server) = served();
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events.jsonl");
    let line = json!({"type": "contact.upserted", "at": "2026-10-05T09:00:00Z", "contact": "c", "name": "Cy"});
    fs::write(&events, format!("{line}\n{{}}\n")).unwrap();
    let task = sent(&server, Form::default().file(&events));
    assert_eq!(
        (&task["format"], &task["accepted"]),
        (&json!("svar"), &json!(1))
    );
    assert_eq!(task["rejects"][0]["number"], 2);
    assert_eq!(task["completeness"], Value::Null);
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_come_in() {
    let (desk, server) = served();
    let before = desk.app.position();
    let form = Form::default()
        .field("format", "intercom")
        .field("dry_run", "true");
    let task = sent(&server, form.files(&files_of(Format::Intercom)));
    assert_eq!(task["state"], "done", "{task}");
    assert!(task["accepted"].as_u64().unwrap() > 20, "{task}");
    assert!(task["completeness"]["records"].is_array(), "{task}");
    assert_eq!(desk.app.position(), before);
}

#[test]
fn tables_take_a_zone_and_a_mapping() {
    let (desk, server) = served();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mapping = fs::read_to_string(folder.join("table/mapping.toml")).unwrap();
    let form = Form::default()
        .field("format", "csv")
        .field("mapping", &mapping)
        .file(&folder.join("table/cases.csv"));
    let task = sent(&server, form);
    assert_eq!(
        (&task["state"], &task["rejected"]),
        (&json!("done"), &json!(2)),
        "{task}"
    );
    desk.app.settle().unwrap();
    assert_eq!(total(&desk, "first_response_time")["value"], 1_200.0);
    let form = Form::default().field("zone", "Europe/Berlin");
    let task = sent(
        &server,
        form.file(&folder.join("hubspot-tables/tickets.csv")),
    );
    assert_eq!(
        (&task["format"], &task["state"]),
        (&json!("hubspot"), &json!("done")),
        "{task}"
    );
    // Without its zone a table is refused whole, by the name that its sender gave it.
    let task = sent(
        &server,
        Form::default().file(&folder.join("hubspot-tables/tickets.csv")),
    );
    assert_eq!(task["state"], "failed", "{task}");
    let error = task["error"].as_str().unwrap();
    assert!(
        error.contains("`tickets.csv`") && error.contains("`zone` is missing"),
        "{error}"
    );
    assert!(!error.contains("/imports/"), "{error}");
}

#[test]
fn what_cannot_be_imported_is_named() {
    let (_desk, server) = served();
    let file = &files_of(Format::Zendesk)[0];
    let table = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/table/cases.csv");
    for (form, words) in [
        (Form::default(), "no file came"),
        (
            Form::default().field("format", "zendisk").file(file),
            "`zendisk` is no format",
        ),
        (
            Form::default().field("dry_run", "maybe").file(file),
            "`maybe` is neither",
        ),
        (
            Form::default().field("colour", "red").file(file),
            "no such field",
        ),
        (
            Form::default().field("format", "csv").file(&table),
            "helpscout",
        ),
        (
            Form::default()
                .field("format", "csv")
                .field("preset", "front")
                .file(&table),
            "`zone` is missing",
        ),
    ] {
        let refused = form.send(&server, "/api/v1/imports");
        assert_eq!(refused.status, 400, "{words}: {}", refused.body);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let refused = server.post("/api/v1/imports", &json!({}));
    assert_eq!(refused.status, 400, "{}", refused.body);
}

#[test]
fn files_that_a_kill_has_left_are_gone_after_the_next_start() {
    let desk = Desk::new();
    let left = desk.folder.path().join("imports/once/1");
    fs::create_dir_all(left.parent().unwrap()).unwrap();
    fs::write(&left, "{}").unwrap();
    let again = desk.reopened();
    assert!(!left.exists());
    drop(again);
    // A folder that never had any is opened as ever.
    let folder = tempfile::tempdir().unwrap();
    let clock = svar::clock::Clock::fixed(svar::model::Timestamp::from_millis(0));
    open(folder.path(), &clock).close().unwrap();
}

#[test]
fn the_page_takes_an_export_and_leads_to_the_first_report() {
    let (desk, server) = served();
    let page = server.get("/imports").body;
    assert!(
        page.contains("<option value=\"zendesk\">Zendesk</option>"),
        "{page}"
    );
    let begun = Form::default()
        .field("format", "")
        .field("zone", "")
        .field("preset", "")
        .field("mapping", "")
        .files(&files_of(Format::Intercom))
        .send(&server, "/imports");
    assert_eq!(begun.status, 303, "{}", begun.body);
    let place = begun.header("location").to_owned();
    follow(&server, &format!("/api/v1{place}"));
    desk.tick();
    let shown = server.get(&place);
    assert!(!shown.headers.contains_key("refresh"));
    for words in [
        "href=\"/reports/first_response_time?from=2026-10-05&#38;to=2026-10-08\"",
        "href=\"/imports#import-",
    ] {
        let words_raw = words.replace("&#38;", "&");
        let is_there = shown.body.contains(words) || shown.body.contains(&words_raw);
        assert!(is_there, "{words}: {}", shown.body);
    }
    let refused = Form::default()
        .field("format", "csv")
        .files(&files_of(Format::Intercom))
        .send(&server, "/imports");
    assert_eq!(refused.status, 200);
    assert!(
        refused.body.contains("a table needs a mapping"),
        "{}",
        refused.body
    );
    assert_eq!(server.get("/imports/tasks/nothing").status, 404);
}

#[test]
fn while_one_import_runs_another_is_refused_and_told_to_wait() {
    let (_desk, server) = served();
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("events.jsonl");
    let line = |number: usize| {
        json!({"type": "contact.upserted", "at": "2026-10-05T09:00:00Z", "contact": number.to_string(), "name": "Cy"})
            .to_string()
    };
    let lines: Vec<String> = (0..60_000).map(line).collect();
    fs::write(&large, lines.join("\n")).unwrap();
    let begun = Form::default()
        .file(&large)
        .send(&server, "/api/v1/imports");
    assert_eq!(begun.status, 202, "{}", begun.body);
    let place = begun.header("location").to_owned();
    let again = Form::default()
        .file(&large)
        .send(&server, "/api/v1/imports");
    let page = Form::default().file(&large).send(&server, "/imports");
    let table = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/table/cases.csv");
    let waiting = Form::default()
        .file(&table)
        .send(&server, "/imports/tables");
    let task = server.get(&place).json();
    if task["state"] == "running" {
        assert_eq!(again.status, 409, "{}", again.body);
        assert!(again.body.contains("another import runs"), "{}", again.body);
        assert!(page.body.contains("another import runs"), "{}", page.body);
        assert!(page.body.contains("The import runs</a>"), "{}", page.body);
        assert!(
            waiting.body.contains("another import runs"),
            "{}",
            waiting.body
        );
    } else {
        panic!("60,000 events were journalled before three requests were answered: {task}");
    }
    assert_eq!(follow(&server, &place)["accepted"], 60_000);
    let then = sent(&server, Form::default().file(&large));
    assert_eq!(then["duplicates"], 60_000);
}

#[test]
fn a_browser_brings_each_source_along_up_to_its_first_report() {
    let Some(browser) = Browser::start() else {
        return;
    };
    for (format, heading, figure) in [
        // (1,800 + 1,200 + 600 + 300) / 4 = 975 s.
        (Format::Zendesk, "first_response_time", "16 m 15 s"),
        // (600 + 300) / 2 = 450 s.
        (Format::Intercom, "first_response_time", "7 m 30 s"),
        // (900 + 300) / 2 = 600 s.
        (Format::Chatwoot, "first_response_time", "10 m 00 s"),
        // (1,200 + 600) / 2 = 900 s.
        (Format::HubSpot, "first_response_time", "15 m 00 s"),
    ] {
        let (_desk, server) = served();
        browser.open(&server.url("/imports"));
        let files = files_of(format);
        let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
        // Of a field that takes several files each line is one.
        browser.press("#files", &files.join("\n"));
        browser.follow("form[data-import] button.main");
        browser.wait("document.querySelector('#first-report')");
        browser.follow("#account");
        browser.wait("document.querySelector('section[id^=import-]')");
        browser.run("history.back()");
        browser.wait("document.querySelector('#first-report')");
        browser.follow("#first-report");
        browser.wait(&format!("location.pathname === '/reports/{heading}'"));
        browser.wait(&format!(
            "document.querySelector('main').innerText.includes('{figure}')"
        ));
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{format:?}");
    }
}

#[test]
fn files_that_are_dropped_on_the_form_are_those_that_are_sent() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (_desk, server) = served();
    browser.open(&server.url("/imports"));
    let event = json!({"type": "contact.upserted", "at": "2026-10-05T09:00:00Z", "contact": "c", "name": "Cy"});
    let drop = format!(
        "const form = document.querySelector('form[data-import]'); \
         const all = new DataTransfer(); \
         all.items.add(new File([{text}], 'dropped.jsonl')); \
         const over = new DragEvent('dragover', {{bubbles: true, cancelable: true, dataTransfer: all}}); \
         form.dispatchEvent(over); \
         document.title = [over.defaultPrevented, form.classList.contains('dropping')].join(); \
         form.dispatchEvent(new DragEvent('drop', {{bubbles: true, cancelable: true, dataTransfer: all}}));",
        text = json!(event.to_string())
    );
    browser.run(&drop);
    browser.wait("document.title === 'true,true'");
    browser.wait("document.querySelector('#files').files[0]?.name === 'dropped.jsonl'");
    browser.wait("!document.querySelector('form.dropping')");
    browser.follow("form[data-import] button.main");
    browser.wait("document.querySelector('main').innerText.includes('Events: 1 new')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn how_far_the_search_for_questions_is_stands_by_the_import() {
    let (desk, server) = served();
    let files = files_of(Format::Chatwoot);
    let begun = Form::default()
        .files(&files)
        .send(&server, "/api/v1/imports");
    let place = begun.header("location").to_owned();
    // Before anybody has looked, none is looked through.
    assert_eq!(
        follow(&server, &place)["mining"],
        json!({"read": 0, "of": 0})
    );
    let page = place.replace("/api/v1", "");
    assert!(!server.get(&page).body.contains("id=\"mining\""));
    desk.tick();
    desk.app.settle().unwrap();
    let works = svar::work::start(&desk.app);
    let began = Instant::now();
    let seen = loop {
        let seen = server.get("/api/v1/imports").json()["mining"].clone();
        // 301, 302 and 303 have an episode each.
        if seen["of"].as_u64() >= Some(3) && seen["read"] == seen["of"] {
            break seen;
        }
        assert!(began.elapsed() < PATIENCE, "{seen}");
        pause(Duration::from_millis(10));
    };
    drop(works);
    assert_eq!(server.get(&place).json()["mining"], seen);
    let said = format!("All {} episodes were looked through", seen["of"]);
    for page in [page.as_str(), "/imports"] {
        let body = server.get(page).body;
        assert!(body.contains(&said), "{page}: {body}");
    }
    let dry = sent(
        &server,
        Form::default().field("dry_run", "true").files(&files),
    );
    assert_eq!(dry.get("mining"), None, "nothing came in");
}
