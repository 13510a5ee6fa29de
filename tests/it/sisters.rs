//! Topics of one meaning in several languages: shown, suggested, merged or told apart by a person.

use serde_json::{Value, json};
use svar::command::{AnswerDraft, TopicCommand};

use crate::commands::Commands as _;
use crate::desk::{Desk, Server};
use crate::knowledge::unanswered;
use crate::knowledge_front::{get, post};
use crate::knowledge_page::send;

const ASKED: [&str; 7] = [
    "How do I delete my account?",
    "How can I delete my account?",
    "Wie lösche ich mein Konto?",
    "Hur raderar jag mitt konto?",
    "Where is the parcel?",
    "Wo ist das Paket?",
    "Sind Ihre Öffnungszeiten am Sonntag anders?",
];

fn desk() -> Desk {
    let desk = Desk::new();
    for (number, text) in ASKED.iter().enumerate() {
        desk.post(&unanswered(number, text, 20));
    }
    svar::work::group_questions(&desk.app).unwrap();
    desk
}

/// The topic that the question at `place` is in.
fn topic_of(server: &Server, place: usize) -> String {
    let gaps = get(server, "/api/v1/knowledge/gaps?limit=50").json();
    let topics = gaps["items"].as_array().unwrap().clone();
    let has = |topic: &Value| {
        let id = topic["topic"].as_str().unwrap();
        let gap = get(server, &format!("/api/v1/knowledge/gaps/{id}")).json();
        let items = gap["items"].as_array().unwrap().clone();
        items.iter().any(|one| one["text"] == ASKED[place])
    };
    let found = topics.iter().find(|topic| has(topic)).unwrap();
    found["topic"].as_str().unwrap().to_owned()
}

/// The sisters of a topic: id, language and questions.
fn sisters(server: &Server, topic: &str) -> Vec<(String, String, u64)> {
    let gap = get(server, &format!("/api/v1/knowledge/gaps/{topic}")).json();
    let sisters = gap["sisters"].as_array().unwrap().iter();
    let mut sisters: Vec<_> = sisters
        .map(|one| {
            assert!(one["likeness"].as_f64().unwrap() >= 0.45, "{one}");
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            (
                text("topic"),
                text("language"),
                one["questions"].as_u64().unwrap(),
            )
        })
        .collect();
    sisters.sort_by(|a, b| a.1.cmp(&b.1));
    sisters
}

#[test]
fn a_topic_shows_those_that_ask_the_same_in_other_languages_and_merges_none() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let [english, german, swedish, parcel, paket, sunday] =
        [0, 2, 3, 4, 5, 6].map(|place| topic_of(&server, place));
    let of_english = sisters(&server, &english);
    let wanted = [
        (german.clone(), "de".to_owned(), 1),
        (swedish.clone(), "sv".to_owned(), 1),
    ];
    assert_eq!(of_english, wanted);
    let of_german = sisters(&server, &german);
    assert_eq!(of_german[0], (english.clone(), "en".to_owned(), 2));
    assert_eq!(sisters(&server, &parcel)[0].0, paket);
    assert_eq!(sisters(&server, &sunday), []);
    assert_ne!(english, german);
    let gone = desk.app.dismiss_topic("admin", &german, None);
    gone.unwrap();
    assert_eq!(sisters(&server, &english), wanted[1..]);
}

#[test]
fn what_was_told_apart_is_not_suggested_again_until_that_is_taken_back() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let (english, german) = (topic_of(&server, 0), topic_of(&server, 2));
    let path = format!("/api/v1/knowledge/gaps/{english}/tell-apart");
    let told = post(&server, &path, &json!({"other": german, "on": true}));
    assert_eq!(told.status, 200, "{}", told.body);
    let is_there = |desk: &Desk| {
        let server = Server::start(&desk.app);
        let to = sisters(&server, &english).iter().any(|one| one.0 == german);
        let back = sisters(&server, &german).iter().any(|one| one.0 == english);
        (to, back)
    };
    assert_eq!(is_there(&desk), (false, false));
    // What another topic takes in, it takes with it.
    let swedish = topic_of(&server, 3);
    desk.app.merge_topics("admin", &english, &swedish).unwrap();
    assert!(!sisters(&server, &swedish).iter().any(|one| one.0 == german));
    let back = TopicCommand::TellApart {
        topic: swedish.clone(),
        other: german.clone(),
        on: false,
    };
    desk.app.on_topic("admin", back).unwrap();
    assert!(sisters(&server, &german).iter().any(|one| one.0 == swedish));
    let own = post(&server, &path, &json!({"other": english, "on": true}));
    assert_eq!(
        (own.status, &own.json()["errors"][0]["pointer"]),
        (400, &json!("other"))
    );
    let unknown = post(&server, &path, &json!({"other": "t99", "on": true}));
    assert_eq!(unknown.status, 404);
}

#[test]
fn the_page_lists_sisters_merges_one_and_tells_another_apart() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let [english, german, swedish] = [0, 2, 3].map(|place| topic_of(&server, place));
    let path = format!("/knowledge/gaps?topic={english}");
    let page = get(&server, &path).body;
    for part in [
        "Seems to be asked in other languages",
        ASKED[2],
        ASKED[3],
        "Merge into this one",
        &format!("topic={german}"),
    ] {
        assert!(page.contains(part), "{part}");
    }
    let deed = format!("tell_apart:{german}");
    let apart = send(
        &server,
        "/knowledge/gaps",
        &[("topic", &english), ("do", &deed)],
    )
    .body;
    assert!(apart.contains("they are not suggested again"), "{apart}");
    assert!(!apart.contains(&format!("merge_sister:{german}")));
    let undo = format!("tell_together:{german}");
    assert!(apart.contains(&undo), "{apart}");
    let back = send(
        &server,
        "/knowledge/gaps",
        &[("topic", &english), ("do", &undo)],
    )
    .body;
    assert!(back.contains(&format!("merge_sister:{german}")));
    let deed = format!("merge_sister:{swedish}");
    let merged = send(
        &server,
        "/knowledge/gaps",
        &[("topic", &english), ("do", &deed)],
    )
    .body;
    assert!(
        merged.contains("The topics were merged: this one has"),
        "{merged}"
    );
    assert_eq!(topic_of(&server, 3), english);
    assert!(!merged.contains(&deed), "{merged}");
}

#[test]
fn short_answers_in_several_languages_stand_side_by_side() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let (english, german) = (topic_of(&server, 0), topic_of(&server, 2));
    let write = |question: &str, text: &str, topic: &str| {
        let draft = AnswerDraft {
            question: question.to_owned(),
            text: text.to_owned(),
            published: true,
            topic: Some(topic.to_owned()),
            ..AnswerDraft::default()
        };
        desk.app.save_answer("admin", draft).unwrap()
    };
    let one = write(ASKED[0], "Under Settings, press Delete.", &english);
    let gap = |topic: &str| get(&server, &format!("/api/v1/knowledge/gaps/{topic}")).json();
    // In one language there is nothing to compare.
    assert_eq!(gap(&english)["answers_beside"], json!([]));
    let other = write(ASKED[2], "Unter Einstellungen auf Löschen.", &german);
    for topic in [&english, &german] {
        let beside = gap(topic)["answers_beside"].clone();
        let both: Vec<(&str, &str)> = beside
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["short_answer"].as_str().unwrap(),
                    one["language"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(both.len(), 2);
        assert!(
            both.contains(&(&one, "en")) && both.contains(&(&other, "de")),
            "{both:?}"
        );
    }
    let page = get(&server, &format!("/knowledge/gaps?topic={english}")).body;
    assert!(page.contains("Short answers in several languages"));
    assert!(page.contains("Unter Einstellungen auf Löschen."));
    let page = get(&server, &format!("/knowledge/answers?answer={one}")).body;
    assert!(page.contains("Unter Einstellungen auf Löschen."));
    // A contact is answered in their language, by the one that is written in it.
    let asked = post(&server, "/api/v1/ask", &json!({"text": ASKED[2]})).json();
    assert_eq!(asked["short_answer"], json!(other));
}
