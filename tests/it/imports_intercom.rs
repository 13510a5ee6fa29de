//! Conversations of Intercom as several versions of its API give them, in one run.

use std::fs;

use serde_json::{Value, json};
use svar::app::Format;

use crate::desk::Desk;
use crate::imports::{exported, import, total};

/// 5 October 2026, 09:00.
const START: u64 = 1_791_190_800;
/// The day after.
const NEXT: u64 = START + 86_400;

/// A conversation that Fin took part in.
fn conversation(id: u32, at: u64, state: &str, parts: &[Value]) -> Value {
    json!({"type": "conversation", "id": id.to_string(), "created_at": at, "updated_at": at + 7_200,
        "state": "open", "ai_agent_participated": true,
        "ai_agent": {"source_type": "workflow", "last_answer_type": "ai_answer",
            "resolution_state": state, "updated_at": at + 60},
        "source": {"type": "conversation", "id": format!("s{id}"), "delivered_as": "customer_initiated",
            "body": "<p>How do I pay?</p>", "author": {"type": "user", "id": format!("u{id}")}},
        "contacts": {"contacts": [{"type": "contact", "id": format!("u{id}")}]},
        "statistics": {"first_assignment_at": at + 60},
        "conversation_parts": {"total_count": parts.len(), "conversation_parts": parts}})
}

fn part(id: &str, at: u64, kind: &str, author: &Value, rest: &Value) -> Value {
    let mut part = json!({"type": "conversation_part", "id": id, "part_type": kind, "body": null,
        "created_at": at, "author": author});
    let fields = part.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    part
}

/// The parts of a conversation that Fin answered and a rep took over after `wait` seconds; `bot` is
/// how the version names Fin, `state` what it has in each part besides.
fn taken_over(id: u32, at: u64, wait: u64, bot: &Value, rest: &Value) -> Vec<Value> {
    let ann = json!({"type": "admin", "id": "11"});
    let mut parts = vec![
        part(
            &format!("{id}1"),
            at + 5,
            "comment",
            bot,
            &json!({"body": "<p>By card.</p>"}),
        ),
        part(
            &format!("{id}2"),
            at + 60,
            "assignment",
            bot,
            &json!({"assigned_to": {"type": "team", "id": "31"}}),
        ),
        part(
            &format!("{id}3"),
            at + 60 + wait,
            "comment",
            &ann,
            &json!({"body": "<p>Here.</p>"}),
        ),
        part(&format!("{id}4"), at + 3_600, "close", &ann, &json!({})),
    ];
    for part in &mut parts {
        let fields = part.as_object_mut().unwrap();
        fields.extend(rest.as_object().unwrap().clone());
    }
    parts
}

fn answered(id: u32, at: u64, bot: &Value) -> Vec<Value> {
    let body = json!({"body": "<p>By card.</p>"});
    vec![part(&format!("{id}1"), at + 5, "comment", bot, &body)]
}

/// API 2.11: a bot's parts do not say whether they are Fin's, and two ends have other words.
fn oldest() -> Value {
    let bot = json!({"type": "bot", "id": "7", "name": "Fin"});
    let handed = taken_over(601, START, 300, &bot, &json!({}));
    json!({"type": "conversation.list", "conversations": [
        conversation(601, START, "routed_to_team", &handed),
        conversation(602, START, "abandoned", &answered(602, START, &bot)),
    ]})
}

fn flagged() -> Value {
    json!({"type": "bot", "id": "7", "name": "Fin", "from_ai_agent": true, "is_ai_answer": true})
}

/// API 2.14: a bot's parts say whose they are; parts have a state, tags and details.
fn middle() -> Value {
    let rest = json!({"state": "open", "tags": [], "event_details": {}, "app_package_code": null});
    let mut parts = answered(603, START, &flagged());
    parts[0]
        .as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    json!({"type": "conversation.list", "conversations": [
        conversation(603, START, "confirmed_resolution", &parts)]})
}

/// API 2.16: the newer words, kinds of parts that only tell of a change, an assignee that is nobody;
/// and two conversations once more, which an older version gave already.
fn newest() -> Value {
    let rest = json!({"state": "open", "tags": null, "event_details": null, "metadata": null});
    let mut parts = taken_over(604, NEXT, 600, &flagged(), &rest);
    let ann = json!({"type": "admin", "id": "11"});
    for (place, (kind, more)) in [
        (
            "priority_changed",
            json!({"event_details": {"priority": "priority"}}),
        ),
        (
            "conversation_tags_updated",
            json!({"event_details": {"action": "add"}}),
        ),
        ("conversation_sla_applied_by_rule", json!({})),
        (
            "assignment",
            json!({"assigned_to": {"type": "nobody_admin", "id": null}}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (id, at) = (format!("604{}", 5 + place), NEXT + 3_700);
        parts.push(part(&id, at, kind, &ann, &more));
    }
    let mut escalated = conversation(604, NEXT, "escalated", &parts);
    escalated["channel"] = json!({"initial": "messenger", "current": "messenger"});
    json!({"type": "conversation.list", "conversations": [
        escalated,
        conversation(601, START, "escalated", &taken_over(601, START, 300, &flagged(), &rest)),
        conversation(602, START, "negative_feedback", &answered(602, START, &flagged())),
    ]})
}

#[test]
fn versions_of_the_api_in_one_run_give_the_figures_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let named = [
        ("2.11.json", oldest()),
        ("2.14.json", middle()),
        ("2.16.json", newest()),
    ];
    let mut files = Vec::new();
    for (name, page) in named {
        files.push(folder.path().join(name));
        fs::write(files.last().unwrap(), page.to_string()).unwrap();
    }
    // In either order: which version came first makes no difference, and nothing conflicts.
    for _ in 0..2 {
        let desk = Desk::new();
        let completeness = import(&desk, Format::Intercom, &files);
        // Handed over at 09:01 both, 601 was answered after 300 s and 604 after 600: 450 s.
        let wait = total(&desk, "first_response_time");
        assert_eq!((&wait["count"], &wait["value"]), (&json!(2), &json!(450.0)));
        // Fin answered in all four; 601 and 604 were handed off, 603 was confirmed, and 602 got bad
        // feedback, which is no resolution.
        assert_eq!(total(&desk, "handled")["value"], 4);
        assert_eq!(total(&desk, "handoff_rate")["value"], 0.5);
        assert_eq!(total(&desk, "resolution_rate")["value"], 0.25);
        assert_eq!(total(&desk, "confirmed_share")["value"], 1.0);
        let events = exported(&desk);
        let all = |kind: &str, field: &str| {
            let events = events.iter().filter(|event| event["type"] == kind);
            let mut all: Vec<(String, String)> = events
                .map(|event| (event["conversation"].to_string(), event[field].to_string()))
                .collect();
            all.sort();
            all
        };
        let told = |id: u32, word: &str| (format!("\"intercom:{id}\""), format!("\"{word}\""));
        let handoffs = [told(601, "rule"), told(604, "rule")];
        assert_eq!(all("conversation.handed_off", "reason"), handoffs);
        assert_eq!(
            all("feedback.given", "rating"),
            [told(602, "not_helpful"), told(603, "helpful")]
        );
        let states = events
            .iter()
            .filter_map(|event| event["attributes"]["ai_agent.resolution_state"].as_str());
        let mut states: Vec<&str> = states.collect();
        states.sort_unstable();
        let wanted = [
            "confirmed_resolution",
            "escalated",
            "escalated",
            "negative_feedback",
        ];
        assert_eq!(states, wanted);
        assert_eq!(completeness.rejected, []);
        assert_eq!(completeness.unmapped, []);
        let differing = completeness.counters.iter().filter(|one| one.differing > 0);
        let differing = differing.map(|one| one.name.as_str());
        assert_eq!(differing.collect::<Vec<_>>(), Vec::<&str>::new());
        files.reverse();
    }
}
