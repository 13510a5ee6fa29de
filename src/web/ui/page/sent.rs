//! What a form sends that may have files: its fields, and files that are sent up on the way.
//!
//! A form without files comes as forms do; one with files comes in parts, of which none is held
//! whole. A file becomes a field `file` with the id by which a message names it.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Form, RequestExt as _};

use super::Visit;
use crate::app::{App, Error, Upload, UploadedFile};
use crate::model::file::clean_name;
use crate::web::Problem;
use crate::web::ui::url::Pairs;
use crate::web::upload::{Source as _, receive};

/// The most that fields without files have together, in bytes.
const MAX_TEXT: usize = 4 << 20;
/// The most parts.
const MAX_PARTS: usize = 200;
/// What a field with a file is called.
const FILE: &str = "upload";

/// What a form has sent.
pub(super) struct SentForm {
    pub(super) pairs: Pairs,
    /// Why a file was not taken.
    pub(super) fault: Option<String>,
}

/// A file that a form sends: what it is called, and what it is told to be.
pub(super) struct SentFile {
    pub(super) name: String,
    pub(super) told: Option<String>,
}

/// Begins to take in a file, after the fields that came before it.
pub(super) type Begin = Arc<dyn Fn(&Pairs, &SentFile) -> Result<Upload, Error> + Send + Sync>;

/// Reads a form that was sent for a conversation; `None`: for one that is yet to begin.
pub(super) async fn read(
    visit: &Visit,
    conversation: Option<&str>,
    request: Request,
) -> Result<SentForm, Response> {
    let (app, caller) = (Arc::clone(&visit.app), visit.caller.clone());
    let conversation = conversation.map(str::to_owned);
    let begin: Begin = Arc::new(move |_fields, file| {
        let named = (file.name.as_str(), file.told.as_deref());
        match &conversation {
            Some(id) => app.begin_upload(&caller, id, named),
            None => app.begin_upload_ahead(&caller, named),
        }
    });
    read_with(&visit.app, begin, request).await
}

/// Reads a form; its files are begun by `begin`.
pub(super) async fn read_with(
    app: &Arc<App>,
    begin: Begin,
    mut request: Request,
) -> Result<SentForm, Response> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_in_parts = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if !is_in_parts {
        let form: Result<Form<Pairs>, _> = request.extract().await;
        let Form(pairs) = form.map_err(IntoResponse::into_response)?;
        return Ok(SentForm { pairs, fault: None });
    }
    // Each part has a limit of its own.
    DefaultBodyLimit::disable().apply(&mut request);
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(IntoResponse::into_response)?;
    let mut form = SentForm {
        pairs: Pairs::new(),
        fault: None,
    };
    let mut room = MAX_TEXT;
    for _ in 0..MAX_PARTS {
        let part = parts.next_field().await;
        let part = part.map_err(IntoResponse::into_response)?;
        let Some(mut part) = part else {
            return Ok(form);
        };
        let name = part.name().unwrap_or_default().to_owned();
        if name != FILE {
            let value = text(&mut part, &mut room).await?;
            form.pairs.push((name, value));
            continue;
        }
        match file(app, (&begin, &form.pairs), part).await? {
            Ok(Some(uploaded)) => form.pairs.push(("file".to_owned(), uploaded.id)),
            Ok(None) => {}
            Err(fault) => form.fault = Some(fault),
        }
    }
    Err(Problem::bad_request("the form has too many parts").into_response())
}

/// The files that go with what was typed, by the ids that they have since they were sent up.
pub(super) fn files_of(form: &[(String, String)]) -> Vec<String> {
    let files = form.iter().filter(|(name, _)| name == "file");
    files.map(|(_, id)| id.clone()).collect()
}

async fn text(part: &mut Field<'_>, room: &mut usize) -> Result<String, Response> {
    let mut bytes = Vec::new();
    while let Some(more) = part.next().await.map_err(|reason| cut(&reason))? {
        *room = room.checked_sub(more.len()).ok_or_else(|| {
            Problem::bad_request("the form's fields are too long").into_response()
        })?;
        bytes.extend_from_slice(&more);
    }
    String::from_utf8(bytes)
        .map_err(|_odd| Problem::bad_request("the form is no UTF-8").into_response())
}

fn cut(reason: &str) -> Response {
    Problem::bad_request(format!("the form did not come whole: {reason}")).into_response()
}

/// Sends a file up; none: there was none in the field. Why it is not taken is said on the page.
async fn file(
    app: &Arc<App>,
    (begin, fields): (&Begin, &Pairs),
    mut part: Field<'_>,
) -> Result<Result<Option<UploadedFile>, String>, Response> {
    let name = part.file_name().unwrap_or_default();
    if name.is_empty() {
        return Ok(Ok(None));
    }
    let file = SentFile {
        name: clean_name(name),
        told: part.content_type().map(str::to_owned),
    };
    let (begin, fields) = (Arc::clone(begin), fields.clone());
    let begun = tokio::task::spawn_blocking(move || begin(&fields, &file));
    let begun = begun
        .await
        .unwrap_or_else(|_panicked| Err(Error::Stopped("the work ended early".to_owned())));
    let upload = match begun {
        Ok(upload) => upload,
        Err(error @ Error::Query(_)) => return Ok(Err(error.to_string())),
        Err(other) => return Err(super::fault_page(other.into())),
    };
    let received = receive(app, upload, &mut part).await;
    Ok(match received {
        Ok(uploaded) => Ok(Some(uploaded)),
        Err(problem) => Err(problem.detail),
    })
}
