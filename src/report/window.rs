//! Windows: the one asked for, the one beside it, and how they are cut.

use chrono::{Datelike, Months};

use super::entry::{Measure, Report};
use super::query::{Compare, Query, last_days};
use crate::metrics::{Buckets, Every, WeekStart, first_instant};
use crate::model::{Invalid, Timestamp};

/// The window asked for; left out: the last 30 whole days, of `impact` this week.
pub(super) fn window_of(
    report: &Report,
    query: &Query,
    as_of: Timestamp,
) -> Result<(Timestamp, Timestamp), Invalid> {
    let default = if matches!(report.measure, Measure::Composite(_)) {
        let today = as_of.to_utc().with_timezone(&query.zone).date_naive();
        let week = today.week(chrono::Weekday::Mon);
        let next = week.last_day().succ_opt().unwrap_or(today);
        (
            first_instant(week.first_day(), query.zone),
            first_instant(next, query.zone),
        )
    } else {
        last_days(as_of, query.zone, 30)
    };
    let from = query
        .from
        .map_or(default.0, |limit| limit.instant(query.zone));
    let to = query
        .to
        .map_or(default.1, |limit| limit.instant(query.zone));
    if from >= to {
        return Err(Invalid::new(
            "from",
            format!("{from} is not before the end of the window, {to}"),
        ));
    }
    Ok((from, to))
}

/// The window beside `(from, to)`.
pub(super) fn previous(
    (from, to): (Timestamp, Timestamp),
    compare: Compare,
    query: &Query,
) -> Result<(Timestamp, Timestamp), Invalid> {
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
            .map(|date| (first_instant(date, query.zone), from))
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
        return Ok((first_instant(before, query.zone), from));
    }
    Ok((from.plus_millis(-to.since(from)), from))
}

/// Cuts a window, or says which frequency is fine enough.
pub(super) fn cut_window(
    window: (Timestamp, Timestamp),
    every: Every,
    zone: chrono_tz::Tz,
    week_start: WeekStart,
) -> Result<Buckets, Invalid> {
    Buckets::cut(window, every, zone, week_start).map_err(|finest| {
        let reason = format!(
            "{} gives more than 2,000 buckets; the finest for this window is {}",
            every.as_str(),
            finest.as_str()
        );
        Invalid::new("every", reason)
    })
}
