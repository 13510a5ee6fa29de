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
    /// What was derived last under a name that no passing of time changes.
    lasting: HashMap<&'static str, (u64, Arc<dyn Any + Send + Sync>)>,
}

impl ChunkMemory {
    /// Forgets what held as of another instant; what comes holds as of `at`, but for the rows
    /// that change later.
    pub(in crate::metrics) fn move_on(
        &mut self,
        at: i64,
        ahead: Vec<(i64, u32)>,
        soon: Arc<[u32]>,
    ) {
        *self = Self {
            at: Some(at),
            ahead,
            soon,
            lasting: std::mem::take(&mut self.lasting),
            ..Self::default()
        };
    }

    /// What was derived under a name, in this version of its circumstances.
    pub(in crate::metrics) fn lasting(
        &self,
        name: &'static str,
        version: u64,
    ) -> Option<Arc<dyn Any + Send + Sync>> {
        let (known, derived) = self.lasting.get(name)?;
        (*known == version).then(|| Arc::clone(derived))
    }

    /// Remembers a derivation that time does not change, in the place of its former version.
    pub(in crate::metrics) fn keep_lasting(
        &mut self,
        name: &'static str,
        version: u64,
        derived: Arc<dyn Any + Send + Sync>,
    ) {
        self.lasting.insert(name, (version, derived));
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
