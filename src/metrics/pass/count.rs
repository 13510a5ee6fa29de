//! Counts the rows of all chunks, on all cores.

use rayon::prelude::*;

use super::chunk_scan::{CellLayout, ChunkScan};
use super::counters::Counters;
use super::partial;

/// Counts the rows of all chunks; `with_sums`: and adds their durations up.
pub(in crate::metrics) fn count(
    scans: &[ChunkScan],
    places: &CellLayout<'_>,
    with_sums: bool,
) -> Counters {
    let share = scans.len().div_ceil(rayon::current_num_threads()).max(1);
    let counted = scans.par_chunks(share).map(|scans| {
        let mut counters = Counters::new(places, with_sums);
        for scan in scans {
            if with_sums || !partial::add(&mut counters, scan, places) {
                counters.take(scan, places);
            }
        }
        counters
    });
    let merged = counted.reduce_with(Counters::merge);
    merged.unwrap_or_else(|| Counters::new(places, with_sums))
}
