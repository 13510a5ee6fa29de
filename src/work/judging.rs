//! Answered gaps are judged now and then, answers that do not help are set aside, and the agent
//! learns from what was confirmed.

use std::time::{Duration, Instant};

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::{AnswerCommand, Caller, Command, Refusal};
use crate::model::Body;

/// How long after one judgement the next one comes.
const EVERY: Duration = Duration::from_mins(1);

/// Opens gaps again whose answer does not hold, sets answers aside, and learns how sure the agent
/// has to be.
pub(super) struct Judging {
    last: Instant,
}

impl Judging {
    /// Judges for the first time when a while has passed.
    pub(super) fn new() -> Self {
        Self {
            last: Instant::now(),
        }
    }
}

impl Work for Judging {
    fn name(&self) -> &'static str {
        "the judgement of answered gaps"
    }

    fn due(&self, _app: &App) -> Due {
        match EVERY.checked_sub(self.last.elapsed()) {
            Some(left) if !left.is_zero() => Due::After(left),
            _ => Due::Now,
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        self.last = Instant::now();
        reopen_failing(app)?;
        set_aside_unhelpful(app)?;
        recalibrate(app)?;
        Ok(Step::Taken)
    }
}

/// Opens answered gaps again whose answer does not hold; returns which.
pub fn reopen_failing(app: &App) -> Result<Vec<String>, Error> {
    let failing = app.knowledge().failing();
    let topics = failing.iter().map(|reopened| reopened.topic.to_string());
    let topics = topics.collect();
    let bodies = failing.into_iter().map(Box::new).map(Body::TopicReopened);
    let position = app.record(&Caller::system(), bodies.collect())?;
    app.wait_for(position);
    Ok(topics)
}

/// Takes answers that do not help as many contacts as the settings want out of use until somebody
/// has looked at them; returns which.
pub fn set_aside_unhelpful(app: &App) -> Result<Vec<String>, Error> {
    let snapshot = app.snapshot();
    let knowledge = &snapshot.installation.knowledge;
    let mut set_aside = Vec::new();
    for (id, said) in knowledge.reception.failing(&knowledge.settings) {
        let all = said.helpful + said.unhelpful;
        let command = AnswerCommand::SetAside {
            short_answer: id.to_string(),
            reason: format!("it helped {} of {all} contacts who said so", said.helpful),
        };
        match app.write_now(&Caller::system(), Command::Answer(command)) {
            Ok(_written) => set_aside.push(id.to_string()),
            // It is a draft, or gone, by now.
            Err(Error::Refused(Refusal::Conflict(_) | Refusal::Unknown { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(set_aside)
}

/// Learns from what was confirmed, if there is enough that is new; true if it did.
pub fn recalibrate(app: &App) -> Result<bool, Error> {
    let Some(learned) = app.knowledge().learned_anew() else {
        return Ok(false);
    };
    let body = Body::Calibrated(Box::new(learned));
    let position = app.record(&Caller::system(), vec![body])?;
    app.wait_for(position);
    Ok(true)
}
