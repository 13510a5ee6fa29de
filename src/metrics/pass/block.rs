//! What many settled chunks add to a question, remembered together: their counters, and
//! their durations in order.
//!
//! Chunks follow each other in blocks. A block is made when its question comes a second
//! time; a row that is struck out in one of its chunks makes it another block, so that a
//! late event costs one block and not the whole table.
//!
//! A block is 32 chunks. It keeps its durations in order by cell, so that exact percentiles are
//! found by halving. Cuts by contact, company, language and own field depend on more than the
//! rows and are answered chunk by chunk.

use std::any::Any;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::cell_counts::CellCounts;
use super::chunk_scan::{CellLayout, ChunkScan};
use super::count::count;
use super::counters::Counters;
use super::durations::{Alignment, Durations, Gathering, Placing};
use super::judgement_column::Contribution;
use super::overlap::Overlap;
use super::sorted::SortedDurations;
use crate::metrics::calendar::Buckets;
use crate::metrics::memory::Recall;
use crate::metrics::table::{Row, Table};

/// How many chunks a block takes in.
pub const BLOCK_CHUNKS: usize = 32;

/// What some chunks add to a question.
#[derive(Debug)]
pub struct BlockTotals {
    contributions: Vec<Contribution>,
    /// Cells are numbered by group and by bucket after the first that the block meets.
    cell_counts: CellCounts,
    /// How many buckets it meets.
    width: u64,
    values: Option<SortedDurations>,
    more: Option<SortedDurations>,
}

/// A block, and the first bucket of a window that it meets.
#[derive(Clone, Debug)]
pub struct BlockInWindow {
    /// What its chunks add.
    pub block: Arc<BlockTotals>,
    first: usize,
}

impl BlockTotals {
    fn of(
        scans: &[ChunkScan],
        places: &CellLayout<'_>,
        overlap: &Overlap,
        with_sums: bool,
    ) -> Self {
        let counters = count(scans, places, with_sums);
        let counts = counters.cell_counts();
        let gathered = |second| {
            let any = counters.contributions.iter();
            any.clone()
                .any(|contribution| contribution.duration() == Some(second))
                .then(|| {
                    let gathering = Gathering {
                        layout: places,
                        placing: Placing::new(counts.cells(), places),
                        second,
                    };
                    let of = Durations::of(scans, &gathering, Vec::new());
                    of.into_run(counts.len())
                })
        };
        let (values, more) = (gathered(false), gathered(true));
        let (wide, width) = (places.buckets.len() as u64, overlap.buckets as u64);
        let mut cell_counts = CellCounts::new(counters.contributions.len());
        for place in 0..counts.len() {
            let cell = counts.cell(place);
            let bucket = (cell % wide).saturating_sub(overlap.first as u64);
            let own = cell / wide * width + bucket;
            cell_counts.push(own, counts.counts(place), counts.sum(place));
        }
        Self {
            contributions: counters.contributions,
            cell_counts,
            width,
            values,
            more,
        }
    }

    fn bytes(&self) -> usize {
        let runs = [&self.values, &self.more].into_iter().flatten();
        self.cell_counts.bytes() + runs.map(SortedDurations::bytes).sum::<usize>()
    }
}

impl BlockInWindow {
    fn cell(&self, place: usize, width: u64) -> u64 {
        let own = self.block.cell_counts.cell(place);
        own / self.block.width * width + self.first as u64 + own % self.block.width
    }

    /// Adds the block's counters to those of a pass with `width` buckets.
    pub(in crate::metrics) fn add(&self, counters: &mut Counters, width: u64) {
        let kinds: Vec<usize> = {
            let contributions = self.block.contributions.iter();
            contributions
                .map(|contribution| counters.kind(*contribution))
                .collect()
        };
        for place in 0..self.block.cell_counts.len() {
            let cell = self.cell(place, width);
            let counts = self.block.cell_counts.counts(place);
            for (kind, times) in kinds.iter().zip(counts).filter(|(_, times)| **times > 0) {
                counters.add(cell, *kind, *times);
            }
            counters.add_millis(cell, self.block.cell_counts.sum(place));
        }
    }

    /// The block's durations, or with `second` the second ones, along the cells of a pass.
    pub(in crate::metrics) fn run(
        &self,
        second: bool,
        cell_counts: &CellCounts,
        width: u64,
    ) -> Option<Alignment<'_>> {
        let run = if second {
            self.block.more.as_ref()?
        } else {
            self.block.values.as_ref()?
        };
        let own = self.block.cell_counts.len();
        let mut next = 0;
        let mut cells: Vec<usize> = Vec::with_capacity(cell_counts.len() + 1);
        for cell in cell_counts.cells() {
            while next < own && self.cell(next, width) < *cell {
                next += 1;
            }
            cells.push(next);
        }
        cells.push(own);
        Some(Alignment { run, cells })
    }
}

/// A query of the chunks of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockQuery<'a> {
    /// Which chunks, each with how many rows are struck out.
    pub chunks: u64,
    /// By what they are judged.
    pub judged: u64,
    /// A number that differs where report, cut or filters do.
    pub question: u64,
    /// The window.
    pub buckets: &'a Buckets,
    /// By dimension of the cut, how many codes there are.
    pub cards: &'a [u32],
    /// Whether durations are added up by cell.
    pub with_sums: bool,
}

/// What chunks add, or how they are asked.
pub enum BlockAnswer {
    /// What they add is remembered.
    Block(Option<BlockInWindow>),
    /// They are to be asked one by one.
    Scans(Vec<ChunkScan>),
}

/// What the chunks of a block add to a query; `scans` makes them ready where that is not
/// remembered, and says between which instants their rows count.
pub fn ask_block<R: Row>(
    table: &Table<R>,
    query: &BlockQuery<'_>,
    scans: impl FnOnce() -> (Vec<ChunkScan>, (i64, i64)),
) -> BlockAnswer {
    let memory = table.memory();
    let first_time = |scans: (Vec<ChunkScan>, (i64, i64))| {
        let (scans, span) = scans;
        memory.note_span(query.span_key(), span);
        BlockAnswer::Scans(scans)
    };
    let Some(span) = memory.span(query.span_key()) else {
        let scans = scans();
        if let Some((key, _)) = query.key(scans.1) {
            memory.note_query(key);
        }
        return first_time(scans);
    };
    let (from, to) = query.buckets.window();
    if span.1 < from || span.0 >= to {
        return BlockAnswer::Block(None);
    }
    let Some((key, overlap)) = query.key(span) else {
        return first_time(scans());
    };
    let first = overlap.first;
    let block = match memory.recall(key) {
        Recall::Totals(block) => block,
        Recall::First => return first_time(scans()),
        Recall::Second => {
            let layout = CellLayout {
                buckets: query.buckets,
                cards: query.cards,
            };
            let block = BlockTotals::of(&scans().0, &layout, &overlap, query.with_sums);
            let bytes = block.bytes();
            let block = Arc::new(block);
            let totals: Arc<dyn Any + Send + Sync> = Arc::<BlockTotals>::clone(&block);
            memory.keep(key, totals, bytes, table.chunks().len());
            block
        }
    };
    BlockAnswer::Block(Some(BlockInWindow { block, first }))
}

impl BlockQuery<'_> {
    fn span_key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.chunks, self.judged).hash(&mut hasher);
        hasher.finish()
    }

    /// Under what the totals of rows between two instants are remembered, and how the window lies
    /// over them.
    fn key(&self, span: (i64, i64)) -> Option<(u64, Overlap)> {
        let overlap = Overlap::of(self.buckets, span)?;
        let mut hasher = DefaultHasher::new();
        (self.chunks, self.judged, self.question).hash(&mut hasher);
        (overlap.cut, self.cards, self.with_sums).hash(&mut hasher);
        Some((hasher.finish(), overlap))
    }
}
