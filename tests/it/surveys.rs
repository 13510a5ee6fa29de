//! Satisfaction surveys: who is asked, when, and how often; what they say is in the reports, and can
//! be changed for two weeks.

use serde_json::{Value, json};
use svar::work::ask_contacts;

use crate::desk::{Desk, Server};
use crate::widget::Page;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada team=day
    20 09:00 rep.upserted rep=ben name=Ben team=night
";

fn desk(rules: &Value) -> (Desk, Server) {
    let (desk, server) = Desk::served(STORY);
    let mut settings = json!({"delay_secs": 1});
    settings["rules"] = rules.clone();
    post(&desk, &server, "surveys", &settings);
    (desk, server)
}

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    assert_eq!(sent.status, 200, "{path}: {}", sent.body);
    desk.tick();
}

/// A visitor writes, and a rep answers and resolves; gives the conversation.
fn handled(desk: &Desk, server: &Server, page: &Page<'_>, rep: &str) -> String {
    let id = desk.clock.now().millis().to_string();
    let thread = page.writes(desk, &id, "Where is my parcel?");
    let conversation = thread["conversation"].as_str().unwrap().to_owned();
    for (what, body) in [
        ("assign", json!({"to": {"kind": "rep", "id": rep}})),
        ("messages", json!({"text": "On its way.", "rep": rep})),
        ("resolve", json!({"rep": rep})),
    ] {
        post(
            desk,
            server,
            &format!("conversations/{conversation}/{what}"),
            &body,
        );
    }
    conversation
}

/// Whether a visitor is asked, once the time has come.
fn is_asked(desk: &Desk, page: &Page<'_>) -> bool {
    desk.tick();
    desk.tick();
    ask_contacts(&desk.app).unwrap();
    desk.tick();
    !page.thread()["survey"].is_null()
}

fn csat(desk: &Desk) -> Value {
    desk.report("csat", "from=2026-11-01&to=2026-12-31")["series"][0]["total"].clone()
}

#[test]
fn who_was_helped_is_asked_once_it_is_over_and_what_they_say_is_in_the_report() {
    let (desk, server) = desk(&json!([{"channel": "chat", "ask": true}]));
    let page = Page::new(&server);
    let early = page.post("score", &json!({"score": 5}));
    assert_eq!(early.status, 404, "{}", early.body);
    let thread = page.writes(&desk, "0", "Where is my parcel?");
    assert_eq!(thread["survey"], Value::Null);
    let early = page.post("score", &json!({"score": 5}));
    assert_eq!(early.status, 409, "nobody asked: {}", early.body);
    handled(&desk, &server, &page, "ada");
    assert!(is_asked(&desk, &page));
    for (body, status) in [
        (json!({"score": 0}), 400),
        (json!({"score": 6}), 400),
        (json!({"score": 2, "text": "too slow"}), 200),
        (json!({"score": 2, "text": "too slow"}), 200),
    ] {
        let rated = page.post("score", &body);
        assert_eq!(rated.status, status, "{body}: {}", rated.body);
        desk.tick();
    }
    assert_eq!(page.thread()["survey"], json!({"score": 2}));
    let total = csat(&desk);
    assert_eq!(
        (&total["value"], &total["denominator"]),
        (&json!(0.0), &json!(1))
    );
    // Another word within two weeks is the one that holds; after them none is taken.
    assert_eq!(page.post("score", &json!({"score": 5})).status, 200);
    desk.tick();
    assert_eq!(csat(&desk)["value"], 1.0);
    desk.clock
        .set(desk.clock.now().plus_millis(14 * 86_400_000));
    let late = page.post("score", &json!({"score": 1}));
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(page.thread()["survey"], Value::Null);
}

#[test]
fn nobody_is_asked_again_before_the_days_are_over_and_the_number_is_shown() {
    let (desk, server) = desk(&json!([{"ask": true}]));
    let page = Page::new(&server);
    handled(&desk, &server, &page, "ada");
    assert!(is_asked(&desk, &page));
    let surveys = || server.get("/api/v1/surveys").json();
    assert_eq!(surveys()["held_back"], 0);
    handled(&desk, &server, &page, "ben");
    is_asked(&desk, &page);
    assert_eq!(surveys()["held_back"], 1);
    assert_eq!(
        desk.report("csat", "from=2026-11-01&to=2026-12-31")["series"][0]["total"]["sent"],
        1
    );
    let desk_again = server.get("/settings/surveys").body;
    assert!(desk_again.contains("not long before: 1."), "{desk_again}");
}

#[test]
fn rules_say_of_which_team_and_switches_of_whose_work() {
    let (desk, server) =
        desk(&json!([{"team": "night", "ask": false}, {"channel": "chat", "ask": true}]));
    let of = |rep: &str| {
        let page = Page::new(&server);
        handled(&desk, &server, &page, rep);
        is_asked(&desk, &page)
    };
    assert!(of("ada"));
    assert!(!of("ben"), "the night is not asked about");
    // A contact who writes on is not asked about what is not over.
    let page = Page::new(&server);
    handled(&desk, &server, &page, "ada");
    page.writes(&desk, "more", "One more question, please");
    assert!(!is_asked(&desk, &page));
    post(&desk, &server, "surveys", &json!({"rules": []}));
    assert!(!of("ada"));
}

#[test]
fn without_a_word_of_an_admin_nobody_is_asked_and_odd_settings_are_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    handled(&desk, &server, &page, "ada");
    assert!(!is_asked(&desk, &page));
    for (body, field) in [
        (json!({}), "body"),
        (json!({"every_days": 366}), "every_days"),
        (json!({"delay_secs": 604_801}), "delay_secs"),
        (
            json!({"rules": [{"channel": " ", "ask": true}]}),
            "rules[0].channel",
        ),
        (json!({"rules": [{"channel": "chat"}]}), "ask"),
    ] {
        let refused = server.post("/api/v1/surveys", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(field), "{field}: {}", refused.body);
    }
    let form = [
        ("channel", "chat"),
        ("inbox", ""),
        ("team", ""),
        ("ask", "yes"),
        ("delay_secs", "5"),
        ("every_days", "0"),
        ("of_agent", "yes"),
    ];
    assert_eq!(server.form("/settings/surveys", &form).status, 303);
    desk.tick();
    let set = server.get("/api/v1/surveys").json();
    assert_eq!(set["rules"], json!([{"channel": "chat", "ask": true}]));
    assert_eq!(
        (&set["delay_secs"], &set["of_automation"]),
        (&json!(5), &json!(false))
    );
}
