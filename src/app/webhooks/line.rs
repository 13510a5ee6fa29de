//! A webhook at work: what it is told next, and how far that is written down.
//!
//! Told at least once: what arrived is written down a moment later, so that a kill in between tells it
//! again, under the same id. What is read ahead are the places of things, never their words.

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use super::place::{Place, Secret};
use super::progress::{Next, Progress, WebhookOutcome};
use super::tail::{Tail, call_of};
use crate::app::Error;
use crate::journal::Reader;
use crate::lock::Lock;
use crate::model::event::WebhookPause;
use crate::model::webhooks::{WEBHOOK_TEST, Webhook, WebhookCall, is_webhook_event};
use crate::model::{Event, Timestamp};

/// The most that is read ahead.
const AHEAD: usize = 512;
/// The most records of the journal that are looked at before somebody may stop it.
const LOOKED_AT: u64 = 20_000;
/// So many may arrive before that is written down.
const UNKEPT: u32 = 32;
/// For so long they may.
const UNKEPT_FOR: Duration = Duration::from_millis(200);

/// A webhook at work.
pub(super) struct Line {
    pub(super) place: Place,
    inner: Lock<Inner>,
}

struct Inner {
    secret: Option<Secret>,
    progress: Progress,
    /// What happened next, and up to which record that was looked for.
    ahead: VecDeque<WebhookCall>,
    looked_until: u64,
    /// How much arrived that is not written down, and since when.
    unkept: u32,
    kept_at: Instant,
    is_removed: bool,
}

/// Where a line looks for what happens.
pub(super) struct Source<'a> {
    pub(super) webhook: &'a Webhook,
    pub(super) tail: &'a Tail,
    pub(super) journal: &'a Path,
    pub(super) position: u64,
}

/// What a line is to be told.
#[derive(Debug)]
pub(super) enum Pick {
    Call(WebhookCall),
    /// There is more to look through.
    More,
    /// Nothing before then; none: before something happens.
    Wait(Option<Timestamp>),
}

impl Line {
    /// Opens one; told since the record by which it was added.
    pub(super) fn open(place: Place, added: u64) -> Result<Self, Error> {
        let secret = place.secret()?;
        let progress = place.progress()?;
        let progress = progress.unwrap_or_else(|| Progress::after(added));
        Ok(Self::with(place, secret, progress))
    }

    /// One that is told what happens after a record.
    pub(super) fn new(place: Place, secret: Secret, cursor: u64) -> Result<Self, Error> {
        let progress = Progress::after(cursor);
        place.make()?;
        place.keep_progress(&progress)?;
        place.keep_secret(&secret)?;
        Ok(Self::with(place, Some(secret), progress))
    }

    fn with(place: Place, secret: Option<Secret>, progress: Progress) -> Self {
        Self {
            place,
            inner: Lock::new(Inner {
                secret,
                looked_until: progress.cursor,
                progress,
                ahead: VecDeque::new(),
                unkept: 0,
                kept_at: Instant::now(),
                is_removed: false,
            }),
        }
    }

    /// Its address and keys, where they are on this machine.
    pub(super) fn secret(&self) -> Option<Secret> {
        self.inner.lock().secret.clone()
    }

    /// Changes its address or keys.
    pub(super) fn set_secret(&self, secret: Secret) -> Result<(), Error> {
        let mut inner = self.inner.lock();
        self.place.keep_secret(&secret)?;
        inner.secret = Some(secret);
        Ok(())
    }

    pub(super) fn progress(&self) -> Progress {
        self.inner.lock().progress.clone()
    }

    /// Has what was given up wait once more; how much that is.
    pub(super) fn replay(&self, record: Option<u64>) -> Result<usize, Error> {
        let mut inner = self.inner.lock();
        let count = inner.progress.replay(record);
        inner.keep(&self.place)?;
        Ok(count)
    }

    /// Takes it away with all that is kept of it.
    pub(super) fn remove(&self) -> Result<(), Error> {
        let mut inner = self.inner.lock();
        inner.is_removed = true;
        self.place.remove()
    }

    /// What it is told next.
    pub(super) fn pick(&self, source: &Source<'_>, now: Timestamp) -> Result<Pick, Error> {
        let mut inner = self.inner.lock();
        inner.progress.call(source.webhook.called_at);
        loop {
            match inner.progress.next(now) {
                Next::Again(call) => return Ok(Pick::Call(call)),
                Next::Wait(at) => {
                    inner.keep_all(&self.place)?;
                    return Ok(Pick::Wait(Some(at)));
                }
                Next::Fresh => {}
            }
            let Some(call) = inner.ahead.pop_front() else {
                let is_done = inner.look_ahead(source)?;
                if !inner.ahead.is_empty() {
                    continue;
                }
                inner.pass(&self.place)?;
                if !is_done {
                    return Ok(Pick::More);
                }
                return Ok(Pick::Wait(inner.progress.next_at()));
            };
            if !inner.progress.queue(&call) {
                return Ok(Pick::Call(call));
            }
            inner.unkept += 1;
        }
    }

    /// Notes what came of an attempt; why nothing is told any more, if so.
    pub(super) fn settle(
        &self,
        call: &WebhookCall,
        now: Timestamp,
        outcome: WebhookOutcome,
    ) -> Result<Option<WebhookPause>, Error> {
        let mut inner = self.inner.lock();
        let is_failure = matches!(outcome, WebhookOutcome::Failed { .. });
        let pause = inner.progress.settle(call, now, outcome);
        inner.unkept += 1;
        let is_due = inner.unkept >= UNKEPT || inner.kept_at.elapsed() >= UNKEPT_FOR;
        if is_failure || is_due {
            inner.keep(&self.place)?;
        }
        Ok(pause)
    }
}

impl Inner {
    /// Writes down how far it is.
    fn keep(&mut self, place: &Place) -> Result<(), Error> {
        if self.is_removed || self.secret.is_none() {
            return Ok(());
        }
        place.keep_progress(&self.progress)?;
        self.unkept = 0;
        self.kept_at = Instant::now();
        Ok(())
    }

    fn keep_all(&mut self, place: &Place) -> Result<(), Error> {
        if self.unkept == 0 {
            return Ok(());
        }
        self.keep(place)
    }

    /// Everything that was looked at is told: what lies before is not looked through again.
    fn pass(&mut self, place: &Place) -> Result<(), Error> {
        let passed = self.looked_until.saturating_sub(self.progress.cursor);
        self.progress.cursor = self.progress.cursor.max(self.looked_until);
        if passed >= LOOKED_AT / 2 {
            self.unkept += 1;
        }
        self.keep_all(place)
    }

    /// Looks for what happened next; whether everything that there is was looked at.
    fn look_ahead(&mut self, source: &Source<'_>) -> Result<bool, Error> {
        let (after, until) = (self.looked_until, source.position);
        if after >= until {
            return Ok(true);
        }
        let is_wanted = |call: &WebhookCall| call.is_for(source.webhook);
        if let Some(calls) = source.tail.between(after, until, is_wanted) {
            self.ahead.extend(calls);
            self.looked_until = until;
            return Ok(true);
        }
        let mut reader = Reader::open(source.journal, after + 1, until)?;
        while let Some(record) = reader.next_view()? {
            self.looked_until = record.seq;
            let json = record.event.get();
            if may_be_told(json) {
                let event = Event::parse_journalled(json);
                let event = event.map_err(|odd| Error::Stopped(odd.to_string()))?;
                let call = call_of(record.seq, record.via, &event);
                self.ahead.extend(call.filter(is_wanted));
            }
            if self.ahead.len() >= AHEAD || record.seq >= after + LOOKED_AT {
                return Ok(record.seq >= until);
            }
        }
        Ok(true)
    }
}

/// Whether an event may be told, by its type alone: it is always written first.
fn may_be_told(json: &str) -> bool {
    let kind = json.strip_prefix("{\"type\":\"").unwrap_or_default();
    let kind = kind.split('"').next().unwrap_or_default();
    let others = [
        "svar.webhook_tested",
        "svar.alert_told",
        "svar.alert_resolved",
    ];
    is_webhook_event(kind) || others.contains(&kind)
}

/// Whether a call is only to try the webhook.
pub(super) fn is_test(call: &WebhookCall) -> bool {
    call.event == WEBHOOK_TEST
}
