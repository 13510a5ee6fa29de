//! The tags that somebody created by name: a fold of the events about tags.
//!
//! Those that were only put on conversations are found on these; a list has both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Body, Event};

/// The tags that somebody created, under the names that they have now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags(BTreeSet<String>);

impl Tags {
    /// Whether somebody created this one.
    pub fn contains(&self, tag: &str) -> bool {
        self.0.contains(tag)
    }

    /// Their names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::TagCreated(_) | Body::TagRenamed(_) | Body::TagDeleted(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::TagCreated(created) => drop(self.0.insert(created.tag.clone())),
            Body::TagRenamed(renamed) => self.replace(&renamed.tag, renamed.to.as_ref()),
            Body::TagDeleted(deleted) => self.replace(&deleted.tag, deleted.to.as_ref()),
            _ => {}
        }
    }

    fn replace(&mut self, tag: &str, to: Option<&String>) {
        if self.0.remove(tag) {
            self.0.extend(to.cloned());
        }
    }
}
