//! Tags, which all share: listed with how many conversations have them, created, renamed and
//! deleted everywhere.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 09:00 conversation.tagged conversation=c1 tag=vip
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 conversation.tagged conversation=c2 tag=vip
    30 10:00 conversation.tagged conversation=c2 tag=late
    30 11:00 conversation.resolved conversation=c2 by=rep
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    desk.tick();
    sent
}

/// Each tag with its number.
fn tags(server: &Server) -> Vec<(String, u64)> {
    let list = server.get("/api/v1/tags").json();
    let items = list["items"].as_array().unwrap().iter();
    let tags = items.map(|item| {
        let tag = item["tag"].as_str().unwrap().to_owned();
        (tag, item["conversations"].as_u64().unwrap())
    });
    tags.collect()
}

fn told(list: &[(String, u64)]) -> Vec<(&str, u64)> {
    list.iter()
        .map(|(tag, count)| (tag.as_str(), *count))
        .collect()
}

#[test]
fn tags_are_listed_created_renamed_and_deleted_everywhere() {
    let (desk, server) = Desk::served(STORY);
    assert_eq!(told(&tags(&server)), [("late", 1), ("vip", 2)]);
    assert_eq!(
        post(&desk, &server, "tags", &json!({"tag": " new one "})).status,
        200
    );
    // Typed on a conversation, a tag is created, too.
    post(
        &desk,
        &server,
        "conversations/c1/tags",
        &json!({"add": ["typed"]}),
    );
    assert_eq!(
        told(&tags(&server)),
        [("late", 1), ("new one", 0), ("typed", 1), ("vip", 2)]
    );
    for (tag, to) in [("vip", "gold"), ("new one", "newer")] {
        let names = json!({"tag": tag, "to": to});
        let renamed = post(&desk, &server, "tags/rename", &names);
        assert_eq!(renamed.status, 200, "{}", renamed.body);
    }
    assert_eq!(
        told(&tags(&server)),
        [("gold", 2), ("late", 1), ("newer", 0), ("typed", 1)]
    );
    let closed = "/api/v1/conversations?view=closed&tag=gold";
    let list = server.get(closed).json();
    assert_eq!(list["items"][0]["conversation"], "c2");
    assert_eq!(
        post(&desk, &server, "tags/delete", &json!({"tag": "gold"})).status,
        200
    );
    assert_eq!(
        told(&tags(&server)),
        [("late", 1), ("newer", 0), ("typed", 1)]
    );
    assert_eq!(server.get(closed).json()["items"], json!([]));
    // The name is free again, and means nothing of before.
    assert_eq!(
        post(&desk, &server, "tags", &json!({"tag": "gold"})).status,
        200
    );
    assert_eq!(told(&tags(&server))[0], ("gold", 0));
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    desk.clock.set(desk.clock.now().plus_millis(60_000));
    desk.tick();
    assert_eq!(
        told(&tags(&server)),
        [("gold", 0), ("late", 1), ("newer", 0), ("typed", 1)]
    );
}

#[test]
fn a_tag_that_is_not_there_or_there_already_is_refused() {
    let (desk, server) = Desk::served(STORY);
    for (path, body, status, word) in [
        ("tags", json!({"tag": "vip"}), 409, "already"),
        ("tags", json!({"tag": "  "}), 400, "tag"),
        (
            "tags",
            json!({"tag": "x".repeat(101)}),
            400,
            "expected 1 to 100",
        ),
        (
            "tags/rename",
            json!({"tag": "none", "to": "x"}),
            404,
            "`none`",
        ),
        (
            "tags/rename",
            json!({"tag": "vip", "to": "late"}),
            409,
            "already",
        ),
        ("tags/rename", json!({"tag": "vip", "to": ""}), 400, "to"),
        ("tags/delete", json!({"tag": "none"}), 404, "`none`"),
    ] {
        let refused = post(&desk, &server, path, &body);
        assert_eq!(refused.status, status, "{path} {body}: {}", refused.body);
        assert!(
            refused.body.contains(word),
            "{path} {body}: {}",
            refused.body
        );
    }
    assert_eq!(told(&tags(&server)), [("late", 1), ("vip", 2)]);
}

#[test]
fn the_page_shows_the_number_before_anything_is_deleted() {
    let (desk, server) = Desk::served(STORY);
    let form = |pairs: &[(&str, &str)]| {
        desk.tick();
        let sent = server.form("/settings/tags", pairs);
        desk.tick();
        sent
    };
    assert!(server.get("/inbox").body.contains("/settings/tags"));
    assert_eq!(form(&[("do", "create"), ("tag", "<b>")]).status, 303);
    let page = server.get("/settings/tags").body;
    assert!(
        page.contains("2 conversations") && page.contains("&#60;b&#62;"),
        "{page}"
    );
    let asked = server.get("/settings/tags?delete=vip").body;
    assert!(asked.contains("Delete it everywhere"), "{asked}");
    assert_eq!(
        told(&tags(&server)).last(),
        Some(&("vip", 2)),
        "a link deletes nothing"
    );
    let again = form(&[("do", "create"), ("tag", "late")]);
    assert!(
        again.body.contains("already") && again.body.contains("late"),
        "{}",
        again.body
    );
    assert_eq!(
        form(&[("do", "rename"), ("tag", "late"), ("to", "slow")]).status,
        303
    );
    assert_eq!(form(&[("do", "delete"), ("tag", "vip")]).status, 303);
    assert_eq!(told(&tags(&server)), [("<b>", 0), ("slow", 1)]);
}
