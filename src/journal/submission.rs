//! What is handed to the committer and what comes back: submission and receipt.
//!
//! Plain values; what becomes of them is decided in `committer`. Made by `app`,
//! which also reads the receipts.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::draft::Draft;
use super::error::Error;
use super::queue::Weigh;
use crate::model::Via;
use crate::model::{Body, Timestamp};

/// What an event takes in memory besides its text.
const EVENT_OVERHEAD: usize = 128;
/// What a decision is taken to make; it is not known before its turn.
const DECISION_BYTES: usize = 1024;

/// Decides at an instant what is journalled.
type Decide = Box<dyn FnOnce(Timestamp) -> Vec<Body> + Send>;

/// Events that come together, from one actor. Their seqs follow each other.
pub struct Submission {
    pub(super) via: Via,
    pub(super) actor: Arc<str>,
    pub(super) events: Events,
}

pub(super) enum Events {
    Given(Vec<Draft>),
    Decided(Decide),
}

/// A decision on its way to the committing thread, and where its refusal will be.
pub struct Decision<R> {
    pub(super) submission: Submission,
    refusal: oneshot::Receiver<R>,
}

impl<R: Send + 'static> Decision<R> {
    /// A decision of `actor`. `decide` runs on the committing thread when nothing else is
    /// journalled between what it sees and its events, so it must neither block nor panic.
    /// Svar gives its events their instant, source and id.
    pub fn new(
        via: Via,
        actor: impl Into<Arc<str>>,
        decide: impl FnOnce(Timestamp) -> Result<Vec<Body>, R> + Send + 'static,
    ) -> Self {
        let (refuse, refusal) = oneshot::channel();
        let decide = move |now| match decide(now) {
            Ok(bodies) => bodies,
            Err(refused) => {
                // One who does not wait any more needs no answer.
                drop(refuse.send(refused));
                Vec::new()
            }
        };
        let submission = Submission {
            via,
            actor: actor.into(),
            events: Events::Decided(Box::new(decide)),
        };
        Self {
            submission,
            refusal,
        }
    }

    /// The parts: what is submitted, and what says afterwards whether it was refused.
    pub(super) fn split(self) -> (Submission, impl FnOnce(Receipt) -> Result<Receipt, R>) {
        let mut refusal = self.refusal;
        let settle = move |receipt| match refusal.try_recv() {
            Ok(refused) => Err(refused),
            Err(_none) => Ok(receipt),
        };
        (self.submission, settle)
    }
}

impl Submission {
    /// Events that are known already.
    pub fn new(via: Via, actor: impl Into<Arc<str>>, events: Vec<Draft>) -> Self {
        Self {
            via,
            actor: actor.into(),
            events: Events::Given(events),
        }
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Submission");
        out.field("via", &self.via).field("actor", &self.actor);
        if let Events::Given(drafts) = &self.events {
            out.field("events", &drafts.len());
        }
        out.finish_non_exhaustive()
    }
}

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is journalled, under this seq.
    Accepted(u64),
    /// The same event was there already, with the same content.
    Duplicate,
    /// An event of the same source and id was there already and said something else. It stays.
    Conflict,
}

/// The acknowledgement: all of this is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// One for each event, in the order of the submission.
    pub outcomes: Vec<Outcome>,
    /// The position from which on the submission's events are visible.
    pub log_position: u64,
}

/// A receipt on its way: await it, or [`wait`](Self::wait) for it.
#[derive(Debug)]
#[must_use = "only the receipt says that the events are durable"]
pub struct Pending(oneshot::Receiver<Result<Receipt, Error>>);

impl Pending {
    /// Blocks until the receipt is there. Not for async tasks: tokio panics there.
    pub fn wait(self) -> Result<Receipt, Error> {
        self.0.blocking_recv().unwrap_or(Err(Error::Stopped))
    }
}

impl Future for Pending {
    type Output = Result<Receipt, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let received = Pin::new(&mut self.0).poll(context);
        received.map(|answer| answer.unwrap_or(Err(Error::Stopped)))
    }
}

/// Where the one receipt goes.
pub(super) type Reply = oneshot::Sender<Result<Receipt, Error>>;

/// A submission in the queue.
pub(super) struct Work {
    pub(super) submission: Submission,
    bytes: usize,
    pub(super) reply: Reply,
}

impl Work {
    pub(super) fn new(submission: Submission) -> (Self, Pending) {
        let (reply, receiver) = oneshot::channel();
        let bytes = match &submission.events {
            Events::Given(drafts) => drafts
                .iter()
                .map(|draft| draft.json().len() + EVENT_OVERHEAD)
                .sum(),
            Events::Decided(_) => DECISION_BYTES,
        };
        let work = Self {
            submission,
            bytes,
            reply,
        };
        (work, Pending(receiver))
    }
}

impl Weigh for Work {
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn events(&self) -> usize {
        match &self.submission.events {
            Events::Given(drafts) => drafts.len().max(1),
            Events::Decided(_) => 1,
        }
    }
}
