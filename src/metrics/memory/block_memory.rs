//! What a table remembers of many chunks at once, by the query that asked for it.
//!
//! What is remembered is another's: here it has a size and an age only. A query is remembered
//! when it comes a second time.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, MutexGuard};

use crate::lock::Lock;

/// How many bytes a table remembers for each of its chunks, before it lets go of what was used
/// longest ago: less than the columns themselves take.
const BYTES_A_CHUNK: usize = 1 << 20;

/// How many bytes even the smallest table may remember.
const LEAST_BYTES: usize = 16 << 20;

/// How many queries of one block are noted to have come once.
const MAX_ONCE: usize = 4_096;

/// What a table remembers, whichever snapshot it is in.
#[derive(Debug, Default)]
pub(in crate::metrics) struct BlockMemory(Lock<Entries>);

#[derive(Debug, Default)]
struct Entries {
    /// By chunks and judgement, the instants between which rows count.
    spans: HashMap<u64, (i64, i64)>,
    once: HashSet<u64>,
    totals: HashMap<u64, Entry>,
    bytes: usize,
    queries: u64,
}

#[derive(Debug)]
struct Entry {
    totals: Arc<dyn Any + Send + Sync>,
    bytes: usize,
    /// When it was used last, by the number of queries until then.
    used: u64,
}

/// What is remembered for a query.
pub(in crate::metrics) enum Recall<T> {
    /// What it adds.
    Totals(Arc<T>),
    /// The query comes for the first time.
    First,
    /// The query came once before; its totals are to be remembered.
    Second,
}

impl BlockMemory {
    /// Between which instants the rows of some chunks count, if that was noted.
    pub(in crate::metrics) fn span(&self, key: u64) -> Option<(i64, i64)> {
        self.entries().spans.get(&key).copied()
    }

    /// Notes between which instants the rows of some chunks count.
    pub(in crate::metrics) fn note_span(&self, key: u64, span: (i64, i64)) {
        let mut entries = self.entries();
        if entries.spans.len() >= MAX_ONCE {
            entries.spans.clear();
        }
        entries.spans.insert(key, span);
    }

    /// Notes that a query came.
    pub(in crate::metrics) fn note_query(&self, key: u64) {
        self.entries().came(key);
    }

    /// What is remembered for a query; notes that it came.
    pub(in crate::metrics) fn recall<T: Any + Send + Sync>(&self, key: u64) -> Recall<T> {
        let mut entries = self.entries();
        entries.queries += 1;
        let used = entries.queries;
        if let Some(entry) = entries.totals.get_mut(&key) {
            entry.used = used;
            if let Ok(totals) = Arc::clone(&entry.totals).downcast() {
                return Recall::Totals(totals);
            }
        }
        if entries.once.remove(&key) {
            return Recall::Second;
        }
        entries.came(key);
        Recall::First
    }

    /// Remembers the totals of a query to a table of `chunks`.
    pub(in crate::metrics) fn keep(
        &self,
        key: u64,
        totals: Arc<dyn Any + Send + Sync>,
        bytes: usize,
        chunks: usize,
    ) {
        let most = LEAST_BYTES.max(chunks * BYTES_A_CHUNK);
        let mut entries = self.entries();
        let used = entries.queries;
        let entry = Entry {
            totals,
            bytes,
            used,
        };
        entries.keep(key, entry, most);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock()
    }
}

impl Entries {
    fn came(&mut self, key: u64) {
        if self.once.len() >= MAX_ONCE {
            self.once.clear();
        }
        self.once.insert(key);
    }

    fn keep(&mut self, key: u64, entry: Entry, most: usize) {
        self.bytes += entry.bytes;
        if let Some(former) = self.totals.insert(key, entry) {
            self.bytes -= former.bytes;
        }
        while self.bytes > most && self.totals.len() > 1 {
            let oldest = self.totals.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            if let Some(gone) = self.totals.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
        }
    }
}
