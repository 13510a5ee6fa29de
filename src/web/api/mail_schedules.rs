//! `/mail-schedules`: reports that go out by mail again and again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, LastMails, WriteResult, next_due};
use crate::command::{Caller, Command, MailScheduleCommand, MailScheduleDraft};
use crate::model::Timestamp;
use crate::model::mail_schedules::MailSchedule;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The reports that go out by mail.
#[derive(Serialize)]
pub(super) struct MailScheduleList {
    /// By id.
    items: Vec<MailScheduleView>,
}

/// One of them, and when it goes out next.
#[skip_serializing_none]
#[derive(Serialize)]
pub(super) struct MailScheduleView {
    /// What goes out when.
    #[serde(flatten)]
    schedule: MailSchedule,
    /// When the next one is due.
    next_at: Option<Timestamp>,
    /// What became of the mails of the last time.
    last: Option<LastMails>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_mail_schedules, save_mail_schedule))
        .routes(routes!(remove_mail_schedule))
}

/// Lists the reports that go out by mail: those that one has set up, for admins all.
#[utoipa::path(get, path = "/mail-schedules", tag = "saved reports",
    responses((status = 200, description = "The schedules, each with its next run", body = Object)))]
pub(super) async fn list_mail_schedules(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<MailScheduleList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let now = app.clock().now();
    let view = |schedule: MailSchedule| MailScheduleView {
        next_at: next_due(&schedule, schedule.after().max(now)),
        last: app.last_mails(&schedule.id),
        schedule,
    };
    let schedules = app.mail_schedules(&caller).into_iter();
    Ok(Json(MailScheduleList {
        items: schedules.map(view).collect(),
    }))
}

/// Has a saved report, a dashboard or the report on jobs go out by mail, of whole periods only, or
/// changes when.
#[utoipa::path(post, path = "/mail-schedules", tag = "saved reports", request_body = MailScheduleDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such report, dashboard, user or schedule", body = Problem),
        (status = 409, description = "No mail can go out, or it is for others and takes an admin", body = Problem)))]
pub(super) async fn save_mail_schedule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<MailScheduleDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_mail_schedule(caller, draft).await?))
}

/// Ends a report by mail.
#[utoipa::path(post, path = "/mail-schedules/{id}/remove", tag = "saved reports",
    params(("id" = String, Path, description = "The schedule")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn remove_mail_schedule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::MailSchedule(MailScheduleCommand::Remove { id });
    Ok(Json(app.write(caller, command).await?))
}
