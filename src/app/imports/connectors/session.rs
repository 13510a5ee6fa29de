//! A connector at work: what it asks next and when, and what comes of the answers.
//!
//! Held by its connector and driven by `mod`, one request at a time. Nothing here is durable.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::account::Account;
use super::kept::{Fault, Settings, State};
use super::pending::Pending;
use super::round::{Bundle, Round, Seen, Settled};
use crate::app::{App, Error, Format, Input};
use crate::clock::Clock;
use crate::connect::{Fetched, FileHosts, Line, Pause, Product, Reply, Request, Source, source};
use crate::model::{Completeness, Timestamp};

/// How long after a round the next one begins.
const EVERY_MS: i64 = 60_000;
/// The shortest and the longest time that a source is left alone that does not answer.
const FIRST_WAIT_MS: i64 = 1_000;
const LONGEST_WAIT_MS: i64 = 5 * 60_000;
/// How long one is left alone that says it is asked too much, and not for how long.
const BUSY_MS: i64 = 10_000;
/// The longest time that one may want to be left alone.
const MOST_PAUSE_MS: i64 = 60 * 60_000;
/// How often it is asked in vain about one thing before that waits for the night.
const TRIES: u32 = 8;
/// How often it is asked in vain for a file before that stays a link.
const FILE_TRIES: u32 = 3;
/// The most bytes of a file: it is held whole for a moment.
const MOST_FILE_BYTES: u64 = 64 << 20;

/// What came of an errand.
pub enum Answer {
    /// What the source said.
    Asked(Reply),
    /// A file, or why there is none.
    File(Fetched),
}

/// A connector at work.
pub(super) struct Session {
    source: Box<dyn Source>,
    line: Line,
    round: Option<Round>,
    seen: Seen,
    /// Whether who is who was read since this process began.
    knows: bool,
    tries: u32,
    /// Whether a request is under way.
    pub(super) is_out: bool,
    pub(super) due_at: Timestamp,
    /// Whether somebody asked for a round, and waits for what comes of it.
    pub(super) is_wanted: bool,
    /// How many rounds are over.
    pub(super) rounds: u64,
    account: Account,
    /// What waits for its files, or to be journalled.
    pending: Option<Pending>,
    /// From where they may come, once any is wanted.
    hosts: Option<FileHosts>,
    place: (Product, String),
}

impl Session {
    pub(super) fn new(settings: &Settings, now: Timestamp) -> Option<Self> {
        let account = &settings.account;
        let format = Format::parse(account.product.as_str())?;
        Some(Self {
            source: source(account),
            line: Line::new(account),
            round: None,
            seen: Seen::new(),
            knows: false,
            tries: 0,
            is_out: false,
            due_at: now,
            is_wanted: false,
            rounds: 0,
            account: Account::new(format, settings.mapping.as_deref()),
            pending: None,
            hosts: None,
            place: (account.product, account.host()),
        })
    }

    /// Reads what comes from now on by other settings.
    pub(super) fn renew(&mut self, settings: &Settings) {
        if let Some(format) = Format::parse(settings.account.product.as_str()) {
            self.reset();
            self.account = Account::new(format, settings.mapping.as_deref());
            // Who is who is learned anew.
            self.knows = false;
        }
    }

    /// Whether it is in the middle of a round.
    pub(super) const fn is_running(&self) -> bool {
        self.round.is_some()
    }

    /// Goes back to what is kept.
    pub(super) fn reset(&mut self) {
        self.round = None;
        self.pending = None;
        self.tries = 0;
    }

    /// The next file that is wanted, and from where it may come.
    pub(super) fn file(&self, token: &str) -> Option<(FileHosts, String)> {
        let url = self.pending.as_ref()?.url()?;
        let hosts = self.hosts.as_ref()?.clone();
        Some((hosts.signed(self.source.headers(token)), url))
    }

    /// The next request; none: a round was over before it began.
    pub(super) fn request(
        &mut self,
        settings: &Settings,
        state: &mut State,
        (token, now): (&str, Timestamp),
    ) -> Option<Request> {
        let source = self.source.as_ref();
        let knows = self.knows;
        let begin = || Round::begin(source, state, knows, now);
        let round = self.round.get_or_insert_with(begin);
        let Some(ask) = round.ask(source, state, settings.since) else {
            self.end(state, now);
            if self.round.is_some() {
                // Nothing to ask, and yet not all read: from what is kept, in a while.
                self.reset();
                self.due_at = now.plus_millis(EVERY_MS);
            }
            return None;
        };
        Some(self.line.request(&ask, source.headers(token)))
    }

    /// Takes a reply in; gives what is together then, to be journalled.
    pub(super) fn take(
        &mut self,
        state: &mut State,
        reply: Reply,
        now: Timestamp,
    ) -> Option<Bundle> {
        let Some(round) = &mut self.round else {
            return None;
        };
        match reply {
            Reply::Good(body) => {
                let taken = round.take(self.source.as_ref(), &self.seen, body);
                match taken {
                    Ok(bundle) => {
                        self.tries = 0;
                        state.success_at = Some(now);
                        state.fault = None;
                        return bundle;
                    }
                    Err(reason) => self.failed(state, reason, None, now),
                }
            }
            Reply::Busy(pause) => {
                let wait = pause.map_or(BUSY_MS, |pause| millis(pause, now));
                self.due_at = now.plus_millis(wait.clamp(FIRST_WAIT_MS, MOST_PAUSE_MS));
            }
            Reply::Refused(status) => return self.refused(state, status, now),
            Reply::Gone if round.is_of_one() => return round.miss(true),
            Reply::Gone if round.may_pass() => round.pass(),
            Reply::Gone => {
                let advice = "look whether the address is that of the account, then run it again";
                self.stop(
                    state,
                    ("it answered 404: there is nothing at this address", advice),
                    now,
                );
            }
            Reply::Odd(_) if round.is_of_one() => return round.miss(false),
            Reply::Odd(_) if round.may_pass() => round.pass(),
            Reply::Odd(_) if round.forget_cursor(state) => {}
            Reply::Odd(status) => {
                let reason = format!("it answered {status}");
                let advice = "look whether the address is that of the account, then run it again";
                self.stop(state, (&reason, advice), now);
            }
            Reply::Failed { reason, pause } => {
                if round.is_of_one() && self.tries >= TRIES {
                    self.tries = 0;
                    return round.miss(false);
                }
                self.failed(state, reason, pause, now);
            }
        }
        None
    }

    fn refused(&mut self, state: &mut State, status: u16, now: Timestamp) -> Option<Bundle> {
        if let Some(round) = self.round.as_mut().filter(|_| status == 403) {
            if round.is_of_one() {
                return round.miss(false);
            }
            if round.may_pass() {
                round.pass();
                return None;
            }
        }
        let reason = format!("it refuses the token (it answered {status})");
        let advice =
            "make a new token in the product, give it to this connection, and run it again";
        self.stop(state, (&reason, advice), now);
        None
    }

    /// Asks nothing any more before somebody says so.
    pub(super) fn stop(
        &mut self,
        state: &mut State,
        (reason, advice): (&str, &str),
        now: Timestamp,
    ) {
        state.is_stopped = true;
        state.fault = Some(Fault {
            at: now,
            reason: reason.to_owned(),
            advice: advice.to_owned(),
        });
        self.reset();
        self.is_wanted = false;
    }

    /// Tries again later, each time later than the last, and not all at the same moment.
    pub(super) fn failed(
        &mut self,
        state: &mut State,
        reason: String,
        pause: Option<Pause>,
        now: Timestamp,
    ) {
        let doubled = FIRST_WAIT_MS << self.tries.min(16);
        let most = doubled.min(LONGEST_WAIT_MS);
        let wait = match pause {
            Some(pause) => millis(pause, now).clamp(FIRST_WAIT_MS, MOST_PAUSE_MS),
            None => most / 2 + jitter(most / 2),
        };
        self.tries += 1;
        self.due_at = now.plus_millis(wait);
        state.fault = Some(Fault {
            at: now,
            reason,
            advice: "nothing has to be done: it is tried again by itself".to_owned(),
        });
    }

    /// Hears what came of an errand; gives what is journalled then, if that was the last one of a
    /// page.
    pub(super) fn hear(
        &mut self,
        app: &App,
        name: &str,
        (settings, state): (&Settings, &mut State),
        (answer, now): (Answer, Timestamp),
    ) -> Result<Option<Bundle>, Error> {
        match answer {
            Answer::Asked(reply) => {
                if let Some(bundle) = self.take(state, reply, now) {
                    self.pending = Some(self.prepared(app, (name, settings), bundle)?);
                }
            }
            Answer::File(fetched) => {
                let Some(pending) = &mut self.pending else {
                    return Ok(None);
                };
                match pending.hear(app, &mut self.account.files, fetched)? {
                    None => self.tries = 0,
                    Some(_) if self.tries + 1 < FILE_TRIES => {
                        self.tries += 1;
                        self.due_at = now.plus_millis(FIRST_WAIT_MS << self.tries);
                    }
                    Some(reason) => {
                        self.tries = 0;
                        pending.stays(&mut self.account.files, reason);
                    }
                }
            }
        }
        let ready = self.pending.take_if(|pending| pending.is_ready());
        let Some(ready) = ready else { return Ok(None) };
        let (batches, bundle) = ready.named();
        for batch in &batches {
            self.account.counts.take(app, name, state, batch)?;
        }
        Ok(Some(bundle))
    }

    /// Translates what is together.
    fn prepared(
        &mut self,
        app: &App,
        (name, settings): (&str, &Settings),
        mut bundle: Bundle,
    ) -> Result<Pending, Error> {
        let documents = std::mem::take(&mut bundle.documents);
        let documents: Vec<Arc<[u8]>> = documents.into_iter().map(Arc::from).collect();
        let migration = &mut self.account.migration;
        for document in &documents {
            // What is wrong with one is said when it is translated.
            drop(migration.learn_input(open(name, document)?));
        }
        let mut batches = Vec::new();
        for document in &documents {
            let read = migration.translate(open(name, document)?, |batch| {
                batches.push(batch);
                ControlFlow::Continue(())
            });
            // A page without anything in it is none that cannot be read.
            if let Err(fault) = read {
                tracing::debug!(%fault, connector = name, "a page had nothing to translate");
            }
        }
        if settings.fetches_files && self.hosts.is_none() {
            let (product, host) = self.place.clone();
            let most = app.most_file_bytes().min(MOST_FILE_BYTES);
            self.hosts = Some(FileHosts::new(Some(product), vec![host], most));
        }
        Pending::new(app, bundle, batches, settings.fetches_files)
    }

    /// What was read since the last account, if it is time for one.
    pub(super) fn close_account(&mut self, name: &str) -> Option<Completeness> {
        self.account.close(name)
    }

    /// Moves on behind what is journalled.
    pub(super) fn settle(&mut self, state: &mut State, bundle: Bundle, now: Timestamp) {
        let Some(round) = &mut self.round else { return };
        round.settle(state, &mut self.seen, bundle);
        self.end(state, now);
    }

    /// Ends the round if everything was read.
    fn end(&mut self, state: &mut State, now: Timestamp) {
        let is_first = state.read_until.is_none();
        let Some(round) = &mut self.round else { return };
        if round.ends(state, now) == Settled::GoesOn {
            return;
        }
        self.account.is_due |= is_first || round.is_nightly || self.is_wanted;
        self.round = None;
        self.knows = true;
        self.rounds += 1;
        self.is_wanted = false;
        self.due_at = now.plus_millis(EVERY_MS);
    }
}

fn open(name: &str, document: &Arc<[u8]>) -> Result<Input, Error> {
    Ok(Input::from_read(name, Cursor::new(Arc::clone(document)))?)
}

fn millis(pause: Pause, now: Timestamp) -> i64 {
    match pause {
        Pause::For(length) => duration(length),
        Pause::Until(at) => at.since(now),
    }
}

fn duration(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// Some of so many milliseconds.
fn jitter(most: i64) -> i64 {
    let fresh = Clock::fresh_id();
    let digits = fresh.get(..8).unwrap_or_default();
    let part = u32::from_str_radix(digits, 16).unwrap_or_default();
    i64::from(part) % most.max(1)
}
