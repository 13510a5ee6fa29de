//! Mappings that come along: tables as products write them, imported by a preset's name.
//!
//! The tables in `tests/data/presets` are made by hand, with the columns of the products' own
//! exports; how each figure comes about is said beside it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use svar::app::{Mapping, Migration};
use svar::model::Completeness;

use crate::desk::Desk;
use crate::imports::{exported, run, svar, total};

fn table(preset: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/presets");
    folder.join(format!("{preset}.csv"))
}

/// A desk with a table in it that a preset has read.
fn imported(preset: &str, zone: &str, file: &Path) -> (Desk, Completeness) {
    let desk = Desk::new();
    let mapping = Mapping::preset(preset, Some(zone)).unwrap().unwrap();
    let completeness = run(&desk, Migration::of_table(mapping), &[file.to_owned()]);
    assert_eq!(completeness.faults, Vec::<String>::new());
    (desk, completeness)
}

/// The events of a type, each with a field of it.
fn all<'a>(events: &'a [Value], kind: &str, fields: [&str; 2]) -> Vec<[&'a Value; 2]> {
    let events = events.iter().filter(|event| event["type"] == kind);
    events
        .map(|event| fields.map(|field| &event[field]))
        .collect()
}

fn unmapped(completeness: &Completeness) -> Vec<(&str, &str)> {
    let all = completeness.unmapped.iter();
    all.map(|one| (one.field.as_str(), one.value.as_str()))
        .collect()
}

#[test]
fn a_table_of_freshdesk_gives_the_figures_worked_out_by_hand() {
    let (desk, completeness) = imported("freshdesk", "America/New_York", &table("freshdesk"));
    // 101 was closed after three hours, 102 after half of one; 103 is open.
    // (10,800 + 1,800) / 2 = 6,300 s.
    let close = total(&desk, "time_to_close");
    assert_eq!(
        (&close["count"], &close["value"]),
        (&json!(2), &json!(6_300.0))
    );
    assert_eq!(total(&desk, "support_volume")["value"], 3);
    let events = exported(&desk);
    // 09:00 in New York.
    assert_eq!(
        all(&events, "conversation.started", ["at", "channel"]),
        [
            [&json!("2026-10-05T13:00:00Z"), &json!("email")],
            [&json!("2026-10-06T14:00:00Z"), &json!("form")],
            [&json!("2026-10-07T12:00:00Z"), &json!("other")],
        ]
    );
    let ann = json!({"kind": "rep", "id": "freshdesk:Ann"});
    assert_eq!(
        all(&events, "conversation.resolved", ["conversation", "by"]),
        [
            [&json!("freshdesk:101"), &ann],
            [&json!("freshdesk:102"), &json!({"kind": "automation"})],
        ]
    );
    assert_eq!(
        all(&events, "ticket.opened", ["owner", "team"]),
        [
            [&json!("freshdesk:Ann"), &json!("freshdesk:Billing")],
            [&Value::Null, &Value::Null],
            [&Value::Null, &Value::Null],
        ]
    );
    assert_eq!(
        all(&events, "conversation.tagged", ["conversation", "tag"]),
        [
            [&json!("freshdesk:101"), &json!("billing")],
            [&json!("freshdesk:101"), &json!("vip")],
        ]
    );
    assert_eq!(unmapped(&completeness), [("rows.Source", "Carrier pigeon")]);
    // 104's instant may be of August or October, and is not guessed.
    let rows = &completeness.records[0];
    assert_eq!((rows.read, rows.translated, rows.rejected), (4, 3, 1));
    assert!(
        completeness.rejected[0].reason.contains("08/10/2026 08:00"),
        "{:?}",
        completeness.rejected
    );
}

#[test]
fn a_table_of_zammad_gives_the_figures_worked_out_by_hand() {
    let (desk, completeness) = imported("zammad", "Europe/Berlin", &table("zammad"));
    // 20001 was closed after two hours, 20002 after half of one: (7,200 + 1,800) / 2 = 4,500 s.
    let close = total(&desk, "time_to_close");
    assert_eq!(
        (&close["count"], &close["value"]),
        (&json!(2), &json!(4_500.0))
    );
    assert_eq!(total(&desk, "support_volume")["value"], 3);
    let events = exported(&desk);
    // 09:00 in Berlin.
    assert_eq!(
        all(&events, "conversation.started", ["at", "channel"]),
        [
            [&json!("2026-10-05T07:00:00Z"), &json!("email")],
            [&json!("2026-10-06T06:00:00Z"), &json!("form")],
            [&json!("2026-10-07T06:00:00Z"), &json!("other")],
        ]
    );
    // Zammad writes nobody as a dash.
    assert_eq!(
        all(&events, "ticket.opened", ["owner", "priority"]),
        [
            [&json!("zammad:Ann Agent"), &json!("normal")],
            [&Value::Null, &json!("high")],
            [&Value::Null, &json!("low")],
        ]
    );
    let ann = json!({"kind": "rep", "id": "zammad:Ann Agent"});
    assert_eq!(
        all(&events, "conversation.resolved", ["conversation", "by"]),
        [
            [&json!("zammad:20001"), &ann],
            [&json!("zammad:20002"), &json!({"kind": "automation"})],
        ]
    );
    assert_eq!(
        all(&events, "conversation.tagged", ["conversation", "tag"]),
        [
            [&json!("zammad:20001"), &json!("printer")],
            [&json!("zammad:20001"), &json!("office")],
        ]
    );
    assert_eq!(unmapped(&completeness), [("rows.Create Channel", "note")]);
    assert_eq!(completeness.rejected, []);
}

#[test]
fn columns_that_differ_in_capitals_only_are_found() {
    let (desk, _) = imported("zammad", "Europe/Berlin", &table("zammad"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zammad.csv");
    let text = fs::read_to_string(table("zammad")).unwrap();
    let (heads, rows) = text.split_once('\n').unwrap();
    fs::write(&path, format!("{}\n{rows}", heads.to_uppercase())).unwrap();
    let (other, _) = imported("zammad", "Europe/Berlin", &path);
    assert_eq!(exported(&desk), exported(&other));
    // Of another name it is named, with those that there are.
    fs::write(&path, text.replace("Closed At", "Ended")).unwrap();
    let mapping = Mapping::preset("zammad", Some("Europe/Berlin")).unwrap();
    let mut migration = Migration::of_table(mapping.unwrap());
    let fault = migration.learn(&path).unwrap_err().to_string();
    assert!(
        fault.contains("no column `Closed at`") && fault.contains("Ended"),
        "{fault}"
    );
}

#[test]
fn the_command_line_takes_a_preset_by_its_name() {
    for (preset, new) in [("freshdesk", 3), ("zammad", 3)] {
        let folder = tempfile::tempdir().unwrap();
        let file = table(preset);
        let words = [
            "import", "--json", "--format", "csv", "--map", preset, "--zone", "UTC",
        ];
        let words = [&words[..], &[file.to_str().unwrap()]].concat();
        let (code, stdout, stderr) = svar(folder.path(), &words);
        assert_eq!(code, 0, "{stdout}{stderr}");
        let summary: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(
            summary["completeness"]["records"][0]["translated"], new,
            "{summary}"
        );
        let (code, stdout, stderr) = svar(folder.path(), &words);
        assert_eq!(code, 0, "{stdout}{stderr}");
        let again: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(again["completeness"]["imported"], 0, "{again}");
    }
}
