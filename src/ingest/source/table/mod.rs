//! CSV of anything: each row makes the events that a mapping says.

mod guess;
mod mapping;
pub(super) mod rows;

use chrono::{LocalResult, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use serde_json::{Map, Value};
use svar_index::phrase::{Act, act};

use super::Translation;
use super::field::{Fields, instant};
use super::output::Output;
use super::tally::Tally;
use crate::ingest::html;
use crate::model::Timestamp;
use mapping::{Cell, Rule};

pub use guess::guess;
pub use mapping::Mapping;

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
/// How instants are written where a mapping does not say it: the year first, which leaves no doubt.
const USUAL_DATES: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
];

/// A table's translation.
pub(super) struct Rows {
    mapping: Mapping,
    zone: Tz,
}

impl Rows {
    pub(super) fn new(mapping: Mapping) -> Self {
        Self {
            zone: mapping.zone(),
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
        let Some(at) = self.instant(at) else {
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

    /// An instant of the table: with an offset as it is, else in the table's zone.
    fn instant(&self, text: &str) -> Option<Timestamp> {
        if let Ok(at) = Timestamp::parse(text) {
            return Some(at);
        }
        let own = self.mapping.dates.iter().map(String::as_str);
        let local = own.chain(USUAL_DATES).find_map(|form| local(text, form));
        if let Some(local) = local {
            return Some(in_zone(local, self.zone));
        }
        // Seconds since 1970 have no zone.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() >= 9;
        is_number.then(|| instant(&Value::from(text))).flatten()
    }
}

fn local(text: &str, form: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, form).ok().or_else(|| {
        let date = NaiveDate::parse_from_str(text, form).ok()?;
        date.and_hms_opt(0, 0, 0)
    })
}

/// A clock reading as an instant: of two the first, and one that was skipped an hour later.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Timestamp {
    let hour = chrono::Duration::hours(1);
    let found = match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => zone.from_local_datetime(&(local + hour)).earliest(),
    };
    let millis = found.map_or_else(
        || local.and_utc().timestamp_millis(),
        |at| at.timestamp_millis(),
    );
    Timestamp::from_millis(millis)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reading_is_an_instant_of_the_tables_zone() {
        let mapping = Mapping::parse(
            "m",
            "source = \"a\"\ndates = [\"%d/%m/%Y %H:%M\", \"%d.%m.%Y\"]\n[[event]]\ntype = \"x\"\nat = \"A\"\nfields = {}\n",
            Some("Europe/Oslo"),
        );
        let rows = Rows::new(mapping.unwrap());
        for (text, wanted) in [
            ("2026-10-05 09:00:00", Some("2026-10-05T07:00:00Z")),
            ("05/10/2026 09:00", Some("2026-10-05T07:00:00Z")),
            ("05.10.2026", Some("2026-10-04T22:00:00Z")),
            ("2026-10-05T09:00:00-05:00", Some("2026-10-05T14:00:00Z")),
            // Twice on the clock: the first. Skipped by it: an hour later.
            ("2026-10-25 02:30", Some("2026-10-25T00:30:00Z")),
            ("2026-03-29 02:30", Some("2026-03-29T01:30:00Z")),
            ("1791190800", Some("2026-10-05T09:00:00Z")),
            ("10/05/26", None),
            ("yesterday", None),
        ] {
            let wanted = wanted.map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(rows.instant(text), wanted, "{text}");
        }
    }
}
