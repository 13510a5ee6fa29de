//! Proposals in a conversation that has no job: one that is accepted opens a job, unless the
//! company is yet to be created. And which jobs the desk wants.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 09:00 conversation.started conversation=c1 contact=p1 subject=Books
    30 09:00 message.added conversation=c1 message=m1 author=contact text=Can-you-do-our-books
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 ticket.opened ticket=j2 pipeline=jobs conversation=c2 contact=p2
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    sent
}

/// Sends a proposal in c1.
fn propose(desk: &Desk, server: &Server, proposal: &str) {
    let body = json!({"proposal": proposal, "price": {"amount": 900, "currency": "EUR"}, "text": "Your books, monthly.", "rep": "ada"});
    let sent = post(desk, server, "/conversations/c1/proposals", &body);
    assert_eq!(
        (sent.status, sent.json()["id"].as_str()),
        (200, Some(proposal)),
        "{}",
        sent.body
    );
}

fn proposals(server: &Server) -> Value {
    server.get("/api/v1/conversations/c1").json()["proposals"].clone()
}

#[test]
fn an_accepted_proposal_opens_a_job_that_is_answered_and_cannot_expire() {
    let (desk, server) = Desk::served(STORY);
    propose(&desk, &server, "o1");
    let sent = &proposals(&server)[0];
    assert_eq!(
        (&sent["status"], &sent["amount"]),
        (&json!("sent"), &json!(900.0))
    );
    let yes = post(
        &desk,
        &server,
        "/conversations/c1/proposals/o1/accept",
        &json!({"rep": "ada"}),
    );
    assert_eq!(yes.status, 200, "{}", yes.body);
    let job = yes.json()["id"].as_str().unwrap().to_owned();
    let one = server.get(&format!("/api/v1/tickets/{job}")).json();
    assert_eq!(
        (&one["is_job"], &one["pipeline"]),
        (&json!(true), &json!("jobs"))
    );
    assert_eq!(
        (&one["stage"], &one["owner"]),
        (&json!("awaiting_us"), &json!("ada"))
    );
    assert_eq!(
        (&one["conversation"], &one["contact"]),
        (&json!("c1"), &json!("p1"))
    );
    assert_eq!(one["expires_at"], Value::Null);
    assert_eq!(proposals(&server)[0]["status"], "accepted");
    // It is among the jobs received, and not among the response times.
    let received = desk.report("jobs_received", "from=2026-11-01&to=2026-11-02");
    assert_eq!(received["total"]["value"], 1.0);
    let answered = desk.report("job_response_time", "from=2026-11-01&to=2026-11-02");
    assert_eq!(answered["total"]["count"], 0);
    // What is over is over, and the next proposal is the job's.
    for (path, body) in [
        ("/conversations/c1/proposals/o1/accept", json!({})),
        ("/conversations/c1/proposals/o1/decline", json!({})),
        ("/conversations/c1/proposals/o1/withdraw", json!({})),
        ("/conversations/c1/proposals", json!({"rep": "ada"})),
        ("/conversations/c2/proposals", json!({"rep": "ada"})),
    ] {
        let refused = post(&desk, &server, path, &body);
        assert_eq!(refused.status, 409, "{path}: {}", refused.body);
    }
}

#[test]
fn for_a_company_that_is_yet_to_be_created_no_job_is_opened_and_the_proposal_stays_visible() {
    let (desk, server) = Desk::served(STORY);
    propose(&desk, &server, "o1");
    let yes = post(
        &desk,
        &server,
        "/conversations/c1/proposals/o1/accept",
        &json!({"new_company": true}),
    );
    assert_eq!(
        (yes.status, yes.json().get("id")),
        (200, None),
        "{}",
        yes.body
    );
    let one = &proposals(&server)[0];
    assert_eq!(
        (&one["status"], &one["awaits_company"]),
        (&json!("accepted"), &json!(true))
    );
    let jobs = server.get("/api/v1/tickets?view=all&contact=p1").json();
    assert_eq!(jobs["items"], json!([]));
    let page = server.get("/conversations/c1").body;
    assert!(
        page.contains("Proposals and jobs") && page.contains("the company is yet to be created"),
        "{page}"
    );
    // A job that somebody opens later for it is an ordinary one.
    let opened = post(
        &desk,
        &server,
        "/tickets",
        &json!({"pipeline": "jobs", "conversation": "c1"}),
    );
    assert_eq!(opened.status, 200, "{}", opened.body);
    let job = opened.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        server.get(&format!("/api/v1/tickets/{job}")).json()["stage"],
        "new"
    );
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_eq!(proposals(&server)[0]["awaits_company"], true);
}

#[test]
fn what_cannot_be_proposed_is_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    propose(&desk, &server, "o1");
    for (path, body, status, word) in [
        ("c1/proposals", json!({"proposal": "o1"}), 400, "proposal"),
        (
            "c1/proposals",
            json!({"price": {"amount": -1}}),
            400,
            "amount",
        ),
        (
            "c1/proposals",
            json!({"price": {"currency": "euro"}}),
            400,
            "currency",
        ),
        ("c1/proposals", json!({"words": "x"}), 400, "words"),
        ("c9/proposals", json!({}), 404, "c9"),
        ("c1/proposals/o9/accept", json!({}), 404, "o9"),
        (
            "c1/proposals/o1/accept",
            json!({"pipeline": "support"}),
            400,
            "pipeline",
        ),
        (
            "c1/proposals/o1/accept",
            json!({"pipeline": "none"}),
            404,
            "pipeline",
        ),
        (
            "c1/proposals/o1/accept",
            json!({"new_company": "yes"}),
            400,
            "new_company",
        ),
        ("c1/proposals/o1/decline", json!({"rep": "zoe"}), 404, "rep"),
    ] {
        let refused = post(&desk, &server, &format!("/conversations/{path}"), &body);
        assert_eq!(refused.status, status, "{path} {body}: {}", refused.body);
        assert!(
            refused.body.contains(word),
            "{path} {body}: {}",
            refused.body
        );
    }
    assert_eq!(proposals(&server)[0]["status"], "sent");
}

#[test]
fn of_two_who_accept_one_proposal_at_once_one_opens_one_job() {
    let (desk, server) = Desk::served(STORY);
    propose(&desk, &server, "o1");
    desk.tick();
    let accept = || {
        server
            .post("/api/v1/conversations/c1/proposals/o1/accept", &json!({}))
            .status
    };
    let mut statuses = std::thread::scope(|scope| {
        let threads = [scope.spawn(accept), scope.spawn(accept)];
        threads.map(|thread| thread.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    desk.tick();
    let jobs = server.get("/api/v1/tickets?view=all&contact=p1").json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
}

#[test]
fn the_page_proposes_accepts_and_opens_tickets_by_forms() {
    let (desk, server) = Desk::served(STORY);
    let press = |pairs: &[(&str, &str)]| {
        desk.tick();
        let sent = server.form("/conversations/c1", pairs);
        desk.tick();
        sent
    };
    let offered = [
        ("do", "propose"),
        ("amount", "120.50"),
        ("currency", "nok"),
        ("words", "Books"),
    ];
    let sent = press(&offered);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(sent.header("location").ends_with("#offers"));
    let odd = press(&[("do", "propose"), ("amount", "much")]);
    assert!(odd.body.contains("`much` is no number"), "{}", odd.body);
    let proposal = proposals(&server)[0]["id"].as_str().unwrap().to_owned();
    let page = server.get("/conversations/c1").body;
    assert!(page.contains("120.50 NOK"), "{page}");
    assert_eq!(
        press(&[("do", "accept"), ("proposal", &proposal)]).status,
        303
    );
    let page = server.get("/conversations/c1").body;
    assert!(page.contains("A job goes on: propose there."), "{page}");
    assert!(page.contains("Awaiting us"), "{page}");
    let opened = press(&[
        ("do", "open_ticket"),
        ("pipeline", "support"),
        ("subject", "Password"),
    ]);
    assert_eq!(opened.status, 303, "{}", opened.body);
    let page = server.get("/conversations/c1").body;
    assert!(page.contains(">Password</a>"), "{page}");
}

#[test]
fn jobs_that_the_desk_does_not_want_are_refused_and_others_come_in() {
    let (desk, server) = Desk::served(STORY);
    let open = |request: &str, service: &str| {
        let body = json!({"pipeline": "jobs", "request": request, "service": service});
        post(&desk, &server, "/tickets", &body)
    };
    assert_eq!(open("matching", "books").status, 200);
    let set = post(
        &desk,
        &server,
        "/job-preferences",
        &json!({"services": [" Books ", "Books", "tax"], "notify": "jobs@shop.example"}),
    );
    assert_eq!(set.status, 200, "{}", set.body);
    let preferences = server.get("/api/v1/job-preferences").json();
    assert_eq!(
        preferences,
        json!({"available": true, "shown": true, "matched": true, "customers": [],
        "services": ["Books", "tax"], "notify": "jobs@shop.example", "closed_text": null})
    );
    assert_eq!(open("matching", "books").status, 200);
    let other = open("matching", "painting");
    assert_eq!(other.status, 409, "{}", other.body);
    let problem = other.json();
    assert_eq!(problem["type"], "not_taken");
    assert_eq!(problem["errors"][0]["pointer"], "service");
    assert!(
        other
            .body
            .contains("`painting` is not taken here; expected one of Books, tax"),
        "{}",
        other.body
    );
    assert_eq!(open("direct", "painting").status, 409);
    assert_eq!(open("direct", "").status, 200);
    post(
        &desk,
        &server,
        "/job-preferences",
        &json!({"matched": false}),
    );
    assert_eq!(open("matching", "books").status, 409);
    post(
        &desk,
        &server,
        "/job-preferences",
        &json!({"available": false}),
    );
    assert_eq!(open("direct", "books").status, 409);
    // What a rep writes down themselves is theirs to decide.
    assert_eq!(open("prospect", "painting").status, 200);
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_eq!(
        server.get("/api/v1/job-preferences").json()["available"],
        false
    );
}

#[test]
fn preferences_that_cannot_be_are_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    for (body, word) in [
        (json!({}), "available"),
        (json!({"available": "no"}), "available"),
        (json!({"notify": "nobody"}), "notify"),
        (json!({"services": [""]}), "services"),
        (json!({"closed_text": "x".repeat(1_001)}), "closed_text"),
        (json!({"colour": 1}), "colour"),
    ] {
        let refused = post(&desk, &server, "/job-preferences", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(word), "{body}: {}", refused.body);
    }
}

#[test]
fn the_page_of_preferences_sets_them_all_at_once() {
    let (desk, server) = Desk::served(STORY);
    let page = server.get("/settings/jobs").body;
    assert_eq!(page.matches("checked").count(), 3, "{page}");
    desk.tick();
    let form = [
        ("available", "yes"),
        ("customers", "start-ups\r\n\r\nshops"),
        ("services", ""),
        ("notify", ""),
    ];
    let sent = server.form("/settings/jobs", &form);
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.tick();
    let preferences = server.get("/api/v1/job-preferences").json();
    assert_eq!(preferences["customers"], json!(["start-ups", "shops"]));
    assert_eq!(
        (&preferences["available"], &preferences["shown"]),
        (&json!(true), &json!(false))
    );
    let odd = server.form(
        "/settings/jobs",
        &[("notify", "nobody"), ("customers", "kept")],
    );
    assert!(
        odd.status == 200 && odd.body.contains("notify") && odd.body.contains("kept"),
        "{}",
        odd.body
    );
}

#[test]
fn a_block_withdraws_what_was_proposed_in_a_conversation() {
    let (desk, server) = Desk::served(STORY);
    propose(&desk, &server, "o1");
    let blocked = post(
        &desk,
        &server,
        "/contacts/p1/block",
        &json!({"name": "p1", "rep": "ada"}),
    );
    assert_eq!(blocked.status, 200, "{}", blocked.body);
    assert_eq!(proposals(&server)[0]["status"], "withdrawn");
}
