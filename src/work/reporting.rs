//! Reports go out by mail when they are due.
//!
//! What was queued for when is journalled, so that none goes out twice, whatever was stopped when.

use std::collections::BTreeMap;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::{MailScheduleId, Timestamp};

/// Queues the mails of reports that are due.
#[derive(Default)]
pub(super) struct Reporting {
    /// Until when each was looked at: one that nobody wants is not looked at again and again.
    passed: BTreeMap<MailScheduleId, Timestamp>,
}

impl Work for Reporting {
    fn name(&self) -> &'static str {
        "the reports by mail"
    }

    fn due(&self, app: &App) -> Due {
        if !app.can_mail() {
            return Due::WhenMoved;
        }
        let next = app.next_mail_schedule(&self.passed);
        Due::at(next.map(|(at, _)| at), app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let now = app.clock().now();
        let next = app.next_mail_schedule(&self.passed);
        let next = next.filter(|(at, _)| *at <= now);
        let Some((_, schedule)) = next.filter(|_| app.can_mail()) else {
            return Ok(Step::Nothing);
        };
        app.send_report(&schedule)?;
        self.passed.insert(schedule, now);
        Ok(Step::Taken)
    }
}

/// Queues the mails of all reports that are due; returns how many reports that were.
pub fn send_reports(app: &App) -> Result<usize, Error> {
    let (mut work, mut sent) = (Reporting::default(), 0);
    while work.step(app)? == Step::Taken {
        sent += 1;
    }
    Ok(sent)
}
