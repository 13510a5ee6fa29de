//! What reps have looked at and put off: unread for each of them, and snoozed until an instant or
//! the contact's word.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben
    20 09:00 contact.upserted contact=p1 name=Pia company={\"name\":\"Kiosk\",\"url\":\"https://kiosk.example\"}
    20 09:00 team.upserted team=north name=North
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email subject=Refund
    30 09:00 message.added conversation=c1 message=m1 author=contact text=Where-is-it
    30 09:00 conversation.assigned conversation=c1 to=rep:ada
    30 09:00 conversation.tagged conversation=c1 tag=vip
    30 09:00 conversation.tagged conversation=c1 tag=late
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact text=Parcel
    30 10:00 conversation.assigned conversation=c2 to=team:north
    30 10:00 conversation.tagged conversation=c2 tag=vip
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    let sent = server.post(&format!("/api/v1/conversations/{path}"), body);
    desk.tick();
    sent
}

/// The conversations of a list, in its order.
fn listed(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("/api/v1/conversations?{query}"));
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.json()["items"].as_array().unwrap().clone();
    let items = items.iter();
    items
        .map(|item| item["conversation"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_came_since_somebody_looked_is_unread_to_them_and_counted() {
    let (desk, server) = Desk::served(STORY);
    // Whoever asks here is no rep; what is new is new to them.
    assert_eq!(listed(&server, "view=unread"), ["c2", "c1"]);
    let read = post(&desk, &server, "c1/read", &json!({}));
    assert_eq!(read.status, 200, "{}", read.body);
    assert_eq!(listed(&server, "view=unread"), ["c2"]);
    assert_eq!(listed(&server, "unread=false"), ["c1"]);
    assert_eq!(listed(&server, "view=open&unread=true"), ["c2"]);
    assert_eq!(
        server.get("/api/v1/conversations").json()["counts"]["unread"],
        1
    );
    // What ada has seen, the one who asks has not.
    post(&desk, &server, "c2/read", &json!({"rep": "ada"}));
    assert_eq!(listed(&server, "view=unread"), ["c2"]);
    assert_eq!(
        post(&desk, &server, "c2/read", &json!({"rep": "zoe"})).status,
        404
    );
    desk.post_story("31 09:00 message.added conversation=c1 message=m3 author=contact text=Well");
    assert_eq!(listed(&server, "view=unread"), ["c1", "c2"]);
    // Seen until the first message only: the second one stays new.
    let until = json!({"until": "2026-10-30T09:00:00Z"});
    assert_eq!(post(&desk, &server, "c1/read", &until).status, 200);
    assert_eq!(listed(&server, "view=unread"), ["c1", "c2"]);
    post(&desk, &server, "c1/read", &json!({}));
    assert_eq!(listed(&server, "view=unread"), ["c2"]);
    assert_eq!(post(&desk, &server, "c1/unread", &json!({})).status, 200);
    assert_eq!(post(&desk, &server, "c1/unread", &json!({})).status, 409);
    assert_eq!(listed(&server, "view=unread"), ["c1", "c2"]);
}

#[test]
fn looking_changes_nothing_and_answering_is_having_seen() {
    let (desk, server) = Desk::served(STORY);
    for path in ["/conversations/c1", "/api/v1/conversations/c1", "/inbox"] {
        assert_eq!(server.get(path).status, 200);
    }
    desk.tick();
    assert_eq!(listed(&server, "view=unread"), ["c2", "c1"]);
    let page = server.get("/conversations/c1").body;
    assert!(
        page.contains("data-seen") && page.contains("Mark as read"),
        "{page}"
    );
    post(
        &desk,
        &server,
        "c1/messages",
        &json!({"text": "On its way."}),
    );
    assert_eq!(listed(&server, "view=unread"), ["c2"]);
    let page = server.get("/conversations/c1").body;
    assert!(
        !page.contains("data-seen") && page.contains("Mark as unread"),
        "{page}"
    );
}

#[test]
fn what_is_snoozed_leaves_the_lists_and_comes_back_by_the_clock() {
    let (desk, server) = Desk::served(STORY);
    let until = json!({"until": "2026-11-02T00:00:00Z"});
    assert_eq!(post(&desk, &server, "c1/snooze", &until).status, 200);
    assert_eq!(post(&desk, &server, "c1/snooze", &until).status, 409);
    assert_eq!(listed(&server, "view=open"), ["c2"]);
    assert_eq!(listed(&server, "view=waiting"), ["c2"]);
    assert_eq!(listed(&server, "view=snoozed"), ["c1"]);
    let one = &server.get("/api/v1/conversations?view=snoozed").json()["items"][0];
    assert_eq!(one["snoozed_until"], "2026-11-02T00:00:00Z");
    assert!(
        server
            .get("/inbox?view=snoozed")
            .body
            .contains("snoozed until")
    );
    assert!(server.get("/conversations/c1").body.contains("Wake up"));
    let past = json!({"until": "2026-10-01T00:00:00Z"});
    let refused = post(&desk, &server, "c2/snooze", &past);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errors"][0]["pointer"], "until");
    // Nothing is written when its time comes.
    let position = desk.app.position();
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-02T00:00:00Z").unwrap());
    assert_eq!(listed(&server, "view=open"), ["c2", "c1"]);
    assert_eq!(listed(&server, "view=snoozed"), [""; 0]);
    assert_eq!(desk.app.position(), position);
}

#[test]
fn the_contacts_word_a_wake_and_an_end_bring_it_back() {
    let (desk, server) = Desk::served(STORY);
    for id in ["c1", "c2"] {
        assert_eq!(
            post(&desk, &server, &format!("{id}/snooze"), &json!({})).status,
            200
        );
    }
    assert_eq!(listed(&server, "view=open"), [""; 0]);
    let now = desk.clock.now().to_string();
    desk.post(&[
        json!({"type": "message.added", "at": now, "conversation": "c1",
        "message": "m9", "author": {"kind": "contact"}, "text": "Hello?"}),
    ]);
    assert_eq!(listed(&server, "view=open"), ["c1"]);
    assert_eq!(post(&desk, &server, "c2/wake", &json!({})).status, 200);
    assert_eq!(post(&desk, &server, "c2/wake", &json!({})).status, 409);
    assert_eq!(listed(&server, "view=open"), ["c1", "c2"]);
    post(&desk, &server, "c2/snooze", &json!({}));
    post(&desk, &server, "c2/resolve", &json!({}));
    assert_eq!(listed(&server, "view=snoozed"), [""; 0]);
    assert_eq!(post(&desk, &server, "c2/snooze", &json!({})).status, 409);
    post(&desk, &server, "c2/reopen", &json!({}));
    assert_eq!(listed(&server, "view=open"), ["c1", "c2"]);
}

#[test]
fn what_was_seen_and_snoozed_is_so_after_a_restart_and_a_rebuild() {
    let (desk, server) = Desk::served(STORY);
    post(&desk, &server, "c1/read", &json!({}));
    post(
        &desk,
        &server,
        "c2/snooze",
        &json!({"until": "2026-12-01T00:00:00Z"}),
    );
    drop(server);
    let now = desk.clock.now();
    let check = |desk: &Desk| {
        desk.clock.set(now);
        desk.tick();
        let server = Server::start(&desk.app);
        assert_eq!(listed(&server, "view=snoozed"), ["c2"]);
        assert_eq!(listed(&server, "view=open"), ["c1"]);
        assert_eq!(listed(&server, "view=unread"), [""; 0]);
    };
    let desk = desk.reopened();
    check(&desk);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    for part in ["derived", "store"] {
        std::fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    check(&Desk::in_folder(folder));
}

#[test]
fn each_filter_narrows_the_lists_and_the_counts_alike() {
    let (desk, server) = Desk::served(STORY);
    post(
        &desk,
        &server,
        "c2/messages",
        &json!({"text": "The courier has it."}),
    );
    for (query, wanted) in [
        ("tag=vip", &["c2", "c1"][..]),
        ("tag.all=vip,late", &["c1"]),
        ("tag.all=vip,none", &[]),
        ("team=north", &["c2"]),
        ("status=open", &["c2", "c1"]),
        ("status=resolved", &[]),
        ("from=2026-11-01", &["c2"]),
        ("to=2026-11-01", &["c1"]),
        ("from=2026-10-31T00:00:00Z&to=2026-11-02", &["c2"]),
        ("q=Pia", &["c1"]),
        ("q=kiosk", &["c1"]),
        ("q=kiosk.example", &["c1"]),
        ("q=refund", &["c1"]),
        ("q=parcel", &["c2"]),
        ("q=courier", &["c2"]),
        ("q=nothing+of+the+kind", &[]),
    ] {
        assert_eq!(listed(&server, query), wanted, "{query}");
        let counts = server.get(&format!("/api/v1/conversations?{query}")).json();
        assert_eq!(counts["counts"]["open"], wanted.len(), "{query}");
    }
    for (query, field) in [
        ("status=odd", "status"),
        ("unread=odd", "unread"),
        ("from=odd", "from"),
    ] {
        let refused = server.get(&format!("/api/v1/conversations?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert_eq!(refused.json()["errors"][0]["pointer"], field);
    }
    let page = server.get("/inbox?q=kiosk&tag.all=vip").body;
    assert!(
        page.contains("/conversations/c1") && !page.contains("/conversations/c2"),
        "{page}"
    );
}
