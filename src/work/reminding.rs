//! Contacts whose job a rep has completed are reminded once to say so, where they read in the widget.
//!
//! Whoever reads elsewhere is in the list of those to remind by hand. Nobody is reminded twice: that
//! they were is journalled.

use std::collections::BTreeSet;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::{TicketId, Timestamp};

/// Reminds contacts.
#[derive(Default)]
pub(super) struct Reminding {
    /// Jobs whose contacts read elsewhere.
    passed: BTreeSet<TicketId>,
}

impl Work for Reminding {
    fn name(&self) -> &'static str {
        "the reminding of contacts whose job is done"
    }

    fn due(&self, app: &App) -> Due {
        let now = app.clock().now();
        Due::at(next(app, &self.passed, now).map(|(_, at)| at), now)
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let now = app.clock().now();
        let Some((ticket, _)) = next(app, &self.passed, now).filter(|(_, at)| *at <= now) else {
            return Ok(Step::Nothing);
        };
        app.remind_in_widget(&ticket)?;
        // What was done is seen in the log later than here.
        self.passed.insert(ticket);
        Ok(Step::Taken)
    }
}

/// Reminds everybody whose time has come; returns how many were looked at.
pub fn remind_contacts(app: &App) -> Result<usize, Error> {
    let mut work = Reminding::default();
    while work.step(app)? == Step::Taken {}
    Ok(work.passed.len())
}

/// Who is to be reminded next, and when.
fn next(app: &App, passed: &BTreeSet<TicketId>, now: Timestamp) -> Option<(TicketId, Timestamp)> {
    let snapshot = app.snapshot();
    let jobs = snapshot.installation.confirmations.open_at(now);
    let mut waiting = jobs
        .into_iter()
        .filter(|(ticket, job)| job.reminded_at.is_none() && !passed.contains(*ticket));
    let (ticket, job) = waiting.next()?;
    Some((ticket.clone(), job.reminder_due_at()))
}
