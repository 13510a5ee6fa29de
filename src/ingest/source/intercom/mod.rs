//! Intercom: conversations with their parts, contacts, admins, teams, articles (API 2.11 to 2.16).
//!
//! A conversation says all about itself, so that nothing has to be learned first. Who wrote is
//! told by the author's type: an admin is a rep, Fin the customer agent, any other bot a machine.
//! What Fin made of a conversation is kept in its attributes; our own rules decide by the messages
//! whether it was resolved, so that both can be set beside each other. A conversation that was cut
//! off at Intercom's limit is marked as truncated.

mod conversation;
mod figures;
mod part;
mod people;

use super::Translation;
use super::field::Fields;
use super::measured::Measured;
use super::output::Output;
use super::tally::{Counted, Tally};
use crate::model::Timestamp;

/// The names under which pages list records; `data` lists any kind.
const LISTS: [(&str, &str); 9] = [
    ("admins", "admin"),
    ("articles", "article"),
    ("companies", "company"),
    ("contacts", "contact"),
    ("conversations", "conversation"),
    ("data", ""),
    ("macros", "macro"),
    ("teams", "team"),
    ("tickets", "ticket"),
];
/// What records call themselves.
const TYPES: [(&str, &str); 12] = [
    ("admin", "admin"),
    ("article", "article"),
    ("company", "company"),
    ("contact", "contact"),
    ("conversation", "conversation"),
    ("lead", "contact"),
    ("macro", "macro"),
    ("segment", "segment"),
    ("tag", "tag"),
    ("team", "team"),
    ("ticket", "ticket"),
    ("user", "contact"),
];
/// Admins and teams do not say since when they are as they are: since before any conversation.
const ALWAYS: Timestamp = Timestamp::from_millis(1_293_840_000_000);

const PARTS: Counted = Counted {
    name: "conversation_parts.total_count",
    rule: "Intercom gives at most 500 parts of a conversation; one of which parts are missing is marked as truncated, and its durations are left out",
};
const REOPENS: Counted = Counted {
    name: "statistics.count_reopens",
    rule: "Svar counts each part that opens the conversation again",
};

/// The translation of Intercom's records.
#[derive(Default)]
pub(super) struct Intercom {
    has_flags: bool,
    has_agent: bool,
}

/// A conversation at hand.
struct Known<'a> {
    id: String,
    record: Fields<'a>,
    started_at: Timestamp,
    updated_at: Timestamp,
    /// Whether Fin was on it.
    has_agent: bool,
}

impl Translation for Intercom {
    fn lists(&self) -> &'static [(&'static str, &'static str)] {
        &LISTS
    }

    fn kind_of(&self, record: Fields<'_>) -> Option<&'static str> {
        let word = record.text("type")?;
        let (_, kind) = TYPES.iter().find(|(known, _)| *known == word)?;
        Some(kind)
    }

    fn fields(&self, kind: &str) -> &'static [&'static str] {
        match kind {
            "conversation" => &[
                "id",
                "created_at",
                "updated_at",
                "source",
                "contacts",
                "conversation_parts",
                "statistics",
                "tags",
                "state",
            ],
            "contact" => &["id", "role", "email", "name", "updated_at"],
            "admin" | "team" => &["id", "name"],
            "article" => &["id", "title", "body", "updated_at"],
            "macro" => &["id", "name", "body", "updated_at"],
            _ => &[],
        }
    }

    fn is_teacher(&self, _kind: &str) -> bool {
        false
    }

    fn learn(&mut self, _kind: &'static str, _record: Fields<'_>) {}

    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        match kind {
            "conversation" => self.conversation(record, output),
            "contact" => people::contact(record, output),
            "admin" => people::admin(record, output),
            "team" => people::team(record, output),
            "article" => people::article(record, output),
            "macro" => people::macro_reply(record, output),
            _ => {}
        }
    }

    fn measured(&self) -> &'static [Measured] {
        &figures::MEASURED
    }

    fn close(&self, tally: &mut Tally) {
        tally.blind(
            "Intercom does not say what Fin was asked and whether it knew it",
            &["questions_asked", "unanswered_questions", "answer_rate"],
        );
        tally.blind(
            "Intercom's exports do not say when teammates were online",
            &[
                "working_hours_availability",
                "peak_available_reps",
                "rep_availability",
            ],
        );
        tally.blind(
            "Intercom's conversations are no tickets: reports of tickets stay empty",
            &[
                "time_to_close",
                "time_to_first_close",
                "reopen_rate",
                "time_in_stage",
                "support_volume",
            ],
        );
        if self.has_agent && !self.has_flags {
            tally.blind(
                "the export is of an API version that does not say which messages are Fin's answers: each of a bot's messages was taken for one; export with 2.12 or later",
                &["handled", "resolution_rate", "deflection_rate"],
            );
        }
    }
}

/// The objects of a list, which may stand in an object of its own under its name or `data`.
fn entries<'a>(record: Fields<'a>, name: &str) -> impl Iterator<Item = Fields<'a>> {
    let listed = record.object(name);
    let inner = listed.map(|holder| {
        let own = holder.list(name);
        if own.is_empty() {
            holder.list("data")
        } else {
            own
        }
    });
    let entries = inner.unwrap_or_else(|| record.list(name));
    entries.iter().filter_map(Fields::of)
}

/// The contact of a conversation: the first that is listed, else who began it.
fn contact_of(record: Fields<'_>, source: Option<Fields<'_>>) -> Option<String> {
    let listed = entries(record, "contacts").find_map(|contact| contact.id("id"));
    listed.or_else(|| {
        let author = source?.object("author")?;
        let is_contact = matches!(author.text("type"), Some("user" | "lead" | "contact"));
        author.id("id").filter(|_| is_contact)
    })
}
