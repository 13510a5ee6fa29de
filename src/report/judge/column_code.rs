//! Codes that follow from one column: for a whole chunk they are read from it, and no row is put
//! together. `ReportRow::code` and its kin stay the definition; a test holds these to them.

use super::scope::Scope;
use super::thread::thread_code;
use crate::metrics::ThreadRow;
use crate::report::ask::Dimension;

/// What is coded of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Coded {
    /// Its value of a dimension.
    Dimension(Dimension),
    /// Its contact, merges not followed.
    Contact,
    /// The language that its conversation says.
    Language,
    /// Its tags, as a set.
    TagSet,
}

/// How the code follows from the number that a column has.
type OfNumber<'a> = Box<dyn Fn(i64) -> u32 + Sync + 'a>;

/// Which column a code follows from, and how.
pub(in crate::report) enum ColumnCode<'a> {
    /// It is the column's own.
    Own(usize),
    /// It is made of the column's number.
    Made(usize, OfNumber<'a>),
}

impl<'a> ColumnCode<'a> {
    /// Made of the number of the column at `place`.
    pub(super) fn made(place: usize, code: impl Fn(i64) -> u32 + Sync + 'a) -> Self {
        Self::Made(place, Box::new(code))
    }

    /// What the conversation says whose code is in the column at `place`.
    pub(super) fn of_thread(place: usize, coded: Coded, scope: &'a Scope<'_>) -> Option<Self> {
        let of = move |say: fn(ThreadRow) -> u32| {
            Self::made(place, move |code| say(scope.facts.thread(code_of(code))))
        };
        match coded {
            Coded::Contact => Some(of(|thread| thread.contact)),
            Coded::Language => Some(of(|thread| thread.language)),
            Coded::TagSet => Some(of(|thread| thread.tag_set)),
            Coded::Dimension(
                dimension @ (Dimension::Channel
                | Dimension::Direction
                | Dimension::Inbox
                | Dimension::Brand),
            ) => Some(Self::made(place, move |code| {
                thread_code(scope, code_of(code), dimension)
            })),
            Coded::Dimension(_) => None,
        }
    }
}

/// The code that a column of codes holds as a number.
fn code_of(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(crate::metrics::NONE)
}
