//! `/widget/job`: a contact says by a link that a job is done, and how it was.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::{Frame, fault_page, field_of};
use super::{frame, introduced, may_say, off, said, score, shown, taken};
use crate::app::{App, VisitLimit};
use crate::model::TicketStanding;
use crate::web::ui::text::ContactLanguage;
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "job.html")]
struct Page {
    frame: Frame,
    language: ContactLanguage,
    fault: String,
    /// Whether the link leads to a job whose contact's word is asked for.
    is_open: bool,
    is_done: bool,
    token: String,
    /// What the job is.
    what: String,
    communication: u8,
    quality: u8,
    words: String,
}

/// The job of a link.
pub(in crate::web::ui) async fn get_job(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    page(&app, &headers, pairs, String::new()).await
}

/// Takes in what a contact says of it.
pub(in crate::web::ui) async fn post_job(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let job = match open(&app, &form).await {
        Ok(Some(job)) => job,
        Ok(None) => return page(&app, &headers, form, String::new()).await,
        Err(refusal) => return refusal,
    };
    let language = ContactLanguage::of(&[field_of(&form, "lang")], &headers);
    let fault = match take(&app, &job, (&form, language)).await {
        Ok(()) => {
            return taken("/widget/job", &form);
        }
        Err(fault) => fault,
    };
    page(&app, &headers, form, fault).await
}

async fn take(
    app: &Arc<App>,
    job: &TicketStanding,
    (form, language): (&[(String, String)], ContactLanguage),
) -> Result<(), String> {
    let limit = VisitLimit::Words(job.ticket.id.as_str());
    may_say(app, limit, language)?;
    // Who says only that it is done leaves both scores out.
    let has_scores = ["communication", "quality"].map(|name| field_of(form, name).is_some());
    let scores = if has_scores == [false, false] {
        None
    } else {
        let one = |name: &str| score(form, name).map_err(|fault| fault.to_string());
        Some((one("communication")?, one("quality")?))
    };
    let text = field_of(form, "text").map(|text| text.replace("\r\n", "\n"));
    let given = app.confirm_by_link(job, scores, text).await;
    given
        .map(|_written| ())
        .map_err(|error| said(language, &error))
}

/// The job of a link, while its contact's word is asked for.
async fn open(
    app: &Arc<App>,
    pairs: &[(String, String)],
) -> Result<Option<TicketStanding>, Response> {
    let token = field_of(pairs, "t").unwrap_or_default().to_owned();
    let read = off(app, move |app| Ok(app.open_job(&token)?)).await;
    read.map_err(fault_page)
}

async fn page(app: &Arc<App>, headers: &HeaderMap, pairs: Pairs, fault: String) -> Response {
    let job = match open(app, &pairs).await {
        Ok(job) => job,
        Err(refusal) => return refusal,
    };
    let language = ContactLanguage::of(&[field_of(&pairs, "lang")], headers);
    let ticket = job.as_ref().map(|job| &job.ticket);
    let review = ticket.and_then(|ticket| ticket.review.clone());
    let typed = field_of(&pairs, "text").map(str::to_owned);
    let chosen = |name: &str, before: Option<u8>| {
        let chosen = score(&pairs, name).ok();
        chosen.or(before).unwrap_or_default()
    };
    let page = Page {
        frame: frame(language.say("job.title")),
        language,
        fault: introduced(language, fault),
        is_open: job.is_some(),
        is_done: field_of(&pairs, "done").is_some(),
        token: field_of(&pairs, "t").unwrap_or_default().to_owned(),
        what: ticket
            .and_then(|ticket| ticket.service.clone().or_else(|| ticket.subject.clone()))
            .unwrap_or_default(),
        communication: chosen(
            "communication",
            review.as_ref().map(|one| one.communication),
        ),
        quality: chosen("quality", review.as_ref().map(|one| one.quality)),
        words: typed
            .or_else(|| review.and_then(|review| review.text))
            .unwrap_or_default(),
    };
    let status = if page.is_open {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    shown(status, page.render())
}
