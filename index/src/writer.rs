//! The writing role: adds, replaces and deletes documents, and commits them together
//! with the log position that they reach.
//!
//! Everything is found at once. What was not committed when the process ended is gone;
//! the caller replays it from the position on. Fed by the projection.

use std::path::Path;

use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyError};

use crate::document::{Document, Kind};
use crate::error::{Error, MAX_ID_BYTES};
use crate::finder::Finder;
use crate::language;
use crate::schema::Fields;

/// Bytes of documents held before they are written out as a segment.
const MEMORY_BUDGET: usize = 50_000_000;

/// Adds and deletes documents. There is one at a time.
pub struct Writer {
    engine: IndexWriter,
    fields: Fields,
    finder: Finder,
}

impl Writer {
    pub(crate) fn new(
        engine: &tantivy::Index,
        fields: Fields,
        finder: Finder,
        dir: &Path,
    ) -> Result<Self, Error> {
        // One thread: on a machine with two cores the other one serves.
        let engine =
            engine
                .writer_with_num_threads(1, MEMORY_BUDGET)
                .map_err(|error| match error {
                    TantivyError::LockFailure(LockError::LockBusy, _) => Error::Locked {
                        dir: dir.to_owned(),
                    },
                    other => Error::opening(dir)(other),
                })?;
        Ok(Self {
            engine,
            fields,
            finder,
        })
    }

    /// Adds a document in place of the one with the same kind and id, if there is one.
    ///
    /// What it is found by depends on its language: the one given, else the one it seems
    /// to be in. Names have none, so a contact's is not guessed.
    pub fn add(&mut self, document: &Document) -> Result<(), Error> {
        for id in std::iter::once(&document.id).chain(&document.conversation) {
            if id.len() > MAX_ID_BYTES {
                return Err(Error::IdTooLong {
                    start: id.chars().take(32).collect(),
                    bytes: id.len(),
                });
            }
        }
        let mut document = document.clone();
        document.language = match &document.language {
            Some(tag) => Some(language::primary(tag)),
            None if document.kind == Kind::Contact => None,
            None => language::detect(&document.text).map(str::to_owned),
        };
        self.engine
            .delete_term(self.fields.key_term(document.kind, &document.id));
        self.engine
            .add_document(self.fields.encode(&document))
            .map_err(Error::engine("take a document"))?;
        self.finder.change(|tail| tail.add(document));
        Ok(())
    }

    /// Deletes a document, if there is one.
    pub fn delete(&mut self, kind: Kind, id: &str) {
        self.engine.delete_term(self.fields.key_term(kind, id));
        self.finder.change(|tail| tail.delete(kind, id));
    }

    /// Deletes all documents of a conversation, including those added since the last
    /// commit.
    pub fn delete_conversation(&mut self, conversation: &str) {
        self.engine
            .delete_term(self.fields.conversation_term(conversation));
        self.finder
            .change(|tail| tail.delete_conversation(conversation));
    }

    /// How many changes wait for their commit. The more there are, the more a search does.
    pub fn uncommitted(&self) -> usize {
        self.finder.uncommitted()
    }

    /// Makes everything so far durable, as the state at log position `position`. Costs
    /// tens of milliseconds: for batches, not for each document.
    pub fn commit(&mut self, position: u64) -> Result<(), Error> {
        let mut commit = self
            .engine
            .prepare_commit()
            .map_err(Error::engine("prepare a commit"))?;
        commit.set_payload(&position.to_string());
        commit.commit().map_err(Error::engine("commit"))?;
        self.finder.committed()
    }
}
