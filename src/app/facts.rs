//! Facts as plain tables: texts for codes, instants as RFC 3339, null for none.
//!
//! What has not happened by the instant of the export is null, also where a quiet window
//! will decide it later. Read by the exports.

use serde_json::Value;

use crate::metrics::{
    Dictionary, EpisodeRow, Facts, MessageRow, NEVER, NO_HANDOFF, ThreadRow, TicketRow,
};
use crate::model::Timestamp;
use crate::model::episode::{Author, EndRule, Exclusion, Outcome};
use crate::model::event::HandoffReason;

/// A kind of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Episodes of conversations.
    Episodes,
    /// Tickets.
    Tickets,
    /// Public messages.
    Messages,
}

/// Facts of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct FactTable {
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// The rows, in order of their first instant.
    pub rows: Vec<Vec<Value>>,
}

const EPISODE: &[&str] = &[
    "started_at",
    "conversation",
    "episode",
    "contact",
    "channel",
    "language",
    "direction",
    "excluded",
    "tags",
    "ended_at",
    "resolved_by",
    "handled",
    "outcome",
    "confirmed",
    "resolved_at",
    "handoff_at",
    "handoff_reason",
    "first_response_from",
    "first_response_at",
    "first_response_rep",
    "first_reply_from",
    "first_reply_at",
    "rep",
    "team",
    "ticket",
];

const TICKET: &[&str] = &[
    "opened_at",
    "ticket",
    "conversation",
    "contact",
    "pipeline",
    "channel",
    "priority",
    "service",
    "excluded",
    "first_response_at",
    "first_closed_at",
    "closed_at",
    "reopened",
    "opened_rep",
    "opened_team",
    "closed_rep",
    "closed_team",
];

const MESSAGE: &[&str] = &[
    "at",
    "conversation",
    "contact",
    "channel",
    "author",
    "rep",
    "team",
    "blocked",
    "excluded",
];

/// The facts of one kind, as they are at `as_of`.
pub(super) fn table(facts: &Facts, kind: FactKind, as_of: Timestamp) -> FactTable {
    let written = FactWriter {
        facts,
        as_of: as_of.millis(),
    };
    let (columns, rows) = match kind {
        FactKind::Episodes => {
            let rows = facts.episodes.rows().map(|row| written.episode(&row));
            (EPISODE, rows.collect())
        }
        FactKind::Tickets => {
            let rows = facts.tickets.rows().map(|row| written.ticket(&row));
            (TICKET, rows.collect())
        }
        FactKind::Messages => {
            let rows = facts.messages.rows().map(|row| written.message(&row));
            (MESSAGE, rows.collect())
        }
    };
    FactTable { columns, rows }
}

/// Facts on their way to text.
struct FactWriter<'a> {
    facts: &'a Facts,
    as_of: i64,
}

impl FactWriter<'_> {
    fn episode(&self, row: &EpisodeRow) -> Vec<Value> {
        let codes = &self.facts.dictionaries;
        let thread = self.facts.thread(row.conversation);
        let has_ended = row.ended_at <= self.as_of;
        let end_rule = END_RULES
            .into_iter()
            .find(|rule| *rule as u8 == row.end_rule);
        let end_rule = end_rule.filter(|_| has_ended).map_or("", EndRule::as_str);
        let direction = if row.outbound { "outbound" } else { "inbound" };
        vec![
            self.at(row.started_at),
            text(&codes.conversation, row.conversation),
            row.ordinal.into(),
            self.contact(&thread),
            text(&codes.channel, thread.channel),
            text(&codes.language, thread.language),
            direction.into(),
            excluded(thread.excluded),
            self.tags(row.tag_set),
            self.at(row.ended_at),
            word(end_rule),
            row.handled.into(),
            word(outcome(row, has_ended)),
            (row.confirmed && has_ended).into(),
            self.at(row.resolved_at),
            self.at(row.handoff_at),
            reason(row.handoff_reason),
            self.at(row.first_response_from),
            self.at(row.first_response_at),
            text(&codes.rep, row.first_response_rep),
            self.at(row.first_reply_from),
            self.at(row.first_reply_at),
            text(&codes.rep, row.rep),
            text(&codes.team, row.team),
            text(&codes.ticket, row.ticket),
        ]
    }

    fn ticket(&self, row: &TicketRow) -> Vec<Value> {
        let codes = &self.facts.dictionaries;
        vec![
            self.at(row.opened_at),
            text(&codes.ticket, row.ticket),
            text(&codes.conversation, row.conversation),
            text(&codes.contact, row.contact),
            text(&codes.pipeline, row.pipeline),
            text(&codes.channel, row.channel),
            text(&codes.priority, row.priority),
            text(&codes.service, row.service),
            excluded(row.excluded),
            self.at(row.first_response_at),
            self.at(row.first_closed_at),
            self.at(row.closed_at),
            row.reopened.into(),
            text(&codes.rep, row.opened_rep),
            text(&codes.team, row.opened_team),
            text(&codes.rep, row.closed_rep),
            text(&codes.team, row.closed_team),
        ]
    }

    fn message(&self, row: &MessageRow) -> Vec<Value> {
        let codes = &self.facts.dictionaries;
        let thread = self.facts.thread(row.conversation);
        vec![
            self.at(row.at),
            text(&codes.conversation, row.conversation),
            self.contact(&thread),
            text(&codes.channel, thread.channel),
            author(row.author).into(),
            text(&codes.rep, row.rep),
            text(&codes.team, row.team),
            row.blocked.into(),
            excluded(thread.excluded),
        ]
    }

    fn at(&self, millis: i64) -> Value {
        if millis == NEVER || millis > self.as_of {
            return Value::Null;
        }
        Timestamp::from_millis(millis).to_string().into()
    }

    fn contact(&self, thread: &ThreadRow) -> Value {
        let root = self.facts.contacts.get(thread.contact).root;
        text(&self.facts.dictionaries.contact, root)
    }

    fn tags(&self, set: u32) -> Value {
        let names = self.facts.dictionaries.tag_set.text(set);
        names.map_or(Value::Null, |names| names.replace('\n', ", ").into())
    }
}

const END_RULES: [EndRule; 8] = [
    EndRule::Open,
    EndRule::ByContact,
    EndRule::ByRep,
    EndRule::ByCustomerAgent,
    EndRule::ByAutomation,
    EndRule::Confirmation,
    EndRule::Quiet,
    EndRule::Blocked,
];

/// What became of an episode; an end that a quiet window brings counts once it is there.
fn outcome(row: &EpisodeRow, has_ended: bool) -> &'static str {
    const OUTCOMES: [Outcome; 5] = [
        Outcome::Unhandled,
        Outcome::HandedOff,
        Outcome::Resolved,
        Outcome::Abandoned,
        Outcome::Pending,
    ];
    let outcome = OUTCOMES.into_iter().find(|word| *word as u8 == row.outcome);
    match outcome.unwrap_or_default() {
        Outcome::Resolved | Outcome::Abandoned if !has_ended => Outcome::Pending.as_str(),
        outcome => outcome.as_str(),
    }
}

fn excluded(code: u8) -> Value {
    const WORDS: [Exclusion; 6] = [
        Exclusion::No,
        Exclusion::Merged,
        Exclusion::Deleted,
        Exclusion::Test,
        Exclusion::Spam,
        Exclusion::Blocked,
    ];
    let exclusion = WORDS.into_iter().find(|word| *word as u8 == code);
    word(exclusion.unwrap_or_default().as_str())
}

fn reason(code: u8) -> Value {
    let reason = HandoffReason::ALL.get(usize::from(code));
    let reason = reason.filter(|_| code != NO_HANDOFF);
    reason.map_or(Value::Null, |reason| reason.as_str().into())
}

fn author(code: u8) -> &'static str {
    match code {
        code if code == Author::Contact as u8 => "contact",
        code if code == Author::CustomerAgent as u8 => "customer_agent",
        code if code == Author::Rep as u8 => "rep",
        _ => "automation",
    }
}

fn text(dictionary: &Dictionary, code: u32) -> Value {
    let text = dictionary.text(code);
    text.map_or(Value::Null, |text| text.as_ref().into())
}

fn word(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{Options, events};
    use crate::model::{Event, Profile};
    use crate::projection::fold_all;

    #[test]
    fn every_row_fills_every_column() {
        let until = Timestamp::parse("2026-06-30T00:00:00Z").unwrap();
        let options = Options {
            conversations: 200,
            ..Options::new(until)
        };
        let events: Vec<Event> = events(&options).collect();
        let facts = fold_all(&events, Profile::default(), until);
        for kind in [FactKind::Episodes, FactKind::Tickets, FactKind::Messages] {
            let table = table(&facts, kind, until);
            assert!(!table.rows.is_empty(), "{kind:?}");
            for row in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{kind:?}");
                assert!(row.first().is_some_and(Value::is_string), "{row:?}");
            }
            for (place, column) in table.columns.iter().enumerate() {
                let filled = table.rows.iter().any(|row| !row[place].is_null());
                let is_rare = ["excluded", "service", "priority", "language"].contains(column);
                assert!(filled || is_rare, "{kind:?} never fills {column}");
            }
        }
    }
}
