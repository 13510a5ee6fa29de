//! The window of days that a page shows, by name or from day to day.
//!
//! Read from addresses by `draft`, held by `view`, offered by `controls`.

use chrono::{Datelike, Months, NaiveDate};

use super::date;

/// A window of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// The last whole days before today.
    Last(u16),
    /// From the first of the month to today.
    ThisMonth,
    /// The whole month before.
    LastMonth,
    /// From a day to a day, both included.
    Custom(NaiveDate, NaiveDate),
}

impl Range {
    /// The windows that are offered by name.
    pub(super) const PRESETS: [Self; 5] = [
        Self::Last(7),
        Self::Last(30),
        Self::Last(90),
        Self::ThisMonth,
        Self::LastMonth,
    ];

    /// The word in addresses.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Last(7) => "last_7",
            Self::Last(90) => "last_90",
            Self::Last(_) => "last_30",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
            Self::Custom(..) => "custom",
        }
    }

    /// The first and the last day, seen from `today`.
    pub(super) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first = today.with_day(1).unwrap_or(today);
        match self {
            Self::Last(days) => (date::before(today, days.into()), date::before(today, 1)),
            Self::ThisMonth => (first, today),
            Self::LastMonth => {
                let before = first.checked_sub_months(Months::new(1)).unwrap_or(first);
                (before, date::before(first, 1))
            }
            Self::Custom(from, until) => (from, until),
        }
    }
}
