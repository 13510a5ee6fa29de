//! What one chunk adds to a question, remembered: the cube that a repeated question is
//! served from.
//!
//! A chunk that no passing of time changes adds the same to the same cut, filters and
//! limits of buckets every time. What it adds is a few counters, whichever window asks.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::calendar::Buckets;
use super::grid::Grid;
use super::sheet::{Places, Sheet};
use super::standing::{Derivation, DerivedKey};
use super::track::Worth;

/// The counters of a chunk: group, bucket after the first that it meets, worth, times.
pub(super) struct Partial {
    worths: Vec<Worth>,
    counters: Vec<(u64, u32, u16, u32)>,
}

impl Derivation for Partial {
    fn bytes(&self) -> usize {
        self.worths.len() * size_of::<Worth>() + self.counters.len() * 24
    }
}

/// How a window lies over the rows of a chunk, or of several.
pub(super) struct Lie {
    /// The first bucket that they meet.
    pub(super) first: usize,
    /// How many buckets they meet.
    pub(super) buckets: usize,
    /// A number that differs where they would be cut in another way.
    pub(super) cut: u64,
}

impl Lie {
    /// How a window lies over rows between two instants; `None`: it has no bucket there.
    pub(super) fn of(buckets: &Buckets, (from, to): (i64, i64)) -> Option<Self> {
        let window = buckets.window();
        let start = from.max(window.0);
        let first = buckets.index(start)?;
        let mut hasher = DefaultHasher::new();
        (window.0 > from, window.1 <= to).hash(&mut hasher);
        if window.0 > from {
            window.0.hash(&mut hasher);
        }
        let mut bucket = first;
        while let Some((_, end)) = buckets.limits_of(bucket)
            && end <= to
        {
            end.hash(&mut hasher);
            bucket += 1;
        }
        Some(Self {
            first,
            buckets: (bucket - first + 1).min(buckets.len() - first),
            cut: hasher.finish(),
        })
    }
}

/// Adds what a chunk adds, from memory if it was asked the same before; false: it cannot be.
pub(super) fn add(grid: &mut Grid, sheet: &Sheet, places: &Places<'_>) -> bool {
    let Some(memo) = &sheet.memo else {
        return false;
    };
    let spans = sheet.tracks.iter().map(|track| track.span);
    let span = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let Some(lie) = span.and_then(|span| Lie::of(places.buckets, span)) else {
        return false;
    };
    let mut hasher = DefaultHasher::new();
    let struck = sheet.struck.as_ref().map_or(0, |struck| struck.count);
    (memo.question, lie.cut, struck).hash(&mut hasher);
    let key = DerivedKey {
        name: "counted",
        detail: "",
        version: hasher.finish(),
    };
    let width = places.buckets.len() as u64;
    let partial: Arc<Partial> = sheet.data.0.derived(memo.at, key, || {
        let mut own = Grid::new(places, false);
        own.take(sheet, places);
        own.into_partial(lie.first, width)
    });
    let kinds: Vec<usize> = partial
        .worths
        .iter()
        .map(|worth| grid.kind(*worth))
        .collect();
    for (group, bucket, kind, times) in &partial.counters {
        let cell = group * width + lie.first as u64 + u64::from(*bucket);
        let kind = kinds.get(usize::from(*kind)).copied().unwrap_or_default();
        grid.add(cell, kind, *times);
    }
    true
}

impl Grid {
    /// The counters of a grid that one chunk was counted into.
    fn into_partial(self, first: usize, width: u64) -> Partial {
        let mut counters = Vec::new();
        let filled = self.filled();
        for (place, cell) in filled.cells().iter().enumerate() {
            let bucket = usize::try_from(cell % width).unwrap_or_default();
            let bucket = u32::try_from(bucket.saturating_sub(first)).unwrap_or_default();
            for (kind, times) in (0_u16..)
                .zip(filled.counts(place))
                .filter(|(_, times)| **times > 0)
            {
                counters.push((cell / width, bucket, kind, *times));
            }
        }
        Partial {
            counters,
            worths: self.worths,
        }
    }
}
