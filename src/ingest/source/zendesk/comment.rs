//! Comments: what was written, wherever an export lists it.

use serde_json::{Value, json};

use super::{Person, REPLIES, Zendesk, redaction};
use crate::ingest::html;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::{MailId, Timestamp};
use svar_index::phrase::{Act, act};

/// What is around a comment, where the comment itself does not say it.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'a> {
    pub(super) ticket: Option<&'a str>,
    pub(super) at: Option<Timestamp>,
    pub(super) author: Option<&'a str>,
    /// Whether it came with a merge.
    pub(super) is_merge: bool,
    /// What is said of how it came.
    pub(super) metadata: Option<Fields<'a>>,
}

impl Zendesk {
    pub(super) fn comment(
        &mut self,
        record: Fields<'_>,
        around: Option<Around<'_>>,
        output: &mut Output<'_>,
    ) {
        let around = around.unwrap_or_default();
        let Some(Place { id, ticket, at }) = place(record, around, output) else {
            return;
        };
        let author = record
            .id("author_id")
            .or_else(|| around.author.map(str::to_owned));
        let author = output.wanted("author_id", author);
        let is_public = output
            .wanted("public", record.truth("public"))
            .unwrap_or(false);
        let via = record.object("via");
        let is_merge = around.is_merge || via.is_some_and(is_merge);
        let author = self.author(author.as_deref(), &ticket, is_public, output);
        let author = if is_merge || via.is_some_and(is_rule) {
            json!({"kind": "automation"})
        } else {
            author
        };
        let Some(text) = text_of(record) else {
            return output.lacks("body");
        };
        let kind = author
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let ack = (kind == "contact" && act(&text) == Act::Acknowledgement).then_some(true);
        let fields = json!({
            "conversation": output.thing(&ticket),
            "message": output.thing(&id),
            "author": author,
            "text": text,
            "visibility": (!is_public).then_some("note"),
            "ack": ack,
            "attachments": attachments(record),
            "mail_id": mail_id(record.object("metadata").or(around.metadata)),
        });
        self.comments += 1;
        let is_new = output.event(format_args!("comment/{id}"), at, "message.added", fields);
        if redaction::masked(&id, &ticket, (at, &text), output) {
            self.masked.insert(id.clone());
        }
        if is_new && is_public && kind == "rep" {
            output.tally.ours(REPLIES, &ticket, 1);
        }
        if let Some(via) = via.filter(|via| is_merge_source(*via)) {
            merged(via, &ticket, &format!("comment/{id}"), at, output);
        }
    }

    fn author(
        &self,
        author: Option<&str>,
        ticket: &str,
        is_public: bool,
        output: &mut Output<'_>,
    ) -> Value {
        let Some(user) = author else {
            return json!({"kind": "automation"});
        };
        let id = output.thing(user);
        match self.person(user, ticket) {
            Person::Machine => json!({"kind": "automation"}),
            Person::Rep => json!({"kind": "rep", "id": id}),
            Person::Contact => json!({"kind": "contact", "id": id}),
            // Only reps write notes.
            Person::Unknown if !is_public => json!({"kind": "rep", "id": id}),
            Person::Unknown => {
                output.unmapped("author_id", "(no users in the run)", "contact");
                json!({"kind": "contact", "id": id})
            }
        }
    }
}

/// Which comment it is, of which ticket, and when.
struct Place {
    id: String,
    ticket: String,
    at: Timestamp,
}

fn place(record: Fields<'_>, around: Around<'_>, output: &mut Output<'_>) -> Option<Place> {
    let ticket = record
        .id("ticket_id")
        .or_else(|| around.ticket.map(str::to_owned));
    let (Some(id), Some(ticket)) = (record.id("id"), ticket) else {
        let lacking = if record.id("id").is_none() {
            "id"
        } else {
            "ticket_id"
        };
        output.lacks(lacking);
        return None;
    };
    let Some(at) = record.instant("created_at").or(around.at) else {
        output.lacks("created_at");
        return None;
    };
    Some(Place { id, ticket, at })
}

/// The words of a comment: as they were written, else what is left of its HTML. A comment of files
/// only has none.
fn text_of(record: Fields<'_>) -> Option<String> {
    if let Some(text) = record.text("body").or_else(|| record.text("plain_body")) {
        return Some(text.to_owned());
    }
    match record.text("html_body") {
        Some(html) => Some(html::to_text(html)),
        None if ["body", "plain_body", "html_body"]
            .iter()
            .any(|name| record.has(name)) =>
        {
            Some(String::new())
        }
        None => (!record.list("attachments").is_empty()).then(String::new),
    }
}

/// Files stay where they lie; their addresses come along.
/// What the mail is called that a comment came by, where the export says it.
fn mail_id(metadata: Option<Fields<'_>>) -> Option<MailId> {
    let system = metadata?.object("system")?;
    MailId::parse(system.text("message_id")?).ok()
}

fn attachments(record: Fields<'_>) -> Option<Vec<Value>> {
    let files = record.objects("attachments").map(|file| {
        json!({
            "name": file.text("file_name").unwrap_or("file"),
            "media_type": file.text("content_type").unwrap_or("application/octet-stream"),
            "size": file.whole("size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            "url": file.text("content_url").unwrap_or_default(),
        })
    });
    let files: Vec<Value> = files.collect();
    (!files.is_empty()).then_some(files)
}

/// Whether something came by a merge: neither a reply nor a resolve.
pub(super) fn is_merge(via: Fields<'_>) -> bool {
    let source = via.object("source");
    source.and_then(|source| source.text("rel")) == Some("merge")
}

fn is_rule(via: Fields<'_>) -> bool {
    matches!(
        via.text("channel"),
        Some("rule" | "trigger" | "automation" | "system")
    )
}

/// Whether a merge names the tickets that went into this one.
pub(super) fn is_merge_source(via: Fields<'_>) -> bool {
    is_merge(via) && !merged_ids(via).is_empty()
}

fn merged_ids(via: Fields<'_>) -> Vec<String> {
    let source = via.object("source");
    let Some(from) = source.and_then(|source| source.object("from")) else {
        return Vec::new();
    };
    let mut ids = from.words("ticket_ids");
    ids.extend(from.id("ticket_id"));
    ids.sort();
    ids.dedup();
    ids
}

/// The tickets that went into `into`.
pub(super) fn merged(
    via: Fields<'_>,
    into: &str,
    id: &str,
    at: Timestamp,
    output: &mut Output<'_>,
) {
    for ticket in merged_ids(via) {
        merge(&ticket, into, id, at, output);
    }
}

/// A ticket that went into another, with its conversation.
pub(super) fn merge(ticket: &str, into: &str, id: &str, at: Timestamp, output: &mut Output<'_>) {
    if ticket == into {
        return;
    }
    let (from, to) = (output.thing(ticket), output.thing(into));
    let fields = json!({"conversation": from, "into": to});
    output.event(
        format_args!("{id}/merged/{ticket}"),
        at,
        "conversation.merged",
        fields,
    );
    let fields = json!({"ticket": from, "into": to});
    output.event(
        format_args!("{id}/merged/{ticket}/ticket"),
        at,
        "ticket.merged",
        fields,
    );
}
