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

    /// The contact called `id`.
    pub fn contact(&self, id: &str) -> Result<Contact, Error> {
        let found = self.past.store.contact(id)?;
        found.ok_or_else(|| Error::unknown("contact", id))
    }
}
