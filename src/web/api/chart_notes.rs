//! `/chart-notes`: notes on charts, and marks of what changed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, ChartNoteList, WriteResult};
use crate::command::{Caller, ChartNoteCommand, ChartNoteDraft, Command};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_chart_notes, save_chart_note))
        .routes(routes!(remove_chart_note))
        .routes(routes!(restore_chart_note))
}

/// Lists what is on charts: notes, and marks of what changed by itself.
#[utoipa::path(get, path = "/chart-notes", tag = "saved reports",
    responses((status = 200, description = "Notes and marks", body = ChartNoteList)))]
pub(super) async fn list_chart_notes(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<ChartNoteList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(app.chart_notes()))
}

/// Puts a note on charts, or changes one.
#[utoipa::path(post, path = "/chart-notes", tag = "saved reports", request_body = ChartNoteDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such note", body = Problem),
        (status = 409, description = "It is somebody else's", body = Problem)))]
pub(super) async fn save_chart_note(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<ChartNoteDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_chart_note(caller, draft).await?))
}

/// Takes a note away; it can be restored.
#[utoipa::path(post, path = "/chart-notes/{note}/remove", tag = "saved reports",
    params(("note" = String, Path, description = "The note")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is none", body = Problem),
        (status = 409, description = "It is somebody else's", body = Problem)))]
pub(super) async fn remove_chart_note(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::ChartNote(ChartNoteCommand::Remove { id });
    Ok(Json(app.write(caller, command).await?))
}

/// Brings a note back that was taken away.
#[utoipa::path(post, path = "/chart-notes/{note}/restore", tag = "saved reports",
    params(("note" = String, Path, description = "The note")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is none that was taken away", body = Problem),
        (status = 409, description = "It is somebody else's", body = Problem)))]
pub(super) async fn restore_chart_note(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::ChartNote(ChartNoteCommand::Restore { id });
    Ok(Json(app.write(caller, command).await?))
}
