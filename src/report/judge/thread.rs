//! What a conversation says once: its value of each dimension that it has.

use super::scope::Scope;
use crate::metrics::NONE;
use crate::model::episode::Exclusion;
use crate::report::ask::Dimension;

const OF_CONVERSATION: [Dimension; 8] = [
    Dimension::Channel,
    Dimension::Language,
    Dimension::Direction,
    Dimension::Contact,
    Dimension::Company,
    Dimension::Tag,
    Dimension::Inbox,
    Dimension::Brand,
];

/// A conversation's value of a dimension.
pub(in crate::report) fn thread_code(
    scope: &Scope<'_>,
    conversation: u32,
    dimension: Dimension,
) -> u32 {
    debug_assert!(
        OF_CONVERSATION.contains(&dimension),
        "{dimension:?} is not a conversation's"
    );
    let thread = scope.facts.thread(conversation);
    match dimension {
        Dimension::Channel => thread.channel,
        Dimension::Inbox => thread.inbox,
        Dimension::Brand => thread.brand,
        Dimension::Direction => u32::from(thread.outbound),
        Dimension::Language if thread.language != NONE => thread.language,
        Dimension::Language => scope.facts.contact(thread.contact).language,
        Dimension::Contact => scope.facts.contacts.get(thread.contact).root,
        Dimension::Company => scope.facts.contact(thread.contact).company,
        _ => NONE,
    }
}

/// The word of an `Exclusion`.
pub(in crate::report) fn word_of(code: u8) -> &'static str {
    [
        Exclusion::Merged,
        Exclusion::Deleted,
        Exclusion::Test,
        Exclusion::Spam,
        Exclusion::Blocked,
    ]
    .into_iter()
    .find(|reason| *reason as u8 == code)
    .map_or("", Exclusion::as_str)
}
