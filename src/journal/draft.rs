//! An event that is not journalled yet.
//!
//! Making one reads `source` and `id` out of its text and hashes it, on the submitter's
//! thread, so that the one committing thread only compares. An event that is at hand already
//! goes along, so that nobody behind has to read it out of its text again. Made by `app` and,
//! of what is decided there, by the committing thread.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::error::Error;
use super::identity::{Identity, Key};
use super::record::MAX_LINE;
use crate::model::{Event, Via};

/// An event to be journalled: its canonical JSON, which is stored byte for byte.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) key: Key,
    pub(super) event: Box<RawValue>,
    pub(super) parsed: Option<Arc<Event>>,
}

impl Draft {
    /// Takes an event, and writes its text once for all who need it.
    pub fn of(event: Arc<Event>) -> Result<Self, Error> {
        let mut draft = Self::parse(event.to_json())?;
        draft.parsed = Some(event);
        Ok(draft)
    }

    /// Takes an event's canonical JSON: an object on one line with the texts `source` and `id`.
    ///
    /// [`serde_json::value::to_raw_value`] makes the argument from an event without a
    /// second pass over it.
    pub fn new(event: Box<RawValue>) -> Result<Self, Error> {
        let refuse = |reason: String| Err(Error::Draft { reason });
        let json = event.get();
        // Serde would read a list of two as the two fields.
        if !json.starts_with('{') {
            return refuse("it is no object".to_owned());
        }
        if json.contains('\n') {
            return refuse("it has a line break between its fields".to_owned());
        }
        if json.len() > MAX_LINE / 2 {
            return refuse(format!("it is {} bytes long", json.len()));
        }
        match Key::of_event(json) {
            Ok(key) => Ok(Self {
                key,
                event,
                parsed: None,
            }),
            Err(error) => refuse(error.to_string()),
        }
    }

    /// As [`Self::new`], from text.
    pub fn parse(json: String) -> Result<Self, Error> {
        match RawValue::from_string(json) {
            Ok(event) => Self::new(event),
            Err(error) => Err(Error::Draft {
                reason: error.to_string(),
            }),
        }
    }

    /// Which event it is.
    pub const fn identity(&self) -> Identity {
        self.key.identity
    }

    /// Its JSON.
    pub fn json(&self) -> &str {
        self.event.get()
    }
}

/// A draft with what its record will say about where it came from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// By which way it came in.
    pub via: Via,
    /// Who sent it.
    pub actor: Arc<str>,
    /// The event.
    pub draft: Draft,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_identified_event_on_one_line_is_a_draft() {
        let good = r#"{"source":"s","id":"1","text":"a\nb"}"#;
        assert_eq!(Draft::parse(good.to_owned()).unwrap().json(), good);
        for bad in [
            "{\"source\":\"s\",\n\"id\":\"1\"}",
            r#"{"source":"s"}"#,
            r#"{"source":"s","id":"1","id":"2"}"#,
            r#"["s","1"]"#,
            "{",
        ] {
            assert!(Draft::parse(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
