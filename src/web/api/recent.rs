//! Answers kept for a moment: many screens that show the same report or conversation ask for
//! it at once, and what one was given the others may be given too.
//!
//! An answer is given again while the desk is the very one that it was made from and no more
//! than [`FRESH_MS`] have passed; it says itself as of when it holds. A conversation that is open
//! is given again until anything happens in it, which its line in the lists tells.
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
use crate::model::desk::Line;
use crate::web::Problem;

/// For how long an answer is given again, in milliseconds.
const FRESH_MS: i64 = 500;
/// How many bytes of answers are kept before all are let go.
const MAX_BYTES: usize = 32 << 20;

/// The answers that are kept.
#[derive(Clone, Default)]
pub(super) struct Recent(Arc<Lock<Answers>>);

#[derive(Default)]
struct Answers {
    by_key: HashMap<String, Answer>,
    bytes: usize,
}

struct Answer {
    of: Source,
    body: Bytes,
}

/// What an answer was made from. The address of either is not given to another while this points
/// to it.
enum Source {
    /// The desk, and when.
    Desk(Weak<Snapshot>, Timestamp),
    /// A conversation that was open: its line is another one as soon as anything happens in it.
    Open(Weak<Line>),
}

impl Source {
    /// Whether the answer still holds, of this desk at this instant; `line`: of the conversation
    /// that is asked for, if it is in the lists.
    fn holds(&self, desk: &Arc<Snapshot>, now: Timestamp, line: Option<&Arc<Line>>) -> bool {
        match self {
            Self::Desk(of, made_at) => {
                let is_fresh = (0..FRESH_MS).contains(&(now.millis() - made_at.millis()));
                is_fresh && std::ptr::eq(of.as_ptr(), Arc::as_ptr(desk))
            }
            Self::Open(of) => {
                let is_same = |line: &Arc<Line>| std::ptr::eq(of.as_ptr(), Arc::as_ptr(line));
                line.is_some_and(|line| line.is_open_at(now) && is_same(line))
            }
        }
    }
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
        if let Some(body) = self.get(&key, |of| of.holds(&desk, now, None)) {
            return Ok(json_response(body));
        }
        off(move || match make(&app)? {
            Output::Other(response) => Ok(response),
            Output::Answer(answer) => {
                self.give(key, &answer, Source::Desk(Arc::downgrade(&desk), now))
            }
        })
        .await
    }

    /// The answer to `key`, which is a conversation: what was given a moment ago, or of what the
    /// conversation still is, or what `make` makes now.
    fn conversation<T: Serialize>(
        &self,
        app: &App,
        (key, id): (String, &str),
        make: impl FnOnce(&App) -> Result<T, Problem>,
    ) -> Result<Response, Problem> {
        let (desk, now) = (app.snapshot(), app.clock().now());
        let line = desk.desk.line(id);
        if let Some(body) = self.get(&key, |of| of.holds(&desk, now, line)) {
            return Ok(json_response(body));
        }
        let of = match line.filter(|line| line.is_open_at(now)) {
            Some(line) => Source::Open(Arc::downgrade(line)),
            None => Source::Desk(Arc::downgrade(&desk), now),
        };
        self.give(key, &make(app)?, of)
    }

    /// Gives an answer that was made of something, and keeps it.
    fn give<T: Serialize>(&self, key: String, answer: &T, of: Source) -> Result<Response, Problem> {
        let Ok(json) = serde_json::to_vec(answer) else {
            return Err(Problem::internal("the answer could not be written as JSON"));
        };
        let body = Bytes::from(json);
        self.keep(key, of, body.clone());
        Ok(json_response(body))
    }

    /// The answer to `key`, if what it was made of still `holds`.
    fn get(&self, key: &str, holds: impl FnOnce(&Source) -> bool) -> Option<Bytes> {
        let answers = self.answers();
        let answer = answers.by_key.get(key)?;
        holds(&answer.of).then(|| answer.body.clone())
    }

    /// Keeps what `key` was answered.
    fn keep(&self, key: String, of: Source, body: Bytes) {
        let asked_bytes = key.len();
        let size = asked_bytes + body.len();
        let mut answers = self.answers();
        if answers.bytes + size > MAX_BYTES {
            *answers = Answers::default();
        }
        answers.bytes += size;
        if let Some(former) = answers.by_key.insert(key, Answer { of, body }) {
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

    /// A conversation: made in place, as waking another thread for it would take longer than reading
    /// it; while it is open, given again until anything happens in it.
    pub(super) fn answer_of_conversation<T: Serialize>(
        &self,
        app: &App,
        id: &str,
        make: impl FnOnce(&App, &Present) -> Result<T, Problem>,
    ) -> Result<Response, Problem> {
        let make = |app: &App| make(app, &app.present_to(&self.caller.sight));
        // Whether its mails went out is in no line of the lists.
        let desk = app.snapshot();
        let mails = desk.installation.mails_out.of(id).iter();
        let moved = mails.map(|mail| mail.at.millis()).max().unwrap_or_default();
        let key = self.own(&format!("conversation {id} {moved}"));
        self.recent.conversation(app, (key, id), make)
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
