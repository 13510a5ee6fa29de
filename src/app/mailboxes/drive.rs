//! What a thread that reads a mailbox asks for, and what it hands in.

use std::io::Read as _;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use super::kept::Fault;
use super::{App, Error};
use crate::app::MailInState;
use crate::clock;
use crate::command::Caller;
use crate::connect::{ImapError, ImapPlace, ImapSecret, ImapSession, OpenFolder};
use crate::failpoint;
use crate::model::{DAY_MS, Timestamp};

/// How long a command may take that prints a token.
const TOKEN_PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at meanwhile.
const TOKEN_LOOK: Duration = Duration::from_millis(20);
/// The longest token, in bytes.
const MOST_TOKEN: u64 = 16 << 10;

/// Where a mailbox is read, and by what one signs in.
pub struct MailboxErrand {
    place: ImapPlace,
    /// The folder that is read.
    pub folder: String,
    secret: Secret,
    /// Which turn it is of: another one is to be asked anew.
    pub turn: u64,
}

enum Secret {
    Password(String),
    Command(String),
}

impl MailboxErrand {
    /// Signs in. Nothing of the desk is held meanwhile.
    pub fn open(&self) -> Result<ImapSession, ImapError> {
        let secret = match &self.secret {
            Secret::Password(password) => ImapSecret::Password(password.clone()),
            Secret::Command(command) => ImapSecret::Token(token_of(command)?),
        };
        ImapSession::open(&self.place, &secret)
    }
}

/// What a command of this machine prints.
fn token_of(command: &str) -> Result<String, ImapError> {
    let failed = |why: &str| ImapError::Down(format!("the command that gives a token {why}"));
    let spawned = Process::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = spawned.map_err(|error| failed(&format!("cannot be run ({error})")))?;
    let mut left = TOKEN_PATIENCE.as_millis() / TOKEN_LOOK.as_millis();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if left > 0 => {
                left -= 1;
                clock::pause(TOKEN_LOOK);
            }
            Ok(None) | Err(_) => {
                drop(child.kill());
                drop(child.wait());
                return Err(failed("takes too long"));
            }
        }
    };
    let mut token = String::new();
    let read = child
        .stdout
        .take()
        .map(|out| out.take(MOST_TOKEN).read_to_string(&mut token));
    if !status.success() || read.is_none_or(|read| read.is_err()) {
        return Err(failed(&format!("ended with {status}")));
    }
    let token = token.trim();
    let is_fit = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
    if !is_fit {
        return Err(failed("prints no token"));
    }
    Ok(token.to_owned())
}

/// A day as servers of mailboxes have it. Of the day before, for they have clocks and zones of their own.
fn day_of(at: Timestamp) -> String {
    let day = chrono::DateTime::from_timestamp_millis(at.millis() - DAY_MS);
    day.map_or_else(String::new, |day| day.format("%-d-%b-%Y").to_string())
}

impl App {
    /// The mailboxes that are to be read.
    pub fn mailboxes_at_work(&self) -> Vec<String> {
        let all = self.mailboxes.all.lock();
        let wanted = all.values().filter(|mailbox| {
            let known = mailbox.known.lock();
            !known.settings.is_paused && !known.state.is_stopped
        });
        wanted.map(|mailbox| mailbox.name.clone()).collect()
    }

    /// Where a mailbox is to be read; none: it is not, or is no more.
    pub fn mailbox_errand(&self, name: &str) -> Option<Result<MailboxErrand, String>> {
        let mailbox = self.mailboxes.get(name).ok()?;
        let known = mailbox.known.lock();
        let (settings, turn) = (known.settings.clone(), known.turn);
        if settings.is_paused || known.state.is_stopped {
            return None;
        }
        drop(known);
        let secret = match settings.token_command {
            Some(command) => Ok(Secret::Command(command)),
            None => mailbox.place.password().map(Secret::Password),
        };
        Some(secret.map(|secret| MailboxErrand {
            place: ImapPlace {
                host: settings.host,
                port: settings.port,
                security: settings.security,
                user: settings.user,
            },
            folder: settings.folder,
            secret,
            turn,
        }))
    }

    /// Which turn a mailbox is at; none: it is not to be read, or is no more.
    pub fn mailbox_turn(&self, name: &str) -> Option<u64> {
        let mailbox = self.mailboxes.get(name).ok()?;
        let known = mailbox.known.lock();
        (!known.settings.is_paused && !known.state.is_stopped).then_some(known.turn)
    }

    /// Notes that a mailbox is open; after which mail it is read, and of mails from which day on. Where the
    /// server has numbered them anew, all are read again: those that are here are known.
    pub fn begin_mailbox(
        &self,
        name: &str,
        folder: OpenFolder,
    ) -> Result<(u32, Option<String>), Error> {
        let mailbox = self.mailboxes.get(name)?;
        let (reads_all, day) = {
            let mut known = mailbox.known.lock();
            known.is_reading = true;
            let settings = &known.settings;
            let day = (!settings.reads_all).then(|| day_of(settings.added_at));
            (settings.reads_all, day)
        };
        let now = self.clock.now();
        mailbox.change(|state| {
            if state.validity != folder.validity {
                let is_first = state.validity == 0 && !reads_all;
                state.validity = folder.validity;
                let next = folder.next.filter(|_| is_first);
                state.last = next.map_or(0, |next| next.saturating_sub(1));
            }
            state.success_at = Some(now);
            state.fault = None;
        })?;
        let last = mailbox.known.lock().state.last;
        Ok((last, day))
    }

    /// Takes mails of a mailbox in, in their order, and notes how far it is read: up to `last`, of which
    /// those that are not among the mails are gone or too large.
    pub fn take_of_mailbox(
        &self,
        name: &str,
        mails: &[(u32, Vec<u8>)],
        (last, too_large): (u32, u64),
    ) -> Result<(), Error> {
        let mailbox = self.mailboxes.get(name)?;
        let inbox = mailbox.known.lock().settings.inbox.clone();
        let bytes: Vec<&[u8]> = mails.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let receipts = self.take_mails(&Caller::system(), &bytes, inbox.as_deref())?;
        let (mut taken, mut repeats, mut refused) = (0, 0, too_large);
        for ((uid, _), receipt) in mails.iter().zip(receipts) {
            match receipt {
                Ok(receipt) if receipt.state == MailInState::Taken => taken += 1,
                Ok(_) => repeats += 1,
                Err(Error::Query(fault)) => {
                    tracing::warn!(mailbox = name, uid, %fault, "a mail is not taken in");
                    refused += 1;
                }
                Err(other) => return Err(other),
            }
        }
        failpoint::pass("mailbox.journalled");
        mailbox.change(|state| {
            state.last = last;
            state.taken += taken;
            state.repeats += repeats;
            state.refused += refused;
        })
    }

    /// Notes that everything that a mailbox has is here.
    pub fn end_mailbox_round(&self, name: &str) -> Result<(), Error> {
        let mailbox = self.mailboxes.get(name)?;
        let now = self.clock.now();
        {
            let mut known = mailbox.known.lock();
            known.is_reading = false;
            known.rounds += 1;
        }
        mailbox.change(|state| {
            state.read_until = Some(now);
            state.success_at = Some(now);
        })
    }

    /// Notes that a mailbox is not read: what is in the way, and whether somebody has to do something.
    pub fn fail_mailbox(&self, name: &str, error: &ImapError) -> Result<(), Error> {
        let mailbox = self.mailboxes.get(name)?;
        let (reason, is_stopped) = match error {
            ImapError::Refused(reason) => (reason, true),
            ImapError::Down(reason) => (reason, false),
        };
        tracing::warn!(mailbox = name, reason, "a mailbox is not read");
        let at: Timestamp = self.clock.now();
        {
            let mut known = mailbox.known.lock();
            known.is_reading = false;
            known.rounds += 1;
        }
        mailbox.change(|state| {
            state.fault = Some(Fault {
                at,
                reason: reason.clone(),
            });
            state.is_stopped = is_stopped;
        })
    }
}
