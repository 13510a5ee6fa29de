//! How far the folds are, and waiting for them to move: threads on a signal, tasks without
//! one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::error::Error;
use crate::lock::{Lock, Signal};

/// How far the snapshot is, and whether the fold has failed.
#[derive(Debug, Default)]
pub(super) struct State {
    seen: Lock<Progress>,
    moved: Signal,
    moved_tasks: Notify,
}

#[derive(Debug, Default)]
struct Progress {
    position: u64,
    filed: u64,
    failed: Option<String>,
}

impl State {
    /// The snapshot holds everything up to `position`.
    pub(super) fn reach(&self, position: u64) {
        let mut seen = self.seen.lock();
        seen.position = position;
        self.moved.notify_all();
        self.moved_tasks.notify_waiters();
    }

    /// Everything up to `position` is filed and can be found.
    pub(super) fn file(&self, position: u64) {
        let mut seen = self.seen.lock();
        seen.filed = position;
        // No task waits for that.
        self.moved.notify_all();
    }

    /// The folds have failed.
    pub(super) fn fail(&self, error: &Error) {
        tracing::error!(%error, "the folds have stopped");
        let mut seen = self.seen.lock();
        seen.failed = Some(error.to_string());
        self.moved.notify_all();
        self.moved_tasks.notify_waiters();
    }

    /// Why the folds have stopped, if they have.
    pub(super) fn failure(&self) -> Option<String> {
        self.seen.lock().failed.clone()
    }
}

/// Waits for the folds to move.
pub struct Waiter(Arc<State>);

impl Waiter {
    pub(super) const fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// Waits until the snapshot holds everything up to `position`; false when it takes too long.
    pub fn wait(&self, position: u64, limit: Duration) -> bool {
        self.wait_while(limit, |seen| seen.position < position)
    }

    /// As [`Self::wait`], until it is filed and can be found, which it is before.
    pub fn wait_filed(&self, position: u64, limit: Duration) -> bool {
        self.wait_while(limit, |seen| seen.filed.max(seen.position) < position)
    }

    /// As [`Self::wait`], for async tasks: no thread waits.
    pub async fn reached(&self, position: u64, limit: Duration) -> bool {
        let reached = async {
            loop {
                // Registered before the look, so that a move in between is not missed.
                let mut moved = std::pin::pin!(self.0.moved_tasks.notified());
                moved.as_mut().enable();
                {
                    let seen = self.0.seen.lock();
                    if seen.position >= position || seen.failed.is_some() {
                        return seen.position >= position;
                    }
                }
                moved.await;
            }
        };
        tokio::time::timeout(limit, reached).await.unwrap_or(false)
    }

    /// Waits until the snapshot is past `position`, somebody is [woken](Self::wake) with
    /// `stopped` set, the folds have failed, or `limit` has passed.
    pub fn wait_past(&self, position: u64, limit: Duration, stopped: &AtomicBool) {
        let seen = self.0.seen.lock();
        let stays = |seen: &mut Progress| {
            seen.position <= position && seen.failed.is_none() && !stopped.load(Ordering::Acquire)
        };
        drop(self.0.moved.wait_while(seen, limit, stays));
    }

    /// Wakes whoever waits, to look again at what they wait for.
    pub fn wake(&self) {
        // Under the lock, so that nobody is between the look and the sleep.
        let seen = self.0.seen.lock();
        self.0.moved.notify_all();
        drop(seen);
    }

    fn wait_while(&self, limit: Duration, is_behind: impl Fn(&Progress) -> bool) -> bool {
        let seen = self.0.seen.lock();
        let behind = |seen: &mut Progress| is_behind(seen) && seen.failed.is_none();
        let seen = self.0.moved.wait_while(seen, limit, behind);
        !is_behind(&seen)
    }
}
