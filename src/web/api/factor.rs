//! `/me/second-factor`: a sign-in that asks for a code besides the password.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use super::users::user_of;
use crate::app::{App, NewFactor, RecoveryCodes, WriteResult};
use crate::command::{Caller, Command, UserCommand};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A secret that an authenticator app has, and a code that it shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorProof {
    /// The secret.
    secret: String,
    /// The code that the app shows now.
    code: String,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorCode {
    /// A code of the app, or a recovery code.
    code: String,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(new_factor))
        .routes(routes!(set_factor))
        .routes(routes!(remove_factor))
        .routes(routes!(reset_factor))
}

/// Makes a secret for an authenticator app; nothing is kept of it yet.
#[utoipa::path(post, path = "/me/second-factor/new", tag = "people",
    responses((status = 200, description = "The secret, shown this once", body = NewFactor),
        (status = 404, description = "Whoever asks is no user", body = Problem)))]
pub(super) async fn new_factor(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<NewFactor>, Problem> {
    let user = user_of(&caller)?;
    off(move || Ok(Json(app.new_factor(&user)?))).await
}

/// Has one's own sign-in ask for codes of the secret from now on.
#[utoipa::path(post, path = "/me/second-factor", tag = "people", request_body = FactorProof,
    responses((status = 200, description = "The recovery codes, shown this once", body = RecoveryCodes),
        (status = 400, description = "The code is not right", body = Problem),
        (status = 404, description = "Whoever asks is no user", body = Problem),
        (status = 409, description = "There is one already", body = Problem)))]
pub(super) async fn set_factor(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(proof): JsonBody<FactorProof>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let user = user_of(&caller)?;
    off(move || {
        Ok(Json(app.set_factor(
            &caller,
            &user,
            &proof.secret,
            &proof.code,
        )?))
    })
    .await
}

/// Has one's own sign-in ask for no code any more.
#[utoipa::path(post, path = "/me/second-factor/remove", tag = "people", request_body = FactorCode,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "The code does not hold", body = Problem),
        (status = 404, description = "Whoever asks is no user", body = Problem)))]
pub(super) async fn remove_factor(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(FactorCode { code }): JsonBody<FactorCode>,
) -> Result<Json<WriteResult>, Problem> {
    let user = user_of(&caller)?;
    off(move || Ok(Json(app.remove_factor(&caller, &user, &code)?))).await
}

/// Has a user's sign-in ask for no code any more, for one who has lost the app and the codes.
#[utoipa::path(post, path = "/users/{user}/reset-second-factor", tag = "people",
    params(("user" = String, Path, description = "Whose")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "There is no second factor", body = Problem)))]
pub(super) async fn reset_factor(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = UserCommand::RemoveSecondFactor { user };
    Ok(Json(app.write(caller, Command::User(command)).await?))
}
