//! A table of facts: chunks of typed columns, each in order of time.
//!
//! Chunks are immutable and shared between snapshots. A change of a few units strikes
//! their rows out where they are and writes the new ones to the last chunk, which is
//! small; small chunks are joined as they add up, so that each change writes few rows again.

use std::sync::Arc;

use rayon::prelude::*;

use super::chunk::Chunk;
use super::row::Row;
use super::units::UnitSet;
use crate::metrics::memory::BlockMemory;

/// How many rows a chunk holds at most.
pub const CHUNK_ROWS: usize = 65_536;

/// How many rows the last chunk may hold before another is begun.
const OPEN_ROWS: usize = 8_192;

/// How many rows a chunk may hold that is written anew with each change, before it joins the open
/// one in front of it.
const FRESH_ROWS: usize = 1_024;

/// Facts of one kind.
#[derive(Debug)]
pub struct Table<R: Row> {
    chunks: Vec<Chunk<R>>,
    /// What is remembered of many chunks, whichever snapshot they are in.
    memory: Arc<BlockMemory>,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            memory: Arc::default(),
        }
    }
}

impl<R: Row> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            memory: Arc::clone(&self.memory),
        }
    }
}

impl<R: Row> Table<R> {
    /// A table of `rows`, in any order.
    pub fn new(rows: Vec<R>) -> Self {
        Self::default().with(&UnitSet::new(std::iter::empty()), rows)
    }

    /// The table of chunks that were stored.
    pub(in crate::metrics) fn of_chunks(chunks: Vec<Chunk<R>>) -> Self {
        Self {
            chunks,
            memory: Arc::default(),
        }
    }

    /// What is remembered of its chunks.
    pub(in crate::metrics) fn memory(&self) -> &BlockMemory {
        &self.memory
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Chunk::count).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its chunks.
    pub fn chunks(&self) -> &[Chunk<R>] {
        &self.chunks
    }

    /// How much memory its columns take, in bytes.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(Chunk::bytes).sum()
    }

    /// The first and the last instant of its rows; `None`: there is no row.
    pub fn span(&self) -> Option<(i64, i64)> {
        let spans = self.chunks.iter().map(Chunk::span);
        spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The table without the rows of `units`, and with `added`.
    #[must_use]
    pub(in crate::metrics) fn with(&self, units: &UnitSet, added: Vec<R>) -> Self {
        let strike = |chunk: &Chunk<R>| chunk.without(units).unwrap_or_else(|| chunk.clone());
        let mut chunks: Vec<Chunk<R>> = self.chunks.par_iter().map(strike).collect();
        for chunk in &mut chunks {
            if chunk.count() * 2 < chunk.len() {
                let remaining: Vec<R> = chunk.rows().collect();
                *chunk = Chunk::of(&remaining);
            }
        }
        chunks.retain(|chunk| chunk.count() > 0);
        append(&mut chunks, added);
        Self {
            chunks,
            memory: Arc::clone(&self.memory),
        }
    }

    /// The rows of one unit; chunks that cannot have any are passed over.
    pub fn rows_of(&self, unit: u32) -> impl Iterator<Item = R> + '_ {
        self.chunks
            .iter()
            .flat_map(move |chunk| chunk.rows_of(unit))
    }

    /// All rows, chunk by chunk.
    pub fn rows(&self) -> impl Iterator<Item = R> + '_ {
        self.chunks.iter().flat_map(Chunk::rows)
    }
}

/// Writes `added` to the fresh chunk at the end, and with it to the open one once it is full; else to
/// new ones.
fn append<R: Row>(chunks: &mut Vec<Chunk<R>>, mut added: Vec<R>) {
    if added.is_empty() {
        return;
    }
    if let Some(fresh) = chunks.pop_if(|last| last.count() < FRESH_ROWS) {
        added.extend(fresh.rows());
    }
    if added.len() >= FRESH_ROWS
        && let Some(open) = chunks.pop_if(|last| last.count() < OPEN_ROWS)
    {
        added.extend(open.rows());
    }
    push_chunks(chunks, added);
    join_small(chunks);
}

fn push_chunks<R: Row>(chunks: &mut Vec<Chunk<R>>, mut rows: Vec<R>) {
    rows.par_sort_by_key(Row::time);
    let made: Vec<Chunk<R>> = rows.par_chunks(CHUNK_ROWS).map(Chunk::of).collect();
    chunks.extend(made);
}

/// Joins the small chunks at the end once they fill a whole one.
fn join_small<R: Row>(chunks: &mut Vec<Chunk<R>>) {
    let small = |chunk: &&Chunk<R>| (OPEN_ROWS..CHUNK_ROWS / 2).contains(&chunk.count());
    let from = chunks.len() - chunks.iter().rev().take_while(small).count();
    let ended = chunks.iter().skip(from).map(Chunk::count).sum::<usize>();
    if ended >= CHUNK_ROWS {
        let joined = chunks.split_off(from);
        push_chunks(chunks, joined.iter().flat_map(Chunk::rows).collect());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::metrics::FeedbackRow as Sample;

    fn sample(unit: u32, at: i64) -> Sample {
        Sample {
            unit,
            conversation: 0,
            at,
            rating: 0,
            outbound: false,
            tag_set: 0,
        }
    }

    fn sorted(table: &Table<Sample>) -> Vec<Sample> {
        let mut rows: Vec<Sample> = table.rows().collect();
        rows.sort_by_key(|row| (row.at, row.unit));
        rows
    }

    #[test]
    fn a_changed_table_equals_one_made_afresh() {
        let count = i64::try_from(CHUNK_ROWS).unwrap() * 2 + 17;
        let rows: Vec<Sample> = (0..count)
            .map(|at| sample(u32::try_from(at % 1000).unwrap(), at))
            .collect();
        let table = Table::new(rows.clone());
        let dropped: HashSet<u32> = [3, 999].into();
        let added = vec![sample(3, 5), sample(3, count + 9), sample(7, -4)];
        let changed = table.with(&UnitSet::new(dropped.iter().copied()), added.clone());
        let mut expected: Vec<Sample> = rows;
        expected.retain(|row| !dropped.contains(&row.unit));
        expected.extend(added);
        expected.sort_by_key(|row| (row.at, row.unit));
        assert_eq!(sorted(&changed), expected);
        assert_eq!(changed.len(), expected.len());
        for chunk in changed.chunks() {
            assert!(chunk.rows().is_sorted_by_key(|row| row.at));
        }
    }

    #[test]
    fn a_unit_told_anew_many_times_leaves_its_last_rows_only() {
        let mut table = Table::new((0..100).map(|unit| sample(unit, 0)).collect());
        for round in 1..2_000_i64 {
            let unit = u32::try_from(round % 100).unwrap();
            table = table.with(&UnitSet::new([unit].into_iter()), vec![sample(unit, round)]);
        }
        let expected: Vec<Sample> = (1_900..2_000)
            .map(|round| sample(u32::try_from(round % 100).unwrap(), round))
            .collect();
        assert_eq!(sorted(&table), expected);
        let held: usize = table.chunks().iter().map(Chunk::len).sum();
        assert!(held <= 200, "struck rows are dropped in time, not {held}");
    }

    #[test]
    fn a_small_change_writes_few_rows_again() {
        let none = || UnitSet::new(std::iter::empty());
        let count = i64::try_from(OPEN_ROWS - 1).unwrap();
        let mut table = Table::new((0..count).map(|at| sample(0, at)).collect());
        let mut written = 0;
        for round in 0..1_000_i64 {
            let next = table.with(&none(), vec![sample(1, round)]);
            let is_new = |chunk: &&Chunk<Sample>| {
                let mut before = table.chunks().iter();
                !before.any(|other| other.identity() == chunk.identity())
            };
            written += next
                .chunks()
                .iter()
                .filter(is_new)
                .map(Chunk::len)
                .sum::<usize>();
            table = next;
        }
        assert_eq!(table.len(), OPEN_ROWS - 1 + 1_000);
        assert!(table.chunks().len() <= 2, "{}", table.chunks().len());
        assert!(written <= 1_000 * FRESH_ROWS / 2 + OPEN_ROWS, "{written}");
    }

    #[test]
    fn small_chunks_are_joined_and_lose_nothing() {
        let mut table = Table::<Sample>::default();
        let step = OPEN_ROWS + 1;
        for round in 0..20_usize {
            let rows = (0..step).map(|at| sample(0, i64::try_from(round * step + at).unwrap()));
            table = table.with(&UnitSet::new(std::iter::empty()), rows.collect());
        }
        assert_eq!(table.len(), 20 * step);
        assert!(
            table.chunks().len() <= 12,
            "{} chunks",
            table.chunks().len()
        );
    }
}
