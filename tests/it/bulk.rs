//! The same for many conversations at once: an answer for each, and a way back from what was
//! really changed.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 09:00 conversation.assigned conversation=c1 to=rep:ben
    30 09:00 conversation.tagged conversation=c1 tag=vip
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 conversation.assigned conversation=c2 to=nobody
    30 11:00 conversation.started conversation=c3 contact=p3
    30 11:00 message.added conversation=c3 message=m3 author=contact
    30 11:00 conversation.assigned conversation=c3 to=nobody
    30 11:30 conversation.resolved conversation=c3 by=rep:ada
";

fn bulk(desk: &Desk, server: &Server, deeds: &Value) -> Answer {
    desk.tick();
    let sent = server.post("/api/v1/conversations/bulk", &json!({ "deeds": deeds }));
    desk.tick();
    sent
}

/// What a desk says of its three conversations.
fn told(server: &Server) -> Vec<Value> {
    let one = |id: &str| {
        let one = server.get(&format!("/api/v1/conversations/{id}")).json();
        json!([one["status"], one["assigned_to"], one["tags"], one["marks"]])
    };
    let mut all: Vec<Value> = ["c1", "c2", "c3"].map(one).to_vec();
    for view in ["snoozed", "unread", "open"] {
        let list = server
            .get(&format!("/api/v1/conversations?view={view}"))
            .json();
        all.push(
            list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["conversation"].clone())
                .collect(),
        );
    }
    all
}

#[test]
fn each_conversation_has_its_answer_and_undo_takes_back_what_was_really_changed() {
    let (desk, server) = Desk::served(STORY);
    let all = json!(["c1", "c2", "c3", "c9", "c2"]);
    let deed = |action: Value| json!([{"conversations": all, "action": action}]);
    for (action, outcomes) in [
        (
            json!({"do": "resolve"}),
            ["done", "done", "unchanged", "refused"],
        ),
        (
            json!({"do": "reopen"}),
            ["unchanged", "unchanged", "done", "refused"],
        ),
        (
            json!({"do": "assign", "to": {"kind": "rep", "id": "ben"}}),
            ["unchanged", "done", "done", "refused"],
        ),
        (
            json!({"do": "tag", "add": ["vip", "late"]}),
            ["done", "done", "done", "refused"],
        ),
        (
            json!({"do": "tag", "remove": ["vip"]}),
            ["done", "unchanged", "unchanged", "refused"],
        ),
        (
            json!({"do": "mark", "mark": "spam", "on": true}),
            ["done", "done", "done", "refused"],
        ),
        (
            json!({"do": "snooze"}),
            ["done", "done", "refused", "refused"],
        ),
        (json!({"do": "read"}), ["done", "done", "done", "refused"]),
    ] {
        let before = told(&server);
        let done = bulk(&desk, &server, &deed(action.clone()));
        assert_eq!(done.status, 200, "{action}: {}", done.body);
        let result = done.json();
        let items = result["items"].as_array().unwrap();
        let got: Vec<&str> = items
            .iter()
            .map(|item| item["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(got, outcomes, "{action}: {}", done.body);
        assert_eq!(items[3]["detail"], "there is no conversation `c9`");
        assert_ne!(told(&server), before, "{action}");
        let back = bulk(&desk, &server, &result["undo"]);
        assert_eq!(back.status, 200, "{action}: {}", back.body);
        let items = back.json()["items"].as_array().unwrap().clone();
        assert!(
            items.iter().all(|item| item["outcome"] == "done"),
            "{action}: {}",
            back.body
        );
        assert_eq!(told(&server), before, "{action}");
    }
}

#[test]
fn what_somebody_did_meanwhile_is_not_taken_back() {
    let (desk, server) = Desk::served(STORY);
    let action = json!({"do": "tag", "add": ["late"]});
    let result = bulk(
        &desk,
        &server,
        &json!([{"conversations": ["c1", "c2"], "action": action}]),
    );
    let undo = result.json()["undo"].clone();
    // Somebody takes the tag off c1, and puts another one on c2.
    for (id, change) in [
        ("c1", json!({"remove": ["late"]})),
        ("c2", json!({"add": ["slow"]})),
    ] {
        let path = server.url(&format!("/api/v1/conversations/{id}/tags"));
        let request = agent()
            .post(path)
            .header("content-type", "application/json");
        assert_eq!(answer(request.send(change.to_string())).status, 200);
        desk.tick();
    }
    let back = bulk(&desk, &server, &undo).json();
    assert_eq!(back["items"][0]["outcome"], "unchanged");
    assert_eq!(back["items"][1]["outcome"], "done");
    assert_eq!(
        server.get("/api/v1/conversations/c2").json()["tags"],
        json!(["slow"])
    );
}

#[test]
fn what_cannot_be_done_to_any_is_refused_by_its_field() {
    let (desk, server) = Desk::served(STORY);
    let many: Vec<String> = (0..201).map(|number| format!("x{number}")).collect();
    for (deeds, word) in [
        (json!([]), "expected 1 to 200"),
        (
            json!([{"conversations": [], "action": {"do": "resolve"}}]),
            "expected 1 to 200",
        ),
        (
            json!([{"conversations": many, "action": {"do": "resolve"}}]),
            "expected 1 to 200",
        ),
        (
            json!([{"conversations": ["c1"], "action": {"do": "explode"}}]),
            "explode",
        ),
        (
            json!([{"conversations": ["c1"], "action": {"do": "assign"}}]),
            "to",
        ),
    ] {
        let refused = bulk(&desk, &server, &deeds);
        assert_eq!(refused.status, 400, "{deeds}: {}", refused.body);
        assert!(refused.body.contains(word), "{deeds}: {}", refused.body);
    }
}

#[test]
fn the_page_does_it_to_a_selection_and_takes_it_back_without_a_script() {
    let (desk, server) = Desk::served(STORY);
    let form = |pairs: &[(&str, &str)]| {
        desk.tick();
        let sent = agent().post(server.url("/inbox?view=open"));
        let sent = answer(sent.send_form(pairs.iter().copied()));
        desk.tick();
        sent
    };
    let page = server.get("/inbox?view=open").body;
    assert!(page.contains(r#"name="c" value="c1""#), "{page}");
    let done = form(&[("do", "resolve"), ("c", "c1"), ("c", "c2")]);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(
        done.body.contains("2 conversations changed."),
        "{}",
        done.body
    );
    let list = server.get("/api/v1/conversations").json();
    assert_eq!(list["counts"]["open"], 0);
    let undo = done.body.split("name=\"undo\" value=\"").nth(1).unwrap();
    let undo = undo.split('"').next().unwrap().replace("&#34;", "\"");
    let back = form(&[("do", "undo"), ("undo", &undo)]);
    assert!(
        back.body.contains("Taken back: 2 conversations."),
        "{}",
        back.body
    );
    let list = server.get("/api/v1/conversations").json();
    assert_eq!(list["counts"]["open"], 2);
    let none = form(&[("do", "resolve")]);
    assert!(none.body.contains("Nothing is selected"), "{}", none.body);
    let odd = form(&[("do", "tag"), ("c", "c1"), ("tag", " ")]);
    assert!(odd.body.contains("no tag is named"), "{}", odd.body);
    let gone = form(&[("do", "resolve"), ("c", "c9")]);
    assert!(
        gone.body.contains("there is no conversation `c9`"),
        "{}",
        gone.body
    );
}
