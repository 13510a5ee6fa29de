//! What only the administrator of the folder may ask: one who can read `DATA/server.json`
//! has the token of this run, as the command line does.
//!
//! Two kinds of requests take the token: those that make the server write elsewhere than into
//! its journal (backups, models), and `Svar-Via: import`, which says by which way events came.
//! The other routes are open to this machine until there is a sign-in.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, BackupSummary, BackupView};
use crate::web::Problem;
use crate::web::json::JsonBody;
use crate::web::session::has_token;

/// Where a backup goes.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct BackupFolder {
    /// A folder on the server's machine, as a whole path; a new or empty one, or one that
    /// holds an earlier backup, to which only what is new is added.
    #[schema(value_type = String)]
    folder: PathBuf,
}

/// Refuses a request that does not carry the token of this run.
pub(super) fn admin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if has_token(app, headers) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "Only the server's own commands may do this",
        "send the token that stands in `server.json` of the data folder as a bearer token",
    ))
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_backup, post_backup))
        .routes(routes!(begin_backup))
}

/// Says when the last backup was made, how large it is and whether it was proven, and how far one is that is
/// being made.
#[utoipa::path(get, path = "/backup", tag = "admin",
    responses((status = 200, description = "The last backup, and the one that is being made", body = BackupView)))]
pub(super) async fn get_backup(State(app): State<Arc<App>>) -> Json<BackupView> {
    Json(app.backup_view())
}

/// Begins a backup into `backup_folder` of `svar.toml`, and proves it when it is made.
#[utoipa::path(post, path = "/backup/begin", tag = "admin",
    responses((status = 200, description = "It is being made", body = BackupView),
        (status = 400, description = "No folder is set", body = Problem),
        (status = 409, description = "One is being made already", body = Problem)))]
pub(super) async fn begin_backup(State(app): State<Arc<App>>) -> Result<Json<BackupView>, Problem> {
    app.begin_backup()?;
    Ok(Json(app.backup_view()))
}

/// Backs up the folder while it is served.
#[utoipa::path(
    post, path = "/backup", tag = "admin",
    request_body = BackupFolder,
    responses(
        (status = 200, description = "The backup is whole and on disk", body = BackupSummary),
        (status = 400, description = "The folder cannot be used", body = Problem),
        (status = 401, description = "The token is not this run's", body = Problem),
    )
)]
pub(super) async fn post_backup(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<BackupFolder>,
) -> Result<Json<BackupSummary>, Problem> {
    admin(&app, &headers)?;
    if !wanted.folder.is_absolute() {
        return Err(Problem::bad_request(
            "folder: a whole path is expected, one that begins with `/`",
        ));
    }
    let made = off(move || Ok(app.backup(&wanted.folder)?)).await?;
    Ok(Json(made))
}
