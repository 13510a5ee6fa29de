//! Probes and metrics.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::App;
use crate::web::Problem;

/// The recorder of this process, once for all servers in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts recording, unless this process already does.
pub(super) fn start_recording() {
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
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

/// Says whether reading and writing work, and the first page is ready to be shown.
#[utoipa::path(get, path = "/readyz", tag = "probes",
    responses((status = 200, description = "Reads and writes work", body = String),
        (status = 503, description = "They do not, and why", body = Problem)))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    let preparing = app.is_preparing();
    match off(move || Ok(app.trouble())).await? {
        None if preparing => Err(Problem::unavailable(
            "the figures of the first page are being worked out".to_owned(),
        )),
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
