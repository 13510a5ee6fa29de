//! Contacts are asked how satisfied they are, some time after a conversation was brought to its end.
//!
//! Whether they are is decided when their turn comes, over the desk as it is then. Nobody is asked
//! twice over one end; who was passed over is not looked at again before the folder is opened anew.

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::Timestamp;

/// Asks contacts.
#[derive(Default)]
pub(super) struct Surveying {
    /// What ended in this record or before was looked at.
    passed: u64,
}

impl Work for Surveying {
    fn name(&self) -> &'static str {
        "the asking of contacts how satisfied they are"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        let surveys = &snapshot.installation.surveys;
        let delay = i64::from(surveys.settings.delay_secs) * 1_000;
        let first = surveys.after(self.passed).next();
        let next = first.map(|(_, first)| first.at.plus_millis(delay));
        Due::at(next, app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let Some((record, conversation)) = due(app, self.passed, app.clock().now()) else {
            return Ok(Step::Nothing);
        };
        app.ask_contact(&conversation)?;
        self.passed = record;
        Ok(Step::Taken)
    }
}

/// Asks everybody whose time has come; returns how many were looked at.
pub fn ask_contacts(app: &App) -> Result<usize, Error> {
    let (mut passed, mut looked_at) = (0, 0);
    while let Some((record, conversation)) = due(app, passed, app.clock().now()) {
        app.ask_contact(&conversation)?;
        passed = record;
        looked_at += 1;
    }
    Ok(looked_at)
}

/// The first that ended after a record and has waited long enough at `now`.
fn due(app: &App, passed: u64, now: Timestamp) -> Option<(u64, String)> {
    let snapshot = app.snapshot();
    let surveys = &snapshot.installation.surveys;
    let delay = i64::from(surveys.settings.delay_secs) * 1_000;
    let (record, first) = surveys.after(passed).next()?;
    let is_due = first.at.plus_millis(delay) <= now;
    is_due.then(|| (record, first.conversation.to_string()))
}
