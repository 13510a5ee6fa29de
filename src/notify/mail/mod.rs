//! Mails out: one after the other, each written when its turn comes, from the desk as it is then.
//!
//! A server that takes none is left alone for longer each time; a mail that it puts off is tried again
//! for as long as it is of use. A stop between what the server took and the word on it in the journal
//! sends that one mail again, under the same Message-ID.

mod alerts;
mod carrier;
mod contacts;
mod letter;
mod picture;
mod replies;
mod reports;
mod users;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lettre::Message;

use crate::app::{App, Error};
use crate::config::MailConfig;
use crate::failpoint;
use crate::model::event::DropReason;
use crate::model::{DAY_MS, MailAbout, MailOutcome, QueuedMail, Timestamp};
use carrier::{Carrier, NotTaken};
use letter::Letter;

/// How long a server that takes none is left alone first; twice as long each time after that.
const FIRST_REST: Duration = Duration::from_secs(5);
/// How long at most.
const LONGEST_REST: Duration = Duration::from_mins(5);
/// How long a mail that was put off is left alone first; three times as long each time after that.
const FIRST_DELAY: Duration = Duration::from_mins(1);
/// How long at most.
const LONGEST_DELAY: Duration = Duration::from_hours(6);
/// For so long a mail to a contact is of use.
const CONTACT_MS: i64 = 3 * DAY_MS;
/// For so long one to a user is.
const USER_MS: i64 = DAY_MS;

/// Sends mails.
pub(super) struct Postman {
    config: MailConfig,
    carrier: Option<Carrier>,
    /// Mails that were put off: how long they are left alone next time, and until when now.
    delayed: BTreeMap<u64, (Duration, Timestamp)>,
    /// Until when the server is left alone, and how long the next time.
    rest: (Timestamp, Duration),
}

impl Postman {
    /// For an app; none: it sends no mails.
    pub(super) fn new(app: &App) -> Option<Self> {
        let config = app.mail_config()?;
        Some(Self {
            config: config.clone(),
            carrier: None,
            delayed: BTreeMap::new(),
            rest: (Timestamp::MIN, FIRST_REST),
        })
    }

    /// Does with the next mail what can be done; none: there was one, else how long there is
    /// nothing to do unless something is journalled.
    pub(super) fn step(&mut self, app: &Arc<App>) -> Result<Option<Duration>, Error> {
        let now = app.clock().now();
        if now < self.rest.0 {
            return Ok(Some(until(now, self.rest.0)));
        }
        let can_mail = app.can_mail();
        let is_due = |mail: u64, about: &MailAbout| {
            let delay = self.delayed.get(&mail);
            // What leads back to the desk needs an address that it leads to.
            (can_mail || about.of_message().is_some()) && delay.is_none_or(|(_, at)| *at <= now)
        };
        let Some((mail, queued)) = app.next_mail(is_due) else {
            let next = self.delayed.values().map(|(_, at)| *at).min();
            return Ok(Some(next.map_or(super::LONGEST, |at| until(now, at))));
        };
        let outcome = if is_stale(&queued, now) {
            dropped(DropReason::Expired)
        } else {
            match self.send(app, mail, &queued)? {
                Ok(outcome) => outcome,
                Err(NotTaken::Down(reason)) => {
                    self.leave_alone(app, now, reason);
                    return Ok(Some(until(now, self.rest.0)));
                }
                Err(_later) => {
                    self.delay(mail, now);
                    return Ok(None);
                }
            }
        };
        app.settle_mail(mail, &queued.about, outcome)?;
        self.delayed.remove(&mail);
        Ok(None)
    }

    /// Writes a mail and hands it over; else why it is to be tried again.
    fn send(
        &mut self,
        app: &Arc<App>,
        mail: u64,
        queued: &QueuedMail,
    ) -> Result<Result<MailOutcome, NotTaken>, Error> {
        let message = match self.written(app, mail, queued)? {
            Ok(message) => message,
            Err(reason) => return Ok(Ok(dropped(reason))),
        };
        let carrier = match self
            .carrier
            .take()
            .map_or_else(|| Carrier::new(&self.config), Ok)
        {
            Ok(carrier) => carrier,
            Err(reason) => return Ok(Err(NotTaken::Down(reason))),
        };
        failpoint::pass("mail.written");
        let taken = carrier.carry(&message);
        failpoint::pass("mail.carried");
        Ok(match taken {
            Ok(()) => {
                self.carrier = Some(carrier);
                self.rest = (Timestamp::MIN, FIRST_REST);
                app.note_carried();
                Ok(MailOutcome::Sent)
            }
            Err(NotTaken::Refused(code, said)) => {
                self.carrier = Some(carrier);
                Ok(MailOutcome::Dropped {
                    reason: DropReason::Refused,
                    code: Some(code),
                    said: Some(said),
                })
            }
            Err(other) => Err(other),
        })
    }

    /// A mail as it goes out; else why there is none.
    fn written(
        &self,
        app: &Arc<App>,
        mail: u64,
        queued: &QueuedMail,
    ) -> Result<Result<Message, DropReason>, Error> {
        let (about, now) = (&queued.about, queued.queued_at);
        let id = app.message_id(mail, about)?;
        if about.of_message().is_some() {
            return replies::message(app, (mail, about), (&id, now));
        }
        let letter = letter(app, about)?;
        Ok(letter.and_then(|letter| letter.message(&self.config, &id, now)))
    }

    fn leave_alone(&mut self, app: &App, now: Timestamp, reason: String) {
        let (_, length) = self.rest;
        let at = now.plus_millis(millis(length));
        tracing::warn!(%reason, "mails cannot go out; they are tried again");
        app.note_mail_trouble(reason, at);
        self.rest = (at, (length * 2).min(LONGEST_REST));
    }

    fn delay(&mut self, mail: u64, now: Timestamp) {
        let length = self
            .delayed
            .get(&mail)
            .map_or(FIRST_DELAY, |(next, _)| *next);
        let at = now.plus_millis(millis(length));
        self.delayed
            .insert(mail, ((length * 3).min(LONGEST_DELAY), at));
    }
}

/// What a mail says; else why there is none.
fn letter(app: &Arc<App>, about: &MailAbout) -> Result<Result<Letter, DropReason>, Error> {
    match about {
        MailAbout::Message { .. }
        | MailAbout::Survey { .. }
        | MailAbout::JobConfirmation { .. }
        | MailAbout::JobReminder { .. } => contacts::letter(app, about),
        MailAbout::FirstMessage { .. }
        | MailAbout::Assigned { .. }
        | MailAbout::AssignedTraffic { .. }
        | MailAbout::Digest { .. }
        | MailAbout::WebhookPaused { .. }
        | MailAbout::Report { .. }
        | MailAbout::Alert { .. }
        | MailAbout::Test { .. } => users::letter(app, about),
    }
}

/// Whether a mail waited for longer than it is of use.
const fn is_stale(queued: &QueuedMail, now: Timestamp) -> bool {
    let patience = match queued.about.user() {
        Some(_) => USER_MS,
        None => CONTACT_MS,
    };
    queued.queued_at.plus_millis(patience).millis() <= now.millis()
}

const fn dropped(reason: DropReason) -> MailOutcome {
    MailOutcome::Dropped {
        reason,
        code: None,
        said: None,
    }
}

fn until(now: Timestamp, at: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(at.since(now)).unwrap_or_default())
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}
