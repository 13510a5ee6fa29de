//! The customer agent answers contacts who have written.
//!
//! Somebody waits for this, so it runs on a thread of its own beside the other works. A burst of
//! short messages gets one answer: who wrote again waits anew. What is not the agent's to answer
//! is passed over; where the folder is opened again, all who wrote in the last day are looked at
//! once more.

use super::{Due, Step, Work};
use crate::app::{App, Error, OnDuty};
use crate::lock::Lock;
use crate::model::Timestamp;
use crate::model::customer_agent::PATIENCE_MS;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How many are answered at once: what they are made of is quick, the disk is what they wait for.
const AT_ONCE: usize = 32;

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
        let turns = due(app, self.passed, app.clock().now());
        self.passed = answer(app, &turns)?.unwrap_or(self.passed);
        Ok(Step::Taken)
    }
}

/// Answers everybody whose time has come at `now`; returns how many were looked at.
pub fn answer_waiting(app: &App) -> Result<usize, Error> {
    let turns = due(app, 0, app.clock().now());
    answer(app, &turns)?;
    Ok(turns.len())
}

/// Who wrote after a record and has waited long enough, in order.
fn due(app: &App, passed: u64, now: Timestamp) -> Vec<Turn> {
    let snapshot = app.snapshot();
    let agent = &snapshot.installation.customer_agent;
    let settle = i64::from(agent.settings.settle_ms);
    let waiting = agent.waiting.after(passed);
    let waiting = waiting.take_while(|(_, one)| one.since.plus_millis(settle) <= now);
    let waiting = waiting.filter(|(_, one)| now.since(one.since) < PATIENCE_MS);
    waiting
        .map(|(record, one)| (record, one.conversation.to_string()))
        .collect()
}

/// Has the customer agent take its turn with each; up to which record that went well.
fn answer(app: &App, turns: &[Turn]) -> Result<Option<u64>, Error> {
    let next = AtomicUsize::new(0);
    let failed: Lock<Option<(usize, Error)>> = Lock::new(None);
    let take = || {
        while let Some((place, (_, conversation))) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            turns.get(place).map(|turn| (place, turn))
        } {
            if let Err(error) = app.take_turn(conversation, OnDuty::ByRules) {
                let mut failed = failed.lock();
                if failed.as_ref().is_none_or(|(first, _)| place < *first) {
                    *failed = Some((place, error));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..turns.len().min(AT_ONCE) {
            scope.spawn(take);
        }
        take();
    });
    let failed = failed.lock().take();
    match failed {
        None => Ok(turns.last().map(|(record, _)| *record)),
        Some((_, error)) => Err(error),
    }
}
