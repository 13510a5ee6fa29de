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
    /// The first of their places in the judgement.
    pub(in crate::metrics) start: usize,
    /// Whether all of them are in one bucket.
    pub(in crate::metrics) has_one_bucket: bool,
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
struct BatchRows<'a> {
    start: usize,
    len: usize,
    /// The bucket that all of them are in, where that is one.
    bucket: Option<usize>,
    /// Which rows of the chunk they are; `None`: those from `start` on.
    picked: Option<&'a [u16]>,
}

/// Room to work in.
struct Room {
    cells: [u64; BATCH_ROWS],
    kinds: [u8; BATCH_ROWS],
    codes: [u32; BATCH_ROWS],
    bytes: [u8; BATCH_ROWS],
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
            bytes: [0; BATCH_ROWS],
            numbers: [0; BATCH_ROWS],
        };
        let reading = Reading {
            judgement,
            layout: places,
            tables: self.tables(places),
        };
        let mut batch = |rows: BatchRows<'_>| {
            let (start, len) = (rows.start, rows.len);
            self.batch(&reading, &rows, &mut room);
            if let (Some(cells), Some(kinds)) = (room.cells.get(..len), room.kinds.get(..len)) {
                with(Batch {
                    start,
                    has_one_bucket: rows.bucket.is_some(),
                    cells,
                    kinds,
                });
            }
        };
        let Some(order) = &judgement.order else {
            self.ranges(places.buckets, |bucket, range| {
                for (start, len) in batches(range) {
                    let (bucket, picked) = (Some(bucket), None);
                    batch(BatchRows {
                        start,
                        len,
                        bucket,
                        picked,
                    });
                }
            });
            return;
        };
        let range = order.at.first_at_least(from)..order.at.first_at_least(to);
        for (start, len) in batches(range) {
            let ends = [start, start + len - 1].map(|place| order.at.number(place));
            let [first, last] = ends.map(|at| places.buckets.index(at?));
            let bucket = first.filter(|_| first == last);
            let picked = order.rows.get(start..start + len);
            batch(BatchRows {
                start,
                len,
                bucket,
                picked,
            });
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
    fn batch(&self, reading: &Reading<'_>, rows: &BatchRows<'_>, room: &mut Room) {
        let (places, tables) = (reading.layout, &reading.tables);
        let BatchRows {
            start, len, bucket, ..
        } = *rows;
        let judgement = reading.judgement;
        let Room {
            cells,
            kinds,
            codes,
            bytes: byte_room,
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
        self.sift(tables, rows, kinds, (codes, byte_room));
        cells.fill(0);
        let axes = self.axes.iter().zip(places.cards).zip(&tables.placed);
        for ((axis, card), table) in axes {
            let width = u64::from(*card) + 1;
            if let (Some(table), Some(bytes)) = (table, rows.bytes(axis, byte_room)) {
                for (cell, byte) in cells.iter_mut().zip(bytes) {
                    *cell = *cell * width + table.get(usize::from(*byte)).copied().unwrap_or(0);
                }
                continue;
            }
            rows.read(axis, codes);
            for (cell, code) in cells.iter_mut().zip(codes.iter()) {
                *cell = *cell * width + u64::from((*code).min(*card));
            }
        }
        let width = places.buckets.len() as u64;
        match (bucket, &judgement.order) {
            (None, Some(order)) => {
                order.at.read(start, numbers);
                let mut finder = Finder::new(places.buckets);
                for (cell, at) in cells.iter_mut().zip(numbers) {
                    *cell = *cell * width + finder.find(*at);
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
    fn sift(
        &self,
        tables: &Tables,
        rows: &BatchRows<'_>,
        kinds: &mut [u8],
        (codes, room): (&mut [u32], &mut [u8]),
    ) {
        if let Some(struck) = &self.struck {
            for (place, kind) in kinds.iter_mut().enumerate() {
                if struck.holds(rows.row(place)) {
                    *kind = 0;
                }
            }
        }
        for (filter, table) in self.filters.iter().zip(&tables.tables) {
            if let (Some(table), Some(bytes)) = (table, rows.bytes(&filter.codes, room)) {
                for (kind, byte) in kinds.iter_mut().zip(bytes) {
                    *kind &= table.get(usize::from(*byte)).copied().unwrap_or(0);
                }
                continue;
            }
            rows.read(&filter.codes, codes);
            for (kind, code) in kinds.iter_mut().zip(codes.iter()) {
                if !filter.keeps(*code) {
                    *kind = 0;
                }
            }
        }
    }
}

impl BatchRows<'_> {
    /// The row at `place` of the batch.
    fn row(&self, place: usize) -> usize {
        let picked = self.picked.and_then(|rows| rows.get(place));
        picked.map_or(self.start + place, |row| usize::from(*row))
    }

    /// The codes of the rows as bytes, where they are that narrow; gathered in `room`.
    fn bytes<'r>(&self, codes: &'r Codes, room: &'r mut [u8]) -> Option<&'r [u8]> {
        let Some(picked) = self.picked else {
            return codes.bytes(self.start).map(|(bytes, _)| bytes);
        };
        let (bytes, _) = codes.bytes(0)?;
        for (slot, row) in room.iter_mut().zip(picked) {
            *slot = bytes.get(usize::from(*row)).copied().unwrap_or(u8::MAX);
        }
        room.get(..picked.len())
    }

    /// Writes the codes of the rows.
    fn read(&self, codes: &Codes, into: &mut [u32]) {
        match self.picked {
            Some(rows) => codes.pick(rows, into),
            None => codes.read(self.start, into),
        }
    }
}

/// The batches of a range: where each begins, and how many rows it has.
fn batches(range: std::ops::Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let end = range.end;
    let starts = range.step_by(BATCH_ROWS);
    starts.map(move |start| (start, BATCH_ROWS.min(end - start)))
}

/// Finds the buckets of instants in the window that come in order.
struct Finder<'b> {
    buckets: &'b Buckets,
    /// The end of the last bucket found, and its number.
    last: (i64, u64),
}

impl<'b> Finder<'b> {
    const fn new(buckets: &'b Buckets) -> Self {
        Self {
            buckets,
            last: (i64::MIN, 0),
        }
    }

    fn find(&mut self, at: i64) -> u64 {
        let (end, bucket) = self.last;
        if at < end {
            return bucket;
        }
        let bucket = self.buckets.index(at).unwrap_or_default();
        let end = self
            .buckets
            .limits_of(bucket)
            .map_or(i64::MIN, |(_, end)| end);
        self.last = (end, bucket as u64);
        bucket as u64
    }
}
