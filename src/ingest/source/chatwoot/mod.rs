//! Chatwoot: conversations, their messages, contacts, agents, teams, inboxes, ratings and articles
//! from the pages of its API, and from tables of its database.
//!
//! A table's row is made the record that the API would have given, so that both are translated
//! alike and may be given in one run. A list of conversations has the last message of each only: a conversation whose messages are not
//! in the run is marked as truncated. When a conversation was resolved is told by the activities
//! among its messages where these are English, else by its last activity.

mod attachment;
mod conversation;
pub(super) mod dump;
mod figures;
mod joins;
mod message;
mod people;

use std::collections::{BTreeMap, HashSet};

use super::Translation;
use super::field::Fields;
use super::measured::Measured;
use super::output::Output;
use super::tally::Tally;
use crate::model::Timestamp;
use dump::ROW;
use joins::Joins;

/// The names under which pages list records, where `payload` lists any kind, and tables do.
const LISTS: [(&str, &str); 18] = [
    ("data", ""),
    ("payload", ""),
    ("results", ""),
    ("other table", "other_tables"),
    ("table of account users", "account_users"),
    ("table of articles", "articles"),
    ("table of attachments", "attachments"),
    ("table of canned responses", "canned_responses"),
    ("table of contacts", "contacts"),
    ("table of conversations", "conversations"),
    ("table of inboxes", "inboxes"),
    ("table of messages", "messages"),
    ("table of ratings", "csat_survey_responses"),
    ("table of reporting events", "reporting_events"),
    ("table of taggings", "taggings"),
    ("table of tags", "tags"),
    ("table of teams", "teams"),
    ("table of users", "agents"),
];
/// Agents, teams and inboxes do not say since when they are as they are.
const ALWAYS: Timestamp = Timestamp::from_millis(1_483_228_800_000);
/// Kinds of messages: what a contact wrote, what we did, and what Chatwoot says of itself.
const INCOMING: i64 = 0;
const ACTIVITY: i64 = 2;
const TEMPLATE: i64 = 3;

/// The translation of Chatwoot's records.
#[derive(Default)]
pub(super) struct Chatwoot {
    /// Conversations of which the run holds messages.
    told: HashSet<String>,
    /// The channel of each inbox.
    channels: BTreeMap<String, String>,
    /// What rows of tables say of each other.
    joins: Joins,
    has_ratings: bool,
    /// Whether what explains a conversation comes with it, or will.
    is_connected: bool,
}

impl Chatwoot {
    /// The number of the conversation that a record is of; none: it is refused. `outer` is the
    /// conversation that it was given with.
    fn conversation_of(
        &self,
        record: Fields<'_>,
        outer: Option<&str>,
        output: &mut Output<'_>,
    ) -> Option<String> {
        let own = record.id("conversation_id");
        let Some(id) = own.or_else(|| outer.map(str::to_owned)) else {
            output.lacks("conversation_id");
            return None;
        };
        if !record.has(ROW) {
            return Some(id);
        }
        // A table calls it by its row, which is another number.
        let number = self.joins.number_of(&id);
        if number.is_none() {
            let reason = format!("no table of the run has the row {id} of `conversations`");
            output.reject("conversation_id", &reason);
        }
        number.map(|number| number.to_string())
    }
}

impl Translation for Chatwoot {
    fn lists(&self) -> &'static [(&'static str, &'static str)] {
        &LISTS
    }

    fn kind_of(&self, record: Fields<'_>) -> Option<&'static str> {
        let has = |names: &[&str]| names.iter().all(|name| record.has(name));
        Some(match () {
            () if has(&["message_type", "content"]) => "messages",
            () if has(&["inbox_id", "status", "meta"]) || has(&["inbox_id", "can_reply"]) => {
                "conversations"
            }
            () if has(&["rating", "conversation_id"]) => "csat_survey_responses",
            () if has(&["channel_type"]) => "inboxes",
            () if has(&["phone_number", "identifier"]) => "contacts",
            () if has(&["availability_status", "role"]) => "agents",
            () if has(&["allow_auto_assign"]) => "teams",
            () if has(&["title", "content", "slug"]) => "articles",
            () if has(&["short_code", "content"]) => "canned_responses",
            () if has(&["event_start_time"]) => "reporting_events",
            () => return None,
        })
    }

    fn fields(&self, kind: &str) -> &'static [&'static str] {
        match kind {
            "conversations" => &[
                "id",
                "created_at",
                "last_activity_at",
                "inbox_id",
                "status",
                "meta",
                "labels",
            ],
            "messages" => &[
                "id",
                "conversation_id",
                "created_at",
                "content",
                "message_type",
                "private",
            ],
            "contacts" => &["id", "name", "email", "created_at"],
            "agents" | "teams" | "inboxes" => &["id", "name"],
            "csat_survey_responses" => &["id", "conversation_id", "rating", "created_at"],
            "articles" => &["id", "title", "content"],
            "canned_responses" => &["id", "short_code", "content"],
            _ => &[],
        }
    }

    fn is_teacher(&self, kind: &str) -> bool {
        matches!(
            kind,
            "account_users"
                | "attachments"
                | "conversations"
                | "inboxes"
                | "messages"
                | "taggings"
                | "tags"
        )
    }

    fn learn(&mut self, kind: &'static str, record: Fields<'_>) {
        match kind {
            "inboxes" => {
                if let (Some(id), Some(channel)) = (record.id("id"), record.text("channel_type")) {
                    self.channels.insert(id, channel.to_owned());
                }
            }
            _ if record.has(ROW) => self.joins.learn(kind, record),
            "messages" => self.told.extend(record.id("conversation_id")),
            _ => {}
        }
    }

    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        if record.has(ROW)
            && let Some((of, own)) = self.joins.foreign(record)
        {
            let reason = format!(
                "it is of account {of}; expected {own}, as others are: import one account at a time"
            );
            return output.reject("account_id", &reason);
        }
        if record.has(ROW) {
            for column in dump::columns(kind).iter().filter(|name| !record.has(name)) {
                output.tally.missing(format!("{kind}.{column}"));
            }
        }
        match kind {
            "conversations" => self.conversation(record, output),
            "messages" => self.message(record, None, output),
            "contacts" => people::contact(record, None, output),
            "agents" if !record.has(ROW) || self.joins.is_agent(record) => {
                people::agent(record, output);
            }
            "teams" => people::named(record, "team", output),
            "inboxes" => people::named(record, "inbox", output),
            "csat_survey_responses" => {
                self.has_ratings = true;
                if let Some(of) = self.conversation_of(record, None, output) {
                    people::rating(record, &of, output);
                }
            }
            "articles" => people::article(record, output),
            "canned_responses" => people::canned_response(record, output),
            "reporting_events" => {
                if let Some(of) = self.conversation_of(record, None, output) {
                    figures::measure(record, &of, output);
                }
            }
            "account_users" | "attachments" | "taggings" | "tags" => output.is_part_of_others(),
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
            "Chatwoot does not say what its bots were asked and whether they knew it",
            &["questions_asked", "unanswered_questions", "answer_rate"],
        );
        tally.blind(
            "Chatwoot's API does not say when agents were online",
            &[
                "working_hours_availability",
                "peak_available_reps",
                "rep_availability",
            ],
        );
        tally.blind(
            "Chatwoot's conversations are no tickets: reports of tickets stay empty",
            &[
                "time_to_close",
                "time_to_first_close",
                "reopen_rate",
                "time_in_stage",
                "support_volume",
            ],
        );
        // A part of what a connection reads says nothing of what it does not.
        if self.is_connected {
            return;
        }
        if !self.has_ratings {
            tally.blind("no csat_survey_responses were in the run", &["csat"]);
        }
        if self.told.is_empty() && !self.joins.has_messages() {
            tally.blind(
                "no messages were in the run: a list of conversations has the last of each only",
                &[
                    "first_response_time",
                    "first_reply_time",
                    "rep_response_time",
                    "reply_count",
                    "messages_by_hour",
                ],
            );
        }
    }
}
