//! Chatwoot's database as `PostgreSQL` copies it out: the same desk as from its API.
//!
//! The tables in `tests/data/chatwoot-dump` are those of the desk in `tests/data/chatwoot`, with
//! a conversation more.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use svar::app::{Format, Migration, Via};
use svar::model::Completeness;

use crate::desk::Desk;
use crate::imports::{exported, files_of, import, total};

/// The tables, in the order of their names.
fn tables() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/chatwoot-dump");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A copy of the tables with one of them changed.
fn changed(table: &str, change: impl Fn(&str) -> String) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let files = tables().into_iter().map(|file| {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let mut text = fs::read_to_string(file).unwrap();
        if name == table {
            text = change(&text);
        }
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    });
    let files = files.collect();
    (folder, files)
}

/// A table without columns.
fn without(text: &str, columns: &[&str]) -> String {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let heads = rows.headers().unwrap().clone();
    let mut less = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(heads.clone()).chain(rows.records().map(Result::unwrap)) {
        let cells = heads.iter().zip(row.iter());
        let cells = cells.filter(|(head, _)| !columns.contains(head));
        less.write_record(cells.map(|(_, cell)| cell)).unwrap();
    }
    String::from_utf8(less.into_inner().unwrap()).unwrap()
}

fn read(completeness: &Completeness, kind: &str) -> (u64, u64, u64, u64) {
    let all = completeness.records.iter();
    let mut found = all.filter(|count| count.kind == kind);
    let one = found.next().unwrap_or_else(|| panic!("no {kind}"));
    (one.read, one.translated, one.rejected, one.passed_over)
}

#[test]
fn tables_of_the_database_give_the_figures_worked_out_by_hand() {
    let desk = Desk::new();
    let completeness = import(&desk, Format::Chatwoot, &tables());
    // 301 waits from 09:00 until 09:15, 302 from 08:00 until 08:05, 304 from 10:00 until 10:20;
    // 303 got a bot's answer only: (900 + 300 + 1,200) / 3 = 800 s.
    let wait = total(&desk, "first_response_time");
    assert_eq!((&wait["count"], &wait["value"]), (&json!(3), &json!(800.0)));
    assert_eq!(total(&desk, "csat")["mean"], 5.0);
    let events = exported(&desk);
    let of = |id: &str| {
        let found = events.iter().find(|event| event["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}")).clone()
    };
    assert_eq!(of("message/6003")["visibility"], "note");
    let text = "Where is the invoice of order \"A, 7\"?\nI need it today.";
    assert_eq!(of("message/6041")["text"], text);
    assert_eq!(of("message/6041")["conversation"], "chatwoot:304");
    assert_eq!(of("message/6041")["at"], "2026-10-08T10:00:00Z");
    assert_eq!(
        of("message/6032")["author"],
        json!({"kind": "customer_agent", "id": "chatwoot:5"})
    );
    assert_eq!(of("message/6012")["author"], json!({"kind": "automation"}));
    assert_eq!(of("message/6043/resolved")["at"], "2026-10-08T10:25:00Z");
    let file = json!([{"name": "invoice.pdf", "media_type": "application/octet-stream", "size": 0, "url": "https://files.example/a/invoice.pdf"}]);
    assert_eq!(of("message/6042")["attachments"], file);
    let started = |id: &str| {
        let mut starts = events
            .iter()
            .filter(|event| event["type"] == "conversation.started");
        starts
            .find(|event| event["conversation"] == id)
            .unwrap()
            .clone()
    };
    assert_eq!(started("chatwoot:302")["channel"], "email");
    assert_eq!(started("chatwoot:302")["subject"], "Refund");
    assert_eq!(started("chatwoot:301")["contact"], "chatwoot:71");
    // Nobody's messages are missing, so that no duration is.
    assert!(
        !events
            .iter()
            .any(|event| event["type"] == "conversation.marked")
    );
    let urgent = |event: &&Value| event.get("priority").is_some_and(|word| word == "high");
    assert_eq!(events.iter().filter(urgent).count(), 1);
    assert_eq!(completeness.faults, Vec::<String>::new());
}

#[test]
fn tables_of_the_database_are_accounted_for_by_what_became_of_each_row() {
    let desk = Desk::new();
    let mut migration = Migration::new(Format::Chatwoot);
    for file in tables() {
        migration.learn(&file).unwrap();
    }
    for file in tables() {
        let input = migration.open(&file).unwrap();
        migration
            .translate(input, |_batch| ControlFlow::Continue(()))
            .unwrap();
    }
    let figures = migration.figures();
    // A figure is of the conversation's number, not of its row.
    let things: Vec<&str> = figures
        .things
        .iter()
        .map(|thing| thing.id.as_str())
        .collect();
    assert_eq!(things, ["chatwoot:301", "chatwoot:304"]);
    drop(migration);
    let completeness = import(&desk, Format::Chatwoot, &tables());
    assert_eq!(read(&completeness, "conversations"), (4, 4, 0, 0));
    // 6044 is of a row that no table has.
    assert_eq!(read(&completeness, "messages"), (13, 12, 1, 0));
    // Eve is of no account here; nothing is made of the portal.
    assert_eq!(read(&completeness, "agents"), (3, 2, 0, 1));
    assert_eq!(read(&completeness, "other_tables"), (1, 0, 0, 1));
    assert_eq!(read(&completeness, "taggings"), (3, 3, 0, 0));
    let why = completeness.rejected.iter().map(|one| one.reason.as_str());
    let why: Vec<&str> = why.collect();
    assert_eq!(
        why,
        ["no table of the run has the row 9009 of `conversations`"]
    );
    let unmapped: Vec<(&str, &str)> = completeness
        .unmapped
        .iter()
        .map(|one| (one.field.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(unmapped, [("conversations.priority", "9")]);
}

#[test]
fn the_api_and_the_database_meet_without_doubles() {
    for dump_first in [false, true] {
        let desk = Desk::new();
        let parts = [files_of(Format::Chatwoot), tables()];
        let (first, second) = if dump_first { (1, 0) } else { (0, 1) };
        take(&desk, &parts[first]);
        let (accepted, duplicates, conflicts) = take(&desk, &parts[second]);
        let mut conflicts = conflicts;
        conflicts.sort();
        // The API calls the channel of 302 otherwise, and only it says where the file of 6001 is.
        assert_eq!(
            conflicts,
            ["conversation/302@2026-10-06T08:05:00Z", "message/6001"]
        );
        assert!(duplicates > 20, "{duplicates}");
        if !dump_first {
            // Of 304 its start, assignment, resolution at the last activity, two messages and the
            // activity; of 303 the bot's message. Nothing else is new.
            assert_eq!(accepted, 7);
        }
        let events = exported(&desk);
        for (kind, wanted) in [
            ("message.added", 10),
            ("conversation.started", 4),
            ("csat.rated", 1),
            ("short_answer.upserted", 2),
        ] {
            let count = events.iter().filter(|event| event["type"] == kind).count();
            assert_eq!(count, wanted, "{kind}");
        }
    }
}

/// Takes files in: how many events were new, how many there, and which are there otherwise.
fn take(desk: &Desk, files: &[PathBuf]) -> (u64, u64, Vec<String>) {
    let mut migration = Migration::new(Format::Chatwoot);
    for file in files {
        migration.learn(file).unwrap();
    }
    let (mut accepted, mut duplicates, mut conflicts) = (0, 0, Vec::new());
    for file in files {
        let input = migration.open(file).unwrap();
        let read = migration.translate(input, |batch| {
            let events = &batch.events;
            let taken = desk.app.take(Via::Import, "import", events).unwrap();
            accepted += taken.accepted;
            duplicates += taken.duplicates;
            conflicts.extend(
                taken
                    .conflicts
                    .iter()
                    .map(|place| events[*place].id.clone()),
            );
            ControlFlow::Continue(())
        });
        read.unwrap();
    }
    desk.app.settle().unwrap();
    (accepted, duplicates, conflicts)
}

#[test]
fn columns_that_a_table_lacks_are_named_and_what_others_say_is_taken() {
    let (_folder, files) = changed("conversations.csv", |text| {
        // As older versions: labels are known by the taggings alone.
        without(text, &["cached_label_list", "last_activity_at"])
    });
    let desk = Desk::new();
    let completeness = import(&desk, Format::Chatwoot, &files);
    let missing: Vec<(&str, u64)> = completeness
        .missing
        .iter()
        .map(|one| (one.field.as_str(), one.count))
        .collect();
    assert_eq!(
        missing,
        [
            ("conversations.labels", 4),
            ("conversations.last_activity_at", 4)
        ]
    );
    let events = exported(&desk);
    let tags = events
        .iter()
        .filter(|event| event["type"] == "conversation.tagged");
    let tags: Vec<&Value> = tags.map(|event| &event["tag"]).collect();
    assert_eq!(tags, ["order", "vip"]);
}

/// How many events files make, and how much is said of what they lack.
fn made(files: &[PathBuf]) -> (usize, u64) {
    let mut migration = Migration::new(Format::Chatwoot);
    // A table that nobody knows any more is an error, and stops no other.
    let known = files.iter().filter(|file| migration.learn(file).is_ok());
    let known: Vec<&PathBuf> = known.collect();
    let mut events = 0;
    for file in &known {
        let input = migration.open(file).unwrap();
        let read = migration.translate(input, |batch| {
            events += batch.events.len();
            ControlFlow::Continue(())
        });
        read.unwrap();
    }
    let all = migration.completeness();
    let missing: u64 = all.missing.iter().map(|one| one.count).sum();
    let refused: u64 = all.rejected.iter().map(|one| one.count).sum();
    let records = all.records.iter();
    let passed_over: u64 = records.map(|one| one.passed_over).sum();
    // Of a whole table more is said than of its rows.
    let unread = (files.len() - known.len()) as u64;
    (events, missing + refused + passed_over + 100 * unread)
}

#[test]
fn any_column_may_be_missing_and_what_is_lost_by_it_is_said() {
    let (whole, said) = made(&tables());
    let mut tried = 0;
    for table in tables() {
        let name = table.file_name().unwrap().to_str().unwrap().to_owned();
        let mut rows = csv::Reader::from_path(&table).unwrap();
        for column in &rows.headers().unwrap().clone() {
            let (_folder, files) = changed(&name, |text| without(text, &[column]));
            let (events, more) = made(&files);
            assert!(
                events >= whole || more > said,
                "{name} without {column}: {events} of {whole} events, and nothing is said"
            );
            tried += 1;
        }
    }
    assert!(tried > 90, "{tried}");
}

#[test]
fn rows_of_another_account_are_refused_with_why() {
    let (_folder, files) = changed("conversations.csv", |text| {
        let row = "0b30,301,9100,2,41,0,,,71,,2026-10-05 09:00:00,2026-10-05 10:00:00,2026-10-05 10:00:00,{},\n";
        format!("{text}{row}")
    });
    let desk = Desk::new();
    let completeness = import(&desk, Format::Chatwoot, &files);
    assert_eq!(read(&completeness, "conversations"), (5, 4, 1, 0));
    let other = completeness
        .rejected
        .iter()
        .find(|one| one.field == "account_id")
        .unwrap();
    assert!(other.reason.contains("account 2") && other.reason.contains("one account at a time"));
}

#[test]
fn a_table_that_is_none_of_the_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deals.csv");
    fs::write(&path, "deal,amount\n1,2\n").unwrap();
    let fault = Migration::new(Format::Chatwoot)
        .learn(&path)
        .unwrap_err()
        .to_string();
    assert!(
        fault.contains("deals.csv") && fault.contains("chatwoot"),
        "{fault}"
    );
}

#[test]
fn tables_in_other_encodings_are_decoded_or_refused_whole_with_the_line() {
    let messages = fs::read_to_string(tables()[0].with_file_name("messages.csv")).unwrap();
    let wide = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{FEFF}{messages}");
        marked.encode_utf16().flat_map(to).collect()
    };
    for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
        let (folder, files) = changed("messages.csv", str::to_owned);
        fs::write(folder.path().join("messages.csv"), bytes).unwrap();
        let desk = Desk::new();
        import(&desk, Format::Chatwoot, &files);
        assert_eq!(total(&desk, "first_response_time")["value"], 800.0);
    }
    // A dash as Windows writes it, in the third line, is no letter of UTF-8.
    let (folder, _) = changed("messages.csv", str::to_owned);
    let path = folder.path().join("messages.csv");
    let odd = messages.replace("On its way.", "On its way ~");
    let odd: Vec<u8> = odd
        .bytes()
        .map(|byte| if byte == b'~' { 0x96 } else { byte })
        .collect();
    fs::write(&path, odd).unwrap();
    let fault = Migration::new(Format::Chatwoot).learn(&path).unwrap_err();
    assert!(fault.to_string().contains("line 3 is not UTF-8"), "{fault}");
}

/// The second block of shell of the document: how tables are copied out.
fn lines() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/import-chatwoot.md");
    let text = fs::read_to_string(path).unwrap();
    let block = text.split("```sh\n").nth(2).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// Plays `psql`: gives a table of the tests, and writes down what was asked for.
const PSQL: &str = r#"
psql() {
  local said="${!#}"
  echo "$said" >> "$ASKED"
  local file=${said##*to \'}
  cp "$TABLES/${file%%\'*}" .
}
svar() { "$SVAR_PROGRAM" "$@"; }
"#;

/// A table of the tests with the columns that a line asks for.
fn copied(line: &str, into: &Path) -> PathBuf {
    let rest = line.strip_prefix("\\copy (select ").unwrap();
    let (columns, rest) = rest.split_once(" from ").unwrap();
    let columns: Vec<&str> = columns.split(", ").collect();
    let (table, rest) = rest.split_once(" where ").unwrap();
    assert!(
        rest.ends_with(&format!(") to '{table}.csv' csv header")),
        "{line}"
    );
    let name = format!("{table}.csv");
    let from = tables()[0].with_file_name(&name);
    let mut from = csv::Reader::from_path(from).unwrap();
    let heads = from.headers().unwrap().clone();
    let to = into.join(&name);
    let mut write = csv::Writer::from_path(&to).unwrap();
    write.write_record(&columns).unwrap();
    for row in from.records() {
        let row = row.unwrap();
        let cell = |name: &&str| {
            let place = heads.iter().position(|head| head == *name);
            place
                .and_then(|place| row.get(place))
                .unwrap_or_default()
                .to_owned()
        };
        write.write_record(columns.iter().map(cell)).unwrap();
    }
    to
}

#[test]
fn the_documents_lines_copy_out_what_the_import_needs() {
    let folder = tempfile::tempdir().unwrap();
    let (work, asked) = (folder.path().join("work"), folder.path().join("asked"));
    fs::create_dir(&work).unwrap();
    let ran = std::process::Command::new("bash")
        .args(["-c", &format!("set -euo pipefail\n{PSQL}\n{}", lines())])
        .current_dir(&work)
        .env("TABLES", tables()[0].parent().unwrap())
        .env("ASKED", &asked)
        .env("SVAR_PROGRAM", env!("CARGO_BIN_EXE_svar"))
        .env("SVAR_DATA", folder.path().join("data"))
        .env_remove("SVAR_CONFIG")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let asked = fs::read_to_string(asked).unwrap();
    let files: Vec<PathBuf> = asked
        .lines()
        .map(|line| copied(line, folder.path()))
        .collect();
    assert_eq!(files.len(), tables().len() - 1, "all but the portals");
    let desk = Desk::new();
    let completeness = import(&desk, Format::Chatwoot, &files);
    assert_eq!(total(&desk, "first_response_time")["value"], 800.0);
    // What is asked for is all that is expected of a table.
    assert_eq!(completeness.missing, Vec::new());
    assert_eq!(
        svar::ingest::recognized(&files).as_deref(),
        Some("chatwoot")
    );
}
