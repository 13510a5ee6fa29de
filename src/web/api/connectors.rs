//! `/connectors`: accounts of other products that are kept up to date, and how far that is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, ConnectorDeed, ConnectorDraft, ConnectorView};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The connectors.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectorList {
    /// By name.
    items: Vec<ConnectorView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_connectors, save_connector))
        .routes(routes!(run_connector))
        .routes(routes!(pause_connector))
        .routes(routes!(resume_connector))
        .routes(routes!(remove_connector))
}

/// Lists the accounts of other products that are read, and how far that is.
#[utoipa::path(get, path = "/connectors", tag = "events",
    responses((status = 200, description = "The connectors, by name", body = ConnectorList)))]
pub(super) async fn list_connectors(
    State(app): State<Arc<App>>,
) -> Result<Json<ConnectorList>, Problem> {
    let items = off(move || Ok(app.connectors())).await?;
    Ok(Json(ConnectorList { items }))
}

/// Adds an account that is read from then on, or gives one that is there another token.
///
/// The token is kept in a file that only its owner may read; it is never told, and is neither in
/// the journal nor in exports and backups.
#[utoipa::path(post, path = "/connectors", tag = "events", request_body = ConnectorDraft,
    responses((status = 200, description = "It is kept", body = ConnectorView),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 409, description = "Another account has this name, or there are too many", body = Problem)))]
pub(super) async fn save_connector(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<ConnectorDraft>,
) -> Result<Json<ConnectorView>, Problem> {
    off(move || Ok(Json(app.save_connector(&caller, &draft)?))).await
}

/// Has an account read now, whatever went wrong before.
#[utoipa::path(post, path = "/connectors/{name}/run", tag = "events",
    params(("name" = String, Path, description = "The connector")),
    responses((status = 200, description = "It reads as soon as it can", body = ConnectorView),
        (status = 404, description = "There is no such connector", body = Problem)))]
pub(super) async fn run_connector(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<ConnectorView>, Problem> {
    done((app, caller), name, ConnectorDeed::Run).await
}

/// Has a connector rest.
#[utoipa::path(post, path = "/connectors/{name}/pause", tag = "events",
    params(("name" = String, Path, description = "The connector")),
    responses((status = 200, description = "It asks nothing any more", body = ConnectorView),
        (status = 404, description = "There is no such connector", body = Problem)))]
pub(super) async fn pause_connector(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<ConnectorView>, Problem> {
    done((app, caller), name, ConnectorDeed::Pause).await
}

/// Has a connector go on from where it is.
#[utoipa::path(post, path = "/connectors/{name}/resume", tag = "events",
    params(("name" = String, Path, description = "The connector")),
    responses((status = 200, description = "It goes on", body = ConnectorView),
        (status = 404, description = "There is no such connector", body = Problem)))]
pub(super) async fn resume_connector(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<ConnectorView>, Problem> {
    done((app, caller), name, ConnectorDeed::Resume).await
}

/// Takes a connector away with its token; what it has brought stays.
#[utoipa::path(post, path = "/connectors/{name}/remove", tag = "events",
    params(("name" = String, Path, description = "The connector")),
    responses((status = 200, description = "It is no more", body = ConnectorView),
        (status = 404, description = "There is no such connector", body = Problem)))]
pub(super) async fn remove_connector(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<ConnectorView>, Problem> {
    done((app, caller), name, ConnectorDeed::Remove).await
}

async fn done(
    (app, caller): (Arc<App>, Caller),
    name: String,
    deed: ConnectorDeed,
) -> Result<Json<ConnectorView>, Problem> {
    off(move || Ok(Json(app.do_connector(&caller, &name, deed)?))).await
}
