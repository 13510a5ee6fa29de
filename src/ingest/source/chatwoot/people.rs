//! Contacts, agents, teams, inboxes, ratings and articles.

use serde_json::json;

use super::ALWAYS;
use crate::ingest::source::drafted::Drafted;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// A contact; `since` is when one was met who does not say since when they are so.
pub(super) fn contact(record: Fields<'_>, since: Option<Timestamp>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let Some(at) = record.instant_of(&["updated_at", "created_at"]).or(since) else {
        return output.lacks("created_at");
    };
    let external = record.id("identifier").map(|id| json!({"external_id": id}));
    let fields = json!({
        "contact": output.thing(&id),
        "name": record.text("name"),
        "email": record.text("email"),
        "phone": record.text("phone_number"),
        "attributes": external,
    });
    // What is said of a contact in a conversation may be less than what their own record says.
    output.event("", at, "contact.upserted", fields);
}

pub(super) fn agent(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let name = record
        .text("name")
        .or_else(|| record.text("available_name"));
    let fields = json!({
        "rep": output.thing(&id),
        "name": name.map_or_else(|| format!("Agent {id}"), str::to_owned),
        "email": record.text("email"),
    });
    output.event("", ALWAYS, "rep.upserted", fields);
}

/// A team or an inbox.
pub(super) fn named(record: Fields<'_>, what: &str, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let name = record
        .text("name")
        .map_or_else(|| format!("{what} {id}"), str::to_owned);
    let fields = json!({(what): output.thing(&id), "name": name});
    output.event("", ALWAYS, &format!("{what}.upserted"), fields);
}

pub(super) fn rating(record: Fields<'_>, conversation: &str, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let Some(at) = record.instant("created_at") else {
        return output.lacks("created_at");
    };
    let Some(score) = record.whole("rating") else {
        return output.lacks("rating");
    };
    let conversation = output.thing(conversation);
    let fields = json!({"conversation": conversation, "score": score, "text": record.text("feedback_message")});
    output.event(format_args!("rating/{id}"), at, "csat.rated", fields);
}

pub(super) fn article(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let (Some(title), Some(text)) = (record.text("title"), record.text("content")) else {
        return;
    };
    let at = record
        .instant_of(&["updated_at", "created_at"])
        .unwrap_or(ALWAYS);
    let category = record.object("category");
    let drafted = Drafted {
        what: "article",
        id,
        at,
        title,
        text: text.to_owned(),
        url: record.text("url").or_else(|| record.text("link")),
        language: category
            .and_then(|category| category.text("locale"))
            .or_else(|| record.text("locale")),
    };
    drafted.write(output);
}

pub(super) fn canned_response(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let (Some(title), Some(text)) = (record.text("short_code"), record.text("content")) else {
        return;
    };
    let at = record.instant_of(&["updated_at", "created_at"]);
    let drafted = Drafted {
        what: "canned",
        id,
        at: at.unwrap_or(ALWAYS),
        title,
        text: text.to_owned(),
        url: None,
        language: None,
    };
    drafted.write(output);
}
