//! Reps of whom nothing was heard for long are away, until something is.

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::{Caller, Command, Refusal, RepCommand};

/// Says of silent reps that they are away.
pub(super) struct Resting;

impl Work for Resting {
    fn name(&self) -> &'static str {
        "the status of silent reps"
    }

    fn due(&self, app: &App) -> Due {
        let next = app.silences().into_iter().map(|(_, at)| at).min();
        Due::at(next, app.clock().now())
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        Ok(if rest_silent(app)? > 0 {
            Step::Taken
        } else {
            Step::Nothing
        })
    }
}

/// Says of every rep of whom nothing was heard for long that they are away; how many they were.
pub fn rest_silent(app: &App) -> Result<usize, Error> {
    let now = app.clock().now();
    let silent = app.silences().into_iter().filter(|(_, at)| *at <= now);
    let mut rested = 0;
    for (rep, _) in silent {
        let command = Command::Rep(RepCommand::Rest { rep });
        match app.write_now(&Caller::system(), command) {
            Ok(_written) => rested += 1,
            // They said something else meanwhile.
            Err(Error::Refused(Refusal::Conflict(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rested)
}
