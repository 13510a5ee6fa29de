//! Answers of reports, kept for a moment: many screens that show the same report ask for it
//! at once, and what one was told the others may be told too.
//!
//! An answer is given again while the desk is the very one that it was made from and no more
//! than [`FRESH_MS`] have passed; it says itself as of when it holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use axum::body::Bytes;

use crate::app::Snapshot;
use crate::model::Timestamp;

/// For how long an answer is given again, in milliseconds.
const FRESH_MS: i64 = 500;
/// How many bytes of answers are kept before all are let go.
const MAX_BYTES: usize = 8 << 20;

/// The answers that are kept.
#[derive(Clone, Default)]
pub(super) struct Recent(Arc<Mutex<Answers>>);

#[derive(Default)]
struct Answers {
    kept: HashMap<String, Answer>,
    bytes: usize,
}

struct Answer {
    /// The desk that it was made from. The address of a desk is not given to another while
    /// this points to it.
    of: Weak<Snapshot>,
    made_at: Timestamp,
    body: Bytes,
}

impl Recent {
    /// The answer to `asked`, if it was given of the desk `of` a moment before `now`.
    pub(super) fn get(&self, asked: &str, of: &Arc<Snapshot>, now: Timestamp) -> Option<Bytes> {
        let answers = self.answers();
        let answer = answers.kept.get(asked)?;
        let age = now.millis() - answer.made_at.millis();
        let is_fresh = (0..FRESH_MS).contains(&age);
        let is_same = std::ptr::eq(answer.of.as_ptr(), Arc::as_ptr(of));
        (is_fresh && is_same).then(|| answer.body.clone())
    }

    /// Keeps what `asked` was answered of the desk `of` at `now`.
    pub(super) fn keep(&self, asked: String, of: &Arc<Snapshot>, now: Timestamp, body: Bytes) {
        let size = asked.len() + body.len();
        let mut answers = self.answers();
        if answers.bytes + size > MAX_BYTES {
            *answers = Answers::default();
        }
        answers.bytes += size;
        let answer = Answer {
            of: Arc::downgrade(of),
            made_at: now,
            body,
        };
        let asked_bytes = asked.len();
        if let Some(former) = answers.kept.insert(asked, answer) {
            answers.bytes -= asked_bytes + former.body.len();
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
