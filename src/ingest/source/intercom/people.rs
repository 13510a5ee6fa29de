//! Contacts, admins, teams and articles.

use serde_json::json;

use super::ALWAYS;
use crate::ingest::html;
use crate::ingest::source::drafted::Drafted;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;

pub(super) fn contact(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let Some(at) = record.instant_of(&["updated_at", "created_at"]) else {
        return output.lacks("updated_at");
    };
    let external = record
        .id("external_id")
        .map(|id| json!({"external_id": id}));
    let fields = json!({
        "contact": output.thing(&id),
        "name": record.text("name"),
        "email": record.text("email"),
        "phone": record.text("phone"),
        "language": record.text("language_override"),
        "attributes": external,
    });
    output.event(
        format_args!("contact/{id}@{at}"),
        at,
        "contact.upserted",
        fields,
    );
}

pub(super) fn admin(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let team = record.words("team_ids").into_iter().next();
    let fields = json!({
        "rep": output.thing(&id),
        "name": record.text("name").map_or_else(|| format!("Admin {id}"), str::to_owned),
        "email": record.text("email"),
        "team": team.map(|team| output.thing(team)),
    });
    output.event("", ALWAYS, "rep.upserted", fields);
}

pub(super) fn team(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let name = record
        .text("name")
        .map_or_else(|| format!("Team {id}"), str::to_owned);
    let fields = json!({"team": output.thing(&id), "name": name});
    output.event("", ALWAYS, "team.upserted", fields);
}

pub(super) fn article(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let Some(at) = record.instant_of(&["updated_at", "created_at"]) else {
        return output.lacks("updated_at");
    };
    let (Some(title), Some(body)) = (record.text("title"), record.text("body")) else {
        return;
    };
    let drafted = Drafted {
        what: "article",
        id,
        at,
        title,
        text: html::to_markdown(body),
        url: record.text("url"),
        language: record.text("default_locale"),
    };
    drafted.write(output);
}
