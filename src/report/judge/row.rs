//! What a report needs of a row, and how conversations and what is in them are cut and
//! filtered: their value of every dimension that they have.
//!
//! Rows that are like messages have the outcome and the handoff reason of the episode that was
//! current then, else of the last one before, else of the first.

use super::agreement::Coverage;
use super::scope::{Credit, Scope};
use crate::metrics::{
    EpisodeRow, FeedbackRow, MessageRow, NO_HANDOFF, NONE, QuestionRow, ResponseRow, Row,
};
use crate::model::episode::{Author, Exclusion, Outcome};
use crate::report::ask::{Dimension, HandledBy};

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
    /// The dimensions that the row has.
    const DIMENSIONS: &'static [Dimension];

    /// The row's value of a dimension, at the instant by which it counts.
    fn code(&self, dimension: Dimension, scope: &Scope<'_>, at: i64) -> u32;
    /// Where it belongs.
    fn place(&self) -> Place;

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

/// A conversation's dimensions, and more.
macro_rules! with_conversation {
    ($($more:ident),*) => {{
        use Dimension::{Brand, Channel, Company, Contact, Direction, Inbox, Language, Tag, $($more),*};
        &[Channel, Language, Direction, Contact, Company, Tag, Inbox, Brand, $($more),*]
    }};
}

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

/// A conversation's value of a dimension, or that of its episode at an instant.
pub(in crate::report) fn of_thread_or_episode(
    scope: &Scope<'_>,
    conversation: u32,
    dimension: Dimension,
    at: i64,
) -> u32 {
    match dimension {
        Dimension::Reason | Dimension::Outcome | Dimension::HandledBy => scope
            .facts
            .episode_at(conversation, at)
            .map_or(NONE, |episode| episode.code(dimension, scope, at)),
        _ => thread_code(scope, conversation, dimension),
    }
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

/// Whether the source gave only part of the row's conversation.
pub(in crate::report) fn is_truncated<R: ReportRow>(row: &R, scope: &Scope<'_>) -> bool {
    scope.facts.thread(row.place().conversation).truncated
}

const fn in_conversation(conversation: u32) -> Place {
    Place {
        conversation,
        ordinal: 0,
        ticket: NONE,
    }
}

pub(in crate::report) use with_conversation;

impl ReportRow for EpisodeRow {
    const IS_EPISODE: bool = true;
    const DIMENSIONS: &'static [Dimension] =
        with_conversation!(Rep, Team, Reason, Outcome, HandledBy, Assignee);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Direction => u32::from(self.outbound),
            Dimension::Rep => self.credited(scope).rep,
            Dimension::Team => self.credited(scope).team,
            Dimension::HandledBy => self.handled_by(),
            Dimension::Reason if self.handoff_reason == NO_HANDOFF => NONE,
            Dimension::Reason => u32::from(self.handoff_reason),
            Dimension::Outcome => match scope.outcome(self) {
                Outcome::Unhandled => NONE,
                outcome => outcome as u32,
            },
            Dimension::Assignee => match scope.outcome(self) {
                Outcome::Resolved => scope.customer_agent,
                _ if self.rep == NONE => self.ended_by,
                _ => self.rep,
            },
            _ => thread_code(scope, self.conversation, dimension),
        }
    }

    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        Coverage {
            team: self.team,
            ..Coverage::of_conversation(&scope.facts.thread(self.conversation))
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn outbound(&self) -> bool {
        self.outbound
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: self.ordinal,
            ticket: NONE,
        }
    }
}

/// Whose a row is, by codes.
struct Holder {
    rep: u32,
    team: u32,
}

impl EpisodeRow {
    /// Whose the episode is in the report that is asked for.
    const fn credited(&self, scope: &Scope<'_>) -> Holder {
        match scope.credit {
            Credit::FirstReply if !self.first_reply_by_rep => Holder {
                rep: NONE,
                team: NONE,
            },
            Credit::FirstResponse | Credit::FirstReply => Holder {
                rep: self.first_response_rep,
                team: self.first_response_team,
            },
            _ => Holder {
                rep: self.rep,
                team: self.team,
            },
        }
    }

    /// A code of [`Dimension::HandledBy`].
    fn handled_by(&self) -> u32 {
        let by = match (self.handled, self.rep_wrote) {
            (true, true) => HandledBy::Both,
            (true, false) => HandledBy::CustomerAgent,
            (false, true) => HandledBy::Rep,
            (false, false) => HandledBy::Nobody,
        };
        by as u32
    }
}

impl ReportRow for MessageRow {
    const DIMENSIONS: &'static [Dimension] =
        with_conversation!(Rep, Team, Flow, Weekday, Hour, Reason, Outcome, HandledBy);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, at: i64) -> u32 {
        match dimension {
            Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Flow => u32::from(self.author != Author::Contact as u8),
            Dimension::Weekday => scope.weekday_hour(at).0,
            Dimension::Hour => scope.weekday_hour(at).1,
            _ => of_thread_or_episode(scope, self.conversation, dimension, self.at),
        }
    }

    fn excluded(&self, scope: &Scope<'_>) -> &'static str {
        match word_of(scope.facts.thread(self.conversation).excluded) {
            "" if self.blocked => Exclusion::Blocked.as_str(),
            reason => reason,
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}

impl ReportRow for ResponseRow {
    const DIMENSIONS: &'static [Dimension] =
        with_conversation!(Rep, Team, Reason, Outcome, HandledBy);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            _ => of_thread_or_episode(scope, self.conversation, dimension, self.at),
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}

impl ReportRow for QuestionRow {
    const DIMENSIONS: &'static [Dimension] = with_conversation!(Reason, Outcome, HandledBy);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        of_thread_or_episode(scope, self.conversation, dimension, self.at)
    }

    fn outbound(&self) -> bool {
        self.outbound
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}

impl ReportRow for FeedbackRow {
    const DIMENSIONS: &'static [Dimension] = with_conversation!(Rating, Reason, Outcome, HandledBy);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Rating => self.rating,
            _ => of_thread_or_episode(scope, self.conversation, dimension, self.at),
        }
    }

    fn outbound(&self) -> bool {
        self.outbound
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}
