//! `/profiles`: the definition profiles that reports can be counted by.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{App, ProfileView, WriteResult};
use crate::command::{Caller, Command, ProfileCommand, ProfileDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All profiles.
#[derive(Serialize, ToSchema)]
pub(super) struct ProfileList {
    /// The default one first, the desk's own last.
    items: Vec<ProfileView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_profiles, set_profile))
        .routes(routes!(remove_profile))
}

/// Lists the profiles that can be chosen.
#[utoipa::path(get, path = "/profiles", tag = "reports",
    responses((status = 200, description = "The profiles with their switches", body = ProfileList)))]
pub(super) async fn list_profiles(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<ProfileList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let items = off(move || Ok(app.profiles())).await?;
    Ok(Json(ProfileList { items }))
}

/// Writes a profile of the desk's own; other switches than before make a new version of it.
#[utoipa::path(post, path = "/profiles", tag = "reports", request_body = ProfileDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "A name or a switch cannot be used", body = Problem)))]
pub(super) async fn set_profile(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<ProfileDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Profile(ProfileCommand::Set(draft));
    Ok(Json(app.write(caller, command).await?))
}

/// Lets nobody choose a profile any more; `name@version` is still counted.
#[utoipa::path(post, path = "/profiles/{name}/remove", tag = "reports",
    params(("name" = String, Path, description = "Its name")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "The desk has no such profile of its own", body = Problem)))]
pub(super) async fn remove_profile(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Profile(ProfileCommand::Remove { name });
    Ok(Json(app.write(caller, command).await?))
}
