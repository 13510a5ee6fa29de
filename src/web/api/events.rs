//! `POST /events`: events in, safe on disk when the answer comes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};

use super::admin::admin;
use super::off;
use crate::app::{App, EventsTaken, Via};
use crate::web::Problem;

/// Takes events, as NDJSON or a JSON array.
#[utoipa::path(
    post, path = "/api/v1/events", tag = "events",
    request_body(content = String, content_type = "application/x-ndjson",
        description = "One event a line, or a JSON array of events, in the interchange format"),
    responses(
        (status = 200, description = "Durable; also when every line is rejected", body = EventsTaken),
        (status = 400, description = "The body cannot be read", body = Problem),
        (status = 401, description = "Only the server's own commands may import", body = Problem),
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
    let by = way(&app, &headers)?;
    let taken = off(move || Ok(app.take_body_by(by, &body, media.as_deref())?)).await?;
    metrics::counter!("svar_events_accepted_total").increment(taken.accepted);
    Ok(Json(taken))
}

/// By which way the events came: an import's, if the server's own command says so.
fn way(app: &App, headers: &HeaderMap) -> Result<(Via, &'static str), Problem> {
    match headers
        .get("svar-via")
        .map(axum::http::HeaderValue::as_bytes)
    {
        None => Ok((Via::Api, "api")),
        Some(b"import") => admin(app, headers).map(|()| (Via::Import, "import")),
        Some(_) => Err(Problem::bad_request("Svar-Via: only `import` can be said")),
    }
}
