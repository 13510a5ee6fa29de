//! `/unlink`: a user signs in by no account at a provider any more. Accounts are linked in a browser,
//! where the provider can be asked who it is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::users::user_of;
use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, ProviderCommand};
use crate::web::Problem;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(unlink_user))
        .routes(routes!(unlink_oneself))
}

/// Has a user sign in by no account at a provider any more, and signs them out everywhere.
#[utoipa::path(post, path = "/users/{user}/unlink", tag = "people",
    params(("user" = String, Path, description = "Whom")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "There is no linked account", body = Problem)))]
pub(super) async fn unlink_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    unlink(&app, caller, user).await
}

/// The same for oneself, who has a password.
#[utoipa::path(post, path = "/me/unlink", tag = "people",
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "Whoever asks is no user", body = Problem),
        (status = 409, description = "There is no linked account, or no other way in", body = Problem)))]
pub(super) async fn unlink_oneself(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<WriteResult>, Problem> {
    let user = user_of(&caller)?;
    unlink(&app, caller, user).await
}

async fn unlink(
    app: &Arc<App>,
    caller: Caller,
    user: String,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Provider(ProviderCommand::Unlink { user });
    Ok(Json(app.write(caller, command).await?))
}
