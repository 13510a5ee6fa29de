//! The HTTP API: JSON routes over the app, one file a resource.
//!
//! Every handler parses its parameters, runs the app off the async threads, and turns
//! its error into problem JSON. Nothing here computes a number.

mod admin;
mod conversations;
mod error;
mod events;
mod guard;
mod health;
mod reports;
mod schedules;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

pub use conversations::{Found, FoundList};
pub use error::{Fault, Problem};
pub use guard::guard;
pub use reports::ReportList;

use crate::app::App;

/// The largest body that is read.
const MAX_BODY_BYTES: usize = 32 << 20;

/// Parameters in the order in which they came; a name may come twice.
type Pairs = Vec<(String, String)>;

/// The description of the API, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Svar",
        description = "Customer-agent support analytics. Instants are RFC 3339 in UTC, durations seconds, ratios 0 to 1.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        events::post_events,
        admin::post_backup,
        reports::list_reports,
        reports::get_report,
        reports::get_rows,
        schedules::count_between,
        schedules::import_holidays,
        conversations::get_conversation,
        conversations::explain_conversation,
        conversations::get_ticket,
        conversations::explain_ticket,
        conversations::search,
        health::get_job,
        health::healthz,
        health::readyz,
        health::prometheus,
    )
)]
struct Description;

/// The routes under `/api`, and the probes.
pub fn router(app: Arc<App>) -> Router {
    health::start_recording();
    let v1 = Router::new()
        .route("/events", post(events::post_events))
        .route("/backup", post(admin::post_backup))
        .route("/reports", get(reports::list_reports))
        .route("/reports/{id}", get(reports::get_report))
        .route("/reports/{id}/rows", get(reports::get_rows))
        .route("/conversations/{id}", get(conversations::get_conversation))
        .route(
            "/conversations/{id}/explain",
            get(conversations::explain_conversation),
        )
        .route("/schedules/between", post(schedules::count_between))
        .route("/schedules/holidays", post(schedules::import_holidays))
        .route("/tickets/{id}/explain", get(conversations::explain_ticket))
        .route("/tickets/{id}", get(conversations::get_ticket))
        .route("/search", get(conversations::search))
        .route("/jobs/{id}", get(health::get_job))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    Router::new()
        .nest("/api/v1", v1)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::prometheus))
        .with_state(app)
        .merge(SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", Description::openapi()))
}

async fn unknown_path() -> Problem {
    Problem::not_found("no route has this path; the API is described at /api/docs")
}

async fn unknown_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The path does not take this method",
        "look at /api/docs for what it takes",
    )
}

/// Runs blocking work off the async threads.
async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_panicked| {
        Err(Problem::internal(
            "the work ended early; the server's log says why",
        ))
    })
}

/// Waits until reads see what the client wrote, if it says how far that is.
async fn wait_for_own_write(app: &Arc<App>, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(given) = headers.get("svar-min-position") else {
        return Ok(());
    };
    let position = given.to_str().ok().and_then(|text| text.parse().ok());
    let position: u64 =
        position.ok_or_else(|| Problem::bad_request("Svar-Min-Position is no log position"))?;
    let app = Arc::clone(app);
    off(move || {
        if app.wait_for(position) {
            return Ok(());
        }
        Err(Problem::unavailable(format!(
            "position {position} is not folded yet; ask again"
        )))
    })
    .await
}
