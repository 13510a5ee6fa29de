//! Zendesk as it is played: the desk of `tests/data/zendesk`, by the API.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::played::{Heard, Played, Said};

/// A desk of Zendesk's.
#[derive(Default)]
pub(crate) struct Desk {
    /// Each ticket with where in the export it is.
    tickets: Vec<(u64, Value)>,
    audits: Vec<Value>,
    users: Vec<Value>,
    organizations: Vec<Value>,
    groups: Vec<Value>,
    brands: Vec<Value>,
    metric_sets: Vec<Value>,
    ratings: Vec<Value>,
    schedules: Vec<Value>,
    holidays: Vec<Value>,
    sla_policies: Vec<Value>,
    articles: Vec<Value>,
    pub(super) macros: Vec<Value>,
    last: u64,
}

/// The same, and who plays it.
pub(crate) struct Zendesk {
    pub(crate) played: Played,
    pub(super) desk: Arc<Mutex<Desk>>,
}

impl Zendesk {
    /// The desk that the exports are of.
    pub(crate) fn new() -> Self {
        Self::of(Desk::exported())
    }

    fn of(desk: Desk) -> Self {
        let desk = Arc::new(Mutex::new(desk));
        let told = Arc::clone(&desk);
        Self {
            played: Played::new(move |heard| told.lock().unwrap().say(heard)),
            desk,
        }
    }

    /// Writes a reply, which changes its ticket.
    pub(super) fn reply(&self, ticket: u64, comment: u64, at: &str) {
        let mut desk = self.desk.lock().unwrap();
        desk.audits.push(
            json!({"id": comment + 50_000, "ticket_id": ticket, "created_at": at,
            "author_id": 11, "events": [{"id": comment, "type": "Comment", "author_id": 11,
            "body": "One more word", "public": true}]}),
        );
        desk.change(ticket, at);
    }
}

impl Desk {
    fn exported() -> Self {
        let mut desk = Self::default();
        for text in [
            "tickets.json",
            "ticket-events.json",
            "users.json",
            "audits.ndjson",
            "rest.json",
        ] {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/zendesk");
            let text = fs::read_to_string(format!("{path}/{text}")).unwrap();
            for page in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
                desk.learn(page.unwrap());
            }
        }
        desk
    }

    fn learn(&mut self, page: Value) {
        if let Value::Array(pages) = page {
            for page in pages {
                self.learn(page);
            }
            return;
        }
        if page.get("events").is_some() {
            self.audits.push(page);
            return;
        }
        let list = |name: &str| page[name].as_array().cloned().unwrap_or_default();
        for ticket in list("tickets") {
            self.add(ticket);
        }
        // What came twice, or says too little, no API would give.
        for event in list("ticket_events") {
            let is_new = self.audits.iter().all(|audit| audit["id"] != event["id"]);
            if is_new && event["created_at"].is_string() {
                self.audits.push(audit(&event));
            }
        }
        self.users.extend(list("users"));
        self.organizations.extend(list("organizations"));
        self.groups.extend(list("groups"));
        self.brands.extend(list("brands"));
        self.metric_sets.extend(list("metric_sets"));
        self.ratings.extend(list("satisfaction_ratings"));
        self.schedules.extend(list("schedules"));
        self.holidays.extend(list("holidays"));
        self.sla_policies.extend(list("sla_policies"));
        self.articles.extend(list("articles"));
        self.macros.extend(list("macros"));
    }

    /// Adds a ticket at the end of the export.
    pub(super) fn add(&mut self, ticket: Value) {
        self.last += 1;
        self.tickets.push((self.last, ticket));
    }

    /// Has a ticket change, so that it comes last in the export.
    fn change(&mut self, id: u64, at: &str) {
        self.last += 1;
        let found = self
            .tickets
            .iter_mut()
            .find(|(_, ticket)| is(&ticket["id"], id));
        let (place, ticket) = found.unwrap();
        *place = self.last;
        ticket["updated_at"] = at.into();
        ticket["generated_timestamp"] = Value::Null;
        self.tickets.sort_by_key(|(place, _)| *place);
    }

    /// Changes a ticket without anybody being told.
    pub(super) fn write_quietly(&mut self, ticket: u64, comment: u64, at: &str) {
        self.audits.push(
            json!({"id": comment + 50_000, "ticket_id": ticket, "created_at": at,
            "author_id": 11, "events": [{"id": comment, "type": "Comment", "author_id": 11,
            "body": "Quietly", "public": true}]}),
        );
    }

    /// Has a contact write in a new ticket.
    pub(super) fn ask(&mut self, ticket: u64, user: u64, at: &str) {
        self.audits.push(json!({"id": ticket * 100, "ticket_id": ticket, "created_at": at,
            "author_id": user, "events": [{"id": ticket * 10 + 1, "type": "Comment", "author_id": user,
            "body": "How do I reset my password?", "public": true}]}));
    }

    /// Has files lie at another address.
    pub(super) fn move_files(&mut self, url: &str) {
        let events = self.audits.iter_mut();
        let events = events.flat_map(|audit| audit["events"].as_array_mut().unwrap());
        for event in events {
            for file in event["attachments"].as_array_mut().into_iter().flatten() {
                file["content_url"] = url.into();
            }
        }
    }

    fn say(&self, heard: &Heard) -> Said {
        if heard.path == "/files/bill.pdf" {
            return Said::Bytes(super::attachments::BILL.to_vec());
        }
        if !heard.head.to_lowercase().contains("authorization: ") {
            return Said::Status(401, "");
        }
        let path = heard.path.strip_prefix("/api/v2/").unwrap_or_default();
        let list = |name: &str, all: &[Value]| Said::Json(listed(name, all, heard));
        match path {
            "users.json" => {
                let is_rep =
                    |user: &&Value| matches!(user["role"].as_str(), Some("agent" | "admin"));
                let reps: Vec<Value> = self.users.iter().filter(is_rep).cloned().collect();
                list("users", &reps)
            }
            "groups.json" => list("groups", &self.groups),
            "brands.json" => list("brands", &self.brands),
            "satisfaction_ratings.json" => list("satisfaction_ratings", &self.ratings),
            "business_hours/schedules.json" => Said::Json(json!({"schedules": self.schedules})),
            "slas/policies.json" => Said::Json(json!({"sla_policies": self.sla_policies})),
            "help_center/articles.json" => list("articles", &self.articles),
            "macros.json" => list("macros", &self.macros),
            path if path.starts_with("business_hours/schedules/") => {
                let id = path.split('/').nth(2).unwrap();
                Said::Json(json!({"holidays": self.holidays_of(id)}))
            }
            "incremental/tickets/cursor.json" => Said::Json(self.export(heard)),
            "search/export.json" => {
                let open = self.tickets.iter().map(|(_, ticket)| ticket);
                let open = open.filter(|ticket| {
                    matches!(
                        ticket["status"].as_str(),
                        Some("new" | "open" | "pending" | "hold")
                    )
                });
                list("results", &open.cloned().collect::<Vec<_>>())
            }
            path => {
                let Some(rest) = path.strip_prefix("tickets/") else {
                    return Said::Status(404, "");
                };
                let id: u64 = rest.split(['/', '.']).next().unwrap().parse().unwrap();
                let Some((_, ticket)) = self.tickets.iter().find(|(_, one)| is(&one["id"], id))
                else {
                    return Said::Status(404, "");
                };
                if !rest.contains("audits") {
                    return Said::Json(json!({"ticket": ticket, "users": self.users}));
                }
                let audits = self
                    .audits
                    .iter()
                    .filter(|audit| is(&audit["ticket_id"], id));
                list("audits", &audits.cloned().collect::<Vec<_>>())
            }
        }
    }

    /// Holidays of a schedule, which do not say so.
    fn holidays_of(&self, schedule: &str) -> Vec<Value> {
        let id: u64 = schedule.parse().unwrap();
        let mut all = self.holidays.clone();
        all.retain(|one| is(&one["schedule_id"], id));
        for one in &mut all {
            one.as_object_mut().unwrap().remove("schedule_id");
        }
        all
    }

    /// Two tickets a page.
    fn export(&self, heard: &Heard) -> Value {
        let cursor: u64 = heard.value("cursor").parse().unwrap_or(0);
        let later = self.tickets.iter().filter(|(place, _)| *place > cursor);
        let page: Vec<&(u64, Value)> = later.clone().take(2).collect();
        let last = page.last().map_or(cursor, |(place, _)| *place);
        let tickets: Vec<&Value> = page.iter().map(|(_, ticket)| ticket).collect();
        let has = |set: &&Value| {
            tickets
                .iter()
                .any(|ticket| same(&ticket["id"], &set["ticket_id"]))
        };
        let sets: Vec<&Value> = self.metric_sets.iter().filter(has).collect();
        json!({"tickets": tickets, "users": self.users, "groups": self.groups,
            "organizations": self.organizations, "metric_sets": sets,
            "after_cursor": last.to_string(), "after_url": "https://elsewhere.example/steal",
            "end_of_stream": later.count() <= 2})
    }
}

/// Three entries a page.
fn listed(name: &str, all: &[Value], heard: &Heard) -> Value {
    let start: usize = heard.value("page[after]").parse().unwrap_or(0);
    let page: Vec<&Value> = all.iter().skip(start).take(3).collect();
    let end = start + page.len();
    json!({name: page, "meta": {"has_more": end < all.len(), "after_cursor": end.to_string()},
        "links": {"next": "https://elsewhere.example/steal"}})
}

fn is(value: &Value, id: u64) -> bool {
    same(value, &json!(id))
}

fn same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
    text(one) == text(other)
}

/// A ticket event as the audit of the same update.
fn audit(event: &Value) -> Value {
    let mut events = Vec::new();
    for child in event["child_events"].as_array().unwrap() {
        if child["event_type"] == "Comment" {
            events.push(child.clone());
            continue;
        }
        for (field, value) in child.as_object().unwrap() {
            if !["id", "via", "event_type", "previous_value"].contains(&field.as_str()) {
                events.push(json!({"id": child["id"], "type": child["event_type"],
                    "field_name": field, "value": value, "previous_value": child["previous_value"]}));
            }
        }
    }
    let via = event["via"].is_object().then(|| event["via"].clone());
    json!({"id": event["id"], "ticket_id": event["ticket_id"], "created_at": event["created_at"],
        "author_id": event["updater_id"], "via": via, "events": events})
}
