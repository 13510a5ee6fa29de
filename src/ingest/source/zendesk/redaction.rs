//! Words that were taken away in Zendesk: what is here of them goes, too.
//!
//! Zendesk puts a sign in the place of each letter that was taken away. A comment that may have
//! come along whole before is redacted here, and what is left of its words is said anew.

use std::collections::HashSet;

use serde_json::json;

use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// What stands for a letter that was taken away.
const MASK: char = '\u{2587}';

/// The part of a history that says that a comment was redacted. Of one that came masked it is known
/// already what is left.
pub(super) fn redacted(
    at: Timestamp,
    (ticket, masked): (&str, &HashSet<String>),
    event: Fields<'_>,
    output: &mut Output<'_>,
) {
    let Some(comment) = event.id("comment_id") else {
        return output.lacks("events.comment_id");
    };
    if !masked.contains(&comment) {
        gone(&comment, ticket, at, output);
    }
}

/// Says of a comment whose words are masked that those before are gone; whether it is one.
pub(super) fn masked(
    id: &str,
    ticket: &str,
    (at, text): (Timestamp, &str),
    output: &mut Output<'_>,
) -> bool {
    let masks = text.chars().filter(|sign| *sign == MASK).count();
    let Some(masks) = i64::try_from(masks).ok().filter(|masks| *masks > 0) else {
        return false;
    };
    gone(id, ticket, at, output);
    let fields = json!({
        "conversation": output.thing(ticket),
        "message": output.thing(id),
        "text": text,
    });
    // Of several the one with the most masks is the last.
    output.event(
        format_args!("comment/{id}/masked/{masks}"),
        at.plus_millis(masks),
        "message.edited",
        fields,
    );
    true
}

fn gone(id: &str, ticket: &str, at: Timestamp, output: &mut Output<'_>) {
    let fields = json!({"conversation": output.thing(ticket), "message": output.thing(id)});
    let event = format_args!("comment/{id}/redacted@{at}");
    output.event(event, at, "message.redacted", fields);
}
