//! Tickets: how each was opened, the stages, owners and priorities it went through, and what
//! HubSpot says of its customer agent's part in it.
//!
//! What a ticket went through comes from its property history; where the export has none, from
//! the instants at which it entered each stage; else from how it stands.

use serde_json::{Map, Value, json};

use super::thread::channel_of;
use super::{CONVERSATIONS, HubSpot, figures, people};
use crate::ingest::source::field::{Fields, instant};
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// What properties of entered stages begin with, the surer first.
const ENTERED: [&str; 2] = ["hs_v2_date_entered_", "hs_date_entered_"];

/// How long after its opening a ticket is entered into its first stage, in milliseconds.
const AT_ONCE: i64 = 60_000;
/// Words for priorities in tables, in small letters.
const PRIORITIES: [(&str, &[&str]); 4] = [
    (
        "low",
        &[
            "niedrig", "faible", "basse", "baja", "bajo", "baixa", "baixo", "低",
        ],
    ),
    (
        "medium",
        &[
            "mittel", "moyenne", "moyen", "media", "medio", "média", "médio", "中",
        ],
    ),
    (
        "high",
        &["hoch", "élevée", "élevé", "haute", "alta", "alto", "高"],
    ),
    ("urgent", &["dringend", "urgente", "緊急"]),
];

/// A ticket at hand.
struct Known<'a> {
    id: String,
    record: Fields<'a>,
    properties: Fields<'a>,
    opened_at: Timestamp,
    updated_at: Timestamp,
    pipeline: String,
    thread: Option<String>,
}

/// A change of a property.
struct Change {
    at: Timestamp,
    value: String,
    by: Option<Value>,
}

impl HubSpot {
    pub(super) fn learn_ticket(&mut self, record: Fields<'_>) {
        let Some(properties) = record.object("properties") else {
            return;
        };
        let pipeline = properties.text("hs_pipeline");
        let standing = properties.id("hs_pipeline_stage");
        let entered = entered(properties).map(|(stage, _)| stage.to_owned());
        let history = record.object("propertiesWithHistory");
        self.has_history |= history.is_some_and(|all| !all.list("hs_pipeline_stage").is_empty());
        let before = history
            .into_iter()
            .flat_map(|all| all.objects("hs_pipeline_stage"))
            .filter_map(|one| one.id("value"));
        for stage in standing.into_iter().chain(entered).chain(before) {
            self.pipelines.meet(pipeline, &stage);
        }
    }

    pub(super) fn ticket(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(properties) = record.object("properties") else {
            return output.lacks("properties");
        };
        let id = record.id("id").or_else(|| properties.id("hs_ticket_id"));
        let Some(id) = id.or_else(|| properties.id("hs_object_id")) else {
            return output.lacks("id");
        };
        let opened_at = properties.instant("createdate");
        let Some(opened_at) = opened_at.or_else(|| record.instant("createdAt")) else {
            return output.lacks("properties.createdate");
        };
        let updated_at = properties
            .instant("hs_lastmodifieddate")
            .or_else(|| record.instant("updatedAt"));
        let stage = output.wanted(
            "properties.hs_pipeline_stage",
            properties.id("hs_pipeline_stage"),
        );
        let thread = properties
            .id("hs_conversations_originating_thread_id")
            .or_else(|| linked(record, "conversations"));
        let known = Known {
            pipeline: self
                .pipelines
                .pipeline(properties.id("hs_pipeline").as_deref(), stage.as_deref()),
            updated_at: output
                .wanted("properties.hs_lastmodifieddate", updated_at)
                .unwrap_or(opened_at)
                .max(opened_at),
            thread: thread.filter(|thread| self.is_connected || self.threads.contains(thread)),
            id,
            record,
            properties,
            opened_at,
        };
        self.pipeline(&known.pipeline, "", output);
        let stages = self.stages(&known, stage.as_deref(), output);
        self.opened(&known, stages.first(), output);
        staged(&known, &stages, output);
        self.assigned_to(&known, output);
        priorities(&known, output);
        agent(&known, output);
        figures::measure(&known.id, properties, output);
        let count = properties.whole("hs_num_associated_conversations");
        if let Some(count) = count.and_then(|count| u64::try_from(count).ok()) {
            output.tally.theirs(CONVERSATIONS, &known.id, count);
        }
    }

    /// The stages that a ticket went through, in the order of time.
    fn stages(
        &mut self,
        known: &Known<'_>,
        standing: Option<&str>,
        output: &mut Output<'_>,
    ) -> Vec<Change> {
        let mut changes = self.changes(known, "hs_pipeline_stage", output);
        if changes.is_empty() {
            let entered = entered(known.properties).map(|(stage, at)| Change {
                at,
                value: stage.to_owned(),
                by: None,
            });
            changes = entered.collect();
        } else {
            self.has_history = true;
        }
        changes.sort_by_key(|change| change.at);
        let last = changes.last().map(|change| change.value.clone());
        let stage_of = |named: &str| self.pipelines.stage(&known.pipeline, named);
        let differs = |stage: &&str| last.as_deref().and_then(stage_of) != stage_of(stage);
        if let Some(standing) = standing.filter(differs) {
            let is_closed = stage_of(standing).and_then(|stage| {
                self.pipelines
                    .is_closed(&self.mapping, &known.pipeline, &stage)
            });
            let closed_at = known.properties.instant("closed_date");
            let at = closed_at.filter(|_| is_closed == Some(true));
            let at = at.unwrap_or(known.updated_at).max(known.opened_at);
            changes.push(Change {
                at,
                value: standing.to_owned(),
                by: None,
            });
        }
        for change in &mut changes {
            if let Some(stage) = self.pipelines.stage(&known.pipeline, &change.value) {
                change.value = stage;
                continue;
            }
            let word = std::mem::take(&mut change.value);
            output.unmapped(
                "hs_pipeline_stage",
                &word,
                "nothing: it is of another pipeline than the ticket's",
            );
        }
        changes.retain(|change| !change.value.is_empty());
        // What is first known of it later on is not what it was opened in.
        let is_known = |first: &Change| first.at <= known.opened_at.plus_millis(AT_ONCE);
        let first = self.pipelines.first(&known.pipeline);
        if let Some(first) = first.filter(|_| !changes.first().is_some_and(is_known)) {
            let first = Change {
                at: known.opened_at,
                value: first.to_owned(),
                by: None,
            };
            changes.insert(0, first);
        }
        changes.dedup_by(|next, before| next.value == before.value);
        for change in &changes {
            self.ask_of_stage(&known.pipeline, &change.value, output);
        }
        changes
    }

    fn opened(&self, known: &Known<'_>, first: Option<&Change>, output: &mut Output<'_>) {
        let (id, properties) = (&known.id, known.properties);
        let contact = linked(known.record, "contacts");
        if let Some(address) = contact.as_deref() {
            people::address(address, known.opened_at, output);
        }
        let contact = contact.map(|contact| output.thing(contact));
        let channel = properties.text("source_type");
        let channel = channel.map(|word| channel_of("source_type", word, output));
        let owner = self.changes(known, "hubspot_owner_id", output);
        let owner = match owner.iter().min_by_key(|change| change.at) {
            // Who had it from the beginning.
            Some(first) if first.at <= known.opened_at => Some(first.value.clone()),
            Some(_) => None,
            None => properties.id("hubspot_owner_id"),
        };
        let before = self.changes(known, "hs_ticket_priority", output);
        let priority = match before.iter().min_by_key(|change| change.at) {
            Some(first) => Some(first.value.clone()),
            None => properties.id("hs_ticket_priority"),
        };
        let owner = owner.filter(|owner| !owner.is_empty());
        let owner = owner.map(|owner| self.owner_of(&owner, output));
        let fields = json!({
            "ticket": output.thing(id),
            "pipeline": output.thing(&known.pipeline),
            "stage": first.map_or("new", |first| first.value.as_str()),
            "contact": contact,
            "conversation": known.thread.as_ref().map(|thread| output.thing(thread)),
            "subject": properties.text("subject"),
            "channel": channel,
            "priority": priority.map(|word| priority_of(&word)),
            "owner": owner.map(|owner| output.thing(owner)),
            "team": properties.id("hubspot_team_id").map(|team| output.thing(team)),
            "attributes": attributes(known),
        });
        // A later export of a changed ticket says it anew under another id; the first one stands.
        let event = format!("ticket/{id}/opened@{}", known.updated_at);
        output.event(event, known.opened_at, "ticket.opened", fields);
    }

    fn assigned_to(&self, known: &Known<'_>, output: &mut Output<'_>) {
        for change in self.changes(known, "hubspot_owner_id", output) {
            if change.at <= known.opened_at {
                continue;
            }
            let (id, at) = (&known.id, change.at);
            let owner = Some(change.value).filter(|owner| !owner.is_empty());
            let owner = owner.map(|owner| self.owner_of(&owner, output));
            let reps: Vec<String> = owner.iter().map(|owner| output.thing(owner)).collect();
            let fields = json!({"ticket": output.thing(id), "reps": reps, "by": change.by});
            let event = format!("ticket/{id}/owner@{at}");
            output.event(event, at, "ticket.assigned", fields);
        }
    }

    /// What a property was through time.
    fn changes(&self, known: &Known<'_>, property: &str, output: &Output<'_>) -> Vec<Change> {
        let history = known.record.object("propertiesWithHistory");
        let entries = history.into_iter().flat_map(|all| all.objects(property));
        let changes = entries.filter_map(|entry| {
            let user = entry.id("updatedByUserId");
            let by = user.map_or(
                json!({"kind": "automation"}),
                |user| json!({"kind": "rep", "id": output.thing(self.owners.of_user(&user))}),
            );
            Some(Change {
                at: entry.instant("timestamp")?,
                value: entry.id("value").unwrap_or_default(),
                by: Some(by),
            })
        });
        changes.collect()
    }
}

fn staged(known: &Known<'_>, stages: &[Change], output: &mut Output<'_>) {
    for change in stages.iter().skip(1) {
        let (id, stage, at) = (&known.id, &change.value, change.at.max(known.opened_at));
        let fields = json!({"ticket": output.thing(id), "stage": stage, "by": change.by});
        let event = format!("ticket/{id}/{stage}@{at}");
        output.event(event, at, "ticket.staged", fields);
    }
}

/// The stages that a ticket's properties say it entered, with the instant.
fn entered(properties: Fields<'_>) -> impl Iterator<Item = (&str, Timestamp)> {
    let surer = ENTERED.iter().find(|start| {
        let mut names = properties.all();
        names.any(|(name, value)| name.starts_with(*start) && !value.is_null())
    });
    let start = surer.copied().unwrap_or_default();
    properties.all().filter_map(move |(name, value)| {
        let stage = name.strip_prefix(start).filter(|_| !start.is_empty())?;
        Some((stage, instant(value)?))
    })
}

/// The first thing that a record is linked to.
fn linked(record: Fields<'_>, what: &str) -> Option<String> {
    let all = record.object("associations")?.object(what)?;
    all.objects("results").find_map(|one| one.id("id"))
}

/// Svar's word for a priority; one that is not known stays as it is.
fn priority_of(word: &str) -> String {
    let small = word.trim().to_lowercase();
    let known = PRIORITIES
        .iter()
        .find(|(_, words)| words.contains(&small.as_str()));
    known.map_or(small, |(priority, _)| (*priority).to_owned())
}

fn priorities(known: &Known<'_>, output: &mut Output<'_>) {
    let history = known.record.object("propertiesWithHistory");
    let entries = history
        .into_iter()
        .flat_map(|all| all.objects("hs_ticket_priority"));
    for entry in entries {
        let (Some(at), Some(word)) = (entry.instant("timestamp"), entry.id("value")) else {
            continue;
        };
        if at > known.opened_at {
            let id = &known.id;
            let fields = json!({"ticket": output.thing(id), "priority": priority_of(&word)});
            let event = format!("ticket/{id}/priority@{at}");
            output.event(event, at, "ticket.updated", fields);
        }
    }
}

/// What HubSpot says of its customer agent's part, kept beside what our own rules make of it.
fn agent(known: &Known<'_>, output: &mut Output<'_>) {
    let word = known.properties.text("hs_customer_agent_ticket_status");
    let (Some(word), Some(thread)) = (word, &known.thread) else {
        return;
    };
    let conversation = output.thing(thread);
    let at = known.updated_at;
    let attributes = json!({"ai_agent.resolution_state": word});
    let fields = json!({"conversation": conversation, "attributes": attributes});
    let event = format!("ticket/{}/agent@{at}", known.id);
    output.event(event, at, "conversation.updated", fields);
    match word.to_uppercase().as_str() {
        "ESCALATED" => {
            let escalated_at = known.properties.instant("hs_customer_agent_escalated_time");
            let at = output.wanted("properties.hs_customer_agent_escalated_time", escalated_at);
            if let Some(at) = at {
                let fields = json!({"conversation": conversation, "reason": "rule"});
                let event = format!("ticket/{}/escalated", known.id);
                output.event(event, at, "conversation.handed_off", fields);
            }
        }
        "NONE" => {}
        _ => output.unmapped("hs_customer_agent_ticket_status", word, "an attribute only"),
    }
}

/// Own fields that the mapping names, and the few of HubSpot's that have no place of their own.
fn attributes(known: &Known<'_>) -> Map<String, Value> {
    let own = known.record.object("attributes");
    let own = own.into_iter().flat_map(Fields::all);
    let mut attributes: Map<String, Value> = own
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (property, name) in [
        ("hs_ticket_category", "category"),
        ("hs_resolution", "resolution"),
    ] {
        if let Some(text) = known.properties.id(property) {
            attributes.insert(name.to_owned(), text.into());
        }
    }
    if known.record.truth("archived") == Some(true) {
        attributes.insert("archived".to_owned(), true.into());
    }
    attributes
}
