//! What a file or a record is, by how it looks.

use super::Translation;
use super::field::Fields;

/// Whether what begins so is JSON; a table begins with the name of a column.
pub(super) fn is_json(seen: &[u8]) -> bool {
    let seen = seen.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(seen);
    let first = seen.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none_or(|byte| matches!(byte, b'{' | b'['))
}

/// The kind of a record: what it is listed under says it, else its fields do.
pub(super) fn kind_of(
    translation: &dyn Translation,
    key: Option<&str>,
    fields: Fields<'_>,
) -> Option<&'static str> {
    let listed = key.and_then(|key| listed(translation, key));
    listed
        .filter(|kind| !kind.is_empty())
        .or_else(|| translation.kind_of(fields))
}

/// The kind of what is listed under a name; empty: of any.
pub(super) fn listed(translation: &dyn Translation, key: &str) -> Option<&'static str> {
    let mut lists = translation.lists().iter();
    lists.find(|(name, _)| *name == key).map(|(_, kind)| *kind)
}

/// Whether a record looks like an event of Svar's.
pub(super) fn is_own(record: Fields<'_>) -> bool {
    record.text("type").is_some_and(|kind| kind.contains('.')) && record.has("at")
}
