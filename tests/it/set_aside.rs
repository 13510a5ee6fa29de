//! An answer cannot be wrong for long: what does not help is set aside, one press takes an answer
//! out of the agent's mouth at once, and somebody's look begins afresh.

use serde_json::{Value, json};
use svar::command::AnswerDraft;
use svar::work::{answer_waiting, set_aside_unhelpful};

use crate::commands::Commands as _;
use crate::desk::{Answer, Desk, Server, agent, answer as answered};

const QUESTION: &str = "How do I reset my password?";

fn desk() -> (Desk, Server) {
    let (desk, server) = Desk::served("20 09:00 contact.upserted contact=p1 name=Pia");
    let answer = AnswerDraft {
        short_answer: Some("ann".to_owned()),
        question: QUESTION.to_owned(),
        text: "Press **Forgot**.".to_owned(),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", answer).unwrap();
    desk.tick();
    (desk, server)
}

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    desk.tick();
    sent
}

fn done(desk: &Desk, server: &Server, path: &str, body: &Value) -> Value {
    let sent = post(desk, server, path, body);
    assert_eq!(sent.status, 200, "{path}: {}", sent.body);
    sent.json()
}

/// A contact asks; gives the conversation, and whether the agent answered.
fn asks(desk: &Desk, server: &Server) -> (String, bool) {
    let new =
        json!({"by": "contact", "contact": {"id": "p1"}, "channel": "chat", "text": QUESTION});
    let begun = done(desk, server, "conversations", &new);
    let id = begun["id"].as_str().unwrap().to_owned();
    desk.clock.set(desk.clock.now().plus_millis(2_000));
    answer_waiting(&desk.app).unwrap();
    desk.tick();
    let one = server.get(&format!("/api/v1/conversations/{id}")).json();
    let said = one["messages"].as_array().unwrap().iter();
    let is_answered = said
        .filter(|one| one["text"] == "Press **Forgot**.")
        .count()
        == 1;
    (id, is_answered)
}

fn says(desk: &Desk, server: &Server, conversation: &str, rating: &str) {
    let path = format!("conversations/{conversation}/feedback");
    done(desk, server, &path, &json!({"rating": rating}));
}

fn answer(server: &Server) -> Value {
    server.get("/api/v1/knowledge/answers/ann").json()
}

#[test]
fn an_answer_that_helps_too_few_is_set_aside_until_somebody_has_looked_at_it() {
    let (desk, server) = desk();
    let settings = json!({"helpful_share": 0.6, "helpful_after": 3});
    done(&desk, &server, "knowledge/settings", &settings);
    let ids: Vec<String> = (0..4).map(|_| asks(&desk, &server).0).collect();
    says(&desk, &server, &ids[0], "helpful");
    says(&desk, &server, &ids[1], "not_helpful");
    assert_eq!(
        (&answer(&server)["helpful"], &answer(&server)["unhelpful"]),
        (&json!(1), &json!(1))
    );
    assert!(
        set_aside_unhelpful(&desk.app).unwrap().is_empty(),
        "two are not enough to say so"
    );
    says(&desk, &server, &ids[2], "not_helpful");
    assert_eq!(set_aside_unhelpful(&desk.app).unwrap(), ["ann"]);
    desk.tick();
    let aside = answer(&server)["set_aside"].clone();
    assert_eq!(aside["reason"], "it helped 1 of 3 contacts who said so");
    assert_eq!(aside["actor"], "system");
    assert!(
        set_aside_unhelpful(&desk.app).unwrap().is_empty(),
        "it is aside already"
    );
    assert!(!asks(&desk, &server).1, "it is not given");
    let review = server.get("/knowledge/review").body;
    assert!(review.contains("it helped 1 of 3 contacts"), "{review}");
    // Somebody finds that it is right as it is: what was said before counts no more.
    done(&desk, &server, "knowledge/answers/ann/release", &json!({}));
    assert_eq!(answer(&server)["set_aside"], Value::Null);
    says(&desk, &server, &ids[3], "not_helpful");
    assert_eq!(
        answer(&server)["unhelpful"],
        0,
        "that was of the time before"
    );
    assert!(asks(&desk, &server).1);
    drop(server);
    let desk = desk.reopened();
    let snapshot = desk.app.snapshot();
    assert_eq!(
        snapshot
            .installation
            .knowledge
            .reception
            .all_set_aside()
            .count(),
        0
    );
}

#[test]
fn one_press_takes_an_answer_out_of_the_agents_mouth_and_a_new_version_gives_it_back() {
    let (desk, server) = desk();
    assert!(asks(&desk, &server).1);
    desk.tick();
    let form = [("do", "set_aside"), ("short_answer", "ann")];
    assert_eq!(server.form("/knowledge/answers", &form).status, 303);
    desk.tick();
    assert!(!asks(&desk, &server).1);
    let page = server.get("/knowledge/answers?answer=ann").body;
    assert!(page.contains("value=\"release\""), "{page}");
    let again = post(
        &desk,
        &server,
        "knowledge/answers/ann/set-aside",
        &json!({"reason": "x"}),
    );
    assert_eq!(again.status, 409, "{}", again.body);
    let other = json!({"short_answer": "ann", "question": QUESTION, "text": "Press **Forgot**.", "variants": ["reset it"], "published": true});
    done(&desk, &server, "knowledge/answers", &other);
    assert_eq!(answer(&server)["set_aside"], Value::Null);
    assert!(asks(&desk, &server).1);
    for (path, status) in [
        ("knowledge/answers/ann/release", 409),
        ("knowledge/answers/none/release", 404),
        ("knowledge/answers/none/set-aside", 404),
    ] {
        let refused = post(&desk, &server, path, &json!({}));
        assert_eq!(refused.status, status, "{path}: {}", refused.body);
    }
    for odd in [
        json!({"helpful_share": 1.1}),
        json!({"helpful_after": 0}),
        json!({"helpful_after": 1.5}),
    ] {
        let refused = post(&desk, &server, "knowledge/settings", &odd);
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
    }
}

/// Publishes the answers that an import made; their ids.
fn publish_imported(desk: &Desk, server: &Server) -> Vec<String> {
    let list = server.get("/api/v1/knowledge/answers").json();
    let ids = list["items"].as_array().unwrap().iter();
    let ids = ids.map(|one| one["short_answer"].as_str().unwrap().to_owned());
    let ids: Vec<String> = ids.filter(|id| id.starts_with("import-")).collect();
    for id in &ids {
        let path = format!("knowledge/answers/{id}/publish");
        let body = json!({"published": true, "anyway": true});
        done(desk, server, &path, &body);
    }
    ids
}

/// An answer that a rep wrote by a page.
fn write_by(desk: &Desk, id: &str, page: &str) {
    let draft = AnswerDraft {
        short_answer: Some(id.to_owned()),
        question: format!("A question of {id}?"),
        text: format!("See [there]({page})."),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    desk.tick();
}

#[test]
fn a_page_that_changed_puts_the_answers_that_were_taken_from_it_into_review() {
    let (desk, server) = desk();
    let page = "https://shop.example/help";
    let take = |text: &str| {
        desk.tick();
        let path = format!("/api/v1/knowledge/answers/import?format=markdown&source={page}");
        let request = agent().post(server.url(&path));
        let sent = answered(request.header("content-type", "text/markdown").send(text));
        desk.tick();
        assert_eq!(sent.status, 200, "{}", sent.body);
        sent.json()
    };
    let whole = "# How long is delivery?\n\nThree days.\n\n# What does it cost?\n\nFive euro.\n";
    assert_eq!(take(whole)["added"], 2);
    let ids = publish_imported(&desk, &server);
    assert_eq!(ids.len(), 2);
    write_by(&desk, "own", page);
    write_by(&desk, "other", "https://shop.example/else");
    let why = |id: &str| {
        let answer = server
            .get(&format!("/api/v1/knowledge/answers/{id}"))
            .json();
        answer["set_aside"]["reason"].clone()
    };
    let same = take(whole);
    assert_eq!(
        (&same["unchanged"], &same["set_aside"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(why(&ids[0]), Value::Null);
    let changed = take(&whole.replace("Five", "Nine"));
    assert_eq!(
        (&changed["changed"], &changed["set_aside"]),
        (&json!(1), &json!(3))
    );
    for id in ["own", &ids[0], &ids[1]] {
        assert_eq!(
            why(id),
            "the page that it was taken from changed: https://shop.example/help",
            "{id}"
        );
    }
    assert_eq!((why("other"), why("ann")), (Value::Null, Value::Null));
    // Somebody's look begins afresh, and what has not changed since stays as it is.
    done(&desk, &server, "knowledge/answers/own/release", &json!({}));
    assert_eq!(take(&whole.replace("Five", "Nine"))["set_aside"], 0);
    assert_eq!(why("own"), Value::Null);
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    let answer = server
        .get(&format!("/api/v1/knowledge/answers/{}", ids[0]))
        .json();
    assert_ne!(answer["set_aside"], Value::Null);
}

#[test]
fn how_much_an_answer_has_to_help_is_set_on_the_page() {
    let (desk, server) = desk();
    let shown = server.get("/knowledge/settings").body;
    assert!(
        shown.contains("name=\"helpful\"") && shown.contains("name=\"after\""),
        "{shown}"
    );
    desk.tick();
    let form = |helpful: &str, after: &str| {
        let form = [("do", "helpful"), ("helpful", helpful), ("after", after)];
        server.form("/knowledge/settings", &form)
    };
    let saved = form("62,5", "7");
    assert_eq!(saved.status, 303, "{}", saved.body);
    desk.tick();
    let settings = desk.app.snapshot().installation.knowledge.settings.clone();
    assert_eq!((settings.helpful_share, settings.helpful_after), (0.625, 7));
    let shown = server.get("/knowledge/settings?done=helpful").body;
    assert!(
        shown.contains("value=\"62.5\"") && shown.contains("value=\"7\""),
        "{shown}"
    );
    for (helpful, after, word) in [
        ("much", "7", "helpful"),
        ("101", "7", "helpful"),
        ("50", "0", "helpful_after"),
        ("50", "x", "after"),
    ] {
        let odd = form(helpful, after);
        assert_eq!(odd.status, 200, "{}", odd.body);
        assert!(odd.body.contains(word), "{}", odd.body);
    }
    let settings = desk.app.snapshot().installation.knowledge.settings.clone();
    assert_eq!(settings.helpful_after, 7);
}
