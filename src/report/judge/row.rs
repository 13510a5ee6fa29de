//! What a report needs of a row: its value of every dimension that it has, and where it belongs.

use super::agreement::Coverage;
use super::class::span_code;
use super::column_code::{Coded, ColumnCode};
use super::scope::Scope;
use super::stopwatch::Stopwatch;
use super::thread::{thread_code, word_of};
use crate::metrics::{Chunk, NONE, Row, Seen};
use crate::report::ask::Dimension;

/// Which conversation, episode and ticket a row belongs to, for drill-down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Place {
    /// The conversation's code.
    pub conversation: u32,
    /// The episode's place in it; 0: none in particular.
    pub ordinal: u32,
    /// The ticket's code.
    pub ticket: u32,
}

/// A row that reports can be made of.
pub(in crate::report) trait ReportRow: Row {
    /// Whether it is an episode, whose outcome is its own.
    const IS_EPISODE: bool = false;
    /// The column of a code that a judgement looks at, where one does.
    const JUDGED_CODE: Option<usize> = None;
    /// The dimensions that the row has.
    const DIMENSIONS: &'static [Dimension];

    /// The row's value of a dimension, at the instant by which it counts.
    fn code(&self, dimension: Dimension, scope: &Scope<'_>, at: i64) -> u32;
    /// From which column the code follows, where it follows from one; of rows as they count in
    /// `scope`.
    fn column_code<'a>(_coded: Coded, _scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        None
    }

    /// A chunk of rows that say all that judgements go by.
    fn completed(chunk: &Chunk<Self>, _scope: &Scope<'_>) -> Chunk<Self> {
        chunk.clone()
    }

    /// By row: whether its contact came back; `None`: it is no episode.
    fn comebacks(_chunk: &Chunk<Self>, _scope: &Scope<'_>) -> Option<Vec<bool>> {
        None
    }

    /// Where it belongs.
    fn place(&self) -> Place;

    /// Whether who sees so much sees the row: its ticket, else its conversation.
    fn is_seen(&self, seen: &Seen) -> bool {
        let place = self.place();
        match place.ticket {
            NONE => seen.has_conversation(place.conversation),
            ticket => seen.has_ticket(ticket),
        }
    }

    /// The row's tags, as a set: its conversation's, unless it has its own.
    fn tag_set(&self, scope: &Scope<'_>) -> u32 {
        scope.facts.thread(self.place().conversation).tag_set
    }

    /// The contact's code, merges not followed.
    fn contact(&self, scope: &Scope<'_>) -> u32 {
        scope.facts.thread(self.place().conversation).contact
    }

    /// The language that its conversation says, if it does.
    fn language(&self, scope: &Scope<'_>) -> u32 {
        scope.facts.thread(self.place().conversation).language
    }

    /// Why the row counts nowhere; empty when it counts.
    fn excluded(&self, scope: &Scope<'_>) -> &'static str {
        word_of(scope.facts.thread(self.place().conversation).excluded)
    }

    /// The properties that decide which agreement covers the row.
    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        let thread = scope.facts.thread(self.place().conversation);
        let has_team = Self::DIMENSIONS.contains(&Dimension::Team);
        Coverage {
            team: if has_team {
                self.code(Dimension::Team, scope, self.time())
            } else {
                NONE
            },
            ..Coverage::of_conversation(&thread)
        }
    }

    /// Whether the row is of an outbound episode.
    fn outbound(&self) -> bool {
        false
    }

    /// The time from `from` to `until` on the clock in use, in milliseconds.
    fn elapsed(&self, scope: &Scope<'_>, from: i64, until: i64) -> i64 {
        if matches!(scope.clock, Stopwatch::Places) {
            return span_code(self, from, until);
        }
        let Place {
            ticket,
            conversation,
            ..
        } = self.place();
        let own = || scope.facts.own_schedules(ticket, conversation);
        scope
            .clock
            .elapsed(|| self.coverage(scope), own, from..until)
    }
}

/// A conversation's dimensions, and more.
macro_rules! with_conversation {
    ($($more:ident),*) => {{
        use Dimension::{Brand, Channel, Company, Contact, Direction, Inbox, Language, Tag, $($more),*};
        &[Channel, Language, Direction, Contact, Company, Tag, Inbox, Brand, $($more),*]
    }};
}

/// The inbox or brand of a ticket, else of a conversation.
pub(in crate::report) fn inbox_code(scope: &Scope<'_>, place: Place, dimension: Dimension) -> u32 {
    if place.ticket == NONE {
        return thread_code(scope, place.conversation, dimension);
    }
    let ticket = scope.facts.ticket(place.ticket);
    ticket.map_or(NONE, |ticket| match dimension {
        Dimension::Inbox => ticket.inbox,
        _ => ticket.brand,
    })
}

/// Whether the source gave only part of the row's conversation.
pub(in crate::report) fn is_truncated<R: ReportRow>(row: &R, scope: &Scope<'_>) -> bool {
    scope.facts.thread(row.place().conversation).truncated
}

pub(in crate::report) use with_conversation;

/// The place of a column by its name.
macro_rules! column {
    ($name:literal) => {
        const { $crate::metrics::place_of(<Self as $crate::metrics::Row>::FIELDS, $name) }
    };
}
pub(in crate::report) use column;
