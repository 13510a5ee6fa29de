//! What leaves the machine by itself: mails.
//!
//! What is to go out is in the journal first, and what became of it after; nothing here decides that
//! something is sent. A thread of its own, because who carries mails may take long to answer.

mod mail;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::{App, Waiter};
use mail::Postman;

/// It looks round at least so often, whatever happens.
const LONGEST: Duration = Duration::from_hours(1);

/// The thread, as long as it runs: dropping this stops it once what it sends is sent.
pub struct Notifying {
    stopped: Arc<AtomicBool>,
    waiter: Option<Waiter>,
    thread: Option<JoinHandle<()>>,
}

/// Starts to send what is to go out of an app.
pub fn start(app: &Arc<App>) -> Notifying {
    let stopped = Arc::new(AtomicBool::new(false));
    let (seen, flag) = (Arc::downgrade(app), Arc::clone(&stopped));
    let named = std::thread::Builder::new().name("svar-mail".to_owned());
    let thread = named.spawn(move || run(&seen, &flag));
    if let Err(error) = &thread {
        tracing::error!(%error, "no mail goes out; a restart tries again");
    }
    Notifying {
        stopped,
        waiter: app.waiter(),
        thread: thread.ok(),
    }
}

impl Drop for Notifying {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        if let Some(waiter) = &self.waiter {
            waiter.wake();
        }
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the sending of mails ended early; a restart goes on with it");
        }
    }
}

/// Sends every mail that can go out now; returns how many were done with.
pub fn send_mails(app: &Arc<App>) -> Result<usize, crate::app::Error> {
    let Some(mut postman) = Postman::new(app) else {
        return Ok(0);
    };
    let mut done = 0;
    while postman.step(app)?.is_none() {
        done += 1;
    }
    Ok(done)
}

fn run(app: &Weak<App>, stopped: &AtomicBool) {
    let Some(mut postman) = app.upgrade().and_then(|app| Postman::new(&app)) else {
        return;
    };
    while !stopped.load(Ordering::Acquire) {
        let Some(app) = app.upgrade() else {
            return;
        };
        let position = app.snapshot().log_position;
        let rest = match postman.step(&app) {
            Ok(None) => continue,
            Ok(Some(rest)) => rest,
            Err(error) => {
                tracing::warn!(%error, "what became of a mail could not be written; it is tried again");
                Duration::from_secs(1)
            }
        };
        let waiter = app.waiter();
        // Not held while it sleeps, so that closing need not wait for this.
        drop(app);
        match waiter {
            Some(waiter) => waiter.wait_past(position, rest.min(LONGEST), stopped),
            None => return,
        }
    }
}
