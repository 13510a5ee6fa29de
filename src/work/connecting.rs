//! Accounts of other products are asked, so that what was imported is kept up to date.
//!
//! A thread sees which is due, and each request has one of its own, so that a source that takes
//! its time keeps no other waiting. None holds an app while it waits for an answer, so that neither
//! a closing nor the end of a server waits for a source.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use super::{LONGEST, REST};
use crate::app::{App, Bell, Duty, Errand};

/// The most requests under way: one for each account that there may be, and some of those that are
/// read no more.
const MOST: usize = 32;

/// A request under way.
struct Asking {
    thread: JoinHandle<()>,
    /// Whether it waits for its source.
    is_waiting: Arc<AtomicBool>,
}

/// Has what is due asked until it is stopped.
pub(super) fn run(app: &Weak<App>, bell: &Arc<Bell>, stopped: &Arc<AtomicBool>) {
    let mut all: Vec<Asking> = Vec::new();
    while !stopped.load(Ordering::SeqCst) {
        all.retain(|one| !one.thread.is_finished());
        if all.len() >= MOST {
            bell.wait(REST);
            continue;
        }
        let Some(held) = app.upgrade() else { break };
        let duty = held.connector_duty();
        drop(held);
        match duty {
            Duty::Send(errand) => all.extend(ask(errand, app, (bell, stopped))),
            Duty::Wait(left) => bell.wait(left.unwrap_or(LONGEST).min(LONGEST)),
        }
    }
    for one in all {
        // One that waits for its source touches nothing any more when its answer comes.
        if !one.is_waiting.load(Ordering::SeqCst) && one.thread.join().is_err() {
            tracing::error!("what a source gave was not kept; it is asked again");
        }
    }
}

/// Sends a request beside everything else, and keeps what comes of it.
fn ask(
    errand: Box<Errand>,
    app: &Weak<App>,
    (bell, stopped): (&Arc<Bell>, &Arc<AtomicBool>),
) -> Option<Asking> {
    let is_waiting = Arc::new(AtomicBool::new(true));
    let (errand, flag) = (Arc::<Errand>::from(errand), Arc::clone(&is_waiting));
    let (sent, seen) = (Arc::clone(&errand), Weak::clone(app));
    let (rung, stopped) = (Arc::clone(bell), Arc::clone(stopped));
    let named = std::thread::Builder::new().name("svar-source".to_owned());
    let spawned = named.spawn(move || {
        let answer = sent.send();
        flag.store(false, Ordering::SeqCst);
        // Whoever stopped this meanwhile does not wait for it any more.
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let Some(held) = seen.upgrade() else { return };
        if let Err(error) = held.settle_errand(&sent, answer) {
            tracing::warn!(%error, "what a source gave was not kept; it is asked again");
        }
        drop(held);
        rung.ring();
    });
    match spawned {
        Ok(thread) => Some(Asking { thread, is_waiting }),
        Err(error) => {
            tracing::error!(%error, "a source cannot be asked now; it is asked later");
            if let Some(held) = app.upgrade() {
                held.put_off(&errand);
            }
            None
        }
    }
}
