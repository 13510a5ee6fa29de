//! `/job-preferences`: which jobs the desk wants.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, JobPreferencesDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Which jobs the desk wants.
#[derive(Serialize, ToSchema)]
pub(super) struct JobPreferencesView {
    /// Whether the desk is available for work.
    available: bool,
    /// Whether it is shown to who looks for somebody.
    shown: bool,
    /// Whether jobs may be matched to it.
    matched: bool,
    /// Which kinds of customers are taken; none named: all.
    customers: Vec<String>,
    /// Which services are taken; none named: all.
    services: Vec<String>,
    /// Where notifications go; null: nowhere in particular.
    notify: Option<String>,
    /// What is said where no jobs are taken; null: words of Svar's own.
    closed_text: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_job_preferences, set_job_preferences))
}

/// Which jobs the desk wants.
#[utoipa::path(get, path = "/job-preferences", tag = "tickets",
    responses((status = 200, description = "The preferences", body = JobPreferencesView)))]
pub(super) async fn get_job_preferences(State(app): State<Arc<App>>) -> Json<JobPreferencesView> {
    let preferences = app.snapshot().installation.job_preferences.as_ref().clone();
    Json(JobPreferencesView {
        available: preferences.available,
        shown: preferences.shown,
        matched: preferences.matched,
        customers: preferences.customers,
        services: preferences.services,
        notify: preferences.notify,
        closed_text: preferences.closed_text,
    })
}

/// Changes which jobs the desk wants; what is left out stays.
#[utoipa::path(post, path = "/job-preferences", tag = "tickets", request_body = JobPreferencesDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a value cannot be used", body = Problem)))]
pub(super) async fn set_job_preferences(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<JobPreferencesDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(
        app.write(caller, Command::JobPreferences(draft)).await?,
    ))
}
