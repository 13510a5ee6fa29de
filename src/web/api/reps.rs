//! `/reps`: who there is, and whether they take work.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, RepView, WriteResult};
use crate::command::{Caller, Command, RepCommand};
use crate::model::event::RepStatus;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All reps.
#[derive(Serialize)]
pub(super) struct RepList {
    /// By name.
    items: Vec<RepView>,
}

/// Whether a rep takes work.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusChange {
    /// `available`, `away` or `offline`.
    status: RepStatus,
    /// A word of one's own for it.
    #[schema(max_length = 100)]
    #[serde(default)]
    detail: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_reps))
        .routes(routes!(set_rep_status))
}

/// Lists the reps who are there, with what they said last of whether they take work.
#[utoipa::path(get, path = "/reps", tag = "reps",
    responses((status = 200, description = "The reps, by name", body = Object)))]
pub(super) async fn list_reps(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<RepList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(RepList { items: app.reps() }))
}

/// Says whether a rep takes work: one's own, an admin anybody's.
#[utoipa::path(post, path = "/reps/{id}/status", tag = "reps", request_body = StatusChange,
    params(("id" = String, Path, description = "The rep")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such rep", body = Problem),
        (status = 409, description = "That is the status already", body = Problem)))]
pub(super) async fn set_rep_status(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(StatusChange { status, detail }): JsonBody<StatusChange>,
) -> Result<Json<WriteResult>, Problem> {
    let command = RepCommand::SetStatus {
        rep: Some(id),
        status,
        detail,
    };
    Ok(Json(app.write(caller, Command::Rep(command)).await?))
}
