//! The queue by itself: who waits longest goes to a rep who comes free, and what an offline rep
//! has goes back.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 team.upserted team=x name=Shipping
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben team=x
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 08:00 conversation.started conversation=c2 contact=p2
    30 08:00 message.added conversation=c2 message=m2 author=contact
    30 07:00 conversation.started conversation=c3 contact=p3
    30 07:00 message.added conversation=c3 message=m3 author=contact
    30 07:01 conversation.assigned conversation=c3 to=team:x
    30 06:00 conversation.started conversation=c4 contact=p4
    30 06:00 message.added conversation=c4 message=m4 author=contact
    30 06:01 conversation.assigned conversation=c4 to=customer_agent
    30 06:00 conversation.started conversation=c5 contact=p5
    30 06:00 message.added conversation=c5 message=m5 author=contact
    30 06:01 message.added conversation=c5 message=m6 author=rep:ada
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    sent
}

fn set(desk: &Desk, server: &Server, rules: &Value) {
    let set = post(desk, server, "/queue", rules);
    assert_eq!(set.status, 200, "{}", set.body);
}

fn status(desk: &Desk, server: &Server, rep: &str, status: &str) {
    let set = post(
        desk,
        server,
        &format!("/reps/{rep}/status"),
        &json!({"status": status}),
    );
    assert_eq!(set.status, 200, "{}", set.body);
}

/// Lets the queue work; how many conversations moved.
fn work(desk: &Desk) -> usize {
    desk.tick();
    let moved = svar::work::work_queue(&desk.app).unwrap();
    desk.tick();
    moved
}

/// Whose a conversation is.
fn holder(server: &Server, conversation: &str) -> Value {
    let one = server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    one["assigned_to"].clone()
}

fn rep(id: &str) -> Value {
    json!({"kind": "rep", "id": id})
}

#[test]
fn who_waits_longest_goes_to_the_rep_who_has_least_and_to_nobody_beyond_what_they_can() {
    let (desk, server) = Desk::served(STORY);
    status(&desk, &server, "ada", "available");
    assert_eq!(work(&desk), 0, "it is off until somebody wants it");
    set(&desk, &server, &json!({"hand_out": true, "capacity": 1}));
    // C3 waits longest of those with people, and is for the team of Ben, who is not there.
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c2"), rep("ada"));
    assert_eq!(holder(&server, "c1"), json!({"kind": "nobody"}));
    assert_eq!(holder(&server, "c3"), json!({"kind": "team", "id": "x"}));
    assert_eq!(work(&desk), 0, "ada has as much as she can");
    status(&desk, &server, "ben", "available");
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c3"), rep("ben"));
    set(&desk, &server, &json!({"of_reps": {"ben": 2}}));
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c1"), rep("ben"));
    // The customer agent's is its own, and one that waits for the contact is in no queue.
    assert_eq!(holder(&server, "c4")["kind"], "customer_agent");
    assert_eq!(holder(&server, "c5"), json!({"kind": "nobody"}));
    // Who comes free gets the next one.
    desk.post_story(
        "31 09:00 conversation.started conversation=c6 contact=p6
        31 09:00 message.added conversation=c6 message=m7 author=contact",
    );
    assert_eq!(work(&desk), 0);
    post(
        &desk,
        &server,
        "/conversations/c2/resolve",
        &json!({"rep": "ada"}),
    );
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c6"), rep("ada"));
    let log = desk.app.snapshot().log_position;
    assert_eq!(work(&desk), 0);
    assert!(
        desk.app.snapshot().log_position <= log + 2,
        "nothing but the clock's own events"
    );
}

#[test]
fn what_an_offline_rep_has_goes_back_with_a_note_when_a_contact_waits_in_it() {
    let (desk, server) = Desk::served(STORY);
    for (conversation, to) in [("c1", "ben"), ("c2", "ada"), ("c5", "ben")] {
        let to = json!({"to": {"kind": "rep", "id": to}});
        post(
            &desk,
            &server,
            &format!("/conversations/{conversation}/assign"),
            &to,
        );
    }
    set(&desk, &server, &json!({"return_after_secs": 600}));
    status(&desk, &server, "ben", "available");
    status(&desk, &server, "ben", "offline");
    status(&desk, &server, "ada", "away");
    assert_eq!(work(&desk), 0, "the time of grace is not over");
    desk.clock.set(desk.clock.now().plus_millis(600_000));
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c1"), json!({"kind": "team", "id": "x"}));
    assert_eq!(holder(&server, "c2"), rep("ada"), "she is not offline");
    assert_eq!(holder(&server, "c5"), rep("ben"), "no contact waits");
    let one = server.get("/api/v1/conversations/c1").json();
    let note = one["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&note["visibility"], &note["author"]["kind"]),
        (&json!("note"), &json!("automation"))
    );
    assert!(
        note["text"]
            .as_str()
            .unwrap()
            .contains("Ben has been offline"),
        "{note}"
    );
    assert_eq!(work(&desk), 0);
    // The contact of the other one writes, and it goes back, too.
    desk.post_story("31 10:00 message.added conversation=c5 message=m9 author=contact");
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, "c5"), json!({"kind": "team", "id": "x"}));
}

#[test]
fn whoever_takes_a_conversation_meanwhile_keeps_it() {
    use svar::command::{Caller, Command, QueueCommand};
    let (desk, server) = Desk::served(STORY);
    set(
        &desk,
        &server,
        &json!({"hand_out": true, "return_after_secs": 60}),
    );
    status(&desk, &server, "ada", "available");
    let to = json!({"to": {"kind": "rep", "id": "ben"}});
    post(&desk, &server, "/conversations/c1/assign", &to);
    for command in [
        QueueCommand::HandOut {
            conversation: "c1".to_owned(),
            rep: "ada".to_owned(),
        },
        QueueCommand::HandOut {
            conversation: "c2".to_owned(),
            rep: "ben".to_owned(),
        },
        QueueCommand::HandOut {
            conversation: "c3".to_owned(),
            rep: "ada".to_owned(),
        },
        QueueCommand::Return {
            conversation: "c1".to_owned(),
            note: "n".to_owned(),
        },
    ] {
        let refused = desk
            .app
            .write_now(&Caller::system(), Command::Queue(command.clone()));
        assert!(refused.is_err(), "{command:?}");
    }
    assert_eq!(holder(&server, "c1"), rep("ben"));
}

#[test]
fn the_rules_are_set_by_api_and_page_and_stay_through_a_restart() {
    let (desk, server) = Desk::served(STORY);
    let rules = server.get("/api/v1/queue").json();
    assert_eq!(
        rules,
        json!({"hand_out": false, "capacity": 5, "of_reps": {}, "return_after_secs": null})
    );
    let form = [
        ("hand_out", "yes"),
        ("capacity", "3"),
        ("rep.ben", "7"),
        ("rep.ada", ""),
        ("minutes", "15"),
    ];
    desk.tick();
    assert_eq!(server.form("/settings/queue", &form).status, 303);
    desk.tick();
    let rules = server.get("/api/v1/queue").json();
    assert_eq!(
        rules,
        json!({"hand_out": true, "capacity": 3, "of_reps": {"ben": 7}, "return_after_secs": 900})
    );
    let page = server.get("/settings/queue").body;
    assert!(
        page.contains("value=\"7\"") && page.contains("value=\"15\""),
        "{page}"
    );
    let odd = server.form("/settings/queue", &[("capacity", "many")]);
    assert!(
        odd.status == 200 && odd.body.contains("no whole number"),
        "{}",
        odd.body
    );
    for (body, word) in [
        (json!({}), "hand_out"),
        (json!({"capacity": 1001}), "capacity"),
        (json!({"capacity": 1.5}), "whole number"),
        (json!({"return_after_secs": 604_801}), "return_after_secs"),
        (json!({"hand_out": 1}), "hand_out"),
        (json!({"speed": 1}), "speed"),
    ] {
        let refused = post(&desk, &server, "/queue", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(word), "{body}: {}", refused.body);
    }
    let stranger = post(&desk, &server, "/queue", &json!({"of_reps": {"zoe": 1}}));
    assert_eq!(stranger.status, 404, "{}", stranger.body);
    drop(server);
    let desk = desk.reopened();
    assert_eq!(desk.app.queue_rules().capacity, 3);
}
