//! What is done to tickets and jobs: over the API, on the page, at once, and too late.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben
    31 09:00 conversation.started conversation=c1 contact=p1
    31 09:00 message.added conversation=c1 message=m1 author=contact
    31 09:00 ticket.opened ticket=s1 pipeline=support stage=new
    31 09:00 ticket.opened ticket=j1 pipeline=jobs conversation=c1 contact=p1 request=matching
    20 09:00 ticket.opened ticket=old pipeline=jobs contact=p1
";

fn send(server: &Server, path: &str, body: &Value, version: Option<&str>) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1/tickets{path}")));
    let request = request.header("content-type", "application/json");
    let request = match version {
        Some(version) => request.header("if-match", version),
        None => request,
    };
    answer(request.send(body.to_string()))
}

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = send(server, path, body, None);
    desk.tick();
    sent
}

fn ticket(server: &Server, id: &str) -> Value {
    server.get(&format!("/api/v1/tickets/{id}")).json()
}

#[test]
fn a_ticket_is_opened_moved_and_given_away() {
    let (desk, server) = Desk::served(STORY);
    let draft = json!({"pipeline": "support", "conversation": "c1", "subject": "Broken", "priority": "high"});
    let opened = post(&desk, &server, "", &draft);
    assert_eq!(opened.status, 200, "{}", opened.body);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let one = ticket(&server, &id);
    assert_eq!(
        (&one["stage"], &one["contact"]),
        (&json!("new"), &json!("p1"))
    );
    let moved = json!({"stage": "waiting_on_contact", "rep": "ada"});
    assert_eq!(
        post(&desk, &server, &format!("/{id}/stage"), &moved).status,
        200
    );
    assert_eq!(
        post(&desk, &server, &format!("/{id}/stage"), &moved).status,
        409
    );
    let reps = json!({"reps": ["ben", "ada", "ben"]});
    assert_eq!(
        post(&desk, &server, &format!("/{id}/assign"), &reps).status,
        200
    );
    let changed = json!({"priority": "low"});
    assert_eq!(
        post(&desk, &server, &format!("/{id}/update"), &changed).status,
        200
    );
    let one = ticket(&server, &id);
    assert_eq!(one["stage"], "waiting_on_contact");
    assert_eq!(
        (&one["owner"], &one["reps"]),
        (&json!("ben"), &json!(["ben", "ada"]))
    );
    assert_eq!(one["priority"], "low");
}

#[test]
fn what_a_ticket_cannot_be_is_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    for (path, body, status, word) in [
        ("", json!({"pipeline": "none"}), 404, "pipeline"),
        (
            "",
            json!({"pipeline": "support", "stage": "odd"}),
            400,
            "waiting_on_us",
        ),
        (
            "",
            json!({"pipeline": "support", "conversation": "c9"}),
            404,
            "conversation",
        ),
        (
            "",
            json!({"pipeline": "support", "owner": "zoe"}),
            404,
            "rep",
        ),
        (
            "",
            json!({"pipeline": "support", "request": "direct"}),
            400,
            "request",
        ),
        ("/none/take", json!({"rep": "ada"}), 404, "ticket"),
        ("/s1/stage", json!({"stage": "odd"}), 400, "odd"),
        ("/s1/assign", json!({"reps": ["zoe"]}), 404, "rep"),
        ("/s1/update", json!({}), 400, "nothing is changed"),
        ("/s1/decline", json!({"rep": "ada"}), 409, "no job"),
        ("/s1/proposals", json!({"rep": "ada"}), 409, "no job"),
        ("/s1/take", json!({}), 400, "rep"),
    ] {
        let refused = post(&desk, &server, path, &body);
        assert_eq!(refused.status, status, "{path} {body}: {}", refused.body);
        assert!(
            refused.body.contains(word),
            "{path} {body}: {}",
            refused.body
        );
    }
}

#[test]
fn of_two_who_take_one_ticket_at_once_one_gets_it_and_the_other_is_told() {
    let (desk, server) = Desk::served(STORY);
    desk.tick();
    let take = |rep: &str| send(&server, "/s1/take", &json!({"rep": rep}), None);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| take("ada"));
        let other = scope.spawn(|| take("ben"));
        (one.join().unwrap(), other.join().unwrap())
    });
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let loser = if one.status == 409 { &one } else { &other };
    assert!(
        loser.body.contains("somebody else has taken"),
        "{}",
        loser.body
    );
    desk.tick();
    let owner = if one.status == 200 { "ada" } else { "ben" };
    assert_eq!(ticket(&server, "s1")["owner"], owner);
}

#[test]
fn another_version_is_not_written_over_and_comes_back_as_it_is() {
    let (desk, server) = Desk::served(STORY);
    let first = server.get("/api/v1/tickets/s1");
    let etag = first.header("etag").to_owned();
    assert_eq!(
        etag,
        format!("\"{}\"", first.json()["version"].as_str().unwrap())
    );
    desk.tick();
    let stage = |stage: &str| json!({"stage": stage, "rep": "ada"});
    let done = send(&server, "/s1/stage", &stage("waiting_on_us"), Some(&etag));
    assert_eq!(done.status, 200, "{}", done.body);
    desk.tick();
    let late = send(&server, "/s1/stage", &stage("closed"), Some(&etag));
    assert_eq!(late.status, 412, "{}", late.body);
    assert_eq!(late.header("content-type"), "application/problem+json");
    assert_eq!(late.json()["current"]["stage"], "waiting_on_us");
    let now = late.header("etag").to_owned();
    assert_eq!(
        send(&server, "/s1/stage", &stage("closed"), Some(&now)).status,
        200
    );
    assert_eq!(
        send(&server, "/s1/stage", &stage("new"), Some("*")).status,
        200
    );
}

/// Does one thing after the other, each with the status that it must have.
fn steps(desk: &Desk, server: &Server, steps: &[(&str, Value, u16)]) {
    for (path, body, status) in steps {
        let mut body = body.clone();
        body["rep"] = json!("ada");
        let sent = post(desk, server, path, &body);
        assert_eq!(sent.status, *status, "{path} {body}: {}", sent.body);
    }
}

#[test]
fn a_job_moves_by_what_happens_and_nobody_types_its_stage_in() {
    let (desk, server) = Desk::served(STORY);
    assert_eq!(ticket(&server, "j1")["stage"], "new");
    steps(&desk, &server, &[("/j1/view", json!({}), 200)]);
    assert_eq!(ticket(&server, "j1")["stage"], "opened");
    let typed = json!({"stage": "awaiting_us", "rep": "ada"});
    let typed = post(&desk, &server, "/j1/stage", &typed);
    assert_eq!(typed.status, 409);
    assert!(
        typed.body.contains("follows from what happens"),
        "{}",
        typed.body
    );
    let contact = json!({"by": "contact"});
    let review = |score: u8| json!({"communication": score, "quality": 4});
    let done = [
        ("/j1/complete", json!({}), 200),
        ("/j1/complete", json!({}), 409),
        ("/j1/complete", contact, 200),
        ("/j1/decline", json!({}), 409),
        ("/j1/review", review(5), 200),
        ("/j1/review", review(6), 400),
    ];
    steps(&desk, &server, &done);
    let one = ticket(&server, "j1");
    assert_eq!(one["stage"], "completed");
    assert_eq!(one["review"]["quality"], 4);
    let completed = desk.report("jobs_completed", "from=2026-11-01&to=2026-11-02");
    assert_eq!(completed["total"]["value"], 1, "{completed}");
}

#[test]
fn a_jobs_money_goes_one_way() {
    let (desk, server) = Desk::served(STORY);
    let price = json!({"amount": 250, "currency": "EUR"});
    let offer = json!({"proposal": "o1", "price": price, "text": "All in."});
    let bill = json!({"invoice": "i1", "price": {"amount": 250}});
    let odd = |price: Value| json!({ "price": price });
    let none = || json!({});
    let first = [
        ("/j1/proposals", offer.clone(), 200),
        ("/j1/proposals", offer, 400),
    ];
    steps(&desk, &server, &first);
    assert_eq!(ticket(&server, "j1")["stage"], "awaiting_contact");
    let rest = [
        ("/j1/proposals/o1/accept", none(), 200),
        ("/j1/proposals/o1/withdraw", none(), 409),
        ("/j1/proposals/o9/accept", none(), 404),
        ("/j1/invoices", odd(json!({"amount": -1})), 400),
        ("/j1/invoices", odd(json!({"currency": "euro"})), 400),
        ("/j1/invoices", bill, 200),
        ("/j1/invoices/i1/pay", none(), 200),
        ("/j1/invoices/i1/void", none(), 409),
        ("/j1/invoices/i9/pay", none(), 404),
    ];
    steps(&desk, &server, &rest);
    let one = ticket(&server, "j1");
    assert_eq!(one["proposals"][0]["status"], "accepted");
    assert_eq!(one["invoices"][0]["status"], "paid");
    let invoiced = desk.report("jobs_invoiced", "from=2026-11-01&to=2026-11-02");
    assert_eq!(invoiced["total"]["value"], 1, "{invoiced}");
}

#[test]
fn a_job_that_has_expired_takes_nothing_and_says_so() {
    let (desk, server) = Desk::served(STORY);
    assert_eq!(ticket(&server, "old")["stage"], "expired");
    let before = desk.app.position();
    for (path, body) in [
        ("take", json!({"rep": "ada"})),
        ("decline", json!({"rep": "ada"})),
        ("proposals", json!({"rep": "ada"})),
        (
            "review",
            json!({"communication": 5, "quality": 5, "rep": "ada"}),
        ),
    ] {
        let refused = send(&server, &format!("/old/{path}"), &body, None);
        assert_eq!(refused.status, 409, "{path}: {}", refused.body);
        assert!(
            refused.body.contains("has expired"),
            "{path}: {}",
            refused.body
        );
    }
    assert_eq!(desk.app.position(), before);
    let page = server.get("/tickets/old").body;
    assert!(
        page.contains("This job has expired") && !page.contains("value=\"take\""),
        "{page}"
    );
    // A job that is declined in time does not expire; one that nobody touches does, by the clock.
    desk.tick();
    assert_eq!(
        send(
            &server,
            "/j1/decline",
            &json!({"rep": "ada", "reason": "busy"}),
            None
        )
        .status,
        200
    );
    desk.tick();
    assert_eq!(ticket(&server, "j1")["stage"], "declined");
    assert_eq!(ticket(&server, "j1")["declined"]["reason"], "busy");
    assert_eq!(
        send(&server, "/j1/proposals", &json!({"rep": "ada"}), None).status,
        409
    );
}

fn form(desk: &Desk, server: &Server, id: &str, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let sent = server.form(&format!("/tickets/{id}"), pairs);
    desk.tick();
    sent
}

#[test]
fn the_page_does_it_by_forms_and_tells_whoever_was_late() {
    let (desk, server) = Desk::served(STORY);
    let form = |id: &str, pairs: &[(&str, &str)]| form(&desk, &server, id, pairs);
    let version = |id: &str| ticket(&server, id)["version"].as_str().unwrap().to_owned();
    let seen = version("s1");
    let moved = [
        ("do", "stage"),
        ("stage", "waiting_on_us"),
        ("version", seen.as_str()),
    ];
    assert_eq!(form("s1", &moved).status, 303);
    let late = form(
        "s1",
        &[
            ("do", "stage"),
            ("stage", "closed"),
            ("version", seen.as_str()),
        ],
    );
    assert_eq!(late.status, 200);
    assert!(
        late.body.contains("Somebody changed this ticket meanwhile"),
        "{}",
        late.body
    );
    assert_eq!(ticket(&server, "s1")["stage"], "waiting_on_us");
    let given = [("do", "assign"), ("rep", "ben"), ("rep", "ada")];
    assert_eq!(form("s1", &given).status, 303);
    assert_eq!(ticket(&server, "s1")["reps"], json!(["ben", "ada"]));
    assert_eq!(form("none", &[("do", "take")]).status, 404);
    assert_eq!(form("s1", &[("do", "explode")]).status, 200);
}

#[test]
fn the_page_takes_a_job_from_its_proposal_to_the_contacts_word() {
    let (desk, server) = Desk::served(STORY);
    let form = |id: &str, pairs: &[(&str, &str)]| form(&desk, &server, id, pairs);
    let offer = [
        ("do", "propose"),
        ("amount", "99.5"),
        ("currency", "eur"),
        ("text", "<b>All</b>"),
    ];
    assert_eq!(form("j1", &offer).status, 303);
    let page = server.get("/tickets/j1").body;
    assert!(
        page.contains("99.50 EUR") && page.contains("&#60;b&#62;All"),
        "{page}"
    );
    let proposal = ticket(&server, "j1")["proposals"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        form("j1", &[("do", "accept"), ("part", &proposal)]).status,
        303
    );
    let odd = form("j1", &[("do", "bill"), ("amount", "a lot")]);
    assert!(odd.body.contains("is no number"), "{}", odd.body);
    assert_eq!(
        form("j1", &[("do", "bill"), ("amount", "99.5")]).status,
        303
    );
    assert_eq!(form("j1", &[("do", "confirm")]).status, 303);
    assert_eq!(ticket(&server, "j1")["stage"], "completed");
}
