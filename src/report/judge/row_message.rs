//! How messages and what is like them (waits, questions, feedback) are cut and filtered.
//!
//! They have the outcome and the handoff reason of the episode that was current then, else of
//! the last one before, else of the first.

use super::column_code::{Coded, ColumnCode};
use super::row::{Place, ReportRow, column, with_conversation};
use super::scope::Scope;
use super::thread::{thread_code, word_of};
use crate::metrics::{FeedbackRow, MessageRow, NONE, QuestionRow, ResponseRow};
use crate::model::episode::{Author, Exclusion};
use crate::report::ask::Dimension;

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

const fn in_conversation(conversation: u32) -> Place {
    Place {
        conversation,
        ordinal: 0,
        ticket: NONE,
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

    fn column_code<'a>(coded: Coded, scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        match coded {
            Coded::TagSet => Some(ColumnCode::Own(column!("tag_set"))),
            Coded::Dimension(Dimension::Rep) => Some(ColumnCode::Own(column!("rep"))),
            Coded::Dimension(Dimension::Team) => Some(ColumnCode::Own(column!("team"))),
            Coded::Dimension(Dimension::Flow) => {
                let code = |author| u32::from(author != i64::from(Author::Contact as u8));
                Some(ColumnCode::made(column!("author"), code))
            }
            Coded::Dimension(Dimension::Weekday) => {
                let code = |at| scope.weekday_hour(at).0;
                Some(ColumnCode::made(column!("at"), code))
            }
            Coded::Dimension(Dimension::Hour) => {
                let code = |at| scope.weekday_hour(at).1;
                Some(ColumnCode::made(column!("at"), code))
            }
            _ => ColumnCode::of_thread(column!("conversation"), coded, scope),
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

    fn column_code<'a>(coded: Coded, scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        match coded {
            Coded::TagSet => Some(ColumnCode::Own(column!("tag_set"))),
            Coded::Dimension(Dimension::Rep) => Some(ColumnCode::Own(column!("rep"))),
            Coded::Dimension(Dimension::Team) => Some(ColumnCode::Own(column!("team"))),
            _ => ColumnCode::of_thread(column!("conversation"), coded, scope),
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

    fn column_code<'a>(coded: Coded, scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        match coded {
            Coded::TagSet => Some(ColumnCode::Own(column!("tag_set"))),
            _ => ColumnCode::of_thread(column!("conversation"), coded, scope),
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}

impl ReportRow for FeedbackRow {
    const JUDGED_CODE: Option<usize> = Some(column!("rating"));
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

    fn place(&self) -> Place {
        in_conversation(self.conversation)
    }
}
