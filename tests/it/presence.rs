//! Whether reps take work: said by themselves, or after silence by Svar, and counted in the
//! reports.

use serde_json::json;
use svar::app::SignIn;
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::work::rest_silent;

use crate::desk::{Answer, Desk, Server, agent, answer};

const PASSWORD: &str = "three good words";

/// A desk with Ada, who signs in as an admin, and her cookie.
fn desk() -> (Desk, Server, String) {
    let desk = Desk::new();
    desk.post_story("20 09:00 rep.upserted rep=ben name=Ben");
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&cli, draft, PASSWORD).unwrap();
    desk.tick();
    let attempt = SignIn {
        email: "ada@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    let cookie = format!(
        "svar_session={}",
        desk.app.sign_in(&attempt).unwrap().session().unwrap()
    );
    let server = Server::start(&desk.app);
    (desk, server, cookie)
}

fn get(server: &Server, cookie: &str, path: &str) -> Answer {
    answer(
        agent()
            .get(server.url(path))
            .header("cookie", cookie)
            .call(),
    )
}

fn say(desk: &Desk, server: &Server, cookie: &str, rep: &str, body: &serde_json::Value) -> Answer {
    desk.tick();
    let request = agent().post(server.url(&format!("/api/v1/reps/{rep}/status")));
    let request = request
        .header("content-type", "application/json")
        .header("cookie", cookie);
    let sent = answer(request.send(body.to_string()));
    desk.tick();
    sent
}

/// Of a rep: the status, the own word, and whether Svar said it.
fn told(server: &Server, cookie: &str, rep: &str) -> serde_json::Value {
    let list = get(server, cookie, "/api/v1/reps").json();
    let items = list["items"].as_array().unwrap().iter();
    let mut reps = items.filter(|one| one["rep"] == rep);
    let presence = reps.next().unwrap()["presence"].clone();
    json!([
        presence["status"],
        presence["detail"],
        presence["is_automatic"]
    ])
}

#[test]
fn reps_say_it_themselves_and_reports_count_it() {
    let (desk, server, cookie) = desk();
    let available = json!({"status": "available"});
    assert_eq!(say(&desk, &server, &cookie, "ada", &available).status, 200);
    assert_eq!(say(&desk, &server, &cookie, "ada", &available).status, 409);
    assert_eq!(
        told(&server, &cookie, "ada"),
        json!(["available", null, false])
    );
    // An admin may say it for somebody else.
    let lunch = json!({"status": "away", "detail": "at lunch"});
    assert_eq!(say(&desk, &server, &cookie, "ben", &lunch).status, 200);
    assert_eq!(
        told(&server, &cookie, "ben"),
        json!(["away", "at lunch", false])
    );
    assert_eq!(say(&desk, &server, &cookie, "zoe", &lunch).status, 404);
    let odd = json!({"status": "asleep"});
    assert_eq!(say(&desk, &server, &cookie, "ada", &odd).status, 400);
    let long = json!({"status": "away", "detail": "x".repeat(101)});
    assert_eq!(say(&desk, &server, &cookie, "ada", &long).status, 400);
    desk.clock.set(desk.clock.now().plus_millis(3_600_000));
    say(
        &desk,
        &server,
        &cookie,
        "ada",
        &json!({"status": "offline"}),
    );
    let report = desk.report("rep_availability", "from=2026-11-01&to=2026-11-02&by=rep");
    assert!(report.to_string().contains("ada"), "{report}");
}

#[test]
fn who_is_silent_is_away_until_something_is_heard_of_them() {
    let (desk, server, cookie) = desk();
    say(
        &desk,
        &server,
        &cookie,
        "ada",
        &json!({"status": "available"}),
    );
    let after = |minutes: i64| {
        desk.clock
            .set(desk.clock.now().plus_millis(minutes * 60_000));
    };
    after(14);
    assert_eq!(rest_silent(&desk.app).unwrap(), 0);
    // A page that is looked at is a word.
    assert_eq!(get(&server, &cookie, "/inbox").status, 200);
    after(14);
    assert_eq!(rest_silent(&desk.app).unwrap(), 0);
    after(1);
    assert_eq!(rest_silent(&desk.app).unwrap(), 1);
    assert_eq!(rest_silent(&desk.app).unwrap(), 0);
    desk.tick();
    let presence = desk
        .app
        .reps()
        .into_iter()
        .find(|rep| rep.rep == "ada")
        .unwrap()
        .presence
        .unwrap();
    assert!(
        presence.is_automatic && presence.status.as_str() == "away",
        "{presence:?}"
    );
    // She is back with the next page; it is written down in her own name.
    get(&server, &cookie, "/inbox");
    desk.tick();
    assert_eq!(
        told(&server, &cookie, "ada"),
        json!(["available", null, false])
    );
    // Who said that they are away stays it, whatever they look at.
    say(&desk, &server, &cookie, "ada", &json!({"status": "away"}));
    get(&server, &cookie, "/inbox");
    desk.tick();
    assert_eq!(told(&server, &cookie, "ada"), json!(["away", null, false]));
    after(60);
    assert_eq!(rest_silent(&desk.app).unwrap(), 0);
}

#[test]
fn the_control_is_on_every_page_and_leads_back_to_it() {
    let (desk, server, cookie) = desk();
    let page = get(&server, &cookie, "/reports").body;
    assert!(page.contains(r#"action="/status""#), "{page}");
    desk.tick();
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let send = |pairs: &[(&str, &str)], from: &str| {
        let request = agent.post(server.url("/status")).header("cookie", &cookie);
        let request = request.header("referer", from);
        answer(request.send_form(pairs.iter().copied()))
    };
    let sent = send(
        &[("status", "away"), ("detail", "in a call")],
        &server.url("/reports?by=rep"),
    );
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/reports?by=rep")
    );
    desk.tick();
    assert_eq!(
        told(&server, &cookie, "ada"),
        json!(["away", "in a call", false])
    );
    assert!(get(&server, &cookie, "/reports").body.contains("in a call"));
    let again = send(
        &[("status", "away"), ("detail", "in a call")],
        "https://elsewhere.example//x",
    );
    assert_eq!((again.status, again.header("location")), (303, "/inbox"));
    assert_eq!(send(&[("status", "odd")], "").status, 400);
}
