//! Own fields of a conversation or ticket, and schedules of its own: which each took when.

use crate::model::event::{Attributes, Patch};
use crate::model::{ScheduleId, Timestamp};

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

/// The schedule that is set at an instant, if one is; `None` in it: the default one from then on.
pub(super) fn schedule_from(
    at: Timestamp,
    schedule: &Patch<ScheduleId>,
) -> Option<(Timestamp, Option<&str>)> {
    match schedule {
        Patch::Keep => None,
        Patch::Clear => Some((at, None)),
        Patch::Set(schedule) => Some((at, Some(schedule.as_str()))),
    }
}
