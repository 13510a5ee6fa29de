//! A chunk: up to 64 k rows as columns.
//!
//! The data of a chunk never change. A row that is replaced elsewhere is struck out
//! here by a bit, so that a late event costs a bitmap and not a rewrite.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::row::Row;
use super::units::UnitSet;
use crate::lock::Lock;
use crate::metrics::columns::{Column, InstantReader};
use crate::metrics::memory::ChunkMemory;

/// Another number each time.
fn fresh_id() -> u64 {
    static MADE: AtomicU64 = AtomicU64::new(0);
    MADE.fetch_add(1, Ordering::Relaxed)
}

/// The rows of a chunk as columns.
pub struct Data {
    pub(in crate::metrics) columns: Vec<Column>,
    pub(in crate::metrics) first: i64,
    pub(in crate::metrics) last: i64,
    /// The latest instant that any row names.
    pub(in crate::metrics) settles_at: i64,
    pub(in crate::metrics) units: RangeInclusive<u32>,
    pub(in crate::metrics) memory: Lock<ChunkMemory>,
}

impl std::fmt::Debug for Data {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = (self.first, self.last);
        formatter
            .debug_struct("Data")
            .field("span", &span)
            .finish_non_exhaustive()
    }
}

/// Rows of a chunk that are no longer valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StruckRows {
    bits: Vec<u64>,
    pub(in crate::metrics) count: usize,
}

impl StruckRows {
    pub(in crate::metrics) fn of_bits(bits: Vec<u64>) -> Self {
        let count = bits.iter().map(|word| word.count_ones() as usize).sum();
        Self { bits, count }
    }

    pub(in crate::metrics) fn holds(&self, index: usize) -> bool {
        let word = self.bits.get(index / 64).copied().unwrap_or_default();
        word >> (index % 64) & 1 == 1
    }

    fn strike(&mut self, index: usize) {
        if self.bits.len() <= index / 64 {
            self.bits.resize(index / 64 + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(index / 64) {
            let bit = 1_u64 << (index % 64);
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }
}

/// A chunk of rows in order of time.
#[derive(Debug)]
pub struct Chunk<R: Row> {
    pub(in crate::metrics) data: Arc<Data>,
    pub(in crate::metrics) struck: Option<Arc<StruckRows>>,
    id: u64,
    row: PhantomData<R>,
}

impl<R: Row> Clone for Chunk<R> {
    fn clone(&self) -> Self {
        Self {
            data: Arc::clone(&self.data),
            struck: self.struck.clone(),
            id: self.id,
            row: PhantomData,
        }
    }
}

impl<R: Row> Chunk<R> {
    /// The chunk of `rows`, which are in order of time.
    pub(in crate::metrics) fn of(rows: &[R]) -> Self {
        let settles = rows.iter().flat_map(Row::instants).max();
        Self::of_columns(R::columns(rows), settles.unwrap_or(i64::MIN))
    }

    /// The chunk of columns that were stored.
    pub(in crate::metrics) fn of_columns(columns: Vec<Column>, settles_at: i64) -> Self {
        let empty = Column::default();
        let time = columns.get(R::TIME).unwrap_or(&empty);
        let first = time.number(0).unwrap_or(i64::MAX);
        let last = time.len().checked_sub(1).and_then(|last| time.number(last));
        let mut units = vec![0; time.len()];
        if let Some(column) = columns.get(R::UNIT) {
            column.read(0, &mut units);
        }
        let bound = |unit: Option<&i64>| {
            unit.and_then(|unit| u32::try_from(*unit).ok())
                .unwrap_or_default()
        };
        let units = bound(units.iter().min())..=bound(units.iter().max());
        Self {
            data: Arc::new(Data {
                columns,
                first,
                last: last.unwrap_or(i64::MIN),
                settles_at,
                units,
                memory: Lock::default(),
            }),
            struck: None,
            id: fresh_id(),
            row: PhantomData,
        }
    }

    /// The chunk with these rows struck out.
    pub(in crate::metrics) fn with_struck(self, struck: StruckRows) -> Self {
        Self {
            struck: (struck.count > 0).then(|| Arc::new(struck)),
            id: fresh_id(),
            ..self
        }
    }

    /// The chunk with those rows struck out that are in another one of as many rows. What it is
    /// called follows from both, so that the same two give the same number each time.
    pub(in crate::metrics) fn struck_as(&self, other: &Self) -> Self {
        let mut hasher = DefaultHasher::new();
        (self.id, other.id).hash(&mut hasher);
        Self {
            struck: other.struck.clone(),
            id: hasher.finish(),
            ..self.clone()
        }
    }

    /// How many rows it has, struck ones too.
    pub fn len(&self) -> usize {
        self.data
            .columns
            .get(R::TIME)
            .map(Column::len)
            .unwrap_or_default()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows are valid.
    pub fn count(&self) -> usize {
        self.len() - self.struck.as_ref().map_or(0, |struck| struck.count)
    }

    /// The first and the last instant of its rows.
    pub fn span(&self) -> (i64, i64) {
        (self.data.first, self.data.last)
    }

    /// A number that no chunk with other rows, or with others of them struck out, has.
    pub const fn identity(&self) -> u64 {
        self.id
    }

    /// The latest instant that any of its rows names.
    pub fn settles_at(&self) -> i64 {
        self.data.settles_at
    }

    /// Its columns, shared.
    pub fn data(&self) -> Arc<Data> {
        Arc::clone(&self.data)
    }

    /// Its columns.
    pub(in crate::metrics) fn columns(&self) -> &[Column] {
        &self.data.columns
    }

    /// Whether the row at `index` is no longer valid.
    pub fn is_struck(&self, index: usize) -> bool {
        self.struck
            .as_ref()
            .is_some_and(|struck| struck.holds(index))
    }

    /// The rows that are no longer valid, a bit each.
    pub(in crate::metrics) fn struck_bits(&self) -> &[u64] {
        let struck = self.struck.as_ref();
        struck
            .map(|struck| struck.bits.as_slice())
            .unwrap_or_default()
    }

    /// The row at `index`, struck or not.
    pub fn row(&self, index: usize) -> Option<R> {
        R::get(&self.data.columns, index)
    }

    /// The numbers of the column at `place`, row by row; of instants, the own ones only.
    pub fn numbers(&self, place: usize) -> Vec<i64> {
        let mut numbers = vec![0; self.len()];
        if let Some(column) = self.data.columns.get(place) {
            column.read(0, &mut numbers);
        }
        numbers
    }

    /// The codes of the column at `place`, row by row.
    pub fn codes(&self, place: usize) -> Vec<u32> {
        let mut codes = vec![0; self.len()];
        if let Some(column) = self.data.columns.get(place) {
            column.read_codes(0, &mut codes);
        }
        codes
    }

    /// The instants of the column at `place`, row by row.
    pub fn instants(&self, place: usize) -> Vec<i64> {
        let mut reader = InstantReader::new(self.columns(), R::TIME, R::KINDS);
        reader.read(place);
        reader.get(place).to_vec()
    }

    /// The rows that are valid.
    pub fn rows(&self) -> impl Iterator<Item = R> + '_ {
        (0..self.len())
            .filter(|index| !self.is_struck(*index))
            .filter_map(|index| self.row(index))
    }

    /// The rows of one unit that are valid.
    pub(in crate::metrics) fn rows_of(&self, unit: u32) -> impl Iterator<Item = R> + '_ {
        let mut units = Vec::new();
        if self.data.units.contains(&unit)
            && let Some(column) = self.data.columns.get(R::UNIT)
        {
            units.resize(column.len(), 0);
            column.read(0, &mut units);
        }
        let found = units.into_iter().enumerate();
        let found = found.filter(move |(_, found)| *found == i64::from(unit));
        let validity = found.filter(|(index, _)| !self.is_struck(*index));
        validity.filter_map(|(index, _)| self.row(index))
    }

    /// The chunk without the rows of `units`; `None` where it has none of theirs.
    pub(in crate::metrics) fn without(&self, units: &UnitSet) -> Option<Self> {
        if !units.meets(&self.data.units) {
            return None;
        }
        let column = self.data.columns.get(R::UNIT)?;
        let mut found = vec![0; column.len()];
        column.read(0, &mut found);
        let mut struck: Option<StruckRows> = None;
        for (index, unit) in found.into_iter().enumerate() {
            if u32::try_from(unit).is_ok_and(|unit| units.holds(unit)) && !self.is_struck(index) {
                let known = || self.struck.as_deref().cloned().unwrap_or_default();
                struck.get_or_insert_with(known).strike(index);
            }
        }
        struck.map(|struck| Self {
            struck: Some(Arc::new(struck)),
            id: fresh_id(),
            ..self.clone()
        })
    }

    /// The rows that are not valid or are among `changed`, a bit each; `None`: none.
    pub fn struck_with(&self, changed: &[u32]) -> Option<Arc<StruckRows>> {
        if changed.is_empty() {
            return self.struck.clone();
        }
        let mut struck = self.struck.as_deref().cloned().unwrap_or_default();
        for index in changed {
            struck.strike(*index as usize);
        }
        Some(Arc::new(struck))
    }

    /// How much memory its columns take, in bytes.
    pub fn bytes(&self) -> usize {
        self.data.columns.iter().map(Column::bytes).sum()
    }
}
