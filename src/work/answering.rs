//! The customer agent answers contacts who have written.
//!
//! Somebody waits for this, so the loop only hands turns out, to threads that live on: a turn that
//! waits for an endpoint holds nobody who comes up after it. A burst of short messages gets one
//! answer: who wrote again waits anew. What is not the agent's to answer is passed over; where the
//! folder is opened again, all who wrote in the last day are looked at once more.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::crew::{Crew, Turn};
use super::{Due, Step, Work};
use crate::app::{App, Error, OnDuty};
use crate::model::customer_agent::PATIENCE_MS;

/// Answers contacts.
pub(super) struct Answering {
    crew: Crew,
    /// Whoever wrote in this record or before was handed out.
    passed: u64,
}

impl Answering {
    pub(super) fn new(app: &Arc<App>) -> Self {
        let app = Arc::downgrade(app);
        Self {
            crew: Crew::new(move |turn| take(&app, turn)),
            passed: 0,
        }
    }
}

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
        let turns = due(app, self.passed);
        self.passed = turns.last().map_or(self.passed, |last| last.record);
        self.crew.hand_out(turns);
        Ok(Step::Taken)
    }
}

/// Has the customer agent take a turn; false: it is to be tried again.
fn take(app: &Weak<App>, turn: &Turn) -> bool {
    let Some(app) = app.upgrade() else {
        return true;
    };
    let Err(error) = app.take_turn(&turn.conversation, OnDuty::ByRules) else {
        return true;
    };
    let conversation = &turn.conversation;
    tracing::warn!(%error, conversation, "the customer agent's turn failed; it is tried again");
    // Whom somebody else has answered meanwhile, or who wrote again, waits for this turn no more.
    let snapshot = app.snapshot();
    let agent = &snapshot.installation.customer_agent;
    let waiting = agent.waiting.after(turn.record.saturating_sub(1)).next();
    let now = app.clock().now();
    !waiting
        .is_some_and(|(record, one)| record == turn.record && now.since(one.since) < PATIENCE_MS)
}

/// Answers everybody whose time has come, one after the other; returns how many were looked at.
pub fn answer_waiting(app: &App) -> Result<usize, Error> {
    let (mut looked_at, mut passed, mut failed) = (0, 0, None);
    loop {
        let turns = due(app, passed);
        let Some(last) = turns.last() else {
            return failed.map_or(Ok(looked_at), Err);
        };
        passed = last.record;
        looked_at += turns.len();
        for turn in turns {
            // One that fails keeps nobody else from an answer.
            if let Err(error) = app.take_turn(&turn.conversation, OnDuty::ByRules) {
                failed.get_or_insert(error);
            }
        }
    }
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
        .map(|(record, one)| Turn {
            record,
            conversation: one.conversation.to_string(),
        })
        .collect()
}
