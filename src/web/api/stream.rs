//! A body that is made while it is read: each part waits until there is room for it.
//!
//! Made on a blocking thread, which ends when the reader has gone. Used where an answer may be
//! too long to be held whole.

use axum::body::Body;
use tokio::sync::{mpsc, oneshot};

use crate::web::Problem;
use crate::web::parts::Parts;

/// How many parts wait to be read at most.
const WAITING: usize = 4;

/// Where the parts go; the first one is when the answer begins.
pub(super) struct Sender {
    parts: mpsc::Sender<String>,
    begun: Option<oneshot::Sender<()>>,
}

impl Sender {
    /// Hands a part over; false: nobody reads any more.
    pub(super) fn send(&mut self, part: String) -> bool {
        let is_begun = self.begun.take().is_none_or(|begun| begun.send(()).is_ok());
        is_begun && self.parts.blocking_send(part).is_ok()
    }
}

/// What comes of `make`: a body of what it sends, once it has begun; before that, what it
/// returns.
pub(super) async fn streamed<T: Send + 'static>(
    make: impl FnOnce(&mut Sender) -> Result<T, Problem> + Send + 'static,
) -> Result<Streamed<T>, Problem> {
    let (parts, receiver) = mpsc::channel(WAITING);
    let (begun, first) = oneshot::channel();
    let mut sender = Sender {
        parts,
        begun: Some(begun),
    };
    let made = tokio::task::spawn_blocking(move || make(&mut sender));
    if first.await.is_ok() {
        return Ok(Streamed::Body(Body::new(Parts(receiver))));
    }
    let made = made.await.unwrap_or_else(|_panicked| {
        Err(Problem::internal(
            "the work ended early; the server's log says why",
        ))
    });
    made.map(Streamed::Instead)
}

/// A body, or what there is in its place.
pub(super) enum Streamed<T> {
    /// It has begun.
    Body(Body),
    /// Nothing was sent.
    Instead(T),
}
