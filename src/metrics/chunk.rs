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
pub(super) struct Data {
    pub(super) columns: Vec<Column>,
    pub(super) first: i64,
    pub(super) last: i64,
    /// The latest instant that any row names.
    pub(super) settles_at: i64,
    pub(super) units: (u32, u32),
    derived: Mutex<HashMap<DerivedKey, Derived>>,
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
pub(super) struct Struck {
    pub(super) bits: Vec<u64>,
    pub(super) count: usize,
}

impl Struck {
    fn holds(&self, index: usize) -> bool {
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
    pub(super) data: Arc<Data>,
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
        let settles = rows.iter().map(Row::settles_at).max();
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
                derived: Mutex::default(),
            }),
            struck: None,
            row: PhantomData,
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
    pub fn standing(&self) -> usize {
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

    /// The column of the instants by which it is ordered.
    pub fn times(&self) -> Option<&Column> {
        self.data.columns.get(R::TIME)
    }

    /// Whether the row at `index` no longer stands.
    pub fn is_struck(&self, index: usize) -> bool {
        self.struck
            .as_ref()
            .is_some_and(|struck| struck.holds(index))
    }

    /// The rows that no longer stand, a bit each, if there are any.
    pub fn struck_bits(&self) -> Option<&[u64]> {
        self.struck.as_ref().map(|struck| struck.bits.as_slice())
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

    /// What was derived from the rows as `key`, or what `make` derives from them now.
    pub fn derived<T: Any + Send + Sync>(
        &self,
        key: DerivedKey,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = {
            let derived = self.derivations();
            derived.get(&key).map(Arc::clone)
        };
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let made = Arc::new(make());
        let mut derived = self.derivations();
        if derived.len() >= MAX_DERIVED {
            derived.clear();
        }
        let kept: Derived = Arc::<T>::clone(&made);
        derived.insert(key, kept);
        made
    }

    fn derivations(&self) -> std::sync::MutexGuard<'_, HashMap<DerivedKey, Derived>> {
        let guard = self.data.derived.lock();
        guard.unwrap_or_else(PoisonError::into_inner)
    }

    /// How much memory its columns take, in bytes.
    pub fn bytes(&self) -> usize {
        self.data.columns.iter().map(Column::bytes).sum()
    }
}
