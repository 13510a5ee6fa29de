//! Svar's own events (`svar.*`): what it did by itself and what its users decided.
//!
//! They are journalled like any other event, but come from nowhere else: import and
//! `POST /events` refuse them, exports of events leave them out, backups carry them.
//! Each is written once, live, and folded in the order of the journal.

mod comparing;
mod deciding;
mod deed;
mod profile;

use serde::Serialize;
use serde_json::{Map, Value};

pub use comparing::*;
pub use deciding::*;
pub use deed::*;
pub use profile::{ProfileRemoved, ProfileSet};

use super::event::EventError;
use super::timestamp::Timestamp;

/// The source of every event that Svar itself writes.
pub const OWN_SOURCE: &str = "svar";
/// What the JSON of an own event begins with: `type` is always written first.
const BEGINNING: &str = "{\"type\":\"svar.";

/// One of Svar's own events.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnEvent {
    /// When.
    pub at: Timestamp,
    /// The decimal `seq` of its record.
    pub id: String,
    /// What was done.
    pub deed: Deed,
}

#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    at: Timestamp,
    source: &'static str,
    id: &'a str,
    #[serde(flatten)]
    deed: &'a Deed,
}

impl OwnEvent {
    /// Whether a journalled event is one of Svar's own.
    pub fn is_own(json: &str) -> bool {
        json.starts_with(BEGINNING)
    }

    /// Reads an own event from its journalled text.
    pub fn parse(json: &str) -> Result<Self, EventError> {
        let bad = |error: serde_json::Error| EventError::new("", error.to_string());
        let mut map: Map<String, Value> = serde_json::from_str(json).map_err(bad)?;
        let mut text = |field: &str| match map.remove(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(EventError::new(field, "missing; every own event has it")),
        };
        let (kind, at, id) = (text("type")?, text("at")?, text("id")?);
        let source = text("source")?;
        if source != OWN_SOURCE {
            return Err(EventError::new(
                "source",
                format!("`{source}` is not `svar`"),
            ));
        }
        let at = Timestamp::parse(&at).map_err(|error| EventError::new("at", error.to_string()))?;
        let deed = match Deed::read(&kind, Value::Object(map)) {
            Some(read) => read.map_err(bad)?,
            None => {
                return Err(EventError::new(
                    "type",
                    format!("`{kind}` is none of Svar's own events that this version knows"),
                ));
            }
        };
        Ok(Self { at, id, deed })
    }

    /// The canonical JSON text.
    pub fn to_json(&self) -> String {
        let wire = Wire {
            kind: self.deed.kind(),
            at: self.at,
            source: OWN_SOURCE,
            id: &self.id,
            deed: &self.deed,
        };
        // Maps with text keys and finite numbers only: writing them cannot fail.
        serde_json::to_string(&wire).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Event;
    use crate::model::QuestionId;

    fn moved() -> OwnEvent {
        OwnEvent {
            at: Timestamp::parse("2026-05-04T09:00:00Z").unwrap(),
            id: "17".to_owned(),
            deed: Deed::QuestionMoved(Box::new(QuestionMoved {
                question: QuestionId::parse("q1").unwrap(),
                topic: TopicNumber(4),
                cluster: 9,
            })),
        }
    }

    #[test]
    fn an_own_event_survives_a_round_trip() {
        let json = moved().to_json();
        assert!(OwnEvent::is_own(&json));
        assert_eq!(
            json,
            r#"{"type":"svar.question_moved","at":"2026-05-04T09:00:00Z","source":"svar","id":"17","question":"q1","topic":"t4","cluster":9}"#
        );
        assert_eq!(OwnEvent::parse(&json).unwrap(), moved());
    }

    #[test]
    fn an_own_event_never_comes_in_from_outside() {
        let error = Event::parse(&moved().to_json()).unwrap_err();
        assert_eq!(error.field, "type");
        assert!(error.reason.contains("do not come in"), "{error}");
    }

    #[test]
    fn an_unknown_or_foreign_one_is_refused_by_name() {
        let json = moved().to_json();
        let unknown = json.replace("question_moved", "question_lost");
        assert_eq!(OwnEvent::parse(&unknown).unwrap_err().field, "type");
        let foreign = json.replace(r#""source":"svar""#, r#""source":"api""#);
        assert_eq!(OwnEvent::parse(&foreign).unwrap_err().field, "source");
        let odd = json.replace(r#""t4""#, r#""4""#);
        assert!(OwnEvent::parse(&odd).is_err());
    }
}
