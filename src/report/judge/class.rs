//! What is the same for all rows of a class, and how a duration is said that differs from row
//! to row: by the places of the instants that it lies between.

use super::scope::Scope;
use super::stopwatch::Stopwatch;
use crate::metrics::{MARKED_AS_OF, PlacedSpan, Row};

/// What judgements ask of a row's conversation, as a number: why it counts nowhere, whether the
/// source gave only part of it, and whether it is a chat.
pub(in crate::report) fn of_conversation(conversation: u32, scope: &Scope<'_>) -> u8 {
    let thread = scope.facts.thread(conversation);
    let is_chat = Some(thread.channel) == scope.chat;
    thread.excluded << 2 | u8::from(thread.truncated) << 1 | u8::from(is_chat)
}

/// A duration that lies between no two instants of its row.
const NO_SPAN: i64 = -1;

/// More columns than any row has.
const MAX_PLACES: i64 = 1 << 16;

/// The circumstances in which the example of a class is judged.
pub(in crate::report) fn marked<'a>(scope: &Scope<'a>) -> Scope<'a> {
    Scope {
        as_of: MARKED_AS_OF,
        clock: Stopwatch::Places,
        // What is due stands in the row by now; from a mark nothing is due.
        agreements: None,
        ..scope.clone()
    }
}

/// The place of the column that an instant of the row is in.
pub(in crate::report) fn place_of(row: &impl Row, instant: i64) -> Option<usize> {
    let mut placed = row.placed_instants();
    placed.find_map(|(place, other)| (other == instant).then_some(place))
}

/// A duration of the row as a number that says between which instants it lies.
pub(super) fn span_code(row: &impl Row, from: i64, until: i64) -> i64 {
    let place = |instant| i64::try_from(place_of(row, instant)?).ok();
    let code = place(from).zip(place(until));
    code.map_or(NO_SPAN, |(from, until)| from * MAX_PLACES + until)
}

/// Between which instants a duration lies.
pub(in crate::report) fn span_of(code: i64) -> Option<PlacedSpan> {
    Some(PlacedSpan {
        from: usize::try_from(code / MAX_PLACES).ok()?,
        until: usize::try_from(code).ok()? % usize::try_from(MAX_PLACES).ok()?,
    })
}
