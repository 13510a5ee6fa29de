//! New unanswered questions get their topics, and those with other words new ones; the
//! vectors of the former words are dropped.
//!
//! What is decided is journalled by Svar itself, so that a rebuild replays it and decides
//! nothing again.

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::command::Caller;
use crate::knowledge::{Assignment, TOGETHER, assigned};

/// Puts questions into topics as they come.
pub(super) struct Grouping;

impl Work for Grouping {
    fn name(&self) -> &'static str {
        "the grouping of questions"
    }

    fn due(&self, app: &App) -> Due {
        if is_waiting(app) {
            app.knowledge()
                .endpoint_rests()
                .map_or(Due::Now, Due::After)
        } else {
            Due::WhenMoved
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        Ok(match group_some(app)? {
            0 => Step::Nothing,
            _ => Step::Taken,
        })
    }
}

/// Puts all unanswered questions that have no topic yet into one; returns how many.
pub fn group_questions(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let batch = group_some(app)?;
        done += batch;
        if batch == 0 {
            return Ok(done);
        }
    }
}

/// How many questions have no topic yet.
pub fn questions_waiting(app: &App) -> usize {
    app.snapshot().installation.knowledge.unplaced.len()
}

fn is_waiting(app: &App) -> bool {
    let knowledge = &app.snapshot().installation.knowledge;
    !knowledge.unplaced.is_empty() || !knowledge.untitled.is_empty()
}

/// Puts the next of them into topics, as many as are compared at once; 0: none waited.
pub fn group_some(app: &App) -> Result<usize, Error> {
    if !is_waiting(app) {
        return Ok(0);
    }
    app.knowledge().fetch_waiting(TOGETHER);
    let (mut grouped, embedder) = app.grouped();
    // Looked at again under the lock: what was journalled before it is in by now.
    app.settle()?;
    let snapshot = app.snapshot();
    let knowledge = &snapshot.installation.knowledge;
    let Some(topics) = grouped.topics() else {
        return Ok(0);
    };
    let Assignment {
        writes,
        count,
        revised,
        ..
    } = assigned(knowledge, topics, &*embedder, snapshot.log_position);
    for text in app.former_words(&revised)? {
        embedder.forget(&text);
    }
    match app.record(&Caller::system(), writes) {
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
