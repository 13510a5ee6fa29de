//! The customer agent answers contacts who have written.
//!
//! Somebody waits for this, so it runs on a thread of its own beside the other works. A burst of
//! short messages gets one answer: who wrote again waits anew. What is not the agent's to answer
//! is passed over; where the folder is opened again, all who wrote in the last day are looked at
//! once more.

use super::{Due, Step, Work};
use crate::app::{App, Error, OnDuty};
use crate::lock::Lock;
use crate::model::customer_agent::PATIENCE_MS;
use std::thread::Scope;
use std::time::Duration;

/// How many are answered at once: what they are made of is quick, the disk is what they wait for.
const AT_ONCE: usize = 32;
/// After so many turns a round takes in no more, as it remembers them all.
const AT_MOST: usize = 10_000;

/// Answers contacts.
#[derive(Default)]
pub(super) struct Answering {
    /// Whoever wrote in this record or before was looked at.
    passed: u64,
}

/// Who is to be answered: in which record they wrote, and where.
type Turn = (u64, String);

impl Work for Answering {
    fn name(&self) -> &'static str {
        "the answering of contacts"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        let agent = &snapshot.installation.customer_agent;
        let settle = i64::from(agent.settings.settle_ms);
        let now = app.clock().now();
        let mut waiting = agent.waiting.after(self.passed).map(|(_, one)| one);
        let first = waiting.find(|one| now.since(one.since) < PATIENCE_MS);
        Due::at(first.map(|first| first.since.plus_millis(settle)), now)
    }

    fn pace(&self) -> Duration {
        Duration::ZERO
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let (_, passed) = Round::new(app, self.passed).run()?;
        self.passed = passed;
        Ok(Step::Taken)
    }
}

/// Answers everybody whose time has come; returns how many were looked at.
pub fn answer_waiting(app: &App) -> Result<usize, Error> {
    Ok(Round::new(app, 0).run()?.0)
}

/// Who wrote after a record and has waited long enough, in order.
fn due(app: &App, passed: u64) -> Vec<Turn> {
    let snapshot = app.snapshot();
    let agent = &snapshot.installation.customer_agent;
    let now = app.clock().now();
    let settle = i64::from(agent.settings.settle_ms);
    let waiting = agent.waiting.after(passed);
    let waiting = waiting.take_while(|(_, one)| one.since.plus_millis(settle) <= now);
    let waiting = waiting.filter(|(_, one)| now.since(one.since) < PATIENCE_MS);
    waiting
        .map(|(record, one)| (record, one.conversation.to_string()))
        .collect()
}

/// Turns until nobody waits. Whoever comes meanwhile is taken in, so that no one waits for all
/// who came before to be answered.
struct Round<'a> {
    app: &'a App,
    /// Whoever wrote in this record or before was looked at.
    passed: u64,
    queue: Lock<Queue>,
}

/// The turns of a round.
#[derive(Default)]
struct Queue {
    turns: Vec<Turn>,
    /// The place of the first that nobody has taken.
    next: usize,
    /// How many threads take turns.
    threads: usize,
    /// The first that failed, and how.
    failed: Option<(usize, Error)>,
}

impl<'a> Round<'a> {
    fn new(app: &'a App, passed: u64) -> Self {
        Self {
            app,
            passed,
            queue: Lock::default(),
        }
    }

    /// Has the customer agent take all turns; how many, and up to which record that went well.
    fn run(self) -> Result<(usize, u64), Error> {
        self.queue.lock().threads = 1;
        std::thread::scope(|scope| self.take_turns(scope));
        let mut queue = self.queue.lock();
        match queue.failed.take() {
            None => {
                let last = queue.turns.last().map(|(record, _)| *record);
                Ok((queue.turns.len(), last.unwrap_or(self.passed)))
            }
            Some((_, error)) => Err(error),
        }
    }

    /// Takes turns as long as there are any; with help, where others wait.
    fn take_turns<'s>(&'s self, scope: &'s Scope<'s, '_>) {
        while let Some((place, conversation)) = self.next(scope) {
            if let Err(error) = self.app.take_turn(&conversation, OnDuty::ByRules) {
                let mut queue = self.queue.lock();
                if queue
                    .failed
                    .as_ref()
                    .is_none_or(|(first, _)| place < *first)
                {
                    queue.failed = Some((place, error));
                }
            }
        }
    }

    fn next<'s>(&'s self, scope: &'s Scope<'s, '_>) -> Option<(usize, String)> {
        let mut queue = self.queue.lock();
        let goes_on = queue.failed.is_none() && queue.turns.len() < AT_MOST;
        if queue.next == queue.turns.len() && goes_on {
            let last = queue.turns.last().map(|(record, _)| *record);
            queue
                .turns
                .extend(due(self.app, last.unwrap_or(self.passed)));
        }
        let place = queue.next;
        let Some((_, conversation)) = queue.turns.get(place).cloned() else {
            queue.threads -= 1;
            return None;
        };
        queue.next += 1;
        if queue.next < queue.turns.len() && queue.threads < AT_ONCE {
            queue.threads += 1;
            scope.spawn(|| self.take_turns(scope));
        }
        Some((place, conversation))
    }
}
