//! The lists that reps work from, and what they do with a conversation: over the API, on the
//! pages, at once, and after a restart.

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role, UserDraft};

use crate::desk::{Answer, Desk, Server};

/// Four conversations in October: one waits, one is ben's, one the customer agent's, one is
/// resolved.
const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email subject=Refund
    30 09:00 message.added conversation=c1 message=m1 author=contact text=Where-is-it
    30 09:00 conversation.assigned conversation=c1 to=nobody
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 conversation.assigned conversation=c2 to=rep:ben
    30 10:05 message.added conversation=c2 message=m3 author=rep:ben text=Here
    31 11:00 conversation.started conversation=c3 contact=p3
    31 11:00 conversation.assigned conversation=c3 to=customer_agent
    31 11:00 message.added conversation=c3 message=m4 author=contact
    30 12:00 conversation.started conversation=c4 contact=p4
    30 12:00 message.added conversation=c4 message=m5 author=contact
    30 12:10 message.added conversation=c4 message=m6 author=rep:ada text=Done
    30 12:20 conversation.resolved conversation=c4 by=rep:ada
    30 12:30 conversation.tagged conversation=c2 tag=vip
";

/// Does something, a second after what was done before: what is done at one instant of the
/// clock is written a millisecond apart, and not seen before the clock reaches it.
fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    server.post(&format!("/api/v1/conversations/{path}"), body)
}

/// The conversations of a list, in its order.
fn listed(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("/api/v1/conversations?{query}")).json();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["conversation"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_view_lists_what_it_says_and_counts_agree_with_the_lists() {
    let (_desk, server) = Desk::served(STORY);
    for (view, wanted) in [
        ("open", &["c2", "c1"][..]),
        ("unassigned", &["c1"]),
        ("waiting", &["c1"]),
        ("agent", &["c3"]),
        ("closed", &["c4"]),
        ("mine", &[]),
        ("spam", &[]),
    ] {
        assert_eq!(listed(&server, &format!("view={view}")), wanted, "{view}");
        let counts = server.get("/api/v1/conversations").json();
        assert_eq!(counts["counts"][view], wanted.len(), "{view}");
    }
    assert_eq!(listed(&server, "channel=email"), ["c1"]);
    assert_eq!(listed(&server, "assignee=rep:ben,rep:ada"), ["c2"]);
    assert_eq!(listed(&server, "tag=vip,other"), ["c2"]);
    assert_eq!(listed(&server, "sort=waiting"), ["c1", "c2"]);
    let first = server.get("/api/v1/conversations?view=waiting").json();
    let first = &first["items"][0];
    assert_eq!(first["preview"], "Where-is-it");
    assert_eq!(first["waiting_since"], "2026-10-30T09:00:00Z");
    // From the thirtieth at nine to the first of November: 39 hours.
    assert_eq!(first["waiting_secs"], 39 * 3_600);
    for (query, field) in [
        ("view=all", "view"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("assignee=ben", "assignee"),
        ("sort=x", "sort"),
    ] {
        let refused = server.get(&format!("/api/v1/conversations?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert_eq!(refused.json()["errors"][0]["pointer"], field);
    }
}

#[test]
fn a_page_stays_where_it_is_while_new_conversations_arrive() {
    let (desk, server) = Desk::served(STORY);
    let first = server.get("/api/v1/conversations?limit=1").json();
    assert_eq!(first["items"][0]["conversation"], "c2");
    let cursor = first["next_cursor"].as_str().unwrap();
    desk.post_story(
        "31 20:00 conversation.started conversation=c9 contact=p9
         31 20:00 message.added conversation=c9 message=m9 author=contact
         31 20:00 conversation.assigned conversation=c9 to=nobody",
    );
    let rest = server
        .get(&format!("/api/v1/conversations?limit=5&cursor={cursor}"))
        .json();
    let rest: Vec<&Value> = rest["items"].as_array().unwrap().iter().collect();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["conversation"], "c1");
    assert_eq!(listed(&server, "")[0], "c9");
}

#[test]
fn a_reply_ends_the_wait_and_counts_in_the_reports() {
    let (desk, server) = Desk::served(STORY);
    let sent = post(
        &desk,
        &server,
        "c1/messages",
        &json!({"text": "On its way.", "rep": "ada"}),
    );
    assert_eq!(sent.status, 200, "{}", sent.body);
    let message = sent.json()["id"].as_str().unwrap().to_owned();
    let one = server.get("/api/v1/conversations/c1").json();
    let last = one["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["id"], &last["text"]),
        (&json!(message), &json!("On its way."))
    );
    assert_eq!(last["author"], json!({"kind": "rep", "id": "ada"}));
    assert_eq!(listed(&server, "view=waiting"), [""; 0]);
    let report = desk.report(
        "first_response_time",
        "from=2026-10-30&to=2026-10-31&by=rep",
    );
    let series = report["series"].as_array().unwrap();
    let ada = series
        .iter()
        .find(|one| one["key"]["rep"] == "ada")
        .unwrap();
    // Ada also answered c4 after ten minutes; c1 took 39 hours.
    assert_eq!(ada["total"]["count"], 2);
    let note = post(
        &desk,
        &server,
        "c1/messages",
        &json!({"text": "Careful.", "note": true, "rep": "ada"}),
    );
    assert_eq!(note.status, 200);
    for (body, status, word) in [
        (json!({"text": "  "}), 400, "empty"),
        (json!({"text": "x", "rep": "nobody"}), 404, "rep"),
        (json!({}), 400, "text"),
        (json!({"text": "x", "color": 1}), 400, "color"),
    ] {
        let refused = post(&desk, &server, "c1/messages", &body);
        assert_eq!(refused.status, status, "{body}: {}", refused.body);
        assert!(refused.body.contains(word), "{body}: {}", refused.body);
    }
    assert_eq!(
        post(&desk, &server, "c99/messages", &json!({"text": "x"})).status,
        404
    );
}

#[test]
fn a_decision_sees_what_was_journalled_just_before_it() {
    let (desk, server) = Desk::served(STORY);
    for _ in 0..5 {
        assert_eq!(post(&desk, &server, "c1/resolve", &json!({})).status, 200);
        let again = post(&desk, &server, "c1/resolve", &json!({}));
        assert_eq!(again.status, 409);
        assert!(again.body.contains("resolved already"), "{}", again.body);
        assert_eq!(post(&desk, &server, "c1/reopen", &json!({})).status, 200);
        assert_eq!(post(&desk, &server, "c1/reopen", &json!({})).status, 409);
    }
    let to = |kind: &str, id: &str| json!({"to": {"kind": kind, "id": id}});
    assert_eq!(
        post(&desk, &server, "c1/assign", &to("rep", "ada")).status,
        200
    );
    assert_eq!(
        post(&desk, &server, "c1/assign", &to("rep", "ada")).status,
        409
    );
    assert_eq!(
        post(&desk, &server, "c1/assign", &to("rep", "zoe")).status,
        404
    );
    assert_eq!(
        post(&desk, &server, "c1/assign", &to("robot", "x")).status,
        400
    );
}

#[test]
fn of_many_who_resolve_one_conversation_one_does_and_the_others_are_told() {
    let (desk, server) = Desk::served(STORY);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| post(&desk, &server, "c2/resolve", &json!({"rep": "ben"})).status)
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let done = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(done, 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|status| [200, 409].contains(status)),
        "{statuses:?}"
    );
}

#[test]
fn tags_marks_and_words_change_as_they_are_told_to() {
    let (desk, server) = Desk::served(STORY);
    let tags = json!({"add": ["late", "fr,agile"], "remove": ["vip"]});
    assert_eq!(post(&desk, &server, "c2/tags", &tags).status, 200);
    assert_eq!(post(&desk, &server, "c2/tags", &json!({})).status, 400);
    assert_eq!(
        post(
            &desk,
            &server,
            "c2/mark",
            &json!({"mark": "spam", "on": true})
        )
        .status,
        200
    );
    assert_eq!(listed(&server, "view=spam"), ["c2"]);
    assert_eq!(listed(&server, "view=open"), ["c1"]);
    assert_eq!(listed(&server, "view=spam&tag=fr%5C,agile"), ["c2"]);
    post(
        &desk,
        &server,
        "c2/mark",
        &json!({"mark": "spam", "on": false}),
    );
    let edit = post(
        &desk,
        &server,
        "c2/messages/m3/edit",
        &json!({"text": "There"}),
    );
    assert_eq!(edit.status, 200, "{}", edit.body);
    assert_eq!(
        post(&desk, &server, "c2/messages/m2/redact", &json!({})).status,
        200
    );
    assert_eq!(
        post(&desk, &server, "c2/messages/m2/redact", &json!({})).status,
        409
    );
    assert_eq!(
        post(&desk, &server, "c2/messages/m99/redact", &json!({})).status,
        404
    );
    let one = server.get("/api/v1/conversations/c2").json();
    assert_eq!(one["tags"], json!(["fr,agile", "late"]));
    assert_eq!(one["messages"][0]["text"], "");
    assert_eq!(one["messages"][1]["text"], "There");
    assert_eq!(listed(&server, "view=open"), ["c2", "c1"]);
}

#[test]
fn a_user_writes_in_their_own_name_only_and_a_viewer_not_at_all() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = |name: &str, role| UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role,
        ..UserDraft::default()
    };
    // Cleo is no rep of the desk yet, and becomes one; a viewer does not.
    desk.app.save_user(&cli, draft("cleo", Role::Rep)).unwrap();
    desk.app
        .save_user(&cli, draft("vic", Role::Viewer))
        .unwrap();
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    desk.app.settle().unwrap();
    assert_eq!(desk.app.snapshot().directory.rep_name("cleo"), Some("cleo"));
    assert_eq!(desk.app.snapshot().directory.rep_name("vic"), None);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let write = |user: &str, role, rep: Option<&str>| {
        let caller = Caller::live(Identity::User(user.to_owned()), role);
        let draft = svar::app::Writing {
            text: "Hello".to_owned(),
            ..svar::app::Writing::default()
        };
        let rep = rep.map(str::to_owned);
        let written = desk.app.write_message(caller, "c1".to_owned(), rep, draft);
        runtime.block_on(written).map_err(|error| error.to_string())
    };
    assert!(write("cleo", Role::Rep, None).is_ok());
    assert!(write("cleo", Role::Rep, Some("cleo")).is_ok());
    assert!(
        write("cleo", Role::Rep, Some("ben"))
            .unwrap_err()
            .contains("somebody else")
    );
    assert!(
        write("vic", Role::Viewer, None)
            .unwrap_err()
            .contains("takes the role rep")
    );
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    desk.app.settle().unwrap();
    let events = std::fs::read_dir(desk.folder.path().join("journal")).unwrap();
    let journal: String = events
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default())
        .collect();
    assert!(journal.contains(r#""actor":"user:cleo""#));
}

#[test]
fn the_desk_is_the_same_after_a_restart_a_rebuild_and_in_any_order() {
    let (desk, server) = Desk::served(STORY);
    post(
        &desk,
        &server,
        "c1/assign",
        &json!({"to": {"kind": "rep", "id": "ada"}}),
    );
    drop(server);
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    desk.app.settle().unwrap();
    let lines = |desk: &Desk| -> Vec<_> {
        let desk = &desk.app.snapshot().desk;
        let lines = desk.lines().map(|line| svar::model::desk::Line {
            unit: 0,
            ..(**line).clone()
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by(|one, other| one.conversation.cmp(&other.conversation));
        lines
    };
    let before = lines(&desk);
    assert_eq!(before.len(), 4);
    let agrees = |desk: &Desk| {
        desk.clock.set(desk.clock.now().plus_millis(10_000));
        let began = std::time::Instant::now();
        while lines(desk) != before {
            assert!(began.elapsed().as_secs() < 60, "{:?}", lines(desk));
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
    };
    let desk = desk.reopened();
    agrees(&desk);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    for part in ["derived", "store"] {
        std::fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    agrees(&Desk::in_folder(folder));
    let shuffled = Desk::new();
    let mut events = crate::desk::events(STORY);
    events.reverse();
    shuffled.post(&events);
    let straight = Desk::new();
    straight.post_story(STORY);
    assert_eq!(lines(&shuffled), lines(&straight));
}

#[test]
fn the_pages_list_and_send_and_keep_what_could_not_be_sent() {
    let (desk, server) = Desk::served(STORY);
    let inbox = server.get("/inbox").body;
    assert!(
        inbox.contains("/conversations/c1") && inbox.contains("waits 1 d 15 h"),
        "{inbox}"
    );
    assert!(!inbox.contains("/conversations/c4"), "{inbox}");
    let form = |path: &str, pairs: &[(&str, &str)]| server.form(path, pairs);
    let text = "<script>alert(1)</script> & more";
    let sent = form("/conversations/c1", &[("do", "reply"), ("text", text)]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(
        sent.header("location"),
        "/conversations/c1?done=reply#write"
    );
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    desk.app.settle().unwrap();
    let page = server.get("/conversations/c1?done=reply").body;
    assert!(
        page.contains("The reply is in the conversation.") && !page.contains("<script>alert"),
        "{page}"
    );
    form("/conversations/c1", &[("do", "resolve")]);
    let again = form(
        "/conversations/c1",
        &[("do", "resolve"), ("text", "half a thought")],
    );
    assert!(again.body.contains("resolved already"), "{}", again.body);
    assert!(again.body.contains("half a thought"), "{}", again.body);
    let odd = form("/conversations/c1", &[("do", "explode"), ("text", "kept")]);
    assert!(odd.body.contains("nothing this page does") && odd.body.contains("kept"));
    assert_eq!(form("/conversations/c99", &[("do", "resolve")]).status, 404);
    for (word, name, value) in [
        ("note", "text", "Careful"),
        ("assign", "to", "rep:ada"),
        ("tag", "tag", "new one"),
        ("untag", "tag", "new one"),
        ("reopen", "", ""),
        ("spam", "", ""),
        ("ham", "", ""),
    ] {
        let done = form("/conversations/c1", &[("do", word), (name, value)]);
        assert_eq!(done.status, 303, "{word}: {}", done.body);
    }
}

#[test]
fn a_merge_is_taken_back_and_a_split_makes_a_conversation_of_its_own() {
    let (desk, server) = Desk::served(STORY);
    let into = |id: &str| json!({"into": id});
    assert_eq!(post(&desk, &server, "c1/merge", &into("c2")).status, 200);
    assert_eq!(listed(&server, "view=open"), ["c2"]);
    let one = server.get("/api/v1/conversations/c2").json();
    assert_eq!(one["messages"].as_array().unwrap().len(), 3);
    for (path, body, status) in [
        ("c1/merge", into("c2"), 409),
        ("c2/merge", into("c1"), 409),
        ("c2/merge", into("c2"), 409),
        ("c2/merge", into("c99"), 404),
        ("c2/unmerge", json!({}), 409),
        ("c1/resolve", json!({}), 409),
    ] {
        let refused = post(&desk, &server, path, &body);
        assert_eq!(refused.status, status, "{path} {body}: {}", refused.body);
    }
    assert_eq!(post(&desk, &server, "c1/unmerge", &json!({})).status, 200);
    assert_eq!(listed(&server, "view=open"), ["c2", "c1"]);
    let from = |message: &str| json!({"from_message": message});
    for (message, status) in [("m2", 409), ("m99", 404)] {
        let refused = post(&desk, &server, "c2/split", &from(message));
        assert_eq!(refused.status, status, "{message}: {}", refused.body);
    }
    let split = post(&desk, &server, "c2/split", &from("m3"));
    assert_eq!(split.status, 200, "{}", split.body);
    let fresh = split.json()["id"].as_str().unwrap().to_owned();
    let one = server.get(&format!("/api/v1/conversations/{fresh}")).json();
    assert_eq!(one["messages"][0]["id"], "m3");
    let rest = server.get("/api/v1/conversations/c2").json();
    assert_eq!(rest["messages"].as_array().unwrap().len(), 1);
    let taken = json!({"from_message": "m3", "into": "c1"});
    assert_eq!(post(&desk, &server, "c2/split", &taken).status, 400);
}

#[test]
fn the_page_narrows_by_menus_that_its_address_says() {
    let (desk, server) = Desk::served(STORY);
    let more = "
        30 08:00 team.upserted team=x name=Shipping
        30 08:00 rep.upserted rep=ben name=Ben team=x
        30 08:00 inbox.upserted inbox=eu name=Europe
        30 13:00 conversation.updated conversation=c1 inbox=eu
        30 13:00 conversation.tagged conversation=c2 tag=new";
    desk.post_story(more);
    let lines = |query: &str| {
        let page = server.get(&format!("/inbox?{query}")).body;
        let ids = ["c1", "c2", "c3", "c4"];
        let found = ids
            .iter()
            .filter(|id| page.contains(&format!("href=\"/conversations/{id}\"")));
        (found.copied().collect::<Vec<_>>(), page)
    };
    for (query, wanted) in [
        ("channel=email", &["c1"][..]),
        ("inbox=eu", &["c1"]),
        ("team=x", &["c2"]),
        ("status=resolved&view=closed", &["c4"]),
        ("status=resolved", &[]),
        ("tag=vip&tag=new", &["c2"]),
        ("tag.all=vip&tag.all=new", &["c2"]),
        ("tag.all=vip&tag.all=other", &[]),
        ("from=2026-10-30&to=2026-10-31", &["c1", "c2"]),
        ("from=2026-10-31", &[]),
    ] {
        let (found, page) = lines(query);
        assert_eq!(found, wanted, "{query}");
        // What narrows it is chosen in its menu, and the menu is open.
        if !query.starts_with("tag=") {
            assert!(
                page.contains("<details class=\"more\" open>"),
                "{query}: {page}"
            );
        }
        let (_, value) = query.split('&').next().unwrap().split_once('=').unwrap();
        let chosen = page.contains(&format!("value=\"{value}\" selected"))
            || page.contains(&format!("value=\"{value}\">"))
            || value == "other";
        assert!(chosen, "{query}: {page}");
    }
    let (_, page) = lines("");
    for part in [
        "Europe</option>",
        "Shipping</option>",
        "Ended by itself</option>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(server.get("/inbox?status=odd").status, 400);
}

#[test]
fn a_conversation_that_was_read_is_told_anew_when_it_ends_by_itself_or_is_written_in() {
    let (desk, server) = Desk::served(STORY);
    let read = || server.get("/api/v1/conversations/c3").json();
    let first = read();
    assert_eq!((&first["status"], &read()), (&json!("open"), &first));
    let written = post(
        &desk,
        &server,
        "c3/messages",
        &json!({"text": "Me again", "by": "contact"}),
    );
    assert_eq!(written.status, 200);
    desk.tick();
    let second = read();
    assert_eq!(second["messages"][1]["text"], "Me again");
    desk.clock
        .set(desk.clock.now().plus_millis(100 * 86_400_000));
    assert_eq!(read()["status"], "ended");
}
