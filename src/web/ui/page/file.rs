//! `/conversations/{id}/files/{file}`: a file of a conversation, as a download.

use axum::extract::Path;
use axum::response::Response;

use super::{Visit, fault_page};
use crate::app::Error;
use crate::web::download::download;

/// Gives the file to those who see the conversation.
pub(in crate::web::ui) async fn get_file(
    visit: Visit,
    Path((id, file)): Path<(String, String)>,
) -> Response {
    let read = tokio::task::spawn_blocking(move || {
        let present = visit.app.present_to(&visit.caller.sight);
        visit.app.file_at(&present, &id, &file)
    });
    let read = read.await;
    let stopped = |_panicked| Err(Error::Stopped("the work ended early".to_owned()));
    match read.unwrap_or_else(stopped) {
        Ok(stored) => download(stored),
        Err(error) => fault_page(error.into()),
    }
}
