//! The HTTP API as a client meets it: statuses, bodies, headers.

use serde_json::json;

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    01 09:00 conversation.started
    01 09:00 message.added author=contact text=hello
    01 09:01 message.added author=customer_agent
    01 09:02 feedback.given rating=helpful
";

fn get(server: &Server, path: &str) -> Answer {
    answer(agent().get(server.url(path)).call())
}

fn post(server: &Server, body: &str) -> Answer {
    answer(agent().post(server.url("/api/v1/events")).send(body))
}

fn lines(story: &str) -> String {
    crate::desk::lines(&crate::desk::events(story))
}

#[test]
fn posted_events_are_durable_and_seen_by_their_writer_at_once() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let first = post(&server, &lines(STORY));
    assert_eq!(first.status, 200);
    assert_eq!(
        first.json(),
        json!({"accepted": 4, "duplicates": 0, "rejected": [], "later": 0, "log_position": 4})
    );
    assert_eq!(post(&server, &lines(STORY)).json()["duplicates"], 4);
    let request = agent()
        .get(server.url("/api/v1/reports/resolved?from=2026-10-01&to=2026-11-01"))
        .header("Svar-Min-Position", "4")
        .call();
    let json = answer(request).json();
    assert_eq!(json["total"], json!({"value": 1, "count": 1}));
    assert_eq!(json["log_position"], 4);
}

#[test]
fn each_rejected_line_is_told_with_its_field_and_the_rest_is_taken() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let bad = r#"{"type":"team.upserted","at":"2026-10-01","team":"t","name":"T"}"#;
    let body = format!("{}{bad}\nnot json\n", lines(STORY));
    let json = post(&server, &body).json();
    assert_eq!(json["accepted"], 4);
    let rejected = json["rejected"].as_array().unwrap();
    assert_eq!(
        (&rejected[0]["line"], &rejected[0]["field"]),
        (&json!(5), &json!("at"))
    );
    assert_eq!(
        (&rejected[1]["line"], &rejected[1]["field"]),
        (&json!(6), &json!(""))
    );
    let other = lines(STORY).replace("hello", "goodbye");
    let conflict = post(&server, &other).json();
    assert_eq!(conflict["duplicates"], 3);
    assert!(
        conflict["rejected"][0]["reason"]
            .as_str()
            .unwrap()
            .starts_with("conflict")
    );
}

#[test]
fn csv_has_the_names_of_reps_companies_and_contacts_beside_their_ids() {
    let desk = Desk::new();
    desk.post_story(
        "
        01 00:00 team.upserted team=t name=First
        01 00:00 rep.upserted rep=r name=Ada team=t
        01 00:00 contact.upserted contact=p name=Kari company={\"name\":\"Shop\"}
        01 09:00 conversation.started contact=p
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:r
    ",
    );
    let server = Server::start(&desk.app);
    let query = "from=2026-10-01&to=2026-11-01&by=rep,company,contact";
    let csv = get(
        &server,
        &format!("/api/v1/reports/first_response_time.csv?{query}"),
    )
    .body;
    let mut lines = csv.lines();
    let head = lines.next().unwrap();
    assert!(
        head.starts_with("company,company_name,contact,contact_name,rep,rep_name,start,end,value,"),
        "{head}"
    );
    let line = lines.next().unwrap();
    assert!(
        line.starts_with("shop,Shop,p,Kari,r,Ada,2026-10-01T00:00:00Z,"),
        "{line}"
    );
    let path = format!("/api/v1/reports/first_response_time/rows?{query}");
    let as_csv = agent().get(server.url(&path)).header("Accept", "text/csv");
    let rows = answer(as_csv.call()).body;
    assert!(
        rows.lines().next().unwrap().contains(",rep,rep_name,"),
        "{rows}"
    );
    assert!(rows.contains(",r,Ada,"), "{rows}");
}

#[test]
fn rows_come_as_csv_all_at_once_and_page_by_page_alike() {
    let desk = Desk::new();
    let mut events = Vec::new();
    // Many of one instant, so that a part may not end among them.
    for number in 0..9_000 {
        let conversation = format!("c{number:04}");
        let at = format!("2026-10-0{}T09:00:00Z", 1 + number / 5_000);
        events.push(
            json!({"type": "conversation.started", "at": at, "source": "t",
            "id": format!("s{number}"), "conversation": conversation, "contact": "p",
            "channel": "chat"}),
        );
        events.push(json!({"type": "message.added", "at": at, "source": "t",
            "id": format!("m{number}"), "conversation": conversation,
            "message": format!("m{number}"), "text": "Hello, where is it?",
            "author": {"kind": "contact", "id": "p"}}));
    }
    desk.post(&events);
    let server = Server::start(&desk.app);
    let path = "/api/v1/reports/handling_rate/rows?from=2026-10-01&to=2026-11-01&by=channel";
    let rows = |rest: &str| {
        let url = server.url(&format!("{path}{rest}"));
        answer(agent().get(url).header("Accept", "text/csv").call()).body
    };
    let all = rows("");
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(
        (lines[0], lines.len()),
        (
            "state,at,conversation,episode,ticket,channel,value,reason",
            9_001
        )
    );
    let ids: Vec<&str> = lines[1..]
        .iter()
        .map(|line| line.split(',').nth(2).unwrap())
        .collect();
    assert!(ids.is_sorted() && ids.first() == Some(&"c0000"));
    let page = rows("&cursor=4990&limit=20");
    let page: Vec<&str> = page.lines().collect();
    assert_eq!(page[1..], lines[4_991..5_011]);
    let none = rows("&state=open");
    assert_eq!(
        none.lines().collect::<Vec<_>>(),
        ["state,at,conversation,episode,ticket,value,reason"]
    );
    let refused = agent().get(server.url("/api/v1/reports/nothing/rows"));
    let refused = answer(refused.header("Accept", "text/csv").call());
    assert_eq!(refused.status, 404);
    let json = get(&server, path).json();
    assert_eq!(json["items"].as_array().unwrap().len(), 50);
    assert_eq!(json["total"], 9_000);
}

#[test]
fn a_report_answers_in_json_and_in_csv_with_the_same_figures() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = Server::start(&desk.app);
    let query = "from=2026-10-01&to=2026-10-03&every=day";
    let json = get(&server, &format!("/api/v1/reports/resolution_rate?{query}")).json();
    assert_eq!(json["report"]["id"], "resolution_rate");
    assert_eq!(
        json["window"],
        json!({"from": "2026-10-01T00:00:00Z", "to": "2026-10-03T00:00:00Z", "tz": "UTC", "every": "day"})
    );
    assert_eq!(json["profile"]["name"], "svar");
    let csv = get(
        &server,
        &format!("/api/v1/reports/resolution_rate.csv?{query}"),
    );
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let rows: Vec<&str> = csv.body.lines().collect();
    assert_eq!(
        rows[0],
        "start,end,value,count,denominator,high,low,numerator"
    );
    assert!(
        rows[1].starts_with("2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,1.0,1,1,1.0,0.2065"),
        "{}",
        rows[1]
    );
    assert_eq!(
        rows[2],
        "2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,,0,0,,,0"
    );
    let accepted = agent()
        .get(server.url(&format!("/api/v1/reports/resolution_rate?{query}")))
        .header("Accept", "text/csv")
        .call();
    assert_eq!(answer(accepted).body, csv.body);
}

#[test]
fn the_rows_of_a_number_lead_to_their_conversation_and_its_explanation() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = Server::start(&desk.app);
    let page = get(
        &server,
        "/api/v1/reports/resolved/rows?from=2026-10-01&to=2026-11-01",
    )
    .json();
    assert_eq!(page["total"], 1);
    let row = &page["items"][0];
    assert_eq!(
        (&row["state"], &row["conversation"]),
        (&json!("counted"), &json!("c"))
    );
    assert_eq!(row["reason"], "outcome resolved, confirmed by the contact");
    let json = get(&server, "/api/v1/conversations/c/explain").json();
    assert_eq!(json["excluded"], json!(null));
    let facts = json["episodes"][0]["facts"].as_array().unwrap();
    let outcome = facts.iter().find(|fact| fact["name"] == "outcome").unwrap();
    assert_eq!(
        (&outcome["value"], &outcome["rule"]),
        (&json!("resolved"), &json!("confirmed by the contact"))
    );
    let thread = get(&server, "/api/v1/conversations/c").json();
    assert_eq!(thread["messages"].as_array().unwrap().len(), 2);
    let json = get(&server, "/api/v1/search?q=hello").json();
    assert_eq!(json["items"][0]["conversation"], "c");
}

#[test]
fn a_query_that_cannot_be_used_is_a_problem_that_names_the_parameter() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    for (path, status, pointer) in [
        ("/api/v1/reports/resolved?every=fortnight", 400, "every"),
        (
            "/api/v1/reports/resolved?from=2026-10-02&to=2026-10-01",
            400,
            "from",
        ),
        ("/api/v1/reports/resolved?by=priority", 400, "by"),
        (
            "/api/v1/reports/resolved?where.priority=high",
            400,
            "where.priority",
        ),
        (
            "/api/v1/reports/resolved?from=2020-01-01&to=2026-01-01&every=hour",
            400,
            "every",
        ),
        ("/api/v1/reports/resolved/rows?state=maybe", 400, "state"),
        ("/api/v1/search?q=x&limit=0", 400, "limit"),
    ] {
        let response = get(&server, path);
        assert_eq!(response.status, status, "{path}: {}", response.body);
        assert_eq!(response.header("content-type"), "application/problem+json");
        assert_eq!(response.json()["errors"][0]["pointer"], pointer, "{path}");
    }
    let unknown = get(&server, "/api/v1/reports/resolvd");
    assert_eq!(
        (unknown.status, unknown.json()["type"].clone()),
        (404, json!("not_found"))
    );
    let request = agent()
        .get(server.url("/api/v1/nowhere"))
        .header("x-request-id", "abc-1")
        .call();
    let nowhere = answer(request);
    assert_eq!(
        (nowhere.status, nowhere.json()["request_id"].clone()),
        (404, json!("abc-1"))
    );
    assert_eq!(nowhere.header("x-request-id"), "abc-1");
    let method = answer(agent().post(server.url("/api/v1/reports")).send(""));
    assert_eq!(
        (method.status, method.json()["type"].clone()),
        (405, json!("method_not_allowed"))
    );
    let page = get(&server, "/nowhere");
    assert_eq!(
        (page.status, page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    assert_eq!(
        post(&server, "\u{0}\u{1}\u{2}").status,
        200,
        "a line that is no JSON is a rejected line"
    );
}

#[test]
fn names_of_elsewhere_and_pages_of_elsewhere_are_refused() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let rebound = agent()
        .get(server.url("/api/v1/reports"))
        .header("Host", "svar.example")
        .call();
    assert_eq!(answer(rebound).status, 403);
    let posted = |origin: &str| {
        let request = agent()
            .post(server.url("/api/v1/events"))
            .header("Origin", origin);
        answer(request.send("")).status
    };
    assert_eq!(posted("https://elsewhere.example"), 403);
    assert_eq!(posted("null"), 403);
    assert_ne!(posted(&format!("http://{}", server.address)), 403);
}

#[test]
fn probes_metrics_and_the_description_answer() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    assert_eq!(get(&server, "/healthz").body, "ok\n");
    assert_eq!(get(&server, "/readyz").body, "ready\n");
    assert!(get(&server, "/metrics").body.contains("svar_log_position"));
    let described = get(&server, "/api/v1/openapi.json").json();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "/api/v1/events",
        "/api/v1/reports",
        "/api/v1/reports/{id}",
        "/api/v1/reports/{id}/rows",
        "/api/v1/conversations/{id}/explain",
    ] {
        assert!(described["paths"][path].is_object(), "{path}");
    }
    assert_eq!(get(&server, "/api/docs/").status, 200);
    let list = get(&server, "/api/v1/reports").json();
    assert!(list["items"].as_array().unwrap().len() >= 37);
}

#[test]
fn a_past_instant_is_exact() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = Server::start(&desk.app);
    let at = |as_of: &str| {
        let path =
            format!("/api/v1/reports/resolution_rate?from=2026-10-01&to=2026-10-02&as_of={as_of}");
        get(&server, &path).json()
    };
    let before = at("2026-10-01T09:01:30Z");
    assert_eq!(
        (&before["total"]["value"], &before["pending"]),
        (&json!(0.0), &json!(1))
    );
    assert_eq!(before["as_of"], "2026-10-01T09:01:30Z");
    assert_eq!(at("2026-10-01T09:02:00Z")["total"]["value"], 1.0);
    assert_eq!(at("2026-10-01T08:00:00Z")["total"]["denominator"], 0);
}

#[test]
fn an_event_ahead_of_the_clock_counts_when_the_clock_reaches_it() {
    let desk = Desk::new();
    let later = STORY.replace("01 09", "30 09").replace("30 09", "31 23");
    let ahead = lines(&later).replace("2026-10-31T23", "2026-11-02T10");
    let taken = desk.app.take_body("test", ahead.as_bytes(), None).unwrap();
    assert_eq!((taken.accepted, taken.later), (4, 4));
    desk.app.settle().unwrap();
    let window = "from=2026-11-01&to=2026-11-03";
    assert_eq!(desk.report("handled", window)["total"]["value"], 0);
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-02T12:00:00Z").unwrap());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while desk.report("handled", window)["total"]["value"] != 1 {
        assert!(
            std::time::Instant::now() < deadline,
            "the event was never folded"
        );
        std::thread::yield_now();
    }
}

#[test]
fn an_answer_is_given_again_for_half_a_second_or_until_the_desk_changes() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let server = Server::start(&desk.app);
    let path = "/api/v1/reports/resolved?from=2026-10-01&to=2026-11-01";
    let position = || {
        let json = get(&server, path).json();
        (json["as_of"].clone(), json["total"]["value"].clone())
    };
    let later = |by| {
        let now = desk.clock.now().millis() + by;
        desk.clock.set(svar::model::Timestamp::from_millis(now));
    };
    let first = position();
    later(499);
    assert_eq!(position(), first, "the same answer, and it says as of when");
    let other = get(&server, &format!("{path}&every=day")).json();
    assert_ne!(
        other["as_of"], first.0,
        "what was not asked before is asked now"
    );
    later(1);
    let second = position();
    assert_ne!(second.0, first.0);
    assert_eq!(second.1, first.1);
    desk.post(&[
        json!({"type": "team.upserted", "at": "2026-10-02T09:00:00Z", "source": "x",
        "id": "t", "team": "t", "name": "T"}),
    ]);
    later(1);
    let third = position();
    assert_ne!(third.0, second.0, "the desk is another one");
}
