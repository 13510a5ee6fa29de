//! Contacts whose job a rep has completed are asked by mail to say so, and reminded once: by mail, and
//! in the widget where they read there.
//!
//! Whoever cannot be reached so is in the list of those to remind by hand. Nobody is asked or reminded
//! twice: that they were is journalled.

use std::collections::BTreeSet;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::{DAY_MS, TicketId, Timestamp};

/// Who was not asked for so long after their job was completed is only reminded.
const ASK_WITHIN_MS: i64 = DAY_MS;

/// What a contact hears of their job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    /// They are asked.
    Ask,
    /// They are reminded.
    Remind,
}

/// Asks and reminds contacts.
#[derive(Default)]
pub(super) struct Reminding {
    /// Words that were said, or cannot be.
    passed: BTreeSet<(TicketId, Word)>,
}

impl Work for Reminding {
    fn name(&self) -> &'static str {
        "the asking and reminding of contacts whose job is done"
    }

    fn due(&self, app: &App) -> Due {
        let now = app.clock().now();
        Due::at(next(app, &self.passed, now).map(|(at, _)| at), now)
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let now = app.clock().now();
        let Some((_, word)) = next(app, &self.passed, now).filter(|(at, _)| *at <= now) else {
            return Ok(Step::Nothing);
        };
        match word.1 {
            Word::Ask => app.ask_of_job(&word.0)?,
            Word::Remind => app.remind_of_job(&word.0)?,
        };
        // What was done is seen in the log later than here.
        self.passed.insert(word);
        Ok(Step::Taken)
    }
}

/// Asks and reminds everybody whose time has come; returns how many were looked at.
pub fn remind_contacts(app: &App) -> Result<usize, Error> {
    let mut work = Reminding::default();
    while work.step(app)? == Step::Taken {}
    Ok(work.passed.len())
}

/// Who is to be told what next, and when.
fn next(
    app: &App,
    passed: &BTreeSet<(TicketId, Word)>,
    now: Timestamp,
) -> Option<(Timestamp, (TicketId, Word))> {
    let snapshot = app.snapshot();
    let can_mail = app.can_mail();
    let jobs = snapshot.installation.confirmations.open_at(now);
    let words = jobs.into_iter().flat_map(|(ticket, job)| {
        let is_fresh = now < job.completed_at.plus_millis(ASK_WITHIN_MS);
        let ask = (can_mail && is_fresh && job.mailed_at.is_none()).then_some(job.completed_at);
        let remind = job.reminded_at.is_none().then(|| job.reminder_due_at());
        let ask = ask.map(|at| (at, (ticket.clone(), Word::Ask)));
        let remind = remind.map(|at| (at, (ticket.clone(), Word::Remind)));
        [ask, remind].into_iter().flatten()
    });
    let waiting = words.filter(|(_, word)| !passed.contains(word));
    waiting.min()
}
