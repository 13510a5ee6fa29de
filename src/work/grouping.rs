//! New unanswered questions get their topics.
//!
//! What is decided is journalled by Svar itself, so that a rebuild replays it and decides
//! nothing again.

use std::sync::Arc;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::Caller;
use crate::knowledge::assigned;

/// Puts questions into topics as they come.
pub(super) struct Grouping;

impl Work for Grouping {
    fn name(&self) -> &'static str {
        "the grouping of questions"
    }

    fn due(&self, app: &App) -> Due {
        if app.snapshot().installation.knowledge.unplaced.is_empty() {
            Due::WhenMoved
        } else {
            Due::Now
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        Ok(match group_batch(app)? {
            0 => Step::Nothing,
            _ => Step::Taken,
        })
    }
}

/// Puts all unanswered questions that have no topic yet into one; returns how many.
pub fn group_questions(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let batch = group_batch(app)?;
        done += batch;
        if batch == 0 {
            return Ok(done);
        }
    }
}

fn group_batch(app: &App) -> Result<usize, Error> {
    if app.snapshot().installation.knowledge.unplaced.is_empty() {
        return Ok(0);
    }
    let (mut grouped, embedder) = app.grouped();
    // Looked at again under the lock: what was journalled before it is in by now.
    app.settle()?;
    let knowledge = Arc::clone(&app.snapshot().installation.knowledge);
    let Some(topics) = grouped.topics() else {
        return Ok(0);
    };
    let Some((count, bodies)) = assigned(&knowledge, topics, &*embedder) else {
        return Ok(0);
    };
    match app.record(&Caller::system(), bodies) {
        Ok(_) => {
            drop(grouped);
            app.settle()?;
            Ok(count)
        }
        Err(error) => {
            grouped.forget();
            Err(error)
        }
    }
}
