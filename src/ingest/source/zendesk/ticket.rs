//! Tickets as they stand, their metric sets, and the ratings given.

use serde_json::{Map, Value, json};

use super::comment::Around;
use super::{Zendesk, is_done, metrics};
use crate::ingest::source::field::{self, Fields};
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// The pipeline that all tickets are in.
const PIPELINE: &str = "zendesk";
/// Zendesk's statuses: word, name, and whether the ticket is done.
const STAGES: [(&str, &str, bool); 6] = [
    ("new", "New", false),
    ("open", "Open", false),
    ("pending", "Pending", false),
    ("hold", "On hold", false),
    ("solved", "Solved", true),
    ("closed", "Closed", true),
];
/// Since when the pipeline has its stages: before any ticket.
const PIPELINE_SINCE: Timestamp = Timestamp::from_millis(1_167_609_600_000);

/// A ticket at hand.
struct Known<'a> {
    id: String,
    record: Fields<'a>,
    opened_at: Timestamp,
    updated_at: Timestamp,
    contact: String,
}

impl Zendesk {
    pub(super) fn ticket(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let Some(opened_at) = record.instant("created_at") else {
            return output.lacks("created_at");
        };
        let Some(requester) = record.id("requester_id") else {
            return output.lacks("requester_id");
        };
        let updated_at = output.wanted("updated_at", record.instant("updated_at"));
        let known = Known {
            contact: output.thing(requester),
            updated_at: updated_at.unwrap_or(opened_at).max(opened_at),
            id,
            record,
            opened_at,
        };
        pipeline(output);
        self.opened(&known, output);
        Self::standing(&known, output);
        self.embedded(&known, output);
    }

    /// How it began, as far as it is known.
    fn opened(&self, known: &Known<'_>, output: &mut Output<'_>) {
        let (id, record, at) = (&known.id, known.record, known.opened_at);
        let via = record.object("via");
        let channel = output.wanted("via.channel", via.and_then(|via| via.text("channel")));
        let channel = channel.map_or("other".to_owned(), |word| channel_of(word, output));
        let rel = via.and_then(|via| via.object("source")?.text("rel"));
        let inbox = record.id("brand_id").map(|brand| output.thing(brand));
        let attributes = attributes(record);
        // A later export of a changed ticket says it anew under another id; the first one stands.
        let version = if self.has_history { "/history" } else { "" };
        let version = format!("@{}{version}", known.updated_at);
        let fields = json!({
            "conversation": output.thing(id),
            "contact": known.contact,
            "channel": channel,
            "direction": (channel == "phone" && rel == Some("outbound")).then_some("outbound"),
            "subject": record.text("subject"),
            "inbox": inbox,
            "attributes": attributes,
        });
        output.event(
            format_args!("ticket/{id}{version}"),
            at,
            "conversation.started",
            fields,
        );
        let assignee = record.id("assignee_id").filter(|_| !self.has_history);
        let group = record.id("group_id").filter(|_| !self.has_history);
        let due = record.instant("due_at").map(|due| due.to_string());
        let fields = json!({
            "ticket": output.thing(id),
            "pipeline": PIPELINE,
            "stage": "new",
            "contact": known.contact,
            "conversation": output.thing(id),
            "subject": record.text("subject"),
            "channel": channel,
            "priority": record.text("priority"),
            "owner": assignee.as_ref().map(|rep| output.thing(rep)),
            "team": group.as_ref().map(|team| output.thing(team)),
            "close_due_at": due,
            "inbox": inbox,
            "attributes": attributes,
        });
        output.event(
            format_args!("ticket/{id}/opened{version}"),
            at,
            "ticket.opened",
            fields,
        );
        let to = match (&assignee, &group) {
            (Some(rep), _) => json!({"kind": "rep", "id": output.thing(rep)}),
            (None, Some(team)) => json!({"kind": "team", "id": output.thing(team)}),
            (None, None) => return,
        };
        let fields = json!({"conversation": output.thing(id), "to": to});
        let event = format!("ticket/{id}/assigned{version}");
        output.event(event, at, "conversation.assigned", fields);
    }

    /// How it stands since its last change.
    fn standing(known: &Known<'_>, output: &mut Output<'_>) {
        let (id, record, at) = (&known.id, known.record, known.updated_at);
        let tags = record.words("tags");
        for tag in &tags {
            let fields = json!({"conversation": output.thing(id), "tag": tag});
            let event = format!("ticket/{id}/tag@{at}/{tag}");
            output.event(short(&event), at, "conversation.tagged", fields);
        }
        let Some(status) = output.wanted("status", record.text("status")) else {
            return;
        };
        if status == "deleted" {
            let fields = json!({"conversation": output.thing(id), "mark": "deleted", "on": true});
            output.event(
                format_args!("ticket/{id}/deleted"),
                at,
                "conversation.marked",
                fields,
            );
            return;
        }
        if stage_of(status, output).is_none() || status == "new" {
            return;
        }
        let fields = json!({"ticket": output.thing(id), "stage": status});
        output.event(
            format_args!("ticket/{id}/{status}@{at}"),
            at,
            "ticket.staged",
            fields,
        );
        let is_merged = tags.iter().any(|tag| tag == "closed_by_merge");
        if is_done(status) && !is_merged {
            let by = record.id("assignee_id").map(|rep| output.thing(rep));
            let by = json!({"kind": "rep", "id": by});
            let fields = json!({"conversation": output.thing(id), "by": without_null(by)});
            let event = format!("ticket/{id}/resolved@{at}");
            output.event(event, at, "conversation.resolved", fields);
        }
    }

    /// What the full export writes within a ticket.
    fn embedded(&mut self, known: &Known<'_>, output: &mut Output<'_>) {
        let record = known.record;
        for name in ["requester", "submitter", "assignee"] {
            if let Some(user) = record.object(name) {
                let at = user.instant_of(&["updated_at", "created_at"]);
                self.user_at(user, at.unwrap_or(known.opened_at), output);
            }
        }
        for comment in record.objects("comments") {
            let around = Around {
                ticket: Some(&known.id),
                at: None,
                author: None,
                is_merge: false,
                metadata: None,
            };
            self.comment(comment, Some(around), output);
        }
        if let Some(metrics) = record.object("metric_set") {
            self.metrics_of(&known.id, metrics, output);
        }
        let rating = record.object("satisfaction_rating");
        let score = rating.and_then(|rating| rating.text("score"));
        if let Some(score) = score.and_then(score_of) {
            self.rated += 1;
            metrics::rating(&known.id, score, output);
        }
    }
}

/// The pipeline of all tickets; said with each, taken once.
fn pipeline(output: &mut Output<'_>) {
    if !output.tally.is_new("pipeline") {
        return;
    }
    let stages = STAGES.iter();
    let stages =
        stages.map(|(stage, name, closed)| json!({"stage": stage, "name": name, "closed": closed}));
    let stages: Vec<Value> = stages.collect();
    let fields = json!({"pipeline": PIPELINE, "kind": "support", "stages": stages});
    output.event("pipeline", PIPELINE_SINCE, "pipeline.upserted", fields);
}

/// A status as a stage; one that is not known is counted and no stage.
pub(super) fn stage_of(status: &str, output: &mut Output<'_>) -> Option<&'static str> {
    let stage = STAGES.iter().find(|(stage, _, _)| *stage == status);
    if stage.is_none() {
        output.unmapped("status", status, "no stage");
    }
    stage.map(|(stage, _, _)| *stage)
}

/// What Svar calls a channel; a word that is not known stays as it is.
fn channel_of(word: &str, output: &mut Output<'_>) -> String {
    let channel = match word {
        "email" | "mail" => "email",
        "web" | "web_form" | "web_widget" | "help_center" | "closed_ticket" | "helpcenter" => {
            "form"
        }
        "chat" | "chat_transcript" | "native_messaging" | "messaging" | "offline_message" => "chat",
        "voice" | "phone" | "phone_call_inbound" | "phone_call_outbound" | "voicemail" => "phone",
        "whatsapp" => "whatsapp",
        "sms" | "text_message" => "sms",
        "facebook"
        | "twitter"
        | "twitter_dm"
        | "instagram_dm"
        | "line"
        | "wechat"
        | "viber"
        | "telegram"
        | "any_channel"
        | "apple_business_chat" => "social",
        "api" | "web_service" | "mobile" | "mobile_sdk" | "sample_ticket" | "import" => "api",
        word => {
            output.unmapped("via.channel", word, "the word itself");
            word
        }
    };
    channel.to_owned()
}

/// The fields of one's own, and the few of Zendesk's that have no place of their own.
fn attributes(record: Fields<'_>) -> Map<String, Value> {
    let mut attributes = Map::new();
    for name in ["type", "external_id"] {
        if let Some(text) = record.id(name) {
            attributes.insert(name.to_owned(), text.into());
        }
    }
    for own in record.objects("custom_fields") {
        let (Some(id), Some(value)) = (own.id("id"), own.value("value")) else {
            continue;
        };
        let value = match value {
            Value::Array(entries) => {
                let words: Vec<String> = entries.iter().filter_map(field::id).collect();
                words.join(", ").into()
            }
            Value::Object(_) => continue,
            plain => plain.clone(),
        };
        attributes.insert(format!("custom.{id}"), value);
    }
    attributes
}

pub(super) fn rating(record: Fields<'_>, output: &mut Output<'_>) {
    let (Some(id), Some(ticket)) = (record.id("id"), record.id("ticket_id")) else {
        return output.lacks("ticket_id");
    };
    let Some(sent_at) = record.instant("created_at") else {
        return output.lacks("created_at");
    };
    let Some(word) = record.id("score") else {
        return output.lacks("score");
    };
    if word == "unoffered" {
        return;
    }
    let conversation = output.thing(&ticket);
    let fields = json!({"conversation": conversation});
    output.event(
        format_args!("rating/{id}/sent"),
        sent_at,
        "csat.sent",
        fields,
    );
    let Some(score) = score_of(&word) else {
        if word != "offered" {
            output.unmapped("score", &word, "a survey without an answer");
        }
        return;
    };
    let at = record.instant("updated_at").unwrap_or(sent_at).max(sent_at);
    let text = record.text("comment");
    let fields = json!({"conversation": conversation, "score": score, "text": text});
    output.event(
        format_args!("rating/{id}/rated@{at}"),
        at,
        "csat.rated",
        fields,
    );
}

/// A rating as one of 1 to 5: good is the best, bad the worst.
fn score_of(word: &str) -> Option<u8> {
    match word {
        "good" | "good_with_comment" | "goodwithcomment" | "received_with_comment" => Some(5),
        "bad" | "bad_with_comment" | "badwithcomment" => Some(1),
        word => word.parse().ok().filter(|score| (1..=5).contains(score)),
    }
}

/// An object without what is null in it.
fn without_null(value: Value) -> Value {
    let Value::Object(mut fields) = value else {
        return value;
    };
    fields.retain(|_name, value| !value.is_null());
    Value::Object(fields)
}

/// An event's id that is not longer than one may be.
fn short(id: &str) -> &str {
    let mut end = id.len().min(256);
    while !id.is_char_boundary(end) {
        end -= 1;
    }
    id.get(..end).unwrap_or(id)
}
