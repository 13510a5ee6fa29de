//! `/stream`: what changes on the desk, as it happens.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, Change, News};
use crate::command::{Caller, Identity};
use crate::web::Problem;
use crate::web::events::{HEARTBEAT, Reader, events};
use crate::web::session;

/// The last position that a reader who comes back has heard of.
const LAST: &str = "last-event-id";

/// How long a reader is left alone after they were told something.
const PACE: Duration = Duration::from_millis(200);

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(follow_desk))
}

/// Tells what changes on the desk, within a second of the write, as server-sent events.
///
/// `change` names what changed, `{"changes": [{"kind", "id"}]}`; ask for it to see how. `reset` says that
/// more changed than is at hand: look at everything anew. Whoever comes back with `Last-Event-ID`
/// is told what they missed, over the last 10,000 changes. Only what the caller sees is told.
#[utoipa::path(get, path = "/stream", tag = "conversations",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The position of the log that was heard of last; left out: now")),
    responses((status = 200, description = "The events, until the connection ends", body = String, content_type = "text/event-stream"),
        (status = 400, description = "`Last-Event-ID` is no position", body = Problem)))]
pub(super) async fn follow_desk(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers
        .get(LAST)
        .map(|value| value.to_str().unwrap_or_default());
    let after = match last.filter(|last| !last.is_empty()) {
        None => app.snapshot().log_position,
        Some(last) => last.parse().map_err(|_none| {
            Problem::bad_request(
                "`Last-Event-ID` is no position of the log; expected a whole number",
            )
        })?,
    };
    Ok(events(move |reader| async move {
        tokio::select! {
            () = reader.gone() => {}
            () = tell(&app, &caller, &headers, (&reader, after)) => {}
        }
    }))
}

/// Tells a reader what changes, for as long as they may hear it.
async fn tell(app: &App, caller: &Caller, headers: &HeaderMap, reader: (&Reader, u64)) {
    let (reader, mut after) = reader;
    if !reader.send(after, "ready", &json!({})).await {
        return;
    }
    let mut attendees = app.attendee_news();
    loop {
        let news = tokio::select! {
            news = app.news(after, HEARTBEAT) => news,
            // What was missed of these is told by the next one.
            Ok(change) = attendees.recv() => News::Changes {
                position: after,
                changes: BTreeSet::from([change]),
            },
        };
        // Whoever was signed out meanwhile hears nothing more.
        let caller = match &caller.identity {
            Identity::Host(_) => caller.clone(),
            _ => match session::still(app, &caller.identity, headers) {
                Some(caller) => caller,
                None => return,
            },
        };
        let goes_on = match news {
            News::Over => return,
            News::Quiet => reader.beat().await,
            News::Reset { position } => {
                after = position;
                reader.send(position, "reset", &json!({})).await
            }
            News::Changes { position, changes } => {
                after = position;
                let present = app.present_to(&caller.sight);
                let seen = changes.into_iter();
                let seen: Vec<Change> = seen
                    .filter(|change| app.sees_change(&present, change))
                    .collect();
                let told = json!({"changes": seen});
                seen.is_empty() || reader.send(position, "change", &told).await
            }
        };
        if !goes_on {
            return;
        }
        // What comes at once is told at once, and a busy desk's changes together.
        tokio::time::sleep(PACE).await;
    }
}
