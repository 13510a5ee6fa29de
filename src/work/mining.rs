//! Questions that people answered are found, so that topics and gaps know of them.
//!
//! Woken by the log, at most every few seconds, and when the next episode ends; a step reads so
//! many conversations and no more. What is found is journalled by Svar itself, and a rebuild
//! replays it. While many questions wait for their topic, it waits for the grouping.

use std::time::{Duration, Instant};

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::clock::Clock;
use crate::command::Caller;
use crate::knowledge::MiningProgress;
use crate::model::event::QuestionMined;
use crate::model::{Body, Invalid, QuestionId};

/// How many conversations a step reads.
const BATCH: usize = 250;
/// How many questions without a topic keep this waiting.
const MOST_WAITING: usize = 2_000;
/// How long after one look at all episodes the next one comes.
const EVERY: Duration = Duration::from_secs(5);

/// Finds the questions in what people answered.
#[derive(Default)]
pub(super) struct Mining {
    progress: MiningProgress,
    /// The last look at all episodes that found nothing more: up to which record, and when.
    looked: Option<(u64, Instant)>,
}

impl Work for Mining {
    fn name(&self) -> &'static str {
        "the finding of questions that people answered"
    }

    fn due(&self, app: &App) -> Due {
        let snapshot = app.snapshot();
        if snapshot.installation.knowledge.unplaced.len() >= MOST_WAITING {
            return Due::WhenMoved;
        }
        let Some((position, at)) = self.looked else {
            return Due::Now;
        };
        if snapshot.log_position > position {
            let left = EVERY.saturating_sub(at.elapsed());
            return if left.is_zero() {
                Due::Now
            } else {
                Due::After(left)
            };
        }
        let Some(next) = self.progress.wakes_at() else {
            return Due::WhenMoved;
        };
        match u64::try_from(next.since(app.knowledge().now)) {
            Ok(left) if left > 0 => Due::After(Duration::from_millis(left)),
            _ => Due::Now,
        }
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let position = app.snapshot().log_position;
        let is_over = mine_batch(app, &mut self.progress)? == 0;
        app.knowledge().note_mining(&self.progress);
        self.looked = is_over.then(|| (position, Instant::now()));
        Ok(Step::Taken)
    }
}

/// Finds the questions in all that people answered; returns how many episodes were read.
pub fn mine_questions(app: &App) -> Result<usize, Error> {
    let mut progress = MiningProgress::default();
    let mut read = 0;
    loop {
        match mine_batch(app, &mut progress)? {
            0 => return Ok(read),
            batch => read += batch,
        }
    }
}

/// Reads the next episodes, and says how many those were.
fn mine_batch(app: &App, progress: &mut MiningProgress) -> Result<usize, Error> {
    let episodes = app.knowledge().minable(progress, BATCH);
    let mut writes = Vec::new();
    for episode in &episodes {
        let conversation = app.messages_of(episode.conversation.as_str())?;
        let mined = match conversation {
            Some(conversation) => episode.mined(&conversation, fresh_id()?),
            None => None,
        };
        match mined {
            Some(mined) => writes.push(written(mined)),
            None => progress.pass_over(episode),
        }
    }
    if !writes.is_empty() {
        app.record(&Caller::system(), writes)?;
        // What was found must be known before the next look.
        app.settle()?;
    }
    Ok(episodes.len())
}

fn written(mined: QuestionMined) -> Body {
    Body::QuestionMined(Box::new(mined))
}

fn fresh_id() -> Result<QuestionId, Error> {
    let id = QuestionId::parse(&Clock::fresh_id());
    Ok(id.map_err(|fault| Invalid::new("question", fault))?)
}
