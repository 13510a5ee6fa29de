//! An answer cannot be wrong for long: what does not help is set aside, one press takes an answer
//! out of the agent's mouth at once, and somebody's look begins afresh.

use serde_json::{Value, json};
use svar::command::AnswerDraft;
use svar::work::{answer_waiting, set_aside_unhelpful};

use crate::commands::Commands as _;
use crate::desk::{Answer, Desk, Server};

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
