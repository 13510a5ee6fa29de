//! Group commit: many submit, one thread appends, one sync acknowledges them all.
//!
//! Whatever waits when the thread comes round becomes one batch. Events that are
//! there already are distinguished from new ones here, also within the batch. Nothing is
//! acknowledged before it is durable, and the tail sees only what is. Owned by `app`;
//! its handles are what everything that writes goes through.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use super::draft::{Draft, Entry};
use super::error::Error;
use super::identity::Identity;
use super::queue::{Bound, Queue};
use super::record::Record;
use super::submission::{Decision, Events, Outcome, Pending, Receipt, Reply, Submission, Work};
use super::witness::Witness;
use super::{Journal, Status};
use crate::clock::Clock;
use crate::failpoint;
use crate::model::event::OWN_SOURCE;
use crate::model::{Body, Event, Timestamp, Via};

/// What may wait. Twice a batch, so that the next one is ready when one is done.
const WAITING: Bound = Bound {
    bytes: 16 << 20,
    events: 40_000,
};
/// What is written at once.
const BATCH: Bound = Bound {
    bytes: 8 << 20,
    events: 20_000,
};
/// Where events are submitted. Clones share the one queue.
#[derive(Clone)]
pub struct Handle {
    queue: Arc<Queue<Work>>,
    status: Arc<Status>,
}

impl Handle {
    /// Submits and blocks until the events are durable. Not for async tasks.
    pub fn submit(&self, submission: Submission) -> Result<Receipt, Error> {
        self.enqueue(submission)?.wait()
    }

    /// Submits, blocking only while the queue is full: an importer parses on meanwhile.
    pub fn enqueue(&self, submission: Submission) -> Result<Pending, Error> {
        let (work, pending) = Work::new(submission);
        let entered = self.queue.push(work);
        entered.then_some(pending).ok_or(Error::Stopped)
    }

    /// Submits from an async task and waits until the events are durable. If the
    /// future is dropped, the events may be journalled or not.
    pub async fn submit_async(&self, submission: Submission) -> Result<Receipt, Error> {
        let (work, pending) = Work::new(submission);
        if !self.queue.push_async(work).await {
            return Err(Error::Stopped);
        }
        pending.await
    }

    /// Has something decided on the committing thread, and blocks until what was decided is
    /// durable. Not for async tasks.
    pub fn decide<R: Send + 'static>(
        &self,
        decided: Decision<R>,
    ) -> Result<Result<Receipt, R>, Error> {
        let (submission, settle) = decided.split();
        Ok(settle(self.submit(submission)?))
    }

    /// As [`Self::decide`], without waiting; what is given waits for what came of it. Blocks only while the
    /// queue is full.
    pub fn decide_soon<R: Send + 'static>(
        &self,
        decided: Decision<R>,
    ) -> Result<impl FnOnce() -> Result<Result<Receipt, R>, Error> + use<R>, Error> {
        let (submission, settle) = decided.split();
        let pending = self.enqueue(submission)?;
        Ok(move || Ok(settle(pending.wait()?)))
    }

    /// As [`Self::decide`], without waiting for what comes of it; blocks only while the queue is
    /// full.
    pub fn decide_later<R: Send + 'static>(&self, decided: Decision<R>) -> Result<(), Error> {
        let (submission, _settle) = decided.split();
        drop(self.enqueue(submission)?);
        Ok(())
    }

    /// As [`Self::decide`], from an async task.
    pub async fn decide_async<R: Send + 'static>(
        &self,
        decided: Decision<R>,
    ) -> Result<Result<Receipt, R>, Error> {
        let (submission, settle) = decided.split();
        Ok(settle(self.submit_async(submission).await?))
    }

    /// The last durable seq; 0 in an empty journal.
    pub fn position(&self) -> u64 {
        self.status.position.load(Ordering::Acquire)
    }

    /// Whether a sync has failed, so that nothing is taken until a restart.
    pub fn is_read_only(&self) -> bool {
        self.status.read_only.load(Ordering::Acquire)
    }
}

/// The committing thread. Dropping it stops it as [`Self::stop`] does.
pub struct Committer {
    handle: Handle,
    thread: Option<JoinHandle<Journal>>,
}

impl Committer {
    /// Gives `journal` to a thread of its own. `witness` looks on. `tail` gets the new records of each
    /// batch, in order, after they were acknowledged; while it blocks, nothing is
    /// committed, so that the fold cannot be left behind without end.
    pub fn start(
        journal: Journal,
        clock: Clock,
        witness: impl Witness,
        tail: impl FnMut(Vec<Record>) + Send + 'static,
    ) -> Result<Self, Error> {
        let handle = Handle {
            queue: Arc::new(Queue::new(WAITING)),
            status: Arc::clone(&journal.status),
        };
        let path = journal.folder.plain(journal.active);
        let committing = Committing {
            journal,
            clock,
            witness,
            tail,
            queue: Arc::clone(&handle.queue),
        };
        let thread = thread::Builder::new()
            .name("journal-committer".to_owned())
            .spawn(move || committing.run())
            .map_err(|error| Error::io("start writing", &path, error))?;
        Ok(Self {
            handle,
            thread: Some(thread),
        })
    }

    /// Where to submit.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Commits what waits, ends the thread and gives the journal back. Handles get
    /// [`Error::Stopped`] from then on.
    pub fn stop(mut self) -> Result<Journal, Error> {
        self.join().ok_or(Error::Stopped)
    }

    fn join(&mut self) -> Option<Journal> {
        self.handle.queue.close();
        self.thread.take()?.join().ok()
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.join());
    }
}

struct Committing<W, F> {
    journal: Journal,
    clock: Clock,
    witness: W,
    tail: F,
    queue: Arc<Queue<Work>>,
}

/// What is to be appended at once.
#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    /// The entries' content hashes, since they cannot be looked up yet.
    fresh: HashMap<Identity, u64>,
}

impl<W: Witness, F: FnMut(Vec<Record>)> Committing<W, F> {
    fn run(mut self) -> Journal {
        // Should the tail or a decision panic, those who wait get an error instead of nothing.
        let _told = QueueGuard(Arc::clone(&self.queue));
        loop {
            let works = self.queue.drain(BATCH);
            if works.is_empty() {
                return self.journal;
            }
            let records = self.commit(works);
            if !records.is_empty() {
                (self.tail)(records);
            }
        }
    }

    fn commit(&mut self, works: Vec<Work>) -> Vec<Record> {
        let now = self.clock.now();
        let first_seq = self.journal.position() + 1;
        let mut batch = Batch::default();
        let mut decided = Vec::with_capacity(works.len());
        for Work {
            submission, reply, ..
        } in works
        {
            match self.sort_out(submission, now, &mut batch) {
                Ok(outcomes) => decided.push((reply, outcomes)),
                Err(error) => answer(reply, Err(error)),
            }
        }
        match self.journal.append(now, batch.entries) {
            Ok(appended) => {
                for (reply, outcomes) in decided {
                    let log_position = appended.log_position;
                    answer(
                        reply,
                        Ok(Receipt {
                            outcomes,
                            log_position,
                        }),
                    );
                }
                failpoint::pass("journal.acknowledged");
                appended.records
            }
            Err(error) => {
                self.witness.forget(first_seq);
                for (reply, _) in decided {
                    answer(reply, Err(error.clone()));
                }
                Vec::new()
            }
        }
    }

    /// Tells new events from those that are there, and puts the new ones in the batch:
    /// all of the submission's or, if one cannot be looked up, none.
    fn sort_out(
        &mut self,
        submission: Submission,
        now: Timestamp,
        batch: &mut Batch,
    ) -> Result<Vec<Outcome>, Error> {
        let next_seq = self.journal.position() + 1;
        let before = batch.entries.len();
        let drafts = match submission.events {
            Events::Given(drafts) => drafts,
            Events::Decided(decide) => self.stamped(decide(now), now, batch)?,
        };
        let mut outcomes = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let status = match batch.fresh.get(&draft.key.identity) {
                Some(content) => Ok(Some(*content)),
                None => self.journal.lookup(draft.key.identity),
            };
            outcomes.push(match status {
                Ok(Some(content)) if content == draft.key.content => Outcome::Duplicate,
                Ok(Some(_)) => Outcome::Conflict,
                Ok(None) => {
                    let seq = next_seq + batch.entries.len() as u64;
                    if let Some(event) = &draft.parsed {
                        self.witness
                            .see(seq, submission.via, &submission.actor, event);
                    }
                    batch.push(submission.via, &submission.actor, draft);
                    Outcome::Accepted(seq)
                }
                Err(error) => {
                    batch.take_back(before);
                    self.witness.forget(next_seq + before as u64);
                    return Err(error);
                }
            });
        }
        Ok(outcomes)
    }

    /// What was decided as events: each later than any that Svar wrote before, called by the
    /// place in the journal that it will have.
    fn stamped(
        &mut self,
        bodies: Vec<Body>,
        now: Timestamp,
        batch: &Batch,
    ) -> Result<Vec<Draft>, Error> {
        let first_seq = self.journal.position() + 1 + batch.entries.len() as u64;
        let numbered = (first_seq..).zip(bodies);
        let drafts = numbered.map(|(seq, body)| {
            let mut event = Event {
                at: self.witness.next_at(now),
                source: OWN_SOURCE.to_owned(),
                id: seq.to_string(),
                body,
            };
            let mut draft = Draft::of(Arc::new(event.clone()))?;
            let mut copies = 0_u32;
            // Another installation's export may have brought an event of this very id in.
            while batch.fresh.contains_key(&draft.key.identity)
                || self.journal.lookup(draft.key.identity)?.is_some()
            {
                copies += 1;
                event.id = format!("{seq}-{copies}");
                draft = Draft::of(Arc::new(event.clone()))?;
            }
            Ok(draft)
        });
        drafts.collect()
    }
}

impl Batch {
    fn push(&mut self, via: Via, actor: &Arc<str>, draft: Draft) {
        self.fresh.insert(draft.key.identity, draft.key.content);
        self.entries.push(Entry {
            via,
            actor: Arc::clone(actor),
            draft,
        });
    }

    fn take_back(&mut self, before: usize) {
        for entry in self.entries.drain(before..) {
            self.fresh.remove(&entry.draft.key.identity);
        }
    }
}

/// A submitter that does not wait any more is no error: what it sent is journalled.
fn answer(reply: Reply, answer: Result<Receipt, Error>) {
    drop(reply.send(answer));
}

struct QueueGuard(Arc<Queue<Work>>);

impl Drop for QueueGuard {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
