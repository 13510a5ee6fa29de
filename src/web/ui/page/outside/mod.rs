//! The pages that contacts see, who sign in nowhere: in their language, without the desk's bar, and
//! without a script.
//!
//! Opening one changes nothing; a press does.

mod job;
mod request;
mod survey;
mod unsubscribe;

pub(in crate::web::ui) use job::{get_job, post_job};
pub(in crate::web::ui) use request::{get_request, post_request};
pub(in crate::web::ui) use survey::{get_survey, post_survey};
pub(in crate::web::ui) use unsubscribe::{get_unsubscribe, post_unsubscribe};

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{fault_page, field_of};
use crate::app::{App, Error, VisitLimit};
use crate::command::Role;
use crate::model::Invalid;
use crate::web::ui::error::Fault;
use crate::web::ui::frame::Frame;
use crate::web::ui::text::ContactLanguage;
use crate::web::ui::url::{address, pair};

/// What is around a page for contacts.
fn frame(title: &str) -> Frame {
    let mut frame = Frame::new(title, "");
    // Nothing of the desk is told here.
    frame.role = Some(Role::Viewer);
    frame
}

/// A page that no cache keeps: its form is good for one contact.
fn shown(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    let page = match page {
        Ok(page) => page,
        Err(error) => return fault_page(error.into()),
    };
    let mut response = (status, Html(page)).into_response();
    let caching = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, caching);
    response
}

/// Runs what may block off the async threads.
async fn off<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|error| Err(Fault::Failed(error.to_string())))
}

/// Why something was not taken, without what is only for the log.
fn said(language: ContactLanguage, error: &Error) -> String {
    match error {
        Error::Query(_) | Error::Unknown { .. } | Error::Refused(_) => error.to_string(),
        other => {
            tracing::error!(error = %other, "what a contact sent was not taken in");
            language.say_with("many", &[("secs", "10")])
        }
    }
}

/// Refuses, with a word on when, whoever says too much.
fn may_say(app: &App, limit: VisitLimit<'_>, language: ContactLanguage) -> Result<(), String> {
    app.check_visit(limit).map_err(|wait| {
        let secs = (wait.as_secs() + 1).to_string();
        language.say_with("many", &[("secs", &secs)])
    })
}

/// Leads from a form that was taken in back to its page, which says so.
fn taken(path: &str, form: &[(String, String)]) -> Response {
    let token = field_of(form, "t").unwrap_or_default();
    let done = [pair("t", token), pair("done", "yes")];
    Redirect::to(&address(path, &done)).into_response()
}

/// A fault behind a word in the contact's language; nothing stays nothing.
fn introduced(language: ContactLanguage, fault: String) -> String {
    match fault.as_str() {
        "" => fault,
        fault => format!("{} {fault}", language.say("wrong")),
    }
}

/// A score of a form.
fn score(form: &[(String, String)], name: &str) -> Result<u8, Invalid> {
    let text = field_of(form, name).unwrap_or_default();
    let score = text.parse().ok().filter(|score| (1..=5).contains(score));
    score.ok_or_else(|| Invalid::new(name, format!("`{text}` is no score; expected 1 to 5")))
}
