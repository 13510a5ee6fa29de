//! The pass over prepared chunks: how many rows of each kind fall into each cell, then the
//! durations of each, and the cells that come of them.
//!
//! Each thread counts for itself; sums of counts do not care for order, so one thread
//! gives what many give.

use std::collections::HashMap;

use rayon::prelude::*;

use super::calendar::Buckets;
use super::sheet::{Places, Sheet};
use super::track::Worth;

/// Above this many counters cells are found by hashing: 64 MB a thread.
const MAX_DENSE: u64 = 1 << 24;

/// How many kinds of rows there is room for at first.
const FIRST_STRIDE: usize = 8;

/// Where the counters of a cell stand.
#[derive(Debug)]
enum Slots {
    /// At the cell's own number.
    Dense,
    /// Where the list says, in order of first use.
    Hashed(HashMap<u64, usize>, Vec<u64>),
}

/// Counters by cell and kind.
#[derive(Debug)]
pub(super) struct Grid {
    slots: Slots,
    stride: usize,
    pub(super) worths: Vec<Worth>,
    counts: Vec<u32>,
    /// By slot, the milliseconds of the durations; only where they are asked for.
    sums: Option<Vec<i64>>,
}

impl Grid {
    fn new(places: &Places<'_>, with_sums: bool) -> Self {
        let cells = places.cells();
        let is_dense = cells <= MAX_DENSE / FIRST_STRIDE as u64;
        let dense = usize::try_from(cells).ok().filter(|_| is_dense);
        Self {
            slots: match dense {
                Some(_) => Slots::Dense,
                None => Slots::Hashed(HashMap::new(), Vec::new()),
            },
            stride: FIRST_STRIDE,
            worths: vec![Worth::default()],
            counts: vec![0; dense.unwrap_or_default() * FIRST_STRIDE],
            sums: with_sums.then(|| vec![0; dense.unwrap_or_default()]),
        }
    }

    /// The place of a worth, for which there is room from now on.
    fn kind(&mut self, worth: Worth) -> usize {
        if let Some(place) = self.worths.iter().position(|known| *known == worth) {
            return place;
        }
        if self.worths.len() == self.stride {
            let wider = self.stride * 2;
            let rows = self.counts.chunks(self.stride);
            let mut counts = Vec::with_capacity(self.counts.len() * 2);
            for row in rows {
                counts.extend_from_slice(row);
                counts.resize(counts.len() + wider - row.len(), 0);
            }
            self.counts = counts;
            self.stride = wider;
        }
        self.worths.push(worth);
        self.worths.len() - 1
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a dense cell is below MAX_DENSE"
    )]
    fn slot(&mut self, cell: u64) -> usize {
        match &mut self.slots {
            Slots::Dense => cell as usize,
            Slots::Hashed(known, cells) => {
                let fresh = cells.len();
                let slot = *known.entry(cell).or_insert(fresh);
                if slot == fresh {
                    cells.push(cell);
                    self.counts.resize(self.counts.len() + self.stride, 0);
                    if let Some(sums) = &mut self.sums {
                        sums.push(0);
                    }
                }
                slot
            }
        }
    }

    fn add(&mut self, cell: u64, kind: usize, times: u32) {
        let place = self.slot(cell) * self.stride + kind;
        if let Some(count) = self.counts.get_mut(place) {
            *count += times;
        }
    }

    /// Counts the rows of one chunk.
    fn take(&mut self, sheet: &Sheet, places: &Places<'_>) {
        for track in sheet.tracks.iter() {
            let kinds: Vec<usize> = track.worths.iter().map(|worth| self.kind(*worth)).collect();
            if track.at.is_none() && sheet.is_plain() && self.sums.is_none() {
                sheet.ranges(places.buckets, |bucket, range| {
                    let rows = track.kinds.get(range).unwrap_or_default();
                    let found = histogram(rows);
                    for (kind, times) in kinds.iter().zip(found).skip(1) {
                        self.add(bucket as u64, *kind, times);
                    }
                });
                continue;
            }
            let mut millis = Vec::new();
            sheet.walk(track, places, |block| {
                for (cell, kind) in block.cells.iter().zip(block.kinds) {
                    if *kind != 0 {
                        let kind = kinds.get(usize::from(*kind)).copied().unwrap_or_default();
                        self.add(*cell, kind, 1);
                    }
                }
                if let (Some(values), true) = (&track.values, self.sums.is_some()) {
                    millis.resize(block.kinds.len(), 0);
                    values.read(block.start, &mut millis);
                    let rows = block.cells.iter().zip(block.kinds).zip(&millis);
                    for ((cell, kind), millis) in rows {
                        if *kind != 0 && *millis != i64::MAX {
                            self.add_millis(*cell, *millis);
                        }
                    }
                }
            });
        }
    }

    fn add_millis(&mut self, cell: u64, millis: i64) {
        let slot = self.slot(cell);
        if let Some(sum) = self.sums.as_mut().and_then(|sums| sums.get_mut(slot)) {
            *sum += millis;
        }
    }

    fn merge(mut self, other: Self) -> Self {
        if other.cells_used() > self.cells_used() {
            return other.merge(self);
        }
        let kinds: Vec<usize> = other.worths.iter().map(|worth| self.kind(*worth)).collect();
        for (slot, counts) in other.counts.chunks(other.stride).enumerate() {
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            let cell = other.cell_of(slot);
            for (kind, times) in kinds.iter().zip(counts).filter(|(_, times)| **times > 0) {
                self.add(cell, *kind, *times);
            }
            if let Some(sum) = other.sums.as_ref().and_then(|sums| sums.get(slot)) {
                self.add_millis(cell, *sum);
            }
        }
        self
    }

    fn cells_used(&self) -> usize {
        self.counts.len() / self.stride
    }

    fn cell_of(&self, slot: usize) -> u64 {
        match &self.slots {
            Slots::Dense => slot as u64,
            Slots::Hashed(_, cells) => cells.get(slot).copied().unwrap_or_default(),
        }
    }

    /// The cells that rows fell into, in order, with their counters by kind and their sum.
    pub(super) fn filled(&self) -> Vec<(u64, &[u32], i64)> {
        let mut filled: Vec<(u64, &[u32], i64)> = self
            .counts
            .chunks(self.stride)
            .enumerate()
            .filter(|(_, counts)| counts.iter().any(|count| *count > 0))
            .map(|(slot, counts)| {
                let sum = self.sums.as_ref().and_then(|sums| sums.get(slot));
                (self.cell_of(slot), counts, sum.copied().unwrap_or_default())
            })
            .collect();
        filled.sort_unstable_by_key(|(cell, ..)| *cell);
        filled
    }
}

/// How often each kind stands in `kinds`.
fn histogram(kinds: &[u8]) -> [u32; 256] {
    // Four at a time, so that equal neighbours do not wait for each other.
    let mut found = [[0_u32; 256]; 4];
    for four in kinds.chunks(4) {
        for (counts, kind) in found.iter_mut().zip(four) {
            if let Some(count) = counts.get_mut(usize::from(*kind)) {
                *count += 1;
            }
        }
    }
    let [mut sum, rest @ ..] = found;
    for counts in rest {
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sum
}

/// Counts the rows of all chunks; `with_sums`: and adds their durations up.
pub(super) fn count(sheets: &[Sheet], places: &Places<'_>, with_sums: bool) -> Grid {
    let share = sheets.len().div_ceil(rayon::current_num_threads()).max(1);
    let counted = sheets.par_chunks(share).map(|sheets| {
        let mut counts = Grid::new(places, with_sums);
        for sheet in sheets {
            counts.take(sheet, places);
        }
        counts
    });
    let merged = counted.reduce_with(Grid::merge);
    merged.unwrap_or_else(|| Grid::new(places, with_sums))
}

/// The places that a question counts into.
pub(super) const fn places<'a>(buckets: &'a Buckets, cards: &'a [u32]) -> Places<'a> {
    Places { buckets, cards }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_each_byte_once() {
        let kinds: Vec<u8> = (0..1003_u32).map(|at| (at % 5) as u8).collect();
        let found = histogram(&kinds);
        assert_eq!(found.iter().sum::<u32>(), 1003);
        assert_eq!(found.first_chunk::<5>(), Some(&[201, 201, 201, 200, 200]));
    }
}
