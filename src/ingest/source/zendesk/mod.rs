//! Zendesk Support: the records of its incremental exports, list pages and full JSON export.
//!
//! A Zendesk ticket becomes a conversation and a ticket of the pipeline `zendesk`, both called
//! `zendesk:ID`. What a ticket went through comes from `ticket_events` or `ticket_audits`; where a
//! run holds neither, from what the ticket and its metric set say of the last time. Both ways
//! agree where they overlap: a stage that is entered twice is no move. Ids of events sort so that
//! at one instant the history (`audit/…`) comes before what is only inferred.

mod comment;
mod history;
mod hours;
mod knowledge;
mod metrics;
mod people;
mod redaction;
mod ticket;
mod zones;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::field::Fields;
use super::measured::Measured;
use super::output::Output;
use super::tally::{Counted, Tally};
use super::{Format, Translation};

/// How many tickets wait to be told whether a rep asked for them.
const MOST_WAITING: usize = 1 << 18;

/// The names under which pages list records.
const LISTS: [(&str, &str); 28] = [
    ("articles", "articles"),
    ("audit", "ticket_audits"),
    ("audits", "ticket_audits"),
    ("automations", "automations"),
    ("brands", "brands"),
    ("comments", "ticket_comments"),
    ("custom_roles", "custom_roles"),
    ("custom_statuses", "custom_statuses"),
    ("group_memberships", "group_memberships"),
    ("groups", "groups"),
    ("holidays", "holidays"),
    ("macros", "macros"),
    ("metric_sets", "ticket_metrics"),
    ("organization_memberships", "organization_memberships"),
    ("organizations", "organizations"),
    ("results", ""),
    ("satisfaction_ratings", "satisfaction_ratings"),
    ("schedules", "schedules"),
    ("sla_policies", "sla_policies"),
    ("ticket", "tickets"),
    ("ticket_audits", "ticket_audits"),
    ("ticket_comments", "ticket_comments"),
    ("ticket_events", "ticket_events"),
    ("ticket_fields", "ticket_fields"),
    ("ticket_metric_events", "ticket_metric_events"),
    ("ticket_metrics", "ticket_metrics"),
    ("tickets", "tickets"),
    ("users", "users"),
];

const REPLIES: Counted = Counted {
    name: "metric_sets.replies",
    rule: "Svar counts public comments by reps who did not ask for the ticket themselves; comments of triggers, merges and deleted users are none",
};
const REOPENS: Counted = Counted {
    name: "metric_sets.reopens",
    rule: "Svar counts each change from solved or closed to another status; several in one update are one",
};

/// What a run knows about Zendesk's records beside the one at hand.
#[derive(Default)]
pub(super) struct Zendesk {
    /// Users who are agents or admins.
    reps: HashSet<String>,
    /// Tickets that a rep asked for, with that rep.
    of_reps: HashMap<String, String>,
    /// Tickets whose requester was no rep as far as was known when they came.
    waiting: Vec<(String, String)>,
    has_users: bool,
    has_history: bool,
    has_ratings: bool,
    /// Names of organizations and their first domain.
    organizations: HashMap<String, (String, Option<String>)>,
    /// Days off, by schedule.
    holidays: BTreeMap<String, Vec<(String, String)>>,
    schedules: BTreeSet<String>,
    /// Comments that came with their words masked.
    masked: HashSet<String>,
    /// Tickets that carry a rating of which nothing else is known.
    rated: u64,
    comments: u64,
}

impl Translation for Zendesk {
    fn lists(&self) -> &'static [(&'static str, &'static str)] {
        &LISTS
    }

    fn kind_of(&self, record: Fields<'_>) -> Option<&'static str> {
        kind_of(record)
    }

    fn fields(&self, kind: &str) -> &'static [&'static str] {
        match kind {
            "users" => &["id", "name", "email", "role", "updated_at"],
            "groups" | "brands" | "organizations" => &["id", "name", "updated_at"],
            "tickets" => &[
                "id",
                "created_at",
                "updated_at",
                "requester_id",
                "assignee_id",
                "group_id",
                "status",
                "priority",
                "subject",
                "via",
                "tags",
            ],
            "ticket_comments" => &["id", "created_at", "author_id", "body", "public"],
            "ticket_audits" => &["id", "ticket_id", "created_at", "author_id", "events"],
            "ticket_events" => &[
                "id",
                "ticket_id",
                "created_at",
                "updater_id",
                "child_events",
            ],
            "ticket_metrics" => &["ticket_id", "replies", "reopens", "solved_at"],
            "satisfaction_ratings" => &["id", "ticket_id", "score", "created_at", "updated_at"],
            "schedules" => &["id", "time_zone", "intervals", "updated_at"],
            "holidays" => &["schedule_id", "start_date", "end_date"],
            "sla_policies" => &["id", "filter", "policy_metrics", "updated_at"],
            "articles" => &["id", "title", "body", "locale", "updated_at"],
            "macros" => &["id", "title", "actions", "updated_at"],
            _ => &[],
        }
    }

    fn is_teacher(&self, kind: &str) -> bool {
        match kind {
            "users" | "tickets" | "organizations" | "holidays" | "schedules" => true,
            "ticket_audits" | "ticket_events" => !self.has_history,
            "satisfaction_ratings" => !self.has_ratings,
            _ => false,
        }
    }

    fn learn(&mut self, kind: &'static str, record: Fields<'_>) {
        match kind {
            "users" => self.learn_user(record),
            "tickets" => self.learn_ticket(record),
            "organizations" => self.learn_organization(record),
            "holidays" => self.learn_holiday(record),
            "schedules" => self.schedules.extend(record.id("id")),
            "satisfaction_ratings" => self.has_ratings = true,
            _ => self.has_history = true,
        }
    }

    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        self.settle();
        match kind {
            "users" => self.user(record, output),
            "groups" => people::group(record, output),
            "organizations" => people::organization(record, output),
            "brands" => people::brand(record, output),
            "tickets" => self.ticket(record, output),
            "ticket_comments" => self.comment(record, None, output),
            "ticket_audits" => self.audit(record, output),
            "ticket_events" => self.ticket_event(record, output),
            "ticket_metrics" => self.metrics(record, output),
            "satisfaction_ratings" => ticket::rating(record, output),
            "schedules" => self.schedule(record, output),
            "holidays" => self.holiday(record, output),
            "sla_policies" => self.agreement(record, output),
            "articles" => knowledge::article(record, output),
            "macros" => knowledge::macro_reply(record, output),
            _ => {}
        }
    }

    fn expect_all(&mut self) {
        // The audits of a ticket may be none, and its ids must be those of an export with history.
        (self.has_users, self.has_history, self.has_ratings) = (true, true, true);
        // That a part of it has none says nothing.
        self.comments = 1;
    }

    fn measured(&self) -> &'static [Measured] {
        &metrics::MEASURED
    }

    fn close(&self, tally: &mut Tally) {
        tally.blind(
            "Zendesk does not say what its bots were asked and whether they knew it",
            &[
                "questions_asked",
                "unanswered_questions",
                "answer_rate",
                "feedback_trend",
            ],
        );
        tally.blind(
            "Zendesk's exports do not say when agents were online",
            &[
                "working_hours_availability",
                "peak_available_reps",
                "rep_availability",
            ],
        );
        if !self.has_history && tally.read("tickets") > 0 {
            tally.blind(
                "neither ticket_events nor ticket_audits were in the run: each ticket's owner, team, tags and priority are as they stood last, and it has at most one solve",
                &["time_in_stage", "reopen_rate", "time_to_first_close", "support_volume", "human_resolution_time"],
            );
        }
        if self.comments == 0 && tally.read("tickets") > 0 {
            tally.blind(
                "no comments were in the run: conversations have no messages",
                &[
                    "first_response_time",
                    "first_reply_time",
                    "rep_response_time",
                    "contact_wait_time",
                    "contact_response_time",
                    "reply_count",
                    "messages_by_hour",
                    "messages_per_ticket",
                ],
            );
        }
        if !self.has_users && self.comments > 0 {
            tally.blind(
                "no users were in the run: who wrote publicly and did not own the ticket was taken for the contact; import the users and the rest in one run",
                &["first_response_time", "first_reply_time", "rep_response_time", "reply_count"],
            );
        }
        if self.rated > 0 && !self.has_ratings {
            tally.blind(
                "tickets carry ratings, but satisfaction_ratings were not in the run, which say when they were given",
                &["csat"],
            );
        }
    }
}

/// The kind of a record that stands alone.
fn kind_of(record: Fields<'_>) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().all(|name| record.has(name));
    let of_ticket = record.has("ticket_id");
    let kind = match () {
        () if has(&["child_events"]) => "ticket_events",
        () if of_ticket && has(&["events"]) => "ticket_audits",
        () if of_ticket && has(&["metric", "instance_id"]) => "ticket_metric_events",
        () if of_ticket && (has(&["reopens"]) || has(&["solved_at"])) => "ticket_metrics",
        () if of_ticket && has(&["score"]) => "satisfaction_ratings",
        () if has(&["author_id"]) && (has(&["html_body"]) || has(&["plain_body"])) => {
            "ticket_comments"
        }
        () if of_ticket && has(&["author_id", "public"]) => "ticket_comments",
        () if has(&["requester_id", "status"]) || has(&["submitter_id", "via"]) => "tickets",
        () if has(&["policy_metrics"]) => "sla_policies",
        () if has(&["intervals", "time_zone"]) => "schedules",
        () if has(&["start_date", "end_date", "name"]) => "holidays",
        () if has(&["section_id", "title"]) => "articles",
        () if has(&["actions", "title"]) && !has(&["conditions"]) => "macros",
        () if has(&["brand_url"]) || has(&["subdomain", "name"]) => "brands",
        () if has(&["domain_names"]) || has(&["shared_tickets"]) => "organizations",
        () if is_role(record.text("role")) => "users",
        () => of_url(record.text("url")?)?,
    };
    Some(kind)
}

fn is_role(role: Option<&str>) -> bool {
    matches!(role, Some("agent" | "admin" | "end-user" | "end_user"))
}

/// The kind that a record's own address names.
fn of_url(url: &str) -> Option<&'static str> {
    let (_, path) = url.split_once("/api/v2/")?;
    let name = path.split(['/', '.']).next()?;
    let (_, kind) = LISTS
        .iter()
        .find(|(list, kind)| *list == name && !kind.is_empty())?;
    Some(kind)
}

impl Zendesk {
    /// Notes the tickets that reps asked for, of those that wait for it.
    fn settle(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let of_reps = waiting.filter(|(_, requester)| self.reps.contains(requester));
        self.of_reps.extend(of_reps);
    }

    fn learn_ticket(&mut self, record: Fields<'_>) {
        for name in ["requester", "submitter", "assignee"] {
            if let Some(user) = record.object(name) {
                self.learn_user(user);
            }
        }
        if let (Some(ticket), Some(requester)) = (record.id("id"), record.id("requester_id")) {
            self.waiting.push((ticket, requester));
        }
        if self.waiting.len() >= MOST_WAITING {
            self.settle();
        }
    }

    /// Who a user is in a ticket.
    fn person(&self, user: &str, ticket: &str) -> Person {
        if matches!(user, "-1" | "0") {
            Person::Machine
        } else if self
            .of_reps
            .get(ticket)
            .is_some_and(|requester| requester == user)
        {
            Person::Contact
        } else if self.reps.contains(user) {
            Person::Rep
        } else if self.has_users {
            Person::Contact
        } else {
            Person::Unknown
        }
    }

    /// Who did something, as an event names them.
    fn actor(&self, user: Option<&str>, ticket: &str) -> Value {
        let Some(user) = user else {
            return json!({"kind": "automation"});
        };
        let id = format!("{}:{user}", Format::Zendesk.as_str());
        match self.person(user, ticket) {
            Person::Machine => json!({"kind": "automation"}),
            Person::Contact => json!({"kind": "contact", "id": id}),
            // Tickets are moved by reps and by rules.
            Person::Rep | Person::Unknown => json!({"kind": "rep", "id": id}),
        }
    }
}

/// What somebody is in a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Contact,
    Rep,
    Machine,
    /// The run has no users that would say it.
    Unknown,
}

/// Whether a status means that the ticket is done.
fn is_done(status: &str) -> bool {
    matches!(status, "solved" | "closed")
}
