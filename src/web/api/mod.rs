//! The HTTP API: JSON routes over the app, one file a resource.
//!
//! Every handler parses its parameters, runs the app off the async threads, and turns
//! its error into problem JSON. Nothing here computes a number.

mod admin;
mod answers;
mod conversations;
mod events;
mod health;
mod knowledge;
mod model;
mod profiles;
mod recent;
mod reports;
mod schedules;
mod search;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Extension, Router};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

pub(crate) use knowledge::gap_query;
pub use reports::ReportList;
pub use search::{Found, FoundList};

use recent::Recent;

use crate::app::App;
use crate::web::Problem;

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
        profiles::list_profiles,
        profiles::set_profile,
        profiles::remove_profile,
        schedules::count_between,
        schedules::import_holidays,
        conversations::get_conversation,
        conversations::explain_conversation,
        conversations::get_ticket,
        conversations::explain_ticket,
        conversations::get_contact,
        search::search,
        knowledge::list_gaps,
        knowledge::get_gap,
        knowledge::get_proof,
        knowledge::dismiss_gap,
        knowledge::restore_gap,
        knowledge::merge_gap,
        knowledge::rename_gap,
        knowledge::pin_gap,
        knowledge::split_gap,
        knowledge::dismiss_question,
        knowledge::restore_question,
        knowledge::move_question,
        knowledge::review_question,
        knowledge::list_reviews,
        knowledge::get_calibration,
        knowledge::set_settings,
        knowledge::ask,
        knowledge::list_cases,
        knowledge::set_case,
        knowledge::remove_case,
        model::get_model,
        model::put_model,
        model::delete_model,
        answers::list_answers,
        answers::save_answer,
        answers::get_answer,
        answers::delete_answer,
        answers::publish_answer,
        answers::add_variant,
        answers::preview,
        answers::backtest,
        answers::import_answers,
        health::get_task,
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
        .route(
            "/profiles",
            get(profiles::list_profiles).post(profiles::set_profile),
        )
        .route("/profiles/{name}/remove", post(profiles::remove_profile))
        .route("/schedules/between", post(schedules::count_between))
        .route("/schedules/holidays", post(schedules::import_holidays))
        .route("/tickets/{id}/explain", get(conversations::explain_ticket))
        .route("/tickets/{id}", get(conversations::get_ticket))
        .route("/contacts/{id}", get(conversations::get_contact))
        .route("/search", get(search::search))
        .route("/tasks/{id}", get(health::get_task))
        .merge(knowledge_routes())
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(Extension(Recent::default()))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    Router::new()
        .nest("/api/v1", v1)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::prometheus))
        .with_state(app)
        .merge(SwaggerUi::new("/api/docs").url("/api/v1/openapi.json", Description::openapi()))
}

/// What nobody could answer, short answers, and what the customer agent would say.
fn knowledge_routes() -> Router<Arc<App>> {
    use {answers as a, knowledge as k, model as m};
    let answers = Router::new()
        .route("/", get(a::list_answers).post(a::save_answer))
        .route("/preview", post(a::preview))
        .route("/backtest", post(a::backtest))
        .route("/import", post(a::import_answers))
        .route("/{id}", get(a::get_answer).delete(a::delete_answer))
        .route("/{id}/publish", post(a::publish_answer))
        .route("/{id}/variants", post(a::add_variant));
    Router::new()
        .route("/ask", post(k::ask))
        .route("/knowledge/gaps", get(k::list_gaps))
        .route("/knowledge/gaps/{topic}", get(k::get_gap))
        .route("/knowledge/gaps/{topic}/proof", get(k::get_proof))
        .route("/knowledge/gaps/{topic}/dismiss", post(k::dismiss_gap))
        .route("/knowledge/gaps/{topic}/restore", post(k::restore_gap))
        .route("/knowledge/gaps/{topic}/merge", post(k::merge_gap))
        .route("/knowledge/gaps/{topic}/rename", post(k::rename_gap))
        .route("/knowledge/gaps/{topic}/pin", post(k::pin_gap))
        .route("/knowledge/gaps/{topic}/split", post(k::split_gap))
        .route(
            "/knowledge/questions/{id}/dismiss",
            post(k::dismiss_question),
        )
        .route(
            "/knowledge/questions/{id}/restore",
            post(k::restore_question),
        )
        .route("/knowledge/questions/{id}/move", post(k::move_question))
        .route("/knowledge/questions/{id}/review", post(k::review_question))
        .route("/knowledge/calibration", get(k::get_calibration))
        .route("/knowledge/settings", post(k::set_settings))
        .route(
            "/knowledge/model",
            get(m::get_model).put(m::put_model).delete(m::delete_model),
        )
        .route("/knowledge/reviews", get(k::list_reviews))
        .route("/knowledge/cases", get(k::list_cases).post(k::set_case))
        .route("/knowledge/cases/remove", post(k::remove_case))
        .nest("/knowledge/answers", answers)
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
