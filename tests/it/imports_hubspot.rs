//! HubSpot's exports: the API's JSON and the tables that its users export.
//!
//! The exports in `tests/data/` are made by hand; how each figure comes about is said beside it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use svar::app::{Format, HubSpotMapping, Migration};
use svar::model::Completeness;

use crate::data::shared;
use crate::desk::Desk;
use crate::imports::{
    exported, files_of, import, imported, records_of_shapes, run, svar, total, translated,
};

/// The tables and the mapping that goes with them.
fn tables() -> (Vec<PathBuf>, PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hubspot-tables");
    let files = ["messages.csv", "threads.csv", "tickets.csv"];
    let files = files.iter().map(|name| folder.join(name));
    (files.collect(), folder.join("mapping.toml"))
}

fn mapping() -> HubSpotMapping {
    let text = fs::read_to_string(tables().1).unwrap();
    HubSpotMapping::parse("mapping.toml", &text, None).unwrap()
}

/// Words without a counterpart, with their fields.
fn unmapped(completeness: &Completeness) -> Vec<(&str, &str)> {
    let unmapped = completeness.unmapped.iter();
    unmapped
        .map(|one| (one.field.as_str(), one.value.as_str()))
        .collect()
}

fn kind(completeness: &Completeness, kind: &str) -> (u64, u64, u64, u64) {
    let mut records = completeness.records.iter();
    let found = records.find(|count| count.kind == kind).unwrap();
    (
        found.read,
        found.translated,
        found.rejected,
        found.passed_over,
    )
}

#[test]
fn a_hubspot_export_gives_the_figures_worked_out_by_hand() {
    let (desk, completeness) = imported(Format::HubSpot);
    // 901 was escalated at 09:10 and answered at 09:30, 902 waited from 08:00 until 08:10:
    // (1,200 + 600) / 2 = 900 s. 903 needed nobody, of 904 no message came, 905 is spam.
    let wait = total(&desk, "first_response_time");
    assert_eq!((&wait["count"], &wait["value"]), (&json!(2), &json!(900.0)));
    // The agent answered in 901 and 903, and handed 901 off.
    assert_eq!(total(&desk, "handled")["value"], 2);
    assert_eq!(total(&desk, "handoff_rate")["value"], 0.5);
    // Closed at last: 801 from 09:01 until 13:01, the other one from 08:00 until 10:00.
    // (14,400 + 7,200) / 2 = 10,800 s. Of the two 801 came back.
    let close = total(&desk, "time_to_close");
    assert_eq!(
        (&close["count"], &close["value"]),
        (&json!(2), &json!(10_800.0))
    );
    assert_eq!(total(&desk, "reopen_rate")["value"], 0.5);
    // One was satisfied; what was asked by NPS is no rating of satisfaction.
    assert_eq!(total(&desk, "csat")["denominator"], 1);
    assert_eq!(total(&desk, "csat")["mean"], 5.0);
    // Of fifteen records of threads one names no thread, and one is of no known type.
    assert_eq!(kind(&completeness, "messages"), (15, 13, 1, 1));
    assert_eq!(kind(&completeness, "tickets"), (4, 3, 1, 0));
    assert_eq!(kind(&completeness, "feedback_submissions"), (2, 1, 0, 1));
    assert_eq!(kind(&completeness, "actors"), (3, 3, 0, 0));
    assert_eq!(
        unmapped(&completeness),
        [
            ("feedback_submissions.hs_survey_type", "NPS"),
            ("messages.senders", "OTHER"),
            ("messages.truncationStatus", "TRUNCATED"),
            ("messages.type", "TELEPORT"),
            ("threads.originalChannelId", "4711"),
            ("tickets.hs_pipeline_stage", "99 (Returns)"),
            ("tickets.source_type", "FAX"),
        ]
    );
    // HubSpot says that two threads belong to the ticket of which none came.
    let counter = &completeness.counters[0];
    assert_eq!(counter.name, "hs_num_associated_conversations");
    assert_eq!((counter.compared, counter.ours, counter.theirs), (2, 1, 3));
    assert_eq!(counter.examples[0].id, "hubspot:9007199254740993");
    assert!(completeness.faults.is_empty());
}

#[test]
fn a_page_of_threads_that_comes_twice_counts_once() {
    let (_desk, once) = imported(Format::HubSpot);
    let folder = tempfile::tempdir().unwrap();
    let mut files = files_of(Format::HubSpot);
    let threads = files.iter().find(|file| file.ends_with("threads.json"));
    let text = fs::read_to_string(threads.unwrap()).unwrap();
    // Once as it was, and once as it is after a change.
    let again = folder.path().join("again.json");
    fs::copy(threads.unwrap(), &again).unwrap();
    let later = folder.path().join("later.json");
    fs::write(&later, text.replace("T09:30:00Z", "T09:45:00Z")).unwrap();
    files.extend([again, later]);
    let twice = import(&Desk::new(), Format::HubSpot, &files);
    assert_eq!(twice.counters, once.counters);
}

#[test]
fn a_hubspot_export_keeps_who_wrote_and_what_was_done() {
    let (desk, _) = imported(Format::HubSpot);
    let events = exported(&desk);
    let of = |id: &str| {
        let found = events.iter().find(|event| event["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let author = |id: &str| of(id)["author"].clone();
    assert_eq!(author("message/m1"), json!({"kind": "automation"}));
    assert_eq!(
        author("message/m2"),
        json!({"kind": "contact", "id": "hubspot:301"})
    );
    assert_eq!(
        author("message/m3"),
        json!({"kind": "customer_agent", "id": "hubspot:9"})
    );
    // The user 21 is the owner 61.
    assert_eq!(
        author("message/m6"),
        json!({"kind": "rep", "id": "hubspot:61"})
    );
    assert_eq!(author("message/m21"), json!({"kind": "contact"}));
    assert_eq!(author("message/m33"), json!({"kind": "automation"}));
    assert_eq!(author("message/m34"), json!({"kind": "automation"}));
    assert_eq!(of("message/m5")["visibility"], "note");
    assert_eq!(of("message/m6")["text"], "Hold it for five seconds.");
    assert_eq!(of("message/m2")["attachments"][0]["name"], "photo.png");
    assert_eq!(
        of("message/m4/assigned")["to"],
        json!({"kind": "rep", "id": "hubspot:61"})
    );
    assert_eq!(of("message/m7/resolved")["by"]["id"], "hubspot:61");
    assert_eq!(of("thread/904/truncated")["mark"], "truncated");
    assert_eq!(of("thread/905/spam")["mark"], "spam");
    assert_eq!(of("thread/905/deleted")["mark"], "deleted");
    assert_eq!(of("thread/902@2026-10-05T08:10:00Z")["channel"], "email");
    assert_eq!(
        of("thread/902@2026-10-05T08:10:00Z")["contact"],
        "hubspot:dee@site.example"
    );
    assert_eq!(of("thread/903@2026-10-06T08:01:00Z")["channel"], "sms");
}

#[test]
fn a_hubspot_export_keeps_what_a_ticket_went_through() {
    let (desk, _) = imported(Format::HubSpot);
    let events = exported(&desk);
    let of = |id: &str| {
        let found = events.iter().find(|event| event["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let opened = of("ticket/801/opened@2026-10-05T13:01:00Z");
    assert_eq!(opened["stage"], "1");
    assert_eq!(opened["conversation"], "hubspot:901");
    assert_eq!(opened["priority"], "low");
    assert_eq!(opened["owner"], Value::Null);
    assert_eq!(
        of("ticket/801/owner@2026-10-05T09:10:00Z")["reps"],
        json!(["hubspot:61"])
    );
    assert_eq!(
        of("ticket/801/3@2026-10-05T11:01:00Z")["by"]["kind"],
        "automation"
    );
    assert_eq!(
        of("ticket/801/4@2026-10-05T10:01:00Z")["by"]["id"],
        "hubspot:61"
    );
    assert_eq!(
        of("ticket/801/agent@2026-10-05T13:01:00Z")["attributes"]["ai_agent.resolution_state"],
        "ESCALATED"
    );
    let rep = |id: &str| {
        let mut reps = events
            .iter()
            .filter(|event| event["type"] == "rep.upserted");
        reps.find(|event| event["rep"] == id).unwrap()
    };
    assert_eq!(rep("hubspot:61")["team"], "hubspot:42");
    assert_eq!(rep("hubspot:user:29")["name"], "Old Hand");
}

#[test]
fn hubspots_tables_give_the_figures_worked_out_by_hand() {
    let desk = Desk::new();
    let (files, _) = tables();
    let completeness = run(&desk, Migration::of_hubspot(mapping()), &files);
    // 501 was opened at nine in Berlin, which is seven, and closed at eleven: 7,200 s.
    let close = total(&desk, "time_to_close");
    assert_eq!(
        (&close["count"], &close["value"]),
        (&json!(1), &json!(7_200.0))
    );
    assert_eq!(total(&desk, "handled")["value"], 1);
    let events = exported(&desk);
    let of = |id: &str| {
        let found = events.iter().find(|event| event["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let opened = of("ticket/501/opened@2026-10-05T10:00:00Z");
    assert_eq!(opened["at"], "2026-10-05T07:00:00Z");
    assert_eq!(
        (&opened["stage"], &opened["channel"], &opened["priority"]),
        (&json!("Neu"), &json!("email"), &json!("high"))
    );
    assert_eq!(opened["contact"], "hubspot:cy@site.example");
    assert_eq!(opened["owner"], "hubspot:Ann Lee");
    assert_eq!(opened["attributes"]["product"], "Schuh");
    assert_eq!(
        of("ticket/501/In Prüfung@2026-10-05T08:00:00Z")["type"],
        "ticket.staged"
    );
    assert_eq!(
        of("ticket/501/Geschlossen@2026-10-05T09:00:00Z")["stage"],
        "Geschlossen"
    );
    assert_eq!(
        of("message/a2")["author"],
        json!({"kind": "customer_agent", "id": "hubspot:Agent"})
    );
    let pipeline = events
        .iter()
        .find(|event| event["type"] == "pipeline.upserted")
        .unwrap();
    let closed = pipeline["stages"].as_array().unwrap().iter();
    let closed = closed.filter(|stage| stage["closed"] == true);
    let closed: Vec<&Value> = closed.map(|stage| &stage["stage"]).collect();
    assert_eq!(closed, [&json!("Geschlossen")]);
    // The stage of which nobody says whether it is closed is asked for, as is the sender.
    assert_eq!(
        unmapped(&completeness),
        [
            ("messages.senders", "OTHER"),
            ("tickets.hs_pipeline_stage", "Verpackt (Hilfe)"),
        ]
    );
    assert!(completeness.unmapped[1].taken_as.contains("[stages]"));
    // The instant of one cannot be read.
    assert_eq!(kind(&completeness, "tickets"), (4, 3, 1, 0));
    assert_eq!(completeness.rejected[0].field, "properties.createdate");
    let again = run(&desk, Migration::of_hubspot(mapping()), &files);
    assert_eq!(again.imported, 0);
}

#[test]
fn tables_and_the_apis_pages_go_together() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("tickets.csv");
    fs::write(
        &table,
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Close date,Ticket owner\n\
         820,Shoes,Returns,Done (Returns),2026-10-07 09:00,2026-10-07 10:00,ann lee\n",
    )
    .unwrap();
    let mut files = files_of(Format::HubSpot);
    files.push(table);
    let mapping = HubSpotMapping::parse("m", "", Some("UTC")).unwrap();
    run(&desk, Migration::of_hubspot(mapping), &files);
    let ticket = desk.app.ticket("hubspot:820").unwrap();
    // Pipeline, stage and owner are those that the API calls by number.
    assert_eq!(ticket.stage, "88");
    assert_eq!(ticket.pipeline.as_str(), "hubspot:77");
    assert_eq!(total(&desk, "time_to_close")["count"], 3);
    let events = exported(&desk);
    let opened = events
        .iter()
        .find(|event| event["type"] == "ticket.opened" && event["ticket"] == "hubspot:820")
        .unwrap();
    assert_eq!(opened["owner"], "hubspot:61");
}

#[test]
fn a_table_without_its_zone_or_with_odd_bytes_is_refused_whole() {
    let (files, _) = tables();
    let fault = Migration::new(Format::HubSpot).learn(&files[2]);
    let fault = fault.unwrap_err().to_string();
    assert!(
        fault.contains("tickets.csv") && fault.contains("`zone` is missing"),
        "{fault}"
    );
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("odd.csv");
    let mut bytes = fs::read(&files[2]).unwrap();
    bytes.extend(b"505;caf\xE9 \x96;Hilfe;Neu;2026-10-06 09:00;;;;;;;;\n");
    fs::write(&odd, &bytes).unwrap();
    let fault = Migration::of_hubspot(mapping()).learn(&odd);
    let fault = fault.unwrap_err().to_string();
    assert!(fault.contains("line 6 is not UTF-8"), "{fault}");
    let foreign = folder.path().join("shoes.csv");
    fs::write(&foreign, "Shoe,Size\nred,7\n").unwrap();
    let fault = Migration::of_hubspot(mapping()).learn(&foreign);
    let fault = fault.unwrap_err().to_string();
    assert!(fault.contains("holds no records of `hubspot`"), "{fault}");
}

#[test]
fn all_shapes_of_the_shared_hubspot_examples_are_accepted() {
    let Some(shapes) = shared("importers/shapes/hubspot_shapes.csv") else {
        return;
    };
    let texts = records_of_shapes(&fs::read_to_string(shapes).unwrap());
    let completeness = translated(Format::HubSpot, &[texts.join("\n")]);
    assert_eq!(kind(&completeness, "owners"), (1, 1, 0, 0));
    assert_eq!(kind(&completeness, "contacts"), (1, 1, 0, 0));
    for other in ["companies", "deals", "orders", "deal_pipelines"] {
        assert_eq!(kind(&completeness, other), (1, 0, 0, 1), "{other}");
    }
    assert_eq!(completeness.rejected, []);
    assert_eq!(completeness.faults, Vec::<String>::new());
}

#[test]
fn the_command_imports_hubspots_tables_with_a_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let (files, mapping) = tables();
    let table = files[2].to_str().unwrap();
    let with = |more: &[&str]| {
        let mut words = vec!["import", "--format", "hubspot"];
        words.extend(more);
        words.push(table);
        svar(folder.path(), &words)
    };
    let mapping = mapping.to_str().unwrap();
    let (code, text, stderr) = with(&["--map", mapping, "--dry-run"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(text.contains("tickets: 4 read, 3 translated"), "{text}");
    assert!(
        text.contains("tickets.hs_pipeline_stage `Verpackt (Hilfe)`: 1 ×"),
        "{text}"
    );
    let (code, _, stderr) = with(&[]);
    assert_eq!(code, 1);
    assert!(stderr.contains("`zone` is missing"), "{stderr}");
    let (code, _, stderr) = with(&["--zone", "Mars/Base"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("no IANA zone"), "{stderr}");
}
