//! What is open at the end of each bucket: tickets, and episodes that a human owes.
//!
//! The excluded rows of `backlog` are the tickets and conversations that would have been open
//! at the end of some bucket, each once.

use std::collections::BTreeMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::answer::Answer;
use super::selection::Selection;
use super::stretches::{Changes, Draft, Part};
use crate::metrics::{
    BacklogRow, Chunk, DerivedKey, FOR_GOOD, Key, MAX_DIMENSIONS, NEVER, NONE, Row, place_of,
};
use crate::report::ask::Dimension;
use crate::report::figures::Figures;
use crate::report::result::{ExcludedCount, Point, Series};

/// The columns that say from when and until when a stretch is.
const FROM: usize = place_of(BacklogRow::FIELDS, "from");
const UNTIL: usize = place_of(BacklogRow::FIELDS, "until");

/// Counts the stretches that hold at the end of each bucket, or at `as_of` if earlier.
///
/// A bucket that starts after `as_of` has no level. The total is the last level there is.
pub(super) fn answer(selection: &Selection<'_>) -> Answer {
    let instants = instants(selection);
    let ends: Vec<i64> = instants.iter().copied().flatten().collect();
    let chunks = selection.scope.facts.backlog.chunks().par_iter();
    let parts: Vec<OffsetPart> = chunks
        .filter_map(|chunk| part_of(selection, chunk, &ends))
        .collect();
    let summed = parts.par_iter().fold(Changes::new, |changes, part| {
        part.add_to(changes, ends.len() + 1)
    });
    let mut changes = summed.reduce(Changes::new, merge);
    if selection.cut.as_slice() == [Dimension::Kind] {
        for kind in [0, 1] {
            let mut key = [NONE; MAX_DIMENSIONS];
            if let Some(first) = key.first_mut() {
                *first = kind;
            }
            let steps = changes.entry(key);
            steps.or_insert_with(|| vec![0; ends.len() + 1]);
        }
    }
    let series = changes
        .iter()
        .map(|(key, steps)| series(selection, &instants, key, steps));
    let mut series: Vec<Series> = series.collect();
    series.sort_by(|a, b| a.key.cmp(&b.key));
    Answer {
        series,
        excluded: left_out(&parts),
        ..Answer::default()
    }
}

/// A part, and before which of all instants its own come first.
struct OffsetPart {
    before: usize,
    part: Arc<Part>,
}

impl OffsetPart {
    fn add_to(&self, mut changes: Changes, len: usize) -> Changes {
        for (key, steps) in &self.part.changes {
            let sum = changes.entry(*key).or_insert_with(|| vec![0; len]);
            for (sum, step) in sum.iter_mut().skip(self.before).zip(steps) {
                *sum += step;
            }
        }
        changes
    }
}

fn merge(mut changes: Changes, other: Changes) -> Changes {
    for (key, steps) in other {
        match changes.entry(key) {
            Entry::Occupied(mut sum) => {
                for (sum, step) in sum.get_mut().iter_mut().zip(steps) {
                    *sum += step;
                }
            }
            Entry::Vacant(place) => {
                place.insert(steps);
            }
        }
    }
    changes
}

/// The instants at which levels are read, as they lie to one chunk.
#[derive(Clone, Copy, Hash)]
struct ChunkInstants<'a> {
    /// Those among its stretches.
    own: &'a [i64],
    /// Whether there are others after them.
    go_on: bool,
}

/// What a chunk comes to; `None` where all its stretches lie after the last instant.
fn part_of(
    selection: &Selection<'_>,
    chunk: &Chunk<BacklogRow>,
    ends: &[i64],
) -> Option<OffsetPart> {
    let last = chunk.settles_at().max(chunk.span().1);
    let before = ends.partition_point(|instant| *instant <= chunk.span().0);
    let upto = ends.partition_point(|instant| *instant <= last);
    let instants = ChunkInstants {
        own: ends.get(before..upto).unwrap_or_default(),
        go_on: upto < ends.len(),
    };
    if instants.own.is_empty() && !instants.go_on {
        return None;
    }
    let part = remembered(selection, chunk, instants);
    Some(OffsetPart { before, part })
}

/// How many things are left out, by why. One that has several stretches is counted once.
fn left_out(parts: &[OffsetPart]) -> Vec<ExcludedCount> {
    let mut most: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (reason, things) in parts.iter().flat_map(|part| &part.part.left_out) {
        let most = most.entry(*reason).or_default();
        *most = things.last().copied().unwrap_or_default().max(*most);
    }
    let counted = most.into_iter().map(|(reason, most)| {
        let marks = Marks::upto(most);
        parts.par_iter().for_each(|part| {
            let things = part.part.left_out.get(reason);
            things
                .into_iter()
                .flatten()
                .for_each(|thing| marks.set(*thing));
        });
        ExcludedCount {
            reason,
            count: marks.count(),
        }
    });
    counted.collect()
}

/// A mark for each number, set from many threads.
struct Marks(Vec<AtomicU64>);

impl Marks {
    fn upto(most: u64) -> Self {
        let words = 0..=most / u64::from(u64::BITS);
        Self(words.map(|_| AtomicU64::new(0)).collect())
    }

    fn set(&self, number: u64) {
        let word = usize::try_from(number / u64::from(u64::BITS)).ok();
        if let Some(word) = word.and_then(|word| self.0.get(word)) {
            word.fetch_or(1 << (number % u64::from(u64::BITS)), Ordering::Relaxed);
        }
    }

    fn count(&self) -> u64 {
        let words = self.0.par_iter();
        words
            .map(|word| u64::from(word.load(Ordering::Relaxed).count_ones()))
            .sum()
    }
}

/// What a chunk comes to: from what is remembered of it where no passing of time can change it.
fn remembered(
    selection: &Selection<'_>,
    chunk: &Chunk<BacklogRow>,
    instants: ChunkInstants<'_>,
) -> Arc<Part> {
    let validity = chunk.validity(selection.scope.as_of, 0);
    let settled = validity.is_some_and(|validity| validity.at == FOR_GOOD);
    if !settled || !selection.is_plain::<BacklogRow>() {
        return Arc::new(counted(selection, chunk, instants));
    }
    let mut hasher = DefaultHasher::new();
    (selection.question(), instants, chunk.identity()).hash(&mut hasher);
    let key = DerivedKey {
        name: "levels",
        detail: selection.report.id,
        version: hasher.finish(),
    };
    let make = || counted(selection, chunk, instants);
    chunk.data().derived(FOR_GOOD, key, make)
}

/// What the stretches of a chunk come to.
fn counted(
    selection: &Selection<'_>,
    chunk: &Chunk<BacklogRow>,
    instants: ChunkInstants<'_>,
) -> Part {
    let mut draft = Draft::of(selection, chunk, instants.own.len());
    let stretches = chunk.instants(FROM).into_iter().zip(chunk.instants(UNTIL));
    let mut held = Held::by(instants);
    // Most stretches begin and end between two instants: that is seen without their rows.
    for (index, (begun, ended)) in stretches.enumerate() {
        let (from, until) = held.next(begun, ended);
        if from < until && !chunk.is_struck(index) {
            draft.take(index, from, until);
        }
    }
    draft.finish()
}

/// At which instants stretches hold; they come in order of their beginnings.
struct Held<'a> {
    instants: ChunkInstants<'a>,
    next: usize,
}

/// So many instants are looked at one after the other before the rest is halved: most stretches
/// end before the third.
const NEAR: usize = 4;

impl<'a> Held<'a> {
    const fn by(instants: ChunkInstants<'a>) -> Self {
        Self { instants, next: 0 }
    }

    /// Of the instants, the first at which the stretch holds and the first at which it no longer
    /// does; one that goes on does after the last, too, where there are others.
    fn next(&mut self, begun: i64, ended: i64) -> (usize, usize) {
        let own = self.instants.own;
        while own.get(self.next).is_some_and(|instant| *instant <= begun) {
            self.next += 1;
        }
        let from = self.next;
        if ended == NEVER && self.instants.go_on {
            return (from, own.len() + 1);
        }
        let rest = own.get(from..).unwrap_or_default();
        let near = rest.iter().take(NEAR);
        let near = near.take_while(|instant| **instant <= ended).count();
        if near < NEAR {
            return (from, from + near);
        }
        (
            from,
            from + rest.partition_point(|instant| *instant <= ended),
        )
    }
}

/// Until which instant, exclusive, each bucket's level sees events.
fn instants(selection: &Selection<'_>) -> Vec<Option<i64>> {
    let after = selection.scope.as_of.saturating_add(1);
    let spans = selection.buckets.spans();
    spans
        .map(|(start, end)| (start.millis() < after).then(|| end.millis().min(after)))
        .collect()
}

/// Of the instants, the first at which the stretch holds and the first at which it no longer does.
pub(in crate::report) fn held(begun: i64, ended: i64, instants: &[i64]) -> (usize, usize) {
    let from = instants.partition_point(|instant| *instant <= begun);
    let rest = instants.get(from..).unwrap_or_default();
    // Mostly it ends before the next.
    if rest.first().is_none_or(|instant| *instant > ended) {
        return (from, from);
    }
    (
        from,
        from + rest.partition_point(|instant| *instant <= ended),
    )
}

fn series(selection: &Selection<'_>, instants: &[Option<i64>], key: &Key, steps: &[i64]) -> Series {
    let mut level = 0;
    let mut last = None;
    let spans = selection.buckets.spans().zip(instants).zip(steps);
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
        key: selection.key(key),
        points,
        total: Figures::level(last),
    }
}
