//! `/access`: rules of access that hold for everybody.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{AccessSettings, Caller, Command};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The rules of access.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessView {
    /// Whether viewers may read conversations in their scope: words and contacts' names.
    viewers_read: bool,
    /// Whether an admin whose sign-in asks for no code may look only.
    admins_need_code: bool,
    /// Whether reps who see everything may block contacts; else admins only.
    reps_block: bool,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_access, set_access))
}

/// The rules of access.
#[utoipa::path(get, path = "/access", tag = "people",
    responses((status = 200, description = "The rules", body = AccessView)))]
pub(super) async fn get_access(State(app): State<Arc<App>>) -> Json<AccessView> {
    let people = app.people();
    Json(AccessView {
        viewers_read: people.rules().viewers_read,
        admins_need_code: people.rules().admins_need_code,
        reps_block: people.rules().reps_block,
    })
}

/// Changes rules of access; what is left out stays.
#[utoipa::path(post, path = "/access", tag = "people", request_body = AccessSettings,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed", body = Problem)))]
pub(super) async fn set_access(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(settings): JsonBody<AccessSettings>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::Access(settings)).await?))
}
