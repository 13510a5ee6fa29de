//! One event straight from its text, where that has its fields in the order in which Svar
//! writes them: what the journal and the store hold is read so.
//!
//! Whatever is out of the ordinary is left to the strict reader in `parse`, which finds the
//! words for what is wrong. What both can read they read as the same event.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};

use super::{Body, Event};
use crate::model::Timestamp;

/// Reads `line`, if it begins with `type`, `at`, `source` and `id`, in this order, and
/// nothing is wrong with it that serde can see.
pub(super) fn read(line: &str) -> Option<Event> {
    let mut text = serde_json::Deserializer::from_str(line);
    let event = text.deserialize_map(AsWritten).ok()?;
    text.end().ok()?;
    Some(event)
}

struct AsWritten;

impl<'de> Visitor<'de> for AsWritten {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event as it is written")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event, A::Error> {
        let next_is = |name: &'static str, map: &mut A| match map.next_key::<&'de str>()? {
            Some(key) if key == name => Ok(()),
            _ => Err(A::Error::missing_field(name)),
        };
        next_is("type", &mut map)?;
        let kind: &'de str = map.next_value()?;
        next_is("at", &mut map)?;
        let at = Timestamp::parse(map.next_value()?).map_err(A::Error::custom)?;
        next_is("source", &mut map)?;
        let source = map.next_value()?;
        next_is("id", &mut map)?;
        let id = map.next_value()?;
        let body = Body::read(kind, MapAccessDeserializer::new(map));
        Ok(Event {
            at,
            source,
            id,
            body: body.ok_or_else(|| A::Error::custom("unknown type"))??,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_as_it_is_written_is_read_straight() {
        let message = r#"{"type":"message.added","at":"2026-01-05T10:00:00Z","source":"s","id":"a\"1","conversation":"c","message":"m","author":{"kind":"contact","id":"p"},"text":"h\u00e6?"}"#;
        let event = read(message).unwrap();
        assert_eq!(Some(&event), Event::parse_strictly(message).ok().as_ref());
        assert_eq!(read(&event.to_json()), Some(event));
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_strict_reader() {
        const HEAD: &str =
            r#""type":"csat.rated","at":"2026-01-05T10:00:00Z","source":"s","id":"1""#;
        let usual = format!(r#"{{{HEAD},"conversation":"c","score":5}}"#);
        assert!(read(&usual).is_some());
        for odd in [
            format!(r#"{{"score":5,"conversation":"c",{HEAD}}}"#),
            format!(r#"{{{HEAD},"conversation":"c","score":4,"score":5}}"#),
            format!(r#"{{{HEAD},"id":"2","conversation":"c","score":5}}"#),
            usual.replace(r#""id":"1","#, ""),
            usual.replace(r#""source":"s""#, r#""source":null"#),
            usual.replace("type", "typ\\u0065"),
            format!("{usual} x"),
            format!("[{usual}]"),
        ] {
            assert_eq!(read(&odd), None, "{odd}");
        }
    }

    #[test]
    fn both_readers_refuse_what_serde_cannot_see() {
        let line =
            r#"{"type":"csat.rated","at":"2026-01-05T10:00:00Z","source":"s","id":"1","score":5}"#;
        let said = Event::parse(line).unwrap_err();
        assert_eq!(Event::parse_strictly(line).unwrap_err(), said);
        assert!(said.reason.contains("neither"), "{said}");
        let long = line.replace("\"1\"", &format!("\"{}\"", "x".repeat(257)));
        assert!(Event::parse(&long).unwrap_err().field == "id");
    }
}
