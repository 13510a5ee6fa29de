//! A chunk: up to 64 k rows as columns, with what was derived from them since.
//!
//! The data of a chunk never change. A row that is told anew elsewhere is struck out
//! here by a bit, so that a late event costs a bitmap and not a rewrite. What a report
//! derives from the rows (its judgement of each, a code to group by) is kept beside them.

use std::any::Any;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use super::column::Column;
use super::table::Row;

/// How many rows may be judged anew for a question before the whole chunk is.
const MAX_CHANGED: usize = 512;

/// How many derivations a chunk keeps before it starts anew.
const MAX_DERIVED: usize = 128;

/// What a derivation is: its name, and the circumstances that it hangs on beside the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DerivedKey {
    /// Of what.
    pub name: &'static str,
    /// More of the name.
    pub detail: &'static str,
    /// A number that differs where the circumstances do.
    pub version: u64,
}

type Derived = Arc<dyn Any + Send + Sync>;

/// The rows of a chunk as columns.
pub struct Data {
    pub(super) columns: Vec<Column>,
    pub(super) first: i64,
    pub(super) last: i64,
    /// The latest instant that any row names.
    pub(super) settles_at: i64,
    pub(super) units: (u32, u32),
    memory: Mutex<Memory>,
}

/// What was derived from a chunk's rows, and as of when.
#[derive(Default)]
struct Memory {
    /// As of when; `i64::MAX`: for good.
    at: Option<i64>,
    /// The instants after it at which time changes a row, and the row; in order.
    ahead: Vec<(i64, u32)>,
    derived: HashMap<DerivedKey, Derived>,
}

/// As of when a chunk's derivations hold, and the rows that time has changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// As of when; `None`: no passing of time can change them any more.
    pub at: Option<i64>,
    /// The rows to be judged as of now.
    pub changed: Vec<u32>,
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

/// Rows of a chunk that no longer stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Struck {
    bits: Vec<u64>,
    pub(super) count: usize,
}

impl Struck {
    pub(super) fn of_bits(bits: Vec<u64>) -> Self {
        let count = bits.iter().map(|word| word.count_ones() as usize).sum();
        Self { bits, count }
    }

    pub(super) fn holds(&self, index: usize) -> bool {
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

/// Units by number, for quick asking.
pub(super) struct UnitSet {
    least: u32,
    bits: Vec<u64>,
}

impl UnitSet {
    pub(super) fn new<'a>(units: impl Iterator<Item = &'a u32> + Clone) -> Self {
        let least = units.clone().min().copied().unwrap_or_default();
        let most = units.clone().max().copied().unwrap_or_default();
        let mut bits = vec![0_u64; (most - least) as usize / 64 + 1];
        let mut empty = true;
        for unit in units {
            empty = false;
            let place = (unit - least) as usize;
            if let Some(word) = bits.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        if empty {
            bits.clear();
        }
        Self { least, bits }
    }

    fn holds(&self, unit: u32) -> bool {
        let Some(place) = unit.checked_sub(self.least) else {
            return false;
        };
        let word = self.bits.get(place as usize / 64);
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn meets(&self, (least, most): (u32, u32)) -> bool {
        !self.bits.is_empty()
            && most >= self.least
            && u64::from(least) < u64::from(self.least) + self.bits.len() as u64 * 64
    }
}

/// A chunk of rows in order of time.
#[derive(Debug)]
pub struct Chunk<R: Row> {
    data: Arc<Data>,
    pub(super) struck: Option<Arc<Struck>>,
    row: PhantomData<R>,
}

impl<R: Row> Clone for Chunk<R> {
    fn clone(&self) -> Self {
        Self {
            data: Arc::clone(&self.data),
            struck: self.struck.clone(),
            row: PhantomData,
        }
    }
}

impl<R: Row> Chunk<R> {
    /// The chunk of `rows`, which are in order of time.
    pub(super) fn of(rows: &[R]) -> Self {
        let settles = rows.iter().flat_map(Row::instants).max();
        Self::of_columns(R::columns(rows), settles.unwrap_or(i64::MIN))
    }

    /// The chunk of columns that were kept.
    pub(super) fn of_columns(columns: Vec<Column>, settles_at: i64) -> Self {
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
        let units = (bound(units.iter().min()), bound(units.iter().max()));
        Self {
            data: Arc::new(Data {
                columns,
                first,
                last: last.unwrap_or(i64::MIN),
                settles_at,
                units,
                memory: Mutex::default(),
            }),
            struck: None,
            row: PhantomData,
        }
    }

    /// The chunk with these rows struck out.
    pub(super) fn with_struck(self, struck: Struck) -> Self {
        Self {
            struck: (struck.count > 0).then(|| Arc::new(struck)),
            ..self
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

    /// How many rows stand.
    pub fn count(&self) -> usize {
        self.len() - self.struck.as_ref().map_or(0, |struck| struck.count)
    }

    /// The first and the last instant of its rows.
    pub fn span(&self) -> (i64, i64) {
        (self.data.first, self.data.last)
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
    pub(super) fn columns(&self) -> &[Column] {
        &self.data.columns
    }

    /// Whether the row at `index` no longer stands.
    pub fn is_struck(&self, index: usize) -> bool {
        self.struck
            .as_ref()
            .is_some_and(|struck| struck.holds(index))
    }

    /// The rows that no longer stand, a bit each.
    pub(super) fn struck_bits(&self) -> &[u64] {
        let struck = self.struck.as_ref();
        struck
            .map(|struck| struck.bits.as_slice())
            .unwrap_or_default()
    }

    /// The row at `index`, struck or not.
    pub fn row(&self, index: usize) -> Option<R> {
        R::get(&self.data.columns, index)
    }

    /// The rows that stand.
    pub fn rows(&self) -> impl Iterator<Item = R> + '_ {
        (0..self.len())
            .filter(|index| !self.is_struck(*index))
            .filter_map(|index| self.row(index))
    }

    /// The chunk without the rows of `units`; `None` where it has none of theirs.
    pub(super) fn without(&self, units: &UnitSet) -> Option<Self> {
        if !units.meets(self.data.units) {
            return None;
        }
        let column = self.data.columns.get(R::UNIT)?;
        let mut found = vec![0; column.len()];
        column.read(0, &mut found);
        let mut struck: Option<Struck> = None;
        for (index, unit) in found.into_iter().enumerate() {
            if u32::try_from(unit).is_ok_and(|unit| units.holds(unit)) && !self.is_struck(index) {
                let known = || self.struck.as_deref().cloned().unwrap_or_default();
                struck.get_or_insert_with(known).strike(index);
            }
        }
        struck.map(|struck| Self {
            struck: Some(Arc::new(struck)),
            ..self.clone()
        })
    }

    /// As of when what is derived from the rows is to be derived, for a question as of `as_of`.
    ///
    /// A row may change at each instant that it names, and `matures` milliseconds after it.
    /// `None`: the question is of a time before what is kept; nothing may be kept for it.
    pub fn standing(&self, as_of: i64, matures: i64) -> Option<Standing> {
        let mut memory = self.memory();
        if as_of >= self.settles_at().saturating_add(matures) {
            if memory.at != Some(i64::MAX) {
                *memory = Memory {
                    at: Some(i64::MAX),
                    ..Memory::default()
                };
            }
            return Some(Standing {
                at: None,
                changed: Vec::new(),
            });
        }
        let known = memory.at.filter(|at| *at != i64::MAX);
        if known.is_some_and(|at| as_of < at) || memory.at == Some(i64::MAX) {
            return None;
        }
        let changed = known.map(|_| {
            let come = memory.ahead.partition_point(|(at, _)| *at <= as_of);
            let mut rows: Vec<u32> = memory
                .ahead
                .iter()
                .take(come)
                .map(|(_, row)| *row)
                .collect();
            rows.sort_unstable();
            rows.dedup();
            rows
        });
        if let (Some(at), Some(changed)) = (known, changed)
            && changed.len() <= MAX_CHANGED
        {
            let at = Some(at);
            return Some(Standing { at, changed });
        }
        *memory = Memory {
            at: Some(as_of),
            ahead: self.ahead(as_of, matures),
            ..Memory::default()
        };
        Some(Standing {
            at: Some(as_of),
            changed: Vec::new(),
        })
    }

    /// The instants after `as_of` at which time changes a row.
    fn ahead(&self, as_of: i64, matures: i64) -> Vec<(i64, u32)> {
        let mut ahead = Vec::new();
        for (index, number) in (0..self.len()).zip(0_u32..) {
            let Some(row) = self.row(index) else {
                continue;
            };
            for instant in row.instants() {
                for at in [instant, instant.saturating_add(matures)] {
                    if at > as_of {
                        ahead.push((at, number));
                    }
                }
            }
        }
        ahead.sort_unstable();
        ahead
    }

    /// The rows at `indexes`, as a chunk.
    pub fn excerpt(&self, indexes: &[u32]) -> Self {
        let standing = indexes.iter().map(|index| *index as usize);
        let standing = standing.filter(|index| !self.is_struck(*index));
        let rows: Vec<R> = standing.filter_map(|index| self.row(index)).collect();
        Self::of(&rows)
    }

    /// What was derived from the rows as `key`, or what `make` derives from them now.
    ///
    /// `at` is what [`Self::standing`] gave; once that has moved on nothing is kept.
    pub fn derived<T: Any + Send + Sync>(
        &self,
        at: Option<i64>,
        key: DerivedKey,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = {
            let memory = self.memory();
            let holds = memory.at == Some(at.unwrap_or(i64::MAX));
            let known = memory.derived.get(&key).filter(|_| holds);
            known.map(Arc::clone)
        };
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let made = Arc::new(make());
        let mut memory = self.memory();
        if memory.at == Some(at.unwrap_or(i64::MAX)) {
            if memory.derived.len() >= MAX_DERIVED {
                memory.derived.clear();
            }
            let kept: Derived = Arc::<T>::clone(&made);
            memory.derived.insert(key, kept);
        }
        made
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        let guard = self.data.memory.lock();
        guard.unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows that do not stand or are among `changed`, a bit each; `None`: none.
    pub fn struck_with(&self, changed: &[u32]) -> Option<Arc<Struck>> {
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
