//! What one chunk remembers: derivations of its rows, and as of when they hold.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use super::derivation::DerivedKey;

/// How many bytes of derivations a chunk remembers before it lets go of what was used
/// longest ago: as many again as its columns take, about.
const MAX_BYTES: usize = 4 << 20;

/// A derivation that is remembered.
struct Entry {
    derived: Arc<dyn Any + Send + Sync>,
    bytes: usize,
    /// When it was used last, by the number of questions until then.
    used: u64,
}

/// What was derived from a chunk's rows, and as of when.
#[derive(Default)]
pub(in crate::metrics) struct ChunkMemory {
    /// As of when.
    pub(in crate::metrics) at: Option<i64>,
    /// The instants after it at which time changes a row, and the row; in order.
    pub(in crate::metrics) ahead: Vec<(i64, u32)>,
    /// The rows of the first of them.
    pub(in crate::metrics) soon: Arc<[u32]>,
    entries: HashMap<DerivedKey, Entry>,
    bytes: usize,
    questions: u64,
}

impl ChunkMemory {
    /// Nothing yet; what comes holds as of `at`, but for the rows that change later.
    pub(in crate::metrics) fn new(at: i64, ahead: Vec<(i64, u32)>, soon: Arc<[u32]>) -> Self {
        Self {
            at: Some(at),
            ahead,
            soon,
            ..Self::default()
        }
    }

    pub(in crate::metrics) fn get(
        &mut self,
        key: &DerivedKey,
    ) -> Option<Arc<dyn Any + Send + Sync>> {
        self.questions += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.questions;
        Some(Arc::clone(&entry.derived))
    }

    /// Remembers a derivation, and forgets others where there are too many.
    pub(in crate::metrics) fn keep(
        &mut self,
        key: DerivedKey,
        derived: Arc<dyn Any + Send + Sync>,
        bytes: usize,
    ) {
        let used = self.questions;
        self.bytes += bytes;
        let entry = Entry {
            derived,
            bytes,
            used,
        };
        if let Some(former) = self.entries.insert(key, entry) {
            self.bytes -= former.bytes;
        }
        while self.bytes > MAX_BYTES && self.entries.len() > 1 {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            if let Some(gone) = self.entries.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
        }
    }
}
