//! HubSpot: tickets with the history of their properties, threads with their messages, contacts,
//! owners, pipelines and surveys, from the pages of its API and from tables that its users export.
//!
//! A table's row is made the record that the API would have given, so that both are translated
//! alike and may be given in one run. A thread becomes a conversation, a ticket a ticket of its
//! pipeline; who wrote is told by the sender's kind, which a mapping may say otherwise.

mod figures;
mod heads;
mod mapping;
mod message;
mod people;
pub(super) mod sheet;
mod stage;
mod thread;
mod ticket;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Translation;
use super::field::Fields;
use super::measured::Measured;
use super::output::Output;
use super::tally::{Counted, Tally};
use crate::model::Timestamp;
use people::Owners;
use stage::Pipelines;

pub use mapping::HubSpotMapping;

/// The names under which pages list records; `results` lists any kind.
const LISTS: [(&str, &str); 15] = [
    ("articles", "articles"),
    ("companies", "companies"),
    ("contacts", "contacts"),
    ("deal_pipelines", "deal_pipelines"),
    ("deals", "deals"),
    ("engagements", "engagements"),
    ("feedback_submissions", "feedback_submissions"),
    ("inboxes", "inboxes"),
    ("messages", "messages"),
    ("orders", "orders"),
    ("owners", "owners"),
    ("pipelines", "pipelines"),
    ("results", ""),
    ("threads", "threads"),
    ("tickets", "tickets"),
];
/// Kinds of what is in a thread.
const MESSAGES: [&str; 7] = [
    "ASSIGNMENT",
    "COMMENT",
    "INITIAL_MESSAGE",
    "MESSAGE",
    "THREAD_INBOX_CHANGE",
    "THREAD_STATUS_CHANGE",
    "WELCOME_MESSAGE",
];
/// Owners, teams and pipelines do not say since when they are as they are: since before any ticket.
const ALWAYS: Timestamp = Timestamp::from_millis(1_136_073_600_000);

const CONVERSATIONS: Counted = Counted {
    name: "hs_num_associated_conversations",
    rule: "Svar counts the threads of the run that say which ticket they belong to; fetch threads with `association=TICKET`",
};

/// The translation of HubSpot's records.
#[derive(Default)]
pub(super) struct HubSpot {
    mapping: Arc<HubSpotMapping>,
    owners: Owners,
    pipelines: Pipelines,
    /// Names of channels, by id.
    channels: BTreeMap<String, String>,
    /// Threads that the run holds.
    threads: HashSet<String>,
    /// Threads of which the run holds messages.
    told: HashSet<String>,
    /// Who wrote in a thread, where it does not say its contact.
    visitors: HashMap<String, String>,
    has_history: bool,
    has_ratings: bool,
    /// Whether the messages of a thread come with it, or will.
    is_connected: bool,
}

impl HubSpot {
    pub(super) fn new(mapping: Arc<HubSpotMapping>) -> Self {
        Self {
            mapping,
            ..Self::default()
        }
    }

    fn learn_thread(&mut self, record: Fields<'_>) {
        let Some(id) = record.id("id") else { return };
        for one in thread::messages(record) {
            self.learn_message(one, Some(&id));
        }
        self.threads.insert(id);
    }

    fn learn_message(&mut self, record: Fields<'_>, thread: Option<&str>) {
        let of = record
            .id("conversationsThreadId")
            .or_else(|| record.id("threadId"))
            .or_else(|| thread.map(str::to_owned));
        let Some(of) = of else { return };
        let sender = record.objects("senders").next();
        let by = sender.and_then(|sender| sender.text("actorId"));
        let address = sender
            .and_then(|sender| sender.object("deliveryIdentifier")?.text("value"))
            .filter(|_| record.text("direction") == Some("INCOMING"));
        let visitor = by.and_then(|by| by.strip_prefix("V-")).or(address);
        if let Some(visitor) = visitor
            && !self.visitors.contains_key(&of)
        {
            self.visitors.insert(of.clone(), visitor.to_lowercase());
        }
        self.told.insert(of);
    }
}

impl Translation for HubSpot {
    fn lists(&self) -> &'static [(&'static str, &'static str)] {
        &LISTS
    }

    fn kind_of(&self, record: Fields<'_>) -> Option<&'static str> {
        kind_of(record)
    }

    fn fields(&self, kind: &str) -> &'static [&'static str] {
        match kind {
            "tickets" => &["id", "properties", "associations"],
            "threads" => &[
                "id",
                "createdAt",
                "status",
                "originalChannelId",
                "associatedContactId",
            ],
            "messages" => &["id", "conversationsThreadId", "createdAt", "type"],
            "contacts" | "feedback_submissions" => &["id", "properties"],
            "owners" => &["id", "email", "firstName", "lastName", "userId"],
            "pipelines" => &["id", "label", "stages"],
            _ => &[],
        }
    }

    fn is_teacher(&self, kind: &str) -> bool {
        matches!(
            kind,
            "channels" | "messages" | "owners" | "pipelines" | "threads" | "tickets"
        )
    }

    fn learn(&mut self, kind: &'static str, record: Fields<'_>) {
        match kind {
            "channels" => {
                if let (Some(id), Some(name)) = (record.id("id"), record.text("name")) {
                    self.channels.insert(id, name.to_owned());
                }
            }
            "messages" => self.learn_message(record, None),
            "owners" => self.owners.learn(record),
            "pipelines" => {
                if is_of_tickets(record) {
                    self.pipelines.list(record);
                }
            }
            "threads" => self.learn_thread(record),
            _ => self.learn_ticket(record),
        }
    }

    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        self.pipelines.settle();
        match kind {
            "actors" => self.user(record, output),
            "articles" => people::article(record, output),
            "channels" => output.is_part_of_others(),
            "contacts" => people::contact(record, output),
            "feedback_submissions" => {
                self.has_ratings = true;
                people::survey(record, output);
            }
            "inboxes" => people::inbox(record, output),
            "messages" => self.message(record, None, output),
            "owners" => people::owner(record, output),
            "pipelines" if is_of_tickets(record) => {
                let Some(id) = record.id("id").or_else(|| record.id("pipelineId")) else {
                    return output.lacks("id");
                };
                let version = record.instant("updatedAt").map(|at| at.to_string());
                self.pipeline(&id, &version.unwrap_or_default(), output);
            }
            "threads" => self.thread(record, output),
            "tickets" => self.ticket(record, output),
            _ => {}
        }
    }

    fn expect_all(&mut self) {
        self.is_connected = true;
    }

    fn measured(&self) -> &'static [Measured] {
        &figures::MEASURED
    }

    fn close(&self, tally: &mut Tally) {
        tally.blind(
            "HubSpot does not say what its bots were asked and whether they knew it",
            &["questions_asked", "unanswered_questions", "answer_rate"],
        );
        tally.blind(
            "HubSpot's exports do not say when users were available",
            &[
                "working_hours_availability",
                "peak_available_reps",
                "rep_availability",
            ],
        );
        // A part of what a connection reads says nothing of what it does not.
        if self.is_connected {
            return;
        }
        if self.told.is_empty() {
            tally.blind(
                "no messages were in the run: fetch those of each thread",
                &[
                    "first_response_time",
                    "first_reply_time",
                    "rep_response_time",
                    "contact_wait_time",
                    "reply_count",
                    "messages_by_hour",
                    "handled",
                ],
            );
        }
        if tally.read("tickets") == 0 {
            tally.blind(
                "no tickets were in the run",
                &["time_to_close", "reopen_rate", "time_in_stage"],
            );
        } else if !self.has_history {
            tally.blind(
                "the tickets came without the history of their stages: each stage is known once at most, by when the ticket entered it or by how it stands",
                &["time_in_stage", "reopen_rate", "time_to_first_close"],
            );
        }
        if !self.has_ratings {
            tally.blind("no feedback_submissions were in the run", &["csat"]);
        }
    }
}

/// Whether a pipeline is one of tickets, as all are that do not say otherwise.
fn is_of_tickets(record: Fields<'_>) -> bool {
    let of = record.text("objectType");
    of.is_none_or(|of| matches!(of, "TICKET" | "ticket" | "tickets" | "0-5"))
}

/// The kind of a record that stands alone or in `results`.
fn kind_of(record: Fields<'_>) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().all(|name| record.has(name));
    if let Some(properties) = record.object("properties") {
        return of_properties(record, properties);
    }
    let kind = match () {
        () if has(&["conversationsThreadId"]) => "messages",
        () if has(&["createdBy", "type"]) && MESSAGES.contains(&record.text("type")?) => "messages",
        () if has(&["originalChannelId"]) || has(&["associatedContactId", "inboxId"]) => "threads",
        () if has(&["latestMessageTimestamp", "status"]) => "threads",
        () if has(&["stages", "label"]) => "pipelines",
        () if has(&["userId", "email"]) || has(&["userIdIncludingInactive"]) => "owners",
        () if has(&["id", "name", "createdAt"]) && !has(&["created_at"]) => "inboxes",
        () if is_actor(record) => "actors",
        () if has(&["id", "name"]) && record.all().count() == 2 => "channels",
        () => return None,
    };
    Some(kind)
}

/// The kind of an object of the CRM.
fn of_properties(record: Fields<'_>, properties: Fields<'_>) -> Option<&'static str> {
    let has_any = |names: &[&str]| names.iter().any(|name| properties.has(name));
    let kind = match () {
        () if has_any(&["hs_survey_type", "hs_submission_timestamp"]) => "feedback_submissions",
        () if has_any(&["dealname", "dealstage"]) => "deals",
        () if has_any(&["hs_ticket_id", "hs_ticket_priority", "hs_pipeline_stage"]) => "tickets",
        () if has_any(&["subject"]) && record.has("createdAt") => "tickets",
        () if has_any(&["firstname", "lastname", "email"]) => "contacts",
        () if has_any(&["domain"]) => "companies",
        () => return None,
    };
    Some(kind)
}

/// Whether a record says who somebody is that acts.
fn is_actor(record: Fields<'_>) -> bool {
    let id = record.text("id").map(people::Actor::parse);
    record.has("type") && id.is_some_and(|actor| actor.kind.is_some())
}
