//! What reports derive from the rows of a chunk (a judgement of each, a code to group
//! by), and as of when it holds.
//!
//! Rows do not change, but time may change what a row counts as: at an instant that it
//! names, or a while after. What was derived as of an instant therefore holds later too,
//! but for the rows that have come to such an instant since; those are judged again.
//!
//! A row may change at the instants that it names, and at those plus `N`. What depends on more
//! than the row and its unit (`recontact_rate`, `jobs_at_risk`) is judged afresh each time.

use std::any::Any;
use std::sync::{Arc, MutexGuard};

use super::chunk::{Chunk, Data};
use super::row::Row;
use crate::metrics::memory::{ChunkMemory, Derivation, DerivedKey};

/// As of when what no passing of time can change holds.
pub const FOR_GOOD: i64 = i64::MAX;

/// How many changes of rows may be judged again for a question before the whole chunk is.
const MAX_CHANGED: usize = 512;

/// As of when a chunk's derivations hold, and the rows that time has changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validity {
    /// As of when; [`FOR_GOOD`]: no passing of time can change them any more.
    pub at: i64,
    /// The rows to be judged as of now.
    pub changed: Vec<u32>,
    /// The rows that time changes next, and those that it has changed: the same ones for as long
    /// as `at` stays.
    pub soon: Arc<[u32]>,
}

impl<R: Row> Chunk<R> {
    /// As of when what is derived from the rows is to be derived, for a question as of `as_of`.
    ///
    /// A row may change at each instant that it names, and `matures` milliseconds after it.
    /// `None`: the question is of a time before what is remembered; nothing may be remembered for it.
    pub fn validity(&self, as_of: i64, matures: i64) -> Option<Validity> {
        let mut memory = self.memory();
        if as_of >= self.settles_at().saturating_add(matures) {
            if memory.at != Some(FOR_GOOD) {
                memory.move_on(FOR_GOOD, Vec::new(), Arc::default());
            }
            return Some(Validity {
                at: FOR_GOOD,
                changed: Vec::new(),
                soon: Arc::default(),
            });
        }
        let known = memory.at.filter(|at| *at != FOR_GOOD);
        if known.is_some_and(|at| as_of < at) || memory.at == Some(FOR_GOOD) {
            return None;
        }
        let come = memory.ahead.partition_point(|(at, _)| *at <= as_of);
        if let Some(at) = known.filter(|_| come <= MAX_CHANGED) {
            return Some(Validity {
                at,
                changed: rows_of(memory.ahead.iter().take(come)),
                soon: Arc::clone(&memory.soon),
            });
        }
        let ahead = self.ahead(as_of, matures);
        let soon: Arc<[u32]> = rows_of(ahead.iter().take(MAX_CHANGED)).into();
        memory.move_on(as_of, ahead, Arc::clone(&soon));
        Some(Validity {
            at: as_of,
            changed: Vec::new(),
            soon,
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
    #[must_use]
    pub fn excerpt(&self, indexes: &[u32]) -> Self {
        let places = indexes.iter().map(|index| *index as usize);
        let places = places.filter(|index| !self.is_struck(*index));
        let rows: Vec<R> = places.filter_map(|index| self.row(index)).collect();
        Self::of(&rows)
    }

    /// The rows of [`Validity::soon`] as a chunk, which is remembered for as long as they are.
    #[must_use]
    pub fn soon(&self, validity: &Validity) -> Self {
        let key = DerivedKey {
            name: "soon",
            detail: "",
            version: self.identity(),
        };
        let make = || Soon(self.excerpt(&validity.soon));
        self.data().derived(validity.at, key, make).0.clone()
    }

    /// The chunk with each of its rows as `with` gives it, in the same order. It is remembered
    /// under a name, for as long as `version` stays.
    #[must_use]
    pub fn rewritten(&self, name: &'static str, version: u64, with: impl Fn(R) -> R) -> Self {
        let rewritten = self.data.lasting(name, version, || {
            let rows = (0..self.len()).filter_map(|index| self.row(index));
            Self::of(&rows.map(with).collect::<Vec<R>>())
        });
        rewritten.struck_as(self)
    }

    fn memory(&self) -> MutexGuard<'_, ChunkMemory> {
        self.data.memory()
    }
}

/// Rows that time changes next.
struct Soon<R: Row>(Chunk<R>);

impl<R: Row> Derivation for Soon<R> {
    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

/// The rows of some instants, each once, in order.
fn rows_of<'a>(ahead: impl Iterator<Item = &'a (i64, u32)>) -> Vec<u32> {
    let mut rows: Vec<u32> = ahead.map(|(_, row)| *row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

impl Data {
    /// What was derived from the rows as `key`, or what `make` derives from them now.
    ///
    /// `at` is what [`Chunk::validity`] gave; once that has moved on nothing is remembered.
    pub fn derived<T: Derivation>(
        &self,
        at: i64,
        key: DerivedKey,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = {
            let mut memory = self.memory();
            let holds = memory.at == Some(at);
            memory.get(&key).filter(|_| holds)
        };
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let made = Arc::new(make());
        let mut memory = self.memory();
        if memory.at == Some(at) {
            let bytes = made.bytes();
            let kept: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&made);
            memory.keep(key, kept, bytes);
        }
        made
    }

    /// What was derived from the rows under a name and is changed by no passing of time, or what
    /// `make` derives now; of each name the last version is remembered.
    fn lasting<T: Any + Send + Sync>(
        &self,
        name: &'static str,
        version: u64,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = self.memory().lasting(name, version);
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let made = Arc::new(make());
        let kept: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&made);
        self.memory().keep_lasting(name, version, kept);
        made
    }

    fn memory(&self) -> MutexGuard<'_, ChunkMemory> {
        self.memory.lock()
    }
}
