//! What only the administrator of the folder may ask: whoever can read `DATA/server.json`
//! has the token of this run, as the command line does.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::off;
use crate::app::{App, BackupMade};
use crate::web::Problem;

/// Where a backup goes.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct BackupWanted {
    /// A folder on the server's machine, as a whole path; a new or empty one, or one that
    /// holds an earlier backup, to which only what is new is added.
    #[schema(value_type = String)]
    folder: PathBuf,
}

/// Refuses a request that does not carry the token of this run.
pub(super) fn admin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if is_admin(app, headers) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "Only the server's own commands may do this",
        "send the token that stands in `server.json` of the data folder as a bearer token",
    ))
}

/// Whether the request carries the token of this run.
pub(super) fn is_admin(app: &App, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = app.admin_token().as_bytes();
    // The time that it takes says nothing of where they differ.
    given.is_some_and(|given| given.as_bytes().ct_eq(token).into())
}

/// Backs up the folder while it is served.
#[utoipa::path(
    post, path = "/api/v1/backup", tag = "admin",
    request_body = BackupWanted,
    responses(
        (status = 200, description = "The backup is whole and on disk", body = BackupMade),
        (status = 400, description = "The folder cannot be used", body = Problem),
        (status = 401, description = "The token is not this run's", body = Problem),
    )
)]
pub(super) async fn post_backup(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(wanted): Json<BackupWanted>,
) -> Result<Json<BackupMade>, Problem> {
    admin(&app, &headers)?;
    if !wanted.folder.is_absolute() {
        return Err(Problem::bad_request(
            "folder: a whole path is expected, one that begins with `/`",
        ));
    }
    let made = off(move || Ok(app.backup(&wanted.folder)?)).await?;
    Ok(Json(made))
}
