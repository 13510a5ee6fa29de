//! Conversations: how they began, how they stand, and what was said of them.

use serde_json::{Map, json};

use super::{Intercom, Known, contact_of, entries, figures};
use crate::ingest::html;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

impl Intercom {
    pub(super) fn conversation(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let Some(started_at) = record.instant("created_at") else {
            return output.lacks("created_at");
        };
        let source = record.object("source");
        let known = Known {
            has_agent: record.truth("ai_agent_participated") == Some(true)
                || record.object("ai_agent").is_some(),
            updated_at: record
                .instant("updated_at")
                .unwrap_or(started_at)
                .max(started_at),
            id,
            record,
            started_at,
        };
        self.has_agent |= known.has_agent;
        let Some(contact) = contact_of(record, source) else {
            return output.lacks("contacts");
        };
        started(&known, &contact, source, output);
        if let Some(source) = source {
            self.source(&known, source, output);
        }
        self.parts(&known, output);
        standing(&known, output);
        rating(&known, output);
        agent(&known, output);
        figures::measure(&known, output);
    }
}

fn started(known: &Known<'_>, contact: &str, source: Option<Fields<'_>>, output: &mut Output<'_>) {
    let kind = source.and_then(|source| source.text("type"));
    let channel = match output.wanted("source.type", kind).unwrap_or("conversation") {
        "conversation" => "chat",
        "email" => "email",
        "facebook" | "instagram" | "twitter" => "social",
        "whatsapp" => "whatsapp",
        "sms" => "sms",
        "phone_call" | "phone_switch" => "phone",
        word => {
            output.unmapped("source.type", word, "the word itself");
            word
        }
    };
    let delivered = source.and_then(|source| source.text("delivered_as"));
    let author = source.and_then(|source| source.object("author")?.text("type"));
    let direction = match (delivered, author) {
        (Some("customer_initiated"), _) => Some("inbound"),
        (Some("automated" | "admin_initiated" | "campaigns_initiated"), Some("admin")) => {
            Some("outbound")
        }
        _ => None,
    };
    let subject = known
        .record
        .text("title")
        .or_else(|| source?.text("subject"));
    let fields = json!({
        "conversation": output.thing(&known.id),
        "contact": output.thing(contact),
        "channel": channel,
        "direction": direction,
        "subject": subject.map(html::to_text),
        "url": source.and_then(|source| source.text("url")),
    });
    let event = format!("conversation/{}@{}", known.id, known.updated_at);
    output.event(event, known.started_at, "conversation.started", fields);
}

/// How a conversation stands since its last change.
fn standing(known: &Known<'_>, output: &mut Output<'_>) {
    let (id, at) = (&known.id, known.updated_at);
    for tag in entries(known.record, "tags") {
        let Some(name) = tag.text("name") else {
            continue;
        };
        let applied = tag.instant("applied_at").unwrap_or(at);
        let fields = json!({"conversation": output.thing(id), "tag": name});
        let tag = tag.id("id").unwrap_or_else(|| name.to_owned());
        output.event(
            format_args!("conversation/{id}/tag/{tag}@{applied}"),
            applied,
            "conversation.tagged",
            fields,
        );
    }
    if known.record.text("priority") == Some("priority") {
        let fields = json!({"conversation": output.thing(id), "priority": "high"});
        output.event(
            format_args!("conversation/{id}/priority@{at}"),
            at,
            "conversation.updated",
            fields,
        );
    }
    // Where the part that closed it came along, this closes what is closed already.
    let statistics = known.record.object("statistics");
    let closed_at = statistics.and_then(|all| all.instant("last_close_at"));
    if known.record.text("state") == Some("closed")
        && let Some(closed_at) = closed_at
    {
        let by = statistics.and_then(|all| all.id("last_closed_by_id"));
        let by = by.map_or(
            json!({"kind": "automation"}),
            |rep| json!({"kind": "rep", "id": output.thing(rep)}),
        );
        let fields = json!({"conversation": output.thing(id), "by": by});
        let event = format!("statistics/{id}/closed@{closed_at}");
        output.event(event, closed_at, "conversation.resolved", fields);
    }
}

fn rating(known: &Known<'_>, output: &mut Output<'_>) {
    let Some(rating) = known.record.object("conversation_rating") else {
        return;
    };
    let Some(sent_at) = rating.instant("created_at") else {
        return;
    };
    let id = &known.id;
    let conversation = output.thing(id);
    let fields = json!({"conversation": conversation});
    output.event(
        format_args!("rating/{id}/sent@{sent_at}"),
        sent_at,
        "csat.sent",
        fields,
    );
    let Some(score) = rating.whole("rating") else {
        return;
    };
    let at = rating.instant("updated_at").unwrap_or(sent_at).max(sent_at);
    let fields =
        json!({"conversation": conversation, "score": score, "text": rating.text("remark")});
    output.event(
        format_args!("rating/{id}/rated@{at}"),
        at,
        "csat.rated",
        fields,
    );
}

/// What Intercom says of Fin's part in it, kept beside what our own rules make of the messages.
fn agent(known: &Known<'_>, output: &mut Output<'_>) {
    let Some(agent) = known.record.object("ai_agent") else {
        return;
    };
    let (id, at) = (&known.id, known.updated_at);
    let conversation = output.thing(id);
    let mut attributes = Map::new();
    for name in ["last_answer_type", "source_title", "rating"] {
        if let Some(word) = agent.id(name) {
            attributes.insert(format!("ai_agent.{name}"), word.into());
        }
    }
    if let Some(word) = state(agent) {
        attributes.insert("ai_agent.resolution_state".to_owned(), word.into());
    }
    if let Some(word) = agent.text("last_answer_type")
        && !matches!(word, "ai_answer" | "custom_answer")
    {
        output.unmapped("ai_agent.last_answer_type", word, "an attribute only");
    }
    ended(known, agent, output);
    if !attributes.is_empty() {
        let fields = json!({"conversation": conversation, "attributes": attributes});
        output.event(
            format_args!("agent/{id}@{at}"),
            at,
            "conversation.updated",
            fields,
        );
    }
}

/// How Fin's part ended, in the words of API 2.15 and later: before, two were called otherwise, and
/// a conversation is the same in whichever version it is read.
fn state(agent: Fields<'_>) -> Option<&str> {
    Some(match agent.text("resolution_state")? {
        "abandoned" => "negative_feedback",
        "routed_to_team" => "escalated",
        word => word,
    })
}

/// Whether any part is Fin's.
fn agent_wrote(record: Fields<'_>) -> bool {
    let parts = record.object("conversation_parts");
    let mut parts = parts
        .into_iter()
        .flat_map(|all| all.objects("conversation_parts"));
    parts.any(|part| {
        part.object("author").is_some_and(|author| {
            matches!(author.text("type"), Some("bot" | "fin" | "operator"))
                && author.truth("from_ai_agent") != Some(false)
        })
    })
}

/// How Fin's part ended, where that says more than what was written.
fn ended(known: &Known<'_>, agent: Fields<'_>, output: &mut Output<'_>) {
    let (id, at) = (&known.id, known.updated_at);
    let conversation = output.thing(id);
    let done_at = agent.instant("updated_at").unwrap_or(at);
    let mut said = |event: &str, rating: &str| {
        let fields = json!({"conversation": conversation, "rating": rating});
        let event = format_args!("agent/{id}/{event}");
        output.event(event, done_at, "feedback.given", fields);
    };
    let event = match state(agent) {
        // Whether it held is told by what the contact does next.
        Some("assumed_resolution") | None => return,
        Some("confirmed_resolution") => return said("confirmed", "helpful"),
        Some("negative_feedback") => return said("negative", "not_helpful"),
        // A rule, a procedure or the contact may have wanted it.
        Some("escalated") => "escalated",
        // It is billed, so that it has to show: where Fin wrote nothing, no procedure of its ended.
        Some("procedure_handoff") if !agent_wrote(known.record) => return,
        Some("procedure_handoff") => "procedure",
        Some(word) => {
            return output.unmapped("ai_agent.resolution_state", word, "an attribute only");
        }
    };
    let statistics = known.record.object("statistics");
    let routed_at = statistics.and_then(|all| all.instant("first_assignment_at"));
    let fields = json!({"conversation": conversation, "reason": "rule"});
    output.event(
        format_args!("agent/{id}/{event}"),
        routed_at.unwrap_or(done_at),
        "conversation.handed_off",
        fields,
    );
}
