//! Own fields of conversations, tickets and contacts through time, for filters.

use std::sync::Arc;

use super::dictionary::NONE;

/// A value that an own field took at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnField {
    /// Which field.
    pub name: u32,
    /// From when, in milliseconds.
    pub from: i64,
    /// Its value as text; `NONE`: it was removed.
    pub value: u32,
}

/// The own fields of things of one kind, by the thing's code.
#[derive(Clone, Debug, Default)]
pub struct OwnFields(Vec<Option<Arc<[OwnField]>>>);

impl OwnFields {
    /// Puts what was told of a thing, in order of time, in the place of what was known.
    pub fn set(&mut self, code: u32, fields: &[OwnField]) {
        let place = code as usize;
        if self.0.len() <= place {
            if fields.is_empty() {
                return;
            }
            self.0.resize(place + 1, None);
        }
        if let Some(slot) = self.0.get_mut(place) {
            *slot = (!fields.is_empty()).then(|| fields.into());
        }
    }

    /// A field's value at an instant; `None`: nothing was told of it by then.
    pub fn get(&self, code: u32, name: u32, at: i64) -> Option<u32> {
        if code == NONE {
            return None;
        }
        let fields = self.0.get(code as usize)?.as_ref()?;
        let mut told = fields.iter().rev();
        told.find(|field| field.name == name && field.from <= at)
            .map(|field| field.value)
    }
}
