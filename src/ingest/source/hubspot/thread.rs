//! Threads of the inbox and the help desk, each a conversation.

use serde_json::json;

use super::{CONVERSATIONS, HubSpot, people};
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

impl HubSpot {
    pub(super) fn thread(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let Some(started_at) = record.instant("createdAt") else {
            return output.lacks("createdAt");
        };
        let own = record.id("associatedContactId");
        let Some(contact) = own.or_else(|| self.visitors.get(&id).cloned()) else {
            return output.lacks("associatedContactId");
        };
        let conversation = output.thing(&id);
        let latest = record.instant_of(&["latestMessageTimestamp", "closedAt"]);
        let updated_at = latest.unwrap_or(started_at).max(started_at);
        let fields = json!({
            "conversation": conversation,
            "contact": output.thing(&contact),
            "channel": self.channel(record, output),
            "inbox": record.id("inboxId").map(|inbox| output.thing(inbox)),
            "attributes": record.value("attributes"),
        });
        let event = format!("thread/{id}@{updated_at}");
        output.event(event, started_at, "conversation.started", fields);
        people::address(&contact, started_at, output);
        self.standing(&id, record, output);
        for mark in ["spam", "archived"] {
            if record.truth(mark) == Some(true) {
                let word = if mark == "spam" { "spam" } else { "deleted" };
                let fields = json!({"conversation": conversation, "mark": word, "on": true});
                let event = format!("thread/{id}/{word}");
                output.event(event, started_at, "conversation.marked", fields);
            }
        }
        let ticket = record
            .object("threadAssociations")
            .and_then(|all| all.id("associatedTicketId"));
        if let Some(ticket) = ticket
            && output.tally.is_new(&format!("thread {id} of {ticket}"))
        {
            output.tally.ours(CONVERSATIONS, &ticket, 1);
        }
        for one in messages(record) {
            self.message(one, Some(&id), output);
        }
    }

    /// How a thread stands; where its messages came along, they say it with whoever did it.
    fn standing(&self, id: &str, record: Fields<'_>, output: &mut Output<'_>) {
        let conversation = output.thing(id);
        let is_told = self.is_connected || self.told.contains(id);
        match record.text("status") {
            Some("CLOSED") => {
                let at = record.instant_of(&["closedAt", "latestMessageTimestamp"]);
                if let Some(at) = output.wanted("threads.closedAt", at) {
                    let by = json!({"kind": "automation"});
                    let fields = json!({"conversation": conversation, "by": by});
                    let event = format!("thread/{id}/closed@{at}");
                    output.event(event, at, "conversation.resolved", fields);
                }
            }
            Some("OPEN") | None => {}
            Some(word) => output.unmapped("status", word, "open"),
        }
        let started_at = record.instant("createdAt");
        let Some(at) = started_at.filter(|_| !is_told) else {
            return;
        };
        if let Some(to) = record.text("assignedTo") {
            let to = self.assignee(Some(to), output);
            let fields = json!({"conversation": conversation, "to": to});
            let event = format!("thread/{id}/assigned");
            output.event(event, at, "conversation.assigned", fields);
        }
        let fields = json!({"conversation": conversation, "mark": "truncated", "on": true});
        let event = format!("thread/{id}/truncated");
        output.event(event, at, "conversation.marked", fields);
    }

    /// The channel: HubSpot numbers them, a table names them.
    fn channel(&self, record: Fields<'_>, output: &mut Output<'_>) -> String {
        let id = output.wanted("originalChannelId", record.id("originalChannelId"));
        let Some(id) = id else {
            return "other".to_owned();
        };
        let name = self.channels.get(&id).map_or(id.as_str(), String::as_str);
        channel_of("originalChannelId", name, output)
    }
}

/// The messages that stand in a thread's record.
pub(super) fn messages(record: Fields<'_>) -> impl Iterator<Item = Fields<'_>> {
    let page = record.object("messages");
    let listed = page.map_or_else(|| record.list("messages"), |page| page.list("results"));
    listed.iter().filter_map(Fields::of)
}

/// What Svar calls a channel; a word that is not known stays as it is.
pub(super) fn channel_of(field: &str, word: &str, output: &mut Output<'_>) -> String {
    let small = word.trim().to_lowercase().replace([' ', '-'], "_");
    let channel = match small.as_str() {
        "1000" | "live_chat" | "chat" | "web_chat" | "livechat" => "chat",
        "1001" | "facebook_messenger" | "fb_messenger" | "facebook" | "messenger" => "social",
        "1002" | "email" | "e_mail" | "correo" | "eメール" => "email",
        "1007" | "whatsapp" => "whatsapp",
        "form" | "formular" | "formulaire" | "formulario" | "formulário" | "フォーム"
        | "customer_portal" => "form",
        "phone" | "calling" | "telefon" | "téléphone" | "teléfono" | "telefone" | "電話" => {
            "phone"
        }
        "sms" => "sms",
        _ => {
            output.unmapped(field, word, "the word itself");
            return small;
        }
    };
    channel.to_owned()
}
