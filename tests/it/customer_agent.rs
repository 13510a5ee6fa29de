//! The customer agent at work: contacts who write live are answered, in one piece, unless a human
//! is quicker or has the conversation; and what comes in from elsewhere stays silent.

use serde_json::{Value, json};
use svar::app::Error;
use svar::command::{AnswerDraft, Caller, Command, Refusal, TurnCommand};
use svar::model::MessageId;
use svar::work::answer_waiting;

use crate::commands::Commands as _;
use crate::desk::{Answer, Desk, Server};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia
";
/// Longer than the agent waits for a contact's next message.
const SETTLED_MS: i64 = 2_000;

fn desk() -> (Desk, Server) {
    let (desk, server) = Desk::served(STORY);
    let answer = AnswerDraft {
        question: "How do I reset my password?".to_owned(),
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
    assert_eq!(sent.status, 200, "{path}: {}", sent.body);
    sent
}

/// A contact begins a conversation on a channel; gives its id.
fn write_on(desk: &Desk, server: &Server, channel: &str, text: &str) -> String {
    let new = json!({"by": "contact", "contact": {"id": "p1"}, "channel": channel, "text": text});
    let sent = post(desk, server, "conversations", &new).json();
    sent["id"].as_str().unwrap().to_owned()
}

fn writes(desk: &Desk, server: &Server, conversation: &str, text: &str) {
    let words = json!({"by": "contact", "text": text});
    post(
        desk,
        server,
        &format!("conversations/{conversation}/messages"),
        &words,
    );
}

/// Lets the agent answer whoever has waited long enough by then; how many it looked at.
fn answered_after(desk: &Desk, millis: i64) -> usize {
    desk.app.settle().unwrap();
    desk.clock.set(desk.clock.now().plus_millis(millis));
    let looked_at = answer_waiting(&desk.app).unwrap();
    desk.tick();
    looked_at
}

/// The conversation's messages as `author: text`, without notes.
fn thread(server: &Server, conversation: &str) -> Vec<String> {
    let one = server.get(&format!("/api/v1/conversations/{conversation}"));
    let one = one.json();
    let messages = one["messages"].as_array().unwrap().iter();
    messages
        .map(|message| {
            let author = message["author"]["kind"].as_str().unwrap();
            format!("{author}: {}", message["text"].as_str().unwrap())
        })
        .collect()
}

const FORGOT: &str = "customer_agent: Press **Forgot**.";
const PASSED_ON: &str =
    "customer_agent: I have passed this on to my colleagues. They will answer you here.";

#[test]
fn a_burst_of_messages_gets_one_answer_after_the_last_of_them() {
    let (desk, server) = desk();
    let c = write_on(&desk, &server, "chat", "Hello!");
    writes(&desk, &server, &c, "one question");
    writes(&desk, &server, &c, "How do I reset my password?");
    assert_eq!(answered_after(&desk, 0), 0, "more may come");
    assert_eq!(thread(&server, &c).len(), 3);
    assert_eq!(answered_after(&desk, SETTLED_MS), 1);
    assert_eq!(thread(&server, &c)[3..], [FORGOT]);
    assert_eq!(answered_after(&desk, SETTLED_MS), 0, "it is said once");
    let explained = server.get(&format!("/api/v1/conversations/{c}/explain"));
    assert!(explained.body.contains("How do I reset my password?"));
}

#[test]
fn many_who_wait_are_answered_in_one_round_each_once() {
    let (desk, server) = desk();
    let write = |_| write_on(&desk, &server, "chat", "How do I reset my password?");
    let waiting: Vec<String> = (0..80).map(write).collect();
    assert_eq!(answered_after(&desk, SETTLED_MS), waiting.len());
    for conversation in &waiting {
        let said = thread(&server, conversation);
        assert_eq!(said, ["contact: How do I reset my password?", FORGOT]);
    }
    assert_eq!(answered_after(&desk, SETTLED_MS), 0);
}

#[test]
fn what_it_cannot_answer_is_handed_off_with_an_honest_word_on_when() {
    let (desk, server) = desk();
    // The clock stands at Sunday, 1 November 2026, 00:00.
    desk.post_story(r#"20 09:00 schedule.upserted zone=Europe/Oslo week={"mon":["09:00-17:00"]}"#);
    let c = write_on(
        &desk,
        &server,
        "chat",
        "Do you ship live penguins to Antarctica?",
    );
    answered_after(&desk, SETTLED_MS);
    let said = thread(&server, &c);
    assert!(
        said[1].contains("from Monday 2026-11-02 09:00 (Europe/Oslo)"),
        "{said:?}"
    );
    let one = server.get(&format!("/api/v1/conversations/{c}")).json();
    assert_eq!(one["handoff"]["reason"], "no_answer");
    assert_eq!(one["questions"][0]["outcome"], "unanswered");
    let own = json!({"away": "We are back {opens}."});
    post(&desk, &server, "customer-agent", &own);
    let c = write_on(
        &desk,
        &server,
        "chat",
        "Do you ship live penguins to Antarctica?",
    );
    answered_after(&desk, SETTLED_MS);
    let said = thread(&server, &c);
    assert_eq!(
        said[1],
        "customer_agent: We are back Monday 2026-11-02 09:00 (Europe/Oslo)."
    );
}

#[test]
fn a_human_silences_it_and_a_resolve_lets_it_begin_afresh() {
    let (desk, server) = desk();
    let c = write_on(
        &desk,
        &server,
        "chat",
        "Do you ship live penguins to Antarctica?",
    );
    answered_after(&desk, SETTLED_MS);
    writes(&desk, &server, &c, "How do I reset my password?");
    answered_after(&desk, SETTLED_MS);
    assert_eq!(thread(&server, &c).len(), 3, "it was handed off");
    let resolve = format!("conversations/{c}/resolve");
    post(&desk, &server, &resolve, &json!({"rep": "ada"}));
    writes(&desk, &server, &c, "How do I reset my password?");
    answered_after(&desk, SETTLED_MS);
    assert_eq!(thread(&server, &c)[4..], [FORGOT]);
    // A rep's word stops it, too; and so does taking over without a word.
    writes(&desk, &server, &c, "How do I reset my password?");
    let reply = json!({"text": "I am here.", "rep": "ada"});
    post(
        &desk,
        &server,
        &format!("conversations/{c}/messages"),
        &reply,
    );
    writes(&desk, &server, &c, "How do I reset my password?");
    answered_after(&desk, SETTLED_MS);
    assert_eq!(thread(&server, &c).len(), 8);
    let d = write_on(&desk, &server, "chat", "How do I reset my password?");
    let over = json!({"to": {"kind": "rep", "id": "ada"}});
    post(&desk, &server, &format!("conversations/{d}/assign"), &over);
    answered_after(&desk, SETTLED_MS);
    assert_eq!(thread(&server, &d).len(), 1);
    let back = json!({"to": {"kind": "customer_agent"}});
    post(&desk, &server, &format!("conversations/{d}/assign"), &back);
    writes(&desk, &server, &d, "How do I reset my password?");
    answered_after(&desk, SETTLED_MS);
    assert_eq!(thread(&server, &d)[2..], [FORGOT], "it was given back");
}

#[test]
fn it_answers_where_and_when_its_rules_say_so() {
    let (desk, server) = desk();
    let asked = |channel: &str| {
        let c = write_on(&desk, &server, channel, "How do I reset my password?");
        answered_after(&desk, SETTLED_MS);
        thread(&server, &c).len() == 2
    };
    assert!(asked("chat"));
    assert!(!asked("email"), "nobody has set it to answer there");
    let rules = json!({"duty": [{"channel": "email", "when": "always"},
        {"when": "out_of_hours"}]});
    post(&desk, &server, "customer-agent", &rules);
    assert!(asked("email"));
    assert!(!asked("chat"), "nobody has said what working hours are");
    desk.post_story(r#"20 09:00 schedule.upserted zone=UTC week={"mon":["09:00-17:00"]}"#);
    assert!(asked("chat"), "it is Sunday");
    let hours = r#"{"sun":["00:00-24:00"],"mon":["00:00-24:00"]}"#;
    desk.post_story(&format!("21 09:00 schedule.upserted zone=UTC week={hours}"));
    assert!(!asked("chat"), "somebody is there");
    let settings = server.get("/api/v1/customer-agent").json();
    assert_eq!(settings["duty"], rules["duty"]);
}

#[test]
fn what_comes_from_elsewhere_is_silent() {
    let (desk, server) = desk();
    desk.post_story(
        "31 09:00 conversation.started conversation=c1 contact=p1
         31 09:00 message.added conversation=c1 message=m1 author=contact text=How-do-I-reset-my-password?",
    );
    assert_eq!(answered_after(&desk, SETTLED_MS), 0);
    assert_eq!(thread(&server, "c1").len(), 1);
}

#[test]
fn who_wrote_before_a_stop_is_answered_after_it() {
    let (desk, server) = desk();
    let c = write_on(&desk, &server, "chat", "How do I reset my password?");
    drop(server);
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    let server = Server::start(&desk.app);
    assert_eq!(answered_after(&desk, SETTLED_MS), 1);
    assert_eq!(thread(&server, &c)[1..], [FORGOT]);
}

#[test]
fn an_answer_that_did_not_help_is_handed_off_once() {
    let (desk, server) = desk();
    let c = write_on(&desk, &server, "chat", "How do I reset my password?");
    let feedback = format!("/api/v1/conversations/{c}/feedback");
    let early = server.post(&feedback, &json!({"rating": "helpful"}));
    assert_eq!(early.status, 409, "{}", early.body);
    answered_after(&desk, SETTLED_MS);
    let sent = server.post(
        &feedback,
        &json!({"rating": "not_helpful", "text": "I have no mail"}),
    );
    assert_eq!(sent.status, 200, "{}", sent.body);
    desk.tick();
    assert_eq!(thread(&server, &c)[2..], [PASSED_ON]);
    let one = server.get(&format!("/api/v1/conversations/{c}")).json();
    assert_eq!(one["handoff"]["reason"], "negative_feedback");
    assert_eq!(one["feedback"][0]["text"], "I have no mail");
    let again = server.post(&feedback, &json!({"rating": "helpful"}));
    assert_eq!(again.status, 409, "{}", again.body);
}

#[test]
fn bad_settings_are_refused_by_name() {
    let (_desk, server) = desk();
    for (body, field) in [
        (json!({}), "body"),
        (json!({"settle_ms": 60_001}), "settle_ms"),
        (
            json!({"duty": [{"channel": " ", "when": "always"}]}),
            "duty[0].channel",
        ),
        (json!({"duty": [{"when": "sometimes"}]}), "duty[0].when"),
        (json!({"name": "x".repeat(101)}), "name"),
    ] {
        let refused = server.post("/api/v1/customer-agent", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(field), "{field}: {}", refused.body);
    }
}

/// The last record that changed what the agent answers.
fn answering_now(desk: &Desk) -> u64 {
    let snapshot = desk.app.snapshot();
    snapshot.installation.knowledge.answering_changed
}

#[test]
fn an_answer_that_was_being_made_is_not_said_once_somebody_was_quicker() {
    let (desk, server) = desk();
    let c = write_on(&desk, &server, "chat", "How do I reset my password?");
    let last = || {
        let one = server.get(&format!("/api/v1/conversations/{c}")).json();
        let messages = one["messages"].as_array().unwrap().clone();
        let id = messages.last().unwrap()["id"].as_str().unwrap().to_owned();
        MessageId::parse(&id).unwrap()
    };
    let say = |seen: MessageId, answering: Option<u64>| {
        desk.tick();
        let turn = TurnCommand {
            conversation: c.clone(),
            message: Some(seen),
            answering: answering.unwrap_or_else(|| answering_now(&desk)),
            bodies: Vec::new(),
        };
        desk.app
            .write_now(&Caller::customer_agent(), Command::Turn(turn))
    };
    desk.tick();
    let first = last();
    writes(&desk, &server, &c, "And how long does it take?");
    desk.tick();
    let is_late = |said| matches!(said, Err(Error::Refused(Refusal::Outdated)));
    assert!(is_late(say(first, None)), "the contact wrote more");
    let newest = last();
    assert!(
        is_late(say(newest.clone(), Some(0))),
        "the answers are others"
    );
    say(newest.clone(), None).unwrap();
    let over = json!({"to": {"kind": "rep", "id": "ada"}});
    post(&desk, &server, &format!("conversations/{c}/assign"), &over);
    assert!(is_late(say(newest, None)), "a rep took over");
}
