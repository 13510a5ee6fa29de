//! What is open at the end of each bucket: tickets, and episodes that a human owes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::asked::Asked;
use super::dimension::Dimension;
use super::evaluate::Answer;
use super::result::{ExcludedCount, Figures, Point, Series};
use crate::metrics::{BacklogRow, Chunk, Key, MAX_DIMENSIONS, NONE, Reasons};

/// Counts the stretches that hold at the end of each bucket, or at `as_of` if earlier.
///
/// A bucket that starts after `as_of` has no level. The total is the last level there is.
pub(super) fn answer(asked: &Asked<'_>) -> Answer {
    let instants = instants(asked);
    let known: Vec<i64> = instants.iter().copied().flatten().collect();
    let chunks = asked.scope.facts.backlog.chunks().par_iter();
    let mut levels = chunks
        .map(|chunk| Levels::of(asked, chunk, &known))
        .reduce(Levels::default, Levels::merge);
    if asked.cut.as_slice() == [Dimension::Kind] {
        for kind in [0, 1] {
            let mut key = [NONE; MAX_DIMENSIONS];
            if let Some(first) = key.first_mut() {
                *first = kind;
            }
            let steps = levels.changes.entry(key);
            steps.or_insert_with(|| vec![0; known.len() + 1]);
        }
    }
    let mut excluded = Reasons::new();
    for (reason, ..) in levels.left_out {
        *excluded.entry(reason).or_default() += 1;
    }
    let series = levels
        .changes
        .iter()
        .map(|(key, steps)| series(asked, &instants, key, steps));
    let mut series: Vec<Series> = series.collect();
    series.sort_by(|a, b| a.key.cmp(&b.key));
    Answer {
        series,
        excluded: excluded
            .into_iter()
            .map(|(reason, count)| ExcludedCount { reason, count })
            .collect(),
        ..Answer::default()
    }
}

/// What the stretches of some chunks come to.
#[derive(Default)]
struct Levels {
    /// By key, how much the level changes at each instant.
    changes: HashMap<Key, Vec<i64>>,
    /// What is left out: why, which ticket, which conversation.
    left_out: HashSet<(&'static str, u32, u32)>,
}

impl Levels {
    fn of(asked: &Asked<'_>, chunk: &Chunk<BacklogRow>, known: &[i64]) -> Self {
        let mut levels = Self::default();
        for row in chunk.rows() {
            let (from, until) = held(&row, known);
            let counts = row.support && from < until && asked.passes(&row, row.from);
            if !counts {
                continue;
            }
            let reason = asked.left_out(&row);
            if !reason.is_empty() {
                levels
                    .left_out
                    .insert((reason, row.ticket, row.conversation));
                continue;
            }
            asked.with_keys(&row, row.from, |keys| {
                for key in keys {
                    let steps = levels.changes.entry(*key);
                    let steps = steps.or_insert_with(|| vec![0; known.len() + 1]);
                    add(steps, from, 1);
                    add(steps, until, -1);
                }
            });
        }
        levels
    }

    fn merge(mut self, other: Self) -> Self {
        for (key, steps) in other.changes {
            match self.changes.entry(key) {
                Entry::Occupied(mut known) => {
                    for (known, step) in known.get_mut().iter_mut().zip(steps) {
                        *known += step;
                    }
                }
                Entry::Vacant(place) => {
                    place.insert(steps);
                }
            }
        }
        self.left_out.extend(other.left_out);
        self
    }
}

/// Until which instant, exclusive, each bucket's level sees events.
fn instants(asked: &Asked<'_>) -> Vec<Option<i64>> {
    let after = asked.scope.as_of.saturating_add(1);
    let spans = asked.buckets.spans();
    spans
        .map(|(start, end)| (start.millis() < after).then(|| end.millis().min(after)))
        .collect()
}

/// Of the instants, the first at which the stretch holds and the first at which it no longer does.
pub(super) fn held(row: &BacklogRow, instants: &[i64]) -> (usize, usize) {
    let from = instants.partition_point(|instant| *instant <= row.from);
    (
        from,
        instants.partition_point(|instant| *instant <= row.until),
    )
}

fn add(steps: &mut [i64], index: usize, by: i64) {
    if let Some(step) = steps.get_mut(index) {
        *step += by;
    }
}

fn series(asked: &Asked<'_>, instants: &[Option<i64>], key: &Key, steps: &[i64]) -> Series {
    let mut level = 0;
    let mut last = None;
    let spans = asked.buckets.spans().zip(instants).zip(steps);
    let points = spans.map(|(((start, end), instant), step)| {
        level += step;
        let value = instant.map(|_| level);
        last = value.or(last);
        Point {
            start,
            end,
            figures: Figures::level(value),
        }
    });
    let points = points.collect();
    Series {
        key: asked.key(key),
        points,
        total: Figures::level(last),
    }
}
