//! Mailboxes are read: first what is there, in batches, then what comes, which the server tells of by
//! itself where it can.
//!
//! A thread sees which are to be read, and each has one of its own, so that a server that takes its time
//! keeps no other waiting. None holds an app while it waits for an answer, so that neither a closing nor
//! the end of a server waits for a mailbox.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use super::LONGEST;
use crate::app::{App, Bell, Error, ImapError, ImapSession, MailboxErrand};
use crate::clock;

/// How many mails are asked for their size at once.
const SIZES_AT_ONCE: usize = 2_000;
/// How many mails are taken in at once, and how large they are together.
const MAILS_AT_ONCE: usize = 500;
const BYTES_AT_ONCE: u64 = 16 << 20;
/// How long a server that tells of mails by itself is left alone; it forgets who is silent for half an hour.
const IDLE: Duration = Duration::from_mins(25);
/// How often one is asked that does not.
const POLL: Duration = Duration::from_mins(1);
/// How long one that does not answer is left alone first; twice as long each time after that.
const FIRST_REST: Duration = Duration::from_secs(5);
/// How long at most.
const LONGEST_REST: Duration = Duration::from_mins(5);
/// How often who rests looks whether to go on.
const LOOK: Duration = Duration::from_millis(250);

/// A thread that reads a mailbox.
struct Reader {
    thread: JoinHandle<()>,
    /// Whether it waits for its server.
    is_waiting: Arc<AtomicBool>,
}

/// Has all mailboxes read until it is stopped.
pub(super) fn run(app: &Weak<App>, bell: &Arc<Bell>, stopped: &Arc<AtomicBool>) {
    let mut readers: BTreeMap<String, Reader> = BTreeMap::new();
    while !stopped.load(Ordering::SeqCst) {
        readers.retain(|_, reader| !reader.thread.is_finished());
        let Some(held) = app.upgrade() else { break };
        let wanted = held.mailboxes_at_work();
        drop(held);
        for name in wanted {
            if !readers.contains_key(&name)
                && let Some(reader) = begin(&name, app, stopped)
            {
                readers.insert(name, reader);
            }
        }
        bell.wait(if readers.is_empty() { LONGEST } else { POLL });
    }
    for reader in readers.into_values() {
        // One that waits for its server touches nothing any more when its answer comes.
        if !reader.is_waiting.load(Ordering::SeqCst) && reader.thread.join().is_err() {
            tracing::error!("reading a mailbox ended early; the next start goes on with it");
        }
    }
}

fn begin(name: &str, app: &Weak<App>, stopped: &Arc<AtomicBool>) -> Option<Reader> {
    let is_waiting = Arc::new(AtomicBool::new(false));
    let mut reading = Reading {
        name: name.to_owned(),
        app: Weak::clone(app),
        stopped: Arc::clone(stopped),
        is_waiting: Arc::clone(&is_waiting),
        rest: FIRST_REST,
    };
    let named = std::thread::Builder::new().name("svar-mailbox".to_owned());
    match named.spawn(move || reading.until_stopped()) {
        Ok(thread) => Some(Reader { thread, is_waiting }),
        Err(error) => {
            tracing::error!(%error, "a mailbox cannot be read now; it is read later");
            None
        }
    }
}

/// Reads a mailbox once, on the calling thread.
pub fn read_mailbox(app: &Arc<App>, name: &str) -> Result<(), Error> {
    let reading = Reading {
        name: name.to_owned(),
        app: Arc::downgrade(app),
        stopped: Arc::default(),
        is_waiting: Arc::default(),
        rest: FIRST_REST,
    };
    let errand = match app.mailbox_errand(name) {
        Some(Ok(errand)) => errand,
        Some(Err(reason)) => return app.fail_mailbox(name, &ImapError::Refused(reason)),
        None => return Ok(()),
    };
    let read = errand.open().map_err(Stop::Server).and_then(|session| {
        let mut session = session;
        let read = reading.round(&errand, &mut session);
        session.close();
        read
    });
    match read {
        Ok(()) | Err(Stop::Over) => Ok(()),
        Err(Stop::Server(error)) => app.fail_mailbox(name, &error),
        Err(Stop::Desk(error)) => Err(error),
    }
}

/// Why reading goes on no more.
enum Stop {
    /// It is to be read otherwise, or no more, or everything stops.
    Over,
    /// The mailbox's server.
    Server(ImapError),
    /// What came could not be kept.
    Desk(Error),
}

impl From<ImapError> for Stop {
    fn from(error: ImapError) -> Self {
        Self::Server(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Desk(error)
    }
}

/// A mailbox that is read.
struct Reading {
    name: String,
    app: Weak<App>,
    stopped: Arc<AtomicBool>,
    is_waiting: Arc<AtomicBool>,
    rest: Duration,
}

impl Reading {
    fn until_stopped(&mut self) {
        while !self.stopped.load(Ordering::SeqCst) {
            let Some(app) = self.app.upgrade() else {
                return;
            };
            let errand = app.mailbox_errand(&self.name);
            drop(app);
            let read = match errand {
                None => return,
                Some(Err(reason)) => Err(Stop::Server(ImapError::Refused(reason))),
                Some(Ok(errand)) => self.connected(&errand),
            };
            if self.stopped.load(Ordering::SeqCst) {
                return;
            }
            match read {
                Ok(()) | Err(Stop::Over) => {}
                Err(Stop::Server(error)) => {
                    let Some(app) = self.app.upgrade() else {
                        return;
                    };
                    if let Err(error) = app.fail_mailbox(&self.name, &error) {
                        tracing::warn!(%error, "how a mailbox does was not kept");
                    }
                    drop(app);
                    self.leave_alone();
                }
                Err(Stop::Desk(error)) => {
                    tracing::warn!(%error, "what a mailbox gave was not kept; it is asked again");
                    self.leave_alone();
                }
            }
        }
    }

    /// Signs in, and reads until something is in the way.
    fn connected(&mut self, errand: &MailboxErrand) -> Result<(), Stop> {
        let mut session = self.waiting(|| errand.open())?;
        let read = self.as_it_comes(errand, &mut session);
        if !matches!(read, Err(Stop::Server(_))) {
            session.close();
        }
        read
    }

    fn as_it_comes(
        &mut self,
        errand: &MailboxErrand,
        session: &mut ImapSession,
    ) -> Result<(), Stop> {
        loop {
            self.round(errand, session)?;
            self.rest = FIRST_REST;
            let goes_on = || self.turn() == Some(errand.turn) && !self.is_stopped();
            if session.can_wait() {
                self.waiting(|| session.wait(IDLE, &goes_on))?;
            } else {
                self.pause(POLL, errand.turn);
                self.waiting(|| session.wait(POLL, &goes_on))?;
            }
            if !goes_on() {
                return Err(Stop::Over);
            }
        }
    }

    /// Reads what is there that was not read.
    fn round(&self, errand: &MailboxErrand, session: &mut ImapSession) -> Result<(), Stop> {
        let folder = self.waiting(|| session.examine(&errand.folder))?;
        let (last, day) = self.app()?.begin_mailbox(&self.name, folder)?;
        let uids = self.waiting(|| session.uids_after(last, day.as_deref()))?;
        let most = self.app()?.most_file_bytes();
        for part in uids.chunks(SIZES_AT_ONCE) {
            let sizes = self.waiting(|| session.sizes(part))?;
            for batch in batches(&sizes, most) {
                let mails = match batch.uids.as_slice() {
                    [] => Vec::new(),
                    uids => self.waiting(|| session.mails(uids))?,
                };
                if self.is_stopped() || self.turn() != Some(errand.turn) {
                    return Err(Stop::Over);
                }
                let reach = (batch.last, batch.too_large);
                self.app()?.take_of_mailbox(&self.name, &mails, reach)?;
            }
        }
        Ok(self.app()?.end_mailbox_round(&self.name)?)
    }

    fn app(&self) -> Result<Arc<App>, Stop> {
        self.app.upgrade().ok_or(Stop::Over)
    }

    fn turn(&self) -> Option<u64> {
        self.app.upgrade()?.mailbox_turn(&self.name)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Asks the server; whoever stops this meanwhile does not wait for it.
    fn waiting<T>(&self, ask: impl FnOnce() -> Result<T, ImapError>) -> Result<T, Stop> {
        self.is_waiting.store(true, Ordering::SeqCst);
        let answer = ask();
        self.is_waiting.store(false, Ordering::SeqCst);
        if self.is_stopped() {
            return Err(Stop::Over);
        }
        Ok(answer?)
    }

    fn leave_alone(&mut self) {
        if let Some(turn) = self.turn() {
            self.pause(self.rest, turn);
        }
        self.rest = (self.rest * 2).min(LONGEST_REST);
    }

    /// Waits so long, unless the mailbox is to be asked anew.
    fn pause(&self, length: Duration, turn: u64) {
        for _ in 0..length.as_millis() / LOOK.as_millis() {
            if self.is_stopped() || self.turn() != Some(turn) {
                return;
            }
            clock::pause(LOOK);
        }
    }
}

/// Mails that are taken in at once.
#[derive(Debug, Default, PartialEq, Eq)]
struct Batch {
    uids: Vec<u32>,
    /// Up to which mail the mailbox is read with it.
    last: u32,
    /// How many mails between them are larger than any may be.
    too_large: u64,
}

/// Mails in batches, by their sizes.
fn batches(sizes: &[(u32, u64)], most: u64) -> Vec<Batch> {
    let mut all = Vec::new();
    let mut batch = Batch::default();
    let mut bytes = 0;
    for (uid, size) in sizes {
        let is_full = batch.uids.len() >= MAILS_AT_ONCE || bytes + size > BYTES_AT_ONCE;
        if is_full && !batch.uids.is_empty() {
            all.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        if *size > most {
            tracing::warn!(uid, size, "a mail is too large to be taken in");
            batch.too_large += 1;
        } else {
            batch.uids.push(*uid);
            bytes += size;
        }
        batch.last = *uid;
    }
    if batch.last > 0 {
        all.push(batch);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_come_in_batches_that_none_is_left_out_of() {
        let sizes: Vec<(u32, u64)> = (1..=1_200).map(|uid| (uid, 1_000)).collect();
        let counts =
            |all: &[Batch]| -> Vec<usize> { all.iter().map(|one| one.uids.len()).collect() };
        let all = batches(&sizes, 5_000);
        assert_eq!(counts(&all), [500, 500, 200]);
        assert_eq!(all.last().unwrap().last, 1_200);
        // Large ones come alone, and one that is too large is counted and passed.
        let large = [(1, 12 << 20), (2, 12 << 20), (3, 99 << 20), (9, 99 << 20)];
        let all = batches(&large, 20 << 20);
        assert_eq!(counts(&all), [1, 1, 0]);
        let too_large: u64 = all.iter().map(|one| one.too_large).sum();
        assert_eq!((all.last().unwrap().last, too_large), (9, 2));
        assert!(batches(&[], 1).is_empty());
    }
}
