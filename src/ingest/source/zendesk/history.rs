//! What tickets went through: audits, and the ticket events of the incremental export.
//!
//! Both tell the same changes, an audit in `events` with a `field_name`, a ticket event in
//! `child_events` with the field as a key. Ids are the changes' own, so that a change that comes
//! by both ways comes once.

use serde_json::{Value, json};

use super::comment::{self, Around};
use super::ticket::stage_of;
use super::{REOPENS, Zendesk, is_done, redaction};
use crate::ingest::source::field::{self, Fields};
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// Keys of a child event that are no changed field.
const NO_FIELDS: [&str; 9] = [
    "id",
    "via",
    "via_reference_id",
    "event_type",
    "type",
    "previous_value",
    "created_at",
    "audit_id",
    "metadata",
];

/// An update of a ticket.
struct Update<'a> {
    id: String,
    ticket: String,
    at: Timestamp,
    author: Option<String>,
    is_merge: bool,
    is_first: bool,
    /// Whom it gave the ticket to, where it says so.
    assignee: Given,
    /// To which group it gave it.
    group: Option<String>,
    via: Option<Fields<'a>>,
    /// What is said of how it came about.
    metadata: Option<Fields<'a>>,
}

/// Whom an update gives a ticket to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Given {
    /// It does not say.
    #[default]
    Unsaid,
    Nobody,
    To(String),
}

/// A field that changed.
#[derive(Clone, Copy)]
struct Change<'a> {
    id: &'a str,
    field: &'a str,
    value: &'a Value,
    before: Option<&'a Value>,
}

impl Zendesk {
    pub(super) fn audit(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(mut update) = Update::of(record, "author_id", output) else {
            return;
        };
        let events: Vec<Fields<'_>> = record.objects("events").collect();
        let types = events.iter().filter_map(|event| event.text("type"));
        update.is_first = types.clone().any(|kind| kind == "Create");
        for event in &events {
            match event.text("type") {
                Some("Create" | "Change") => {
                    let id = event.id("id").unwrap_or_else(|| update.id.clone());
                    let field = event.text("field_name").unwrap_or_default();
                    let change = Change {
                        id: &id,
                        field,
                        value: event.value("value").unwrap_or(&Value::Null),
                        before: event.value("previous_value"),
                    };
                    self.change(&mut update, change, output);
                }
                Some(_) => self.other(&update, *event, output),
                None => drop(output.wanted::<()>("events.type", None)),
            }
        }
        self.settle_update(&update, output);
    }

    pub(super) fn ticket_event(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(mut update) = Update::of(record, "updater_id", output) else {
            return;
        };
        for ticket in record.words("merged_ticket_ids") {
            let id = format!("audit/{}", update.id);
            comment::merge(&ticket, &update.ticket, &id, update.at, output);
        }
        let children: Vec<Fields<'_>> = record.objects("child_events").collect();
        let kind = |child: Fields<'_>| child.text("event_type").map(str::to_owned);
        update.is_first = children
            .iter()
            .any(|child| kind(*child).as_deref() == Some("Create"));
        for child in &children {
            match kind(*child).as_deref() {
                Some("Create" | "Change") => {
                    let id = child.id("id").unwrap_or_else(|| update.id.clone());
                    let before = child.value("previous_value");
                    let fields = child.all();
                    for (field, value) in
                        fields.filter(|(name, _)| !NO_FIELDS.contains(&name.as_str()))
                    {
                        let change = Change {
                            id: &id,
                            field,
                            value,
                            before,
                        };
                        self.change(&mut update, change, output);
                    }
                }
                Some(_) => self.other(&update, *child, output),
                None => drop(output.wanted::<()>("child_events.event_type", None)),
            }
        }
        self.settle_update(&update, output);
    }

    fn change(&self, update: &mut Update<'_>, change: Change<'_>, output: &mut Output<'_>) {
        match change.field {
            "status" => self.status(update, change, output),
            "assignee_id" => {
                update.assignee = field::id(change.value).map_or(Given::Nobody, Given::To);
            }
            "group_id" => update.group = field::id(change.value),
            "tags" | "current_tags" => tags(update, change, output),
            "subject" | "priority" => {
                let value = change.value.as_str().map(str::to_owned);
                let fields =
                    json!({"conversation": output.thing(&update.ticket), (change.field): value});
                set(update, change, fields, output);
            }
            "brand_id" => {
                let inbox = field::id(change.value).map(|brand| output.thing(brand));
                let fields = json!({"conversation": output.thing(&update.ticket), "inbox": inbox});
                set(update, change, fields, output);
            }
            _ => {}
        }
    }

    fn status(&self, update: &Update<'_>, change: Change<'_>, output: &mut Output<'_>) {
        let (ticket, at) = (&update.ticket, update.at);
        let Some(status) = change.value.as_str() else {
            return;
        };
        let id = format!("audit/{}/status", change.id);
        let conversation = output.thing(ticket);
        if status == "deleted" {
            let fields = json!({"conversation": conversation, "mark": "deleted", "on": true});
            output.event(id, at, "conversation.marked", fields);
            return;
        }
        if stage_of(status, output).is_none() {
            return;
        }
        let by = self.actor(update.author.as_deref(), ticket);
        let fields = json!({"ticket": conversation, "stage": status, "by": by});
        output.event(&id, at, "ticket.staged", fields);
        let before = change.before.and_then(Value::as_str);
        let was_done = before.is_some_and(is_done);
        let fields = json!({"conversation": conversation, "by": by});
        if is_done(status) && !was_done && !update.is_merge {
            output.event(
                format_args!("{id}/resolved"),
                at,
                "conversation.resolved",
                fields,
            );
        } else if !is_done(status)
            && was_done
            && output.event(
                format_args!("{id}/reopened"),
                at,
                "conversation.reopened",
                fields,
            )
        {
            output.tally.ours(REOPENS, ticket, 1);
        }
    }

    /// A part of an update that is no changed field.
    fn other(&mut self, update: &Update<'_>, event: Fields<'_>, output: &mut Output<'_>) {
        let kind = event.text("event_type").or_else(|| event.text("type"));
        match kind {
            Some("Comment" | "VoiceComment" | "TpeVoiceComment" | "FacebookComment") => {
                let around = Around {
                    ticket: Some(&update.ticket),
                    at: Some(update.at),
                    author: update.author.as_deref(),
                    is_merge: update.is_merge,
                    metadata: update.metadata,
                };
                self.comment(event, Some(around), output);
            }
            Some("CommentRedactionEvent") => {
                redaction::redacted(update.at, (&update.ticket, &self.masked), event, output);
            }
            Some("ScheduleAssignment") => {
                let schedule = event.id("new_schedule_id").map(|id| output.thing(id));
                let id = event.id("id").unwrap_or_else(|| update.id.clone());
                let thing = output.thing(&update.ticket);
                for (name, kind) in [
                    ("conversation", "conversation.updated"),
                    ("ticket", "ticket.updated"),
                ] {
                    let fields = json!({(name): thing, "schedule": schedule});
                    output.event(
                        format_args!("audit/{id}/schedule/{name}"),
                        update.at,
                        kind,
                        fields,
                    );
                }
            }
            _ => {}
        }
    }

    /// What can only be said when all parts of an update are known.
    fn settle_update(&self, update: &Update<'_>, output: &mut Output<'_>) {
        if let Some(via) = update.via.filter(|via| comment::is_merge_source(*via)) {
            let id = format!("audit/{}", update.id);
            comment::merged(via, &update.ticket, &id, update.at, output);
        }
        // Who had it from the first is said even where it was nobody.
        let assignee = match &update.assignee {
            Given::Unsaid if update.is_first => &Given::Nobody,
            said => said,
        };
        let (id, at, thing) = (&update.id, update.at, output.thing(&update.ticket));
        let by = self.actor(update.author.as_deref(), &update.ticket);
        let reps = match assignee {
            Given::Unsaid => None,
            Given::Nobody => Some(Vec::new()),
            Given::To(rep) => Some(vec![output.thing(rep)]),
        };
        if let Some(reps) = reps {
            let fields = json!({"ticket": thing, "reps": reps, "by": by});
            output.event(
                format_args!("audit/{id}/owner"),
                at,
                "ticket.assigned",
                fields,
            );
        }
        let to = match (assignee, &update.group) {
            (Given::To(rep), _) => json!({"kind": "rep", "id": output.thing(rep)}),
            (_, Some(team)) => json!({"kind": "team", "id": output.thing(team)}),
            (Given::Nobody, None) if !update.is_first => json!({"kind": "nobody"}),
            _ => return,
        };
        let fields = json!({"conversation": thing, "to": to});
        output.event(
            format_args!("audit/{id}/assigned"),
            at,
            "conversation.assigned",
            fields,
        );
    }
}

impl<'a> Update<'a> {
    fn of(record: Fields<'a>, author: &str, output: &mut Output<'_>) -> Option<Self> {
        let (Some(id), Some(ticket)) = (record.id("id"), record.id("ticket_id")) else {
            output.lacks("ticket_id");
            return None;
        };
        let Some(at) = record.instant_of(&["created_at", "timestamp"]) else {
            output.lacks("created_at");
            return None;
        };
        let via = record.object("via");
        Some(Self {
            id,
            ticket,
            at,
            author: output.wanted(author, record.id(author)),
            is_merge: via.is_some_and(comment::is_merge),
            is_first: false,
            assignee: Given::Unsaid,
            group: None,
            via,
            metadata: record.object("metadata"),
        })
    }
}

/// A changed field of both the conversation and its ticket.
fn set(update: &Update<'_>, change: Change<'_>, mut fields: Value, output: &mut Output<'_>) {
    // Nothing is said about what is empty now: an update that leaves a field out keeps it.
    let is_said = fields
        .as_object()
        .is_some_and(|fields| fields.values().all(|value| !value.is_null()));
    if !is_said {
        return;
    }
    let (at, field) = (update.at, change.field);
    let id = format!("audit/{}/{field}", change.id);
    output.event(&id, at, "conversation.updated", fields.clone());
    if let Some(map) = fields.as_object_mut() {
        let thing = map.remove("conversation").unwrap_or_default();
        map.insert("ticket".to_owned(), thing);
    }
    output.event(format_args!("{id}/ticket"), at, "ticket.updated", fields);
}

fn tags(update: &Update<'_>, change: Change<'_>, output: &mut Output<'_>) {
    let (now, before) = (
        words(change.value),
        change.before.map(words).unwrap_or_default(),
    );
    let added = now.iter().filter(|tag| !before.contains(tag));
    let taken = before.iter().filter(|tag| !now.contains(tag));
    let changes = added.map(|tag| (tag, "conversation.tagged"));
    let changes = changes.chain(taken.map(|tag| (tag, "conversation.untagged")));
    for (place, (tag, kind)) in changes.enumerate() {
        let fields = json!({"conversation": output.thing(&update.ticket), "tag": tag});
        output.event(
            format_args!("audit/{}/tags/{place}", change.id),
            update.at,
            kind,
            fields,
        );
    }
}

/// The tags of a list, or of a text with blanks between them.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text
            .split([' ', ','])
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect(),
        Value::Array(tags) => tags.iter().filter_map(field::id).collect(),
        _ => Vec::new(),
    }
}
