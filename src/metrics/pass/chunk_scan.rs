//! A chunk made ready for one question: its judgements, its codes to group and to filter by.

use std::sync::Arc;

use super::codes::{BATCH_ROWS, Codes, RowFilter};
use super::judgement_column::JudgementColumn;
use crate::metrics::calendar::Buckets;
use crate::metrics::columns::Column;
use crate::metrics::table::{Data, StruckRows};

/// A chunk made ready for one question.
#[derive(Debug)]
pub struct ChunkScan {
    /// Its columns, and which of them orders its rows.
    pub data: (Arc<Data>, usize),
    /// Its judgements.
    pub judgements: Arc<Vec<JudgementColumn>>,
    /// Rows that are to be passed over, if any.
    pub struck: Option<Arc<StruckRows>>,
    /// Codes to group by, one for each dimension of the cut.
    pub axes: Vec<Codes>,
    /// What sifts its rows.
    pub filters: Vec<RowFilter>,
    /// Under what its counters may be remembered; `None`: they may not.
    pub memo: Option<Memo>,
}

/// A question that a chunk may be asked again.
#[derive(Clone, Copy, Debug)]
pub struct Memo {
    /// As of when the chunk's judgements hold.
    pub at: i64,
    /// A number that differs where report, cut or filters do.
    pub question: u64,
}

/// Up to [`BATCH_ROWS`] rows: the cell each falls into, and its kind; 0 is nothing.
pub(in crate::metrics) struct Batch<'b> {
    pub(in crate::metrics) start: usize,
    pub(in crate::metrics) cells: &'b [u64],
    pub(in crate::metrics) kinds: &'b [u8],
}

/// How rows are placed: buckets within groups, groups by their codes.
#[derive(Debug)]
pub(in crate::metrics) struct CellLayout<'a> {
    pub(in crate::metrics) buckets: &'a Buckets,
    /// By dimension, how many codes there are; one more place is for none.
    pub(in crate::metrics) cards: &'a [u32],
}

impl CellLayout<'_> {
    /// The number of the cell after the last; saturates.
    pub(in crate::metrics) fn cells(&self) -> u64 {
        let groups = self.cards.iter().fold(1_u64, |groups, card| {
            groups.saturating_mul(u64::from(*card) + 1)
        });
        groups.saturating_mul(self.buckets.len() as u64)
    }
}

/// How one judgement of a chunk is read.
struct Reading<'a> {
    judgement: &'a JudgementColumn,
    layout: &'a CellLayout<'a>,
    tables: Tables,
}

/// Which rows make a batch.
#[derive(Clone, Copy)]
struct BatchRows {
    start: usize,
    len: usize,
    /// The bucket that all of them are in, where that is one.
    bucket: Option<usize>,
}

/// Room to work in.
struct Room {
    cells: [u64; BATCH_ROWS],
    kinds: [u8; BATCH_ROWS],
    codes: [u32; BATCH_ROWS],
    numbers: [i64; BATCH_ROWS],
}

/// By byte, what it means.
type Table<T> = Option<Box<[T; 256]>>;

/// What is looked up by byte, for each filter and each axis whose codes are bytes.
struct Tables {
    tables: Vec<Table<u8>>,
    placed: Vec<Table<u64>>,
}

impl ChunkScan {
    /// Whether each row is valid, passes, and falls into the only group.
    pub(in crate::metrics) fn is_plain(&self) -> bool {
        self.struck.is_none() && self.axes.is_empty() && self.filters.is_empty()
    }

    fn times(&self) -> Option<&Column> {
        let (data, place) = &self.data;
        data.columns.get(*place)
    }

    /// Calls `with` for each bucket that rows of the chunk lie in by its own instants, and them.
    pub(in crate::metrics) fn ranges(
        &self,
        buckets: &Buckets,
        mut with: impl FnMut(usize, std::ops::Range<usize>),
    ) {
        let Some(times) = self.times() else {
            return;
        };
        let (first, last) = (self.data.0.first, self.data.0.last);
        let mut start = 0;
        for (bucket, (from, to)) in buckets.spans().enumerate() {
            let (from, to) = (from.millis(), to.millis());
            if to <= first {
                continue;
            }
            if from > last {
                break;
            }
            if start == 0 {
                start = times.first_at_least(from);
            }
            let end = times.first_at_least(to);
            if end > start {
                with(bucket, start..end);
            }
            start = end;
        }
    }

    /// Calls `with` for the rows of `judgement` that lie in the window, batch by batch.
    pub(in crate::metrics) fn walk(
        &self,
        judgement: &JudgementColumn,
        places: &CellLayout<'_>,
        mut with: impl FnMut(Batch<'_>),
    ) {
        let (from, to) = places.buckets.window();
        if !judgement.meets(from, to) {
            return;
        }
        let mut room = Room {
            cells: [0; BATCH_ROWS],
            kinds: [0; BATCH_ROWS],
            codes: [0; BATCH_ROWS],
            numbers: [0; BATCH_ROWS],
        };
        let reading = Reading {
            judgement,
            layout: places,
            tables: self.tables(places),
        };
        let mut walk = |range: std::ops::Range<usize>, bucket: Option<usize>| {
            for start in range.clone().step_by(BATCH_ROWS) {
                let len = BATCH_ROWS.min(range.end - start);
                let rows = BatchRows { start, len, bucket };
                self.batch(&reading, &rows, &mut room);
                let (Some(cells), Some(kinds)) = (room.cells.get(..len), room.kinds.get(..len))
                else {
                    continue;
                };
                with(Batch {
                    start,
                    cells,
                    kinds,
                });
            }
        };
        if judgement.at.is_none() {
            self.ranges(places.buckets, |bucket, range| walk(range, Some(bucket)));
        } else {
            walk(0..judgement.kinds.len(), None);
        }
    }

    /// What can be looked up by byte.
    fn tables(&self, places: &CellLayout<'_>) -> Tables {
        let tables = self.filters.iter().map(|filter| {
            let (_, code) = filter.codes.bytes(0)?;
            Some(Box::new(std::array::from_fn(|byte| {
                let byte = u8::try_from(byte).unwrap_or(u8::MAX);
                u8::MAX * u8::from(filter.keeps(code(byte)))
            })))
        });
        let placed = self.axes.iter().zip(places.cards).map(|(axis, card)| {
            let (_, code) = axis.bytes(0)?;
            Some(Box::new(std::array::from_fn(|byte| {
                let byte = u8::try_from(byte).unwrap_or(u8::MAX);
                u64::from(code(byte).min(*card))
            })))
        });
        Tables {
            tables: tables.collect(),
            placed: placed.collect(),
        }
    }

    /// Places the rows of one batch.
    fn batch(&self, reading: &Reading<'_>, rows: &BatchRows, room: &mut Room) {
        let (places, tables) = (reading.layout, &reading.tables);
        let BatchRows { start, len, bucket } = *rows;
        let judgement = reading.judgement;
        let Room {
            cells,
            kinds,
            codes,
            numbers,
        } = room;
        let cells = cells.get_mut(..len).unwrap_or_default();
        let kinds = kinds.get_mut(..len).unwrap_or_default();
        let codes = codes.get_mut(..len).unwrap_or_default();
        let numbers = numbers.get_mut(..len).unwrap_or_default();
        let kinds_of_block = judgement.kinds.get(start..start + len).unwrap_or_default();
        for (kind, of_block) in kinds.iter_mut().zip(kinds_of_block) {
            *kind = *of_block;
        }
        self.sift(tables, start, kinds, codes);
        cells.fill(0);
        let axes = self.axes.iter().zip(places.cards).zip(&tables.placed);
        for ((axis, card), table) in axes {
            let width = u64::from(*card) + 1;
            if let (Some(table), Some((bytes, _))) = (table, axis.bytes(start)) {
                for (cell, byte) in cells.iter_mut().zip(bytes) {
                    *cell = *cell * width + table.get(usize::from(*byte)).copied().unwrap_or(0);
                }
                continue;
            }
            axis.read(start, codes);
            for (cell, code) in cells.iter_mut().zip(codes.iter()) {
                *cell = *cell * width + u64::from((*code).min(*card));
            }
        }
        let width = places.buckets.len() as u64;
        match (bucket, &judgement.at) {
            (None, Some(at)) => {
                at.read(start, numbers);
                let mut finder = Finder::new(places.buckets);
                for ((cell, kind), at) in cells.iter_mut().zip(kinds).zip(numbers) {
                    match finder.find(*at) {
                        Some(bucket) => *cell = *cell * width + bucket,
                        None => *kind = 0,
                    }
                }
            }
            (bucket, _) => {
                let bucket = bucket.unwrap_or_default() as u64;
                for cell in cells {
                    *cell = *cell * width + bucket;
                }
            }
        }
    }

    /// Strikes out what is not valid or does not pass.
    fn sift(&self, tables: &Tables, start: usize, kinds: &mut [u8], codes: &mut [u32]) {
        if let Some(struck) = &self.struck {
            for (place, kind) in kinds.iter_mut().enumerate() {
                if struck.holds(start + place) {
                    *kind = 0;
                }
            }
        }
        for (filter, table) in self.filters.iter().zip(&tables.tables) {
            if let (Some(table), Some((bytes, _))) = (table, filter.codes.bytes(start)) {
                for (kind, byte) in kinds.iter_mut().zip(bytes) {
                    *kind &= table.get(usize::from(*byte)).copied().unwrap_or(0);
                }
                continue;
            }
            filter.codes.read(start, codes);
            for (kind, code) in kinds.iter_mut().zip(codes.iter()) {
                if !filter.keeps(*code) {
                    *kind = 0;
                }
            }
        }
    }
}

/// Finds buckets; instants that follow each other mostly share one.
struct Finder<'b> {
    buckets: &'b Buckets,
    last: (i64, i64, u64),
}

impl<'b> Finder<'b> {
    const fn new(buckets: &'b Buckets) -> Self {
        Self {
            buckets,
            last: (0, 0, 0),
        }
    }

    fn find(&mut self, at: i64) -> Option<u64> {
        let (from, to, bucket) = self.last;
        if at >= from && at < to {
            return Some(bucket);
        }
        let bucket = self.buckets.index(at)?;
        let (from, to) = self.buckets.limits_of(bucket)?;
        self.last = (from, to, bucket as u64);
        Some(bucket as u64)
    }
}
