//! Tables whose columns somebody says on a page: what is proposed, what comes of it, the mapping as
//! a file, and the import.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::{axe, faults};
use crate::chrome::Browser;
use crate::desk::{Answer, Server};
use crate::import_upload::{Form, follow, served};
use crate::imports::{svar, total};

/// The table of cases, whose figures `imports` works out.
fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/table/cases.csv")
}

/// Sends a table; gives where its columns are said.
fn sent(server: &Server, table: &PathBuf) -> String {
    let answer = Form::default().file(table).send(server, "/imports/tables");
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

/// The form of the table of cases, with what is said of it; `more` goes before the rest.
fn say(server: &Server, place: &str, more: &[(&str, &str)]) -> Answer {
    let heads = [
        ("Row", "message"),
        ("Case", "conversation"),
        ("When", "created"),
        ("Who", "author"),
        ("Kind", "row"),
        ("Words", "text"),
        ("Labels", "tags"),
        ("Score", "rating"),
    ];
    let mut pairs: Vec<(String, String)> = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    for (number, (head, role)) in heads.iter().enumerate() {
        pairs.push((format!("head.{number}"), (*head).to_owned()));
        pairs.push((format!("role.{number}"), (*role).to_owned()));
    }
    let words = [
        ("customer", "contact"),
        ("agent", "rep"),
        ("closed", "resolved"),
        ("rated", "rated"),
    ];
    for (number, (word, means)) in words.iter().enumerate() {
        pairs.push((format!("word.4.{number}"), (*word).to_owned()));
        pairs.push((format!("means.4.{number}"), (*means).to_owned()));
    }
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    server.form(place, &pairs)
}

const SAID: [(&str, &str); 3] = [
    ("source", "cases"),
    ("zone", "Europe/Oslo"),
    ("dates", "%d/%m/%Y %H:%M"),
];

fn with(what: &'static str) -> Vec<(&'static str, &'static str)> {
    SAID.into_iter().chain([("do", what)]).collect()
}

#[test]
fn a_table_is_guessed_changed_tried_and_imported_without_a_script() {
    let (desk, server) = served();
    let place = sent(&server, &cases());
    let page = server.get(&place).body;
    // What the columns are called says what they are; words are told, too.
    for words in [
        "<option value=\"conversation\" selected>Which conversation</option>",
        "<option value=\"row\" selected>What the row is</option>",
        "value=\"customer\">",
        "<option value=\"contact\" selected>the contact&#39;s message</option>",
        "<option value=\"resolved\" selected>it was resolved</option>",
        "`05/10/2026 11:00` is no instant",
        "events below are as in UTC",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let before = desk.app.position();
    let shown = say(&server, &place, &with("show"));
    assert_eq!(shown.status, 200);
    // In October Oslo is two hours ahead.
    let first = "{&#34;type&#34;:&#34;conversation.started&#34;,&#34;at&#34;:&#34;2026-10-05T09:00:00Z&#34;";
    assert!(shown.body.contains(first), "{}", shown.body);
    assert_eq!(shown.body.matches("<li><code>").count(), 10);
    assert_eq!(desk.app.position(), before);
    let begun = say(&server, &place, &with("import"));
    assert_eq!(begun.status, 303, "{}", begun.body);
    let task = follow(&server, &format!("/api/v1{}", begun.header("location")));
    assert_eq!(
        (&task["state"], &task["rejected"]),
        (&json!("done"), &json!(2)),
        "{task}"
    );
    desk.app.settle().unwrap();
    // (1,800 + 600) / 2 = 1,200 s, as by the mapping that was written by hand.
    let wait = total(&desk, "first_response_time");
    assert_eq!(
        (&wait["count"], &wait["value"]),
        (&json!(2), &json!(1_200.0))
    );
    assert_eq!(total(&desk, "csat")["denominator"], 1);
    // The table stays no longer than the import that takes it.
    assert_eq!(server.get(&place).status, 404);
    let left = fs::read_dir(desk.folder.path().join("imports")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn the_mapping_is_the_file_that_the_command_takes() {
    let (_desk, server) = served();
    let place = sent(&server, &cases());
    let mapping = say(&server, &place, &with("download"));
    assert_eq!(mapping.status, 200);
    assert_eq!(
        mapping.header("content-disposition"),
        "attachment; filename=\"mapping.toml\""
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mapping.toml");
    fs::write(&file, &mapping.body).unwrap();
    let (file, table) = (file.to_str().unwrap(), cases());
    let table = table.to_str().unwrap();
    let words = ["import", "--format", "csv", "--map", file, "--json", table];
    let (_, text, stderr) = svar(&folder.path().join("data"), &words);
    let summary: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{stderr}"));
    let tried = say(&server, &place, &with("try"));
    let task = follow(&server, &format!("/api/v1{}", tried.header("location")));
    assert_eq!(task["accepted"], summary["total"]["accepted"]);
    assert_eq!(task["rejected"], summary["total"]["rejected"]);
    assert_eq!(task["dry_run"], true);
    // Trying does not use the table up.
    assert_eq!(server.get(&place).status, 200);
}

#[test]
fn what_cannot_be_used_is_said_and_the_form_stays() {
    let (_desk, server) = served();
    let place = sent(&server, &cases());
    let twice = [
        ("head.8", "More"),
        ("role.8", "created"),
        ("source", "cases"),
        ("zone", "UTC"),
        ("do", "import"),
    ];
    for (more, words) in [
        (
            &[("source", "cases"), ("do", "import")][..],
            "`zone` is missing",
        ),
        (
            &[("source", "svar"), ("zone", "UTC"), ("do", "import")],
            "`source` is `svar`",
        ),
        (
            &[("source", "cases"), ("zone", "CET+1"), ("do", "show")],
            "no IANA zone",
        ),
        (&twice, "Two columns are “When”"),
    ] {
        let refused = say(&server, &place, more);
        assert_eq!(refused.status, 200, "{words}");
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert!(refused.body.contains("value=\"import\""), "{words}");
    }
    // A table of other letters is read once they are said.
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("odd.csv");
    let bytes = b"Ticket ID,Created at,Email\n1,2026-10-05 09:00,caf\xE9@x.example\n";
    fs::write(&odd, bytes).unwrap();
    let place = sent(&server, &odd);
    let page = server.get(&place);
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("line 2 is not UTF-8"), "{}", page.body);
    let said = [
        ("encoding", "windows-1252"),
        ("source", "a"),
        ("zone", "UTC"),
    ];
    let read = server.form(&place, &said);
    assert!(read.body.contains("café@x.example"), "{}", read.body);
    assert!(read.body.contains("conversation.started"), "{}", read.body);
    assert_eq!(server.get("/imports/tables/nothing").status, 404);
    let none = Form::default().send(&server, "/imports/tables");
    assert!(none.body.contains("expected a table"), "{}", none.body);
}

#[test]
fn of_many_tables_that_wait_the_oldest_goes() {
    let (desk, server) = served();
    let first = sent(&server, &cases());
    for _ in 0..4 {
        sent(&server, &cases());
    }
    assert_eq!(server.get(&first).status, 404);
    let left = fs::read_dir(desk.folder.path().join("imports")).unwrap();
    assert_eq!(left.count(), 4);
}

#[test]
fn a_browser_says_the_columns_and_imports() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (_desk, server) = served();
    browser.open(&server.url("/imports"));
    browser.press("#files", cases().to_str().unwrap());
    browser.follow("button[formaction]");
    browser.wait("document.querySelector('#dates')");
    browser.press("#zone", "Europe/Oslo");
    browser.press("#dates", "%d/%m/%Y %H:%M");
    browser.follow("button[value=show]");
    browser.wait("document.querySelectorAll('.events li').length === 10");
    if let Some(axe) = axe() {
        assert_eq!(faults(&browser, &axe), Vec::<String>::new());
    }
    browser.follow("button[value=import]");
    browser.wait("document.querySelector('#first-report')");
    browser.follow("#first-report");
    // (1,800 + 600) / 2 = 1,200 s.
    browser.wait("document.querySelector('main').innerText.includes('20 m 00 s')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
