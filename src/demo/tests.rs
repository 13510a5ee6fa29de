//! What the synthetic desk promises: the same again, well formed, and like a real desk.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::Body;
use crate::model::event::{ActorKind, QuestionOutcome, Role};

fn options() -> Options {
    Options::new(Timestamp::parse("2026-06-30T00:00:00Z").unwrap())
}

fn few() -> Options {
    Options {
        conversations: 400,
        ..options()
    }
}

fn json(options: &Options) -> Vec<String> {
    events(options).map(|event| event.to_json()).collect()
}

#[test]
fn the_same_options_give_the_same_events_and_another_seed_others() {
    assert_eq!(json(&few()), json(&few()));
    let other = Options { seed: 2, ..few() };
    assert_ne!(json(&few()), json(&other));
}

#[test]
fn every_event_survives_its_json() {
    for event in events(&few()) {
        let text = event.to_json();
        assert_eq!(Event::parse(&text).as_ref(), Ok(&event));
        // By way of a value, which is how any text is read that is not as it is written.
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(Event::from_value(value), Ok(event));
    }
}

#[test]
fn no_event_lies_outside_the_window_and_no_id_comes_twice() {
    let options = options();
    let start = options.until.plus_millis(-180 * crate::model::DAY_MS);
    let mut seen = BTreeSet::new();
    for event in events(&options) {
        assert!((start..=options.until).contains(&event.at), "{event:?}");
        assert!(event.id.starts_with("demo:") && event.source == "demo");
        assert!(seen.insert(event.id.clone()), "{} twice", event.id);
    }
}

#[test]
fn conversations_come_in_the_order_of_their_starts() {
    let starts: Vec<_> = events(&options())
        .filter(|event| matches!(event.body, Body::ConversationStarted(_)))
        .map(|event| event.at)
        .collect();
    assert_eq!(starts.len(), 5_000);
    assert!(starts.is_sorted());
}

#[test]
fn the_events_of_a_conversation_are_in_order() {
    let mut last: BTreeMap<String, (Timestamp, u8)> = BTreeMap::new();
    for event in events(&few()) {
        let thing = event.id.split('/').next().unwrap().to_owned();
        let place = (event.at, event.body.rank());
        let before = last.insert(thing, place);
        assert!(before.is_none_or(|before| before <= place), "{event:?}");
    }
}

#[test]
fn every_type_occurs_but_the_dismissal_of_topics() {
    let kinds: BTreeSet<_> = events(&options()).map(|event| event.body.kind()).collect();
    let missing: Vec<_> = Body::TYPES
        .iter()
        .filter(|kind| !kinds.contains(*kind))
        .collect();
    // Topics are made by the index; a source cannot know their ids.
    assert_eq!(missing, [&"topic.dismissed"]);
}

#[test]
fn nothing_that_is_said_is_empty() {
    for event in events(&options()) {
        let text = match &event.body {
            Body::MessageAdded(added) => &added.text,
            Body::QuestionAsked(question) => &question.text,
            Body::ShortAnswerUpserted(answer) => &answer.text,
            _ => continue,
        };
        assert!(!text.trim().is_empty(), "{event:?}");
    }
}

#[test]
fn things_are_told_of_by_their_own_ids() {
    let mut ids = BTreeSet::new();
    let events: Vec<_> = events(&options()).collect();
    for event in &events {
        match &event.body {
            Body::ContactUpserted(contact) => ids.insert(contact.contact.to_string()),
            Body::ConversationStarted(started) => ids.insert(started.conversation.to_string()),
            Body::ShortAnswerUpserted(answer) => ids.insert(answer.short_answer.to_string()),
            Body::TicketOpened(opened) => ids.insert(opened.ticket.to_string()),
            _ => continue,
        };
    }
    let is_known = |text: Option<&str>| text.is_none_or(|text| ids.contains(text));
    for event in &events {
        let body = &event.body;
        assert!(
            is_known(body.conversation()) && is_known(body.ticket()),
            "{event:?}"
        );
        match body {
            Body::ConversationStarted(started) => assert!(is_known(Some(started.contact.as_str()))),
            Body::ConversationMerged(merged) => assert!(is_known(Some(merged.into.as_str()))),
            Body::QuestionAsked(question) => {
                let answer = question
                    .short_answer
                    .as_ref()
                    .map(crate::model::ShortAnswerId::as_str);
                assert!(is_known(answer), "{event:?}");
            }
            _ => {}
        }
    }
}

/// Crude facts of a conversation, for counting only.
#[derive(Default)]
struct Crude {
    started: Timestamp,
    /// Replies, questions and handoffs of the customer agent.
    deeds: u32,
    is_answered: bool,
    is_handed_off: bool,
    is_refused: bool,
}

impl Crude {
    fn is_resolved(&self) -> bool {
        self.is_answered && !self.is_handed_off && !self.is_refused
    }
}

fn crude() -> Vec<Crude> {
    let mut all: BTreeMap<String, Crude> = BTreeMap::new();
    for event in events(&options()) {
        let Some(conversation) = event.body.conversation() else {
            continue;
        };
        let crude = all.entry(conversation.to_owned()).or_default();
        match &event.body {
            Body::ConversationStarted(_) => crude.started = event.at,
            Body::MessageAdded(added) => match added.author.kind {
                ActorKind::CustomerAgent if added.role != Some(Role::Other) => {
                    crude.deeds += 1;
                    crude.is_answered |= added.role == Some(Role::Answer);
                    crude.is_refused = added.role == Some(Role::Clarify);
                }
                ActorKind::Rep if crude.deeds > 0 => crude.is_handed_off = true,
                ActorKind::Contact if added.ack != Some(true) => crude.is_refused = true,
                _ => {}
            },
            Body::QuestionAsked(_) => crude.deeds += 1,
            Body::ConversationHandedOff(_) => {
                crude.deeds += 1;
                crude.is_handed_off = true;
            }
            Body::FeedbackGiven(feedback) => crude.is_refused = feedback.rating == "not_helpful",
            _ => {}
        }
    }
    all.into_values().filter(|crude| crude.deeds > 0).collect()
}

fn share<T>(of: &[T], holds: impl Fn(&T) -> bool) -> f64 {
    of.iter().filter(|item| holds(item)).count() as f64 / of.len() as f64
}

#[test]
fn the_customer_agent_resolves_half_hands_off_a_third_and_gets_better() {
    let mut handled = crude();
    let resolved = share(&handled, Crude::is_resolved);
    assert!((0.45..0.65).contains(&resolved), "resolved {resolved}");
    let handed_off = share(&handled, |crude| crude.is_handed_off);
    assert!(
        (0.25..0.40).contains(&handed_off),
        "handed off {handed_off}"
    );
    handled.sort_by_key(|crude| crude.started);
    let month = handled.len() / 6;
    let first = share(&handled[..month], Crude::is_resolved);
    let last = share(&handled[handled.len() - month..], Crude::is_resolved);
    assert!(last > first + 0.08, "from {first} to {last}");
}

#[test]
fn a_fifth_of_the_questions_stay_unanswered() {
    let outcomes: Vec<_> = events(&options())
        .filter_map(|event| match event.body {
            Body::QuestionAsked(question) => Some(question.outcome),
            _ => None,
        })
        .collect();
    let unanswered = share(&outcomes, |outcome| *outcome == QuestionOutcome::Unanswered);
    assert!((0.15..0.30).contains(&unanswered), "{unanswered}");
}

#[test]
fn tickets_and_jobs_have_their_share() {
    let opened: Vec<_> = events(&options())
        .filter_map(|event| match event.body {
            Body::TicketOpened(opened) => Some(opened.pipeline.to_string()),
            _ => None,
        })
        .collect();
    let of = |pipeline: &str| opened.iter().filter(|name| *name == pipeline).count();
    assert!((500..1_100).contains(&of("support")), "{}", of("support"));
    assert!((140..260).contains(&of("jobs")), "{}", of("jobs"));
}

#[test]
fn a_desk_of_one_day_or_of_nothing_is_a_desk() {
    for (conversations, days) in [(0, 180), (5, 1), (5, 0)] {
        let options = Options {
            conversations,
            days,
            ..options()
        };
        let started = events(&options).filter(|event| event.body.kind() == "conversation.started");
        assert_eq!(started.count(), conversations as usize);
    }
}
