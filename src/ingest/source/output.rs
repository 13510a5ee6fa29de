//! What a translation makes: events, checked as any others, and why there are none.
//!
//! Each call of a translation has one, for one record. Counts what is made in the `Tally`.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::field::Fields;
use super::tally::Tally;
use crate::ingest::Reject;
use crate::model::{Event, Timestamp};

/// Where the events of one record go.
pub(super) struct Output<'a> {
    /// What ids of things begin with.
    pub(super) format: &'a str,
    /// What the source calls such a record.
    pub(super) kind: &'static str,
    /// Its place in its file.
    pub(super) number: u64,
    pub(super) record: Fields<'a>,
    pub(super) events: &'a mut Vec<(u64, Event)>,
    pub(super) rejected: &'a mut Vec<Reject>,
    pub(super) tally: &'a mut Tally,
    /// What has been made of the record so far.
    pub(super) made: Made,
}

/// What was made of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) events: u64,
    pub(super) rejects: u64,
    /// Whether events of other records hold it.
    pub(super) is_part: bool,
}

impl Output<'_> {
    /// The id here of a thing of the source's.
    pub(super) fn thing(&self, id: impl Display) -> String {
        format!("{}:{id}", self.format)
    }

    /// Makes an event; what is null in `fields` is left out. Without an `id` its content is its
    /// identity. Says whether it is new in this run.
    pub(super) fn event(
        &mut self,
        id: impl Display,
        at: Timestamp,
        kind: &str,
        fields: Value,
    ) -> bool {
        let mut event = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        event.retain(|_name, value| !value.is_null());
        let id = id.to_string();
        event.insert("type".to_owned(), kind.into());
        event.insert("at".to_owned(), at.to_string().into());
        event.insert("source".to_owned(), self.format.into());
        if !id.is_empty() {
            event.insert("id".to_owned(), id.into());
        }
        match Event::from_value(Value::Object(event)) {
            Ok(event) => {
                self.made.events += 1;
                let is_new = self.tally.is_new(&event.id);
                self.events.push((self.number, event));
                is_new
            }
            Err(fault) => {
                self.reject(&fault.field, &fault.reason);
                false
            }
        }
    }

    /// Says that the record is a part of others, and comes along with these.
    pub(super) const fn is_part_of_others(&mut self) {
        self.made.is_part = true;
    }

    /// Says why nothing, or not all, is made of the record.
    pub(super) fn reject(&mut self, field: &str, reason: &str) {
        self.tally.reject(self.kind, field, reason);
        // A record is refused once, however many of its events are.
        if self.made.rejects == 0 {
            self.rejected.push(Reject {
                line: self.number,
                field: format!("{}.{field}", self.kind),
                reason: reason.to_owned(),
                text: self.record.to_json(),
            });
        }
        self.made.rejects += 1;
    }

    /// Says that the record lacks what nothing can be made without.
    pub(super) fn lacks(&mut self, field: &str) {
        self.reject(
            field,
            "missing or unreadable; nothing can be made of the record without it",
        );
    }

    /// Notes a word that has no counterpart, and what is made of it.
    pub(super) fn unmapped(&mut self, field: &str, value: &str, taken_as: &str) {
        self.tally
            .unmapped(&format!("{}.{field}", self.kind), value, taken_as);
    }

    /// Notes it where a field would have said something and is unreadable. Of the record's own
    /// fields those that are absent are noted already.
    pub(super) fn wanted<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && (self.record.has(field) || field.contains('.')) {
            self.tally.missing(format!("{}.{field}", self.kind));
        }
        value
    }
}
