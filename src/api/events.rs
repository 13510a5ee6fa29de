//! `POST /events`: events in, safe on disk when the answer comes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};

use super::error::Problem;
use super::off;
use crate::app::{App, EventsTaken};

/// Takes events, as NDJSON or a JSON array.
#[utoipa::path(
    post, path = "/api/v1/events", tag = "events",
    request_body(content = String, content_type = "application/x-ndjson",
        description = "One event a line, or a JSON array of events, in the interchange format"),
    responses(
        (status = 200, description = "Durable; also when every line is rejected", body = EventsTaken),
        (status = 400, description = "The body cannot be read", body = Problem),
    )
)]
pub(super) async fn post_events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EventsTaken>, Problem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let taken = off(move || Ok(app.take_body("api", &body, media.as_deref())?)).await?;
    metrics::counter!("svar_events_accepted_total").increment(taken.accepted);
    Ok(Json(taken))
}
