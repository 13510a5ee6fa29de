//! Users hear by mail of contacts' first messages, of handoffs and of what is given to them, a moment
//! after it happened; and each hour of what is unread.
//!
//! Whom a mail was queued for is journalled, so that nobody hears of one thing twice, whatever was
//! stopped when. Where no mails can go out nothing is looked at.

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::{HOUR_MS, Timestamp};

/// So long after something happened it is told, so that rules and the customer agent have done theirs.
const SETTLE_MS: i64 = 10_000;

/// Tells users what happened.
#[derive(Default)]
pub(super) struct Telling {
    /// What this record says and those before was looked at.
    passed: u64,
}

impl Work for Telling {
    fn name(&self) -> &'static str {
        "the telling of users by mail"
    }

    fn due(&self, app: &App) -> Due {
        Due::at(next(app, self.passed).map(|(_, at)| at), app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let now = app.clock().now();
        let Some((record, _)) = next(app, self.passed).filter(|(_, at)| *at <= now) else {
            return Ok(Step::Nothing);
        };
        app.tell_users(record)?;
        self.passed = record;
        Ok(Step::Taken)
    }
}

/// Tells of everything that was not told yet and whose time has come; returns how much that was.
pub fn tell_users(app: &App) -> Result<usize, Error> {
    let (mut work, mut told) = (Telling::default(), 0);
    while work.step(app)? == Step::Taken {
        told += 1;
    }
    Ok(told)
}

/// What is told next, and when.
fn next(app: &App, passed: u64) -> Option<(u64, Timestamp)> {
    if !app.can_mail() {
        return None;
    }
    let snapshot = app.snapshot();
    let (record, first) = snapshot.installation.happenings.after(passed).next()?;
    Some((record, first.at.plus_millis(SETTLE_MS)))
}

/// Gives users the unread messages of each hour.
#[derive(Default)]
pub(super) struct Digesting {
    /// The end of the last hour that was looked at.
    passed: Option<Timestamp>,
}

impl Work for Digesting {
    fn name(&self) -> &'static str {
        "the mails with what is unread"
    }

    fn due(&self, app: &App) -> Due {
        if !app.can_mail() {
            return Due::WhenMoved;
        }
        let now = app.clock().now();
        let next = self
            .passed
            .map_or_else(|| hour_of(now), |passed| passed.plus_millis(HOUR_MS));
        Due::at(Some(next), now)
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let hour = hour_of(app.clock().now());
        if !app.can_mail() || self.passed >= Some(hour) {
            return Ok(Step::Nothing);
        }
        app.send_digests(hour)?;
        self.passed = Some(hour);
        Ok(Step::Taken)
    }
}

/// Gives users the unread messages of the hour that ended last.
pub fn send_digests(app: &App) -> Result<(), Error> {
    Digesting::default().step(app).map(|_step| ())
}

/// The full hour at an instant or before it.
fn hour_of(now: Timestamp) -> Timestamp {
    now.plus_millis(-now.millis().rem_euclid(HOUR_MS))
}
