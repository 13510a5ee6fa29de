//! CSV of anything: each row makes the events that a mapping says.

mod clock;
mod form;
mod guess;
mod mapping;
mod role;
pub(super) mod rows;

use serde_json::{Map, Value};
use svar_index::phrase::{Act, act};

use super::Translation;
use super::field::Fields;
use super::output::Output;
use super::tally::Tally;
use crate::ingest::html;
use crate::model::Timestamp;
use mapping::{Cell, Rule};

pub(super) use clock::TableClock;
pub use form::{TableColumn, TableForm};
pub use guess::{TableSample, first_events, guess};
pub use mapping::Mapping;
pub use role::ColumnRole;

/// What rows are called.
pub(super) const ROWS: &str = "rows";
/// Fields that name things; their ids begin with the source.
const NAMES: [&str; 15] = [
    "author.id",
    "by.id",
    "contact",
    "conversation",
    "inbox",
    "into",
    "message",
    "owner",
    "rep",
    "schedule",
    "short_answer",
    "sla",
    "team",
    "ticket",
    "to.id",
];
const NUMBERS: [&str; 4] = ["amount", "communication", "quality", "score"];
const TRUTHS: [&str; 2] = ["ack", "on"];
/// A table's translation.
pub(super) struct Rows {
    mapping: Mapping,
    clock: TableClock,
}

impl Rows {
    pub(super) fn new(mapping: Mapping) -> Self {
        Self {
            clock: mapping.clock(),
            mapping,
        }
    }
}

impl Translation for Rows {
    fn lists(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn kind_of(&self, _record: Fields<'_>) -> Option<&'static str> {
        Some(ROWS)
    }

    fn fields(&self, _kind: &str) -> &'static [&'static str] {
        &[]
    }

    fn is_teacher(&self, _kind: &str) -> bool {
        false
    }

    fn learn(&mut self, _kind: &'static str, _record: Fields<'_>) {}

    fn translate(&mut self, _kind: &'static str, record: Fields<'_>, output: &mut Output<'_>) {
        for rule in &self.mapping.events {
            let holds = rule.when.as_ref().is_none_or(|when| {
                let word = record.text(&when.column).unwrap_or_default();
                let is = |words: &[String]| words.iter().any(|one| one.eq_ignore_ascii_case(word));
                (when.is.is_empty() || is(&when.is)) && !is(&when.not)
            });
            if holds {
                self.apply(rule, record, output);
            }
        }
    }

    fn close(&self, tally: &mut Tally) {
        let makes = |kind: &str| self.mapping.events.iter().any(|rule| rule.kind == kind);
        if !makes("message.added") {
            tally.blind(
                "the mapping makes no messages",
                &[
                    "first_response_time",
                    "first_reply_time",
                    "rep_response_time",
                    "contact_wait_time",
                    "reply_count",
                    "messages_by_hour",
                ],
            );
        }
        if !makes("conversation.resolved") {
            tally.blind(
                "the mapping does not say when conversations were resolved",
                &["human_resolution_time", "resolved_by_assignee"],
            );
        }
        if !makes("csat.rated") {
            tally.blind("the mapping makes no ratings", &["csat"]);
        }
        tally.blind(
            "a table does not say what was asked of a customer agent, and when reps were online",
            &["questions_asked", "answer_rate", "rep_availability"],
        );
    }
}

impl Rows {
    fn apply(&self, rule: &Rule, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(at) = record.text(&rule.at) else {
            return;
        };
        let Some(at) = self.clock.instant(at) else {
            let reason = format!(
                "`{at}` is no instant that is known; say how instants are written in `dates` of the mapping"
            );
            return output.reject(&rule.at, &reason);
        };
        let Some(each) = &rule.each else {
            return event(rule, at, record, None, output);
        };
        let words = record
            .text(&each.column)
            .unwrap_or_default()
            .split(each.by.as_str());
        for word in words.map(str::trim).filter(|word| !word.is_empty()) {
            event(rule, at, record, Some((&each.column, word)), output);
        }
    }
}

/// Makes an event of a row; `each` is a column with the one of its words that is at hand.
fn event(
    rule: &Rule,
    at: Timestamp,
    record: Fields<'_>,
    each: Option<(&str, &str)>,
    output: &mut Output<'_>,
) {
    let mut fields = Value::Object(Map::new());
    for (path, cell) in &rule.fields {
        let value = value_of(path, cell, record, each, output);
        if let Some(value) = value {
            put(&mut fields, path, value);
        }
    }
    let by_contact = fields.pointer("/author/kind") == Some(&Value::from("contact"));
    if rule.kind == "message.added" && by_contact && fields.get("ack").is_none() {
        let text = fields
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if act(text) == Act::Acknowledgement {
            put(&mut fields, "ack", true.into());
        }
    }
    output.event("", at, &rule.kind, fields);
}

fn value_of(
    path: &str,
    cell: &Cell,
    record: Fields<'_>,
    each: Option<(&str, &str)>,
    output: &mut Output<'_>,
) -> Option<Value> {
    let of_column = |column: &str| match each {
        Some((split, word)) if split == column => Some(word.to_owned()),
        _ => record.text(column).map(str::to_owned),
    };
    let text = match cell {
        Cell::Value(constant) => return Some(constant.value.clone()),
        Cell::Column(column) => of_column(column)?,
        Cell::Mapped(words) => {
            let text = of_column(&words.column)?;
            let text = if words.html {
                html::to_text(&text)
            } else {
                text
            };
            let known = words
                .map
                .iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(&text));
            match (known, &words.otherwise) {
                (Some((_, meaning)), _) => meaning.clone(),
                (None, Some(otherwise)) => {
                    output.unmapped(&words.column, &text, otherwise);
                    otherwise.clone()
                }
                (None, None) => text,
            }
        }
    };
    if text.is_empty() {
        return None;
    }
    if NAMES.contains(&path) {
        return Some(output.thing(text).into());
    }
    if NUMBERS.contains(&path) {
        let number = text.replace(',', ".").parse::<f64>().ok();
        return Some(number.map_or(Value::from(text), Value::from));
    }
    if TRUTHS.contains(&path) {
        return Some(Fields::truth_of(&text).map_or(Value::from(text), Value::from));
    }
    Some(text.into())
}

/// Puts a value where a path such as `author.kind` says.
fn put(fields: &mut Value, path: &str, value: Value) {
    let Some(map) = fields.as_object_mut() else {
        return;
    };
    match path.split_once('.') {
        None => drop(map.insert(path.to_owned(), value)),
        Some((name, rest)) => {
            let inner = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
            put(inner, rest, value);
        }
    }
}
