//! Counters by cell and kind: how many rows of each kind fall into each cell.
//!
//! Each thread counts for itself; sums of counts do not care for order, so one thread
//! gives what many give.

use std::collections::HashMap;

use super::cell_counts::CellCounts;
use super::chunk_scan::{Batch, CellLayout, ChunkScan};
use super::judgement_column::{Contribution, JudgementColumn};

/// Above this many counters cells are found by hashing: 256 MB a thread, which a cut by each
/// of some millions of contacts takes.
const MAX_DENSE: u64 = 1 << 26;

/// How many kinds of rows there is room for at first.
const FIRST_STRIDE: usize = 8;

/// Up to this many counters each is kept four times, so that equal neighbours do not wait
/// for each other.
const MAX_LANED: usize = 1 << 14;
const LANES: usize = 4;

/// Where the counters of a cell are.
#[derive(Debug)]
enum Slots {
    /// At the cell's own number.
    Dense,
    /// Where the list says, in order of first use.
    Hashed(HashMap<u64, usize>, Vec<u64>),
}

/// Counters by cell and kind.
#[derive(Debug)]
pub(in crate::metrics) struct Counters {
    slots: Slots,
    stride: usize,
    lanes: usize,
    pub(in crate::metrics) contributions: Vec<Contribution>,
    counts: Vec<u32>,
    /// By slot, the milliseconds of the durations; only where they are asked for.
    sums: Option<Vec<i64>>,
}

impl Counters {
    pub(in crate::metrics) fn new(places: &CellLayout<'_>, with_sums: bool) -> Self {
        let cells = places.cells();
        let is_dense = cells <= MAX_DENSE / FIRST_STRIDE as u64;
        let dense = usize::try_from(cells).ok().filter(|_| is_dense);
        let counters = dense.unwrap_or_default() * FIRST_STRIDE;
        let lanes = if dense.is_some() && counters <= MAX_LANED {
            LANES
        } else {
            1
        };
        Self {
            slots: match dense {
                Some(_) => Slots::Dense,
                None => Slots::Hashed(HashMap::new(), Vec::new()),
            },
            stride: FIRST_STRIDE,
            lanes,
            contributions: vec![Contribution::default()],
            counts: vec![0; counters * lanes],
            sums: with_sums.then(|| vec![0; dense.unwrap_or_default()]),
        }
    }

    /// The place of a contribution, for which there is room from now on.
    pub(in crate::metrics) fn kind(&mut self, contribution: Contribution) -> usize {
        if let Some(place) = self
            .contributions
            .iter()
            .position(|other| *other == contribution)
        {
            return place;
        }
        if self.contributions.len() == self.stride {
            let (row, wider) = (self.stride * self.lanes, self.stride * self.lanes * 2);
            let mut counts = Vec::with_capacity(self.counts.len() * 2);
            for part in self.counts.chunks(row) {
                counts.extend_from_slice(part);
                counts.resize(counts.len() + wider - part.len(), 0);
            }
            self.counts = counts;
            self.stride *= 2;
        }
        self.contributions.push(contribution);
        self.contributions.len() - 1
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a dense cell is below MAX_DENSE"
    )]
    fn slot(&mut self, cell: u64) -> usize {
        match &mut self.slots {
            Slots::Dense => cell as usize,
            Slots::Hashed(slots, cells) => {
                let fresh = cells.len();
                let slot = *slots.entry(cell).or_insert(fresh);
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

    pub(in crate::metrics) fn add(&mut self, cell: u64, kind: usize, times: u32) {
        let place = (self.slot(cell) * self.stride + kind) * self.lanes;
        if let Some(count) = self.counts.get_mut(place) {
            *count += times;
        }
    }

    /// Counts the rows of one chunk.
    pub(in crate::metrics) fn take(&mut self, scan: &ChunkScan, places: &CellLayout<'_>) {
        for judgement in scan.judgements.iter() {
            let mut kinds = [0; 256];
            for (slot, contribution) in kinds.iter_mut().zip(&judgement.contributions).skip(1) {
                *slot = self.kind(*contribution);
            }
            let one_group = places.cards.is_empty() && self.sums.is_none();
            if one_group && judgement.order.is_none() && scan.is_plain() {
                scan.ranges(places.buckets, |bucket, range| {
                    let rows = judgement.kinds.get(range).unwrap_or_default();
                    self.add_all(bucket as u64, rows, &kinds);
                });
                continue;
            }
            scan.walk(judgement, places, |batch| {
                if one_group && batch.has_one_bucket {
                    let cell = batch.cells.first().copied().unwrap_or_default();
                    self.add_all(cell, batch.kinds, &kinds);
                } else {
                    self.add_batch(&batch, &kinds);
                }
                if self.sums.is_some() {
                    self.add_durations(&batch, judgement);
                }
            });
        }
    }

    /// Adds rows that all fall into one cell.
    fn add_all(&mut self, cell: u64, rows: &[u8], kinds: &[usize; 256]) {
        for (kind, times) in kinds.iter().zip(histogram(rows)) {
            if *kind != 0 && times != 0 {
                self.add(cell, *kind, times);
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a dense cell is below MAX_DENSE"
    )]
    fn add_batch(&mut self, batch: &Batch<'_>, kinds: &[usize; 256]) {
        if matches!(self.slots, Slots::Dense) {
            let (stride, lanes) = (self.stride, self.lanes);
            let rows = batch.cells.iter().zip(batch.kinds);
            for (lane, (cell, kind)) in rows.enumerate() {
                // What is nothing is counted as kind 0, which nobody reads.
                let kind = kinds.get(usize::from(*kind)).copied().unwrap_or(0);
                let place = (*cell as usize * stride + kind) * lanes + (lane & (lanes - 1));
                if let Some(count) = self.counts.get_mut(place) {
                    *count += 1;
                }
            }
            return;
        }
        for (cell, kind) in batch.cells.iter().zip(batch.kinds) {
            if *kind != 0 {
                let kind = kinds.get(usize::from(*kind)).copied().unwrap_or(0);
                self.add(*cell, kind, 1);
            }
        }
    }

    fn add_durations(&mut self, batch: &Batch<'_>, judgement: &JudgementColumn) {
        let Some(values) = &judgement.values else {
            return;
        };
        let mut millis = vec![0; batch.kinds.len()];
        values.read(batch.start, &mut millis);
        for ((cell, kind), millis) in batch.cells.iter().zip(batch.kinds).zip(&millis) {
            if *kind != 0 && *millis != i64::MAX {
                self.add_millis(*cell, *millis);
            }
        }
    }

    /// Adds to the sum of a cell, where sums are asked for.
    pub(in crate::metrics) fn add_millis(&mut self, cell: u64, millis: i64) {
        if self.sums.is_none() {
            return;
        }
        let slot = self.slot(cell);
        if let Some(sum) = self.sums.as_mut().and_then(|sums| sums.get_mut(slot)) {
            *sum += millis;
        }
    }

    /// How many slots there are.
    fn slots(&self) -> usize {
        self.counts.len() / (self.stride * self.lanes)
    }

    /// Writes the counters of a slot, lanes added up and without what is nothing; whether
    /// there are any.
    fn read(&self, slot: usize, into: &mut Vec<u32>) -> bool {
        let wide = self.stride * self.lanes;
        let row = self.counts.get(slot * wide..(slot + 1) * wide);
        let row = row.unwrap_or_default();
        into.clear();
        if self.lanes == 1 {
            into.extend_from_slice(row);
        } else {
            into.extend(
                row.chunks(self.lanes)
                    .map(|lanes| lanes.iter().sum::<u32>()),
            );
        }
        if let Some(nothing) = into.first_mut() {
            *nothing = 0;
        }
        into.iter().any(|count| *count > 0)
    }

    pub(in crate::metrics) fn merge(mut self, other: Self) -> Self {
        if other.counts.len() > self.counts.len() {
            return other.merge(self);
        }
        let kinds: Vec<usize> = other
            .contributions
            .iter()
            .map(|contribution| self.kind(*contribution))
            .collect();
        let mut counts = Vec::new();
        for slot in 0..other.slots() {
            if !other.read(slot, &mut counts) {
                continue;
            }
            let cell = other.cell_of(slot);
            for (kind, times) in kinds.iter().zip(&counts).filter(|(_, times)| **times > 0) {
                self.add(cell, *kind, *times);
            }
            if let Some(sum) = other.sums.as_ref().and_then(|sums| sums.get(slot)) {
                self.add_millis(cell, *sum);
            }
        }
        self
    }

    fn cell_of(&self, slot: usize) -> u64 {
        match &self.slots {
            Slots::Dense => slot as u64,
            Slots::Hashed(_, cells) => cells.get(slot).copied().unwrap_or_default(),
        }
    }

    /// The cells that rows fell into.
    pub(in crate::metrics) fn cell_counts(&self) -> CellCounts {
        let mut slots: Vec<usize> = (0..self.slots()).collect();
        if matches!(self.slots, Slots::Hashed(..)) {
            slots.sort_unstable_by_key(|slot| self.cell_of(*slot));
        }
        let mut cell_counts = CellCounts::new(self.contributions.len());
        let mut counts = Vec::new();
        for slot in slots {
            if self.read(slot, &mut counts) {
                let sum = self.sums.as_ref().and_then(|sums| sums.get(slot));
                let sum = sum.copied().unwrap_or_default();
                cell_counts.push(self.cell_of(slot), &counts, sum);
            }
        }
        cell_counts
    }
}

/// How often each kind is in `kinds`.
fn histogram(kinds: &[u8]) -> [u32; 256] {
    // Four at a time, so that equal neighbours do not wait for each other.
    let mut lanes = [[0_u32; 256]; LANES];
    for four in kinds.chunks(LANES) {
        for (counts, kind) in lanes.iter_mut().zip(four) {
            if let Some(count) = counts.get_mut(usize::from(*kind)) {
                *count += 1;
            }
        }
    }
    let [mut sum, rest @ ..] = lanes;
    for counts in rest {
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_each_byte_once() {
        let kinds: Vec<u8> = (0..1003_u32).map(|at| (at % 5) as u8).collect();
        let counts = histogram(&kinds);
        assert_eq!(counts.iter().sum::<u32>(), 1003);
        assert_eq!(counts.first_chunk::<5>(), Some(&[201, 201, 201, 200, 200]));
    }
}
