//! The queue: who waits longest goes to a rep who comes free, and what an offline rep has goes
//! back. Both are off until an admin wants them.

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::{Caller, Command, QueueCommand, Refusal};

/// Hands out, and puts back.
pub(super) struct Queueing;

impl Work for Queueing {
    fn name(&self) -> &'static str {
        "the queue"
    }

    fn due(&self, app: &App) -> Due {
        if !app.queue_rules().is_on() {
            return Due::WhenMoved;
        }
        let (plan, now) = (app.queue_plan(), app.clock().now());
        if !plan.handouts.is_empty() {
            return Due::Now;
        }
        Due::at(plan.returns.iter().map(|(_, at)| *at).min(), now)
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        Ok(if work_queue(app)? > 0 {
            Step::Taken
        } else {
            Step::Nothing
        })
    }
}

/// Puts back what is due and hands out what waits; how many conversations that were.
pub fn work_queue(app: &App) -> Result<usize, Error> {
    let (plan, now) = (app.queue_plan(), app.clock().now());
    let returns = plan.returns.into_iter().filter(|(_, at)| *at <= now);
    let returns = returns.map(|(conversation, _)| QueueCommand::Return {
        conversation: conversation.to_string(),
        note: App::fresh_id("m"),
    });
    let handouts = plan.handouts.into_iter();
    let handouts = handouts.map(|(conversation, rep)| QueueCommand::HandOut {
        conversation: conversation.to_string(),
        rep: rep.to_string(),
    });
    let mut done = 0;
    for command in returns.chain(handouts) {
        match app.write_now(&Caller::system(), Command::Queue(command)) {
            Ok(_written) => done += 1,
            // Somebody was quicker, or said something else meanwhile.
            Err(Error::Refused(Refusal::Conflict(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
