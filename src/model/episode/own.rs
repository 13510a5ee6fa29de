//! Own fields of a conversation or ticket: which value each took when.

use crate::model::Timestamp;
use crate::model::event::Attributes;

/// A value that an own field took at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own<'a> {
    /// Which field.
    pub name: &'a str,
    /// From when.
    pub from: Timestamp,
    /// Its value as text; `None`: it was removed.
    pub value: Option<String>,
}

/// What was said at an instant.
pub fn own(from: Timestamp, attributes: &Attributes) -> impl Iterator<Item = Own<'_>> {
    attributes.iter().map(move |(name, value)| Own {
        name,
        from,
        value: match value {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        },
    })
}
