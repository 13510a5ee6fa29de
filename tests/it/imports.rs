//! Exports of other products: imported, counted, and accounted for.
//!
//! The exports in `tests/data/` are made by hand; how each figure comes about is said beside it.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use svar::app::{Format, Mapping, Migration, Via, export_events};
use svar::clock::Clock;
use svar::model::{Completeness, Timestamp};
use svar::report::registry;

use crate::data::shared;
use crate::desk::{Desk, Server, open};

/// The files of a format's export, in the order of their names.
pub(crate) fn files_of(format: Format) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(format.as_str());
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.collect();
    files.sort();
    files
}

/// Imports files and waits until reports see them; faults of files are in what it came to.
pub(crate) fn import(desk: &Desk, format: Format, files: &[PathBuf]) -> Completeness {
    run(desk, Migration::new(format), files)
}

/// Runs a migration over files, as [`import`] does.
pub(crate) fn run(desk: &Desk, mut migration: Migration, files: &[PathBuf]) -> Completeness {
    for file in files {
        migration.learn(file).unwrap();
    }
    let (mut accepted, mut duplicates) = (0, 0);
    for file in files {
        let input = migration.open(file).unwrap();
        let read = migration.translate(input, |batch| {
            let taken = desk.app.take(Via::Import, "import", &batch.events).unwrap();
            assert_eq!(taken.conflicts, Vec::<usize>::new());
            accepted += taken.accepted;
            duplicates += taken.duplicates;
            ControlFlow::Continue(())
        });
        drop(read);
    }
    desk.app.settle().unwrap();
    Completeness {
        imported: accepted,
        duplicates,
        ..migration.completeness()
    }
}

/// The total of a report over October.
pub(crate) fn total(desk: &Desk, id: &str) -> Value {
    desk.report(id, "from=2026-10-01&to=2026-11-01")["total"].clone()
}

/// A desk with a format's export in it.
pub(crate) fn imported(format: Format) -> (Desk, Completeness) {
    let desk = Desk::new();
    let completeness = import(&desk, format, &files_of(format));
    (desk, completeness)
}

#[test]
fn a_zendesk_export_gives_the_figures_worked_out_by_hand() {
    let (desk, _) = imported(Format::Zendesk);
    // Four waits: 101 at 09:00 until 09:30, once more at 11:00 until 11:20; 102 (which took 103
    // in) at 08:00 until 08:10, for the merge's own comments answer nobody; 105, which a rep asked
    // for, at 08:00 until 08:05. (1,800 + 1,200 + 600 + 300) / 4 = 975 s. 106 is open, 104 deleted.
    let wait = total(&desk, "first_response_time");
    assert_eq!((&wait["count"], &wait["value"]), (&json!(4), &json!(975.0)));
    // Done at last: 101 after three hours, 102 after ten minutes. (10,800 + 600) / 2 = 5,700 s.
    let close = total(&desk, "time_to_close");
    assert_eq!(
        (&close["count"], &close["value"]),
        (&json!(2), &json!(5_700.0))
    );
    // Of the two that were solved 101 came back.
    assert_eq!(total(&desk, "reopen_rate")["value"], 0.5);
    // Asked: 101, 102, 105. Answered: a 5 and a 1, so that one of two is satisfied.
    let csat = total(&desk, "csat");
    assert_eq!(csat["numerator"], 1);
    assert_eq!(csat["denominator"], 2);
    assert_eq!(csat["mean"], 3.0);
    assert_eq!(csat["sent"], 3);
    // 101, 102, 105, 106; not what was merged or deleted.
    assert_eq!(total(&desk, "support_volume")["value"], 4);
}

#[test]
fn a_zendesk_export_keeps_what_is_private_and_loses_no_history() {
    let (desk, _) = imported(Format::Zendesk);
    assert_eq!(desk.app.ticket("zendesk:101").unwrap().stage, "closed");
    let events = exported(&desk);
    let of = |kind: &str, id: &str| {
        let found = events
            .iter()
            .find(|event| event["type"] == kind && event["id"] == id);
        found.unwrap_or_else(|| panic!("no {kind} {id}")).clone()
    };
    assert_eq!(of("message.added", "comment/1003")["visibility"], "note");
    let html = of("message.added", "comment/1002");
    assert_eq!(html["text"], "Sorry, we look into it.");
    assert_eq!(html["author"], json!({"kind": "rep", "id": "zendesk:11"}));
    let first = of("message.added", "comment/1001");
    assert_eq!(first["author"]["id"], "zendesk:9007199254740993");
    assert_eq!(first["attachments"][0]["size"], 1200);
    assert_eq!(
        of("message.added", "comment/1041")["author"]["kind"],
        "contact"
    );
    assert_eq!(
        of("message.added", "comment/1014")["author"]["kind"],
        "automation"
    );
    assert_eq!(
        of("conversation.resolved", "audit/3006/status/resolved")["at"],
        "2026-10-05T10:00:00Z"
    );
    assert_eq!(
        of("ticket.staged", "audit/3010/status")["by"],
        json!({"kind": "automation"})
    );
    assert_eq!(
        of("ticket.updated", "audit/3022/schedule/ticket")["schedule"],
        "zendesk:81"
    );
}

#[test]
fn a_zendesk_export_brings_schedules_agreements_and_drafts() {
    let (desk, _) = imported(Format::Zendesk);
    let events = exported(&desk);
    let schedule = events
        .iter()
        .find(|event| event["type"] == "schedule.upserted")
        .unwrap();
    assert_eq!(schedule["zone"], "America/Los_Angeles");
    assert_eq!(
        schedule["week"],
        json!({"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]})
    );
    assert_eq!(schedule["exceptions"].as_array().unwrap().len(), 2);
    let sla = events
        .iter()
        .find(|event| event["type"] == "sla.upserted")
        .unwrap();
    assert_eq!(
        (&sla["first_response_secs"], &sla["schedule"]),
        (&json!(3_600), &json!("zendesk:81"))
    );
    let drafts = events
        .iter()
        .filter(|event| event["type"] == "short_answer.upserted");
    let drafts: Vec<(&Value, &Value)> = drafts
        .map(|event| (&event["status"], &event["text"]))
        .collect();
    assert_eq!(
        drafts,
        [
            (
                &json!("draft"),
                &json!("Press **reset**.\n\nhttps://shop.example/help/97")
            ),
            (&json!("draft"), &json!("We refund you."))
        ]
    );
}

pub(crate) fn exported(desk: &Desk) -> Vec<Value> {
    let mut events = Vec::new();
    export_events(
        desk.folder.path(),
        Some(desk.app.position()),
        None,
        |line| {
            events.push(serde_json::from_str(line).unwrap());
            Ok::<(), svar::app::Error>(())
        },
    )
    .unwrap();
    events
}

#[test]
fn a_zendesk_import_says_what_came_and_what_did_not() {
    let (_desk, completeness) = imported(Format::Zendesk);
    let all = serde_json::to_value(&completeness).unwrap();
    let kind = |kind: &str| {
        let found = completeness
            .records
            .iter()
            .find(|count| count.kind == kind)
            .unwrap();
        (
            found.read,
            found.translated,
            found.rejected,
            found.passed_over,
        )
    };
    assert_eq!(kind("tickets"), (6, 6, 0, 0));
    // An event comes twice, and one has neither an id nor an instant.
    assert_eq!(kind("ticket_events"), (15, 14, 1, 0));
    // Organizations are in their users, holidays in their schedule.
    assert_eq!(kind("organizations"), (1, 1, 0, 0));
    assert_eq!(kind("holidays"), (1, 1, 0, 0));
    // A macro that only moves tickets answers nothing.
    assert_eq!(kind("macros"), (2, 1, 0, 1));
    assert_eq!(all["rejected"][0]["kind"], "ticket_events");
    let unmapped = completeness.unmapped.iter();
    let unmapped: Vec<(&str, &str)> = unmapped
        .map(|one| (one.field.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(
        unmapped,
        [
            ("sla_policies.policy_metrics.metric", "agent_work_time"),
            ("tickets.status", "solved_by_magic"),
            ("tickets.via.channel", "fax"),
            ("users.role", "end_user_v2"),
        ]
    );
    // Zendesk says of 102 that it had two replies; one came.
    let replies = &completeness.counters[1];
    assert_eq!(
        (replies.name.as_str(), replies.compared),
        ("metric_sets.replies", 3)
    );
    assert_eq!((replies.ours, replies.theirs, replies.differing), (4, 5, 1));
    assert_eq!(replies.examples[0].id, "zendesk:102");
    let reopens = &completeness.counters[0];
    assert_eq!((reopens.ours, reopens.theirs, reopens.differing), (1, 1, 0));
    assert!(completeness.faults.is_empty());
}

#[test]
fn an_import_again_in_another_order_adds_nothing() {
    for format in Format::ALL.iter().copied() {
        let (desk, first) = imported(format);
        let mut files = files_of(format);
        files.reverse();
        let again = import(&desk, format, &files);
        assert_eq!(again.imported, 0, "{format:?}");
        assert_eq!(again.duplicates, first.imported + first.duplicates);
    }
}

#[test]
fn in_any_order_the_numbers_are_the_same() {
    for format in Format::ALL.iter().copied() {
        let (forth, _) = imported(format);
        let back = Desk::new();
        let mut files = files_of(format);
        files.reverse();
        import(&back, format, &files);
        for report in registry::all().filter(|report| report.id != "impact") {
            assert_eq!(
                total(&forth, report.id),
                total(&back, report.id),
                "{format:?} {}",
                report.id
            );
        }
    }
}

#[test]
fn what_an_export_does_not_say_names_reports_that_there_are() {
    for format in Format::ALL.iter().copied() {
        let (_desk, completeness) = imported(format);
        let none = Migration::new(format).completeness();
        assert!(!none.blind.is_empty(), "{format:?}");
        for report in completeness
            .blind
            .iter()
            .chain(&none.blind)
            .flat_map(|one| &one.reports)
        {
            assert!(registry::find(report).is_some(), "{report}");
        }
    }
}

#[test]
fn a_cut_export_says_where_and_keeps_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.json");
    let whole = fs::read_to_string(&files_of(Format::Zendesk)[3]).unwrap();
    let cut = whole.find("\"id\":104").unwrap();
    fs::write(&path, whole.get(..cut).unwrap()).unwrap();
    let desk = Desk::new();
    let completeness = import(&desk, Format::Zendesk, &[path]);
    assert_eq!(completeness.records[0].read, 3);
    assert!(
        completeness.faults[0].contains("cut off after record 3"),
        "{:?}",
        completeness.faults
    );
    // Where 103 went is not told any more.
    assert_eq!(total(&desk, "support_volume")["value"], 3);
}

/// What a value becomes: left out, null, or of another kind.
fn damage() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        Just(Some(json!({}))),
        Just(Some(json!([[]]))),
        Just(Some(json!(""))),
        Just(Some(json!(-1))),
        Just(Some(json!(1e300))),
        Just(Some(json!(true))),
        Just(Some(json!("�x\u{0}"))),
    ]
}

/// Damages each `every`th field of all objects, from `first` on.
fn damaged(value: &mut Value, place: &mut usize, every: usize, with: Option<&Value>) {
    match value {
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            for name in names {
                *place += 1;
                if place.is_multiple_of(every) && !fields[&name].is_array() {
                    match with {
                        None => drop(fields.remove(&name)),
                        Some(other) => drop(fields.insert(name, other.clone())),
                    }
                } else if let Some(inner) = fields.get_mut(&name) {
                    damaged(inner, place, every, with);
                }
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                damaged(entry, place, every, with);
            }
        }
        _ => {}
    }
}

/// What comes of texts as files, without a desk.
pub(crate) fn translated(format: Format, texts: &[String]) -> Completeness {
    let folder = tempfile::tempdir().unwrap();
    let mut migration = Migration::new(format);
    let files: Vec<PathBuf> = (0..texts.len())
        .map(|place| folder.path().join(format!("{place}.json")))
        .collect();
    for (file, text) in files.iter().zip(texts) {
        fs::write(file, text).unwrap();
        drop(migration.learn(file));
    }
    for file in &files {
        let input = migration.open(file).unwrap();
        drop(migration.translate(input, |_batch| ControlFlow::Continue(())));
    }
    migration.completeness()
}

fn values_of(format: Format) -> Vec<Value> {
    let texts = files_of(format)
        .into_iter()
        .map(|file| fs::read_to_string(file).unwrap());
    let texts: Vec<String> = texts.collect();
    let values = texts
        .iter()
        .flat_map(|text| serde_json::Deserializer::from_str(text).into_iter());
    values.map(Result::unwrap).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_is_missing_or_odd_no_record_is_lost_from_the_account(
        first in 0_usize..40, every in 1_usize..40, with in damage(),
    ) {
        for format in Format::ALL.iter().copied() {
            let mut values = values_of(format);
            let mut place = first;
            for value in &mut values {
                damaged(value, &mut place, every, with.as_ref());
            }
            let texts: Vec<String> = values.iter().map(Value::to_string).collect();
            let completeness = translated(format, &texts);
            for kind in &completeness.records {
                prop_assert_eq!(kind.read, kind.translated + kind.rejected + kind.passed_over);
            }
            let rejected: u64 = completeness.rejected.iter().map(|one| one.count).sum();
            prop_assert!(rejected >= completeness.refused());
        }
    }

    #[test]
    fn a_field_that_is_left_out_is_reported(which in 0_usize..6, field in 0_usize..11) {
        let (format, kind, names) = FIELDS[which];
        let name = names[field % names.len()];
        let mut values = values_of(format);
        for value in &mut values {
            without(value, kind, names, name);
        }
        let texts: Vec<String> = values.iter().map(Value::to_string).collect();
        let completeness = translated(format, &texts);
        let missing = completeness.missing.iter().find(|one| one.field == format!("{kind}.{name}"));
        prop_assert!(missing.is_some(), "{format:?} {kind}.{name}: {:?}", completeness.missing);
    }

    #[test]
    fn whatever_is_missing_in_a_table_no_row_is_lost_from_the_account(
        blanks in proptest::collection::vec((0_usize..9, 0_usize..8, 0_usize..4), 0..40),
    ) {
        let (file, mapping) = cases();
        let text = fs::read_to_string(file).unwrap();
        let mut rows: Vec<Vec<String>> = text
            .lines()
            .map(|line| line.split(';').map(str::to_owned).collect())
            .collect();
        let count = rows.len() - 1;
        for (row, cell, what) in blanks {
            let place = 1 + row % count;
            let cells = &mut rows[place];
            let cell = cell % cells.len();
            match what {
                0 => cells[cell].clear(),
                1 => cells[cell] = "1e300".to_owned(),
                2 => cells[cell] = "=cmd|' /C calc'!A0".to_owned(),
                _ if cells.len() > 1 => drop(cells.pop()),
                _ => {}
            }
        }
        let rows: Vec<String> = rows.iter().map(|cells| cells.join(";")).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.csv");
        fs::write(&path, rows.join("\n")).unwrap();
        let mut migration = Migration::of_table(mapping);
        drop(migration.learn(&path));
        let input = migration.open(&path).unwrap();
        drop(migration.translate(input, |_batch| ControlFlow::Continue(())));
        let completeness = migration.completeness();
        let read: u64 = completeness.records.iter().map(|kind| kind.read).sum();
        let accounted: u64 = completeness
            .records
            .iter()
            .map(|kind| kind.translated + kind.rejected + kind.passed_over)
            .sum();
        prop_assert_eq!(read, accounted);
        prop_assert!(read > 0);
    }
}

/// Kinds of each source with the fields that each record of them is expected to have.
const FIELDS: [(Format, &str, &[&str]); 6] = [
    (
        Format::Zendesk,
        "tickets",
        &[
            "id",
            "created_at",
            "updated_at",
            "requester_id",
            "assignee_id",
            "group_id",
            "status",
            "priority",
            "subject",
            "via",
            "tags",
        ],
    ),
    (
        Format::Zendesk,
        "users",
        &["id", "name", "email", "role", "updated_at"],
    ),
    (
        Format::Zendesk,
        "ticket_events",
        &[
            "id",
            "ticket_id",
            "created_at",
            "updater_id",
            "child_events",
        ],
    ),
    (
        Format::Intercom,
        "conversation",
        &[
            "id",
            "created_at",
            "updated_at",
            "source",
            "contacts",
            "conversation_parts",
            "statistics",
            "tags",
            "state",
        ],
    ),
    (
        Format::Chatwoot,
        "conversations",
        &["id", "created_at", "last_activity_at", "labels"],
    ),
    (Format::HubSpot, "tickets", &["id", "associations"]),
];

/// Takes a field out of all records of a kind.
fn without(value: &mut Value, kind: &str, names: &[&str], name: &str) {
    match value {
        Value::Object(fields) => {
            let is_listed = fields.get(kind).is_some_and(Value::is_array);
            if is_listed {
                let records = fields[kind].as_array_mut().unwrap().iter_mut();
                for record in records {
                    record.as_object_mut().unwrap().remove(name);
                }
                return;
            }
            let own = match kind {
                "conversation" => {
                    fields.get("type") == Some(&json!("conversation"))
                        && fields.contains_key("contacts")
                }
                "conversations" => fields.contains_key("inbox_id") && fields.contains_key("meta"),
                _ => {
                    fields.contains_key("properties")
                        && fields.contains_key("propertiesWithHistory")
                }
            };
            if own && names.contains(&name) {
                fields.remove(name);
                return;
            }
            for inner in fields.values_mut() {
                without(inner, kind, names, name);
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                without(entry, kind, names, name);
            }
        }
        _ => {}
    }
}

#[test]
fn all_shapes_of_the_shared_examples_are_accepted() {
    let Some(shapes) = shared("importers/shapes/zendesk_shapes.csv") else {
        return;
    };
    let texts = records_of_shapes(&fs::read_to_string(shapes).unwrap());
    let completeness = translated(Format::Zendesk, &[texts.join("\n")]);
    for kind in [
        "tickets",
        "users",
        "groups",
        "brands",
        "ticket_comments",
        "satisfaction_ratings",
        "schedules",
        "articles",
    ] {
        let count = completeness.records.iter().find(|count| count.kind == kind);
        let count = count.unwrap_or_else(|| panic!("no {kind}: {:?}", completeness.records));
        assert_eq!(count.translated, 1, "{kind}: {:?}", completeness.rejected);
    }
    // Nothing is refused; of an audit of no known type, say, nothing is made.
    assert_eq!(completeness.rejected, []);
}

/// A record of each stream in a table of `stream,path,types_seen`, as a page that lists it.
pub(crate) fn records_of_shapes(table: &str) -> Vec<String> {
    let mut streams: Vec<(String, Value)> = Vec::new();
    for line in table.lines().skip(1) {
        let parts: Vec<&str> = line.splitn(3, ',').collect();
        let [stream, path, types] = parts[..] else {
            continue;
        };
        if streams.last().is_none_or(|(last, _)| last != stream) {
            streams.push((stream.to_owned(), json!({})));
        }
        let value = example(path, types.split('|').next().unwrap());
        let record = &mut streams.last_mut().unwrap().1;
        set(record, path, value);
    }
    let pages = streams
        .into_iter()
        .map(|(stream, record)| json!({(stream): [record]}).to_string());
    pages.collect()
}

fn example(path: &str, kind: &str) -> Value {
    match kind {
        "int" | "float" => json!(7),
        "int:unix_seconds" => json!(1_791_190_800),
        "bool" => json!(true),
        "null" => Value::Null,
        "object" => json!({}),
        "array" => json!([]),
        "str:rfc3339" => json!("2026-10-05T09:00:00Z"),
        "str:html" => json!("<p>words</p>"),
        _ if path.ends_with("_at") => json!("2026-10-05T09:00:00Z"),
        _ if path == "time_zone" => json!("Europe/Oslo"),
        _ => json!("words"),
    }
}

/// Puts a value where a path such as `events[].via.channel` says.
fn set(record: &mut Value, path: &str, value: Value) {
    let mut here = record;
    for part in path.split('.') {
        let (name, is_list) = part
            .strip_suffix("[]")
            .map_or((part, false), |name| (name, true));
        if !here.is_object() {
            *here = json!({});
        }
        here = here
            .as_object_mut()
            .unwrap()
            .entry(name.to_owned())
            .or_insert(Value::Null);
        if is_list {
            if here.as_array().is_none_or(Vec::is_empty) {
                *here = json!([null]);
            }
            here = here.get_mut(0).unwrap();
        }
    }
    *here = value;
}

/// How many events were new in each import that a folder has kept, the last first.
fn kept_by(folder: &Path) -> Vec<u64> {
    let clock = Clock::fixed(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
    let app = open(folder, &clock);
    let imports = Arc::clone(&app.snapshot().installation.imports);
    app.close().unwrap();
    imports
        .latest()
        .map(|import| import.completeness.imported)
        .collect()
}

/// Runs the built binary over a data folder.
pub(crate) fn svar(data: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_svar"));
    for name in ["SVAR_CONFIG", "SVAR_LISTEN", "SVAR_LOG"] {
        command.env_remove(name);
    }
    let ran = command.args(words).env("SVAR_DATA", data).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        ran.status.code().unwrap(),
        text(ran.stdout),
        text(ran.stderr),
    )
}

#[test]
fn an_intercom_export_gives_the_figures_worked_out_by_hand() {
    let (desk, completeness) = imported(Format::Intercom);
    // 502 was routed to the team at 08:01 and answered at 08:11, and waited once more from 09:00
    // until 09:05: (600 + 300) / 2 = 450 s. 501 needed nobody, 503 we began, 504 is truncated.
    let wait = total(&desk, "first_response_time");
    assert_eq!((&wait["count"], &wait["value"]), (&json!(2), &json!(450.0)));
    // Fin answered in 501 and 502; of the two one was handed off and one confirmed.
    assert_eq!(total(&desk, "handled")["value"], 2);
    assert_eq!(total(&desk, "handoff_rate")["value"], 0.5);
    assert_eq!(total(&desk, "confirmed_share")["value"], 1.0);
    assert_eq!(total(&desk, "csat")["denominator"], 1);
    let events = exported(&desk);
    let of = |id: &str| events.iter().find(|event| event["id"] == id).unwrap();
    assert_eq!(of("part/1013")["visibility"], "note");
    assert_eq!(of("part/1014")["attachments"][0]["name"], "bill.pdf");
    assert_eq!(
        of("part/1011")["author"],
        json!({"kind": "customer_agent", "id": "intercom:7"})
    );
    assert_eq!(
        of("part/1012/assigned")["to"],
        json!({"kind": "team", "id": "intercom:31"})
    );
    assert_eq!(
        of("agent/501@2026-10-05T09:02:00Z")["attributes"]["ai_agent.resolution_state"],
        "confirmed_resolution"
    );
    assert_eq!(of("conversation/504/truncated")["mark"], "truncated");
    let outbound = events
        .iter()
        .find(|event| event["conversation"] == "intercom:503")
        .unwrap();
    assert_eq!(outbound["direction"], "outbound");
    let counter = |name: &str| {
        completeness
            .counters
            .iter()
            .find(|one| one.name == name)
            .unwrap()
    };
    let parts = counter("conversation_parts.total_count");
    assert_eq!((parts.ours, parts.theirs, parts.differing), (10, 12, 1));
    assert_eq!(parts.examples[0].id, "intercom:504");
    let reopens = counter("statistics.count_reopens");
    assert_eq!((reopens.compared, reopens.ours, reopens.theirs), (2, 1, 1));
    let words: Vec<&str> = completeness
        .unmapped
        .iter()
        .map(|one| one.value.as_str())
        .collect();
    assert_eq!(words, ["teleported", "carrier_pigeon"]);
}

/// A conversation of which Intercom says that Fin's part ended so.
fn ended((place, word): (usize, &&str)) -> String {
    let answer = json!({"type": "conversation_part", "id": format!("8{place}"),
        "part_type": "comment", "body": "<p>So.</p>", "created_at": 1_791_190_810,
        "author": {"type": "bot", "id": "7", "from_ai_agent": true}});
    json!({"type": "conversation", "id": format!("7{place}"), "created_at": 1_791_190_800,
        "updated_at": 1_791_190_920, "state": "open", "ai_agent_participated": true,
        "ai_agent": {"resolution_state": word, "last_answer_type": "procedure_answer"},
        "contacts": {"contacts": [{"type": "contact", "id": "u1"}]},
        "conversation_parts": {"conversation_parts": [answer]},
        "source": {"type": "conversation", "id": "s1", "body": "<p>How?</p>",
            "author": {"type": "user", "id": "u1"}}})
    .to_string()
}

#[test]
fn how_fins_part_ended_is_a_handoff_or_named_as_unmapped() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.json");
    let words = [
        "escalated",
        "procedure_handoff",
        "negative_feedback",
        "vanished",
    ];
    let lines: Vec<String> = words.iter().enumerate().map(ended).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let completeness = import(&desk, Format::Intercom, &[file]);
    let events = exported(&desk);
    let handoffs = events
        .iter()
        .filter(|event| event["type"] == "conversation.handed_off");
    let handoffs: Vec<(&Value, &Value)> = handoffs
        .map(|event| (&event["conversation"], &event["reason"]))
        .collect();
    assert_eq!(
        handoffs,
        [
            (&json!("intercom:70"), &json!("rule")),
            (&json!("intercom:71"), &json!("rule")),
        ]
    );
    let feedback = events
        .iter()
        .find(|event| event["type"] == "feedback.given");
    assert_eq!(feedback.unwrap()["rating"], "not_helpful");
    // What has no counterpart came along all the same, and is counted.
    let kept = events
        .iter()
        .filter(|event| event["attributes"]["ai_agent.last_answer_type"] == "procedure_answer");
    assert_eq!(kept.count(), 4);
    let unmapped: Vec<(&str, &str, u64)> = completeness
        .unmapped
        .iter()
        .map(|one| (one.field.as_str(), one.value.as_str(), one.count))
        .collect();
    assert_eq!(
        unmapped,
        [
            (
                "conversation.ai_agent.last_answer_type",
                "procedure_answer",
                4
            ),
            ("conversation.ai_agent.resolution_state", "vanished", 1),
        ]
    );
}

#[test]
fn all_examples_of_intercoms_api_are_accepted() {
    let Some(examples) = shared("importers/intercom_openapi_2.14_examples.json") else {
        return;
    };
    let examples: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(examples).unwrap()).unwrap();
    let good = examples.iter().filter(|example| example["status"] == "200");
    let texts: Vec<String> = good.map(|example| example["body"].to_string()).collect();
    let completeness = translated(Format::Intercom, &[texts.join("\n")]);
    let count = |kind: &str| {
        completeness
            .records
            .iter()
            .find(|count| count.kind == kind)
            .unwrap()
    };
    for kind in ["conversation", "contact", "admin", "team", "article"] {
        assert!(
            count(kind).translated > 0,
            "{kind}: {:?}",
            completeness.records
        );
    }
    assert_eq!(completeness.faults, Vec::<String>::new());
    // What is refused is refused for what it lacks, not for a shape that is not known.
    for one in &completeness.rejected {
        assert!(one.reason.starts_with("missing or unreadable"), "{one:?}");
    }
}

#[test]
fn a_chatwoot_export_gives_the_figures_worked_out_by_hand() {
    let (desk, completeness) = imported(Format::Chatwoot);
    // 301 waits from 09:00 until 09:15, 302 from 08:00 until 08:05, for the template answers
    // nobody: (900 + 300) / 2 = 600 s. Of 303 the run has the last message only.
    let wait = total(&desk, "first_response_time");
    assert_eq!((&wait["count"], &wait["value"]), (&json!(2), &json!(600.0)));
    let csat = total(&desk, "csat");
    assert_eq!(csat["denominator"], 1);
    let events = exported(&desk);
    let of = |id: &str| events.iter().find(|event| event["id"] == id).unwrap();
    assert_eq!(of("message/6003")["visibility"], "note");
    assert_eq!(of("message/6004/resolved")["at"], "2026-10-05T09:20:00Z");
    assert_eq!(of("message/6012")["author"], json!({"kind": "automation"}));
    assert_eq!(of("message/6001")["attachments"][0]["name"], "photo.png");
    assert_eq!(of("conversation/303/truncated")["on"], true);
    let started = |id: &str| {
        let mut starts = events
            .iter()
            .filter(|event| event["type"] == "conversation.started");
        starts.find(|event| event["conversation"] == id).unwrap()["channel"].clone()
    };
    assert_eq!(started("chatwoot:301"), "chat");
    // Where the conversation does not say its channel, its inbox does.
    assert_eq!(started("chatwoot:303"), "chat");
    let words: Vec<&str> = completeness
        .unmapped
        .iter()
        .map(|one| one.value.as_str())
        .collect();
    assert_eq!(words, ["Carrier", "on_fire"]);
    let messages = completeness
        .records
        .iter()
        .find(|count| count.kind == "messages")
        .unwrap();
    assert_eq!(
        (messages.read, messages.translated, messages.rejected),
        (8, 7, 1)
    );
}

/// The table of cases and its mapping.
fn cases() -> (PathBuf, Mapping) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/table");
    let text = fs::read_to_string(folder.join("mapping.toml")).unwrap();
    (
        folder.join("cases.csv"),
        Mapping::parse("mapping.toml", &text, None).unwrap(),
    )
}

#[test]
fn a_table_gives_the_figures_worked_out_by_hand() {
    let (file, mapping) = cases();
    let desk = Desk::new();
    let completeness = run(&desk, Migration::of_table(mapping), &[file]);
    // 1 waits from 11:00 until 11:30, 2 from 10:00 until 10:10: (1,800 + 600) / 2 = 1,200 s.
    let wait = total(&desk, "first_response_time");
    assert_eq!(
        (&wait["count"], &wait["value"]),
        (&json!(2), &json!(1_200.0))
    );
    assert_eq!(total(&desk, "csat")["denominator"], 1);
    let events = exported(&desk);
    let first = events
        .iter()
        .find(|event| event["message"] == "cases:1")
        .unwrap();
    // In October Oslo is two hours ahead.
    assert_eq!(first["at"], "2026-10-05T09:00:00Z");
    assert_eq!(first["text"], "My invoice; it is \"wrong\"");
    let tags = events
        .iter()
        .filter(|event| event["type"] == "conversation.tagged");
    assert_eq!(tags.count(), 2);
    // One instant cannot be read, and one row ends early.
    let rows = &completeness.records[0];
    assert_eq!((rows.read, rows.translated, rows.rejected), (8, 6, 2));
    let reasons: Vec<&str> = completeness
        .rejected
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert!(
        reasons[0].contains("line 9") || reasons[0].contains("2 cells; expected 8"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("`soon` is no instant"), "{reasons:?}");
}

#[test]
fn a_table_is_imported_whole_or_not_at_all() {
    let (file, mapping) = cases();
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend(b"9;3;05/10/2026 11:00;x;customer;caf\xE9 \x96 bar;;\n");
    let odd = folder.path().join("odd.csv");
    fs::write(&odd, &bytes).unwrap();
    let fault = Migration::of_table(mapping.clone())
        .learn(&odd)
        .unwrap_err()
        .to_string();
    assert!(fault.contains("line 10 is not UTF-8"), "{fault}");
    let text = fs::read_to_string(&file).unwrap().replace("Who", "Whom");
    fs::write(&odd, text).unwrap();
    let fault = Migration::of_table(mapping)
        .learn(&odd)
        .unwrap_err()
        .to_string();
    assert!(
        fault.contains("no column `Who`") && fault.contains("Whom"),
        "{fault}"
    );
}

#[test]
fn a_guessed_mapping_is_one_that_imports() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("tickets.csv");
    fs::write(
        &table,
        "Ticket ID,Created at,Email,Subject,Source,Closed at,Agent,Tags\n7,2026-10-05 09:00,cy@site.example,Invoice,E-mail,2026-10-05 10:00,ann,\"a,b\"\n",
    )
    .unwrap();
    let data = folder.path().join("data");
    let table = table.to_str().unwrap();
    let (code, proposal, stderr) = svar(
        &data,
        &["import", "--guess", table, "--zone", "Europe/Oslo"],
    );
    assert_eq!(code, 0, "{stderr}");
    assert!(
        proposal.contains("# {\"type\":\"conversation.started\",\"at\":\"2026-10-05T07:00:00Z\""),
        "{proposal}"
    );
    let mapping = folder.path().join("mapping.toml");
    fs::write(&mapping, &proposal).unwrap();
    let mapping = mapping.to_str().unwrap();
    let (code, text, stderr) = svar(
        &data,
        &["import", "--format", "csv", "--map", mapping, table],
    );
    assert_eq!(code, 0, "{stderr}");
    // Started, assigned, resolved, and two tags.
    assert!(text.contains("1 records read, 5 events new"), "{text}");
    let (code, _, stderr) = svar(&data, &["import", "--format", "csv", table]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("freshdesk, front, helpscout, zammad"),
        "{stderr}"
    );
    let (code, _, stderr) = svar(
        &data,
        &["import", "--format", "csv", "--map", "front", table],
    );
    assert_eq!(code, 1);
    assert!(stderr.contains("`zone` is missing"), "{stderr}");
}

#[test]
fn the_command_imports_an_export_and_accounts_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = files_of(Format::Zendesk);
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let with = |more: &[&str]| {
        let mut words = vec!["import", "--format", "zendesk"];
        words.extend(more);
        words.extend(&files);
        svar(folder.path(), &words)
    };
    let (code, dry, _) = with(&["--dry-run", "--json"]);
    let dry: Value = serde_json::from_str(&dry).unwrap();
    assert_eq!(code, 0);
    let (code, text, stderr) = with(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(text.contains("tickets: 6 read, 6 translated"), "{text}");
    assert!(
        text.contains("metric_sets.replies: ours 4, theirs 5, differing for 1 of 3"),
        "{text}"
    );
    assert!(
        stderr.contains("record 15: field `ticket_events.ticket_id`"),
        "{stderr}"
    );
    let (_, again, _) = with(&["--json"]);
    let kept = kept_by(folder.path());
    assert_eq!(kept.len(), 2);
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["completeness"]["imported"], 0);
    // A dry run knows no duplicates: one event of the export comes twice.
    assert_eq!(dry["total"]["accepted"], again["total"]["duplicates"]);
    assert_eq!(
        dry["completeness"]["records"],
        again["completeness"]["records"]
    );
}

#[test]
fn an_event_that_differs_from_what_is_stored_is_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let comment = |words: &str| {
        json!({"id": 1, "ticket_id": 2, "author_id": 3, "public": true, "body": words,
            "html_body": "", "created_at": "2026-10-05T09:00:00Z"})
    };
    let file = folder.path().join("comments.json");
    let import = |words: &str| -> Value {
        fs::write(&file, comment(words).to_string()).unwrap();
        let file = file.to_str().unwrap();
        let (_, text, stderr) = svar(&data, &["import", "--format", "zendesk", "--json", file]);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{stderr}"))
    };
    assert_eq!(import("Hello")["completeness"]["imported"], 1);
    let again = import("Goodbye");
    assert_eq!(again["completeness"]["imported"], 0);
    let refused = &again["completeness"]["rejected"][0];
    assert_eq!(
        (&refused["kind"], &refused["count"]),
        (&json!("events"), &json!(1))
    );
    assert!(
        refused["reason"].as_str().unwrap().starts_with("conflict"),
        "{refused}"
    );
}

#[test]
fn what_an_import_came_to_is_kept_and_shown() {
    let (desk, completeness) = imported(Format::Zendesk);
    let server = Server::start(&desk.app);
    assert!(
        server
            .get("/imports")
            .body
            .contains("No export of another product")
    );
    let kept = server.post("/api/v1/imports/finished", &json!(completeness));
    assert_eq!(kept.status, 200, "{}", kept.body);
    desk.tick();
    let listed = server.get("/api/v1/imports").json();
    assert_eq!(listed["items"][0]["completeness"], json!(completeness));
    let shown = server.get("/imports").body;
    for words in [
        "Records read: 44, refused: 1",
        "<a href=\"/conversations/zendesk:102\">zendesk:102</a>: 1 / 2",
        "<a href=\"/reports/rep_availability\">",
        "users.role “end_user_v2” → contact (1)",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // The report that shows little says so.
    let report = server.get("/reports/rep_availability").body;
    assert!(
        report.contains("Zendesk&#39;s exports do not say when agents were online"),
        "{report}"
    );
    let report = server.get("/reports/time_to_close").body;
    assert!(!report.contains("Of what was imported"), "{report}");
    // It is Svar's own: no export has it, and a rebuild gives it again.
    assert!(
        exported(&desk)
            .iter()
            .all(|event| event["type"] != "svar.import_finished")
    );
    let odd = json!({"format": " ", "files": [], "records": [], "imported": 0, "duplicates": 0,
        "rejected": [], "unmapped": [], "missing": [], "counters": [], "blind": [], "faults": []});
    let refused = server.post("/api/v1/imports/finished", &odd);
    assert_eq!(refused.status, 400);
    drop(server);
    let again = desk.reopened();
    let imports = &again.app.snapshot().installation.imports;
    assert_eq!(imports.latest().next().unwrap().completeness, completeness);
}

#[test]
fn the_wrong_format_is_named_with_the_one_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events.jsonl");
    fs::write(
        &events,
        "{\"type\":\"contact.blocked\",\"at\":\"2026-01-01T00:00:00Z\",\"contact\":\"c\"}\n",
    )
    .unwrap();
    let table = folder.path().join("table.csv");
    fs::write(&table, "id,subject\n1,Hello\n").unwrap();
    let data = folder.path().join("data");
    let (code, _, stderr) = svar(
        &data,
        &["import", "--format", "zendesk", events.to_str().unwrap()],
    );
    assert_eq!(code, 1);
    assert!(
        stderr.contains("holds no records of `zendesk`; it looks like `--format svar`"),
        "{stderr}"
    );
    let (code, _, stderr) = svar(
        &data,
        &["import", "--format", "zendesk", table.to_str().unwrap()],
    );
    assert_eq!(code, 1);
    assert!(stderr.contains("holds no records of `zendesk`"), "{stderr}");
    let (code, _, stderr) = svar(&data, &["import", "--format", "zendesk", "-"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("read twice"), "{stderr}");
    let (code, _, stderr) = svar(
        &data,
        &["import", "--format", "zendisk", table.to_str().unwrap()],
    );
    assert_eq!(code, 2);
    assert!(
        stderr.contains("there is: svar, csv, chatwoot, hubspot, intercom, zendesk"),
        "{stderr}"
    );
}
