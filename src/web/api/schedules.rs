//! `/schedules`: working time between two instants, and holidays from a calendar file.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query as Parameters, State};
use serde_json::Value;

use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pairs, off};
use crate::app::{App, HolidayCounts, WorkingTimeView};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Two instants, and what counts between them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read by the app; this says what it reads")]
struct Between {
    /// From when.
    #[schema(format = DateTime)]
    start: String,
    /// Until when.
    #[schema(format = DateTime)]
    end: String,
    /// An id, or a schedule with its `timezone`; else its parts stand beside the instants.
    schedule: Option<Value>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(count_between))
        .routes(routes!(import_holidays))
}

/// Counts the working time between two instants.
#[utoipa::path(
    post, path = "/schedules/between", tag = "schedules",
    request_body(content = Between,
        description = "`start`, `end`, and `schedule`: an id, or `{timezone, schedule: {mon: [\"09:00-17:00\"]}, holidays, breaks, shifts, pauses}`"),
    responses(
        (status = 200, description = "The seconds, and the intervals that count", body = WorkingTimeView),
        (status = 400, description = "The schedule or an instant cannot be read", body = Problem),
        (status = 404, description = "No such schedule", body = Problem),
    )
)]
pub(super) async fn count_between(
    State(app): State<Arc<App>>,
    JsonBody(input): JsonBody<Value>,
) -> Result<Json<WorkingTimeView>, Problem> {
    off(move || Ok(Json(app.working_time(&input)?))).await
}

/// Takes the all-day events of a calendar file over as dates without hours.
#[utoipa::path(
    post, path = "/schedules/holidays", tag = "schedules",
    params(("schedule" = Option<String>, Query, description = "The schedule; left out: the default one")),
    request_body(content = String, content_type = "text/calendar", description = "An iCalendar file"),
    responses(
        (status = 200, description = "What was taken over", body = HolidayCounts),
        (status = 400, description = "The calendar cannot be taken over", body = Problem),
        (status = 404, description = "No such schedule", body = Problem),
    )
)]
pub(super) async fn import_holidays(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    calendar: String,
) -> Result<Json<HolidayCounts>, Problem> {
    off(move || {
        let named = pairs.iter().find(|(name, _)| name == "schedule");
        let id = named.map(|(_, id)| id.as_str());
        Ok(Json(app.import_holidays(id, &calendar)?))
    })
    .await
}
