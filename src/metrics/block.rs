//! What many settled chunks add to a question, remembered together: their counters, and
//! their durations in order.
//!
//! Chunks follow each other in blocks. A block is made when its question comes a second
//! time; a row that is struck out in one of its chunks makes it another block, so that a
//! late event costs one block and not the whole table.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, MutexGuard};

use super::calendar::Buckets;
use super::durations::{Aligned, Durations, Placing};
use super::filled::Filled;
use super::grid::{Grid, count};
use super::partial::Lie;
use super::run::Run;
use super::sheet::{Places, Sheet};
use super::sums::placing;
use super::track::Worth;
use crate::lock::Lock;

/// How many chunks a block takes in.
pub const BLOCK_CHUNKS: usize = 32;

/// How many bytes of blocks a table remembers for each of its chunks, before it lets go of
/// what was asked for longest ago: less than the columns themselves take.
const BYTES_A_CHUNK: usize = 1 << 20;

/// How many bytes even the smallest table may remember.
const LEAST_BYTES: usize = 16 << 20;

/// How many questions of one block are known to have come once.
const MAX_ONCE: usize = 4_096;

/// What some chunks add to a question.
#[derive(Debug)]
pub struct Block {
    worths: Vec<Worth>,
    /// Cells are numbered by group and by bucket after the first that the block meets.
    filled: Filled,
    /// How many buckets it meets.
    width: u64,
    values: Option<Run>,
    more: Option<Run>,
}

/// A block, and the first bucket of a window that it meets.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What its chunks add.
    pub block: Arc<Block>,
    first: usize,
}

impl Block {
    fn of(sheets: &[Sheet], places: &Places<'_>, (lie, with_sums): (&Lie, bool)) -> Self {
        let grid = count(sheets, places, with_sums);
        let found = grid.filled();
        let gathered = |second| {
            let any = grid.worths.iter();
            any.clone()
                .any(|worth| worth.duration() == Some(second))
                .then(|| {
                    let placing = Placing {
                        places: found.len(),
                        by: placing(found.cells(), places),
                    };
                    let of = Durations::of(sheets, places, (second, &placing), Vec::new());
                    of.into_run(found.len())
                })
        };
        let (values, more) = (gathered(false), gathered(true));
        let (wide, width) = (places.buckets.len() as u64, lie.buckets as u64);
        let mut filled = Filled::new(grid.worths.len());
        for place in 0..found.len() {
            let cell = found.cell(place);
            let bucket = (cell % wide).saturating_sub(lie.first as u64);
            let own = cell / wide * width + bucket;
            filled.push(own, found.counts(place), found.sum(place));
        }
        Self {
            worths: grid.worths,
            filled,
            width,
            values,
            more,
        }
    }

    fn bytes(&self) -> usize {
        let runs = [&self.values, &self.more].into_iter().flatten();
        self.filled.bytes() + runs.map(Run::bytes).sum::<usize>()
    }
}

impl Placed {
    fn cell(&self, place: usize, width: u64) -> u64 {
        let own = self.block.filled.cell(place);
        own / self.block.width * width + self.first as u64 + own % self.block.width
    }

    /// Adds the block's counters to those of a pass with `width` buckets.
    pub(super) fn add(&self, grid: &mut Grid, width: u64) {
        let kinds: Vec<usize> = {
            let worths = self.block.worths.iter();
            worths.map(|worth| grid.kind(*worth)).collect()
        };
        for place in 0..self.block.filled.len() {
            let cell = self.cell(place, width);
            let counts = self.block.filled.counts(place);
            for (kind, times) in kinds.iter().zip(counts).filter(|(_, times)| **times > 0) {
                grid.add(cell, *kind, *times);
            }
            grid.add_millis(cell, self.block.filled.sum(place));
        }
    }

    /// The block's durations, or with `second` the second ones, along the cells of a pass.
    pub(super) fn run(&self, second: bool, filled: &Filled, width: u64) -> Option<Aligned<'_>> {
        let run = if second {
            self.block.more.as_ref()?
        } else {
            self.block.values.as_ref()?
        };
        let own = self.block.filled.len();
        let mut next = 0;
        let mut cells: Vec<usize> = Vec::with_capacity(filled.len() + 1);
        for cell in filled.cells() {
            while next < own && self.cell(next, width) < *cell {
                next += 1;
            }
            cells.push(next);
        }
        cells.push(own);
        Some(Aligned { run, cells })
    }
}

/// What a block is asked.
#[derive(Clone, Copy, Debug)]
pub struct BlockQuestion<'a> {
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

/// Blocks that a table remembers.
#[derive(Debug, Default)]
pub(super) struct Blocks(Lock<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By chunks and judgement, the instants between which rows count.
    spans: HashMap<u64, (i64, i64)>,
    once: HashSet<u64>,
    kept: HashMap<u64, Kept>,
    bytes: usize,
    questions: u64,
}

#[derive(Debug)]
struct Kept {
    block: Arc<Block>,
    asked: u64,
}

/// What is known of a block for a question.
enum Recalled {
    /// None of its rows lies in the window.
    Outside,
    Known(Placed),
    /// It is asked for the first time.
    Once,
    /// It was asked once; under which key it is to be kept.
    Again(u64, Lie),
}

/// What chunks add, or how they are asked.
pub enum Answered {
    /// What they add is remembered.
    Block(Option<Placed>),
    /// They are to be asked one by one.
    Sheets(Vec<Sheet>),
}

impl Blocks {
    /// What the chunks of a block add to a question, in a table of `chunks`; `sheets` makes them ready where that is
    /// not known, and says between which instants their rows count.
    pub(super) fn ask(
        &self,
        question: &BlockQuestion<'_>,
        chunks: usize,
        sheets: impl FnOnce() -> (Vec<Sheet>, (i64, i64)),
    ) -> Answered {
        match self.recall(question) {
            Recalled::Outside => Answered::Block(None),
            Recalled::Known(placed) => Answered::Block(Some(placed)),
            Recalled::Once => {
                let (sheets, span) = sheets();
                self.note(question, span);
                Answered::Sheets(sheets)
            }
            Recalled::Again(key, lie) => {
                let places = Places {
                    buckets: question.buckets,
                    cards: question.cards,
                };
                let (sheets, _) = sheets();
                let block = Arc::new(Block::of(&sheets, &places, (&lie, question.with_sums)));
                let most = LEAST_BYTES.max(chunks * BYTES_A_CHUNK);
                self.known().keep(key, &block, most);
                Answered::Block(Some(Placed {
                    block,
                    first: lie.first,
                }))
            }
        }
    }

    fn recall(&self, question: &BlockQuestion<'_>) -> Recalled {
        let mut known = self.known();
        let Some(span) = known.spans.get(&question.span_key()).copied() else {
            return Recalled::Once;
        };
        let (from, to) = question.buckets.window();
        if span.1 < from || span.0 >= to {
            return Recalled::Outside;
        }
        let Some((key, lie)) = question.key(span) else {
            return Recalled::Once;
        };
        known.questions += 1;
        let asked = known.questions;
        if let Some(kept) = known.kept.get_mut(&key) {
            kept.asked = asked;
            return Recalled::Known(Placed {
                block: Arc::clone(&kept.block),
                first: lie.first,
            });
        }
        if known.once.remove(&key) {
            return Recalled::Again(key, lie);
        }
        known.came(key);
        Recalled::Once
    }

    /// Notes between which instants the rows of a block count, and that it was asked.
    fn note(&self, question: &BlockQuestion<'_>, span: (i64, i64)) {
        let mut known = self.known();
        if known.spans.len() >= MAX_ONCE {
            known.spans.clear();
        }
        known.spans.insert(question.span_key(), span);
        if let Some((key, _)) = question.key(span) {
            known.came(key);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock()
    }
}

impl BlockQuestion<'_> {
    fn span_key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.chunks, self.judged).hash(&mut hasher);
        hasher.finish()
    }

    /// Under what the answer of rows between two instants is kept, and how the window lies
    /// over them.
    fn key(&self, span: (i64, i64)) -> Option<(u64, Lie)> {
        let lie = Lie::of(self.buckets, span)?;
        let mut hasher = DefaultHasher::new();
        (self.chunks, self.judged, self.question).hash(&mut hasher);
        (lie.cut, self.cards, self.with_sums).hash(&mut hasher);
        Some((hasher.finish(), lie))
    }
}

impl Known {
    /// Notes that a question came.
    fn came(&mut self, key: u64) {
        if self.once.len() >= MAX_ONCE {
            self.once.clear();
        }
        self.once.insert(key);
    }

    fn keep(&mut self, key: u64, block: &Arc<Block>, most: usize) {
        self.bytes += block.bytes();
        let kept = Kept {
            block: Arc::clone(block),
            asked: self.questions,
        };
        if let Some(former) = self.kept.insert(key, kept) {
            self.bytes -= former.block.bytes();
        }
        while self.bytes > most && self.kept.len() > 1 {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.asked);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            if let Some(gone) = self.kept.remove(&oldest) {
                self.bytes -= gone.block.bytes();
            }
        }
    }
}
