//! Redacted words are nowhere any more, and edited ones are what is found and grouped.

use serde_json::{Value, json};
use svar::app::{GapQuery, Paging};
use svar::model::event::Verdict;

use crate::commands::Commands as _;
use crate::desk::{Desk, Server, agent, answer};
use crate::knowledge::{later, unanswered};

/// As [`unanswered`], with the message that the question was asked in.
fn in_message(number: usize, text: &str, day: u32) -> Vec<Value> {
    let mut events = unanswered(number, text, day);
    for event in &mut events {
        if event["type"] == "question.asked" {
            event["message"] = format!("m{number}").into();
        }
    }
    events
}

fn revised(number: usize, text: Option<&str>, at: &str) -> Value {
    let kind = text.map_or("message.redacted", |_| "message.edited");
    let mut event = json!({"type": kind, "at": format!("2026-10-{at}Z"), "source": "t",
        "id": format!("{kind} {number} {at}"), "conversation": format!("c{number}"),
        "message": format!("m{number}")});
    if let Some(text) = text {
        event["text"] = text.into();
    }
    event
}

/// Two topics: passwords, whose most telling question names an island, and parcels.
fn desk() -> Desk {
    let desk = Desk::new();
    let texts = [
        "How do I reset my password?",
        "How do I reset my password on Zanzibar?",
        "How do I reset my password on Zanzibar?",
        "When will my parcel arrive?",
        "When does my parcel arrive?",
    ];
    for (number, text) in texts.iter().enumerate() {
        let taken = desk.post(&in_message(number, text, 10));
        assert_eq!(taken["rejected"], json!([]));
    }
    group(&desk);
    desk
}

fn group(desk: &Desk) {
    svar::work::group_questions(&desk.app).unwrap();
    later(desk, 1);
}

/// Titles of all gaps with the words of their questions.
fn gaps(desk: &Desk) -> Vec<(String, Vec<String>)> {
    let library = desk.app.knowledge();
    let all = library.gaps(&GapQuery {
        paging: Paging::first(50),
        ..GapQuery::default()
    });
    let mut gaps: Vec<(String, Vec<String>)> = all
        .items
        .into_iter()
        .map(|gap| {
            let view = library.gap(&gap.topic, Paging::first(50)).unwrap();
            let mut texts: Vec<String> = view.items.into_iter().map(|item| item.text).collect();
            texts.sort();
            (gap.title, texts)
        })
        .collect();
    gaps.sort();
    gaps
}

/// Where a word stands of all that is shown.
fn places_with(desk: &Desk, word: &str) -> Vec<String> {
    let server = Server::start(&desk.app);
    let mut paths: Vec<String> = [
        "/api/v1/knowledge/gaps?limit=50",
        "/api/v1/knowledge/gaps?state=dismissed",
        "/api/v1/knowledge/cases",
        "/api/v1/knowledge/reviews",
        "/api/v1/search?q=password&limit=100",
        "/api/v1/search?q=parcel&limit=100",
        "/api/v1/conversations?limit=50",
        "/api/v1/reports/unanswered_questions/rows?from=2026-10-01&to=2026-11-01",
        "/knowledge/gaps",
        "/search?q=password",
    ]
    .map(str::to_owned)
    .to_vec();
    for topic in desk.app.snapshot().installation.knowledge.topics.keys() {
        paths.push(format!("/api/v1/knowledge/gaps/{topic}"));
        paths.push(format!("/knowledge/gaps?topic={topic}"));
    }
    for conversation in ["c0", "c1", "c2", "live"] {
        paths.push(format!("/api/v1/conversations/{conversation}"));
        paths.push(format!("/api/v1/conversations/{conversation}/explain"));
        paths.push(format!("/conversations/{conversation}"));
    }
    let shows = |path: &String| {
        let page = answer(agent().get(server.url(path)).call());
        page.body.to_lowercase().contains(word)
    };
    let mut places: Vec<String> = paths.into_iter().filter(shows).collect();
    let hits = answer(
        agent()
            .get(server.url(&format!("/api/v1/search?q={word}")))
            .call(),
    );
    if hits.json()["items"] != json!([]) {
        places.push("search".to_owned());
    }
    places
}

/// The desk opened again, as it was left and from the journal alone.
fn twice(desk: Desk, check: impl Fn(&Desk)) {
    check(&desk);
    let desk = desk.reopened();
    check(&desk);
    desk.app.close().unwrap();
    std::fs::remove_dir_all(desk.folder.path().join("derived")).unwrap();
    let position = desk.app.position();
    let desk = desk.reopened();
    check(&desk);
    assert_eq!(svar::work::group_questions(&desk.app).unwrap(), 0);
    assert_eq!(desk.app.position(), position, "nothing is grouped again");
}

#[test]
fn r121_a_redacted_question_leaves_gaps_search_titles_and_pages() {
    let desk = desk();
    assert!(!places_with(&desk, "zanzibar").is_empty());
    desk.post(&[
        revised(1, None, "20T08:00:00"),
        revised(2, None, "20T08:00:00"),
    ]);
    // At once, before anything is grouped anew.
    assert_eq!(places_with(&desk, "zanzibar"), Vec::<String>::new());
    group(&desk);
    twice(desk, |desk| {
        assert_eq!(places_with(desk, "zanzibar"), Vec::<String>::new());
        let gaps = gaps(desk);
        assert_eq!(gaps.len(), 2);
        assert_eq!(
            gaps[0],
            (
                "How do I reset my password?".to_owned(),
                vec!["How do I reset my password?".to_owned()]
            )
        );
    });
}

#[test]
fn r121_what_the_agent_looked_up_goes_with_the_message_and_its_case() {
    let desk = desk();
    let said = desk.app.respond(&svar::app::Incoming {
        conversation: "live".to_owned(),
        contact: "p".to_owned(),
        channel: "chat".to_owned(),
        text: "Do you deliver to Zanzibar?".to_owned(),
    });
    said.unwrap();
    later(&desk, 1);
    let question = desk.app.knowledge().reviews(None, Paging::first(9)).items[0]
        .question
        .clone();
    let right = Verdict::ShouldHaveHandedOff;
    desk.app.review("ann", &question, right).unwrap();
    group(&desk);
    let live = desk.app.conversation("live").unwrap();
    let places = places_with(&desk, "zanzibar");
    assert!(places.contains(&"/api/v1/knowledge/cases".to_owned()));
    let redacted = |conversation: &str, message: &str| {
        json!({"type": "message.redacted", "at": "2026-11-01T00:10:00Z", "source": "t",
            "id": format!("{conversation} {message}"), "conversation": conversation,
            "message": message})
    };
    desk.post(&[
        redacted("live", live.messages[0].id.as_str()),
        redacted("c1", "m1"),
        redacted("c2", "m2"),
    ]);
    group(&desk);
    twice(desk, |desk| {
        assert_eq!(places_with(desk, "zanzibar"), Vec::<String>::new());
    });
}

#[test]
fn r121_an_edited_question_is_grouped_by_its_new_words() {
    let desk = desk();
    desk.post(&[
        revised(1, Some("When is my parcel to arrive?"), "20T08:00:00"),
        // The last in event order holds, whatever comes last.
        revised(2, Some("When will the parcel arrive?"), "21T08:00:00"),
        revised(2, Some("Where is Zanzibar?"), "20T08:00:00"),
    ]);
    group(&desk);
    twice(desk, |desk| {
        assert_eq!(places_with(desk, "zanzibar"), Vec::<String>::new());
        let gaps = gaps(desk);
        assert_eq!(gaps.len(), 2);
        assert_eq!(gaps[0].1, ["How do I reset my password?"]);
        assert_eq!(gaps[1].1.len(), 4);
        assert!(
            gaps[1]
                .1
                .contains(&"When is my parcel to arrive?".to_owned())
        );
    });
}

#[test]
fn r121_a_question_that_comes_after_its_edit_has_the_new_words() {
    let desk = Desk::new();
    desk.post(&[
        revised(0, Some("When will my parcel arrive?"), "20T08:00:00"),
        revised(1, None, "20T08:00:00"),
    ]);
    desk.post(&in_message(0, "Is Zanzibar far?", 10));
    desk.post(&in_message(1, "Is Zanzibar near?", 10));
    group(&desk);
    twice(desk, |desk| {
        assert_eq!(places_with(desk, "zanzibar"), Vec::<String>::new());
        assert_eq!(gaps(desk).len(), 1);
        assert_eq!(gaps(desk)[0].1, ["When will my parcel arrive?"]);
    });
}
