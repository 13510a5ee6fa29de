//! A mutex whose lock never fails, and something to wait on with it.
//!
//! A thread that panicked while it held the lock leaves what it guards as it was then. What
//! is guarded here is whole after every step, so that others may go on with it; where it is
//! not, `std::sync::Mutex` says so. Any layer may use it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A mutex whose lock never fails.
#[derive(Debug, Default)]
pub struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    /// Guards `value`.
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Waits until nobody else has it, and has it until the guard is dropped.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Told when what a [`Lock`] guards has changed.
#[derive(Debug, Default)]
pub struct Signal(Condvar);

impl Signal {
    /// Nobody waits yet.
    pub const fn new() -> Self {
        Self(Condvar::new())
    }

    /// Wakes one of those who wait.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// Wakes all who wait.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Lets go of the lock until a change is announced.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the lock while `is_early` holds, for no longer than `limit`.
    pub fn wait_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
        is_early: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        let waited = self.0.wait_timeout_while(guard, limit, is_early);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_panic_under_the_lock_keeps_nobody_out() {
        let lock = Arc::new(Lock::new(1));
        let other = Arc::clone(&lock);
        let ended = std::thread::spawn(move || {
            let mut guard = other.lock();
            *guard = 2;
            panic!("under the lock");
        });
        assert!(ended.join().is_err());
        assert_eq!(*lock.lock(), 2);
    }
}
