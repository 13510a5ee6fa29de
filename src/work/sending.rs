//! Writes replies when the time is over in which their writers could take them back.
//!
//! A thread of its own, because nothing of this is in the log before its time.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};

use super::LONGEST;
use crate::app::{App, Bell};

/// Sends what is due until it is stopped; what is on its way then goes out at once.
pub(super) fn run(app: &Weak<App>, bell: &Bell, stopped: &AtomicBool) {
    while let Some(app) = app.upgrade() {
        if stopped.load(Ordering::Acquire) {
            app.send_all();
            return;
        }
        let left = app.send_due();
        // Not held while it sleeps, so that closing need not wait for this.
        drop(app);
        bell.wait(left.unwrap_or(LONGEST));
    }
}
