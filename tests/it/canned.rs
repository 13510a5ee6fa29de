//! Canned replies with placeholders, and macros: a canned reply with what is done besides, in one
//! step.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada-Lovelace
    20 09:00 rep.upserted rep=ben name=Ben
    20 09:00 contact.upserted contact=p1 name=Pia
    30 09:00 conversation.started conversation=c1 contact=p1 subject=Refund
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 09:00 conversation.assigned conversation=c1 to=rep:ben
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    desk.tick();
    sent
}

fn save(desk: &Desk, server: &Server, draft: &Value) -> String {
    let saved = post(desk, server, "canned-replies", draft);
    assert_eq!(saved.status, 200, "{}", saved.body);
    saved.json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn placeholders_are_filled_unknown_ones_refused_and_missing_values_marked() {
    let (desk, server) = Desk::served(STORY);
    let odd = json!({"title": "Hello", "text": "Hi {{contact.nmae}}"});
    let refused = post(&desk, &server, "canned-replies", &odd);
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("{{contact.nmae}}"),
        "{}",
        refused.body
    );
    let text = "Hi {{contact.first_name}}, about {{conversation.subject}}.";
    let id = save(&desk, &server, &json!({"title": "Hello", "text": text}));
    let filled = server
        .get(&format!("/api/v1/canned-replies/{id}/for/c1"))
        .json();
    assert_eq!(
        filled,
        json!({"text": "Hi Pia, about Refund.", "missing": []})
    );
    let filled = server
        .get(&format!("/api/v1/canned-replies/{id}/for/c2"))
        .json();
    assert_eq!(
        filled["text"],
        "Hi [contact.first_name?], about [conversation.subject?]."
    );
    assert_eq!(
        filled["missing"],
        json!(["contact.first_name", "conversation.subject"])
    );
    assert_eq!(server.get("/api/v1/canned-replies/none/for/c1").status, 404);
    let changed = json!({"id": id, "title": "Hello again", "text": "x"});
    assert_eq!(save(&desk, &server, &changed), id);
    let list = server.get("/api/v1/canned-replies").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["title"], "Hello again");
    let path = format!("canned-replies/{id}/remove");
    assert_eq!(post(&desk, &server, &path, &json!({})).status, 200);
    assert_eq!(post(&desk, &server, &path, &json!({})).status, 404);
}

#[test]
fn a_macro_does_all_in_one_step_or_nothing() {
    let (desk, server) = Desk::served(STORY);
    let close = json!({"title": "Refunded", "text": "Done, {{contact.name}}. {{rep.first_name}}",
        "assign_to": {"kind": "rep", "id": "ada"}, "tags": ["refund", "vip"], "resolves": true});
    let id = save(&desk, &server, &close);
    let before = desk.app.position();
    // Of c2's contact no name is known: nothing of it is done.
    let missing = json!({"canned_reply": id, "rep": "ada"});
    let refused = post(&desk, &server, "conversations/c2/apply", &missing);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("contact.name"), "{}", refused.body);
    assert_eq!(
        server.get("/api/v1/conversations/c2").json()["tags"],
        json!([])
    );
    let done = post(&desk, &server, "conversations/c1/apply", &missing);
    assert_eq!(done.status, 200, "{}", done.body);
    let one = server.get("/api/v1/conversations/c1").json();
    let last = one["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(last["text"], "Done, Pia. Ada-Lovelace");
    assert_eq!(last["id"], done.json()["id"]);
    assert_eq!(one["tags"], json!(["refund", "vip"]));
    assert_eq!(one["assigned_to"], json!({"kind": "rep", "id": "ada"}));
    assert_eq!(one["status"], "resolved");
    assert!(desk.app.position() > before);
    // Other words of one's own, for whom something is missing.
    let own = json!({"canned_reply": id, "text": "Done.", "rep": "ada"});
    assert_eq!(
        post(&desk, &server, "conversations/c2/apply", &own).status,
        200
    );
    let later = json!({"title": "Later", "text": "Give me a day.", "snooze_secs": 86_400});
    let later = save(&desk, &server, &later);
    post(&desk, &server, "conversations/c1/reopen", &json!({}));
    let applied = json!({"canned_reply": later});
    assert_eq!(
        post(&desk, &server, "conversations/c1/apply", &applied).status,
        200
    );
    let list = server.get("/api/v1/conversations?view=snoozed").json();
    assert_eq!(list["items"][0]["conversation"], "c1");
    for (draft, word) in [
        (json!({"title": " ", "text": "x"}), "title"),
        (json!({"title": "x", "text": " "}), "text"),
        (
            json!({"title": "x", "text": "x", "resolves": true, "snooze_secs": 5}),
            "snooze_secs",
        ),
        (
            json!({"title": "x", "text": "x", "snooze_secs": 0}),
            "snooze_secs",
        ),
    ] {
        let refused = post(&desk, &server, "canned-replies", &draft);
        assert_eq!(refused.status, 400, "{draft}: {}", refused.body);
        assert!(refused.body.contains(word), "{draft}: {}", refused.body);
    }
    let nobody = json!({"title": "x", "text": "x", "assign_to": {"kind": "rep", "id": "zoe"}});
    assert_eq!(post(&desk, &server, "canned-replies", &nobody).status, 404);
}

fn form(desk: &Desk, server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let sent = server.form(path, pairs);
    desk.tick();
    sent
}

#[test]
fn the_pages_write_insert_and_apply_them() {
    let (desk, server) = Desk::served(STORY);
    let form = |path: &str, pairs: &[(&str, &str)]| form(&desk, &server, path, pairs);
    let reply = [
        ("do", "save"),
        ("title", "Hi"),
        ("text", "Hi {{contact.name}}!"),
        ("tags", "hello, x"),
    ];
    assert_eq!(form("/settings/replies", &reply).status, 303);
    let odd = [("do", "save"), ("title", "Odd"), ("text", "Hi {{nobody}}")];
    let odd = form("/settings/replies", &odd).body;
    assert!(
        odd.contains("is no placeholder") && odd.contains("Odd"),
        "{odd}"
    );
    let list = server.get("/api/v1/canned-replies").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let page = server.get(&format!("/settings/replies?edit={id}")).body;
    assert!(
        page.contains("Hi {{contact.name}}!") && page.contains("Macro"),
        "{page}"
    );
    let insert = [
        ("do", "insert"),
        ("canned_reply", id.as_str()),
        ("text", "So far."),
    ];
    let inserted = form("/conversations/c1", &insert);
    assert_eq!(inserted.status, 200);
    assert!(
        inserted.body.contains("So far.\n\nHi Pia!</textarea>"),
        "{}",
        inserted.body
    );
    let one = server.get("/api/v1/conversations/c1").json();
    assert_eq!(
        one["messages"].as_array().unwrap().len(),
        1,
        "nothing is sent by that"
    );
    let apply = [("do", "apply"), ("canned_reply", id.as_str())];
    assert_eq!(form("/conversations/c1", &apply).status, 303);
    let one = server.get("/api/v1/conversations/c1").json();
    assert_eq!(one["messages"][1]["text"], "Hi Pia!");
    assert_eq!(one["tags"], json!(["hello", "x"]));
    assert_eq!(
        form("/settings/replies", &[("do", "remove"), ("id", &id)]).status,
        303
    );
}
