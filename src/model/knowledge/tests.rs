//! The knowledge fold: order does not matter for what comes in, undo undoes, a copy stays.

use super::*;
use crate::model::event::{
    OWN_SOURCE, Placed, QuestionMoved, Titled, TopicMerged, TopicRestored, TopicsAssigned,
};

fn event(json: &str) -> Event {
    Event::parse(json).unwrap()
}

fn provenance(seq: u64) -> Provenance<'static> {
    Provenance {
        seq,
        actor: "admin",
    }
}

fn question_asked(question: &str, at: &str, outcome: &str) -> Event {
    event(&format!(
        r#"{{"type":"question.asked","at":"2026-05-0{at}","conversation":"c-{question}","question":"{question}","text":"Where is {question}?","outcome":"{outcome}"}}"#
    ))
}

fn own(at: &str, body: Body) -> Event {
    Event {
        at: Timestamp::parse(&format!("2026-05-0{at}")).unwrap(),
        source: OWN_SOURCE.to_owned(),
        id: "1".to_owned(),
        body,
    }
}

fn placed(question: &str, cluster: u64, topic: u64) -> Placed {
    Placed {
        question: QuestionId::parse(question).unwrap(),
        cluster,
        topic: TopicNumber(topic),
        language: Some("en".to_owned()),
    }
}

fn assigned(placed: Vec<Placed>) -> Body {
    Body::TopicsAssigned(Box::new(TopicsAssigned {
        embedder: "test/1".to_owned(),
        placed,
        titled: Vec::new(),
        gone: Vec::new(),
        seen: None,
    }))
}

/// An event of the message that the question `a` was asked in.
fn revised(kind: &str, at: &str, text: &str) -> Event {
    event(&format!(
        r#"{{"type":"message.{kind}","at":"2026-05-0{at}","conversation":"c-a","message":"m-a"{text}}}"#
    ))
}

fn asked_in_message() -> Event {
    event(
        r#"{"type":"question.asked","at":"2026-05-01T00:00:00Z","conversation":"c-a","question":"a","message":"m-a","text":"Where is a?","outcome":"unanswered"}"#,
    )
}

fn members(knowledge: &Knowledge, topic: u64) -> Vec<&str> {
    let topic = knowledge.topics.get(&TopicNumber(topic)).unwrap();
    let ids = knowledge.questions_of(topic);
    let mut ids: Vec<&str> = ids.map(|question| question.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn what_comes_in_gives_the_same_in_any_order() {
    let events = [
        question_asked("a", "1T00:00:00Z", "unanswered"),
        question_asked("a", "2T00:00:00Z", "answered"),
        question_asked("b", "1T00:00:00Z", "unanswered"),
        event(
            r#"{"type":"question.dismissed","at":"2026-05-03T00:00:00Z","question":"b","reason":"spam"}"#,
        ),
        event(
            r#"{"type":"short_answer.upserted","at":"2026-05-01T00:00:00Z","short_answer":"s","question":"Where?","variants":["Whither?"],"text":"Here.","status":"draft"}"#,
        ),
        event(
            r#"{"type":"short_answer.upserted","at":"2026-05-02T00:00:00Z","short_answer":"s","question":"Where is it?","text":"There.","status":"published"}"#,
        ),
    ];
    let fold = |order: &[usize]| {
        let mut knowledge = Knowledge::default();
        for place in order {
            knowledge.apply(provenance(7), &events[*place]);
        }
        knowledge.unplaced = Waiting::default();
        serde_json::to_string(&knowledge).unwrap()
    };
    let forward = fold(&[0, 1, 2, 3, 4, 5]);
    assert_eq!(forward, fold(&[5, 4, 3, 2, 1, 0]));
    assert_eq!(forward, fold(&[3, 1, 5, 0, 2, 4]));
}

#[test]
fn a_version_keeps_the_variants_it_does_not_name() {
    let now = Timestamp::parse("2026-06-01T00:00:00Z").unwrap();
    let mut knowledge = Knowledge::default();
    for json in [
        r#"{"type":"short_answer.upserted","at":"2026-05-01T00:00:00Z","short_answer":"s","question":"Where?","variants":["Whither?"],"text":"Here.","status":"draft"}"#,
        r#"{"type":"short_answer.upserted","at":"2026-05-02T00:00:00Z","short_answer":"s","question":"Where?","text":"There.","status":"published"}"#,
        r#"{"type":"short_answer.upserted","at":"2026-07-02T00:00:00Z","short_answer":"s","question":"Where?","variants":null,"text":"Nowhere.","status":"draft"}"#,
    ] {
        knowledge.apply(provenance(1), &event(json));
    }
    let answer = knowledge.answers.values().next().unwrap();
    let current = answer.current(now).unwrap();
    assert_eq!(current.text, "There.");
    assert_eq!(current.variants, ["Whither?"]);
    assert_eq!(answer.versions(now).len(), 2);
    assert_eq!(
        answer.published_since(now).unwrap().to_string(),
        "2026-05-02T00:00:00Z"
    );
    let deleted =
        event(r#"{"type":"short_answer.deleted","at":"2026-05-03T00:00:00Z","short_answer":"s"}"#);
    knowledge.apply(provenance(2), &deleted);
    assert!(knowledge.current_answers(now).is_empty());
}

#[test]
fn questions_follow_their_clusters_and_leave_them() {
    let mut knowledge = Knowledge::default();
    for question in ["a", "b", "c"] {
        let next = provenance(knowledge.unplaced.len() as u64 + 1);
        knowledge.apply(next, &question_asked(question, "1T00:00:00Z", "unanswered"));
    }
    assert_eq!(knowledge.unplaced.len(), 3);
    let all = vec![placed("a", 1, 1), placed("b", 1, 1), placed("c", 2, 2)];
    knowledge.apply(provenance(4), &own("2T00:00:00Z", assigned(all)));
    assert!(knowledge.unplaced.is_empty());
    let before = knowledge.clone();
    let merged = Body::TopicMerged(Box::new(TopicMerged {
        topic: TopicNumber(1),
        into: TopicNumber(2),
    }));
    knowledge.apply(provenance(5), &own("2T00:00:01Z", merged));
    assert_eq!(members(&knowledge, 2), ["a", "b", "c"]);
    let standing = knowledge.standing(TopicNumber(1)).unwrap();
    assert_eq!(standing.number, TopicNumber(2));
    let moved = Body::QuestionMoved(Box::new(QuestionMoved {
        question: QuestionId::parse("b").unwrap(),
        topic: TopicNumber(3),
        cluster: 9,
    }));
    knowledge.apply(provenance(6), &own("2T00:00:02Z", moved));
    assert_eq!(members(&knowledge, 2), ["a", "c"]);
    assert_eq!(members(&knowledge, 3), ["b"]);
    assert_eq!(members(&before, 1), ["a", "b"], "a copy stays as it was");
}

#[test]
fn what_was_dismissed_comes_back_only_by_being_restored() {
    let mut knowledge = Knowledge::default();
    knowledge.apply(
        provenance(1),
        &question_asked("a", "1T00:00:00Z", "unanswered"),
    );
    let all = vec![placed("a", 1, 1)];
    knowledge.apply(provenance(2), &own("1T00:00:01Z", assigned(all)));
    let dismissed = r#"{"type":"topic.dismissed","at":"2026-05-02T00:00:00Z","topic":"t1","reason":"not ours"}"#;
    knowledge.apply(provenance(3), &event(dismissed));
    let dismissal = |knowledge: &Knowledge| {
        let topic = &knowledge.topics[&TopicNumber(1)];
        topic.dismissed.holds().cloned()
    };
    let held = dismissal(&knowledge).unwrap();
    assert_eq!(held.reason.as_deref(), Some("not ours"));
    assert_eq!(held.actor, "admin");
    knowledge.apply(
        provenance(4),
        &question_asked("b", "3T00:00:00Z", "unanswered"),
    );
    let more = vec![placed("b", 1, 1)];
    knowledge.apply(provenance(5), &own("3T00:00:01Z", assigned(more)));
    assert!(dismissal(&knowledge).is_some());
    let restored = Body::TopicRestored(Box::new(TopicRestored {
        topic: TopicNumber(1),
    }));
    knowledge.apply(provenance(6), &own("4T00:00:00Z", restored));
    assert!(dismissal(&knowledge).is_none());
    let json = serde_json::to_string(&knowledge).unwrap();
    let back: Knowledge = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

#[test]
fn the_last_words_of_a_message_are_its_questions_in_any_order() {
    let events = [
        asked_in_message(),
        revised("edited", "2T00:00:00Z", r#","text":"Where is b?""#),
        revised("edited", "3T00:00:00Z", r#","text":"Where is c?""#),
    ];
    let gone = revised("redacted", "4T00:00:00Z", "");
    let words = |order: &[usize], last: Option<&Event>| {
        let mut knowledge = Knowledge::default();
        let told = order.iter().map(|place| &events[*place]).chain(last);
        for (event, seq) in told.zip(1..) {
            knowledge.apply(provenance(seq), event);
        }
        let question = knowledge.questions.get(&QuestionId::parse("a").unwrap());
        let record = question.unwrap().asked.as_ref().unwrap();
        (record.text.to_string(), knowledge.unplaced.len())
    };
    let orders: [&[usize]; 4] = [&[0, 1, 2], &[2, 1, 0], &[1, 0, 2], &[2, 0, 1]];
    for order in orders {
        assert_eq!(words(order, None), ("Where is c?".to_owned(), 1));
        assert_eq!(words(order, Some(&gone)).0, "");
    }
}

#[test]
fn what_was_grouped_by_former_words_waits_again_and_gives_no_title() {
    let mut knowledge = Knowledge::default();
    knowledge.apply(provenance(1), &asked_in_message());
    let edited = revised("edited", "2T00:00:00Z", r#","text":"Where is b?""#);
    knowledge.apply(provenance(2), &edited);
    // Grouped by what was known at record 1, journalled behind the edit.
    let late = |seen: u64| {
        Body::TopicsAssigned(Box::new(TopicsAssigned {
            embedder: "test/1".to_owned(),
            placed: vec![placed("a", 1, 1)],
            titled: vec![Titled {
                topic: TopicNumber(1),
                title: "Where is a?".to_owned(),
                tags: Vec::new(),
            }],
            gone: Vec::new(),
            seen: Some(seen),
        }))
    };
    knowledge.apply(provenance(3), &own("3T00:00:00Z", late(1)));
    assert_eq!(knowledge.unplaced.len(), 1);
    assert_eq!(knowledge.topics[&TopicNumber(1)].called(), "t1");
    assert_eq!(knowledge.untitled.len(), 1);
    let redacted = revised("redacted", "4T00:00:00Z", "");
    knowledge.apply(provenance(4), &redacted);
    assert_eq!(members(&knowledge, 1), Vec::<&str>::new());
    // Nor does it come back by what was grouped before.
    knowledge.apply(provenance(5), &own("5T00:00:00Z", late(3)));
    assert_eq!(members(&knowledge, 1), Vec::<&str>::new());
    assert_eq!(knowledge.unplaced.len(), 1);
}
