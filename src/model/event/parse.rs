//! One event as a line of JSON: read strictly, written canonically.
//!
//! Unknown types, unknown fields and bad values are refused by name. `parse(write(e))`
//! gives `e` back; what is written has its instants in UTC and its fields in one order,
//! so that equal events are equal texts. Fed by `ingest`; the journal keeps the text.

use serde::Serialize;
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;
use sha2::{Digest, Sha256};

use super::{Body, Event, RepStatus, canonical};
use crate::model::id::id_fault;
use crate::model::{Timestamp, brief, brief_value};

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 4 << 20;
/// The source of every event that Svar itself writes.
pub const OWN_SOURCE: &str = "svar";
/// What the types of Svar's own events begin with.
const OWN_PREFIX: &str = "svar.";

/// The longest text of a message, in bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Where a text comes from, and so which events may be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// From anybody: Svar's own events are refused.
    Outside,
    /// From the journal, which only Svar writes.
    Journal,
}

/// Why a line is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", if field.is_empty() { String::new() } else { format!("field `{field}`: ") })]
pub struct EventError {
    /// The field at fault, with dots for what is nested; empty: the line itself.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl EventError {
    /// An error about `field`.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: brief_value(&field.into()),
            reason: brief(&reason.into()),
        }
    }
}

#[skip_serializing_none]
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    at: Timestamp,
    source: Option<&'a str>,
    id: Option<&'a str>,
    #[serde(flatten)]
    body: &'a Body,
}

impl Event {
    /// Reads one event from its JSON text. Svar's own events are refused: they come in from
    /// nowhere.
    pub fn parse(line: &str) -> Result<Self, EventError> {
        Self::read(line, Origin::Outside)
    }

    /// Reads one event from the journal's text of it, Svar's own ones too.
    pub fn parse_journalled(line: &str) -> Result<Self, EventError> {
        Self::read(line, Origin::Journal)
    }

    fn read(line: &str, origin: Origin) -> Result<Self, EventError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(EventError::new("", "the line is longer than 4 MiB"));
        }
        if let Some(event) = canonical::read(line).filter(|event| event.is_sound(origin).is_ok()) {
            return Ok(event);
        }
        Self::read_strictly(line, origin)
    }

    /// As [`Self::parse`], by way of a JSON value, so that what is wrong can be named.
    #[cfg(test)]
    pub(super) fn parse_strictly(line: &str) -> Result<Self, EventError> {
        Self::read_strictly(line, Origin::Outside)
    }

    fn read_strictly(line: &str, origin: Origin) -> Result<Self, EventError> {
        let value: Value = serde_json::from_str(line)
            .map_err(|error| EventError::new("", format!("not JSON: {error}")))?;
        Self::of_value(value, origin)
    }

    /// Reads one event from a JSON value, as [`Self::parse`] does from text.
    pub fn from_value(value: Value) -> Result<Self, EventError> {
        Self::of_value(value, Origin::Outside)
    }

    fn of_value(value: Value, origin: Origin) -> Result<Self, EventError> {
        match value {
            Value::Object(map) => Self::of_map(map, origin),
            other => Err(EventError::new(
                "",
                format!("expected a JSON object, found {}", kind_of(&other)),
            )),
        }
    }

    fn of_map(mut map: Map<String, Value>, origin: Origin) -> Result<Self, EventError> {
        let kind = text(&mut map, "type")?
            .ok_or_else(|| EventError::new("type", "missing; every event has a type"))?;
        let at = text(&mut map, "at")?
            .ok_or_else(|| EventError::new("at", "missing; every event has an instant"))?;
        let at = Timestamp::parse(&at).map_err(|error| EventError::new("at", error.to_string()))?;
        let source = text(&mut map, "source")?;
        let id = text(&mut map, "id")?;
        for (field, given) in [("source", &source), ("id", &id)] {
            given
                .as_deref()
                .map_or(Ok(()), |given| identity(field, given))?;
        }
        let source = source.unwrap_or_else(|| "api".to_owned());
        if kind.starts_with(OWN_PREFIX) {
            may_be_own(&kind, &source, origin)?;
        }
        let body = read_body(&kind, map)?;
        check(&body)?;
        let mut event = Self {
            at,
            source,
            id: id.unwrap_or_default(),
            body,
        };
        if event.id.is_empty() {
            event.id = event.content_id();
        }
        Ok(event)
    }

    /// What serde cannot see of an event with all its fields.
    fn is_sound(&self, origin: Origin) -> Result<(), EventError> {
        if self.body.is_own() {
            may_be_own(self.body.kind(), &self.source, origin)?;
        }
        identity("source", &self.source)?;
        identity("id", &self.id)?;
        check(&self.body)
    }

    /// The canonical JSON text: one line, no line end.
    pub fn to_json(&self) -> String {
        self.wire(Some(&self.source), Some(&self.id))
    }

    fn wire(&self, source: Option<&str>, id: Option<&str>) -> String {
        let wire = Wire {
            kind: self.body.kind(),
            at: self.at,
            source,
            id,
            body: &self.body,
        };
        // Maps with text keys and finite numbers only: writing them cannot fail.
        serde_json::to_string(&wire).unwrap_or_default()
    }

    /// The id of an event that came without one: a hash of its canonical text.
    fn content_id(&self) -> String {
        let hash = Sha256::digest(self.wire(Some(&self.source), None));
        let mut id = String::with_capacity(32);
        for byte in hash.iter().take(16) {
            id.push(hex_digit(byte >> 4));
            id.push(hex_digit(byte & 15));
        }
        id
    }
}

/// Refuses one of Svar's own events that Svar did not write.
fn may_be_own(kind: &str, source: &str, origin: Origin) -> Result<(), EventError> {
    if origin == Origin::Outside {
        let reason =
            format!("`{kind}` is one of Svar's own events; they do not come in from outside");
        return Err(EventError::new("type", reason));
    }
    if source != OWN_SOURCE {
        let reason = format!("`{source}` is not `{OWN_SOURCE}`");
        return Err(EventError::new("source", reason));
    }
    Ok(())
}

/// A source, or its name for an event.
fn identity(field: &str, given: &str) -> Result<(), EventError> {
    if given.is_empty() || given.len() > 256 {
        return Err(EventError::new(field, "expected 1 to 256 bytes"));
    }
    Ok(())
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

fn text(map: &mut Map<String, Value>, field: &str) -> Result<Option<String>, EventError> {
    match map.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(EventError::new(
            field,
            format!("expected text, found {}", kind_of(&other)),
        )),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn read_body(kind: &str, mut map: Map<String, Value>) -> Result<Body, EventError> {
    if kind == "rep.status_changed" {
        read_status(&mut map);
    }
    let mut track = serde_path_to_error::Track::new();
    let fields = serde_path_to_error::Deserializer::new(Value::Object(map), &mut track);
    match Body::read(kind, fields) {
        Some(Ok(body)) => Ok(body),
        Some(Err(error)) => Err(refusal(&track.path().to_string(), &error.to_string())),
        None if kind.starts_with(OWN_PREFIX) => {
            let reason = format!("`{kind}` is none of Svar's own events that this version knows");
            Err(EventError::new("type", reason))
        }
        None => Err(EventError::new(
            "type",
            format!(
                "unknown type `{kind}`; the types are {}",
                Body::TYPES.join(", ")
            ),
        )),
    }
}

/// A status word of the team's own is read as `away` with that word as its detail.
fn read_status(map: &mut Map<String, Value>) {
    let Some(Value::String(word)) = map.get("status") else {
        return;
    };
    if RepStatus::ALL.iter().any(|status| status.as_str() == word) {
        return;
    }
    let word = word.clone();
    map.insert("status".to_owned(), RepStatus::Away.as_str().into());
    if map.get("detail").is_none_or(Value::is_null) {
        map.insert("detail".to_owned(), word.into());
    }
}

/// Turns serde's words into ours; the field of a missing or unknown one is in its text.
fn refusal(path: &str, error: &str) -> EventError {
    let named = error.split('`').nth(1).unwrap_or_default();
    let inside = |name: &str| match path {
        "." | "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if error.starts_with("unknown field") {
        return EventError::new(inside(named), error.to_owned());
    }
    if error.starts_with("missing field") {
        return EventError::new(inside(named), "missing");
    }
    EventError::new(if path == "." { "" } else { path }, error)
}

/// What serde cannot see: lengths, and fields that need each other.
fn check(body: &Body) -> Result<(), EventError> {
    match body {
        Body::MessageAdded(added) => bounded("text", &added.text),
        Body::QuestionAsked(asked) => bounded("text", &asked.text),
        Body::ShortAnswerUpserted(answer) => bounded("text", &answer.text),
        Body::CsatSent(sent) if sent.conversation.is_none() && sent.ticket.is_none() => {
            Err(EventError::new(
                "conversation",
                "expected a conversation or a ticket, found neither",
            ))
        }
        Body::CsatRated(rated) if rated.conversation.is_none() && rated.ticket.is_none() => {
            Err(EventError::new(
                "conversation",
                "expected a conversation or a ticket, found neither",
            ))
        }
        Body::ScheduleUpserted(schedule) => schedule
            .version()
            .map(|_version| ())
            .map_err(|fault| EventError::new(fault.field, fault.reason)),
        Body::ConversationStarted(started) => word("channel", &started.channel),
        Body::ConversationTagged(tagged) => word("tag", &tagged.tag),
        Body::ConversationUntagged(tagged) => word("tag", &tagged.tag),
        Body::FeedbackGiven(given) => word("rating", &given.rating),
        Body::TicketOpened(opened) => word("stage", &opened.stage),
        Body::TicketStaged(staged) => word("stage", &staged.stage),
        Body::TagRenamed(renamed) if renamed.to.is_none() => {
            Err(EventError::new("to", "missing; expected the new name"))
        }
        _ => Ok(()),
    }
}

fn bounded(field: &str, text: &str) -> Result<(), EventError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(EventError::new(field, "longer than 1 MiB"));
    }
    Ok(())
}

fn word(field: &str, word: &str) -> Result<(), EventError> {
    id_fault(word).map_or(Ok(()), |_fault| {
        Err(EventError::new(
            field,
            format!("`{word}` is no name; expected 1 to 128 bytes"),
        ))
    })
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
