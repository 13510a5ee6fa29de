//! What can be searched at this instant: the last commit, and what was written since.
//!
//! The two change together, so that a document is found once, on whichever side of its
//! commit. Held by the index, its writer and whoever searches; locked for as long as it
//! takes to copy two pointers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::IndexReader;

use crate::error::Error;
use crate::schema::Fields;
use crate::searcher::Searcher;
use crate::tail::Tail;

/// Words whose language nobody knows are stemmed in this many at most.
const MOST_LANGUAGES: usize = 4;

/// Gives searchers of the index as it is. Cheap to clone; all clones see the same.
#[derive(Clone)]
pub struct Finder {
    reader: IndexReader,
    now: Arc<Mutex<Searcher>>,
}

/// A commit, ready to be searched.
pub(crate) struct Commit {
    committed: tantivy::Searcher,
    languages: Arc<[String]>,
}

impl Finder {
    pub(crate) fn new(reader: IndexReader, fields: Fields) -> Result<Self, Error> {
        let committed = reader.searcher();
        let now = Searcher {
            languages: languages(&committed, fields)?,
            committed,
            tail: Tail::default(),
            fields,
        };
        Ok(Self {
            reader,
            now: Arc::new(Mutex::new(now)),
        })
    }

    /// All that was written so far, frozen: what is written later does not change it.
    pub fn searcher(&self) -> Searcher {
        self.lock().clone()
    }

    /// How many changes are not committed.
    pub(crate) fn uncommitted(&self) -> usize {
        self.lock().tail.len()
    }

    /// Takes in what was written.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Tail)) {
        change(&mut self.lock().tail);
    }

    /// Reads the commit that was just made; nothing changes for searchers yet.
    pub(crate) fn read_commit(&self) -> Result<Commit, Error> {
        self.reader
            .reload()
            .map_err(Error::engine("read its commit"))?;
        let committed = self.reader.searcher();
        let fields = self.lock().fields;
        Ok(Commit {
            languages: languages(&committed, fields)?,
            committed,
        })
    }

    /// Goes over to a commit; `since`: what was written after it began.
    pub(crate) fn go_over(&self, commit: Commit, since: Tail) {
        let mut now = self.lock();
        now.languages = commit.languages;
        now.committed = commit.committed;
        now.tail = since;
    }

    fn lock(&self) -> MutexGuard<'_, Searcher> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The languages of most documents, most frequent first.
fn languages(committed: &tantivy::Searcher, fields: Fields) -> Result<Arc<[String]>, Error> {
    let mut counts: Vec<(u64, String)> = Vec::new();
    for reader in committed.segment_readers() {
        let words = reader
            .inverted_index(fields.language)
            .map_err(Error::engine("read its languages"))?;
        let stream = words.terms().stream();
        let mut stream =
            stream.map_err(|error| Error::engine("read its languages")(error.into()))?;
        while stream.advance() {
            let documents = u64::from(stream.value().doc_freq);
            let Ok(tag) = std::str::from_utf8(stream.key()) else {
                continue;
            };
            match counts.iter_mut().find(|(_, language)| language == tag) {
                Some((sum, _)) => *sum += documents,
                None => counts.push((documents, tag.to_owned())),
            }
        }
    }
    counts.sort_by(|a, b| b.cmp(a));
    let most = counts.into_iter().take(MOST_LANGUAGES);
    Ok(most.map(|(_, tag)| tag).collect())
}
