//! Accounts of other products are asked, so that what was imported is kept up to date.
//!
//! A thread of its own, for a source may take its time. It holds no app while it waits for an
//! answer, so that neither a closing nor the end of a server waits for a source.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};

use super::LONGEST;
use crate::app::{App, Bell, Duty};

/// Asks what is due until it is stopped; `is_asking` says whether it waits for a source, so that
/// whoever stops it need not wait for that.
pub(super) fn run(app: &Weak<App>, bell: &Bell, (stopped, is_asking): (&AtomicBool, &AtomicBool)) {
    while let Some(held) = app.upgrade() {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let duty = held.connector_duty();
        drop(held);
        let errand = match duty {
            Duty::Send(errand) => errand,
            Duty::Wait(left) => {
                bell.wait(left.unwrap_or(LONGEST).min(LONGEST));
                continue;
            }
        };
        is_asking.store(true, Ordering::SeqCst);
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let reply = errand.send();
        is_asking.store(false, Ordering::SeqCst);
        // Whoever stopped this meanwhile does not wait for it any more.
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let Some(held) = app.upgrade() else { return };
        if let Err(error) = held.settle_errand(&errand, reply) {
            tracing::warn!(%error, "what a source gave was not kept; it is asked again");
        }
    }
}
