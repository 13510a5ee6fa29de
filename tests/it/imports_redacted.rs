//! Words that were taken away at the source after they had come along: here they go, too.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use svar::app::Format;
use svar::model::Completeness;

use crate::desk::{Desk, Server};
use crate::imports::import;

/// A value as sources write it: what a record is stands before what is listed in it.
fn written(value: &Value) -> String {
    let (lists, plain): (Vec<_>, Vec<_>) = value
        .as_object()
        .unwrap()
        .iter()
        .partition(|(_, value)| value.is_object() || value.is_array());
    let fields = plain.into_iter().chain(lists);
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// An import of values, as a file of them.
fn imported(desk: &Desk, format: Format, values: &[Value]) -> Completeness {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("export.json");
    let lines: Vec<String> = values.iter().map(written).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    import(desk, format, &[file])
}

/// Whether anything that is shown or found has a word.
fn is_found(server: &Server, conversation: &str, word: &str) -> bool {
    let thread = server.get(&format!("/api/v1/conversations/{conversation}"));
    assert_eq!(thread.status, 200, "{}", thread.body);
    let found = server.get(&format!("/api/v1/search?q={word}")).json();
    thread.body.contains(word) || !found["items"].as_array().unwrap().is_empty()
}

/// Imports what is whole, then what is redacted, twice: the word is there, and then it is not.
fn goes(format: Format, conversation: &str, whole: &[Value], redacted: &[Value]) -> (Desk, Server) {
    let desk = Desk::new();
    imported(&desk, format, whole);
    let server = Server::start(&desk.app);
    assert!(is_found(&server, conversation, "zanzibar"), "{format:?}");
    let after = imported(&desk, format, redacted);
    assert!(after.imported > 0, "{format:?}");
    assert!(!is_found(&server, conversation, "zanzibar"), "{format:?}");
    // Once more it is known already, and nothing contradicts what is stored.
    let again = imported(&desk, format, redacted);
    assert_eq!(again.imported, 0, "{format:?}");
    assert!(!is_found(&server, conversation, "zanzibar"), "{format:?}");
    (desk, server)
}

fn zendesk(text: &str, more: &[Value]) -> Vec<Value> {
    let events = json!([
        {"id": 1, "type": "Create", "field_name": "status", "value": "open"},
        {"id": 1001, "type": "Comment", "public": true, "author_id": 21, "body": text},
    ]);
    let mut all = vec![
        json!({"users": [{"id": 21, "name": "Cy", "role": "end-user", "email": "cy@site.example",
            "created_at": "2026-10-01T00:00:00Z", "updated_at": "2026-10-01T00:00:00Z"}]}),
        json!({"tickets": [{"id": 101, "requester_id": 21, "status": "open", "subject": "Where",
            "created_at": "2026-10-05T09:00:00Z", "updated_at": "2026-10-05T09:00:00Z", "via": {"channel": "web"}}]}),
        json!({"audits": [{"id": 3001, "ticket_id": 101, "author_id": 21,
            "created_at": "2026-10-05T09:00:00Z", "events": events}]}),
    ];
    all.extend_from_slice(more);
    all
}

/// What Zendesk's history says of a redaction.
fn redaction() -> Value {
    json!({"audits": [{"id": 3002, "ticket_id": 101, "author_id": 21,
        "created_at": "2026-10-06T09:00:00Z",
        "events": [{"id": 9, "type": "CommentRedactionEvent", "comment_id": 1001}]}]})
}

#[test]
fn a_comment_that_is_masked_in_zendesk_keeps_only_what_is_left_of_it() {
    let (whole, masked) = (
        "My card of zanzibar bank is lost",
        "My card of \u{2587}\u{2587}\u{2587}\u{2587}\u{2587}\u{2587}\u{2587}\u{2587} bank is lost",
    );
    let (_desk, server) = goes(
        Format::Zendesk,
        "zendesk:101",
        &zendesk(whole, &[]),
        &zendesk(masked, &[redaction()]),
    );
    // Also where the history tells of it.
    assert!(is_found(&server, "zendesk:101", "bank"));
}

#[test]
fn a_comment_whose_redaction_zendesks_history_tells_of_is_redacted() {
    let history = redaction();
    let whole = "My card of zanzibar bank is lost";
    goes(
        Format::Zendesk,
        "zendesk:101",
        &zendesk(whole, &[]),
        &zendesk(whole, &[history]),
    );
}

#[test]
fn a_comment_that_came_masked_is_imported_as_it_stands() {
    let desk = Desk::new();
    let masked = "My card \u{2587}\u{2587}\u{2587}\u{2587} is lost";
    imported(&desk, Format::Zendesk, &zendesk(masked, &[]));
    let server = Server::start(&desk.app);
    let thread = server.get("/api/v1/conversations/zendesk:101").body;
    assert!(thread.contains(masked), "{thread}");
}

#[test]
fn a_part_that_is_redacted_in_intercom_is_redacted() {
    let conversation = |part: Value| {
        let mut part = part;
        part["type"] = "conversation_part".into();
        part["id"] = "11".into();
        part["part_type"] = "comment".into();
        part["created_at"] = 1_791_190_810.into();
        part["author"] = json!({"type": "user", "id": "u1"});
        vec![
            json!({"type": "conversation", "id": "501", "created_at": 1_791_190_800,
            "updated_at": 1_791_190_920, "state": "open",
            "source": {"type": "conversation", "id": "s1", "delivered_as": "customer_initiated",
                "body": "<p>Hello</p>", "author": {"type": "user", "id": "u1"}},
            "contacts": {"contacts": [{"type": "contact", "id": "u1"}]},
            "conversation_parts": {"total_count": 1, "conversation_parts": [part]}}),
        ]
    };
    goes(
        Format::Intercom,
        "intercom:501",
        &conversation(json!({"body": "<p>I live in zanzibar</p>", "redacted": false})),
        &conversation(json!({"body": null, "redacted": true})),
    );
}

#[test]
fn a_message_that_is_deleted_in_chatwoot_is_redacted() {
    let conversation = |content: &str, more: Value| {
        vec![
            json!({"payload": [{"id": 301, "inbox_id": 41, "status": "open", "created_at": 1_791_190_800,
            "last_activity_at": 1_791_190_800, "can_reply": true, "labels": [],
            "meta": {"sender": {"id": 71, "name": "Cy", "created_at": 1_791_100_000}, "channel": "Channel::WebWidget"},
            "messages": [{"id": 6001, "conversation_id": 301, "message_type": 0, "content": content,
                "created_at": 1_791_190_800, "private": false, "content_attributes": more,
                "sender": {"id": 71, "type": "contact"}}]}]}),
        ]
    };
    goes(
        Format::Chatwoot,
        "chatwoot:301",
        &conversation("I live in zanzibar", json!({})),
        &conversation("This message was deleted", json!({"deleted": true})),
    );
}
