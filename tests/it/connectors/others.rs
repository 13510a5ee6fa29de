//! Intercom, Chatwoot and HubSpot as they are played: the desks of `tests/data`, by their APIs.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

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

/// With conversations that come later.
pub(super) fn intercom(later: &Arc<Mutex<Vec<Value>>>) -> Played {
    let later = Arc::clone(later);
    let values = values(Format::Intercom);
    let all = |of: &'static str| values.iter().flat_map(move |page| list(page, of));
    let conversations: Vec<Value> = all("conversations").cloned().collect();
    let of_type = |kind: &str| -> Vec<Value> {
        let fits = all("data").filter(|one| one["type"] == kind);
        fits.cloned().collect()
    };
    let (people, articles) = (of_type("contact"), of_type("article"));
    let whole = |kind: &str| {
        let found = values.iter().find(|page| page[kind].is_array());
        found.cloned().unwrap_or_default()
    };
    let (admins, teams) = (whole("admins"), whole("teams"));
    Played::new(move |heard| {
        if !has(heard, "authorization: bearer ") || !has(heard, "intercom-version: 2.14") {
            return Said::Status(401, "");
        }
        let mut conversations = conversations.clone();
        conversations.extend(later.lock().unwrap().iter().cloned());
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
            ("GET", "/articles") => numbered(&articles, heard),
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

/// A list that is paged by numbers, one a page.
fn numbered(all: &[Value], heard: &Heard) -> Said {
    let page: usize = heard.value("page").parse().unwrap();
    let (one, _) = paged(all, page - 1, 1);
    let pages = json!({"page": page, "per_page": 1, "total_pages": all.len()});
    Said::Json(json!({"type": "list", "data": one, "pages": pages}))
}

/// A desk of Chatwoot's.
struct Chatwoot {
    conversations: Vec<Value>,
    messages: BTreeMap<u64, Value>,
    inboxes: Vec<Value>,
    articles: Vec<Value>,
    /// What stands in no page.
    others: Vec<Value>,
}

/// With so many more messages in conversation 301, and as many more articles.
pub(super) fn chatwoot(count: u64) -> Played {
    let values = values(Format::Chatwoot);
    let paged_ones = |values: &[Value], name: &str| -> Vec<Value> {
        let all = values.iter().flat_map(|page| list(page, "payload"));
        all.filter(|one| one.get(name).is_some()).cloned().collect()
    };
    let conversations = values
        .iter()
        .flat_map(|page| list(&page["data"], "payload"));
    let conversations: Vec<Value> = conversations.cloned().collect();
    let embedded = conversations.iter().flat_map(|one| list(one, "messages"));
    let messages = embedded.cloned().chain(paged_ones(&values, "message_type"));
    let more = (0..count).map(|number| {
        json!({"id": 7_000 + number, "content": "Well?", "conversation_id": 301,
            "message_type": 0, "created_at": 1_791_192_100 + number, "private": false,
            "sender": {"id": 71, "type": "contact"}})
    });
    let messages = messages
        .chain(more)
        .map(|one| (one["id"].as_u64().unwrap(), one));
    let inboxes = paged_ones(&values, "channel_type");
    let mut articles = paged_ones(&values, "slug");
    let first = articles[0].clone();
    articles.extend((0..count).map(|number| {
        let mut one = first.clone();
        one["id"] = (1_000 + number).into();
        one["title"] = format!("Refunds {number}").into();
        one
    }));
    let desk = Chatwoot {
        messages: messages.collect(),
        conversations,
        inboxes,
        articles,
        others: values
            .into_iter()
            .filter_map(|value| value.as_array().cloned())
            .flatten()
            .collect(),
    };
    Played::new(move |heard| desk.say(heard))
}

impl Chatwoot {
    fn say(&self, heard: &Heard) -> Said {
        if !has(heard, "api_access_token: ") {
            return Said::Status(401, "");
        }
        let page: usize = heard.value("page").parse().unwrap_or(1);
        let with = |name: &str| -> Value {
            let fits = self.others.iter().filter(|one| one.get(name).is_some());
            fits.cloned().collect()
        };
        let path = heard.path.strip_prefix("/api/v1/accounts/1/");
        match path.unwrap_or_default() {
            "agents" => Said::Json(with("availability_status")),
            "teams" => Said::Json(with("allow_auto_assign")),
            "inboxes" => Said::Json(json!({"payload": self.inboxes})),
            "canned_responses" => Said::Json(with("short_code")),
            "portals" => Said::Json(
                json!({"payload": [{"id": 5, "slug": "help"}, {"id": 6, "slug": "a/../b"}]}),
            ),
            "portals/help/articles" => {
                let (all, _) = paged(&self.articles, (page - 1) * 25, 25);
                Said::Json(json!({"payload": all, "meta": {"articles_count": self.articles.len()}}))
            }
            "csat_survey_responses" if page > 1 => Said::Json(json!([])),
            "csat_survey_responses" => Said::Json(with("rating")),
            "conversations" => {
                let is_open = heard.value("status") == "open";
                let mut fit = self.conversations.clone();
                fit.retain(|one| !is_open || one["status"] == "open");
                fit.sort_by_key(|one| std::cmp::Reverse(secs(&one["last_activity_at"])));
                let (page, _) = paged(&fit, (page - 1) * 2, 2);
                Said::Json(json!({"data": {"meta": {"all_count": 3}, "payload": page}}))
            }
            path if path.ends_with("/messages") => Said::Json(self.messages_of(path, heard)),
            path => {
                let id = path.trim_start_matches("conversations/");
                let mut all = self.conversations.iter();
                let found = all.find(|one| text(&one["id"]) == id);
                found.map_or(Said::Status(404, ""), |one| Said::Json(one.clone()))
            }
        }
    }

    /// The last twenty before one.
    fn messages_of(&self, path: &str, heard: &Heard) -> Value {
        let rest = path.trim_start_matches("conversations/");
        let of = rest.split('/').next().unwrap();
        let before: u64 = heard.value("before").parse().unwrap_or(u64::MAX);
        let fit = self
            .messages
            .iter()
            .filter(|(id, one)| text(&one["conversation_id"]) == of && **id < before);
        let mut page: Vec<&Value> = fit.rev().take(20).map(|(_, one)| one).collect();
        page.reverse();
        json!({"meta": {}, "payload": page})
    }
}

/// An account of HubSpot's: its records, whatever they are.
struct HubSpot(Vec<Value>);

pub(super) fn hubspot() -> Played {
    let records = values(Format::HubSpot).into_iter().flat_map(|value| {
        let listed = value["results"].as_array().cloned();
        listed.unwrap_or_else(|| vec![value])
    });
    let desk = HubSpot(records.collect());
    Played::new(move |heard| desk.say(heard))
}

impl HubSpot {
    fn with(&self, name: &str) -> Vec<Value> {
        let fits = self.0.iter().filter(|one| one.get(name).is_some());
        fits.cloned().collect()
    }

    fn of_properties(&self, name: &str) -> Vec<Value> {
        let mut all = self.with("properties");
        all.retain(|one| one["properties"].get(name).is_some());
        all
    }

    /// Two a page.
    fn page(all: &[Value], after: &str) -> Said {
        let (page, next) = paged(all, after.parse().unwrap_or(0), 2);
        let next = next.map(|next| json!({"next": {"after": next.to_string()}}));
        Said::Json(json!({"results": page, "paging": next}))
    }

    fn say(&self, heard: &Heard) -> Said {
        if !has(heard, "authorization: bearer ") {
            return Said::Status(401, "");
        }
        let all = match heard.path.as_str() {
            "/crm/v3/owners" => self.with("firstName"),
            "/crm/v3/pipelines/tickets" => self.with("stages"),
            "/conversations/v3/conversations/inboxes" => {
                vec![
                    json!({"id": "71", "name": "Help", "createdAt": "2025-01-01T00:00:00Z",
                    "updatedAt": "2025-01-01T00:00:00Z"}),
                ]
            }
            "/conversations/v3/conversations/channels" => {
                let mut all = self.with("name");
                all.retain(|one| one.as_object().unwrap().len() == 2);
                all
            }
            "/crm/v3/objects/feedback_submissions" => self.of_properties("hs_survey_type"),
            "/crm/v3/objects/tickets/search" => return self.search(heard),
            "/conversations/v3/conversations/threads" => {
                let mut all = self.with("originalChannelId");
                let is_open = heard.value("threadStatus") == "OPEN";
                all.retain(|one| !is_open || one["status"] == "OPEN");
                all
            }
            path => match path.strip_suffix("/messages") {
                Some(thread) => {
                    let thread = thread.rsplit('/').next().unwrap();
                    let mut all = self.with("conversationsThreadId");
                    all.retain(|one| one["conversationsThreadId"] == thread);
                    all
                }
                None => return self.one(path),
            },
        };
        Self::page(&all, heard.value("after"))
    }

    fn one(&self, path: &str) -> Said {
        let (rest, id) = path.rsplit_once('/').unwrap();
        let name = if rest.ends_with("/tickets") {
            "hs_pipeline_stage"
        } else {
            "email"
        };
        let mut all = self.of_properties(name).into_iter();
        let found = all.find(|one| text(&one["id"]) == id);
        found.map_or(Said::Status(404, ""), Said::Json)
    }

    fn search(&self, heard: &Heard) -> Said {
        let from = text(&heard.body["filterGroups"][0]["filters"][0]["value"]);
        let from: i64 = from.parse().unwrap();
        let changed = |one: &Value| secs(&one["properties"]["hs_lastmodifieddate"]);
        let mut fit = self.of_properties("hs_pipeline_stage");
        fit.retain(|one| changed(one) * 1_000 >= from);
        fit.sort_by_key(changed);
        Self::page(&fit, &text(&heard.body["after"]))
    }
}
