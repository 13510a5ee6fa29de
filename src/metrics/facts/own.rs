//! Own fields of conversations, tickets and contacts through time, for filters; and whose
//! a ticket was.
//!
//! A row's own field is its ticket's, else its conversation's, else its contact's; removing it
//! on the nearer one hides the farther one. What a start, an opening or a contact's first
//! version says holds before it, too.
//!
//! Whose a ticket was (when a promise was due, when a message was written) is read from its
//! history of owners; before its first owner it is nobody's. A later response says who gave it.

use std::sync::Arc;

use super::dictionary::NONE;
use super::pages::Pages;

/// In the place of a name: the rep whose a ticket is.
pub const OWNER: u32 = 0;

/// In the place of a name: the team whose a ticket is.
pub const TEAM: u32 = 1;

/// In the place of a name: a rep who has a ticket now, where that is not its owner alone; `NONE`
/// for nobody.
pub const HOLDER: u32 = 2;

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
pub struct OwnFields(Pages<Option<Arc<[OwnField]>>>);

impl OwnFields {
    /// Replaces the fields of a thing by others, in order of time.
    pub fn set(&mut self, code: u32, fields: &[OwnField]) {
        if !fields.is_empty() || self.0.get(code).is_some() {
            let stored = (!fields.is_empty()).then(|| fields.into());
            self.0.set(code, stored);
        }
    }

    /// These fields with those of some things replaced.
    pub(in crate::metrics) fn with(&self, news: &[(u32, Vec<OwnField>)]) -> Self {
        let mut rows = self.clone();
        for (code, fields) in news {
            rows.set(*code, fields);
        }
        rows
    }

    /// A field's value at an instant; `None`: it had none by then.
    pub fn get(&self, code: u32, name: u32, at: i64) -> Option<u32> {
        if code == NONE {
            return None;
        }
        let fields = self.0.get(code)?;
        let mut newest_first = fields.iter().rev();
        newest_first
            .find(|field| field.name == name && field.from <= at)
            .map(|field| field.value)
    }

    /// All that a thing had; `None`: nothing ever.
    pub fn of(&self, code: u32) -> Option<Arc<[OwnField]>> {
        if code == NONE {
            return None;
        }
        self.0.get(code)
    }

    /// All fields, by the code of the thing.
    pub(in crate::metrics) fn all(&self) -> impl Iterator<Item = (u32, Arc<[OwnField]>)> + '_ {
        (0_u32..)
            .zip(self.0.iter())
            .filter_map(|(code, fields)| Some((code, fields?)))
    }
}
