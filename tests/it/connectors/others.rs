//! Intercom, Chatwoot and HubSpot as they are played: the desks of `tests/data`, by their APIs.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use svar::app::Format;
use svar::model::Timestamp;

use super::played::{Heard, Played, Said};

/// All values of the files of a format.
fn values(format: Format) -> Vec<Value> {
    let mut all = Vec::new();
    for path in crate::imports::files_of(format) {
        let text = fs::read_to_string(path).unwrap();
        let read = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        all.extend(read.map(Result::unwrap));
    }
    all
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

/// Seconds, however they are written.
fn secs(value: &Value) -> i64 {
    match value {
        Value::String(text) => text
            .parse()
            .or_else(|_odd| Timestamp::parse(text).map(|at| at.millis() / 1_000))
            .unwrap_or(0),
        other => other.as_i64().unwrap_or(0),
    }
}

fn text(value: &Value) -> String {
    value.to_string().trim_matches('"').to_owned()
}

/// So many of a list, from a place on, and where it goes on.
fn paged(all: &[Value], start: usize, size: usize) -> (Vec<Value>, Option<usize>) {
    let page: Vec<Value> = all.iter().skip(start).take(size).cloned().collect();
    let end = start + page.len();
    (page, (end < all.len()).then_some(end))
}

fn has(heard: &Heard, line: &str) -> bool {
    heard.head.to_lowercase().contains(line)
}

pub(super) fn intercom() -> Played {
    let values = values(Format::Intercom);
    let conversations: Vec<Value> = values
        .iter()
        .flat_map(|page| list(page, "conversations"))
        .cloned()
        .collect();
    let people: Vec<Value> = values
        .iter()
        .flat_map(|page| list(page, "data"))
        .filter(|one| one["type"] == "contact")
        .cloned()
        .collect();
    let whole = |kind: &str| {
        let found = values.iter().find(|page| page[kind].is_array());
        found.cloned().unwrap_or_default()
    };
    let (admins, teams) = (whole("admins"), whole("teams"));
    Played::new(move |heard| {
        if !has(heard, "authorization: bearer ") || !has(heard, "intercom-version: 2.14") {
            return Said::Status(401, "");
        }
        // Two a page; a search that is not behind a thing begins at the beginning.
        let search = |all: &[Value], name: &str| {
            let query = &heard.body["query"];
            let mut fit: Vec<Value> = all
                .iter()
                .filter(|one| match query["field"].as_str() {
                    Some("open") => one["state"] == "open",
                    _ => secs(&one["updated_at"]) > query["value"].as_i64().unwrap(),
                })
                .cloned()
                .collect();
            fit.sort_by_key(|one| secs(&one["updated_at"]));
            let after = text(&heard.body["pagination"]["starting_after"]);
            let (mut page, next) = paged(&fit, after.parse().unwrap_or(0), 2);
            for one in &mut page {
                one.as_object_mut().unwrap().remove("conversation_parts");
            }
            let next = next.map(|next| json!({"page": 2, "starting_after": next.to_string()}));
            Said::Json(json!({"type": "list", name: page, "pages": {"next": next}}))
        };
        match (heard.method.as_str(), heard.path.as_str()) {
            ("GET", "/admins") => Said::Json(admins.clone()),
            ("GET", "/teams") => Said::Json(teams.clone()),
            ("POST", "/contacts/search") => search(&people, "data"),
            ("POST", "/conversations/search") => search(&conversations, "conversations"),
            ("GET", path) => {
                let id = path.trim_start_matches("/conversations/");
                let found = conversations.iter().find(|one| text(&one["id"]) == id);
                found.map_or(Said::Status(404, ""), |one| Said::Json(one.clone()))
            }
            _ => Said::Status(404, ""),
        }
    })
}

/// With so many more messages in conversation 301.
pub(super) fn chatwoot(more: u64) -> Played {
    let values = values(Format::Chatwoot);
    let conversations: Vec<Value> = values
        .iter()
        .flat_map(|page| list(&page["data"], "payload"))
        .cloned()
        .collect();
    let mut messages: BTreeMap<u64, Value> = BTreeMap::new();
    let embedded = conversations.iter().flat_map(|one| list(one, "messages"));
    let paged_ones = values.iter().flat_map(|page| list(page, "payload"));
    let paged_ones = paged_ones.filter(|one| one.get("message_type").is_some());
    for one in embedded.chain(paged_ones) {
        messages.insert(one["id"].as_u64().unwrap(), one.clone());
    }
    for number in 0..more {
        let id = 7_000 + number;
        messages.insert(
            id,
            json!({"id": id, "content": "Well?", "conversation_id": 301,
            "message_type": 0, "created_at": 1_791_192_100 + number, "private": false,
            "sender": {"id": 71, "type": "contact"}}),
        );
    }
    let flat: Vec<Value> = values
        .iter()
        .flat_map(|value| match value {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        })
        .collect();
    let of = move |name: &str| -> Value {
        let fits = flat.iter().filter(|one| one.get(name).is_some());
        fits.cloned().collect()
    };
    let inboxes: Vec<Value> = values
        .iter()
        .flat_map(|page| list(page, "payload"))
        .filter(|one| one.get("channel_type").is_some())
        .cloned()
        .collect();
    Played::new(move |heard| {
        if !has(heard, "api_access_token: ") {
            return Said::Status(401, "");
        }
        let page: usize = heard.value("page").parse().unwrap_or(1);
        let root = "/api/v1/accounts/1/";
        match heard.path.strip_prefix(root).unwrap_or_default() {
            "agents" => Said::Json(of("availability_status")),
            "teams" => Said::Json(of("allow_auto_assign")),
            "inboxes" => Said::Json(json!({"payload": inboxes})),
            "csat_survey_responses" => Said::Json(if page == 1 { of("rating") } else { json!([]) }),
            "conversations" => {
                let is_open = heard.value("status") == "open";
                let mut fit = conversations.clone();
                fit.retain(|one| !is_open || one["status"] == "open");
                fit.sort_by_key(|one| std::cmp::Reverse(secs(&one["last_activity_at"])));
                let (page, _) = paged(&fit, (page - 1) * 2, 2);
                Said::Json(json!({"data": {"meta": {"all_count": 3}, "payload": page}}))
            }
            path => {
                let of = path
                    .trim_start_matches("conversations/")
                    .split('/')
                    .next()
                    .unwrap();
                let before: u64 = heard.value("before").parse().unwrap_or(u64::MAX);
                let fit = messages.values().filter(|one| {
                    text(&one["conversation_id"]) == of && one["id"].as_u64().unwrap() < before
                });
                let mut page: Vec<&Value> = fit.rev().take(20).collect();
                page.reverse();
                Said::Json(json!({"meta": {}, "payload": page}))
            }
        }
    })
}

pub(super) fn hubspot() -> Played {
    let values = values(Format::HubSpot);
    let mut records: Vec<Value> = Vec::new();
    for value in &values {
        if value.get("results").is_some() {
            records.extend(list(value, "results").cloned());
        } else {
            records.push(value.clone());
        }
    }
    let with = move |name: &str| -> Vec<Value> {
        records
            .iter()
            .filter(|one| one.get(name).is_some())
            .cloned()
            .collect()
    };
    Played::new(move |heard| {
        if !has(heard, "authorization: bearer ") {
            return Said::Status(401, "");
        }
        // Two a page.
        let pages = |all: &[Value]| {
            let (page, next) = paged(all, heard.value("after").parse().unwrap_or(0), 2);
            let next = next.map(|next| json!({"next": {"after": next.to_string()}}));
            Said::Json(json!({"results": page, "paging": next}))
        };
        let of_properties = |name: &str| -> Vec<Value> {
            let all = with("properties").into_iter();
            all.filter(|one| one["properties"].get(name).is_some())
                .collect()
        };
        let one = |all: Vec<Value>, id: &str| {
            let found = all.into_iter().find(|one| text(&one["id"]) == id);
            found.map_or(Said::Status(404, ""), Said::Json)
        };
        let tickets = || of_properties("hs_pipeline_stage");
        let last = heard.path.rsplit('/').next().unwrap();
        match heard.path.as_str() {
            "/crm/v3/owners" => pages(&with("firstName")),
            "/crm/v3/pipelines/tickets" => pages(&with("stages")),
            "/conversations/v3/conversations/inboxes" => {
                pages(&[json!({"id": "71", "name": "Help",
                "createdAt": "2025-01-01T00:00:00Z", "updatedAt": "2025-01-01T00:00:00Z"})])
            }
            "/conversations/v3/conversations/channels" => {
                let all = with("name").into_iter();
                pages(
                    &all.filter(|one| one.as_object().unwrap().len() == 2)
                        .collect::<Vec<_>>(),
                )
            }
            "/crm/v3/objects/feedback_submissions" => pages(&of_properties("hs_survey_type")),
            "/crm/v3/objects/tickets/search" => {
                let from = text(&heard.body["filterGroups"][0]["filters"][0]["value"]);
                let from: i64 = from.parse().unwrap();
                let changed = |one: &Value| secs(&one["properties"]["hs_lastmodifieddate"]);
                let mut fit = tickets();
                fit.retain(|one| changed(one) * 1_000 >= from);
                fit.sort_by_key(changed);
                let after = text(&heard.body["after"]).parse().unwrap_or(0);
                let (page, next) = paged(&fit, after, 2);
                let next = next.map(|next| json!({"next": {"after": next.to_string()}}));
                Said::Json(json!({"results": page, "paging": next}))
            }
            "/conversations/v3/conversations/threads" => {
                let mut fit = with("originalChannelId");
                fit.retain(|one| heard.value("threadStatus") != "OPEN" || one["status"] == "OPEN");
                pages(&fit)
            }
            path if path.starts_with("/crm/v3/objects/tickets/") => one(tickets(), last),
            path if path.starts_with("/crm/v3/objects/contacts/") => {
                one(of_properties("email"), last)
            }
            path => {
                let thread = path
                    .trim_end_matches("/messages")
                    .rsplit('/')
                    .next()
                    .unwrap();
                let mut fit = with("conversationsThreadId");
                fit.retain(|one| one["conversationsThreadId"] == thread);
                pages(&fit)
            }
        }
    })
}
