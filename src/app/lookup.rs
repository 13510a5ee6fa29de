//! Names and values that pages offer and show; nothing here counts.

use super::App;
use super::error::Error;
use crate::model::Contact;
use crate::report::{Dimension, KeyValue};

impl App {
    /// The values that a field takes on this desk, at most `limit`, in the order in which
    /// they were first seen.
    pub fn values(&self, field: Dimension, limit: usize) -> Vec<String> {
        let snapshot = self.snapshot();
        let codes = 0..u32::try_from(limit).unwrap_or(u32::MAX);
        codes
            .map(|code| field.value(code, &snapshot.facts.dictionaries))
            .take_while(|value| *value != KeyValue::Null)
            .map(|value| value.to_text())
            .collect()
    }

    /// The names of own fields that contacts, conversations and tickets have on this desk,
    /// at most `limit`.
    pub fn own_fields(&self, limit: usize) -> Vec<String> {
        let snapshot = self.snapshot();
        let codes = 0..u32::try_from(limit).unwrap_or(u32::MAX);
        let names = &snapshot.facts.dictionaries.own_name;
        let known = codes.map_while(|code| names.text(code));
        known.map(|name| name.to_string()).collect()
    }

    /// The contact called `id`.
    pub fn contact(&self, id: &str) -> Result<Contact, Error> {
        let found = self.past.store.contact(id)?;
        found.ok_or_else(|| Error::unknown("contact", id))
    }
}
