//! How conversations begin at the desk: a rep writes first, or a program takes in what a contact
//! wrote.

use serde_json::{Value, json};
use svar::command::{Beginner, Caller, ContactDraft, Identity, Role, StartDraft, UserDraft};

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia email=pia@shop.example
    20 09:00 contact.upserted contact=p2 name=Rude
    20 09:00 contact.blocked contact=p2
    20 09:00 contact.upserted contact=p3 name=Pia
    20 09:00 contact.merged contact=p3 into=p1
";

fn start(desk: &Desk, server: &Server, body: &Value) -> Answer {
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    let sent = server.post("/api/v1/conversations", body);
    desk.tick();
    sent
}

#[test]
fn a_rep_writes_first_to_somebody_who_is_there_or_new() {
    let (desk, server) = Desk::served(STORY);
    let known = json!({"contact": {"id": "p1"}, "channel": "email", "subject": "Your order",
        "text": "It is late.", "rep": "ada"});
    let sent = start(&desk, &server, &known);
    assert_eq!(sent.status, 200, "{}", sent.body);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let one = server.get(&format!("/api/v1/conversations/{id}")).json();
    assert_eq!(one["direction"], "outbound");
    assert_eq!(one["assigned_to"], json!({"kind": "rep", "id": "ada"}));
    assert_eq!(
        one["messages"][0]["author"],
        json!({"kind": "rep", "id": "ada"})
    );
    let new = json!({"contact": {"name": "Nora", "email": "nora@shop.example"},
        "channel": "email", "text": "Hello", "rep": "ada"});
    let id = start(&desk, &server, &new).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = server.get(&format!("/api/v1/conversations/{id}")).json();
    let contact = one["contact"].as_str().unwrap();
    let contact = server.get(&format!("/api/v1/contacts/{contact}")).json();
    assert_eq!(contact["name"], "Nora");
    let list = server.get("/api/v1/conversations").json();
    assert_eq!(list["counts"]["open"], 2);
    // Outbound, so the contact has waited for nothing.
    assert_eq!(list["counts"]["waiting"], 0);
}

#[test]
fn an_inbound_one_begins_with_the_contacts_own_words_and_no_user_speaks_for_them() {
    let (desk, server) = Desk::served(STORY);
    let inbound = json!({"by": "contact", "contact": {"id": "p1"}, "channel": "form",
        "text": "Where is it?"});
    let id = start(&desk, &server, &inbound).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = server.get(&format!("/api/v1/conversations/{id}")).json();
    assert_eq!(one["direction"], "inbound");
    assert_eq!(
        one["messages"][0]["author"],
        json!({"kind": "contact", "id": "p1"})
    );
    let list = server.get("/api/v1/conversations?view=waiting").json();
    assert_eq!(list["items"][0]["conversation"], id.as_str());
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Rep,
        ..UserDraft::default()
    };
    desk.app.save_user(&cli, draft).unwrap();
    let user = Caller::live(Identity::User("ada".to_owned()), Role::Rep);
    let draft = StartDraft {
        contact: ContactDraft {
            id: Some("p1".to_owned()),
            ..ContactDraft::default()
        },
        channel: "form".to_owned(),
        text: "I said so".to_owned(),
        ..StartDraft::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = desk
        .app
        .start_conversation(user, Beginner::Contact, None, draft);
    let refused = runtime.block_on(begun).unwrap_err().to_string();
    assert!(refused.contains("only a contact begins"), "{refused}");
}

#[test]
fn files_go_with_the_first_message() {
    let (desk, server) = Desk::served(STORY);
    let up = |name: &str| {
        let path = format!("/api/v1/files?name={name}");
        let sent = answer(agent().post(server.url(&path)).send("bytes".as_bytes()));
        assert_eq!(sent.status, 200, "{}", sent.body);
        sent.json()["id"].as_str().unwrap().to_owned()
    };
    let begun = json!({"contact": {"id": "p1"}, "channel": "email", "rep": "ada",
        "files": [up("offer.pdf")]});
    let begun = start(&desk, &server, &begun);
    assert_eq!(begun.status, 200, "{}", begun.body);
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    let place = format!("/api/v1/conversations/{id}");
    let file = &server.get(&place).json()["messages"][0]["attachments"][0];
    assert_eq!(file["name"], "offer.pdf");
    let read = format!("{place}/files/{}", file["sha256"].as_str().unwrap());
    assert_eq!(server.get(&read).body, "bytes");
    // Neither one that nobody sent up, nor one that was sent up for another conversation.
    let path = format!("/api/v1/conversations/{id}/files?name=a.txt");
    let bound = answer(agent().post(server.url(&path)).send("bytes".as_bytes()));
    let bound = bound.json()["id"].as_str().unwrap().to_owned();
    for other in ["f-none", &bound] {
        let body = json!({"contact": {"id": "p1"}, "channel": "email", "rep": "ada",
            "text": "Hello", "files": [other]});
        let refused = start(&desk, &server, &body);
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains("sent up"), "{}", refused.body);
    }
}

#[test]
fn what_cannot_begin_says_why_by_its_field() {
    let (desk, server) = Desk::served(STORY);
    let with = |contact: Value, channel: &str, text: &str| json!({"contact": contact, "channel": channel, "text": text, "rep": "ada"});
    for (body, status, word) in [
        (with(json!({"id": "p1"}), "email", "  "), 400, "text"),
        (with(json!({"id": "p1"}), "", "x"), 400, "channel"),
        (with(json!({}), "email", "x"), 400, "contact"),
        (
            with(json!({"id": "p1", "name": "Q"}), "email", "x"),
            400,
            "nothing beside it",
        ),
        (with(json!({"email": "nobody"}), "email", "x"), 400, "email"),
        (with(json!({"id": "p9"}), "email", "x"), 404, "contact `p9`"),
        (with(json!({"id": "p2"}), "email", "x"), 409, "blocked"),
        (with(json!({"id": "p3"}), "email", "x"), 409, "merged"),
    ] {
        let refused = start(&desk, &server, &body);
        assert_eq!(refused.status, status, "{body}: {}", refused.body);
        assert!(refused.body.contains(word), "{body}: {}", refused.body);
    }
    assert_eq!(
        server.get("/api/v1/conversations").json()["counts"]["open"],
        0
    );
}

#[test]
fn the_page_finds_a_contact_keeps_what_was_typed_and_leads_to_the_conversation() {
    let (desk, server) = Desk::served(STORY);
    let form = |pairs: &[(&str, &str)]| server.form("/inbox/new", pairs);
    assert!(server.get("/inbox").body.contains("/inbox/new"));
    assert!(
        server
            .get("/contacts/p1")
            .body
            .contains("/inbox/new?contact=p1")
    );
    assert!(!server.get("/contacts/p2").body.contains("/inbox/new"));
    let found = form(&[("do", "find"), ("q", "pia"), ("text", "half a <thought>")]).body;
    assert!(found.contains(r#"value="p1""#), "{found}");
    assert!(found.contains("half a &#60;thought&#62;"), "{found}");
    let refused = form(&[
        ("do", "start"),
        ("contact", "p1"),
        ("channel", "email"),
        ("text", ""),
    ]);
    assert!(refused.body.contains("text"), "{}", refused.body);
    // A file that was sent up stays, whatever becomes of the form.
    let part = |name: &str, value: &str| {
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = [
        part("do", "find"),
        part("upload\"; filename=\"offer.pdf", "bytes"),
        "--edge--\r\n".to_owned(),
    ];
    let request = agent().post(server.url("/inbox/new"));
    let request = request.header("origin", server.url(""));
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    let kept = answer(request.send(body.concat().as_bytes()));
    assert!(kept.body.contains("offer.pdf (5 B)"), "{}", kept.body);
    let file = kept.body.split(r#"name="file" value=""#).nth(1).unwrap();
    let file = file.split('"').next().unwrap();
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    let sent = form(&[
        ("do", "start"),
        ("contact", "p1"),
        ("channel", "email"),
        ("text", "Hi"),
        ("file", file),
    ]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.tick();
    let page = server.get(sent.header("location").split('#').next().unwrap());
    assert!(page.body.contains("Hi"), "{}", page.body);
    assert!(page.body.contains("offer.pdf"), "{}", page.body);
}
