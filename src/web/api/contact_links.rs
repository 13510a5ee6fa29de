//! Links for contacts: to say how satisfied they are, and that a job is done.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, ConfirmationState, WriteResult};
use crate::command::{Caller, Command, ConfirmationCommand};
use crate::model::Timestamp;
use crate::web::Problem;
use crate::web::json::JsonBody;
use crate::web::place::root_of;

/// Nothing needs to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A survey by a link.
#[derive(Serialize, ToSchema)]
pub(super) struct SurveyLinkView {
    /// The page on which the contact says it; `&score=4` chooses a score there, and a press says it.
    url: String,
    /// Until when they may say it, and change it.
    #[schema(value_type = String)]
    open_until: Timestamp,
    /// The position of the log that holds that they were asked.
    log_position: u64,
}

/// How far a contact's word on a job is.
#[derive(Serialize, ToSchema)]
pub(super) struct ConfirmationView {
    /// The page on which the contact says that it is done, and how it was.
    url: String,
    /// When a rep completed it.
    #[schema(value_type = String)]
    completed_at: Timestamp,
    /// Until when the contact may say it, and change it.
    #[schema(value_type = String)]
    open_until: Timestamp,
    /// When they are to be reminded, while they have not said anything.
    #[schema(value_type = Option<String>)]
    reminder_due_at: Option<Timestamp>,
    /// When they were reminded, which is done once.
    #[schema(value_type = Option<String>)]
    reminded_at: Option<Timestamp>,
    /// Whether they have said that it is done, or how it was.
    is_given: bool,
}

/// A job that waits for its contact's word.
#[derive(Serialize, ToSchema)]
pub(super) struct JobToConfirmView {
    /// Which.
    ticket: String,
    /// For which service.
    service: Option<String>,
    /// Whose.
    contact: Option<String>,
    /// How far their word is.
    #[serde(flatten)]
    confirmation: ConfirmationView,
}

/// The jobs that wait for their contacts' word.
#[derive(Serialize, ToSchema)]
pub(super) struct JobsToConfirm {
    /// The oldest first.
    items: Vec<JobToConfirmView>,
}

impl ConfirmationView {
    fn of(state: &ConfirmationState, root: &str) -> Self {
        Self {
            url: format!("{root}{}", state.path),
            completed_at: state.completed_at,
            open_until: state.open_until,
            reminder_due_at: state.reminder_due_at,
            reminded_at: state.reminded_at,
            is_given: state.is_given,
        }
    }
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask_by_link))
        .routes(routes!(list_jobs_to_confirm))
        .routes(routes!(get_confirmation))
        .routes(routes!(remind_of_job))
}

/// Asks the contact of a resolved conversation how satisfied they are, by a link that you hand over;
/// asked again while it is open, it gives the same link and asks nobody anew.
#[utoipa::path(post, path = "/conversations/{id}/survey", tag = "conversations", request_body = Nothing,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "They are asked", body = SurveyLinkView),
        (status = 404, description = "There is no such conversation", body = Problem),
        (status = 409, description = "It goes on, or the contact was asked not long ago", body = Problem)))]
pub(super) async fn ask_by_link(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Result<Json<SurveyLinkView>, Problem> {
    let link = app.ask_by_link(caller, id).await?;
    Ok(Json(SurveyLinkView {
        url: format!("{}{}", root_of(&app, &headers), link.path),
        open_until: link.open_until,
        log_position: link.log_position,
    }))
}

/// Lists the jobs that a rep has completed and whose contact has not said so, with their links.
#[utoipa::path(get, path = "/confirmations", tag = "tickets",
    responses((status = 200, description = "The jobs, the oldest first", body = JobsToConfirm)))]
pub(super) async fn list_jobs_to_confirm(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<JobsToConfirm>, Problem> {
    let root = root_of(&app, &headers);
    off(move || {
        let jobs = app
            .jobs_to_confirm(&app.present_to(&caller.sight))?
            .into_iter();
        let items = jobs.map(|(job, state)| JobToConfirmView {
            ticket: job.ticket.id.to_string(),
            service: job.ticket.service,
            contact: job.ticket.contact.map(|contact| contact.to_string()),
            confirmation: ConfirmationView::of(&state, &root),
        });
        Ok(Json(JobsToConfirm {
            items: items.collect(),
        }))
    })
    .await
}

/// The link by which a job's contact says that it is done, and how far their word is.
#[utoipa::path(get, path = "/tickets/{id}/confirmation", tag = "tickets",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "How far it is", body = ConfirmationView),
        (status = 404, description = "There is no such job", body = Problem),
        (status = 409, description = "No rep has completed it", body = Problem)))]
pub(super) async fn get_confirmation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ConfirmationView>, Problem> {
    let root = root_of(&app, &headers);
    off(move || {
        let state = app.confirmation_at(&app.present_to(&caller.sight), &id)?;
        Ok(Json(ConfirmationView::of(&state, &root)))
    })
    .await
}

/// Notes that you have reminded a job's contact to confirm it, which is done once.
#[utoipa::path(post, path = "/tickets/{id}/remind", tag = "tickets", request_body = Nothing,
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such job", body = Problem),
        (status = 409, description = "They were reminded already, or there is nothing to remind them of", body = Problem)))]
pub(super) async fn remind_of_job(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(ticket): Path<String>,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Result<Json<WriteResult>, Problem> {
    let by_mail = false;
    let command = Command::Confirmation(ConfirmationCommand::Remind { ticket, by_mail });
    Ok(Json(app.write(caller, command).await?))
}
