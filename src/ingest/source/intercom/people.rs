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
    let locale = record.text("default_locale");
    if let (Some(title), Some(body)) = (record.text("title"), record.text("body")) {
        let drafted = Drafted {
            what: "article",
            id: id.clone(),
            at,
            title,
            text: html::to_markdown(body),
            url: record.text("url"),
            language: locale,
        };
        drafted.write(output);
    }
    let others = record.object("translated_content");
    for (language, content) in others.into_iter().flat_map(Fields::all) {
        let content = Fields::of(content).filter(|_| locale != Some(language.as_str()));
        let Some(content) = content else { continue };
        let (Some(title), Some(body)) = (content.text("title"), content.text("body")) else {
            continue;
        };
        let drafted = Drafted {
            what: "article",
            id: format!("{id}:{language}"),
            at: content
                .instant_of(&["updated_at", "created_at"])
                .unwrap_or(at),
            title,
            text: html::to_markdown(body),
            url: content.text("url"),
            language: Some(language),
        };
        drafted.write(output);
    }
}

pub(super) fn macro_reply(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let Some(at) = record.instant_of(&["updated_at", "created_at"]) else {
        return output.lacks("updated_at");
    };
    let words = record.text("body").map(html::to_markdown);
    let words = words.or_else(|| record.text("body_text").map(str::to_owned));
    let (Some(title), Some(text)) = (record.text("name"), words) else {
        return;
    };
    let drafted = Drafted {
        what: "macro",
        id,
        at,
        title,
        text,
        url: None,
        language: None,
    };
    drafted.write(output);
}
