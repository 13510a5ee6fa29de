//! Files of a visitor's conversation: sent up with their token, and read with it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query as Parameters, Request, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::session::{Known, too_many};
use crate::app::{App, Error, UploadedFile, VisitLimit};
use crate::web::Problem;
use crate::web::download::download;
use crate::web::session::address_of;
use crate::web::upload::{announced_length, announces_too_much, hear_out, receive, told_type};

/// What a file that is sent up is called.
#[derive(Deserialize)]
pub(super) struct FileName {
    #[serde(default)]
    name: String,
}

/// Takes a file in that a message of the visitor may name.
pub(super) async fn post_file(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    Parameters(FileName { name }): Parameters<FileName>,
    request: Request,
) -> Result<Json<UploadedFile>, Response> {
    let failed = |error: Error| Problem::from(error).into_response();
    let address = address_of(&app, request.extensions(), request.headers());
    if let Some(address) = address {
        app.check_visit(VisitLimit::FileFrom(address))
            .map_err(too_many)?;
    }
    app.check_visit(VisitLimit::File(&visitor.contact))
        .map_err(too_many)?;
    let told = told_type(request.headers());
    let announced = announced_length(request.headers());
    let mut body = request.into_body();
    let begun = {
        let app = Arc::clone(&app);
        off(move || app.begin_visitors_upload(&visitor.contact, (&name, told.as_deref())))
    };
    let upload = begun.await.map_err(failed)?;
    if let Some(error) = announces_too_much(announced, &upload) {
        drop(upload);
        hear_out(&mut body).await;
        return Err(failed(error));
    }
    let received = receive(&app, upload, &mut body).await;
    received.map(Json).map_err(IntoResponse::into_response)
}

/// Gives out a file of the visitor's conversation.
pub(super) async fn get_file(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let stored = off(move || app.visitors_file(&visitor.contact, &file));
    Ok(download(stored.await?))
}

async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_panicked| Err(Error::Stopped("the work ended early".to_owned())))
}
