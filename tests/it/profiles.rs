//! Definition profiles: the same desk counted by other windows, side by side.

use serde_json::{Value, json};
use svar::model::{Event, Profile, Timestamp};
use svar::projection::fold_all;
use svar::report::{Query, QueryContext, evaluate, registry};

use crate::desk::{Desk, agent, answer, events};

/// Answered; the contact is back after thirty hours, and is answered again.
const STORY: &str = "
    01 09:00 conversation.started
    01 09:00 message.added author=contact
    01 09:01 message.added author=customer_agent
    02 15:00 message.added author=contact
    02 15:01 message.added author=customer_agent
";

const OCTOBER: &str = "from=2026-10-01&to=2026-11-01";

#[test]
fn a_profile_with_another_quiet_window_has_episodes_of_its_own() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let both = desk.report("handled", &format!("{OCTOBER}&profile=svar,fin-24h"));
    let series: Vec<(Value, Value)> = both["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| (series["key"].clone(), series["total"]["value"].clone()))
        .collect();
    assert_eq!(
        series,
        [
            (json!({"profile": "svar"}), json!(1)),
            (json!({"profile": "fin-24h"}), json!(2))
        ]
    );
    assert_eq!(both["total"], Value::Null);
    assert_eq!(both["beside"][1]["profile"]["version"], 1);
    assert_eq!(both["beside"][1]["profile"]["quiet_secs"], 86_400);
    let alone = desk.report("handled", &format!("{OCTOBER}&profile=fin-24h"));
    assert_eq!(alone["profile"]["name"], "fin-24h");
    assert_eq!(alone["total"]["value"], 2);
    // What comes later is seen by every profile.
    desk.post_story(
        "04 16:00 message.added author=contact\n04 16:01 message.added author=customer_agent",
    );
    let later = desk.report("handled", &format!("{OCTOBER}&profile=fin-24h"));
    assert_eq!(later["total"]["value"], 3);
    assert_eq!(desk.report("handled", OCTOBER)["total"]["value"], 1);
}

#[test]
fn a_resolution_is_taken_back_for_as_long_as_the_profile_says() {
    let desk = Desk::new();
    desk.post_story(
        "01 09:00 conversation.started
         01 09:00 message.added author=contact
         01 09:01 message.added author=customer_agent
         01 09:02 conversation.resolved by=contact
         05 09:00 message.added author=contact",
    );
    let resolved = |profile: &str| {
        let result = desk.report("resolved", &format!("{OCTOBER}&profile={profile}"));
        assert_eq!(result["profile"]["name"], profile);
        result["total"]["value"].clone()
    };
    // Four days later: past 72 hours, within seven days.
    assert_eq!(resolved("hubspot"), 1);
    assert_eq!(resolved("zendesk-72h"), 1);
    assert_eq!(resolved("durable-7d"), 0);
}

#[test]
fn an_unknown_profile_is_refused_and_the_rows_are_those_of_one() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = crate::desk::Server::start(&desk.app);
    let get = |path: &str| answer(agent().get(server.url(path)).call());
    assert_eq!(get("/api/v1/reports/handled?profile=x").status, 400);
    let rows = |key: &str| {
        let path = format!("/api/v1/reports/handled/rows?{OCTOBER}&profile=svar,fin-24h{key}");
        get(&path).json()["items"].as_array().unwrap().len()
    };
    assert_eq!(rows(""), 1);
    assert_eq!(rows("&key.profile=fin-24h"), 2);
    let page = get(
        "/reports/handled?from=2026-10-01&until=2026-10-31&profile=svar,fin-24h&clock=calendar",
    );
    assert_eq!(page.status, 200);
    assert!(page.body.contains("fin-24h"), "the page tells them apart");
    assert!(
        page.body.contains("profile=svar%2Cfin-24h") || page.body.contains("profile=svar,fin-24h")
    );
}

#[test]
fn an_own_profile_keeps_its_versions_and_rewrites_nothing() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = crate::desk::Server::start(&desk.app);
    let post = |path: &str, body: &Value| {
        let body = body.to_string();
        let request = agent().post(server.url(path));
        answer(
            request
                .header("content-type", "application/json")
                .send(body),
        )
    };
    let get = |path: &str| answer(agent().get(server.url(path)).call());
    let count = |profile: &str| {
        let path = format!("/api/v1/reports/handled?{OCTOBER}&profile={profile}");
        let json = get(&path).json();
        (
            json["total"]["value"].clone(),
            json["profile"]["version"].clone(),
        )
    };
    let set = |quiet_secs: i64| {
        let body = json!({"name": "eager", "quiet_secs": quiet_secs});
        assert_eq!(post("/api/v1/profiles", &body).status, 200);
    };
    set(86_400);
    assert_eq!(count("eager"), (json!(2), json!(1)));
    set(172_800);
    assert_eq!(count("eager"), (json!(1), json!(2)));
    assert_eq!(count("eager@1"), (json!(2), json!(1)));
    let beside = format!("/api/v1/reports/handled?{OCTOBER}&profile=eager@1,eager@2");
    let beside = get(&beside).json();
    assert_eq!(beside["series"][1]["key"], json!({"profile": "eager@2"}));
    let rows = format!(
        "/api/v1/reports/handled/rows?{OCTOBER}&profile=eager@1,eager@2&key.profile=eager@1"
    );
    assert_eq!(get(&rows).json()["items"].as_array().unwrap().len(), 2);
    let listed = get("/api/v1/profiles").json();
    let last = listed["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["name"], &last["own"]),
        (&json!("eager"), &json!(true))
    );
    let page = get("/reports/handled?from=2026-10-01&until=2026-10-31");
    assert!(page.body.contains(">eager<"), "the menu offers it");

    let shipped = json!({"name": "hubspot", "quiet_secs": 1});
    let refused = post("/api/v1/profiles", &shipped);
    assert!(refused.body.contains("comes with Svar"), "{}", refused.body);
    assert_eq!(
        post("/api/v1/profiles/hubspot/remove", &json!({})).status,
        404
    );
    assert_eq!(
        post("/api/v1/profiles/eager/remove", &json!({})).status,
        200
    );
    let gone = get(&format!("/api/v1/reports/handled?{OCTOBER}&profile=eager"));
    assert_eq!(gone.status, 400);
    assert!(gone.body.contains("is none of svar"), "{}", gone.body);
    assert_eq!(count("eager@2"), (json!(1), json!(2)));
}

#[test]
fn r99_silence_ends_an_episode_of_reps_where_the_profile_says_so() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:a
        01 10:10 message.added author=contact
        01 10:20 message.added author=rep:a
    ";
    let events: Vec<Event> = events(story)
        .into_iter()
        .map(|event| Event::from_value(event).unwrap())
        .collect();
    let as_of = Timestamp::parse("2026-10-02T00:00:00Z").unwrap();
    let open = |rep_quiet_secs: Option<i64>| {
        let profile = Profile {
            rep_quiet_secs,
            ..Profile::default()
        };
        let facts = fold_all(&events, profile.clone(), as_of);
        let ground = QueryContext {
            facts: &facts,
            profile: &profile,
            as_of,
            log_position: 0,
        };
        let ask = |id: &str| {
            let query = Query::parse(
                [("from", "2026-10-01"), ("to", "2026-10-02")],
                chrono_tz::Tz::UTC,
            );
            let report = registry::find(id).unwrap();
            serde_json::to_value(evaluate(report, &query.unwrap(), ground).unwrap()).unwrap()
        };
        let started = ask("handling_rate")["total"]["denominator"].clone();
        (
            started,
            ask("backlog")["series"][0]["total"]["value"].clone(),
        )
    };
    assert_eq!(open(None), (json!(1), json!(1)));
    // An hour of silence: it ends at 10:10, and the message of that instant begins again.
    assert_eq!(open(Some(3600)), (json!(2), json!(0)));
    assert_eq!(open(Some(3601)), (json!(1), json!(0)));
}
