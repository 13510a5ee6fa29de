//! Bodies of server-sent events: made while they are read, ended when the reader has gone.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::mpsc;

use super::parts::Parts;

/// After so long without news the reader is told that all is well.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);
/// What tells a proxy to hand parts on as they come.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");
/// What is sent where there is nothing to say.
const NOTHING: &str = ": nothing new\n\n";

/// Where events go.
pub(super) struct Reader(mpsc::Sender<String>);

impl Reader {
    /// Sends an event with a name and what it says; false: nobody reads any more.
    pub(super) async fn send(&self, position: u64, name: &str, data: &impl Serialize) -> bool {
        let Ok(data) = serde_json::to_string(data) else {
            return false;
        };
        let event = format!("id: {position}\nevent: {name}\ndata: {data}\n\n");
        self.0.send(event).await.is_ok()
    }

    /// Says that all is well; false: nobody reads any more.
    pub(super) async fn beat(&self) -> bool {
        self.0.send(NOTHING.to_owned()).await.is_ok()
    }

    /// Waits until nobody reads any more.
    pub(super) async fn gone(&self) {
        self.0.closed().await;
    }
}

/// The answer that `tell` makes event by event, until it ends or nobody reads any more.
pub(super) fn events<F: Future<Output = ()> + Send + 'static>(
    tell: impl FnOnce(Reader) -> F,
) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(tell(Reader(sender)));
    let mut answer = Body::new(Parts(receiver)).into_response();
    let headers = answer.headers_mut();
    let media = HeaderValue::from_static("text/event-stream; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(UNBUFFERED, HeaderValue::from_static("no"));
    answer
}
