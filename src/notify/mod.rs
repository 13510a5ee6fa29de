//! What leaves the machine by itself: mails and webhooks.
//!
//! What is to go out is in the journal first; nothing here decides that something is sent. Threads of
//! their own, because who carries mails and who is told may take long to answer.

mod mail;
mod webhook;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::{App, Waiter};
use mail::Postman;
pub use webhook::tell_webhooks;

/// It looks round at least so often, whatever happens.
const LONGEST: Duration = Duration::from_hours(1);

/// What a thread does until it is stopped.
type Loop = fn(&Weak<App>, &Arc<AtomicBool>);

/// The threads, as long as they run: dropping this stops them once the mail that is sent is sent.
pub struct Notifying {
    stopped: Arc<AtomicBool>,
    waiter: Option<Waiter>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts to send what is to go out of an app.
pub fn start(app: &Arc<App>) -> Notifying {
    let stopped = Arc::new(AtomicBool::new(false));
    let loops: [(&str, Loop); 2] = [("svar-mail", run), ("svar-webhooks", webhook::run)];
    let threads = loops.into_iter().filter_map(|(name, work)| {
        let (seen, flag) = (Arc::downgrade(app), Arc::clone(&stopped));
        let named = std::thread::Builder::new().name(name.to_owned());
        let thread = named.spawn(move || work(&seen, &flag));
        if let Err(error) = &thread {
            tracing::error!(%error, name, "nothing goes out; a restart tries again");
        }
        thread.ok()
    });
    Notifying {
        threads: threads.collect(),
        stopped,
        waiter: app.waiter(),
    }
}

impl Drop for Notifying {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        if let Some(waiter) = &self.waiter {
            waiter.wake();
        }
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("what goes out ended early; a restart goes on with it");
            }
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

fn run(app: &Weak<App>, stopped: &Arc<AtomicBool>) {
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
