//! Files that no message names are taken away: those that waited too long for theirs, and those of
//! messages whose words are gone.
//!
//! Which are named is read from what is journalled, so that none is lost that a message still
//! has. A start looks once more at the messages that were redacted last.

use super::{Due, Step, Work};
use crate::app::{App, Error};

/// Takes files away.
#[derive(Default)]
pub(super) struct Tidying {
    /// Messages that were redacted in this record or before were looked at.
    redacted: u64,
}

impl Work for Tidying {
    fn name(&self) -> &'static str {
        "the taking away of files that no message names"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        let redactions = &snapshot.installation.redactions;
        if redactions.after(self.redacted).next().is_some() {
            return Due::Now;
        }
        Due::at(app.next_stale_file_at(), app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let snapshot = app.snapshot();
        let next = snapshot.installation.redactions.after(self.redacted).next();
        if let Some((record, redacted)) = next {
            app.drop_redacted_files(redacted)?;
            self.redacted = record;
            return Ok(Step::Taken);
        }
        Ok(match app.drop_stale_files()? {
            0 => Step::Nothing,
            _ => Step::Taken,
        })
    }
}

/// Takes away all that there is to take away.
pub fn tidy_files(app: &App) -> Result<(), Error> {
    let snapshot = app.snapshot();
    for (_, redacted) in snapshot.installation.redactions.after(0) {
        app.drop_redacted_files(redacted)?;
    }
    app.drop_stale_files()?;
    Ok(())
}
