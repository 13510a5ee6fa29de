//! The rows of a report, judged one by one and listed: a page of them, or all of one unit.
//!
//! A page of millions is found by instants and places alone; only its own rows are read whole.

use std::ops::Range;

use rayon::prelude::*;

use super::item::{RowItem, RowQuery};
use crate::metrics::{Chunk, Hit, NEVER, Table};
use crate::model::Timestamp;
use crate::report::ask::Dimension;
use crate::report::evaluate::Selection;
use crate::report::judge::{ReportRow, State, Verdict};
use crate::report::registry::{Judgement, Measure};

/// About how many rows are handed over at once.
const PART: usize = 4_096;

/// Between which instants a row must count: the window, or the bucket that is wanted.
pub(super) fn span(selection: &Selection<'_>, wanted: &RowQuery) -> (i64, i64) {
    let Some(at) = wanted.bucket else {
        return selection.buckets.window();
    };
    let bucket = selection.buckets.index(at.millis());
    let limits = bucket.and_then(|bucket| selection.buckets.limits_of(bucket));
    limits.unwrap_or_default()
}

/// Whether a row has the values of the cut that are wanted.
fn has_key(row: &RowItem, wanted: &RowQuery) -> bool {
    wanted.key.iter().all(|(name, value)| {
        let own = row.key.iter().find(|(field, _)| *field == name);
        own.is_some_and(|(_, own)| own.to_text() == *value)
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

/// A page of rows that are read already.
pub(super) fn cut(
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

/// A row to be listed, not read whole yet.
#[derive(Clone, Copy)]
struct RowPlace {
    at: i64,
    chunk: usize,
    row: usize,
    /// Which of its keys, where it has one for each of its tags.
    key: usize,
}

/// A row with what a report makes of it.
struct JudgedRow {
    verdict: Verdict,
    /// The instant by which it counts.
    instant: i64,
    /// The instant that it is listed by.
    shown: i64,
    value: Option<f64>,
}

/// The rows of one table as a report lists them.
pub(super) struct List<'a, R: ReportRow> {
    pub(super) selection: &'a Selection<'a>,
    pub(super) judgement: &'a Judgement<R>,
}

impl<R: ReportRow> List<'_, R> {
    fn is_at_risk(&self) -> bool {
        self.selection.report.measure == Measure::AtRisk
    }

    pub(super) fn page(&self, table: &Table<R>, wanted: &RowQuery) -> (Vec<RowItem>, usize) {
        let mut places = self.places(table, wanted);
        places.par_sort_unstable_by_key(|place| place.at);
        let total = places.len();
        // Rows of one instant are put in order among themselves.
        let instant = |index: usize| places.get(index.min(total.saturating_sub(1)));
        let (Some(first), Some(last)) = (
            instant(wanted.after),
            instant((wanted.after + wanted.limit).saturating_sub(1)),
        ) else {
            return (Vec::new(), total);
        };
        let start = places.partition_point(|place| place.at < first.at);
        let end = places.partition_point(|place| place.at <= last.at);
        let shown = places.get(start..end).unwrap_or_default();
        let page = self
            .read(table, shown)
            .into_iter()
            .skip(wanted.after - start.min(wanted.after));
        (page.take(wanted.limit).collect(), total)
    }

    pub(super) fn parts(
        &self,
        table: &Table<R>,
        wanted: &RowQuery,
        take: &mut dyn FnMut(Vec<RowItem>) -> bool,
    ) {
        let mut places = self.places(table, wanted);
        places.par_sort_unstable_by_key(|place| place.at);
        let mut left = places.as_slice();
        let (mut skipped, mut room) = (wanted.after, wanted.limit);
        while let Some(last) = left.get(left.len().min(PART).saturating_sub(1)) {
            // A part ends between instants, for rows of one are put in order among themselves.
            let (part, rest) = left.split_at(left.partition_point(|place| place.at <= last.at));
            left = rest;
            if skipped >= part.len() {
                skipped -= part.len();
                continue;
            }
            let items = self.read(table, part).into_iter();
            let items: Vec<RowItem> = items.skip(skipped).take(room).collect();
            (skipped, room) = (0, room - items.len());
            if !take(items) || room == 0 {
                return;
            }
        }
    }

    /// The rows at these places, in order.
    fn read(&self, table: &Table<R>, places: &[RowPlace]) -> Vec<RowItem> {
        let chunks = table.chunks();
        let items = places.iter().filter_map(|place| {
            let row = chunks.get(place.chunk)?.row(place.row)?;
            self.items(&row).into_iter().nth(place.key)
        });
        let mut items: Vec<RowItem> = items.collect();
        order(&mut items);
        items
    }

    /// Where the rows are that a page may show.
    fn places(&self, table: &Table<R>, wanted: &RowQuery) -> Vec<RowPlace> {
        let (from, to) = span(self.selection, wanted);
        let meets = |chunk: &Chunk<R>| {
            let (first, last) = chunk.span();
            self.is_at_risk() || !self.judgement.ordered || (last >= from && first < to)
        };
        let chunks = table.chunks().par_iter().enumerate();
        let chunks = chunks.filter(|(_, chunk)| meets(chunk));
        let places = chunks.flat_map_iter(|(place, chunk)| {
            let rows = (0..chunk.len()).filter(|index| !chunk.is_struck(*index));
            rows.flat_map(move |index| {
                let row = chunk.row(index);
                let keys = row.map(|row| self.keys(&row, from..to, wanted));
                let keys = keys.unwrap_or_default().into_iter();
                keys.map(move |(at, key)| RowPlace {
                    at,
                    chunk: place,
                    row: index,
                    key,
                })
            })
        });
        places.collect()
    }

    /// The instant of a row and the number of each of its keys that a page may show.
    fn keys(&self, row: &R, span: Range<i64>, wanted: &RowQuery) -> Vec<(i64, usize)> {
        let Some(judged) = self.judged(row) else {
            return Vec::new();
        };
        // Jobs are at risk at the instant of the query: their own may lie before the window.
        let inside = self.is_at_risk() || span.contains(&judged.instant);
        if judged.verdict.state != wanted.state.unwrap_or(State::Counted) || !inside {
            return Vec::new();
        }
        let is_tagged = self.selection.cut.contains(&Dimension::Tag);
        if wanted.key.is_empty() && !is_tagged {
            return vec![(judged.shown, 0)];
        }
        let items = self.items(row).into_iter().enumerate();
        let items = items.filter(|(_, item)| has_key(item, wanted));
        items.map(|(key, _)| (judged.shown, key)).collect()
    }

    /// Judges a row; `None`: it is filtered out, or no row of the report.
    fn judged(&self, row: &R) -> Option<JudgedRow> {
        let scope = &self.selection.scope;
        let at = (self.judgement.at)(row, scope);
        if at == NEVER || !self.selection.passes(row, at) {
            return None;
        }
        let left_out = self.selection.left_out(row);
        let verdict = if left_out.is_empty() {
            (self.judgement.judge)(row, scope, at)
        } else {
            Verdict {
                hits: [None; 3],
                state: State::Excluded,
                why: left_out,
            }
        };
        let first = verdict.hits.into_iter().flatten().next();
        let instant = first.map_or(at, |(instant, _)| instant);
        // A job at risk is listed with the time that is left.
        let valued = if self.is_at_risk() {
            verdict.hits.into_iter().flatten().nth(1)
        } else {
            first
        };
        Some(JudgedRow {
            instant,
            shown: if self.is_at_risk() {
                row.time()
            } else {
                instant
            },
            value: valued.and_then(|(_, hit)| worth(hit)),
            verdict,
        })
    }

    /// A row as it is listed: once, or once for each of its tags.
    pub(super) fn items(&self, row: &R) -> Vec<RowItem> {
        let Some(judged) = self.judged(row) else {
            return Vec::new();
        };
        let selection = self.selection;
        let mut items = Vec::new();
        selection.with_keys(row, judged.instant, |keys| {
            items.extend(keys.iter().map(|key| RowItem {
                at: Timestamp::from_millis(judged.shown),
                value: judged.value,
                ..RowItem::of(selection, row, key, &judged.verdict)
            }));
        });
        items
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
