//! What a strict reader refuses, and how it says so.

use super::*;
use crate::model::QuestionId;
use crate::model::event::{QuestionMoved, TopicNumber};

const RATED: &str = r#"{"type":"csat.rated","at":"2026-01-05T10:00:00+01:00","source":"s","id":"1","conversation":"c","score":5}"#;

fn refused(line: &str) -> String {
    Event::parse(line).unwrap_err().to_string()
}

#[test]
fn what_is_written_reads_back_as_the_same_event() {
    let event = Event::parse(RATED).unwrap();
    assert_eq!(Event::parse(&event.to_json()).unwrap(), event);
    assert!(event.to_json().contains("2026-01-05T09:00:00Z"));
}

#[test]
fn an_unknown_type_field_or_value_is_refused_by_name() {
    let unknown = RATED.replace("csat.rated", "csat.raised");
    assert!(refused(&unknown).contains("unknown type `csat.raised`"));
    let extra = RATED.replace("\"score\"", "\"colour\":1,\"score\"");
    assert!(
        refused(&extra).starts_with("field `colour`: unknown field"),
        "{}",
        refused(&extra)
    );
    for bad in ["-1", "0", "6", "2.5", "\"five\""] {
        let line = RATED.replace(":5", &format!(":{bad}"));
        assert!(
            refused(&line).starts_with("field `score`"),
            "{}",
            refused(&line)
        );
    }
}

#[test]
fn a_nested_fault_names_its_path() {
    let line = r#"{"type":"message.added","at":"2026-01-05T10:00:00Z","conversation":"c","message":"m","author":{"kind":"robot"},"text":"x"}"#;
    assert!(
        refused(line).starts_with("field `author.kind`"),
        "{}",
        refused(line)
    );
    let line = line.replace(r#""kind":"robot""#, r#""kind":"rep","name":"x""#);
    assert!(
        refused(&line).starts_with("field `author.name`"),
        "{}",
        refused(&line)
    );
}

#[test]
fn a_missing_field_and_an_instant_without_offset_are_named() {
    assert_eq!(
        refused(&RATED.replace(r#","score":5"#, "")),
        "field `score`: missing"
    );
    let line = RATED.replace("+01:00", "");
    assert!(refused(&line).starts_with("field `at`"));
}

#[test]
fn svars_own_events_never_come_in() {
    assert!(refused(&RATED.replace("csat.rated", "svar.user_added")).contains("Svar's own"));
}

#[test]
fn a_left_out_id_is_the_hash_of_the_content() {
    let one = Event::parse(
        r#"{"type":"team.upserted","at":"2026-01-05T10:00:00Z","team":"t","name":"T"}"#,
    )
    .unwrap();
    let two = Event::parse(
        r#"{"name":"T","team":"t","at":"2026-01-05T11:00:00+01:00","type":"team.upserted"}"#,
    )
    .unwrap();
    assert_eq!(one, two);
    assert_eq!(one.source, "api");
    assert_eq!(one.id.len(), 32);
}

#[test]
fn null_is_left_out_but_removes_in_an_upsert() {
    let line = r#"{"type":"rep.upserted","at":"2026-01-05T10:00:00Z","source":"s","id":"1","rep":"r","name":"R","team":null}"#;
    let event = Event::parse(line).unwrap();
    let Body::RepUpserted(rep) = &event.body else {
        panic!()
    };
    assert_eq!(rep.team, super::super::Patch::Clear);
    assert_eq!(Event::parse(&event.to_json()).unwrap(), event);
    let null = RATED.replace("\"score\"", "\"text\":null,\"score\"");
    assert_eq!(Event::parse(&null).unwrap(), Event::parse(RATED).unwrap());
}

#[test]
fn another_status_word_is_away_with_that_detail() {
    let line =
        r#"{"type":"rep.status_changed","at":"2026-01-05T10:00:00Z","rep":"r","status":"lunch"}"#;
    let event = Event::parse(line).unwrap();
    let Body::RepStatusChanged(changed) = &event.body else {
        panic!()
    };
    assert_eq!(
        (changed.status, changed.detail.as_deref()),
        (RepStatus::Away, Some("lunch"))
    );
}

#[test]
fn reserved_and_overlong_ids_are_refused() {
    for id in ["", ".", "..", "svar:1", &"x".repeat(129)] {
        let line = RATED.replace(
            r#""conversation":"c""#,
            &format!(r#""conversation":"{id}""#),
        );
        assert!(
            refused(&line).starts_with("field `conversation`"),
            "{id}: {}",
            refused(&line)
        );
    }
}

fn moved() -> Event {
    Event {
        at: Timestamp::parse("2026-05-04T09:00:00Z").unwrap(),
        id: "17".to_owned(),
        source: OWN_SOURCE.to_owned(),
        body: Body::QuestionMoved(Box::new(QuestionMoved {
            question: QuestionId::parse("q1").unwrap(),
            topic: TopicNumber(4),
            cluster: 9,
        })),
    }
}

#[test]
fn an_own_event_survives_a_round_trip() {
    let json = moved().to_json();
    assert!(moved().body.is_own());
    assert_eq!(
        json,
        r#"{"type":"svar.question_moved","at":"2026-05-04T09:00:00Z","source":"svar","id":"17","question":"q1","topic":"t4","cluster":9}"#
    );
    assert_eq!(Event::parse_journalled(&json).unwrap(), moved());
}

#[test]
fn an_own_event_never_comes_in_from_outside() {
    let error = Event::parse(&moved().to_json()).unwrap_err();
    assert_eq!(error.field, "type");
    assert!(error.reason.contains("do not come in"), "{error}");
}

#[test]
fn an_unknown_or_foreign_one_is_refused_by_name() {
    let json = moved().to_json();
    let unknown = json.replace("question_moved", "question_lost");
    assert_eq!(Event::parse_journalled(&unknown).unwrap_err().field, "type");
    let foreign = json.replace(r#""source":"svar""#, r#""source":"api""#);
    assert_eq!(
        Event::parse_journalled(&foreign).unwrap_err().field,
        "source"
    );
    let odd = json.replace(r#""t4""#, r#""4""#);
    assert!(Event::parse_journalled(&odd).is_err());
}
