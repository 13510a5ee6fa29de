//! What is rung when a reply was put on its way.

use std::time::Duration;

use crate::lock::{Lock, Signal};

/// Rung when a reply was put on its way, for who sends it when its time has come.
#[derive(Debug, Default)]
pub struct Bell {
    is_rung: Lock<bool>,
    signal: Signal,
}

impl Bell {
    /// Wakes who waits, or whoever waits next.
    pub fn ring(&self) {
        *self.is_rung.lock() = true;
        self.signal.notify_all();
    }

    /// Waits until it is rung, or so long.
    pub fn wait(&self, longest: Duration) {
        let guard = self.is_rung.lock();
        let mut guard = self.signal.wait_while(guard, longest, |is_rung| !*is_rung);
        *guard = false;
    }
}
