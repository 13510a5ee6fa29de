//! Windows: the one of a query, the one to compare it with, and how they are cut.
//!
//! A window that holds `as_of` is running. Half a week is compared with half a week, and who
//! asks for whole periods only gets none that is not over.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::query::{Compare, Limit, Query};
use crate::metrics::{Buckets, Every, Period, first_instant, instant_at};
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
        let today = today(as_of, query);
        let (first, end) = match self {
            Self::LastDays => {
                let first = today.checked_sub_days(Days::new(30));
                (first.unwrap_or(today), today)
            }
            Self::Week => {
                let week = today.week(query.week_start.weekday());
                let next = week.last_day().succ_opt().unwrap_or(today);
                (week.first_day(), next)
            }
        };
        days(first, end, query)
    }
}

/// The day of the query's zone that an instant lies in.
fn today(as_of: Timestamp, query: &Query) -> NaiveDate {
    as_of.to_utc().with_timezone(&query.zone).date_naive()
}

/// From the beginning of a day to that of another.
fn days(first: NaiveDate, end: NaiveDate, query: &Query) -> Period {
    Period {
        from: first_instant(first, query.zone),
        to: first_instant(end, query.zone),
    }
}

/// The window of a query; of one that asks for whole periods only, as far as those are over.
pub(in crate::report) fn window_of(
    query: &Query,
    as_of: Timestamp,
    usual: UsualWindow,
) -> Result<Period, Invalid> {
    let window = asked_window(query, as_of, usual)?;
    if !query.whole {
        return Ok(window);
    }
    let to = last_limit_by(as_of, window, query)?;
    Ok(Period { to, ..window })
}

fn asked_window(query: &Query, as_of: Timestamp, usual: UsualWindow) -> Result<Period, Invalid> {
    let usual = match query.range {
        Some(range) => {
            let (first, last) = range.days(today(as_of, query));
            days(first, last.succ_opt().unwrap_or(last), query)
        }
        None => usual.at(as_of, query),
    };
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

/// The end of the last bucket that is over by `as_of`; of a window in one piece, of the last day.
fn last_limit_by(as_of: Timestamp, window: Period, query: &Query) -> Result<Timestamp, Invalid> {
    if window.to <= as_of {
        return Ok(window.to);
    }
    let last = if let Some(every) = query.every {
        let buckets = cut_window(window, every, query)?;
        let ends = buckets.spans().map(|(_, end)| end);
        ends.take_while(|end| *end <= as_of).last()
    } else {
        Some(first_instant(today(as_of, query), query.zone))
            .filter(|midnight| *midnight > window.from)
    };
    last.ok_or_else(|| {
        let every = query.every.unwrap_or(Every::Day).as_str();
        let reason = format!("no whole {every} of the window is over by {as_of}");
        Invalid::new("whole", reason)
    })
}

/// The window that another one is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Before {
    /// As a whole.
    pub(in crate::report) window: Period,
    /// Where it is cut, because the other one is still running: there as much of it has passed.
    pub(in crate::report) until: Option<Timestamp>,
}

impl Before {
    /// What of it is counted.
    pub(in crate::report) fn counted(self) -> Period {
        Period {
            to: self.until.unwrap_or(self.window.to),
            ..self.window
        }
    }
}

/// The window to compare the window of a query with.
///
/// While that is running at `as_of`, only as much of the one before counts as has passed of it:
/// whole days, and of the running day up to the same reading of the clock.
pub(in crate::report) fn before(
    query: &Query,
    compare: Compare,
    as_of: Timestamp,
    usual: UsualWindow,
) -> Result<Before, Invalid> {
    let asked = asked_window(query, as_of, usual)?;
    let counted = window_of(query, as_of, usual)?;
    let mut window = previous(asked, compare, query)?;
    let is_running = counted.from <= as_of && as_of < counted.to;
    if is_running {
        let until = elapsed_in(window, asked.from, as_of, query).min(window.to);
        return Ok(Before {
            window,
            until: Some(until),
        });
    }
    if counted.to < asked.to {
        // Whole periods only: the one before ends after as many of them.
        if compare == Compare::PreviousCalendar {
            window.to = elapsed_in(window, asked.from, counted.to, query).min(window.to);
        } else {
            window = previous(counted, compare, query)?;
        }
    }
    Ok(Before {
        window,
        until: None,
    })
}

/// The instant in `window` by which as much of it has passed as of one from `from` by `at`.
fn elapsed_in(window: Period, from: Timestamp, at: Timestamp, query: &Query) -> Timestamp {
    let reading = |at: Timestamp| at.to_utc().with_timezone(&query.zone).naive_local();
    let is_midnight = |at: Timestamp| first_instant(reading(at).date(), query.zone) == at;
    if !is_midnight(from) || !is_midnight(window.from) {
        return window.from.plus_millis(at.since(from).max(1));
    }
    let days = reading(at).date() - reading(from).date();
    let local = (reading(window.from).date() + days).and_time(reading(at).time());
    // An empty window cannot be counted.
    instant_at(local, query.zone).max(window.from.plus_millis(1))
}

/// The window before `window`.
fn previous(
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
