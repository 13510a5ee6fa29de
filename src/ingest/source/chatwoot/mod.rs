//! Chatwoot: conversations, their messages, contacts, agents, teams, inboxes, ratings and articles
//! from the pages of its API.
//!
//! A list of conversations has the last message of each only: a conversation whose messages are not
//! in the run is marked as truncated. When a conversation was resolved is told by the activities
//! among its messages where these are English, else by its last activity.

mod conversation;
mod figures;
mod message;
mod people;

use std::collections::{BTreeMap, HashSet};

use super::Translation;
use super::field::Fields;
use super::measured::Measured;
use super::output::Output;
use super::tally::Tally;
use crate::model::Timestamp;

/// The names under which pages list records: `payload` lists any kind.
const LISTS: [(&str, &str); 3] = [("data", ""), ("payload", ""), ("results", "")];
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
    has_ratings: bool,
    /// Whether what explains a conversation comes with it, or will.
    is_connected: bool,
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
        matches!(kind, "messages" | "inboxes")
    }

    fn learn(&mut self, kind: &'static str, record: Fields<'_>) {
        match kind {
            "messages" => self.told.extend(record.id("conversation_id")),
            _ => {
                if let (Some(id), Some(channel)) = (record.id("id"), record.text("channel_type")) {
                    self.channels.insert(id, channel.to_owned());
                }
            }
        }
    }

    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        match kind {
            "conversations" => self.conversation(record, output),
            "messages" => message::message(record, None, output),
            "contacts" => people::contact(record, None, output),
            "agents" => people::agent(record, output),
            "teams" => people::named(record, "team", output),
            "inboxes" => people::named(record, "inbox", output),
            "csat_survey_responses" => {
                self.has_ratings = true;
                people::rating(record, output);
            }
            "articles" => people::article(record, output),
            "canned_responses" => people::canned_response(record, output),
            "reporting_events" => figures::measure(record, output),
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
        if self.told.is_empty() {
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
