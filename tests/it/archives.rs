//! Exports in zip archives: read where they lie, on the command line and sent up, and refused where
//! an archive is none of an export.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::write::DeflateEncoder;
use serde_json::json;
use svar::app::Format;

use crate::chrome::Browser;
use crate::cli::Place;
use crate::desk::Server;
use crate::import_upload::{Form, sent, served};
use crate::imports::{files_of, total};

/// A file of an archive as it is written; what it says of itself may be a lie.
struct Packed {
    name: String,
    bytes: Vec<u8>,
    method: u16,
    sum: u32,
    size: u32,
    flags: u16,
}

impl Packed {
    fn new(name: &str, content: &[u8]) -> Self {
        let mut deflated = DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        deflated.write_all(content).unwrap();
        let mut sum = Crc::new();
        sum.update(content);
        Self {
            name: name.to_owned(),
            bytes: deflated.finish().unwrap(),
            method: 8,
            sum: sum.sum(),
            size: u32::try_from(content.len()).unwrap(),
            flags: 0,
        }
    }

    fn stored(name: &str, content: &[u8]) -> Self {
        Self {
            bytes: content.to_vec(),
            method: 0,
            ..Self::new(name, content)
        }
    }

    /// What its local head and its line in the directory have in common.
    fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        for short in [20, self.flags, self.method, 0, 0] {
            head.extend(short.to_le_bytes());
        }
        let packed = u32::try_from(self.bytes.len()).unwrap();
        for long in [self.sum, packed, self.size] {
            head.extend(long.to_le_bytes());
        }
        head.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        head
    }
}

/// Writes an archive; `shared`: all lines of its directory lead to the first file.
fn archive(path: &Path, files: &[Packed], shared: bool) {
    let (mut whole, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let start = if shared { 0 } else { whole.len() };
        let start = u32::try_from(start).unwrap();
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(file.head());
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(file.name.as_bytes());
        if shared && !whole.is_empty() {
            continue;
        }
        whole.extend(b"PK\x03\x04");
        whole.extend(file.head());
        whole.extend(file.name.as_bytes());
        whole.extend(&file.bytes);
    }
    let (start, length) = (whole.len(), directory.len());
    whole.extend(directory);
    whole.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(files.len()).unwrap();
    whole.extend(count.to_le_bytes());
    whole.extend(count.to_le_bytes());
    whole.extend(u32::try_from(length).unwrap().to_le_bytes());
    whole.extend(u32::try_from(start).unwrap().to_le_bytes());
    whole.extend([0; 2]);
    fs::write(path, whole).unwrap();
}

/// Zendesk's export in one archive, with what archives hold besides.
fn export(folder: &Path) -> PathBuf {
    let files = files_of(Format::Zendesk).into_iter().enumerate();
    let files = files.map(|(place, file)| {
        let content = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        match place {
            // Names lead nowhere, wherever they say.
            0 => Packed::new("/etc/audits.ndjson", &content),
            1 => Packed::stored("../../rest.json", &content),
            _ => Packed::new(&format!("export/{name}"), &content),
        }
    });
    let mut files: Vec<Packed> = files.collect();
    files.push(Packed::new("export/logo.png", b"\x89PNG"));
    files.push(Packed::new("__MACOSX/export/._users.json", b"\0\0"));
    files.push(Packed::stored("export/", b""));
    let path = folder.join("export.zip");
    archive(&path, &files, false);
    path
}

#[test]
fn an_archive_is_imported_as_the_files_in_it() {
    let place = Place::new();
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let whole = path.to_str().unwrap();
    let ran = place.run(&["import", "--format", "zendesk", "--json", whole]);
    let zipped = ran.json();
    assert!(
        ran.stderr
            .contains("`logo.png` in an archive holds neither JSON nor a table"),
        "{}",
        ran.stderr
    );
    let alone = Place::new();
    let files = files_of(Format::Zendesk);
    let mut words = vec!["import", "--format", "zendesk", "--json"];
    words.extend(files.iter().map(|file| file.to_str().unwrap()));
    let plain = alone.run(&words).json();
    for part in ["imported", "records", "rejected", "counters", "reconciled"] {
        assert_eq!(
            zipped["completeness"][part], plain["completeness"][part],
            "{part}"
        );
    }
    assert_eq!(
        zipped["files"][0]["file"],
        format!("{whole}/0/audits.ndjson")
    );
    // Nothing was unpacked beside it.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_archive_is_sent_up_and_what_it_holds_is_found_out() {
    let (_desk, server) = served();
    let folder = tempfile::tempdir().unwrap();
    let task = sent(&server, Form::default().file(&export(folder.path())));
    assert_eq!(
        (&task["state"], &task["format"], &task["error"]),
        (&json!("done"), &json!("zendesk"), &json!(null)),
        "{task}"
    );
    assert_eq!(task["files"][1], "export.zip/rest.json");
    assert_eq!(task["passed_over"], json!(["logo.png"]));
    assert_eq!(task["done_bytes"], task["total_bytes"]);
    let records = &task["completeness"]["records"];
    let tickets = records.as_array().unwrap().iter();
    let tickets = tickets.filter(|kind| kind["kind"] == "tickets");
    assert_eq!(
        tickets.map(|kind| &kind["read"]).collect::<Vec<_>>(),
        [&json!(6)]
    );
}

/// What is said of an archive that is sent up.
fn refusal(server: &Server, files: &[Packed], shared: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.zip");
    archive(&path, files, shared);
    let refused = Form::default().file(&path).send(server, "/api/v1/imports");
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("`odd.zip`"), "{}", refused.body);
    refused.body
}

#[test]
fn an_archive_that_is_none_of_an_export_is_refused_by_name() {
    let (_desk, server) = served();
    let event = b"{}\n";
    let secret = Packed {
        flags: 1,
        ..Packed::new("a.json", event)
    };
    let bomb = Packed {
        size: 4_000_000_000,
        ..Packed::new("a.json", event)
    };
    for (files, shared, words) in [
        (vec![], false, "no file of JSON and no table"),
        (
            vec![Packed::new("a.png", event)],
            false,
            "no file of JSON and no table",
        ),
        (vec![secret], false, "is encrypted"),
        (vec![bomb], false, "500 times as large"),
        (
            vec![Packed::new("a.json", event), Packed::new("b.json", event)],
            true,
            "overlap",
        ),
        (
            (0..1_001)
                .map(|place| Packed::stored(&format!("{place}.json"), event))
                .collect(),
            false,
            "1001 files",
        ),
    ] {
        let said = refusal(&server, &files, shared);
        assert!(said.contains(words), "{words}: {said}");
    }
    // One that is cut off is no archive any more.
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(export(folder.path())).unwrap();
    let cut = folder.path().join("odd.zip");
    fs::write(&cut, whole.get(..whole.len() - 30).unwrap()).unwrap();
    let refused = Form::default().file(&cut).send(&server, "/api/v1/imports");
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(
        refused.body.contains("cannot be unpacked"),
        "{}",
        refused.body
    );
}

#[test]
fn a_file_that_is_not_as_its_archive_says_is_read_no_further() {
    let (_desk, server) = served();
    let line = json!({"type": "contact.upserted", "at": "2026-10-05T09:00:00Z", "contact": "c", "name": "Cy"});
    let content = format!("{line}\n").repeat(2_000);
    let whole = || Packed::new("events.jsonl", content.as_bytes());
    let other_sum = Packed { sum: 7, ..whole() };
    let longer = Packed {
        size: 100,
        ..whole()
    };
    let shorter = Packed {
        size: whole().size + 5,
        ..whole()
    };
    for (file, words) in [
        (other_sum, "checksum"),
        (longer, "more comes out of it"),
        (shorter, "ends too early"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.zip");
        archive(&path, &[file], false);
        let form = Form::default().field("format", "svar").file(&path);
        let task = sent(&server, form);
        assert_eq!(task["state"], "failed", "{task}");
        let error = task["error"].as_str().unwrap();
        assert!(error.contains(words), "{words}: {error}");
        assert!(error.contains("events.zip/events.jsonl"), "{error}");
    }
}

#[test]
fn a_mapping_is_proposed_for_the_first_table_in_an_archive_and_says_which() {
    let place = Place::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    let tickets =
        b"Ticket ID,Created at,Email,Subject\n7,2026-10-05 09:00,cy@site.example,Invoice\n";
    let files = [
        Packed::new("about.json", b"{\"made\": \"today\"}"),
        Packed::new("export/tickets.csv", tickets),
        Packed::new("export/users.csv", b"id,name\n1,Ann\n"),
    ];
    archive(&path, &files, false);
    let ran = place.run(&["import", "--guess", path.to_str().unwrap(), "--zone", "UTC"]);
    let proposal = ran.stdout;
    let first = proposal.lines().next().unwrap();
    assert_eq!(
        first,
        "# Proposed for `tickets.csv` of the archive; it also holds `users.csv`."
    );
    assert!(
        proposal.contains("# {\"type\":\"conversation.started\""),
        "{proposal}"
    );
    // What is proposed is a mapping as it stands.
    svar::app::Mapping::parse("mapping", &proposal, Some("UTC")).unwrap();
    archive(&path, &files[..1], false);
    let ran = place.run(&["import", "--guess", path.to_str().unwrap()]);
    assert!(ran.stderr.contains("it holds no table"), "{}", ran.stderr);
}

/// Chatwoot's tables in one archive.
fn database(folder: &Path) -> PathBuf {
    let path = folder.join("dump.zip");
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/chatwoot-dump");
    let tables = fs::read_dir(tables)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let tables = tables.map(|table| {
        let name = table.file_name().unwrap().to_str().unwrap();
        Packed::new(&format!("dump/{name}"), &fs::read(&table).unwrap())
    });
    archive(&path, &tables.collect::<Vec<_>>(), false);
    path
}

#[test]
fn tables_of_a_database_in_an_archive_are_known_and_imported() {
    let (desk, server) = served();
    let folder = tempfile::tempdir().unwrap();
    let done = sent(&server, Form::default().file(&database(folder.path())));
    assert_eq!(
        (&done["state"], &done["format"]),
        (&json!("done"), &json!("chatwoot")),
        "{done}"
    );
    desk.app.settle().unwrap();
    assert_eq!(total(&desk, "first_response_time")["value"], 800.0);
}

#[test]
fn a_browser_brings_tables_of_a_database_in_an_archive_up_to_the_first_report() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (_desk, server) = served();
    let folder = tempfile::tempdir().unwrap();
    browser.open(&server.url("/imports"));
    browser.press("#files", database(folder.path()).to_str().unwrap());
    browser.follow("form[data-import] button.main");
    browser.wait("document.querySelector('#first-report')");
    browser.follow("#account");
    browser.wait("document.querySelector('section[id^=import-]')");
    // Each table is accounted for by its name, and the message of no conversation by its reason.
    for words in [
        "conversations.csv",
        "csat_survey_responses.csv",
        "no table of the run has the row 9009",
    ] {
        browser.wait(&format!(
            "document.querySelector('section[id^=import-]').textContent.includes('{words}')"
        ));
    }
    browser.run("history.back()");
    browser.wait("document.querySelector('#first-report')");
    browser.follow("#first-report");
    browser.wait("location.pathname === '/reports/first_response_time'");
    // (900 + 300 + 1,200) / 3 = 800 s.
    browser.wait("document.querySelector('main').innerText.includes('13 m 20 s')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
