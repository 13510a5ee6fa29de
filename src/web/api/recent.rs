//! Answers kept for a moment: many screens that show the same report or conversation ask for
//! it at once, and what one was given the others may be given too.
//!
//! An answer is given again while the desk is the very one that it was made from and no more
//! than [`FRESH_MS`] have passed; it says itself as of when it holds.
//!
//! It is in the same words as before. Somebody who waits for their own write sees a later
//! snapshot. Pages, CSV and rows are always made again.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, MutexGuard, Weak};

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::off;
use crate::app::{App, Present, Snapshot};
use crate::command::{Caller, Identity, Role, Scope};
use crate::lock::Lock;
use crate::model::Timestamp;
use crate::web::Problem;

/// For how long an answer is given again, in milliseconds.
const FRESH_MS: i64 = 500;
/// How many bytes of answers are kept before all are let go.
const MAX_BYTES: usize = 8 << 20;

/// The answers that are kept.
#[derive(Clone, Default)]
pub(super) struct Recent(Arc<Lock<Answers>>);

#[derive(Default)]
struct Answers {
    by_key: HashMap<String, Answer>,
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
    /// The answer to `key`: the one that was given of the same desk a moment ago, or what
    /// `make` makes now.
    async fn answer<T: Serialize>(
        self,
        app: Arc<App>,
        key: String,
        make: impl FnOnce(&App) -> Result<Output<T>, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let (desk, now) = (app.snapshot(), app.clock().now());
        if let Some(body) = self.get(&key, &desk, now) {
            return Ok(json_response(body));
        }
        off(move || match make(&app)? {
            Output::Other(response) => Ok(response),
            Output::Answer(answer) => self.give(key, &answer, &desk, now),
        })
        .await
    }

    /// As [`Self::answer`], of a single thing: made in place, as waking another thread for it
    /// would take longer than reading it.
    fn answer_at_once<T: Serialize>(
        &self,
        app: &App,
        key: String,
        make: impl FnOnce(&App) -> Result<T, Problem>,
    ) -> Result<Response, Problem> {
        let (desk, now) = (app.snapshot(), app.clock().now());
        match self.get(&key, &desk, now) {
            Some(body) => Ok(json_response(body)),
            None => self.give(key, &make(app)?, &desk, now),
        }
    }

    /// Gives an answer that was made of the desk `of` at `now`, and keeps it.
    fn give<T: Serialize>(
        &self,
        key: String,
        answer: &T,
        of: &Arc<Snapshot>,
        now: Timestamp,
    ) -> Result<Response, Problem> {
        let Ok(json) = serde_json::to_vec(answer) else {
            return Err(Problem::internal("the answer could not be written as JSON"));
        };
        let body = Bytes::from(json);
        self.keep(key, of, now, body.clone());
        Ok(json_response(body))
    }

    /// The answer to `key`, if it was given of the desk `of` a moment before `now`.
    fn get(&self, key: &str, of: &Arc<Snapshot>, now: Timestamp) -> Option<Bytes> {
        let answers = self.answers();
        let answer = answers.by_key.get(key)?;
        let age = now.millis() - answer.made_at.millis();
        let is_fresh = (0..FRESH_MS).contains(&age);
        let is_same = std::ptr::eq(answer.of.as_ptr(), Arc::as_ptr(of));
        (is_fresh && is_same).then(|| answer.body.clone())
    }

    /// Keeps what `key` was answered of the desk `of` at `now`.
    fn keep(&self, key: String, of: &Arc<Snapshot>, now: Timestamp, body: Bytes) {
        let asked_bytes = key.len();
        let size = asked_bytes + body.len();
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
        if let Some(former) = answers.by_key.insert(key, answer) {
            answers.bytes -= asked_bytes + former.body.len();
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.0.lock()
    }
}

/// The answers that are kept for who sees as much as whoever asks.
pub(super) struct RecentTo {
    recent: Recent,
    caller: Caller,
}

impl<S: Sync> FromRequestParts<S> for RecentTo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let recent = parts.extensions.get::<Recent>().cloned();
        // Behind the table of roles there is a caller always.
        let caller = parts.extensions.get::<Caller>().cloned();
        let nobody = || Caller::live(Identity::Api, Role::Viewer).seeing(Scope::Own.sight(None));
        Ok(Self {
            recent: recent.unwrap_or_default(),
            caller: caller.unwrap_or_else(nobody),
        })
    }
}

impl RecentTo {
    /// The answer to `key`: the one that was given of the same desk a moment ago, or what
    /// `make` makes now.
    pub(super) async fn answer<T: Serialize>(
        self,
        app: Arc<App>,
        key: String,
        make: impl FnOnce(&App, &Present) -> Result<Output<T>, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let key = self.own(&key);
        let make = move |app: &App| make(app, &app.present_to(&self.caller.sight));
        self.recent.answer(app, key, make).await
    }

    /// As [`Self::answer`], of a single thing: made in place, as waking another thread for it
    /// would take longer than reading it.
    pub(super) fn answer_at_once<T: Serialize>(
        &self,
        app: &App,
        key: &str,
        make: impl FnOnce(&App, &Present) -> Result<T, Problem>,
    ) -> Result<Response, Problem> {
        let make = |app: &App| make(app, &app.present_to(&self.caller.sight));
        self.recent.answer_at_once(app, self.own(key), make)
    }

    /// Whoever asks.
    pub(super) const fn caller(&self) -> &Caller {
        &self.caller
    }

    fn own(&self, key: &str) -> String {
        if self.caller.sight.is_whole() {
            return key.to_owned();
        }
        format!("{key} {:?}", self.caller.sight)
    }
}

/// What is made where no answer is kept.
pub(super) enum Output<T> {
    /// An answer, to be kept.
    Answer(T),
    /// Something that is answered once.
    Other(Response),
}

fn json_response(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
