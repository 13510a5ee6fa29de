//! What was written and not committed yet, so that it is found at once.
//!
//! Kept as it came, next to the engine's folder. Whoever searches has it cut into words by
//! the same analysers, in small indexes of their own in memory; so nothing is done for
//! documents that nobody looks for before their commit, and what is found ranks as it
//! will after it. Says which committed documents no longer hold. Filled by the writer,
//! read by the searcher.
//!
//! The statistics of words are taken over both sides of a commit, so that one way of ranking
//! and filtering serves both.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tantivy::directory::RamDirectory;
use tantivy::{ReloadPolicy, TantivyDocument};

use crate::document::{Document, Kind};
use crate::error::Error;
use crate::schema::{Fields, analysers, key};

/// So many documents share an index; only the last one's is made again when more come.
const SHARE: usize = 32;

/// The engine's smallest budget; a share takes a small part of it.
const MEMORY_BUDGET: usize = 15_000_000;

/// What is not committed, frozen. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Tail(Arc<Inner>);

#[derive(Clone, Default)]
struct Inner {
    documents: Vec<Arc<Document>>,
    /// The last word on each kind and id: the number of its document, or none.
    latest: HashMap<String, Option<usize>>,
    /// Conversations that were deleted, with the number of the first document after it.
    deleted: HashMap<String, usize>,
    shares: Vec<Arc<OnceLock<tantivy::Searcher>>>,
}

impl Tail {
    /// How many changes wait for their commit.
    pub(crate) fn len(&self) -> usize {
        self.0.latest.len() + self.0.deleted.len()
    }

    /// Adds a document in place of the one with the same kind and id.
    pub(crate) fn add(&mut self, document: Document) {
        let inner = Arc::make_mut(&mut self.0);
        let number = inner.documents.len();
        let key = key(document.kind, &document.id);
        inner.latest.insert(key, Some(number));
        inner.documents.push(Arc::new(document));
        inner.shares.truncate(number / SHARE);
        inner.shares.push(Arc::default());
    }

    /// Deletes a document.
    pub(crate) fn delete(&mut self, kind: Kind, id: &str) {
        let inner = Arc::make_mut(&mut self.0);
        inner.latest.insert(key(kind, id), None);
    }

    /// Deletes the documents that a conversation has.
    pub(crate) fn delete_conversation(&mut self, conversation: &str) {
        let inner = Arc::make_mut(&mut self.0);
        let next = inner.documents.len();
        inner.deleted.insert(conversation.to_owned(), next);
    }

    /// Whether a committed document was replaced or deleted since.
    pub(crate) fn hides(&self, committed: &Document) -> bool {
        self.0
            .latest
            .contains_key(&key(committed.kind, &committed.id))
            || self.deleted_from(committed).is_some()
    }

    /// The documents as small indexes, each with the number of its first.
    pub(crate) fn shares(&self, fields: &Fields) -> Result<Vec<Share>, Error> {
        let parts = self.0.documents.chunks(SHARE).zip(&self.0.shares);
        let share = |(at, (documents, made)): (usize, (&[Arc<Document>], &Arc<OnceLock<_>>))| {
            let first = at * SHARE;
            if let Some(engine) = made.get() {
                let engine = tantivy::Searcher::clone(engine);
                return Ok(Share { first, engine });
            }
            let engine = engine_of(documents, fields).map_err(Error::engine("take a document"))?;
            Ok(Share {
                first,
                engine: made.get_or_init(|| engine).clone(),
            })
        };
        parts.enumerate().map(share).collect()
    }

    /// The document numbered `number`, if it still holds.
    pub(crate) fn document(&self, number: usize) -> Option<&Document> {
        let document = self.0.documents.get(number)?;
        let latest = self.0.latest.get(&key(document.kind, &document.id))?;
        let is_deleted = self
            .deleted_from(document)
            .is_some_and(|from| number < from);
        (*latest == Some(number) && !is_deleted).then_some(document)
    }

    fn deleted_from(&self, document: &Document) -> Option<usize> {
        let conversation = document.conversation.as_ref()?;
        self.0.deleted.get(conversation).copied()
    }
}

/// A small index of some of the documents, in their order.
pub(crate) struct Share {
    /// The number of its first document.
    pub(crate) first: usize,
    pub(crate) engine: tantivy::Searcher,
}

fn engine_of(documents: &[Arc<Document>], fields: &Fields) -> tantivy::Result<tantivy::Searcher> {
    let (schema, _fields) = Fields::new();
    let mut writer = tantivy::Index::builder()
        .schema(schema)
        .tokenizers(analysers())
        .single_segment_index_writer::<TantivyDocument>(RamDirectory::create(), MEMORY_BUDGET)?;
    for document in documents {
        writer.add_document(fields.encode(document))?;
    }
    let reader = writer
        .finalize()?
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok(tantivy::IndexReader::searcher(&reader))
}
