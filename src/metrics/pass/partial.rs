//! What one chunk adds to a question, remembered: the cube that a repeated question is
//! served from.
//!
//! A chunk that no passing of time changes adds the same to the same cut, filters and
//! limits of buckets every time. What it adds is a few counters, whichever window asks.
//!
//! There are no cubes cut by days of one zone: what is remembered is what was asked (report,
//! cut, filters, limits of buckets inside the chunk), and any window that covers the chunk
//! takes it from there.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::chunk_scan::{CellLayout, ChunkScan};
use super::counters::Counters;
use super::judgement_column::Contribution;
use super::overlap::Overlap;
use crate::metrics::memory::{Derivation, DerivedKey};

/// The counters of a chunk: group, bucket after the first that it meets, contribution, times.
pub(in crate::metrics) struct Partial {
    contributions: Vec<Contribution>,
    counters: Vec<(u64, u32, u16, u32)>,
}

impl Derivation for Partial {
    fn bytes(&self) -> usize {
        self.contributions.len() * size_of::<Contribution>() + self.counters.len() * 24
    }
}

/// Adds what a chunk adds, from memory if it was asked the same before; false: it cannot be.
pub(in crate::metrics) fn add(
    counters: &mut Counters,
    scan: &ChunkScan,
    places: &CellLayout<'_>,
) -> bool {
    let Some(memo) = &scan.memo else {
        return false;
    };
    let spans = scan.judgements.iter().map(|judgement| judgement.span);
    let span = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let Some(overlap) = span.and_then(|span| Overlap::of(places.buckets, span)) else {
        return false;
    };
    let mut hasher = DefaultHasher::new();
    let struck = scan.struck.as_ref().map_or(0, |struck| struck.count);
    (memo.question, overlap.cut, struck).hash(&mut hasher);
    let key = DerivedKey {
        name: "counted",
        detail: "",
        version: hasher.finish(),
    };
    let width = places.buckets.len() as u64;
    let partial: Arc<Partial> = scan.data.0.derived(memo.at, key, || {
        let mut own = Counters::new(places, false);
        own.take(scan, places);
        own.into_partial(overlap.first, width)
    });
    let kinds: Vec<usize> = partial
        .contributions
        .iter()
        .map(|contribution| counters.kind(*contribution))
        .collect();
    for (group, bucket, kind, times) in &partial.counters {
        let cell = group * width + overlap.first as u64 + u64::from(*bucket);
        let kind = kinds.get(usize::from(*kind)).copied().unwrap_or_default();
        counters.add(cell, kind, *times);
    }
    true
}

impl Counters {
    /// The counters that one chunk was counted into.
    fn into_partial(self, first: usize, width: u64) -> Partial {
        let mut counters = Vec::new();
        let cell_counts = self.cell_counts();
        for (place, cell) in cell_counts.cells().iter().enumerate() {
            let bucket = usize::try_from(cell % width).unwrap_or_default();
            let bucket = u32::try_from(bucket.saturating_sub(first)).unwrap_or_default();
            for (kind, times) in (0_u16..)
                .zip(cell_counts.counts(place))
                .filter(|(_, times)| **times > 0)
            {
                counters.push((cell / width, bucket, kind, *times));
            }
        }
        Partial {
            counters,
            contributions: self.contributions,
        }
    }
}
