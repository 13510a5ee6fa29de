//! `/conversations/{id}/files`, `/files`: files are sent up, then named by a message, and read by those who
//! see the conversation.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, Request, State};
use axum::response::Response;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::FileBytes;
use super::off;
use crate::app::{App, Upload, UploadedFile};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::download::download;
use crate::web::upload::{announced_length, announces_too_much, hear_out, receive, told_type};

/// What a file that is sent up is called.
#[derive(Deserialize)]
pub(super) struct FileName {
    #[serde(default)]
    name: String,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(send_file))
        .routes(routes!(send_file_ahead))
        .routes(routes!(get_file))
}

/// Sends a file up: its bytes are the body, as `curl --data-binary @bill.pdf` sends them.
///
/// `Content-Type` says what it is; it is noted and never believed. A message names the file by its
/// `id` within a day, in `files`; what no message names goes. The same bytes are kept once.
#[utoipa::path(post, path = "/conversations/{id}/files", tag = "conversations",
    request_body(content = Option<FileBytes>, content_type = "application/octet-stream",
        description = "The bytes; at most 20 MB unless `max_file_bytes` of svar.toml says otherwise"),
    params(("id" = String, Path, description = "The conversation"),
        ("name" = String, Query, min_length = 1, max_length = 200,
            description = "What it is called; folders and characters that are not seen are left out")),
    responses((status = 200, description = "It is on disk", body = UploadedFile),
        (status = 404, description = "No such conversation", body = Problem),
        (status = 413, description = "The file is too large", body = Problem)))]
pub(super) async fn send_file(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Parameters(FileName { name }): Parameters<FileName>,
    request: Request,
) -> Result<Json<UploadedFile>, Problem> {
    let told = told_type(request.headers());
    let begun = {
        let app = Arc::clone(&app);
        off(move || Ok(app.begin_upload(&caller, &id, (&name, told.as_deref()))?))
    };
    take(&app, begun.await?, request).await
}

/// Sends a file up for a conversation that is yet to begin: `POST /conversations` names it by its
/// `id` within a day, in `files`.
#[utoipa::path(post, path = "/files", tag = "conversations",
    request_body(content = Option<FileBytes>, content_type = "application/octet-stream",
        description = "The bytes; at most 20 MB unless `max_file_bytes` of svar.toml says otherwise"),
    params(("name" = String, Query, min_length = 1, max_length = 200,
        description = "What it is called; folders and characters that are not seen are left out")),
    responses((status = 200, description = "It is on disk", body = UploadedFile),
        (status = 413, description = "The file is too large", body = Problem)))]
pub(super) async fn send_file_ahead(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(FileName { name }): Parameters<FileName>,
    request: Request,
) -> Result<Json<UploadedFile>, Problem> {
    let told = told_type(request.headers());
    let begun = {
        let app = Arc::clone(&app);
        off(move || Ok(app.begin_upload_ahead(&caller, (&name, told.as_deref()))?))
    };
    take(&app, begun.await?, request).await
}

/// Takes a request's body in as the file.
async fn take(
    app: &Arc<App>,
    upload: Upload,
    request: Request,
) -> Result<Json<UploadedFile>, Problem> {
    let announced = announced_length(request.headers());
    let mut body = request.into_body();
    if let Some(error) = announces_too_much(announced, &upload) {
        drop(upload);
        hear_out(&mut body).await;
        return Err(error.into());
    }
    Ok(Json(receive(app, upload, &mut body).await?))
}

/// A file that a message of the conversation names, always as a download.
#[utoipa::path(get, path = "/conversations/{id}/files/{file}", tag = "conversations",
    params(("id" = String, Path, description = "The conversation"),
        ("file" = String, Path, description = "The `sha256` of an attachment of one of its messages")),
    responses((status = 200, description = "Its bytes", body = FileBytes, content_type = "application/octet-stream"),
        (status = 404, description = "No such conversation, or no such file in it", body = Problem)))]
pub(super) async fn get_file(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let stored = off(move || Ok(app.file_at(&app.present_to(&caller.sight), &id, &file)?));
    Ok(download(stored.await?))
}
