//! The rows of a report, judged one by one and listed: a page of them, or all of one unit.
//!
//! A page of millions is found by instants and places alone; only its own rows are told.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::asked::Asked;
use super::entry::{Lens, Measure, Source};
use super::judge::{Judged, State, Verdict};
use super::level::held;
use super::presence;
use super::rows::{RowItem, RowQuery};
use crate::metrics::{BacklogRow, Chunk, Hit, Key, NEVER, NONE, Table};
use crate::model::Timestamp;

/// A page of a report's rows in order of their instant, and how many there are in all.
pub(super) fn listed(asked: &Asked<'_>, wanted: &RowQuery) -> (Vec<RowItem>, usize) {
    let facts = asked.scope.facts;
    match &asked.report.source {
        Source::Episodes(lens) => page(asked, &facts.episodes, lens, wanted),
        Source::Messages(lens) => page(asked, &facts.messages, lens, wanted),
        Source::Responses(lens) => page(asked, &facts.responses, lens, wanted),
        Source::Questions(lens) => page(asked, &facts.questions, lens, wanted),
        Source::Feedback(lens) => page(asked, &facts.feedback, lens, wanted),
        Source::Surveys(lens) => page(asked, &facts.surveys, lens, wanted),
        Source::Tickets(lens, _) => page(asked, &facts.tickets, lens, wanted),
        Source::TicketMessages(lens) => page(asked, &facts.ticket_messages, lens, wanted),
        Source::Stays(lens) => page(asked, &facts.stays, lens, wanted),
        Source::Promises(lens) => page(asked, &facts.promises, lens, wanted),
        Source::Jobs(lens) => page(asked, &facts.jobs, lens, wanted),
        Source::Backlog => {
            let bucket = wanted.bucket.map(|at| asked.buckets.index(at.millis()));
            let rows = backlog_rows(asked, bucket.flatten(), None);
            cut(wanted, rows, None)
        }
        Source::Statuses => {
            let span = span(asked, wanted);
            cut(wanted, presence_rows(asked), Some(span))
        }
        Source::Reports => (Vec::new(), 0),
    }
}

/// All rows of one unit, however they stand.
pub(super) fn rows_of_unit(asked: &Asked<'_>, unit: u32) -> Vec<RowItem> {
    let facts = asked.scope.facts;
    match &asked.report.source {
        Source::Episodes(lens) => of_unit(asked, &facts.episodes, lens, unit),
        Source::Messages(lens) => of_unit(asked, &facts.messages, lens, unit),
        Source::Responses(lens) => of_unit(asked, &facts.responses, lens, unit),
        Source::Questions(lens) => of_unit(asked, &facts.questions, lens, unit),
        Source::Feedback(lens) => of_unit(asked, &facts.feedback, lens, unit),
        Source::Surveys(lens) => of_unit(asked, &facts.surveys, lens, unit),
        Source::Tickets(lens, _) => of_unit(asked, &facts.tickets, lens, unit),
        Source::TicketMessages(lens) => of_unit(asked, &facts.ticket_messages, lens, unit),
        Source::Stays(lens) => of_unit(asked, &facts.stays, lens, unit),
        Source::Promises(lens) => of_unit(asked, &facts.promises, lens, unit),
        Source::Jobs(lens) => of_unit(asked, &facts.jobs, lens, unit),
        Source::Backlog => backlog_rows(asked, None, Some(unit)),
        Source::Statuses | Source::Reports => Vec::new(),
    }
}

/// Between which instants a row must count: the window, or the bucket that is asked for.
fn span(asked: &Asked<'_>, wanted: &RowQuery) -> (i64, i64) {
    let Some(at) = wanted.bucket else {
        return asked.buckets.window();
    };
    let bucket = asked.buckets.index(at.millis());
    let limits = bucket.and_then(|bucket| asked.buckets.limits_of(bucket));
    limits.unwrap_or_default()
}

/// Whether a row has the values of the cut that are asked for.
fn has_key(row: &RowItem, wanted: &RowQuery) -> bool {
    wanted.key.iter().all(|(name, value)| {
        let found = row.key.iter().find(|(known, _)| *known == name);
        found.is_some_and(|(_, known)| known.to_text() == *value)
    })
}

fn order(rows: &mut [RowItem]) {
    rows.sort_by(|a, b| {
        (a.at, &a.conversation, a.episode, &a.ticket).cmp(&(
            b.at,
            &b.conversation,
            b.episode,
            &b.ticket,
        ))
    });
}

/// A page of rows that are told already.
fn cut(
    wanted: &RowQuery,
    mut rows: Vec<RowItem>,
    span: Option<(i64, i64)>,
) -> (Vec<RowItem>, usize) {
    let state = wanted.state.unwrap_or(State::Counted);
    rows.retain(|row| {
        let at = row.at.millis();
        let inside = span.is_none_or(|(from, to)| at >= from && at < to);
        row.state == state && inside && has_key(row, wanted)
    });
    order(&mut rows);
    let total = rows.len();
    let page = rows.into_iter().skip(wanted.after).take(wanted.limit);
    (page.collect(), total)
}

/// A row to be listed, not told yet.
#[derive(Clone, Copy)]
struct Found {
    at: i64,
    chunk: usize,
    row: usize,
    /// Which of its keys, where it has one for each of its tags.
    key: usize,
}

/// A page of a table's rows.
fn page<R: Judged>(
    asked: &Asked<'_>,
    table: &Table<R>,
    lens: &Lens<R>,
    wanted: &RowQuery,
) -> (Vec<RowItem>, usize) {
    let at_risk = asked.report.measure == Measure::AtRisk;
    let (from, to) = span(asked, wanted);
    let meets = |chunk: &Chunk<R>| {
        let (first, last) = chunk.span();
        at_risk || !lens.ordered || (last >= from && first < to)
    };
    let chunks = table.chunks();
    let places = chunks.par_iter().enumerate();
    let places = places.filter(|(_, chunk)| meets(chunk));
    let mut found: Vec<Found> = places
        .flat_map_iter(|(place, chunk)| {
            let rows = (0..chunk.len()).filter(|index| !chunk.is_struck(*index));
            rows.flat_map(move |row| {
                let told = chunk.row(row);
                let told = told.map(|told| found_of(asked, lens, &told, (from, to), wanted));
                let keys = told.unwrap_or_default().into_iter();
                keys.map(move |(at, key)| Found {
                    at,
                    chunk: place,
                    row,
                    key,
                })
            })
        })
        .collect();
    found.par_sort_unstable_by_key(|found| found.at);
    let total = found.len();
    // Rows of one instant are put in order among themselves.
    let instant = |place: usize| found.get(place.min(total.saturating_sub(1)));
    let (Some(first), Some(last)) = (
        instant(wanted.after),
        instant((wanted.after + wanted.limit).saturating_sub(1)),
    ) else {
        return (Vec::new(), total);
    };
    let start = found.partition_point(|found| found.at < first.at);
    let end = found.partition_point(|found| found.at <= last.at);
    let shown = found.get(start..end).unwrap_or_default();
    let mut items: Vec<RowItem> = shown
        .iter()
        .filter_map(|found| {
            let row = chunks.get(found.chunk)?.row(found.row)?;
            items_of(asked, lens, &row).into_iter().nth(found.key)
        })
        .collect();
    order(&mut items);
    let page = items
        .into_iter()
        .skip(wanted.after - start.min(wanted.after));
    (page.take(wanted.limit).collect(), total)
}

/// The instant of a row and the number of each of its keys that is asked for.
fn found_of<R: Judged>(
    asked: &Asked<'_>,
    lens: &Lens<R>,
    row: &R,
    (from, to): (i64, i64),
    wanted: &RowQuery,
) -> Vec<(i64, usize)> {
    let Some(one) = judged(asked, lens, row) else {
        return Vec::new();
    };
    // Jobs are at risk at the instant asked about: their own may lie before the window.
    let at_risk = asked.report.measure == Measure::AtRisk;
    let inside = at_risk || (one.instant >= from && one.instant < to);
    if one.verdict.state != wanted.state.unwrap_or(State::Counted) || !inside {
        return Vec::new();
    }
    let is_tagged = asked.cut.contains(&super::dimension::Dimension::Tag);
    if wanted.key.is_empty() && !is_tagged {
        return vec![(one.shown, 0)];
    }
    let items = items_of(asked, lens, row).into_iter().enumerate();
    let items = items.filter(|(_, item)| has_key(item, wanted));
    items.map(|(key, _)| (one.shown, key)).collect()
}

fn of_unit<R: Judged>(
    asked: &Asked<'_>,
    table: &Table<R>,
    lens: &Lens<R>,
    unit: u32,
) -> Vec<RowItem> {
    let rows = table.rows_of(unit);
    rows.flat_map(|row| items_of(asked, lens, &row)).collect()
}

/// A row with what a report makes of it.
struct One {
    verdict: Verdict,
    /// The instant by which it counts.
    instant: i64,
    /// The instant that it is listed by.
    shown: i64,
    value: Option<f64>,
}

/// Judges a row; `None`: it is sifted out, or no row of the report.
fn judged<R: Judged>(asked: &Asked<'_>, lens: &Lens<R>, row: &R) -> Option<One> {
    let scope = &asked.scope;
    let at = (lens.at)(row, scope);
    if at == NEVER || !asked.passes(row, at) {
        return None;
    }
    let left_out = asked.left_out(row);
    let verdict = if left_out.is_empty() {
        (lens.judge)(row, scope, at)
    } else {
        Verdict {
            hits: [None; 3],
            state: State::Excluded,
            why: left_out,
        }
    };
    let at_risk = asked.report.measure == Measure::AtRisk;
    let first = verdict.hits.into_iter().flatten().next();
    let instant = first.map_or(at, |(instant, _)| instant);
    // A job at risk is listed with the time that is left.
    let telling = if at_risk {
        verdict.hits.into_iter().flatten().nth(1)
    } else {
        first
    };
    Some(One {
        instant,
        shown: if at_risk { row.time() } else { instant },
        value: telling.and_then(|(_, hit)| worth(hit)),
        verdict,
    })
}

/// A row as it is listed: once, or once for each of its tags.
fn items_of<R: Judged>(asked: &Asked<'_>, lens: &Lens<R>, row: &R) -> Vec<RowItem> {
    let Some(one) = judged(asked, lens, row) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    asked.with_keys(row, one.instant, |keys| {
        for key in keys {
            items.push(item(asked, row, (one.shown, key), one.value, &one.verdict));
        }
    });
    items
}

fn item<R: Judged>(
    asked: &Asked<'_>,
    row: &R,
    (at, key): (i64, &Key),
    value: Option<f64>,
    verdict: &Verdict,
) -> RowItem {
    let place = row.place();
    let codes = &asked.scope.facts.dictionaries;
    let text = |found: Option<std::sync::Arc<str>>| found.map(|text| text.to_string());
    RowItem {
        state: verdict.state,
        at: Timestamp::from_millis(at),
        conversation: text(codes.conversation.text(place.conversation)),
        episode: (place.ordinal > 0).then_some(place.ordinal),
        ticket: text(codes.ticket.text(place.ticket)),
        key: asked.key(key),
        value,
        clocks: BTreeMap::new(),
        reason: verdict.why,
    }
}

/// What a hit is worth to a reader.
fn worth(hit: Hit) -> Option<f64> {
    match hit {
        Hit::Count => Some(1.0),
        Hit::Part { hit, .. } => Some(f64::from(u8::from(hit))),
        Hit::Value(millis) | Hit::More(millis) => Some(millis as f64 / 1000.0),
        Hit::Score(score) => Some(f64::from(score)),
        Hit::Rated {
            communication,
            quality,
        } => Some(f64::midpoint(f64::from(communication), f64::from(quality))),
        Hit::Sent { .. } | Hit::Pending => None,
    }
}

/// The statuses in the window, cut at the limits of its buckets.
fn presence_rows(asked: &Asked<'_>) -> Vec<RowItem> {
    let by_hours = asked.report.measure == Measure::WorkingTime;
    let mut items = Vec::new();
    for row in presence::inside(asked) {
        let verdict = Verdict {
            hits: [None; 3],
            state: State::Counted,
            why: "the rep had this status",
        };
        for (_, from, until) in presence::pieces(asked, &row) {
            let value = match asked.report.measure {
                Measure::Peak => None,
                _ => Some(presence::sums(asked, &row, (from, until), by_hours).0 as f64 / 1000.0),
            };
            asked.with_keys(&row, from, |keys| {
                for key in keys {
                    items.push(item(asked, &row, (from, key), value, &verdict));
                }
            });
        }
    }
    items
}

/// What was open at the end of a bucket, else at the end of the window.
fn backlog_rows(asked: &Asked<'_>, bucket: Option<usize>, unit: Option<u32>) -> Vec<RowItem> {
    let after = asked.scope.as_of.saturating_add(1);
    let spans: Vec<(Timestamp, Timestamp)> = asked.buckets.spans().collect();
    let span = bucket.map_or(spans.last(), |bucket| spans.get(bucket));
    let instant = span.map_or(after, |(_, end)| end.millis().min(after));
    let mut items = Vec::new();
    let backlog = &asked.scope.facts.backlog;
    let rows: Box<dyn Iterator<Item = BacklogRow>> = match unit {
        Some(unit) => Box::new(backlog.rows_of(unit)),
        None => Box::new(backlog.rows()),
    };
    for row in rows {
        let (from, until) = held(&row, &[instant]);
        let reason = asked.left_out(&row);
        if !row.support || !asked.passes(&row, row.from) {
            continue;
        }
        let (state, why) = match (from < until, reason) {
            (true, "") if row.ticket == NONE => (State::Counted, "a human owed it at that instant"),
            (true, "") => (State::Counted, "open at that instant"),
            (true, reason) => (State::Excluded, reason),
            (false, _) => (State::Unconcerned, "not open at that instant"),
        };
        let verdict = Verdict {
            hits: [None; 3],
            state,
            why,
        };
        asked.with_keys(&row, row.from, |keys| {
            for key in keys {
                items.push(item(asked, &row, (row.from, key), None, &verdict));
            }
        });
    }
    items
}
