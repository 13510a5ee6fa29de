//! The writing role: adds, replaces and deletes documents, and commits them together
//! with the log position that they reach.
//!
//! Everything is found at once. What was not committed when the process ended is gone;
//! the caller replays it from the position on. A commit takes syncs, so it may be made on a
//! thread of its own; what is written meanwhile belongs to the next one. Fed by the projection.

use std::path::Path;
use std::thread::{Builder, JoinHandle};

use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyError};

use crate::document::{Document, Kind};
use crate::error::{Error, MAX_ID_BYTES};
use crate::finder::{Commit, Finder};
use crate::language;
use crate::schema::Fields;
use crate::tail::Tail;

/// Bytes of documents held before they are written out as a segment.
const MEMORY_BUDGET: usize = 50_000_000;

/// Adds and deletes documents. There is one at a time.
pub struct Writer {
    /// The engine's, unless a commit has it.
    engine: Option<IndexWriter>,
    committing: Option<Committing>,
    fields: Fields,
    finder: Finder,
}

/// A commit on its way.
struct Committing {
    thread: JoinHandle<(IndexWriter, Result<Commit, Error>)>,
    /// What was written since it began.
    since: Tail,
    waiting: Vec<Change>,
}

/// What the engine is to take in.
enum Change {
    Add(Box<Document>),
    Delete(Kind, String),
    DeleteConversation(String),
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
            engine: Some(engine),
            committing: None,
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
        self.take(Change::Add(Box::new(document)))
    }

    /// Deletes a document, if there is one.
    pub fn delete(&mut self, kind: Kind, id: &str) -> Result<(), Error> {
        self.take(Change::Delete(kind, id.to_owned()))
    }

    /// Deletes all documents of a conversation, including those added since the last
    /// commit.
    pub fn delete_conversation(&mut self, conversation: &str) -> Result<(), Error> {
        self.take(Change::DeleteConversation(conversation.to_owned()))
    }

    /// Takes a change in; it is found from now on.
    fn take(&mut self, change: Change) -> Result<(), Error> {
        match &mut self.committing {
            None => self.write(&change)?,
            Some(committing) => change.note(&mut committing.since),
        }
        self.finder.change(|tail| change.note(tail));
        if let Some(committing) = &mut self.committing {
            committing.waiting.push(change);
        }
        Ok(())
    }

    fn write(&self, change: &Change) -> Result<(), Error> {
        let Some(engine) = &self.engine else {
            return Err(lost());
        };
        match change {
            Change::Add(document) => {
                engine.delete_term(self.fields.key_term(document.kind, &document.id));
                engine
                    .add_document(self.fields.encode(document))
                    .map_err(Error::engine("take a document"))?;
            }
            Change::Delete(kind, id) => {
                engine.delete_term(self.fields.key_term(*kind, id));
            }
            Change::DeleteConversation(conversation) => {
                engine.delete_term(self.fields.conversation_term(conversation));
            }
        }
        Ok(())
    }

    /// How many changes wait for their commit. The more there are, the more a search does.
    pub fn uncommitted(&self) -> usize {
        self.finder.uncommitted()
    }

    /// Makes everything so far durable, as the state at log position `position`. Costs
    /// tens of milliseconds: for batches, not for each document.
    pub fn commit(&mut self, position: u64) -> Result<(), Error> {
        self.begin_commit(position)?;
        self.end_commit()?;
        Ok(())
    }

    /// Begins to do what [`Self::commit`] does, on a thread of its own; waits for one that was begun
    /// before.
    pub fn begin_commit(&mut self, position: u64) -> Result<(), Error> {
        self.end_commit()?;
        let Some(mut engine) = self.engine.take() else {
            return Err(lost());
        };
        let finder = self.finder.clone();
        let work = move || {
            let made = commit(&mut engine, position).and_then(|()| finder.read_commit());
            (engine, made)
        };
        let named = Builder::new().name("svar-commit".to_owned());
        let thread = named.spawn(work);
        let thread = thread.map_err(|cause| Error::engine("commit")(cause.into()))?;
        self.committing = Some(Committing {
            thread,
            since: Tail::default(),
            waiting: Vec::new(),
        });
        Ok(())
    }

    /// Whether a commit is on its way and has more to do.
    pub fn is_committing(&self) -> bool {
        let committing = self.committing.as_ref();
        committing.is_some_and(|committing| !committing.thread.is_finished())
    }

    /// Waits for the commit that was begun; false: none was. Durable is what was written before it began.
    pub fn end_commit(&mut self) -> Result<bool, Error> {
        let Some(Committing {
            thread,
            since,
            waiting,
        }) = self.committing.take()
        else {
            return Ok(false);
        };
        let (engine, made) = thread.join().map_err(|_panicked| lost())?;
        self.engine = Some(engine);
        self.finder.go_over(made?, since);
        for change in &waiting {
            self.write(change)?;
        }
        Ok(true)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The folder is free when this is gone.
        if let Some(committing) = self.committing.take() {
            drop(committing.thread.join());
        }
    }
}

impl Change {
    fn note(&self, tail: &mut Tail) {
        match self {
            Self::Add(document) => tail.add(Document::clone(document)),
            Self::Delete(kind, id) => tail.delete(*kind, id),
            Self::DeleteConversation(conversation) => tail.delete_conversation(conversation),
        }
    }
}

fn commit(engine: &mut IndexWriter, position: u64) -> Result<(), Error> {
    let prepared = engine.prepare_commit();
    let mut prepared = prepared.map_err(Error::engine("prepare a commit"))?;
    prepared.set_payload(&position.to_string());
    prepared.commit().map_err(Error::engine("commit"))?;
    Ok(())
}

/// A commit ended in a panic, and the engine with it.
fn lost() -> Error {
    let reason = "a commit ended early; open the index again".to_owned();
    Error::engine("commit")(TantivyError::SystemError(reason))
}
