//! Messages, and the activities among them.

use serde_json::{Value, json};
use svar_index::phrase::{Act, act};

use super::attachment::attachments;
use super::{ACTIVITY, Chatwoot, INCOMING, TEMPLATE};
use crate::ingest::html;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::{MailId, Timestamp};

impl Chatwoot {
    pub(super) fn message(
        &self,
        record: Fields<'_>,
        conversation: Option<&str>,
        output: &mut Output<'_>,
    ) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let Some(of) = self.conversation_of(record, conversation, output) else {
            return;
        };
        let Some(at) = record.instant("created_at") else {
            return output.lacks("created_at");
        };
        let files = attachments(record, self.joins.files(record));
        written(record, (&id, &of, at), files.as_deref(), output);
    }
}

fn written(
    record: Fields<'_>,
    (id, of, at): (&str, &str, Timestamp),
    files: Option<&[Value]>,
    output: &mut Output<'_>,
) {
    let kind = kind_of(record);
    let more = record.object("content_attributes");
    let is_deleted = more.and_then(|more| more.truth("deleted")) == Some(true);
    let text = record.text("content");
    // Instead of its words a deleted message says that it was deleted.
    let text = text.filter(|_| !is_deleted).unwrap_or_default();
    if kind == Some(ACTIVITY) {
        return activity(id, of, at, text, output);
    }
    let author = author(record, kind, output);
    let word = author
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let is_note = record.truth("private") == Some(true);
    let is_html = record.text("content_type") == Some("incoming_email") && text.contains('<');
    let text = if is_html {
        html::to_text(text)
    } else {
        text.to_owned()
    };
    let (conversation, message) = (output.thing(of), output.thing(format_args!("message:{id}")));
    let fields = json!({
        "conversation": conversation,
        "message": message,
        "author": author,
        "ack": (word == "contact" && act(&text) == Act::Acknowledgement).then_some(true),
        "text": text,
        "visibility": is_note.then_some("note"),
        "attachments": files,
        "mail_id": mail_id(record),
    });
    output.event(format_args!("message/{id}"), at, "message.added", fields);
    if is_deleted {
        let fields = json!({"conversation": conversation, "message": message});
        let event = format_args!("message/{id}/redacted");
        output.event(event, at, "message.redacted", fields);
    }
}

/// What the mail is called that a message came or went by; other channels have ids of other kinds there.
fn mail_id(record: Fields<'_>) -> Option<MailId> {
    let id = record.text("source_id").filter(|id| id.contains('@'))?;
    MailId::parse(id).ok()
}

/// The kind of a message, which older versions write as a word.
fn kind_of(record: Fields<'_>) -> Option<i64> {
    record
        .whole("message_type")
        .or_else(|| match record.text("message_type")? {
            "incoming" => Some(INCOMING),
            "outgoing" => Some(1),
            "activity" => Some(ACTIVITY),
            "template" => Some(TEMPLATE),
            _ => None,
        })
}

fn author(record: Fields<'_>, kind: Option<i64>, output: &mut Output<'_>) -> Value {
    let sender = record.object("sender");
    let id = sender
        .and_then(|sender| sender.id("id"))
        .or_else(|| record.id("sender_id"));
    let word = sender
        .and_then(|sender| sender.text("type"))
        .or_else(|| record.text("sender_type"));
    let of = |kind: &str, id: Option<String>| match id {
        Some(id) => json!({"kind": kind, "id": id}),
        None => json!({"kind": kind}),
    };
    let id = id.map(|id| output.thing(id));
    match (kind, word.map(str::to_lowercase).as_deref()) {
        (Some(TEMPLATE), _) => json!({"kind": "automation"}),
        (Some(INCOMING), _) | (_, Some("contact")) => of("contact", id),
        (_, Some("user" | "agent")) => of("rep", id),
        (_, Some("agent_bot" | "agentbot" | "captain_assistant" | "captain::assistant")) => {
            of("customer_agent", id)
        }
        (_, None) => json!({"kind": "automation"}),
        (_, Some(word)) => {
            output.unmapped("sender.type", word, "automation");
            json!({"kind": "automation"})
        }
    }
}

/// What Chatwoot says of itself among the messages.
fn activity(id: &str, conversation: &str, at: Timestamp, text: &str, output: &mut Output<'_>) {
    let said = text.to_lowercase();
    let by_machine =
        said.contains("inactivity") || said.contains("system") || said.contains("automation");
    let by = if by_machine {
        json!({"kind": "automation"})
    } else {
        json!({"kind": "rep"})
    };
    let fields = json!({"conversation": output.thing(conversation), "by": by});
    if said.contains("reopened") || said.contains("marked open") {
        output.event(
            format_args!("message/{id}/reopened"),
            at,
            "conversation.reopened",
            fields,
        );
    } else if said.contains("resolved") {
        output.event(
            format_args!("message/{id}/resolved"),
            at,
            "conversation.resolved",
            fields,
        );
    }
}
