//! `POST /events`: events in, safe on disk when the answer comes.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::{Extension, Json};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin::admin;
use super::off;
use crate::app::{App, EventIntake, Via};
use crate::command::{Caller, POST_EVENTS};
use crate::web::Problem;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(post_events))
}

/// Takes events, as NDJSON or a JSON array.
#[utoipa::path(
    post, path = "/events", tag = "events",
    request_body(content((serde_json::Value = "application/x-ndjson"), (serde_json::Value = "application/json")),
        description = "One event a line, or a JSON array of events, in the interchange format"),
    responses(
        (status = 200, description = "Durable; also when every line is rejected", body = EventIntake),
        (status = 400, description = "The body cannot be read", body = Problem),
        (status = 401, description = "Only the server's own commands may import", body = Problem),
        (status = 403, description = "The caller's role may not hand in events", body = Problem),
    )
)]
pub(super) async fn post_events(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EventIntake>, Problem> {
    caller.needs(&POST_EVENTS)?;
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let via = way(&app, &headers)?;
    // An import is named by its way; who posts, by who they are.
    let actor = match via {
        Via::Import => "import".to_owned(),
        _ => caller.actor(),
    };
    let take = move || Ok(app.take_body_by(via, &actor, &body, media.as_deref())?);
    let taken = off(take).await?;
    metrics::counter!("svar_events_accepted_total").increment(taken.accepted);
    Ok(Json(taken))
}

/// By which way the events came: an import's, if the server's own command says so.
fn way(app: &App, headers: &HeaderMap) -> Result<Via, Problem> {
    match headers
        .get("svar-via")
        .map(axum::http::HeaderValue::as_bytes)
    {
        None => Ok(Via::Api),
        Some(b"import") => admin(app, headers).map(|()| Via::Import),
        Some(_) => Err(Problem::bad_request("Svar-Via: only `import` can be said")),
    }
}
