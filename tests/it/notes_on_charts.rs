//! Notes on charts: what people write and what changes mark by themselves, on the time axis and beneath
//! it with the measured before and after, on pages and in mails; hidden where that is wanted.

use serde_json::{Value, json};
use svar::command::{Caller, ChartNoteCommand, ChartNoteDraft, Command, Identity, Role, UserDraft};
use svar::model::Timestamp;
use svar::work::send_reports;

use crate::desk::{Answer, Desk, Server};
use crate::desk_cli::svar;
use crate::mail::Mailed;

/// A conversation each day of October, answered within ten minutes until the 20th, within thirty after.
fn story() -> String {
    let days = (1..32).map(|day| {
        let minutes = if day <= 20 { 10 } else { 30 };
        format!(
            "{day:02} 09:00 conversation.started conversation=c{day} contact=p{day} channel=chat
            {day:02} 09:00 message.added conversation=c{day} author=contact
            {day:02} 09:{minutes} message.added conversation=c{day} author=rep:ada\n"
        )
    });
    let first = "01 00:00 rep.upserted rep=ada name=Ada\n".to_owned();
    std::iter::once(first).chain(days).collect()
}

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    desk.tick();
    sent
}

fn noted(desk: &Desk, server: &Server, body: &Value) -> String {
    let sent = post(desk, server, "chart-notes", body);
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()["id"].as_str().unwrap().to_owned()
}

const PAGE: &str = "/reports/first_response_time?range=custom&from=2026-10-01&until=2026-10-31";

#[test]
fn a_note_is_on_the_time_axis_and_beneath_with_what_was_before_and_after() {
    let (desk, server) = Desk::served(&story());
    let note = json!({"text": "A new checkout", "on": "2026-10-20T12:00:00Z"});
    let id = noted(&desk, &server, &note);
    let page = server.get(PAGE).body;
    // The 13th to the 19th, and the 21st to the 27th: the day itself is in neither.
    let words = "10 m 00 s in 7 days before, 30 m 00 s in 7 days after";
    assert!(page.contains(words), "{page}");
    assert!(page.contains("+200.0"), "{page}");
    let mark = format!(
        "<a class=\"note\" href=\"#note-{id}\" tabindex=\"0\"><title>20 Oct 2026\nA new checkout</title>"
    );
    assert!(page.contains(&mark), "{page}");
    assert!(
        page.contains("class=\"note-mark\" cx=\"62.9"),
        "19.5 of 31 days: {page}"
    );
    assert!(page.contains(&format!("<li id=\"note-{id}\">")), "{page}");
    // It can be hidden, by the address alone.
    let hidden = server.get(&format!("{PAGE}&notes=none")).body;
    assert!(
        !hidden.contains("A new checkout") && !hidden.contains("note-mark"),
        "{hidden}"
    );
    assert!(hidden.contains(">Show them<"), "{hidden}");
    // On a dashboard the mark leads to the report's page.
    let board = server.get("/dashboards/team?range=last_30").body;
    let mark = format!("/reports/first_response_time#note-{id}");
    assert!(board.contains(&mark), "{board}");
    // Out of the window it is not there.
    let other = server.get(&PAGE.replace("2026-10-31", "2026-10-19")).body;
    assert!(!other.contains("A new checkout"), "{other}");
}

#[test]
fn fewer_days_after_are_set_beside_as_few_before() {
    let (desk, server) = Desk::served(&story());
    // After the 28th there are three whole days; the first of November runs.
    let note = json!({"text": "Late", "on": "2026-10-28T00:00:00Z"});
    noted(&desk, &server, &note);
    let page = server.get(PAGE).body;
    assert!(
        page.contains("30 m 00 s in 3 days before, 30 m 00 s in 3 days after"),
        "{page}"
    );
    let note = json!({"text": "Today", "on": "2026-10-31T00:00:00Z"});
    noted(&desk, &server, &note);
    let page = server.get(PAGE).body;
    assert!(page.contains("no whole day after it yet"), "{page}");
    // One that lasted is left out as a whole: the 15th to the 19th, and the 26th to the 30th.
    let strike = json!({"text": "Strike", "on": "2026-10-20T00:00:00Z",
        "until": "2026-10-26T00:00:00Z"});
    noted(&desk, &server, &strike);
    let page = server.get(PAGE).body;
    assert!(
        page.contains("<strong>20 – 25 Oct 2026</strong> Strike")
            || page.contains("<strong>20–25 Oct 2026</strong> Strike"),
        "{page}"
    );
    assert!(
        page.contains("10 m 00 s in 6 days before, 30 m 00 s in 6 days after"),
        "{page}"
    );
    assert!(page.contains("class=\"note-span\""), "{page}");
}

#[test]
fn what_changes_on_the_desk_marks_itself() {
    let (desk, server) = Desk::served(&story());
    let marks = || server.get("/api/v1/chart-notes").json()["marks"].clone();
    assert_eq!(marks(), json!([]));
    desk.post_story(
        r#"
        10 09:00 schedule.upserted schedule=day zone=UTC week={"mon":["09:00-17:00"]}
        11 09:00 sla.upserted sla=std applies={} first_response_secs=7200
        "#,
    );
    let profile =
        json!({"name": "quick", "quiet_secs": 3600, "reopen_secs": 86400, "durable_secs": 86400});
    assert_eq!(post(&desk, &server, "profiles", &profile).status, 200);
    let settings = json!({"threshold": 0.7});
    assert_eq!(
        post(&desk, &server, "knowledge/settings", &settings).status,
        200
    );
    let answer =
        json!({"question": "Where is my parcel?", "text": "On its way.", "published": true});
    let answer = post(&desk, &server, "knowledge/answers", &answer);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let all = marks();
    let all: Vec<(&str, &str)> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| {
            (
                mark["kind"].as_str().unwrap(),
                mark["id"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(all[..2], [("schedule", "day"), ("agreement", "std")]);
    let kinds: Vec<&str> = all.iter().map(|(kind, _)| *kind).collect();
    for kind in ["answer", "profile", "threshold"] {
        assert_eq!(
            kinds.iter().filter(|one| **one == kind).count(),
            1,
            "{kinds:?}"
        );
    }
    let page = server.get(PAGE).body;
    assert!(page.contains("Working hours changed: day"), "{page}");
    assert!(page.contains("Agreement changed: std"), "{page}");
    let wide = server.get(&PAGE.replace("2026-10-31", "2026-11-01")).body;
    assert!(
        wide.contains("Short answer published: Where is my parcel?"),
        "{wide}"
    );
    // A rebuild has the same.
    let before = marks();
    drop(server);
    let desk = desk.reopened();
    assert_eq!(
        serde_json::to_value(desk.app.chart_notes().marks).unwrap(),
        before
    );
}

#[test]
fn a_note_is_for_its_report_and_channel_and_changed_by_whose_it_is() {
    let (desk, server) = Desk::served(&story());
    let note = |text: &str, name: &str, value: &str| {
        let mut note = json!({"text": text, "on": "2026-10-10T00:00:00Z"});
        note[name] = json!(value);
        noted(&desk, &server, &note)
    };
    note("Of closing", "report", "time_to_close");
    note("Of chat", "channel", "chat");
    let page = server.get(PAGE).body;
    assert!(
        !page.contains("Of closing") && page.contains("Of chat"),
        "{page}"
    );
    let narrowed = server.get(&format!("{PAGE}&where.channel=email")).body;
    assert!(!narrowed.contains("Of chat"), "{narrowed}");
    let refused = post(
        &desk,
        &server,
        "chart-notes",
        &json!({"text": "x", "on": "2026-10-10T00:00:00Z", "report": "none"}),
    );
    assert!(
        refused.body.contains("there is no report `none`"),
        "{}",
        refused.body
    );
    let refused = post(
        &desk,
        &server,
        "chart-notes",
        &json!({"text": "x", "on": "2026-10-10T00:00:00Z", "until": "2026-10-09T00:00:00Z"}),
    );
    assert!(refused.body.contains("until"), "{}", refused.body);
    // Another rep's is not theirs to change; a viewer writes none.
    let of = |name: &str, role| Caller::live(Identity::User(name.to_owned()), role);
    let draft = ChartNoteDraft {
        id: Some("n1".to_owned()),
        text: "Mine".to_owned(),
        on: Timestamp::parse("2026-10-10T00:00:00Z").unwrap(),
        until: None,
        report: None,
        channel: None,
    };
    let save = |caller: &Caller| {
        desk.tick();
        let command = ChartNoteCommand::Save(draft.clone());
        desk.app.write_now(caller, Command::ChartNote(command))
    };
    assert!(save(&of("vic", Role::Viewer)).is_err());
    assert!(save(&of("ada", Role::Rep)).is_ok());
    assert!(save(&of("ben", Role::Rep)).is_err());
    assert!(save(&of("anna", Role::Admin)).is_ok());
}

/// Presses a button of a form; the page that it leads to.
fn press(desk: &Desk, server: &Server, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let pressed = server.form("/notes", pairs);
    desk.tick();
    assert_ne!(pressed.header("location"), "", "{}", pressed.body);
    server.get(pressed.header("location").split('#').next().unwrap())
}

#[test]
fn a_note_is_written_changed_taken_away_and_brought_back_on_the_page() {
    let (desk, server) = Desk::served(&story());
    let note = [
        ("back", PAGE),
        ("tz", "Europe/Oslo"),
        ("report", "first_response_time"),
        ("text", "A <b>fair</b>"),
        ("from", "2026-10-12"),
        ("until", "2026-10-13"),
        ("do", "save"),
    ];
    let page = press(&desk, &server, &note).body;
    assert!(
        page.contains("A &#60;b&#62;fair&#60;/b&#62;")
            || page.contains("A &lt;b&gt;fair&lt;/b&gt;"),
        "{page}"
    );
    let kept = server.get("/api/v1/chart-notes").json()["items"][0].clone();
    // Days are those of the report's zone; the last is in it.
    assert_eq!(kept["on"], "2026-10-11T22:00:00Z");
    assert_eq!(kept["until"], "2026-10-13T22:00:00Z");
    assert_eq!(kept["report"], "first_response_time");
    let id = kept["id"].as_str().unwrap();
    let mut changed = note.to_vec();
    changed[3] = ("text", "A market");
    changed.push(("id", id));
    let page = press(&desk, &server, &changed).body;
    assert!(
        page.contains("A market") && !page.contains("fair"),
        "{page}"
    );
    let gone = press(
        &desk,
        &server,
        &[("back", PAGE), ("id", id), ("do", "remove")],
    )
    .body;
    assert!(
        !gone.contains("A market") && gone.contains("The note is removed."),
        "{gone}"
    );
    let back = press(
        &desk,
        &server,
        &[("back", PAGE), ("id", id), ("do", "restore")],
    )
    .body;
    assert!(
        back.contains("A market") && !back.contains("The note is removed."),
        "{back}"
    );
    // Nowhere but to a report.
    desk.tick();
    let elsewhere = server.form(
        "/notes",
        &[("back", "//evil.example"), ("id", id), ("do", "remove")],
    );
    assert_eq!(elsewhere.header("location"), "", "{}", elsewhere.body);
}

#[test]
fn a_report_by_mail_says_what_happened_and_a_link_outside_does_not() {
    let mailed = Mailed::new(&story());
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let anna = UserDraft {
        email: "anna@shop.example".to_owned(),
        name: "anna".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    mailed.desk.app.save_user(&cli, anna).unwrap();
    mailed.desk.tick();
    mailed.post(
        "/chart-notes",
        &json!({"text": "A new checkout", "on": "2026-10-20T12:00:00Z"}),
    );
    let saved = json!({"name": "How fast", "report": "first_response_time",
        "parameters": {"range": "last_30"}, "audience": "everybody"});
    let saved = mailed.post("/saved-reports", &saved)["id"].clone();
    let shows = json!({"kind": "saved_report", "id": saved});
    mailed.post(
        "/mail-schedules",
        &json!({"shows": shows, "every": "daily", "time": "08:00",
        "zone": "UTC", "users": ["anna"]}),
    );
    let link = mailed.post("/shared-links", &json!({"shows": shows, "days": 7}));
    mailed
        .desk
        .clock
        .set(Timestamp::parse("2026-11-01T08:00:01Z").unwrap());
    mailed.desk.tick();
    send_reports(&mailed.desk.app).unwrap();
    let mails = mailed.sent();
    let text = mails[0].part("text/plain");
    let words = "20 Oct 2026: A new checkout (10 m 00 s in 7 days before, 30 m 00 s in 7 days after; +200.0";
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.replace('\u{2009}', " ").contains(words), "{text}");
    let outside = mailed.server.get(link["path"].as_str().unwrap()).body;
    assert!(
        outside.contains("How fast") && !outside.contains("A new checkout"),
        "{outside}"
    );
}

#[test]
fn the_command_line_adds_lists_and_takes_away() {
    let (desk, server) = Desk::served(&story());
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let run = |words: &[&str]| svar(folder.path(), words).unwrap();
    let id = run(&[
        "note",
        "add",
        "A fair",
        "--on",
        "2026-10-12T00:00:00Z",
        "--report",
        "csat",
    ]);
    let id = id.trim();
    assert!(run(&["note", "list"]).contains("A fair"));
    run(&["note", "remove", id]);
    assert!(!run(&["note", "list"]).contains("A fair"));
    run(&["note", "restore", id]);
    assert!(run(&["note", "list"]).contains("csat"));
}
