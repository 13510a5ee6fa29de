//! What waits to be committed: bounded by bytes, filled by many, emptied by one.
//!
//! Not a channel, because its bound must be the memory that waits (an import hands in
//! megabytes at a time, the desk a line), and because both threads and async tasks
//! must be able to wait for room. Used by `committer` only.

use std::collections::VecDeque;
use std::sync::MutexGuard;

use tokio::sync::Notify;

use crate::lock::{Lock, Signal};

/// How much something weighs in the queue and in a batch.
pub(super) trait Weigh {
    /// Bytes of memory, roughly.
    fn bytes(&self) -> usize;
    /// Events, at least one.
    fn events(&self) -> usize;
}

/// A bound on bytes and events. One item alone may be above it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) bytes: usize,
    pub(super) events: usize,
}

/// A queue of `T`.
pub(super) struct Queue<T> {
    /// Held for a push or a drain, never while anything waits or does I/O.
    waiting: Lock<Waiting<T>>,
    bound: Bound,
    filled: Signal,
    room: Signal,
    room_for_tasks: Notify,
}

struct Waiting<T> {
    items: VecDeque<T>,
    bytes: usize,
    events: usize,
    closed: bool,
}

impl<T: Weigh> Queue<T> {
    /// An empty queue that holds at most `bound`.
    pub(super) fn new(bound: Bound) -> Self {
        Self {
            waiting: Lock::new(Waiting {
                items: VecDeque::new(),
                bytes: 0,
                events: 0,
                closed: false,
            }),
            bound,
            filled: Signal::default(),
            room: Signal::default(),
            room_for_tasks: Notify::new(),
        }
    }

    /// Adds an item, blocking the thread while the queue is full; `false` once it is closed.
    pub(super) fn push(&self, item: T) -> bool {
        let mut waiting = self.lock();
        while !waiting.has_room(&item, self.bound) {
            waiting = self.room.wait(waiting);
        }
        self.enter(waiting, item)
    }

    /// As [`Self::push`], for async tasks.
    pub(super) async fn push_async(&self, item: T) -> bool {
        loop {
            // Registered before the look, so that a drain in between is not missed.
            let mut room = std::pin::pin!(self.room_for_tasks.notified());
            room.as_mut().enable();
            {
                let waiting = self.lock();
                if waiting.has_room(&item, self.bound) {
                    return self.enter(waiting, item);
                }
            }
            room.await;
        }
    }

    fn enter(&self, mut waiting: MutexGuard<'_, Waiting<T>>, item: T) -> bool {
        if waiting.closed {
            return false;
        }
        waiting.bytes += item.bytes();
        waiting.events += item.events();
        waiting.items.push_back(item);
        drop(waiting);
        self.filled.notify_one();
        true
    }

    /// Waits for items and takes what fits in `bound`, oldest first; nothing once the
    /// queue is closed and empty.
    pub(super) fn drain(&self, bound: Bound) -> Vec<T> {
        let mut waiting = self.lock();
        while waiting.items.is_empty() && !waiting.closed {
            waiting = self.filled.wait(waiting);
        }
        let (mut bytes, mut events) = (0, 0);
        let mut taken = Vec::new();
        while let Some(item) = waiting.items.pop_front_if(|item| {
            bytes += item.bytes();
            events += item.events();
            taken.is_empty() || (bytes <= bound.bytes && events <= bound.events)
        }) {
            waiting.bytes -= item.bytes();
            waiting.events -= item.events();
            taken.push(item);
        }
        drop(waiting);
        self.room.notify_all();
        self.room_for_tasks.notify_waiters();
        taken
    }

    /// Lets nothing more in.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
        self.room.notify_all();
        self.room_for_tasks.notify_waiters();
    }

    /// Closes, and drops what waits.
    pub(super) fn abandon(&self) {
        self.close();
        let items = std::mem::take(&mut self.lock().items);
        drop(items);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock()
    }
}

impl<T: Weigh> Waiting<T> {
    /// Also once it is closed: the item is refused then, and must not wait for that.
    fn has_room(&self, item: &T, bound: Bound) -> bool {
        self.closed
            || self.items.is_empty()
            || (self.bytes + item.bytes() <= bound.bytes
                && self.events + item.events() <= bound.events)
    }
}
