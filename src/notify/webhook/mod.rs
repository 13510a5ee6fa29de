//! Webhooks: programs elsewhere are told what happens, each by a thread of its own, so that one that
//! takes its time keeps nobody waiting.
//!
//! No thread holds the app while it waits for an answer, so that neither a closing nor the end of a
//! server waits for a program elsewhere.

mod courier;
mod shape;
mod signature;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::{App, Error, WebhookDuty};
use crate::failpoint;
use crate::model::WebhookId;
use courier::Courier;

/// How long a webhook is left alone whose telling failed here.
const REST: Duration = Duration::from_secs(1);

/// A thread that tells a webhook.
struct Teller {
    thread: JoinHandle<()>,
    /// Whether it waits for an answer.
    is_asking: Arc<AtomicBool>,
}

/// Has every webhook told until it is stopped.
pub(super) fn run(app: &Weak<App>, stopped: &Arc<AtomicBool>) {
    let mut tellers: BTreeMap<WebhookId, Teller> = BTreeMap::new();
    while let Some(held) = app.upgrade() {
        if stopped.load(Ordering::SeqCst) {
            break;
        }
        let position = held.snapshot().log_position;
        tellers.retain(|_, teller| !teller.thread.is_finished());
        for id in held.webhook_ids() {
            if !tellers.contains_key(&id)
                && let Some(teller) = teller(app, &id, stopped)
            {
                tellers.insert(id, teller);
            }
        }
        let waiter = held.waiter();
        drop(held);
        match waiter {
            Some(waiter) => waiter.wait_past(position, super::LONGEST, stopped),
            None => break,
        }
    }
    for teller in tellers.into_values() {
        // One that waits for an answer touches nothing any more when it comes.
        if !teller.is_asking.load(Ordering::SeqCst) && teller.thread.join().is_err() {
            tracing::error!("the telling of a webhook ended early; a restart goes on with it");
        }
    }
}

fn teller(app: &Weak<App>, id: &WebhookId, stopped: &Arc<AtomicBool>) -> Option<Teller> {
    let is_asking = Arc::new(AtomicBool::new(false));
    let (seen, flag, asking) = (
        Weak::clone(app),
        Arc::clone(stopped),
        Arc::clone(&is_asking),
    );
    let webhook = id.clone();
    let named = std::thread::Builder::new().name("svar-webhook".to_owned());
    let thread = named.spawn(move || tell(&seen, &webhook, (&flag, &asking)));
    if let Err(error) = &thread {
        tracing::error!(%error, webhook = id.as_str(), "it is told nothing; a restart tries again");
    }
    Some(Teller {
        thread: thread.ok()?,
        is_asking,
    })
}

/// Tells a webhook what happens until it is no more.
fn tell(app: &Weak<App>, id: &WebhookId, (stopped, is_asking): (&AtomicBool, &AtomicBool)) {
    let Some(courier) = app.upgrade().map(|app| Courier::new(&app)) else {
        return;
    };
    while !stopped.load(Ordering::SeqCst) {
        let Some(held) = app.upgrade() else { return };
        let (position, now) = (held.snapshot().log_position, held.clock().now());
        let rest = match held.webhook_duty(id) {
            Ok(WebhookDuty::Gone) => return,
            Ok(WebhookDuty::Again) => continue,
            Ok(WebhookDuty::Wait(left)) => left.unwrap_or(super::LONGEST),
            Err(error) => {
                tracing::warn!(%error, webhook = id.as_str(), "it could not be told; it is tried again");
                REST
            }
            Ok(WebhookDuty::Send(errand)) => {
                drop(held);
                is_asking.store(true, Ordering::SeqCst);
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let outcome = courier.send(&errand, now);
                is_asking.store(false, Ordering::SeqCst);
                failpoint::pass("webhook.told");
                // Whoever stopped this meanwhile does not wait for it any more.
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Some(held) = app.upgrade() else { return };
                if let Err(error) = held.settle_webhook(&errand, outcome) {
                    tracing::warn!(%error, webhook = id.as_str(), "what it was told could not be written down; it is told again");
                }
                continue;
            }
        };
        let waiter = held.waiter();
        // Not held while it sleeps, so that closing need not wait for this.
        drop(held);
        match waiter {
            Some(waiter) => waiter.wait_past(position, rest.min(super::LONGEST), stopped),
            None => return,
        }
    }
}

/// Tells every webhook what it can be told now; how many attempts that took.
pub fn tell_webhooks(app: &App) -> Result<usize, Error> {
    let (courier, mut attempts) = (Courier::new(app), 0);
    for id in app.webhook_ids() {
        loop {
            match app.webhook_duty(&id)? {
                WebhookDuty::Send(errand) => {
                    attempts += 1;
                    let outcome = courier.send(&errand, app.clock().now());
                    app.settle_webhook(&errand, outcome)?;
                }
                WebhookDuty::Again => {}
                WebhookDuty::Wait(_) | WebhookDuty::Gone => break,
            }
        }
    }
    Ok(attempts)
}
