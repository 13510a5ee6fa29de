//! Routing rules: asked in order about what happens live, each once, and named by what they do.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 team.upserted team=x name=Shipping
    20 09:00 team.upserted team=y name=Billing
    20 09:00 rep.upserted rep=ada name=Ada team=x
    20 09:00 rep.upserted rep=ben name=Ben team=x
    20 09:00 contact.upserted contact=p1 name=Pat
";

pub(crate) fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    sent
}

fn done(desk: &Desk, server: &Server, path: &str, body: &Value) -> Value {
    let sent = post(desk, server, path, body);
    assert_eq!(sent.status, 200, "{path} {body}: {}", sent.body);
    sent.json()
}

/// Writes a rule and switches it on; gives its id.
fn rule(desk: &Desk, server: &Server, rule: &Value) -> String {
    let saved = done(desk, server, "/routing/rules", rule);
    let id = saved["id"].as_str().unwrap().to_owned();
    switch(desk, server, &id, true);
    id
}

fn switch(desk: &Desk, server: &Server, id: &str, on: bool) {
    done(
        desk,
        server,
        &format!("/routing/rules/{id}/switch"),
        &json!({"on": on}),
    );
}

/// A contact begins a conversation live; gives its id.
fn begins(desk: &Desk, server: &Server, more: &Value) -> String {
    let mut body = json!({"by": "contact", "contact": {"id": "p1"}, "channel": "chat", "text": "Where is it?"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let begun = done(desk, server, "/conversations", &body);
    begun["id"].as_str().unwrap().to_owned()
}

/// Lets the rules work; how often one acted.
fn work(desk: &Desk) -> usize {
    desk.tick();
    let acted = svar::work::route_conversations(&desk.app).unwrap();
    desk.tick();
    acted
}

fn conversation(server: &Server, id: &str) -> Value {
    server.get(&format!("/api/v1/conversations/{id}")).json()
}

fn team(id: &str) -> Value {
    json!({"kind": "team", "id": id})
}

#[test]
fn rules_act_in_their_order_and_of_each_kind_of_deed_the_first_that_fits() {
    let (desk, server) = Desk::served(STORY);
    let first = rule(
        &desk,
        &server,
        &json!({"name": "Chats", "trigger": "started", "when": {"channel": ["chat", "sms"]},
            "then": {"assign": {"team": "x"}, "tags": ["chatty"]}}),
    );
    let second = rule(
        &desk,
        &server,
        &json!({"name": "All", "trigger": "started",
            "then": {"assign": {"team": "y"}, "tags": ["all"], "priority": "low"}}),
    );
    let chat = begins(&desk, &server, &json!({}));
    let mail = begins(&desk, &server, &json!({"channel": "email"}));
    assert_eq!(work(&desk), 3);
    let one = conversation(&server, &chat);
    assert_eq!(one["assigned_to"], team("x"));
    assert_eq!(one["tags"], json!(["all", "chatty"]));
    assert_eq!(one["priority"], "low");
    let other = conversation(&server, &mail);
    assert_eq!(other["assigned_to"], team("y"));
    assert_eq!(other["tags"], json!(["all"]));
    let log = desk.app.snapshot().log_position;
    assert_eq!(work(&desk), 0, "everything is asked about once");
    assert!(
        desk.app.snapshot().log_position <= log + 2,
        "the clock's own events"
    );
    // The other way round, the other one comes first.
    done(
        &desk,
        &server,
        "/routing/order",
        &json!({"rules": [second, first]}),
    );
    let again = begins(&desk, &server, &json!({}));
    assert_eq!(work(&desk), 2);
    assert_eq!(conversation(&server, &again)["assigned_to"], team("y"));
    let list = server.get("/api/v1/routing/rules").json();
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["All", "Chats"]);
    assert_eq!(list["items"][0]["acted"], 3);
}

/// What must be so, what begins so, and what does not.
fn conditions() -> Vec<(Value, Value, Value)> {
    vec![
        (
            json!({"channel": ["SMS"]}),
            json!({"channel": "sms"}),
            json!({}),
        ),
        (
            json!({"inbox": ["vip"]}),
            json!({"inbox": "vip"}),
            json!({}),
        ),
        (
            json!({"language": ["de"]}),
            json!({"language": "de-AT"}),
            json!({"language": "da"}),
        ),
        // Nobody said which: it is told by the words.
        (
            json!({"language": ["de"]}),
            json!({"text": "Guten Tag, ich möchte bitte wissen, wo mein Paket geblieben ist."}),
            json!({"text": "Good morning, I would like to know where my parcel is now."}),
        ),
        (
            json!({"text": ["refund", "money back"]}),
            json!({"text": "I want my MONEY BACK now"}),
            json!({"text": "Where is it?"}),
        ),
        (
            json!({"company": ["acme.example"]}),
            json!({"contact": {"id": "p2"}}),
            json!({}),
        ),
        (
            json!({"company": ["ACME,  inc."]}),
            json!({"contact": {"id": "p2"}}),
            json!({}),
        ),
        (
            json!({"attributes": {"plan": "gold"}}),
            json!({"contact": {"id": "p2"}}),
            json!({}),
        ),
        (
            json!({"direction": "outbound"}),
            json!({"by": "rep", "rep": "ada"}),
            json!({}),
        ),
        (
            json!({"channel": ["sms"], "language": ["de"]}),
            json!({"channel": "sms", "language": "de"}),
            json!({"channel": "sms", "language": "en"}),
        ),
    ]
}

#[test]
fn each_condition_holds_for_what_it_says_and_for_nothing_else() {
    let (desk, server) = Desk::served(&format!(
        "{STORY}
        20 09:00 inbox.upserted inbox=vip name=VIP"
    ));
    desk.post(&[
        json!({"type": "contact.upserted", "at": "2026-10-20T09:00:00Z", "source": "t", "id": "acme",
            "contact": "p2", "name": "Ann", "attributes": {"plan": "Gold"},
            "company": {"name": "Acme, Inc.", "url": "https://www.acme.example/x"}}),
    ]);
    for (number, (when, fits, fails)) in conditions().into_iter().enumerate() {
        let tag = format!("fits-{number}");
        let id = rule(
            &desk,
            &server,
            &json!({"name": "x", "trigger": "started", "when": when, "then": {"tags": [tag]}}),
        );
        let good = begins(&desk, &server, &fits);
        let bad = begins(&desk, &server, &fails);
        work(&desk);
        assert_eq!(
            conversation(&server, &good)["tags"],
            json!([tag]),
            "{when}: {fits}"
        );
        assert_eq!(
            conversation(&server, &bad)["tags"],
            json!([]),
            "{when}: {fails}"
        );
        done(
            &desk,
            &server,
            &format!("/routing/rules/{id}/remove"),
            &json!({}),
        );
    }
}

#[test]
fn a_rule_looks_at_what_happens_live_after_it_was_switched_on() {
    let (desk, server) = Desk::served(STORY);
    let before = begins(&desk, &server, &json!({}));
    let saved = done(
        &desk,
        &server,
        "/routing/rules",
        &json!({"name": "x", "trigger": "started", "then": {"tags": ["x"]}}),
    );
    let off = begins(&desk, &server, &json!({}));
    let id = saved["id"].as_str().unwrap();
    switch(&desk, &server, id, true);
    desk.post_story(
        "31 09:00 conversation.started conversation=imported contact=p1
        31 09:00 message.added conversation=imported message=m1 author=contact",
    );
    let on = begins(&desk, &server, &json!({}));
    assert_eq!(work(&desk), 1);
    for (id, tags) in [
        (before.as_str(), json!([])),
        (&off, json!([])),
        ("imported", json!([])),
        (&on, json!(["x"])),
    ] {
        assert_eq!(conversation(&server, id)["tags"], tags, "{id}");
    }
    switch(&desk, &server, id, false);
    let off = begins(&desk, &server, &json!({}));
    assert_eq!(work(&desk), 0);
    assert_eq!(conversation(&server, &off)["tags"], json!([]));
}

#[test]
fn what_a_rule_does_is_named_and_sets_no_rule_off() {
    let (desk, server) = Desk::served(STORY);
    rule(
        &desk,
        &server,
        &json!({"name": "Refunds & co", "trigger": "contact_wrote", "when": {"text": ["refund"]},
            "then": {"assign": {"team": "y"}, "tags": ["money"]}}),
    );
    rule(
        &desk,
        &server,
        &json!({"name": "Handed", "trigger": "handed_off", "then": {"priority": "high"}}),
    );
    let id = begins(&desk, &server, &json!({"text": "I want a refund"}));
    assert_eq!(work(&desk), 1);
    let why = server
        .get(&format!("/api/v1/conversations/{id}/explain"))
        .json();
    assert_eq!(why["rules"].as_array().unwrap().len(), 1, "{why}");
    assert_eq!(why["rules"][0]["name"], "Refunds & co");
    assert_eq!(why["rules"][0]["did"], json!(["tag", "assign"]));
    let page = server.get(&format!("/conversations/{id}")).body;
    assert!(
        page.contains("Rule “Refunds &#38; co”: put tags on it, assigned it"),
        "{page}"
    );
    // The journal names the rule as who did it.
    let journal = std::fs::read_dir(desk.folder.path().join("journal")).unwrap();
    let text: String = journal
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let rule = why["rules"][0]["rule"].as_str().unwrap();
    let deeds = text
        .lines()
        .filter(|line| line.contains(&format!("\"actor\":\"rule:{rule}\"")));
    assert_eq!(deeds.count(), 3, "two deeds, and the note");
    // A rep takes it, and the next words do not take it away.
    done(
        &desk,
        &server,
        &format!("/conversations/{id}/assign"),
        &json!({"to": {"kind": "rep", "id": "ada"}}),
    );
    done(
        &desk,
        &server,
        &format!("/conversations/{id}/messages"),
        &json!({"text": "refund, please", "by": "contact"}),
    );
    work(&desk);
    let one = conversation(&server, &id);
    assert_eq!(one["assigned_to"], json!({"kind": "rep", "id": "ada"}));
    done(
        &desk,
        &server,
        &format!("/conversations/{id}/handoff"),
        &json!({"reason": "asked"}),
    );
    assert_eq!(work(&desk), 1);
    assert_eq!(conversation(&server, &id)["priority"], "high");
}

#[test]
fn what_was_journalled_before_a_stop_is_done_after_it_and_only_once() {
    use svar::command::{Caller, Command, RoutingCommand, RuleSight};
    let (desk, server) = Desk::served(STORY);
    let id = rule(
        &desk,
        &server,
        &json!({"name": "x", "trigger": "started", "then": {"tags": ["x"], "priority": "high"}}),
    );
    let waits = begins(&desk, &server, &json!({}));
    drop(server);
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    // Two processes' worth of trying: the deed is one, and it is noted with it.
    let record = {
        let snapshot = desk.app.snapshot();
        let (record, _) = snapshot.installation.routing.occasions().next().unwrap();
        record
    };
    let act = || {
        desk.tick();
        let command = RoutingCommand::Act {
            rule: id.clone(),
            record,
            sight: RuleSight::default(),
        };
        let before = desk.app.position();
        desk.app
            .write_now(&Caller::rule(&id), Command::Routing(command))
            .unwrap();
        desk.app.position() - before
    };
    assert_eq!(act(), 3);
    assert_eq!(act(), 0);
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    let server = Server::start(&desk.app);
    assert_eq!(work(&desk), 0, "it has acted, and does nothing more");
    let one = conversation(&server, &waits);
    assert_eq!(
        (&one["tags"], &one["priority"]),
        (&json!(["x"]), &json!("high"))
    );
    let list = server.get("/api/v1/routing/rules").json();
    assert_eq!(list["items"][0]["acted"], 1);
    // Nobody may give a rule's deeds in another name.
    let command = Command::Routing(RoutingCommand::Act {
        rule: id.clone(),
        record,
        sight: RuleSight::default(),
    });
    assert!(desk.app.write_now(&Caller::system(), command).is_err());
}

#[test]
fn odd_rules_are_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    let good = json!({"name": "x", "trigger": "started", "then": {"tags": ["x"]}});
    let with = |path: &str, value: Value| {
        let mut rule = good.clone();
        *rule.pointer_mut(path).unwrap() = value;
        rule
    };
    for (body, word) in [
        (with("/name", json!(" ")), "name"),
        (with("/trigger", json!("sometimes")), "sometimes"),
        (with("/trigger", json!(1)), "trigger"),
        (with("/then", json!({})), "then"),
        (with("/then", json!({"tags": [""]})), "then.tags"),
        (with("/then", json!({"priority": " "})), "then.priority"),
        (with("/then", json!({"assign": {"nobody": "x"}})), "nobody"),
        (with("/then", json!({"explode": true})), "explode"),
    ] {
        let refused = post(&desk, &server, "/routing/rules", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(word), "{word}: {}", refused.body);
    }
    let mut odd = good.clone();
    for (when, word) in [
        (json!({"channel": ["x".repeat(101)]}), "when.channel"),
        (json!({"text": vec!["x"; 51]}), "when.text"),
        (json!({"attributes": {"plan": ""}}), "when.attributes.plan"),
        (json!({"direction": "sideways"}), "sideways"),
    ] {
        odd["when"] = when;
        let refused = post(&desk, &server, "/routing/rules", &odd);
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
        assert!(refused.body.contains(word), "{word}: {}", refused.body);
    }
    let nobody = with("/then", json!({"assign": {"team": "z"}}));
    assert_eq!(post(&desk, &server, "/routing/rules", &nobody).status, 404);
    let id = rule(&desk, &server, &good);
    for (path, body, status) in [
        ("/routing/rules/none/switch", json!({"on": true}), 404),
        ("/routing/rules/none/remove", json!({}), 404),
        ("/routing/order", json!({"rules": ["none"]}), 404),
        ("/routing/order", json!({"rules": []}), 400),
        ("/routing/order", json!({"rules": [id, id]}), 400),
    ] {
        let refused = post(&desk, &server, path, &body);
        assert_eq!(refused.status, status, "{path} {body}: {}", refused.body);
    }
}

fn form(desk: &Desk, server: &Server, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let sent = server.form("/settings/routing", pairs);
    desk.tick();
    sent
}

fn rules(server: &Server) -> Value {
    server.get("/api/v1/routing/rules").json()["items"].clone()
}

#[test]
fn the_page_writes_a_rule_without_a_script_and_keeps_what_was_typed() {
    let (desk, server) = Desk::served(STORY);
    let fields = [
        ("do", "save"),
        ("rule", ""),
        ("name", "Mail <b>"),
        ("trigger", "contact_wrote"),
        ("channel", "email, form"),
        ("company", "Acme, Inc.\r\nOther"),
        ("own", "plan = gold"),
        ("direction", "inbound"),
        ("assign", "reps:ada"),
        ("tags", "one\r\ntwo"),
        ("priority", "high"),
    ];
    assert_eq!(form(&desk, &server, &fields).status, 303);
    let first = rules(&server)[0].clone();
    assert_eq!(
        first["when"],
        json!({"channel": ["email", "form"], "company": ["Acme, Inc.", "Other"],
        "attributes": {"plan": "gold"}, "direction": "inbound"})
    );
    assert_eq!(
        first["then"],
        json!({"assign": {"rep": "ada"}, "tags": ["one", "two"], "priority": "high"})
    );
    let id = first["id"].as_str().unwrap().to_owned();
    let page = server.get(&format!("/settings/routing?edit={id}")).body;
    for words in [
        "Mail &#60;b&#62;",
        "Assign to Ada",
        "Company: Acme, Inc., Other",
        "plan=gold",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<b>"), "{page}");
    let odd = form(
        &desk,
        &server,
        &[
            ("do", "save"),
            ("name", "Typed"),
            ("trigger", "started"),
            ("own", "plan"),
        ],
    );
    assert!(
        odd.status == 200 && odd.body.contains("has no `=`"),
        "{}",
        odd.body
    );
    assert!(odd.body.contains("Typed"), "what was typed stays");
}

#[test]
fn the_page_orders_switches_and_removes_rules() {
    let (desk, server) = Desk::served(STORY);
    let send = |pairs: &[(&str, &str)]| {
        let sent = form(&desk, &server, pairs);
        assert_eq!(sent.status, 303, "{pairs:?}: {}", sent.body);
    };
    for name in ["One", "Other"] {
        send(&[
            ("do", "save"),
            ("name", name),
            ("trigger", "started"),
            ("tags", "t"),
        ]);
    }
    let id = rules(&server)[0]["id"].as_str().unwrap().to_owned();
    send(&[("do", "on"), ("rule", &id)]);
    send(&[("do", "down"), ("rule", &id)]);
    let list = rules(&server);
    assert_eq!(
        (&list[1]["on"], &list[0]["name"]),
        (&json!(true), &json!("Other"))
    );
    // It is the last one, and stays that.
    send(&[("do", "down"), ("rule", &id)]);
    assert_eq!(rules(&server)[1]["id"], id.as_str());
    send(&[("do", "up"), ("rule", &id)]);
    send(&[("do", "off"), ("rule", &id)]);
    let list = rules(&server);
    assert_eq!(
        (&list[0]["id"], &list[0]["on"]),
        (&json!(id), &json!(false))
    );
    send(&[("do", "remove"), ("rule", &id)]);
    assert_eq!(rules(&server).as_array().unwrap().len(), 1);
    assert!(server.get("/inbox").body.contains("/settings/routing"));
}

const TALKS: &str = "
    22 09:00 conversation.started conversation=early contact=p1 channel=email
    22 09:00 message.added conversation=early message=e1 author=contact text=refund
    22 09:30 conversation.tagged conversation=early tag=later
    23 09:00 conversation.started conversation=talk contact=p1
    23 09:00 message.added conversation=talk message=t1 author=contact text=hello
    23 09:10 message.added conversation=talk message=t2 author=contact text=refund
    23 09:20 conversation.assigned conversation=talk to=rep:ada
    23 09:30 conversation.handed_off conversation=talk reason=asked
    24 09:00 conversation.started conversation=taken contact=p1
    24 09:00 message.added conversation=taken message=k1 author=contact text=refund
    24 09:01 conversation.assigned conversation=taken to=team:x
";

#[test]
fn a_rule_is_tried_on_the_last_conversations_as_they_were_and_nothing_is_written() {
    let (desk, server) = Desk::served(&format!("{STORY}{TALKS}"));
    let tried = |rule: &Value| {
        let before = desk.app.position();
        let tried = server.post("/api/v1/routing/try", rule);
        assert_eq!(tried.status, 200, "{rule}: {}", tried.body);
        assert_eq!(desk.app.position(), before);
        tried.json()
    };
    let of = |tried: &Value, id: &str| {
        let items = tried["items"].as_array().unwrap();
        items
            .iter()
            .find(|one| one["conversation"] == id)
            .unwrap()
            .clone()
    };
    let mut rule = json!({"name": "x", "trigger": "contact_wrote", "when": {"text": ["refund"]},
        "then": {"assign": {"team": "x"}, "tags": ["later"]}});
    let wrote = tried(&rule);
    assert_eq!((&wrote["tried_on"], &wrote["fits"]), (&json!(3), &json!(3)));
    assert_eq!(
        wrote["items"][0]["conversation"], "taken",
        "the latest first"
    );
    assert_eq!(of(&wrote, "talk")["at"], "2026-10-23T09:10:00Z");
    for id in ["early", "talk", "taken"] {
        assert_eq!(
            of(&wrote, id)["did"],
            json!(["tag", "assign"]),
            "{id}: as it was then"
        );
    }
    rule["trigger"] = json!("started");
    rule["when"] = json!({"channel": ["email"], "tag": ["later"]});
    let started = tried(&rule);
    assert_eq!(started["fits"], 0);
    assert_eq!(
        of(&started, "early")["unmet"],
        "tag",
        "it was not on it yet"
    );
    assert_eq!(of(&started, "talk")["unmet"], "channel");
    rule["trigger"] = json!("handed_off");
    rule["when"] = json!({});
    let handed = tried(&rule);
    assert_eq!(
        of(&handed, "talk")["did"],
        json!(["tag"]),
        "no rule takes it from a rep"
    );
    assert_eq!(
        of(&handed, "early")["at"],
        Value::Null,
        "it was never handed off"
    );
    assert_eq!(
        (&handed["fits"], &of(&handed, "early")["fits"]),
        (&json!(1), &json!(false))
    );
}

#[test]
fn the_page_lists_what_a_rule_would_have_done_and_what_could_not_be_saved_is_not_tried() {
    let (desk, server) = Desk::served(&format!("{STORY}{TALKS}"));
    let odd = json!({"name": "x", "trigger": "started", "then": {}});
    let odd = server.post("/api/v1/routing/try", &odd);
    assert_eq!(odd.status, 400, "{}", odd.body);
    let rule = json!({"name": "x", "trigger": "contact_wrote", "when": {"text": ["refund"]},
        "then": {"assign": {"team": "x"}, "tags": ["later"]}});
    let saved = done(&desk, &server, "/routing/rules", &rule);
    let id = saved["id"].as_str().unwrap();
    let page = server.get(&format!("/settings/routing?try={id}")).body;
    assert!(page.contains("would have fitted 3"), "{page}");
    assert!(page.contains("href=\"/conversations/taken\""), "{page}");
    assert!(page.contains("put tags on it, assigned it"), "{page}");
}

fn status(desk: &Desk, server: &Server, rep: &str, status: &str) {
    let path = format!("/reps/{rep}/status");
    done(desk, server, &path, &json!({"status": status}));
}

fn holder(server: &Server, id: &str) -> Value {
    conversation(server, id)["assigned_to"].clone()
}

fn rep(id: &str) -> Value {
    json!({"kind": "rep", "id": id})
}

#[test]
fn reps_who_share_get_one_after_the_other_as_long_as_they_take_work_and_have_room() {
    let (desk, server) = Desk::served(&format!(
        "{STORY}
        20 09:00 rep.upserted rep=cyd name=Cyd team=x
        20 09:00 rep.upserted rep=dan name=Dan team=y"
    ));
    for name in ["ada", "ben", "dan"] {
        status(&desk, &server, name, "available");
    }
    status(&desk, &server, "cyd", "away");
    done(&desk, &server, "/queue", &json!({"capacity": 2}));
    let id = rule(
        &desk,
        &server,
        &json!({"name": "x", "trigger": "started",
            "then": {"assign": {"one_of": {"team": "x", "by": "round_robin"}}}}),
    );
    let next = || {
        let id = begins(&desk, &server, &json!({}));
        work(&desk);
        holder(&server, &id)
    };
    assert_eq!(next(), rep("ada"));
    assert_eq!(next(), rep("ben"));
    assert_eq!(next(), rep("ada"));
    status(&desk, &server, "ben", "away");
    assert_eq!(
        next(),
        team("x"),
        "ada has as much as she can, ben takes none"
    );
    status(&desk, &server, "ben", "available");
    assert_eq!(next(), rep("ben"));
    assert_eq!(next(), team("x"), "nobody has room");
    // Of those who are named nobody can take it: it stays as it is.
    done(
        &desk,
        &server,
        "/routing/rules",
        &json!({"id": id, "name": "x", "trigger": "started",
            "then": {"assign": {"one_of": {"reps": ["ada", "cyd"], "by": "round_robin"}}}}),
    );
    assert_eq!(next(), json!({"kind": "nobody"}));
    for (odd, word) in [
        (json!({"by": "round_robin"}), "one_of"),
        (
            json!({"team": "x", "reps": ["ada"], "by": "round_robin"}),
            "one_of",
        ),
        (json!({"team": "x", "by": "lottery"}), "lottery"),
    ] {
        let body = json!({"name": "x", "trigger": "started", "then": {"assign": {"one_of": odd}}});
        let refused = post(&desk, &server, "/routing/rules", &body);
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
        assert!(refused.body.contains(word), "{}", refused.body);
    }
}

#[test]
fn who_has_least_gets_it() {
    let (desk, server) = Desk::served(STORY);
    for name in ["ada", "ben"] {
        status(&desk, &server, name, "available");
    }
    let busy = begins(&desk, &server, &json!({}));
    let more = begins(&desk, &server, &json!({}));
    for id in [&busy, &more] {
        let path = format!("/conversations/{id}/assign");
        done(&desk, &server, &path, &json!({"to": rep("ada")}));
    }
    rule(
        &desk,
        &server,
        &json!({"name": "x", "trigger": "started",
            "then": {"assign": {"one_of": {"reps": ["ada", "ben"], "by": "least_busy"}}}}),
    );
    let next = || {
        let id = begins(&desk, &server, &json!({}));
        work(&desk);
        holder(&server, &id)
    };
    let held: Vec<Value> = (0..4).map(|_| next()).collect();
    assert_eq!(held, [rep("ben"), rep("ben"), rep("ada"), rep("ben")]);
}

const HOURS: &str = "
    20 09:00 schedule.upserted week={\"mon\":[\"09:00-17:00\"],\"tue\":[\"09:00-17:00\"],\"wed\":[\"09:00-17:00\"],\"thu\":[\"09:00-17:00\"],\"fri\":[\"09:00-17:00\"]}
";

#[test]
fn outside_working_hours_the_contact_is_told_once_when_somebody_answers() {
    // The clock stands on a Sunday.
    let (desk, server) = Desk::served(&format!("{STORY}{HOURS}"));
    rule(
        &desk,
        &server,
        &json!({"name": "Away", "trigger": "contact_wrote", "when": {"hours": "outside"},
            "then": {"say": "Nobody is here; we answer from {opens}."}}),
    );
    rule(
        &desk,
        &server,
        &json!({"name": "Here", "trigger": "contact_wrote", "when": {"hours": "inside"}, "then": {"tags": ["here"]}}),
    );
    let id = begins(&desk, &server, &json!({"language": "en"}));
    assert_eq!(work(&desk), 1);
    let said = |id: &str| -> Vec<String> {
        let messages = conversation(&server, id)["messages"].clone();
        let all = messages.as_array().unwrap().iter();
        let told = all.filter(|one| one["author"]["kind"] == "automation");
        told.map(|one| one["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        said(&id),
        ["Nobody is here; we answer from Monday 2026-11-02 09:00 (UTC)."]
    );
    let write = |by: Value| {
        let path = format!("/conversations/{id}/messages");
        done(&desk, &server, &path, &by);
        work(&desk);
    };
    write(json!({"text": "Hello?", "by": "contact"}));
    assert_eq!(
        said(&id).len(),
        1,
        "it is not said again before somebody answers"
    );
    write(json!({"text": "I am here.", "rep": "ada"}));
    write(json!({"text": "Thanks. And then?", "by": "contact"}));
    assert_eq!(said(&id).len(), 2);
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-02T10:00:00Z").unwrap());
    let later = begins(&desk, &server, &json!({}));
    assert_eq!(work(&desk), 1);
    assert_eq!(
        (said(&later).len(), &conversation(&server, &later)["tags"]),
        (0, &json!(["here"]))
    );
}

#[test]
fn a_question_in_a_topic_reaches_the_team_that_knows_it_once_it_is_in_one() {
    let (desk, server) = Desk::served(&format!(
        "{STORY}
        21 09:00 conversation.started conversation=q1 contact=p1
        21 09:00 message.added conversation=q1 message=m1 author=contact
        21 09:00 question.asked conversation=q1 question=q1 text=passwordreset outcome=unanswered message=m1
        21 10:00 conversation.started conversation=q2 contact=p1
        21 10:00 message.added conversation=q2 message=m2 author=contact
        21 10:00 question.asked conversation=q2 question=q2 text=parcelmissing outcome=unanswered message=m2"
    ));
    svar::work::group_questions(&desk.app).unwrap();
    desk.tick();
    let gaps = server.get("/api/v1/knowledge/gaps").json();
    let topic = |title: &str| {
        let all = gaps["items"].as_array().unwrap();
        let found = all.iter().find(|gap| gap["title"] == title);
        found.unwrap_or_else(|| panic!("{gaps}"))["topic"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let password = topic("passwordreset");
    rule(
        &desk,
        &server,
        &json!({"name": "x", "trigger": "handed_off", "when": {"topic": [password]}, "then": {"assign": {"team": "x"}}}),
    );
    let unknown = json!({"name": "x", "trigger": "started", "when": {"topic": ["t99"]}, "then": {"tags": ["x"]}});
    assert_eq!(post(&desk, &server, "/routing/rules", &unknown).status, 404);
    let asked = |id: &str, text: &str| {
        let conversation = begins(&desk, &server, &json!({"text": text}));
        desk.post(&[json!({"type": "question.asked", "at": desk.clock.now().to_string(), "source": "t", "id": id,
            "conversation": conversation, "question": id, "text": text, "outcome": "unanswered"})]);
        let path = format!("/conversations/{conversation}/handoff");
        done(&desk, &server, &path, &json!({"reason": "no_answer"}));
        conversation
    };
    let (lost, other) = (asked("q3", "passwordreset"), asked("q4", "parcelmissing"));
    assert_eq!(work(&desk), 0, "the questions are in no topics yet");
    svar::work::group_questions(&desk.app).unwrap();
    assert_eq!(work(&desk), 1);
    assert_eq!(holder(&server, &lost), team("x"));
    assert_eq!(holder(&server, &other), json!({"kind": "nobody"}));
    assert_eq!(work(&desk), 0);
}

#[test]
fn a_silence_is_looked_at_when_it_has_lasted_and_ends_by_anybodys_word() {
    let (desk, server) = Desk::served(STORY);
    rule(
        &desk,
        &server,
        &json!({"name": "Close", "trigger": "contact_silent", "after_secs": 3600, "when": {"channel": ["chat"]}, "then": {"resolve": true}}),
    );
    rule(
        &desk,
        &server,
        &json!({"name": "Waits", "trigger": "contact_waits", "after_secs": 600, "then": {"priority": "high"}}),
    );
    let answered = |channel: &str| {
        let id = begins(&desk, &server, &json!({"channel": channel}));
        let path = format!("/conversations/{id}/messages");
        done(
            &desk,
            &server,
            &path,
            &json!({"text": "Here it is.", "rep": "ada"}),
        );
        id
    };
    let (quiet, mail, talks) = (answered("chat"), answered("email"), answered("chat"));
    let waits = begins(&desk, &server, &json!({}));
    let pass = |secs: i64| desk.clock.set(desk.clock.now().plus_millis(secs * 1_000));
    assert_eq!(work(&desk), 0);
    pass(1_800);
    let path = format!("/conversations/{talks}/messages");
    let more = json!({"text": "One more thing", "by": "contact"});
    done(&desk, &server, &path, &more);
    let yes = json!({"text": "Yes?", "rep": "ada"});
    done(&desk, &server, &path, &yes);
    work(&desk);
    assert_eq!(conversation(&server, &waits)["priority"], "high");
    assert_eq!(conversation(&server, &talks)["priority"], Value::Null);
    pass(1_900);
    work(&desk);
    let closed = conversation(&server, &quiet);
    assert_eq!(closed["status"], "resolved");
    assert_eq!(closed["resolved_by"]["kind"], "automation");
    assert_eq!(
        conversation(&server, &mail)["status"],
        "open",
        "another channel"
    );
    assert_eq!(
        conversation(&server, &talks)["status"],
        "open",
        "it has not lasted"
    );
    assert_eq!(work(&desk), 0, "each silence is asked about once");
    pass(1_800);
    work(&desk);
    assert_eq!(conversation(&server, &talks)["status"], "resolved");
}

#[test]
fn a_silence_has_a_length_and_nothing_else_has() {
    let (desk, server) = Desk::served(STORY);
    for (odd, word) in [
        (json!({"trigger": "contact_silent"}), "after_secs"),
        (
            json!({"trigger": "contact_silent", "after_secs": 0}),
            "after_secs",
        ),
        (
            json!({"trigger": "contact_silent", "after_secs": 7_776_001}),
            "after_secs",
        ),
        (
            json!({"trigger": "started", "after_secs": 60}),
            "after_secs",
        ),
    ] {
        let mut body = json!({"name": "x", "then": {"resolve": true}});
        for (name, value) in odd.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = post(&desk, &server, "/routing/rules", &body);
        assert!(
            refused.status == 400 && refused.body.contains(word),
            "{body}: {}",
            refused.body
        );
    }
}

#[test]
fn a_silence_is_tried_on_what_was_silent() {
    let (_desk, server) = Desk::served(&format!(
        "{STORY}
        23 09:00 conversation.started conversation=long contact=p1
        23 09:00 message.added conversation=long message=l1 author=contact
        23 09:10 message.added conversation=long message=l2 author=rep:ada
        24 09:00 conversation.started conversation=short contact=p1
        24 09:00 message.added conversation=short message=s1 author=contact
        24 09:10 message.added conversation=short message=s2 author=rep:ada
        24 09:30 message.added conversation=short message=s3 author=contact"
    ));
    let rule = json!({"name": "x", "trigger": "contact_silent", "after_secs": 3600, "then": {"resolve": true}});
    let tried = server.post("/api/v1/routing/try", &rule).json();
    assert_eq!(tried["fits"], 1, "{tried}");
    let long = tried["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["conversation"] == "long");
    assert_eq!(long.unwrap()["at"], "2026-10-23T10:10:00Z");
    assert_eq!(long.unwrap()["did"], json!(["resolve"]));
}

#[test]
fn a_rule_hands_off_to_whom_it_assigns_and_sends_a_canned_reply() {
    let (desk, server) = Desk::served(STORY);
    let reply = json!({"title": "Sorry", "text": "Hello {{contact.name}}, we look into it.", "tags": ["macro"], "assign_to": team("y")});
    let reply = done(&desk, &server, "/canned-replies", &reply)["id"].clone();
    rule(
        &desk,
        &server,
        &json!({"name": "x", "trigger": "contact_wrote", "when": {"text": ["human"]},
            "then": {"hand_off": true, "assign": {"team": "x"}, "canned_reply": reply}}),
    );
    let chained = json!({"name": "y", "trigger": "handed_off", "then": {"priority": "high"}});
    rule(&desk, &server, &chained);
    let id = begins(&desk, &server, &json!({"text": "A human, please"}));
    assert_eq!(work(&desk), 1);
    assert_eq!(work(&desk), 0, "what a rule does sets none off");
    let one = conversation(&server, &id);
    assert_eq!(one["handoff"]["reason"], "rule");
    assert_eq!(one["priority"], Value::Null);
    assert_eq!(one["handoff"]["to"], team("x"));
    assert_eq!(
        (&one["assigned_to"], &one["tags"]),
        (&team("x"), &json!(["macro"]))
    );
    let last = one["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["text"], "Hello Pat, we look into it.");
    assert_eq!(last["author"]["kind"], "automation");
    let why = server
        .get(&format!("/api/v1/conversations/{id}/explain"))
        .json();
    assert_eq!(
        why["rules"][0]["did"],
        json!(["hand_off", "assign", "reply"])
    );
    let odd = json!({"name": "x", "trigger": "started", "then": {"canned_reply": "none"}});
    assert_eq!(post(&desk, &server, "/routing/rules", &odd).status, 404);
}

#[test]
fn a_rule_that_acts_more_often_than_its_limit_is_paused_and_told() {
    let (desk, server) = Desk::served(STORY);
    let id = rule(
        &desk,
        &server,
        &json!({"name": "Busy", "trigger": "started", "then": {"tags": ["x"]}, "limit_per_hour": 2}),
    );
    let ids: Vec<String> = (0..4).map(|_| begins(&desk, &server, &json!({}))).collect();
    work(&desk);
    let tagged = |id: &String| conversation(&server, id)["tags"] == json!(["x"]);
    assert_eq!(ids.iter().filter(|id| tagged(id)).count(), 2);
    let one = || server.get("/api/v1/routing/rules").json()["items"][0].clone();
    assert_eq!((&one()["on"], &one()["acted"]), (&json!(false), &json!(2)));
    assert!(one()["paused_at"].is_string(), "{}", one());
    let page = server.get("/settings/routing").body;
    assert!(page.contains("more than 2 times in an hour"), "{page}");
    assert!(server.get("/inbox").body.contains("A rule is paused"));
    let audit = server.get("/api/v1/audit").body;
    assert!(audit.contains("svar.rule_paused"), "{audit}");
    // Who switches it on again within the hour has it paused again at once; later it acts.
    desk.clock.set(desk.clock.now().plus_millis(3_600_000));
    switch(&desk, &server, &id, true);
    assert_eq!(one()["paused_at"], Value::Null);
    let later = begins(&desk, &server, &json!({}));
    assert_eq!(work(&desk), 1);
    assert!(tagged(&later));
    for odd in [json!(0), json!(10_001), json!(1.5)] {
        let body = json!({"name": "x", "trigger": "started", "then": {"tags": ["x"]}, "limit_per_hour": odd});
        let refused = post(&desk, &server, "/routing/rules", &body);
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
    }
}
