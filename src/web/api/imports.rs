//! `/imports`: what came of other products' exports.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command};
use crate::model::{Completeness, Timestamp};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// An import that is done.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportView {
    /// Its place in the journal.
    seq: u64,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it.
    actor: String,
    /// What it came to.
    completeness: Completeness,
}

/// The imports that are done.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportList {
    /// The last first, a hundred at most.
    items: Vec<ImportView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_imports))
        .routes(routes!(finish_import))
}

/// Lists what imports of other products' exports came to, the last first.
#[utoipa::path(get, path = "/imports", tag = "events",
    responses((status = 200, description = "The imports", body = ImportList)))]
pub(super) async fn list_imports(State(app): State<Arc<App>>) -> Json<ImportList> {
    let imports = Arc::clone(&app.snapshot().installation.imports);
    let items = imports.latest().map(|import| ImportView {
        seq: import.seq,
        at: import.at,
        actor: import.actor.clone(),
        completeness: import.completeness.clone(),
    });
    Json(ImportList {
        items: items.collect(),
    })
}

/// Keeps what an import came to, as `svar import` worked it out.
#[utoipa::path(post, path = "/imports/finished", tag = "events", request_body = Completeness,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Something in it is longer than any import says", body = Problem)))]
pub(super) async fn finish_import(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(completeness): JsonBody<Completeness>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::FinishImport(Box::new(completeness));
    Ok(Json(app.write(caller, command).await?))
}
