//! The window of days that a page shows, by name or from day to day.
//!
//! Read from addresses by `draft`, held by `view`, offered by `controls`.

use chrono::NaiveDate;

use crate::report::NamedRange;

/// A window of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// One that goes along with the day it is looked at.
    Named(NamedRange),
    /// From a day to a day, both included.
    Custom(NaiveDate, NaiveDate),
}

impl Range {
    /// The word in addresses.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Named(range) => range.as_str(),
            Self::Custom(..) => "custom",
        }
    }

    /// The first and the last day, seen from `today`.
    pub(super) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Named(range) => range.days(today),
            Self::Custom(from, until) => (from, until),
        }
    }
}
