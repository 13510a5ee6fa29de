//! Files that come in: read as they come, written off the async threads, never whole in memory.
//!
//! Used by every front that takes files. A client that sends too much is heard out for a while, so
//! that it reads why it is refused.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::multipart::Field;
use axum::http::{HeaderMap, header};
use tokio::time::timeout;

use super::problem::Problem;
use crate::app::{App, Error, Upload, UploadedFile};

/// How much is gathered before it is written, in bytes.
const GATHERED: usize = 256 << 10;
/// How long the next bytes may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much more than is taken is listened to, in bytes.
const HEARD_OUT: u64 = 64 << 20;

/// Where the bytes of a file come from.
pub(super) trait Source: Send {
    /// The next bytes; none: that was all.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, String>> + Send;
}

impl Source for Body {
    async fn next(&mut self) -> Result<Option<Bytes>, String> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut *self).poll_frame(context)).await;
            match frame.transpose().map_err(|error| error.to_string())? {
                None => return Ok(None),
                Some(frame) => {
                    // What follows a body says nothing here.
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }
}

impl Source for Field<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, String> {
        self.chunk().await.map_err(|error| error.body_text())
    }
}

/// Takes a file in; it is durable when this returns.
pub(super) async fn receive(
    app: &Arc<App>,
    mut upload: Upload,
    source: &mut impl Source,
) -> Result<UploadedFile, Problem> {
    let mut gathered: Vec<u8> = Vec::new();
    loop {
        let next = next(source).await?;
        let is_over = next.is_none();
        gathered.extend_from_slice(&next.unwrap_or_default());
        if gathered.len() < GATHERED && !is_over {
            continue;
        }
        let bytes = std::mem::take(&mut gathered);
        let written = off(move || {
            upload.write(&bytes)?;
            Ok(upload)
        });
        upload = match written.await {
            Err(error @ Error::TooLarge { .. }) => {
                hear_out(source).await;
                return Err(error.into());
            }
            written => written?,
        };
        if is_over {
            let now = app.clock().now();
            return Ok(off(move || upload.finish(now)).await?);
        }
    }
}

/// What a request says that its body is.
pub(super) fn told_type(headers: &HeaderMap) -> Option<String> {
    let told = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(told.to_owned())
}

/// How long a request says that its body is.
pub(super) fn announced_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// Whether as much is announced as is not taken.
pub(super) fn announces_too_much(announced: Option<u64>, upload: &Upload) -> Option<Error> {
    let most = upload.most();
    let is_too_much = announced.is_some_and(|bytes| bytes > most);
    is_too_much.then_some(Error::TooLarge { most })
}

/// Reads on and keeps nothing, up to a limit.
pub(super) async fn hear_out(source: &mut impl Source) {
    let mut heard = 0;
    while heard < HEARD_OUT {
        match next(source).await {
            Ok(Some(bytes)) => heard += bytes.len() as u64,
            Ok(None) | Err(_) => return,
        }
    }
}

/// The next bytes of a source, which may not take for ever.
pub(super) async fn next(source: &mut impl Source) -> Result<Option<Bytes>, Problem> {
    let cut = |reason: String| {
        Problem::bad_request(format!(
            "the file did not come whole: {reason}; send it again"
        ))
    };
    match timeout(PATIENCE, source.next()).await {
        Ok(next) => next.map_err(cut),
        Err(_late) => Err(cut(format!(
            "nothing came for {} seconds",
            PATIENCE.as_secs()
        ))),
    }
}

/// Runs blocking work off the async threads.
pub(super) async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_panicked| {
        Err(Error::Stopped(
            "the work ended early; the server's log says why".to_owned(),
        ))
    })
}
