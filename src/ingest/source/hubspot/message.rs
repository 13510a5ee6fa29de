//! What is in a thread: messages and comments, and what was done between them.

use serde_json::{Value, json};
use svar_index::phrase::{Act, act};

use super::HubSpot;
use super::mapping::Sender;
use super::people::Actor;
use crate::ingest::html;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// A record of a thread at hand.
struct Known<'a> {
    id: String,
    /// The conversation here.
    conversation: String,
    record: Fields<'a>,
    at: Timestamp,
}

impl HubSpot {
    pub(super) fn message(
        &self,
        record: Fields<'_>,
        thread: Option<&str>,
        output: &mut Output<'_>,
    ) {
        let of = record
            .id("conversationsThreadId")
            .or_else(|| record.id("threadId"))
            .or_else(|| thread.map(str::to_owned));
        let Some(of) = of else {
            return output.lacks("conversationsThreadId");
        };
        let Some(at) = record.instant("createdAt") else {
            return output.lacks("createdAt");
        };
        // Rows of tables need not have an id; two that are alike are then one.
        let id = record.id("id").unwrap_or_else(|| {
            let text = record.text("text").unwrap_or_default();
            format!("{of}/{at}/{:08x}", crc32c::crc32c(text.as_bytes()))
        });
        let known = Known {
            conversation: output.thing(of),
            id,
            record,
            at,
        };
        match record.text("type").unwrap_or("MESSAGE") {
            "MESSAGE" => self.written(&known, output),
            "COMMENT" => self.comment(&known, output),
            "WELCOME_MESSAGE" | "INITIAL_MESSAGE" => {
                let author = json!({"kind": "automation"});
                added(&known, &author, None, output);
            }
            "ASSIGNMENT" => self.assigned(&known, output),
            "THREAD_STATUS_CHANGE" => self.moved(&known, output),
            "THREAD_INBOX_CHANGE" => {
                let inbox = record.id("toInboxId").map(|id| output.thing(id));
                let fields = json!({"conversation": known.conversation, "inbox": inbox});
                let event = format!("message/{}/inbox", known.id);
                output.event(event, at, "conversation.updated", fields);
            }
            word => output.unmapped("type", word, "nothing"),
        }
    }

    /// What somebody wrote to the other side.
    fn written(&self, known: &Known<'_>, output: &mut Output<'_>) {
        let direction = known.record.text("direction");
        let sender = known.record.objects("senders").next();
        // Of an email's sender only the address is known; HubSpot itself then made the message.
        let by = match sender {
            Some(sender) => sender.text("actorId"),
            None => known.record.text("createdBy"),
        };
        let named = sender.and_then(|sender| sender.text("kind").or_else(|| sender.text("type")));
        let author = self.author(named, by, direction, output);
        added(known, &author, None, output);
        if let Some(word) = known.record.text("truncationStatus")
            && !matches!(word, "NOT_TRUNCATED" | "TRUNCATED_TO_MOST_RECENT_REPLY")
        {
            output.unmapped("truncationStatus", word, "the text as far as it goes");
        }
    }

    fn comment(&self, known: &Known<'_>, output: &mut Output<'_>) {
        let sender = known.record.objects("senders").next();
        let by = known
            .record
            .text("createdBy")
            .or_else(|| sender.and_then(|sender| sender.text("actorId")));
        let author = self.actor(by, output);
        added(known, &author, Some("note"), output);
    }

    /// Who wrote: by the kind that is named, else by the one that their id tells.
    fn author(
        &self,
        named: Option<&str>,
        by: Option<&str>,
        direction: Option<&str>,
        output: &mut Output<'_>,
    ) -> Value {
        let actor = by.map(Actor::parse);
        let kind = named.or_else(|| actor.as_ref().and_then(|actor| actor.kind));
        let is_in = match direction {
            Some("INCOMING") => true,
            Some("OUTGOING") => false,
            _ => {
                output.wanted::<()>("senders.direction", None);
                false
            }
        };
        let sender = match kind.map(|kind| self.mapping.sender(kind)) {
            Some(Some(sender)) => sender,
            Some(None) => {
                output.unmapped(
                    "senders",
                    kind.unwrap_or_default(),
                    "a contact where it came in, else an automation; say in [senders] of the mapping what it is",
                );
                if is_in {
                    Sender::Contact
                } else {
                    Sender::Automation
                }
            }
            // An email's sender is an address only.
            None => Sender::ByDirection,
        };
        let agent = actor.as_ref().map(|actor| actor.id);
        let rep = actor.as_ref().map(|actor| self.rep(actor));
        let contact = actor
            .as_ref()
            .filter(|actor| actor.kind == Some("VISITOR"))
            .map(|actor| actor.id);
        match sender {
            Sender::Automation => json!({"kind": "automation"}),
            Sender::CustomerAgent => of("customer_agent", agent, output),
            Sender::Contact => of("contact", contact, output),
            Sender::ByDirection if is_in => of("contact", contact, output),
            Sender::Rep => of("rep", rep.as_deref(), output),
            Sender::ByDirection => {
                let is_user = actor.is_some_and(|actor| actor.kind == Some("AGENT"));
                of("rep", rep.as_deref().filter(|_| is_user), output)
            }
        }
    }

    fn assigned(&self, known: &Known<'_>, output: &mut Output<'_>) {
        let to = known.record.text("assignedTo");
        let to = self.assignee(to, output);
        let fields = json!({"conversation": known.conversation, "to": to});
        let event = format!("message/{}/assigned", known.id);
        output.event(event, known.at, "conversation.assigned", fields);
    }

    /// To whom a thread is given.
    pub(super) fn assignee(&self, to: Option<&str>, output: &Output<'_>) -> Value {
        let Some(actor) = to.map(Actor::parse) else {
            return json!({"kind": "nobody"});
        };
        let kind = actor.kind.map(|kind| self.mapping.sender(kind));
        match kind {
            // A table calls whoever has it by name.
            Some(Some(Sender::Rep)) | None => {
                json!({"kind": "rep", "id": output.thing(self.rep(&actor))})
            }
            Some(Some(Sender::CustomerAgent)) => {
                json!({"kind": "customer_agent", "id": output.thing(actor.id)})
            }
            Some(_) => json!({"kind": "nobody"}),
        }
    }

    fn moved(&self, known: &Known<'_>, output: &mut Output<'_>) {
        let by = self.actor(known.record.text("createdBy"), output);
        let fields = json!({"conversation": known.conversation, "by": by});
        match known.record.text("newStatus") {
            Some("CLOSED") => {
                let event = format!("message/{}/resolved", known.id);
                output.event(event, known.at, "conversation.resolved", fields);
            }
            Some("OPEN") => {
                let event = format!("message/{}/reopened", known.id);
                output.event(event, known.at, "conversation.reopened", fields);
            }
            Some(word) => output.unmapped("newStatus", word, "nothing"),
            None => output.lacks("newStatus"),
        }
    }
}

fn of(kind: &str, id: Option<&str>, output: &Output<'_>) -> Value {
    id.map_or_else(
        || json!({"kind": kind}),
        |id| json!({"kind": kind, "id": output.thing(id)}),
    )
}

fn added(known: &Known<'_>, author: &Value, visibility: Option<&str>, output: &mut Output<'_>) {
    let record = known.record;
    let plain = record.text("text").map(str::to_owned);
    let rich = || record.text("richText").map(html::to_text);
    let text = plain.or_else(rich).unwrap_or_default();
    let by_contact = author.get("kind").and_then(Value::as_str) == Some("contact");
    let fields = json!({
        "conversation": known.conversation,
        "message": output.thing(&known.id),
        "author": author,
        "ack": (by_contact && act(&text) == Act::Acknowledgement).then_some(true),
        "text": text,
        "visibility": visibility,
        "attachments": attachments(record),
    });
    let event = format!("message/{}", known.id);
    output.event(event, known.at, "message.added", fields);
}

fn attachments(record: Fields<'_>) -> Option<Vec<Value>> {
    let files = record.objects("attachments");
    let files = files.filter(|file| file.text("type").is_none_or(|kind| kind == "FILE"));
    let files = files.map(|file| {
        let url = file.text("url");
        let name = file.text("name").or_else(|| {
            let path = url?.split(['?', '#']).next()?;
            path.rsplit('/').next().filter(|name| !name.is_empty())
        });
        json!({
            "name": name.unwrap_or("file"),
            "media_type": match file.text("fileUsageType") {
                Some("IMAGE") => "image/*",
                Some("AUDIO" | "VOICE_RECORDING") => "audio/*",
                _ => "application/octet-stream",
            },
            "size": file.whole("size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            "url": url.unwrap_or_default(),
        })
    });
    let files: Vec<Value> = files.collect();
    (!files.is_empty()).then_some(files)
}
