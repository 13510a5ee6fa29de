//! What is open at the end of each bucket: tickets, and episodes that a human owes.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::asked::Asked;
use super::dimension::Dimension;
use super::evaluate::Answer;
use super::result::{ExcludedCount, Figures, Point, Series};
use crate::metrics::{
    BacklogRow, Chunk, Derivation, DerivedKey, FOR_GOOD, Key, MAX_DIMENSIONS, NEVER, NONE, Reasons,
};

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
    // One that has several stretches is left out once.
    levels.left_out.par_sort_unstable();
    levels.left_out.dedup();
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
    /// What is left out: why, which ticket, which conversation; several times, maybe.
    left_out: Vec<LeftOut>,
}

type LeftOut = (&'static str, u32, u32);

/// What the stretches of one chunk come to at the instants that lie among them.
struct Part {
    changes: HashMap<Key, Vec<i64>>,
    left_out: Vec<LeftOut>,
}

impl Derivation for Part {
    fn bytes(&self) -> usize {
        let steps: usize = self.changes.values().map(Vec::len).sum();
        self.changes.len() * 64 + steps * 8 + self.left_out.len() * 24
    }
}

impl Levels {
    fn of(asked: &Asked<'_>, chunk: &Chunk<BacklogRow>, known: &[i64]) -> Self {
        let last = chunk.settles_at().max(chunk.span().1);
        let before = known.partition_point(|instant| *instant <= chunk.span().0);
        let upto = known.partition_point(|instant| *instant <= last);
        let own = known.get(before..upto).unwrap_or_default();
        let goes_on = upto < known.len();
        if own.is_empty() && !goes_on {
            return Self::default();
        }
        let part = kept(asked, chunk, (own, goes_on));
        let mut levels = Self::default();
        for (key, steps) in &part.changes {
            let mut whole = vec![0; known.len() + 1];
            for (slot, step) in whole.iter_mut().skip(before).zip(steps) {
                *slot = *step;
            }
            levels.changes.insert(*key, whole);
        }
        levels.left_out.extend(part.left_out.iter().copied());
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
        // The longer list stays where it is.
        let mut shorter = other.left_out;
        if shorter.len() > self.left_out.len() {
            std::mem::swap(&mut shorter, &mut self.left_out);
        }
        self.left_out.extend(shorter);
        self
    }
}

/// What a chunk comes to: from what is kept of it where no passing of time can change it.
fn kept(asked: &Asked<'_>, chunk: &Chunk<BacklogRow>, own: (&[i64], bool)) -> Arc<Part> {
    let standing = chunk.standing(asked.scope.as_of, 0);
    let settled = standing.is_some_and(|standing| standing.at == FOR_GOOD);
    if !settled || !asked.is_plain::<BacklogRow>() {
        return Arc::new(Part::of(asked, chunk, own));
    }
    let mut hasher = DefaultHasher::new();
    (asked.question(), own, chunk.identity()).hash(&mut hasher);
    let key = DerivedKey {
        name: "levels",
        detail: asked.report.id,
        version: hasher.finish(),
    };
    let make = || Part::of(asked, chunk, own);
    chunk.data().derived(FOR_GOOD, key, make)
}

impl Part {
    /// The levels at the instants `own`; `goes_on`: there are others after them.
    fn of(asked: &Asked<'_>, chunk: &Chunk<BacklogRow>, (own, goes_on): (&[i64], bool)) -> Self {
        let mut part = Self {
            changes: HashMap::new(),
            left_out: Vec::new(),
        };
        for row in chunk.rows() {
            let (from, mut until) = held(&row, own);
            let ends = row.until != NEVER;
            if !ends && goes_on {
                until = own.len() + 1;
            }
            if !row.support || from >= until || !asked.passes(&row, row.from) {
                continue;
            }
            let reason = asked.left_out(&row);
            if !reason.is_empty() {
                let place = (reason, row.ticket, row.conversation);
                part.left_out.push(place);
                continue;
            }
            asked.with_keys(&row, row.from, |keys| {
                for key in keys {
                    let steps = part.changes.entry(*key);
                    let steps = steps.or_insert_with(|| vec![0; own.len() + 1]);
                    add(steps, from, 1);
                    if ends {
                        add(steps, until, -1);
                    }
                }
            });
        }
        part.left_out.sort_unstable();
        part.left_out.dedup();
        part
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
