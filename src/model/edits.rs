//! What became of messages' words: edited, or redacted.
//!
//! The last in event order holds for what is shown, found and grouped; no number depends on it.
//! A question that was asked in a message has that message's words from then on.

use std::collections::HashMap;

use super::event::{Body, Event};
use super::{MessageId, Timestamp};

/// The last edit of each message.
#[derive(Debug, Default)]
pub(crate) struct Edits<'a>(HashMap<&'a str, Edit<'a>>);

/// What became of a message's words, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edit<'a> {
    pub(crate) at: Timestamp,
    /// Its words since; none: they are gone.
    pub(crate) text: Option<&'a str>,
}

impl<'a> Edits<'a> {
    /// Reads the edits out of ordered events.
    pub(crate) fn of(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut edits = Self::default();
        for event in events {
            let (message, text) = match &event.body {
                Body::MessageEdited(edited) => (&edited.message, Some(edited.text.as_str())),
                Body::MessageRedacted(redacted) => (&redacted.message, None),
                _ => continue,
            };
            let edit = Edit { at: event.at, text };
            edits.0.insert(message.as_str(), edit);
        }
        edits
    }

    /// What became of a message's words, if anything did.
    pub(crate) fn get(&self, message: &MessageId) -> Option<Edit<'a>> {
        self.0.get(message.as_str()).copied()
    }
}
