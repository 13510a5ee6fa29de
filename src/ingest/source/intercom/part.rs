//! Parts of conversations: what was written, and what was done.

use serde_json::{Value, json};
use svar_index::phrase::{Act, act};

use super::{Intercom, Known, PARTS, REOPENS, entries};
use crate::ingest::html;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

impl Intercom {
    /// The message that a conversation began with.
    pub(super) fn source(
        &mut self,
        known: &Known<'_>,
        source: Fields<'_>,
        output: &mut Output<'_>,
    ) {
        let id = source.id("id").unwrap_or_else(|| known.id.clone());
        let message = Message {
            id: format!("source/{}/{id}", known.id),
            at: known.started_at,
            is_note: false,
        };
        self.message(known, &message, source, output);
    }

    pub(super) fn parts(&mut self, known: &Known<'_>, output: &mut Output<'_>) {
        let holder = known.record.object("conversation_parts");
        let parts: Vec<Fields<'_>> = entries(known.record, "conversation_parts").collect();
        let statistics = known.record.object("statistics");
        let counted = holder.and_then(|holder| holder.whole("total_count"));
        let counted = counted
            .or_else(|| statistics.and_then(|all| all.whole("count_conversation_parts")))
            .and_then(|count| u64::try_from(count).ok());
        for part in &parts {
            self.part(known, *part, output);
        }
        let read = parts.len() as u64;
        if let Some(counted) = counted {
            output.tally.ours_in_all(PARTS, &known.id, read);
            output.tally.theirs(PARTS, &known.id, counted);
        }
        if counted.is_some_and(|counted| counted > read) {
            let fields =
                json!({"conversation": output.thing(&known.id), "mark": "truncated", "on": true});
            let event = format!("conversation/{}/truncated", known.id);
            output.event(event, known.started_at, "conversation.marked", fields);
        }
        let reopens = statistics.and_then(|all| all.whole("count_reopens"));
        if let Some(reopens) = reopens.and_then(|count| u64::try_from(count).ok()) {
            output.tally.theirs(REOPENS, &known.id, reopens);
        }
    }

    fn message(
        &mut self,
        known: &Known<'_>,
        message: &Message,
        record: Fields<'_>,
        output: &mut Output<'_>,
    ) {
        let author = record.object("author");
        let author = output.wanted("conversation_parts.author", author);
        let (author, role) = self.author(known, author, output);
        let is_redacted = record.truth("redacted") == Some(true);
        let text = record
            .text("body")
            .filter(|_| !is_redacted)
            .map(html::to_text);
        let text = text.unwrap_or_default();
        let is_contact = author.get("kind").and_then(Value::as_str) == Some("contact");
        let name = output.thing(&message.id);
        let conversation = output.thing(&known.id);
        let fields = json!({
            "conversation": conversation,
            "message": name,
            "author": author,
            "text": text,
            "role": role,
            "visibility": message.is_note.then_some("note"),
            "ack": (is_contact && act(&text) == Act::Acknowledgement).then_some(true),
            "attachments": attachments(record),
        });
        output.event(&message.id, message.at, "message.added", fields);
        if is_redacted {
            let fields = json!({"conversation": conversation, "message": name});
            output.event(
                format_args!("{}/redacted", message.id),
                message.at,
                "message.redacted",
                fields,
            );
        }
    }

    /// Who wrote, and what it is where the customer agent did.
    fn author(
        &mut self,
        known: &Known<'_>,
        author: Option<Fields<'_>>,
        output: &mut Output<'_>,
    ) -> (Value, Option<&'static str>) {
        let Some(author) = author else {
            return (json!({"kind": "automation"}), None);
        };
        let id = author.id("id").map(|id| output.thing(id));
        let of = |kind: &str| match &id {
            Some(id) => json!({"kind": kind, "id": id}),
            None => json!({"kind": kind}),
        };
        match author.text("type").unwrap_or_default() {
            "user" | "lead" | "contact" | "visitor" => (of("contact"), None),
            "bot" | "fin" | "operator" => match author.truth("from_ai_agent") {
                Some(true) => {
                    self.has_flags = true;
                    let is_answer = author.truth("is_ai_answer") == Some(true);
                    (
                        of("customer_agent"),
                        Some(if is_answer { "answer" } else { "other" }),
                    )
                }
                Some(false) => {
                    self.has_flags = true;
                    (of("automation"), None)
                }
                None if known.has_agent => (of("customer_agent"), Some("answer")),
                None => (of("automation"), None),
            },
            "admin" | "teammate" => (of("rep"), None),
            kind => {
                output.unmapped("author.type", kind, "automation");
                (of("automation"), None)
            }
        }
    }

    fn part(&mut self, known: &Known<'_>, part: Fields<'_>, output: &mut Output<'_>) {
        let (Some(id), Some(at)) = (part.id("id"), part.instant("created_at")) else {
            return output.reject("conversation_parts", "a part has no id or no instant");
        };
        let kind = part.text("part_type").unwrap_or_default();
        let has_words = part.text("body").is_some() || !part.list("attachments").is_empty();
        if has_words || part.truth("redacted") == Some(true) {
            let message = Message {
                id: format!("part/{id}"),
                at,
                is_note: kind.starts_with("note"),
            };
            self.message(known, &message, part, output);
        }
        moved(
            known,
            part,
            Moved {
                id: &id,
                at,
                has_words,
            },
            output,
        );
    }
}

/// A part that may have done something.
#[derive(Clone, Copy)]
struct Moved<'a> {
    id: &'a str,
    at: Timestamp,
    has_words: bool,
}

/// What a part did to its conversation.
fn moved(known: &Known<'_>, part: Fields<'_>, moved: Moved<'_>, output: &mut Output<'_>) {
    let Moved { id, at, has_words } = moved;
    let kind = part.text("part_type").unwrap_or_default();
    let conversation = output.thing(&known.id);
    let by = part.object("author").map(|author| doer(author, output));
    let fields = json!({"conversation": conversation, "by": by});
    match kind {
        "close" => {
            output.event(
                format_args!("part/{id}/closed"),
                at,
                "conversation.resolved",
                fields,
            );
        }
        "open" => {
            let event = format!("part/{id}/opened");
            if output.event(event, at, "conversation.reopened", fields) {
                output.tally.ours(REOPENS, &known.id, 1);
            }
        }
        "assignment" | "away_mode_assignment" | "assign_and_unsnooze" | "default_assignment" => {
            let to = part
                .object("assigned_to")
                .map_or(json!({"kind": "nobody"}), |to| given_to(to, output));
            let fields = json!({"conversation": conversation, "to": to});
            output.event(
                format_args!("part/{id}/assigned"),
                at,
                "conversation.assigned",
                fields,
            );
        }
        "comment"
        | "note"
        | "note_and_reopen"
        | "quick_reply"
        | "snoozed"
        | "unsnoozed"
        | "timer_unsnooze"
        | "participant_added"
        | "participant_removed"
        | "message_strongly_reacted"
        | "conversation_rating_requested"
        | "conversation_rating_changed"
        | "conversation_tags_updated"
        | "priority_changed"
        | "channel_and_reply_time_expectation" => {}
        kind if kind.starts_with("conversation_attribute") || kind.contains("sla") => {}
        kind => output.unmapped(
            "part_type",
            kind,
            if has_words { "a message" } else { "nothing" },
        ),
    }
}

/// A message's place.
struct Message {
    id: String,
    at: Timestamp,
    is_note: bool,
}

/// Who did something.
fn doer(author: Fields<'_>, output: &Output<'_>) -> Value {
    let id = author.id("id").map(|id| output.thing(id));
    match (author.text("type"), id) {
        (Some("admin"), Some(id)) => json!({"kind": "rep", "id": id}),
        (Some("user" | "lead" | "contact"), Some(id)) => json!({"kind": "contact", "id": id}),
        (Some("bot"), _) if author.truth("from_ai_agent") == Some(true) => {
            json!({"kind": "customer_agent"})
        }
        _ => json!({"kind": "automation"}),
    }
}

/// To whom something was given.
fn given_to(to: Fields<'_>, output: &Output<'_>) -> Value {
    match (to.text("type"), to.id("id")) {
        (Some("admin"), Some(id)) => json!({"kind": "rep", "id": output.thing(id)}),
        (Some("team"), Some(id)) => json!({"kind": "team", "id": output.thing(id)}),
        (Some("bot"), _) => json!({"kind": "customer_agent"}),
        _ => json!({"kind": "nobody"}),
    }
}

fn attachments(record: Fields<'_>) -> Option<Vec<Value>> {
    let files = record.objects("attachments").map(|file| {
        json!({
            "name": file.text("name").unwrap_or("file"),
            "media_type": file.text("content_type").unwrap_or("application/octet-stream"),
            "size": file.whole("filesize").and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            "url": file.text("url").unwrap_or_default(),
        })
    });
    let files: Vec<Value> = files.collect();
    (!files.is_empty()).then_some(files)
}
