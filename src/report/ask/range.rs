//! Windows by name, which go along with the day that they are asked on.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::model::Invalid;

/// A window that is called by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedRange {
    /// The last seven whole days before today.
    Last7,
    /// The last 30.
    Last30,
    /// The last 90.
    Last90,
    /// From the first of the month to today.
    ThisMonth,
    /// The whole month before.
    LastMonth,
}

impl NamedRange {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Last7,
        Self::Last30,
        Self::Last90,
        Self::ThisMonth,
        Self::LastMonth,
    ];

    /// Its name in queries and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Last7 => "last_7",
            Self::Last30 => "last_30",
            Self::Last90 => "last_90",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|range| range.as_str() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("range", format!("`{name}` is none of {names}"))
        })
    }

    /// The first and the last day, seen from `today`.
    pub fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let before = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let first = today.with_day(1).unwrap_or(today);
        match self {
            Self::Last7 => (before(7), before(1)),
            Self::Last30 => (before(30), before(1)),
            Self::Last90 => (before(90), before(1)),
            Self::ThisMonth => (first, today),
            Self::LastMonth => {
                let start = first.checked_sub_months(Months::new(1)).unwrap_or(first);
                (start, first.pred_opt().unwrap_or(first))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_windows_end_where_their_names_say() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = |range: NamedRange, today| range.days(day(today));
        let expected = (day("2026-02-22"), day("2026-02-28"));
        assert_eq!(days(NamedRange::Last7, "2026-03-01"), expected);
        let expected = (day("2026-02-01"), day("2026-02-28"));
        assert_eq!(days(NamedRange::LastMonth, "2026-03-01"), expected);
        let expected = (day("2026-03-01"), day("2026-03-01"));
        assert_eq!(days(NamedRange::ThisMonth, "2026-03-01"), expected);
        assert_eq!(NamedRange::parse("last_90"), Ok(NamedRange::Last90));
        let refused = NamedRange::parse("last_12").unwrap_err().to_string();
        assert!(refused.contains("last_7, last_30"), "{refused}");
    }
}
