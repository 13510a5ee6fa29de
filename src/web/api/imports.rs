//! `/imports`: exports that are sent up, and what came of other products' exports.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::FileBytes;
use super::{ROOT, off};
use crate::app::{App, ImportProgress, MiningView, WriteResult};
use crate::command::{Caller, Command};
use crate::model::reconciliation::{Reconciliation, SourceFigures};
use crate::model::{Completeness, Timestamp};
use crate::web::Problem;
use crate::web::import_form::take_import;
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
    /// How far the search for questions in what people answered is, in all that came in.
    mining: MiningView,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, start_import))
        .routes(routes!(get_import))
        .routes(routes!(finish_import))
        .routes(routes!(reconcile_figures))
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
        mining: app.knowledge().mining(),
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

/// A source's figures beside ours.
#[derive(Serialize, ToSchema)]
pub(super) struct ReconciliationList {
    /// A figure each.
    items: Vec<Reconciliation>,
}

/// Sets figures that a source gives of its conversations or tickets beside what reports say of
/// the same; writes nothing. `svar import` keeps the answer with what the import came to.
#[utoipa::path(post, path = "/imports/reconciliation", tag = "events", request_body = SourceFigures,
    responses((status = 200, description = "Both side by side", body = ReconciliationList),
        (status = 400, description = "A figure that no source gives", body = Problem)))]
pub(super) async fn reconcile_figures(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(figures): JsonBody<SourceFigures>,
) -> Result<Json<ReconciliationList>, Problem> {
    let items = off(move || Ok(app.reconcile(&app.present_to(&caller.sight), &figures)?)).await?;
    Ok(Json(ReconciliationList { items }))
}

/// The form that brings an export.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the parts of a form")]
pub(super) struct ImportForm {
    /// What the files hold; left out or empty: it is found out.
    #[schema(pattern = "^(svar|csv|chatwoot|hubspot|intercom|zendesk)?$")]
    format: Option<String>,
    /// The IANA zone of a table's instants.
    zone: Option<String>,
    /// Of `csv` and `hubspot`: the text of a mapping.
    mapping: Option<String>,
    /// Of `csv`: a mapping that comes along.
    #[schema(pattern = "^(freshdesk|front|helpscout|zammad)?$")]
    preset: Option<String>,
    /// Whether nothing is to be written.
    #[schema(pattern = "^(true|false)?$")]
    dry_run: Option<String>,
    /// Whether files that messages link to are fetched, from the source's own hosts.
    #[schema(pattern = "^(true|false)?$")]
    fetch_attachments: Option<String>,
    /// More hosts that they may be fetched from, with blanks or commas between them.
    #[schema(pattern = "^([a-z0-9][a-z0-9.-]*)?$")]
    attachment_hosts: Option<String>,
    /// The files, plain, gzip, zstd or in zip archives.
    #[schema(value_type = Vec<FileBytes>, min_items = 1)]
    files: Vec<FileBytes>,
}

/// Imports an export that is sent up, beside everything else.
///
/// Nothing is sent to anybody because of it. One runs at a time; how far it is, and what it came
/// to, is at `Location`. The files do not stay.
#[utoipa::path(post, path = "/imports", tag = "events",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 202, description = "It runs", body = ImportProgress, headers(("Location" = String, description = "Where it is followed"))),
        (status = 400, description = "A field of the form cannot be used", body = Problem),
        (status = 409, description = "Another import runs", body = Problem),
        (status = 413, description = "It is too large", body = Problem)))]
pub(super) async fn start_import(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let (parcel, order) = take_import(&app, request).await?;
    let begun = off(move || Ok(app.start_import(&caller, parcel, &order)?)).await?;
    let place = format!("{ROOT}/imports/tasks/{}", begun.id);
    let headers = [(header::LOCATION, place)];
    Ok((StatusCode::ACCEPTED, headers, Json(begun)).into_response())
}

/// How far an import is that was sent up, and what it came to; of this run of the server.
#[utoipa::path(get, path = "/imports/tasks/{id}", tag = "events",
    params(("id" = String, Path, description = "The import, as Location named it")),
    responses((status = 200, description = "How far it is", body = ImportProgress),
        (status = 404, description = "No such import", body = Problem)))]
pub(super) async fn get_import(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<ImportProgress>, Problem> {
    let found = app.import_progress(&id);
    let missing = || Problem::not_found("no such import; only the latest of this run are kept");
    found.map(Json).ok_or_else(missing)
}
