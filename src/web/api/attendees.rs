//! `/conversations/{id}/attendees`: who else looks at a conversation right now, or writes in it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, AttendeeState, AttendeeView};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// What the caller does.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnAttendance {
    /// `typing` holds for 8 seconds, `viewing` for 45; say it again while it is so.
    state: AttendeeState,
}

/// Who else is there.
#[derive(Serialize, ToSchema)]
pub(super) struct AttendeeList {
    /// By user.
    items: Vec<AttendeeView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_attendees, tell_attendance))
}

/// Who else looks at a conversation right now.
#[utoipa::path(get, path = "/conversations/{id}/attendees", tag = "conversations",
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The others", body = AttendeeList),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn list_attendees(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<AttendeeList>, Problem> {
    off(move || {
        let present = app.present_to(&caller.sight);
        app.conversation_at(&present, &id)?;
        let items = app.attendees(&present, &caller, &id)?;
        Ok(Json(AttendeeList { items }))
    })
    .await
}

/// Says that the caller looks at a conversation, writes in it, or has left it.
///
/// It is told to others as a `change` of the kind `attendees`, kept in memory only, and counted nowhere. Of a
/// program nothing is noted.
#[utoipa::path(post, path = "/conversations/{id}/attendees", tag = "conversations", request_body = OwnAttendance,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is noted; who else is there", body = AttendeeList),
        (status = 400, description = "The body cannot be read", body = Problem),
        (status = 404, description = "No such conversation", body = Problem)))]
pub(super) async fn tell_attendance(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(own): JsonBody<OwnAttendance>,
) -> Result<Json<AttendeeList>, Problem> {
    off(move || {
        let present = app.present_to(&caller.sight);
        let items = app.look_at(&present, &caller, &id, own.state)?;
        Ok(Json(AttendeeList { items }))
    })
    .await
}
