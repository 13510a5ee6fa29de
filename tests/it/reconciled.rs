//! A source's own figures beside Svar's: worked out when an export is imported, kept with what it
//! came to, and shown where the figures are.

use serde_json::{Value, json};
use svar::app::{Format, Migration};
use svar::model::Completeness;

use crate::cli::{Place, Ran};
use crate::desk::Desk;
use crate::import_upload::{Form, sent, served};
use crate::imports::{files_of, run};

/// A format's export in a desk, with the source's figures beside ours.
fn reconciled(format: Format) -> (Desk, Value) {
    let desk = Desk::new();
    let mut migration = Migration::new(format);
    let files = files_of(format);
    for file in &files {
        migration.learn(file).unwrap();
    }
    run(&desk, Migration::new(format), &files);
    for file in &files {
        let input = migration.open(file).unwrap();
        drop(migration.translate(input, |_batch| std::ops::ControlFlow::Continue(())));
    }
    let figures = migration.figures();
    let all = desk.app.reconcile(&desk.app.present(), &figures).unwrap();
    (desk, serde_json::to_value(all).unwrap())
}

/// The figure of a name.
fn figure<'a>(all: &'a Value, name: &str) -> &'a Value {
    let mut figures = all.as_array().unwrap().iter();
    let found = figures.find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {all:#}"))
}

/// The rules of a figure with how many rows each explains.
fn rules(one: &Value) -> Vec<(&str, u64)> {
    let rules = one["rules"].as_array().unwrap().iter();
    rules
        .map(|rule| {
            (
                rule["rule"].as_str().unwrap(),
                rule["count"].as_u64().unwrap(),
            )
        })
        .collect()
}

#[test]
fn zendesks_figures_stand_beside_ours_each_difference_with_its_rule() {
    let (_desk, all) = reconciled(Format::Zendesk);
    // 101 after 30 minutes for both, 105 after 5 for both; of 102 Zendesk counts the comment that
    // it wrote itself at the merge, after 9 minutes, Svar the rep's after 10.
    let reply = figure(&all, "metric_sets.reply_time_in_minutes.calendar");
    assert_eq!(reply["report"], "first_response_time");
    // (1,800 + 600 + 300) / 3 = 900; (1,800 + 540 + 300) / 3 = 880. In the middle 600 and 540.
    assert_eq!(
        (&reply["ours"], &reply["theirs"]),
        (
            &json!({"count": 3, "mean": 900.0, "median": 600.0}),
            &json!({"count": 3, "mean": 880.0, "median": 540.0})
        )
    );
    assert_eq!(
        (&reply["compared"], &reply["agreeing"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(rules(reply), [("same", 2), ("merge", 1)]);
    assert_eq!(
        reply["rows"],
        json!([{"id": "zendesk:102", "ours": 600.0, "theirs": 540.0, "rule": "merge"}])
    );
    // Solved first after 60 and 10 minutes, at last after 180 and 10.
    let first = figure(
        &all,
        "metric_sets.first_resolution_time_in_minutes.calendar",
    );
    assert_eq!(
        (&first["report"], &first["agreeing"]),
        (&json!("time_to_first_close"), &json!(2))
    );
    assert_eq!(
        first["theirs"],
        json!({"count": 2, "mean": 2_100.0, "median": 2_100.0})
    );
    let full = figure(&all, "metric_sets.full_resolution_time_in_minutes.calendar");
    assert_eq!(
        (&full["report"], &full["agreeing"]),
        (&json!("time_to_close"), &json!(2))
    );
    assert_eq!(
        full["ours"],
        json!({"count": 2, "mean": 5_700.0, "median": 5_700.0})
    );
    assert_eq!(full["rows"], json!([]));
    // 101 was rated well for both; that 102 was rated badly, its ticket does not say.
    let csat = figure(&all, "tickets.satisfaction_rating.score");
    assert_eq!(
        csat["ours"],
        json!({"count": 2, "mean": 0.5, "median": null})
    );
    assert_eq!(
        csat["theirs"],
        json!({"count": 1, "mean": 1.0, "median": null})
    );
    assert_eq!(rules(csat), [("same", 1), ("not_theirs", 1)]);
}

#[test]
fn intercoms_figures_stand_beside_ours_each_difference_with_its_rule() {
    let (_desk, all) = reconciled(Format::Intercom);
    // 502 began at 08:00 and was answered at 08:11; it was routed to the team at 08:01.
    let reply = figure(&all, "statistics.first_admin_reply_at");
    assert_eq!(
        reply["rows"],
        json!([{"id": "intercom:502", "ours": 600.0, "theirs": 660.0, "rule": "handoff"}])
    );
    // Closed first at 08:20; at last at 09:10, ten minutes after the contact had come back.
    let first = figure(&all, "statistics.first_close_at");
    assert_eq!(
        first["rows"],
        json!([{"id": "intercom:502", "ours": 1_140.0, "theirs": 1_200.0, "rule": "handoff"}])
    );
    let last = figure(&all, "statistics.last_close_at");
    assert_eq!(
        last["rows"],
        json!([{"id": "intercom:502", "ours": 600.0, "theirs": 4_200.0, "rule": "episode"}])
    );
    let rating = figure(&all, "conversation_rating.rating");
    assert_eq!(
        (&rating["agreeing"], &rating["compared"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn chatwoots_and_hubspots_figures_stand_beside_ours_too() {
    let (_desk, all) = reconciled(Format::Chatwoot);
    // 301 waited 15 minutes for both. In 302 a template answered after a second; only the last
    // message of 303 came along.
    let reply = figure(&all, "reporting_events.first_response");
    assert_eq!(
        (&reply["agreeing"], &reply["compared"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(
        reply["rows"],
        json!([
            {"id": "chatwoot:302", "ours": 300.0, "theirs": 1.0, "rule": "automation"},
            {"id": "chatwoot:303", "ours": null, "theirs": 60.0, "rule": "truncated"}
        ])
    );
    let resolved = figure(&all, "reporting_events.conversation_resolved");
    assert_eq!(rules(resolved), [("same", 1)]);
    let (_desk, all) = reconciled(Format::HubSpot);
    let reply = figure(&all, "time_to_first_agent_reply");
    assert_eq!(rules(reply), [("same", 1)]);
    assert_eq!(reply["ours"]["mean"], 1_740.0);
    // HubSpot measured the first close of 801, which was opened again.
    let close = figure(&all, "time_to_close");
    assert_eq!(rules(close), [("same", 1), ("reopened", 1)]);
    assert_eq!(
        close["rows"],
        json!([{"id": "hubspot:801", "ours": 14_400.0, "theirs": 3_600.0, "rule": "reopened"}])
    );
}

#[test]
fn working_hours_are_compared_where_there_is_a_schedule() {
    let (_desk, all) = reconciled(Format::Zendesk);
    // All of it was at night for the desk, whose only schedule is that of Los Angeles.
    let business = figure(&all, "metric_sets.reply_time_in_minutes.business");
    assert_eq!(business["clock"], "business");
    assert_eq!(rules(business), [("same", 3)]);
    assert_eq!(business["ours"]["mean"], 0.0);
    // Intercom's export brings none.
    let (_desk, all) = reconciled(Format::Intercom);
    let business = figure(&all, "statistics.time_to_admin_reply");
    assert_eq!(rules(business), [("no_schedule", 1)]);
    assert_eq!(
        (&business["ours"]["count"], &business["theirs"]["count"]),
        (&json!(0), &json!(1))
    );
}

/// The command that imports Zendesk's export.
fn command(more: &[&str]) -> Vec<String> {
    let files = files_of(Format::Zendesk).into_iter();
    let files = files.map(|file| file.to_str().unwrap().to_owned());
    let words = ["import", "--format", "zendesk"].iter().chain(more);
    let words = words.map(|word| (*word).to_owned());
    words.chain(files).collect()
}

fn ran(place: &Place, words: &[String]) -> Ran {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    place.run(&words)
}

#[test]
fn the_command_shows_the_figures_with_and_without_a_server_and_once_more() {
    let alone = Place::new();
    let text = ran(&alone, &command(&[])).ok().stdout;
    let line = "metric_sets.reply_time_in_minutes.calendar (first_response_time, calendar): \
                ours mean 15 m, median 10 m of 3; \
                theirs mean 14 m 40 s, median 9 m of 3; 2 of 3 agree";
    assert!(text.contains(line), "{text}");
    let row = "zendesk:102: ours 10 m, theirs 9 m, merge";
    assert!(text.contains(row), "{text}");
    let last = alone.run(&["import", "--last"]).ok().stdout;
    assert!(last.starts_with("Completeness: 44 records read"), "{last}");
    assert!(last.contains(line), "{last}");
    // A dry run has nothing to compare with.
    let dry = ran(&alone, &command(&["--dry-run", "--json"])).json();
    assert_eq!(dry["completeness"].get("reconciled"), None);
    // Through a server it is the same.
    let served = Place::new();
    let running = served.serve(&[]);
    let there = ran(&served, &command(&["--json"])).json();
    let here = ran(&alone, &command(&["--json"])).json();
    let figures = &there["completeness"]["reconciled"];
    assert_eq!(figures.as_array().unwrap().len(), 7);
    assert_eq!(*figures, here["completeness"]["reconciled"]);
    let last = served.run(&["import", "--last", "--json"]).ok().json();
    assert_eq!(last["reconciled"], *figures);
    drop(running);
}

#[test]
fn the_figures_are_kept_and_shown_where_the_reports_are() {
    let (desk, server) = served();
    let task = sent(&server, Form::default().files(&files_of(Format::Zendesk)));
    let figures = &task["completeness"]["reconciled"];
    assert_eq!(figures.as_array().unwrap().len(), 7, "{task}");
    desk.tick();
    let kept = server.get("/api/v1/imports").json();
    assert_eq!(kept["items"][0]["completeness"]["reconciled"], *figures);
    let page = server.get("/imports").body;
    for words in [
        "metric_sets.reply_time_in_minutes.calendar",
        "mean 15 m 00 s, median 10 m 00 s, of 3",
        "<a href=\"/conversations/zendesk:102\">zendesk:102</a></td><td>10 m 00 s</td><td>9 m 00 s</td>",
        "50.0\u{202f}% of 2",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let report = server.get("/reports/first_response_time").body;
    let said = "zendesk (metric_sets.reply_time_in_minutes.calendar) itself says mean 14 m 40 s";
    assert!(report.contains(said), "{report}");
    assert!(!server.get("/reports/backlog").body.contains("itself says"));
    // It is kept through a rebuild of everything.
    drop(server);
    desk.app.close().unwrap();
    std::fs::remove_dir_all(desk.folder.path().join("derived")).unwrap();
    let again = desk.reopened();
    let imports = &again.app.snapshot().installation.imports;
    let completeness: &Completeness = &imports.latest().next().unwrap().completeness;
    assert_eq!(json!(completeness.reconciled), *figures);
}

#[test]
fn figures_that_no_source_gives_are_refused_by_name() {
    let (desk, server) = Desk::served("");
    let figure = json!({"name": "x", "report": "csat", "is_first": true, "clock": "calendar", "step_secs": 1});
    let with = |field: &str, value: Value| {
        let mut changed = figure.clone();
        changed[field] = value;
        json!({"figures": [changed], "things": [], "left_out": 0})
    };
    let odd = json!({"figures": [figure], "things": [{"id": "c", "values": []}], "left_out": 0});
    let nameless = json!({"figures": [], "things": [{"id": "", "values": []}], "left_out": 0});
    for (body, words) in [
        (with("report", json!("backlog")), "figures[0].report"),
        (with("name", json!(" ")), "figures[0].name"),
        (with("step_secs", json!(0)), "figures[0].step_secs"),
        (odd, "things[0].values"),
        (nameless, "things[0].id"),
    ] {
        let refused = server.post("/api/v1/imports/reconciliation", &body);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains(words), "{}", refused.body);
    }
    let before = desk.app.position();
    let none = server.post("/api/v1/imports/reconciliation", &with("name", json!("x")));
    assert_eq!(none.json(), json!({"items": []}));
    assert_eq!(desk.app.position(), before);
}
