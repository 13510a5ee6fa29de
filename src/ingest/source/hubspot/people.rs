//! Owners, users, contacts, inboxes, and the answers of surveys.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::mapping::Sender;
use super::{ALWAYS, HubSpot};
use crate::ingest::html;
use crate::ingest::source::drafted::Drafted;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// Letters that ids of those who act begin with, and what kind these are.
const KINDS: [(char, &str); 7] = [
    ('A', "AGENT"),
    ('B', "BOT"),
    ('E', "EMAIL"),
    ('I', "INTEGRATION"),
    ('L', "BREEZE"),
    ('S', "SYSTEM"),
    ('V', "VISITOR"),
];

/// Owners, by what else they are called.
#[derive(Default)]
pub(super) struct Owners {
    by_user: HashMap<String, String>,
    /// By name and by address, in small letters.
    by_name: HashMap<String, String>,
}

/// Somebody who acts, as the API writes it: `A-12` is the user 12.
pub(super) struct Actor<'a> {
    pub(super) kind: Option<&'static str>,
    pub(super) id: &'a str,
}

impl<'a> Actor<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut signs = text.chars();
        let kind = signs.next().and_then(|sign| {
            let found = KINDS.iter().find(|(letter, _)| *letter == sign);
            found.map(|(_, kind)| *kind)
        });
        match (kind, signs.as_str().strip_prefix('-')) {
            (Some(kind), Some(id)) => Self {
                kind: Some(kind),
                id,
            },
            _ => Self {
                kind: None,
                id: text,
            },
        }
    }
}

impl Owners {
    pub(super) fn learn(&mut self, record: Fields<'_>) {
        let Some(id) = record.id("id") else { return };
        for user in ["userId", "userIdIncludingInactive"] {
            if let Some(user) = record.id(user) {
                self.by_user.insert(user, id.clone());
            }
        }
        let names = name_of(record).into_iter();
        let names = names.chain(record.text("email").map(str::to_owned));
        for name in names {
            self.by_name.insert(name.to_lowercase(), id.clone());
        }
    }

    /// The rep's id of a user.
    pub(super) fn of_user(&self, user: &str) -> String {
        let owner = self.by_user.get(user).cloned();
        owner.unwrap_or_else(|| format!("user:{user}"))
    }

    /// The rep's id of an owner, whom tables call by name.
    pub(super) fn of_owner(&self, owner: &str) -> String {
        let known = self.by_name.get(&owner.trim().to_lowercase());
        known.cloned().unwrap_or_else(|| owner.to_owned())
    }
}

fn name_of(record: Fields<'_>) -> Option<String> {
    let names = ["firstName", "firstname", "lastName", "lastname"];
    let names: Vec<&str> = names.iter().filter_map(|name| record.text(name)).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

impl HubSpot {
    /// The rep who acts: a user by id, or somebody whom a table names.
    pub(super) fn rep(&self, actor: &Actor<'_>) -> String {
        match actor.kind {
            Some(_) => self.owners.of_user(actor.id),
            None => self.owners.of_owner(actor.id),
        }
    }

    /// The rep's id of an owner; one whom only a table names is known by that name.
    pub(super) fn owner_of(&self, owner: &str, output: &mut Output<'_>) -> String {
        let id = self.owners.of_owner(owner);
        let is_name = id == owner && !owner.bytes().all(|byte| byte.is_ascii_digit());
        if is_name && output.tally.is_new(&format!("rep {owner}")) {
            let fields = json!({"rep": output.thing(owner), "name": owner});
            output.event("", ALWAYS, "rep.upserted", fields);
        }
        id
    }

    /// Who did something in a conversation, as an event names them.
    pub(super) fn actor(&self, text: Option<&str>, output: &Output<'_>) -> Value {
        let Some(actor) = text.map(Actor::parse) else {
            return json!({"kind": "automation"});
        };
        let kind = actor.kind.and_then(|kind| self.mapping.sender(kind));
        match kind {
            Some(Sender::Contact) => json!({"kind": "contact", "id": output.thing(actor.id)}),
            Some(Sender::Rep) => json!({"kind": "rep", "id": output.thing(self.rep(&actor))}),
            Some(Sender::CustomerAgent) => {
                json!({"kind": "customer_agent", "id": output.thing(actor.id)})
            }
            // Nobody but a rep or a machine closes or assigns.
            _ => json!({"kind": "automation"}),
        }
    }
}

/// A contact of whom only an address is known.
pub(super) fn address(contact: &str, since: Timestamp, output: &mut Output<'_>) {
    if contact.contains('@') && output.tally.is_new(&format!("contact {contact}")) {
        let fields = json!({"contact": output.thing(contact), "email": contact});
        output.event("", since, "contact.upserted", fields);
    }
}

pub(super) fn owner(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let team = record
        .objects("teams")
        .filter(|team| team.id("id").is_some())
        .max_by_key(|team| team.truth("primary") == Some(true));
    for team in record.objects("teams") {
        if let (Some(team), Some(name)) = (team.id("id"), team.text("name")) {
            let fields = json!({"team": output.thing(team), "name": name});
            output.event("", ALWAYS, "team.upserted", fields);
        }
    }
    let fields = json!({
        "rep": output.thing(&id),
        "name": name_of(record)
            .or_else(|| record.text("email").map(str::to_owned))
            .unwrap_or_else(|| format!("Owner {id}")),
        "email": record.text("email"),
        "team": team.and_then(|team| team.id("id")).map(|team| output.thing(team)),
    });
    output.event("", ALWAYS, "rep.upserted", fields);
}

impl HubSpot {
    /// A user who has written without being an owner; others who act are named elsewhere.
    pub(super) fn user(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(text) = record.text("id") else {
            return output.lacks("id");
        };
        let actor = Actor::parse(text);
        let id = self.owners.of_user(actor.id);
        if actor.kind != Some("AGENT") || !id.starts_with("user:") {
            return output.is_part_of_others();
        }
        let name = record.text("name").or_else(|| record.text("email"));
        let fields = json!({
            "rep": output.thing(&id),
            "name": name.unwrap_or(&id),
            "email": record.text("email"),
        });
        output.event("", ALWAYS, "rep.upserted", fields);
    }
}

pub(super) fn contact(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(properties) = record.object("properties") else {
        return output.lacks("properties");
    };
    let Some(id) = record.id("id").or_else(|| properties.id("hs_object_id")) else {
        return output.lacks("id");
    };
    let own = properties.instant_of(&["lastmodifieddate", "createdate"]);
    let at = record.instant("updatedAt").or(own);
    let Some(at) = at.or_else(|| record.instant("createdAt")) else {
        return output.lacks("updatedAt");
    };
    let company = properties.text("company").map(|name| json!({"name": name}));
    let fields = json!({
        "contact": output.thing(&id),
        "name": name_of(properties),
        "email": properties.text("email"),
        "phone": properties.text("phone").or_else(|| properties.text("mobilephone")),
        "company": company,
        "language": properties.text("hs_language"),
    });
    output.event("", at, "contact.upserted", fields);
}

pub(super) fn inbox(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let name = record
        .text("name")
        .map_or_else(|| format!("Inbox {id}"), str::to_owned);
    let fields = json!({"inbox": output.thing(&id), "name": name});
    output.event("", ALWAYS, "inbox.upserted", fields);
}

/// What a contact answered to a survey: of HubSpot's kinds only the one about satisfaction has
/// a counterpart.
pub(super) fn survey(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(properties) = record.object("properties") else {
        return output.lacks("properties");
    };
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let kind = properties.text("hs_survey_type");
    if kind != Some("CSAT") {
        return output.unmapped(
            "hs_survey_type",
            kind.unwrap_or("(none)"),
            "nothing: Svar keeps ratings of satisfaction",
        );
    }
    let own = properties.instant_of(&["hs_submission_timestamp", "hs_createdate"]);
    let Some(at) = own.or_else(|| record.instant("createdAt")) else {
        return output.lacks("properties.hs_submission_timestamp");
    };
    let linked = |name: &str| {
        let all = record.object("associations")?.object(name)?;
        all.objects("results").find_map(|one| one.id("id"))
    };
    let conversation = properties
        .id("hs_conversations_thread_id")
        .or_else(|| linked("conversations"));
    let ticket = properties.id("hs_ticket_id").or_else(|| linked("tickets"));
    if conversation.is_none() && ticket.is_none() {
        return output.lacks("associations.tickets");
    }
    let group = properties.text("hs_response_group").unwrap_or_default();
    let score = match group.to_uppercase().as_str() {
        "HAPPY" | "POSITIVE" | "SATISFIED" => 5,
        "NEUTRAL" => 3,
        "UNHAPPY" | "NEGATIVE" | "DISSATISFIED" => 1,
        _ => match properties.whole("hs_value") {
            Some(score @ 1..=5) => score,
            _ => return output.lacks("properties.hs_response_group"),
        },
    };
    let ticket = ticket.filter(|_| conversation.is_none());
    let fields = json!({
        "conversation": conversation.map(|id| output.thing(id)),
        "ticket": ticket.map(|id| output.thing(id)),
        "score": score,
        "text": properties.text("hs_content"),
    });
    output.event(format_args!("survey/{id}"), at, "csat.rated", fields);
}

/// An article of the knowledge base, a draft.
pub(super) fn article(record: Fields<'_>, output: &mut Output<'_>) {
    let Some(id) = record.id("id") else {
        return output.lacks("id");
    };
    let (Some(title), Some(body)) = (record.text("title"), record.text("body")) else {
        return;
    };
    let drafted = Drafted {
        what: "article",
        // An address may be longer than an id can be.
        id: short(&id),
        at: record
            .instant_of(&["updatedAt", "createdAt"])
            .unwrap_or(ALWAYS),
        title,
        text: html::to_markdown(body),
        url: record.text("url"),
        language: record.text("language"),
    };
    drafted.write(output);
}

/// An id that is not longer than one may be: of a long one its end, which tells articles apart.
fn short(id: &str) -> String {
    let mut start = id.len().saturating_sub(100);
    while !id.is_char_boundary(start) {
        start += 1;
    }
    id.get(start..).unwrap_or(id).to_owned()
}
