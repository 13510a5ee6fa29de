//! Windows: the one of a query, the one to compare it with, and how they are cut.

use chrono::{Datelike, Days, Months};

use super::query::{Compare, Limit, Query};
use crate::metrics::{Buckets, Every, Period, first_instant};
use crate::model::{Invalid, Timestamp};

/// The window of a query that names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum UsualWindow {
    /// The last 30 whole days.
    LastDays,
    /// This week.
    Week,
}

impl UsualWindow {
    fn at(self, as_of: Timestamp, query: &Query) -> Period {
        let today = as_of.to_utc().with_timezone(&query.zone).date_naive();
        let (first, end) = match self {
            Self::LastDays => {
                let first = today.checked_sub_days(Days::new(30));
                (first.unwrap_or(today), today)
            }
            Self::Week => {
                let week = today.week(chrono::Weekday::Mon);
                let next = week.last_day().succ_opt().unwrap_or(today);
                (week.first_day(), next)
            }
        };
        Period {
            from: first_instant(first, query.zone),
            to: first_instant(end, query.zone),
        }
    }
}

/// The window of a query.
pub(in crate::report) fn window_of(
    query: &Query,
    as_of: Timestamp,
    usual: UsualWindow,
) -> Result<Period, Invalid> {
    let usual = usual.at(as_of, query);
    let instant = |limit: Limit| limit.instant(query.zone);
    let from = query.from.map_or(usual.from, instant);
    let to = query.to.map_or(usual.to, instant);
    if from >= to {
        return Err(Invalid::new(
            "from",
            format!("{from} is not before the end of the window, {to}"),
        ));
    }
    Ok(Period { from, to })
}

/// The window to compare a window with.
pub(in crate::report) fn previous(
    Period { from, to }: Period,
    compare: Compare,
    query: &Query,
) -> Result<Period, Invalid> {
    let until_window = |start| Period {
        from: start,
        to: from,
    };
    let local = |at: Timestamp| at.to_utc().with_timezone(&query.zone).date_naive();
    let (first, end) = (local(from), local(to));
    let whole_days =
        first_instant(first, query.zone) == from && first_instant(end, query.zone) == to;
    if compare == Compare::PreviousCalendar {
        let months =
            u32::try_from((end.year() - first.year()) * 12).unwrap_or_default() + end.month0();
        let months = months.saturating_sub(first.month0());
        let is_unit = whole_days
            && first.day() == 1
            && end.day() == 1
            && (months == 1
                || (months == 3 && first.month0() % 3 == 0)
                || (months == 12 && first.month0() == 0));
        let before = first
            .checked_sub_months(Months::new(months))
            .filter(|_| is_unit);
        return before
            .map(|date| until_window(first_instant(date, query.zone)))
            .ok_or_else(|| {
                Invalid::new(
                    "compare",
                    "previous_calendar needs a window of one whole calendar month, quarter or year",
                )
            });
    }
    if whole_days {
        let days = (end - first).num_days();
        let before = first - chrono::TimeDelta::days(days);
        return Ok(until_window(first_instant(before, query.zone)));
    }
    Ok(until_window(from.plus_millis(-to.since(from))))
}

/// Cuts a window as its query asks, or says which frequency is fine enough.
pub(in crate::report) fn cut_window(
    window: Period,
    every: Every,
    query: &Query,
) -> Result<Buckets, Invalid> {
    Buckets::cut(window, every, query.zone, query.week_start).map_err(|finest| {
        let reason = format!(
            "{} gives more than 2,000 buckets; the finest for this window is {}",
            every.as_str(),
            finest.as_str()
        );
        Invalid::new("every", reason)
    })
}
