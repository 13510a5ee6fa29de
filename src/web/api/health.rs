//! Probes, metrics, and long work.

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, Task};
use crate::web::Problem;

/// The recorder of this process, once for all servers in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts recording, unless this process already does.
pub(super) fn start_recording() {
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_task))
}

/// The routes that say how the server is; they are outside `/api/v1`.
pub(super) fn probes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(prometheus))
}

/// Says that the process runs.
#[utoipa::path(get, path = "/healthz", tag = "probes",
    responses((status = 200, description = "The process runs", body = String)))]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether reading and writing work.
#[utoipa::path(get, path = "/readyz", tag = "probes",
    responses((status = 200, description = "Reads and writes work", body = String),
        (status = 503, description = "They do not, and why", body = Problem)))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    match off(move || Ok(app.trouble())).await? {
        None => Ok("ready\n"),
        Some(reason) => Err(Problem::unavailable(reason)),
    }
}

/// Everything that Prometheus asks.
#[utoipa::path(get, path = "/metrics", tag = "probes",
    responses((status = 200, description = "Prometheus text", body = String)))]
pub(super) async fn prometheus(State(app): State<Arc<App>>) -> Response {
    let position = app.position();
    let folded = app.snapshot().log_position;
    metrics::gauge!("svar_log_position").set(position as f64);
    metrics::gauge!("svar_folded_position").set(folded as f64);
    let text = RECORDER
        .get()
        .and_then(Option::as_ref)
        .map(PrometheusHandle::render);
    let media = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (media, text.unwrap_or_default()).into_response()
}

/// How far long work is.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks",
    params(("id" = String, Path, description = "The task, as Location named it")),
    responses((status = 200, description = "How far it is; of one that is done, whoever asks the same again within a minute has the result", body = Task),
        (status = 404, description = "No such task", body = Problem)))]
pub(super) async fn get_task(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Task>, Problem> {
    let task = off(move || Ok(app.task(&id))).await?;
    task.map(Json)
        .ok_or_else(|| Problem::not_found("no such task; only the latest are kept"))
}

/// 202 with the place where the task can be watched.
pub(super) fn accepted(task: &Task) -> Response {
    let mut response = (StatusCode::ACCEPTED, Json(task)).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/tasks/{}", task.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
