//! Conversations: how they began, and how they stand.

use serde_json::{Value, json};

use super::Chatwoot;
use super::dump::ROW;
use super::people::contact;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

impl Chatwoot {
    pub(super) fn conversation(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let Some(started_at) = record.instant_of(&["created_at", "timestamp"]) else {
            return output.lacks("created_at");
        };
        let meta = record.object("meta");
        let sender = meta.and_then(|meta| meta.object("sender"));
        let Some(person) = sender.and_then(|sender| sender.id("id")) else {
            return output.lacks("meta.sender");
        };
        let updated_at = record
            .instant("last_activity_at")
            .unwrap_or(started_at)
            .max(started_at);
        // A row only says which contact it is.
        let sender = sender.filter(|_| !record.has(ROW));
        if let Some(sender) = sender {
            contact(sender, Some(started_at), output);
        }
        let channel = self.channel(record, meta, output);
        let subject = record.object("additional_attributes");
        let conversation = output.thing(&id);
        let fields = json!({
            "conversation": conversation,
            "contact": output.thing(person),
            "channel": channel,
            "subject": subject.and_then(|more| more.text("mail_subject")),
            "inbox": record.id("inbox_id").map(|inbox| output.thing(inbox)),
        });
        output.event(
            format_args!("conversation/{id}@{updated_at}"),
            started_at,
            "conversation.started",
            fields,
        );
        if let Some(to) = meta.and_then(|meta| holder(meta, output)) {
            let fields = json!({"conversation": conversation, "to": to});
            output.event(
                format_args!("conversation/{id}/assigned@{updated_at}"),
                started_at,
                "conversation.assigned",
                fields,
            );
        }
        let mut labels = record.words("labels");
        labels.extend(self.joins.labels(record).map(str::to_owned));
        labelled(&id, labels, updated_at, output);
        standing(&id, record, updated_at, output);
        if !self.is_connected && !self.told.contains(&id) && !self.joins.is_told(record) {
            let fields = json!({"conversation": conversation, "mark": "truncated", "on": true});
            output.event(
                format_args!("conversation/{id}/truncated"),
                started_at,
                "conversation.marked",
                fields,
            );
        }
        for one in record.objects("messages") {
            self.message(one, Some(&id), output);
        }
    }

    fn channel(
        &self,
        record: Fields<'_>,
        meta: Option<Fields<'_>>,
        output: &mut Output<'_>,
    ) -> String {
        let own = meta
            .and_then(|meta| meta.text("channel"))
            .map(str::to_owned);
        let of_inbox = || self.channels.get(&record.id("inbox_id")?).cloned();
        let Some(word) = output.wanted("meta.channel", own.or_else(of_inbox)) else {
            return "other".to_owned();
        };
        let plain = word.trim_start_matches("Channel::");
        let channel = match plain {
            "WebWidget" => "chat",
            "Email" => "email",
            "Api" => "api",
            "Whatsapp" => "whatsapp",
            "Sms" | "TwilioSms" => "sms",
            "FacebookPage" | "Instagram" | "TwitterProfile" | "Line" | "Telegram" | "Tiktok" => {
                "social"
            }
            "Voice" => "phone",
            plain => {
                output.unmapped("meta.channel", plain, "the word itself");
                plain
            }
        };
        channel.to_owned()
    }
}

fn labelled(id: &str, mut labels: Vec<String>, updated_at: Timestamp, output: &mut Output<'_>) {
    let conversation = output.thing(id);
    labels.sort_unstable();
    labels.dedup();
    for label in labels {
        let fields = json!({"conversation": conversation, "tag": label});
        output.event(
            format_args!("conversation/{id}/label/{label}@{updated_at}"),
            updated_at,
            "conversation.tagged",
            fields,
        );
    }
}

/// How a conversation stands since its last activity.
fn standing(id: &str, record: Fields<'_>, updated_at: Timestamp, output: &mut Output<'_>) {
    let conversation = output.thing(id);
    let priority = record.text("priority");
    let is_known = |word: &&str| matches!(*word, "low" | "medium" | "high" | "urgent");
    if let Some(word) = priority.filter(|word| !is_known(word)) {
        output.unmapped("priority", word, "none");
    }
    if let Some(priority) = priority.filter(is_known) {
        let fields = json!({"conversation": conversation, "priority": priority});
        output.event(
            format_args!("conversation/{id}/priority@{updated_at}"),
            updated_at,
            "conversation.updated",
            fields,
        );
    }
    match record.text("status") {
        Some("resolved") => {
            // Where an activity said it before, this closes what is closed already.
            let fields = json!({"conversation": conversation, "by": {"kind": "rep"}});
            output.event(
                format_args!("conversation/{id}/resolved@{updated_at}"),
                updated_at,
                "conversation.resolved",
                fields,
            );
        }
        Some("open" | "pending" | "snoozed") | None => {}
        Some(word) => output.unmapped("status", word, "open"),
    }
}

/// To whom a conversation is given.
fn holder(meta: Fields<'_>, output: &Output<'_>) -> Option<Value> {
    let id = |name: &str| meta.object(name).and_then(|one| one.id("id"));
    if let Some(rep) = id("assignee") {
        return Some(json!({"kind": "rep", "id": output.thing(rep)}));
    }
    id("team").map(|team| json!({"kind": "team", "id": output.thing(team)}))
}
