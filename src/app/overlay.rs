//! What decisions rest on: the folds as readers see them, and over them what is journalled
//! since. So a decision never rests on a snapshot that is behind.
//!
//! Lives on the committing thread, which shows it each event before the next decision is
//! made. What the folds have caught up with is forgotten.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard};

use super::unfiled::Unfiled;
use crate::command::{Conversations as _, Refusal, State};
use crate::journal::Witness;
use crate::lock::Lock;
use crate::model::event::OWN_SOURCE;
use crate::model::{Conversation, Event, Installation, Provenance, Timestamp, Via};
use crate::projection::{Projection, Snapshot};

/// After so many events that wait, those that are folded meanwhile are forgotten.
const FORGET_EVERY: u64 = 1_024;

/// Gives the desk as readers see it.
type Reader = Box<dyn Fn() -> Arc<Snapshot> + Send>;

/// The folds with what is journalled and not folded yet. Clones share it.
#[derive(Clone)]
pub(super) struct Overlay(Arc<Lock<Layers>>);

struct Layers {
    reader: Reader,
    /// Events that concern the folds and are not in the snapshot, in order of the journal.
    waiting: VecDeque<Entry>,
    /// The snapshot's folds with all that waits, once a decision has needed them.
    state: Option<Installation>,
    last_own_at: Option<Timestamp>,
    unfiled: Unfiled,
    sends_mail: bool,
}

struct Entry {
    seq: u64,
    actor: Box<str>,
    event: Arc<Event>,
}

impl Entry {
    fn apply(&self, state: &mut Installation) {
        let from = Provenance {
            seq: self.seq,
            actor: &self.actor,
        };
        state.apply(from, &self.event);
    }
}

impl Overlay {
    /// Over the folds of a projection; whether mails can go out.
    pub(super) fn new(projection: &Projection, sends_mail: bool) -> Self {
        let (reader, store) = (projection.reader(), Arc::clone(projection.store()));
        let last_own_at = reader().installation.last_own_at;
        Self(Arc::new(Lock::new(Layers {
            reader: Box::new(reader),
            waiting: VecDeque::new(),
            state: None,
            last_own_at,
            unfiled: Unfiled::new(store),
            sends_mail,
        })))
    }

    /// Hands `decide` the desk as it is after the last journalled event, at `now`; or later,
    /// where Svar has written events of a later instant: what is journalled is past.
    pub(super) fn with<T>(&self, now: Timestamp, decide: impl FnOnce(&State<'_>) -> T) -> T {
        let mut layers = self.lock();
        let now = layers.last_own_at.map_or(now, |last| now.max(last));
        layers.with(now, decide)
    }

    /// A conversation as it is after the last journalled event, at `now` or later. What it takes to
    /// read it holds up no decision.
    pub(super) fn conversation(
        &self,
        now: Timestamp,
        id: &str,
    ) -> Result<Option<Conversation>, Refusal> {
        let (mut unfiled, directory, now) = {
            let mut layers = self.lock();
            layers.unfiled.catch_up();
            let directory = Arc::clone(&(layers.reader)().directory);
            let now = layers.last_own_at.map_or(now, |last| now.max(last));
            (layers.unfiled.clone(), directory, now)
        };
        unfiled.over(directory, now).conversation(id)
    }

    fn lock(&self) -> MutexGuard<'_, Layers> {
        self.0.lock()
    }
}

impl Layers {
    /// Forgets what the folds have caught up with, and gives them.
    fn catch_up(&mut self) -> Arc<Installation> {
        let folded = Arc::clone(&(self.reader)().installation);
        while self
            .waiting
            .pop_front_if(|entry| entry.seq <= folded.position)
            .is_some()
        {}
        if self.waiting.is_empty() {
            self.state = None;
        }
        folded
    }

    fn with<T>(&mut self, now: Timestamp, decide: impl FnOnce(&State<'_>) -> T) -> T {
        let folded = self.catch_up();
        let directory = Arc::clone(&(self.reader)().directory);
        let conversations = self.unfiled.over(directory, now);
        let sends_mail = self.sends_mail;
        let decide = |installation: &Installation| {
            decide(&State {
                installation,
                conversations: &conversations,
                now,
                sends_mail,
            })
        };
        if self.waiting.is_empty() {
            return decide(&folded);
        }
        let waiting = &self.waiting;
        let state = self.state.get_or_insert_with(|| {
            let mut state = (*folded).clone();
            for entry in waiting {
                entry.apply(&mut state);
            }
            state
        });
        decide(state)
    }
}

impl Witness for Overlay {
    fn see(&mut self, seq: u64, _via: Via, actor: &str, event: &Arc<Event>) {
        let mut layers = self.lock();
        if event.source == OWN_SOURCE {
            layers.last_own_at = layers.last_own_at.max(Some(event.at));
        }
        layers.unfiled.see(seq, event);
        if seq.is_multiple_of(FORGET_EVERY) {
            layers.unfiled.catch_up();
        }
        if !Installation::concerns(event) {
            return;
        }
        let entry = Entry {
            seq,
            actor: actor.into(),
            event: Arc::clone(event),
        };
        if let Some(state) = &mut layers.state {
            entry.apply(state);
        }
        layers.waiting.push_back(entry);
        // An import makes no decisions, and must not be remembered whole for one.
        if (layers.waiting.len() as u64).is_multiple_of(FORGET_EVERY) {
            layers.catch_up();
        }
    }

    fn forget(&mut self, seq: u64) {
        let mut layers = self.lock();
        layers.waiting.retain(|entry| entry.seq < seq);
        layers.unfiled.take_back(seq);
        layers.state = None;
    }

    fn next_at(&mut self, now: Timestamp) -> Timestamp {
        let mut layers = self.lock();
        let after = layers.last_own_at.map(|last| last.plus_millis(1));
        let at = after.map_or(now, |after| now.max(after));
        layers.last_own_at = Some(at);
        at
    }
}
