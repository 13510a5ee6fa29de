//! What is done to contacts: merged, never two whom the host tells apart; and blocked, which ends
//! all that is open and takes nothing of them any more, by whatever road it comes.

use serde_json::{Value, json};
use svar::app::{App, Error, Incoming, TokenDraft, Via};
use svar::command::{Caller, Identity, Refusal, Role, ScopeDraft, ScopeKind};

use crate::desk::{Answer, Desk, Server, agent, answer, events, lines};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia email=pia@shop.example
    20 09:00 contact.upserted contact=p2 name=Pia-Holm
    20 09:00 contact.upserted contact=p3 name=Quentin
    29 09:00 conversation.started conversation=c1 contact=p1
    29 09:00 message.added conversation=c1 message=m1 author=contact
    29 10:00 conversation.started conversation=c2 contact=p2
    29 10:00 message.added conversation=c2 message=m2 author=contact
    29 11:00 conversation.started conversation=c3 contact=p3
    29 11:00 message.added conversation=c3 message=m3 author=contact
    30 09:00 ticket.opened ticket=s1 pipeline=support stage=new contact=p1
    30 09:00 ticket.opened ticket=s2 pipeline=support stage=new conversation=c1
    30 09:00 ticket.opened ticket=j1 pipeline=jobs conversation=c1 contact=p1 request=matching
    30 10:00 proposal.sent proposal=o1 ticket=j1
    30 10:00 invoice.sent invoice=i1 ticket=j1
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    sent
}

fn refused(sent: &Answer, status: u16, word: &str) {
    assert_eq!(sent.status, status, "{}", sent.body);
    assert!(sent.body.contains(word), "{word}: {}", sent.body);
}

/// The events journalled after `position`, each by its type and what it is about.
fn journalled(desk: &Desk, position: u64) -> Vec<String> {
    let mut all = Vec::new();
    let (app, data) = (&desk.app, desk.folder.path());
    svar::app::export_events(data, Some(app.position()), None, |line| {
        let event: Value = serde_json::from_str(line).unwrap();
        let seq = event["id"].as_str().and_then(|id| id.parse::<u64>().ok());
        if event["source"] == "svar" && seq.is_some_and(|seq| seq > position) {
            let about = ["contact", "conversation", "proposal", "invoice", "ticket"];
            let about = about.iter().find_map(|name| event[*name].as_str());
            all.push(format!(
                "{} {}",
                event["type"].as_str().unwrap(),
                about.unwrap()
            ));
        }
        Ok::<(), Error>(())
    })
    .unwrap();
    all
}

#[test]
fn a_merged_contact_counts_as_the_other_and_what_cannot_be_merged_is_told() {
    let (desk, server) = Desk::served(STORY);
    refused(
        &post(&desk, &server, "/contacts/p1/merge", &json!({"into": "p1"})),
        409,
        "another",
    );
    refused(
        &post(&desk, &server, "/contacts/p1/merge", &json!({"into": "zz"})),
        404,
        "zz",
    );
    refused(
        &post(&desk, &server, "/contacts/zz/merge", &json!({"into": "p1"})),
        404,
        "zz",
    );
    refused(
        &post(&desk, &server, "/contacts/p1/merge", &json!({})),
        400,
        "into",
    );
    let merged = post(&desk, &server, "/contacts/p2/merge", &json!({"into": "p1"}));
    assert_eq!(merged.status, 200, "{}", merged.body);
    let view = server.get("/api/v1/contacts/p1").json();
    assert_eq!(view["conversations"].as_array().unwrap().len(), 2);
    let by = desk.report("support_volume", "from=2026-10-01&to=2026-11-02&by=contact");
    assert!(!by.to_string().contains("p2"), "{by}");
    // Neither back, nor in a circle, nor twice.
    refused(
        &post(&desk, &server, "/contacts/p1/merge", &json!({"into": "p2"})),
        409,
        "not merged",
    );
    refused(
        &post(&desk, &server, "/contacts/p2/merge", &json!({"into": "p3"})),
        409,
        "go on there",
    );
}

#[test]
fn two_whom_the_host_tells_apart_are_never_merged_also_not_through_those_merged_before() {
    let (desk, server) = Desk::served(STORY);
    let verify = |contact: &str, host_id: &str| {
        let path = format!("/contacts/{contact}/verify");
        post(&desk, &server, &path, &json!({"host_id": host_id}))
    };
    assert_eq!(verify("p2", "u7").status, 200);
    refused(&verify("p2", "u7"), 409, "already");
    refused(&verify("p2", "u8"), 409, "another user");
    refused(&verify("p1", "u7"), 409, "another contact");
    refused(&verify("p1", " "), 400, "host_id");
    assert_eq!(verify("p3", "u9").status, 200);
    let merge = |contact: &str, into: &str| {
        let path = format!("/contacts/{contact}/merge");
        post(&desk, &server, &path, &json!({"into": into}))
    };
    refused(&merge("p2", "p3"), 409, "two different users");
    // One of whom the host says nothing may be either.
    assert_eq!(merge("p2", "p1").status, 200);
    refused(&merge("p1", "p3"), 409, "two different users");
    refused(&merge("p3", "p1"), 409, "two different users");
    refused(&verify("p1", "u8"), 409, "another user");
    let page = server.get("/contacts/p2").body;
    assert!(page.contains("u7"), "{page}");
    drop(server);
    let desk = desk.reopened();
    let book = &desk.app.snapshot().installation.contacts;
    assert_eq!(book.called("u9").unwrap().as_str(), "p3");
}

/// A desk on which Pia is blocked, with the contact who was merged into her.
fn blocked() -> (Desk, Server) {
    let (desk, server) = Desk::served(STORY);
    post(&desk, &server, "/contacts/p2/merge", &json!({"into": "p1"}));
    let body = json!({"name": " Pia ", "rep": "ada"});
    let sent = post(&desk, &server, "/contacts/p1/block", &body);
    assert_eq!(sent.status, 200, "{}", sent.body);
    desk.tick();
    (desk, server)
}

#[test]
fn a_block_is_confirmed_by_the_name_and_ends_all_that_is_open_in_its_order() {
    let (desk, server) = Desk::served(STORY);
    post(&desk, &server, "/contacts/p2/merge", &json!({"into": "p1"}));
    let before = desk.app.position();
    for (contact, name, status, word) in [
        ("p1", "Pi", 400, "expected `Pia`"),
        ("p2", "Pia-Holm", 409, "go on there"),
        ("zz", "Pia", 404, "zz"),
        ("p1", "Pia", 200, "log_position"),
        ("p1", "Pia", 409, "already"),
    ] {
        let path = format!("/contacts/{contact}/block");
        let sent = post(&desk, &server, &path, &json!({"name": name}));
        refused(&sent, status, word);
    }
    assert_eq!(
        journalled(&desk, before),
        [
            "contact.blocked p1",
            "contact.blocked p2",
            "conversation.resolved c1",
            "conversation.resolved c2",
            "ticket.declined j1",
            "ticket.staged s1",
            "ticket.staged s2",
            "proposal.withdrawn o1",
            "invoice.voided i1",
        ]
    );
    let merge = post(&desk, &server, "/contacts/p3/merge", &json!({"into": "p1"}));
    refused(&merge, 409, "blocked");
    let ticket = server.get("/api/v1/tickets/s1").json();
    assert_eq!(
        (&ticket["stage"], &ticket["is_closed"]),
        (&json!("closed"), &json!(true))
    );
    let job = server.get("/api/v1/tickets/j1").json();
    assert_eq!(job["stage"], "declined");
    assert_eq!(job["proposals"][0]["status"], "withdrawn");
    assert_eq!(job["invoices"][0]["status"], "voided");
}

#[test]
fn what_a_block_ends_counts_neither_as_solved_nor_as_declined_also_after_a_start() {
    let (desk, server) = blocked();
    let figures = |desk: &Desk| {
        let window = "from=2026-10-01&to=2026-11-02";
        ["jobs_declined", "resolution_rate", "time_to_close"].map(|id| {
            let mut report = desk.report(id, window);
            report["log_position"] = Value::Null;
            report["as_of"] = Value::Null;
            report
        })
    };
    let told = figures(&desk);
    assert_eq!(told[0]["series"][0]["total"]["value"], 0, "{}", told[0]);
    assert_eq!(told[1]["series"][0]["total"]["numerator"], 0, "{}", told[1]);
    let excluded = told[2]["excluded"].to_string();
    assert!(excluded.contains("blocked"), "{excluded}");
    drop(server);
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    desk.app.settle().unwrap();
    assert_eq!(figures(&desk), told);
}

#[test]
fn what_a_blocked_contact_writes_is_refused_where_it_is_posted_and_kept_where_it_is_imported() {
    let (desk, server) = blocked();
    let at = desk.clock.now().to_string();
    let message = |id: &str, conversation: &str, author: &Value| {
        json!({"type": "message.added", "at": at, "source": "live", "id": id,
            "conversation": conversation, "message": id, "author": author, "text": "Hello?"})
    };
    let contact = json!({"kind": "contact"});
    let started = |id: &str, direction: &str| {
        json!({"type": "conversation.started", "at": at, "source": "live", "id": id,
            "conversation": id, "contact": "p2", "channel": "chat", "direction": direction})
    };
    let posted = [
        message("1", "c1", &contact),
        message("2", "c2", &contact),
        message("3", "c3", &contact),
        message("4", "c3", &json!({"kind": "contact", "id": "p1"})),
        started("5", "inbound"),
        message("6", "5", &contact),
        message("7", "c1", &json!({"kind": "rep", "id": "ada"})),
    ];
    let sent = agent()
        .post(server.url("/api/v1/events"))
        .send(lines(&posted));
    let taken = answer(sent).json();
    let rejected = taken["rejected"].as_array().unwrap().iter();
    let rejected: Vec<u64> = rejected.map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(rejected, [1, 2, 4, 5, 6], "{taken}");
    assert!(taken.to_string().contains("is blocked"), "{taken}");
    assert_eq!(taken["accepted"], 2);
    // What was written before the block and comes late is no new message.
    let late = "30 12:00 message.added conversation=c1 message=late author=contact";
    assert_eq!(desk.post(&events(late))["accepted"], 1);
    // An import tells what was; it is kept, and no number counts it.
    let body = lines(&[message("8", "c1", &contact)]);
    let imported = desk
        .app
        .take_body_by(Via::Import, "import", body.as_bytes(), None)
        .unwrap();
    assert_eq!(imported.accepted, 1);
}

#[test]
fn nothing_is_done_with_a_blocked_contact_at_the_desk_but_noted() {
    let (desk, server) = blocked();
    let contact = json!({"id": "p1"});
    for (path, body, status) in [
        (
            "/conversations",
            json!({"by": "contact", "contact": contact, "channel": "chat", "text": "x"}),
            409,
        ),
        (
            "/conversations",
            json!({"contact": contact, "channel": "chat", "text": "x", "rep": "ada"}),
            409,
        ),
        (
            "/conversations/c2/messages",
            json!({"text": "x", "rep": "ada"}),
            409,
        ),
        (
            "/conversations/c1/messages",
            json!({"text": "x", "note": true, "rep": "ada"}),
            200,
        ),
        ("/conversations/c1/reopen", json!({"rep": "ada"}), 409),
        ("/conversations/c3/messages", json!({"text": "x"}), 200),
        ("/tickets/s1/stage", json!({"stage": "new"}), 409),
        ("/tickets/s2/stage", json!({"stage": "new"}), 409),
        ("/tickets/s2/assign", json!({"reps": ["ada"]}), 200),
        (
            "/tickets",
            json!({"pipeline": "support", "conversation": "c1"}),
            409,
        ),
    ] {
        let sent = post(&desk, &server, path, &body);
        let word = if status == 409 {
            "is blocked"
        } else {
            "log_position"
        };
        refused(&sent, status, word);
    }
    let incoming = Incoming {
        conversation: "c1".to_owned(),
        contact: "p1".to_owned(),
        channel: "chat".to_owned(),
        text: "Hello?".to_owned(),
    };
    let answered = desk.app.respond(&incoming).unwrap_err();
    let is_refused = matches!(answered, Error::Refused(Refusal::Conflict(_)));
    assert!(is_refused, "{answered}");
}

/// Sends with a token of a role.
fn send_as(server: &Server, token: &str, path: &str, body: &Value) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1{path}")));
    let request = request.header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

fn token(app: &App, role: Role, kind: ScopeKind) -> String {
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let draft = TokenDraft {
        name: "t".to_owned(),
        role,
        rep: Some("ada".to_owned()),
        scope: Some(ScopeDraft {
            kind,
            ..ScopeDraft::default()
        }),
        days: None,
    };
    app.create_token(&admin, &draft).unwrap().secret
}

#[test]
fn blocking_is_for_admins_unless_a_rule_says_otherwise_and_for_whoever_sees_everything() {
    let (desk, server) = Desk::served(STORY);
    desk.post_story("31 10:00 conversation.assigned conversation=c1 to=rep:ada");
    let rep = token(&desk.app, Role::Rep, ScopeKind::All);
    desk.tick();
    let own = token(&desk.app, Role::Rep, ScopeKind::Own);
    desk.tick();
    let pia = json!({"name": "Pia"});
    let as_rep = send_as(&server, &rep, "/contacts/p1/block", &pia);
    refused(&as_rep, 403, "admin");
    desk.tick();
    assert_eq!(
        post(&desk, &server, "/access", &json!({"reps_block": true})).status,
        200
    );
    assert_eq!(server.get("/api/v1/access").json()["reps_block"], true);
    refused(
        &send_as(&server, &own, "/contacts/p1/block", &pia),
        409,
        "sees everything",
    );
    // Who is seen in part may be merged with nobody but who is seen.
    let merge = send_as(&server, &own, "/contacts/p1/merge", &json!({"into": "p3"}));
    refused(&merge, 404, "p3");
    let merge = send_as(&server, &own, "/contacts/p3/merge", &json!({"into": "p1"}));
    refused(&merge, 404, "p3");
    desk.tick();
    assert_eq!(
        send_as(&server, &rep, "/contacts/p1/block", &pia).status,
        200
    );
    refused(
        &send_as(
            &server,
            &rep,
            "/contacts/p3/verify",
            &json!({"host_id": "u"}),
        ),
        403,
        "role",
    );
}

#[test]
fn a_contacts_page_merges_and_blocks_once_it_is_confirmed() {
    let (desk, server) = Desk::served(STORY);
    let page = server.get("/contacts/p2").body;
    assert!(page.contains("Type Pia-Holm to confirm"), "{page}");
    assert!(
        !page.contains("Merge for good"),
        "nobody was looked for: {page}"
    );
    let page = server.get("/contacts/p2?seek=pia").body;
    assert!(page.contains(r#"name="into" value="p1""#), "{page}");
    assert!(!page.contains(r#"name="into" value="p2""#), "{page}");
    desk.tick();
    let sent = server.form("/contacts/p2", &[("do", "merge"), ("into", "p1")]);
    assert_eq!(
        sent.header("location"),
        "/contacts/p1?done=merge",
        "{}",
        sent.body
    );
    desk.tick();
    assert!(
        server
            .get("/contacts/p1?done=merge")
            .body
            .contains("Merged:")
    );
    let gone = server.get("/contacts/p2").body;
    assert!(!gone.contains("Block for good"), "{gone}");
    let wrong = server.form("/contacts/p1", &[("do", "block"), ("name", "<i>")]);
    assert_eq!(wrong.status, 200);
    assert!(
        wrong.body.contains("expected `Pia`") && !wrong.body.contains("<i>"),
        "{}",
        wrong.body
    );
    let sent = server.form("/contacts/p1", &[("do", "block"), ("name", "Pia")]);
    assert_eq!(
        sent.header("location"),
        "/contacts/p1?done=block",
        "{}",
        sent.body
    );
    desk.tick();
    let page = server.get("/contacts/p1?done=block").body;
    assert!(
        page.contains("Blocked since") && !page.contains("Block for good"),
        "{page}"
    );
    let odd = server.form("/contacts/p1", &[("do", "erase everything")]);
    assert!(odd.body.contains("nothing this page does"), "{}", odd.body);
}
