//! `/widget/rate`: a contact says how satisfied they are, by a link.
//!
//! The link may carry a score, which the page shows as chosen; only a press says it.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::{Frame, fault_page, field_of};
use super::{frame, introduced, may_say, off, said, score, shown, taken};
use crate::app::{App, OpenSurvey, VisitLimit};
use crate::web::ui::text::ContactLanguage;
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "survey.html")]
struct Page {
    frame: Frame,
    language: ContactLanguage,
    fault: String,
    /// Whether the link leads to a survey that is open.
    is_open: bool,
    is_done: bool,
    token: String,
    chosen: u8,
    words: String,
}

/// The survey of a link.
pub(in crate::web::ui) async fn get_survey(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    page(&app, &headers, pairs, String::new()).await
}

/// Takes in what a contact says.
pub(in crate::web::ui) async fn post_survey(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let survey = match open(&app, &form).await {
        Ok(Some(survey)) => survey,
        Ok(None) => return page(&app, &headers, form, String::new()).await,
        Err(refusal) => return refusal,
    };
    let language = language_of(&headers, &form, Some(&survey));
    let fault = match take(&app, &survey, (&form, language)).await {
        Ok(()) => {
            return taken("/widget/rate", &form);
        }
        Err(fault) => fault,
    };
    page(&app, &headers, form, fault).await
}

async fn take(
    app: &Arc<App>,
    survey: &OpenSurvey,
    (form, language): (&[(String, String)], ContactLanguage),
) -> Result<(), String> {
    let limit = VisitLimit::Words(&survey.contact);
    may_say(app, limit, language)?;
    let score = score(form, "score").map_err(|fault| fault.to_string())?;
    let text = field_of(form, "text").map(|text| text.replace("\r\n", "\n"));
    let rated = app.rate_by_link(survey, score, text).await;
    rated
        .map(|_written| ())
        .map_err(|error| said(language, &error))
}

/// The survey of a link, if it is open.
async fn open(app: &Arc<App>, pairs: &[(String, String)]) -> Result<Option<OpenSurvey>, Response> {
    let token = field_of(pairs, "t").unwrap_or_default().to_owned();
    let read = off(app, move |app| Ok(app.open_survey(&token)?)).await;
    read.map_err(fault_page)
}

fn language_of(
    headers: &HeaderMap,
    pairs: &[(String, String)],
    survey: Option<&OpenSurvey>,
) -> ContactLanguage {
    let known = survey.and_then(|survey| survey.language.as_deref());
    ContactLanguage::of(&[field_of(pairs, "lang"), known], headers)
}

async fn page(app: &Arc<App>, headers: &HeaderMap, pairs: Pairs, fault: String) -> Response {
    let survey = match open(app, &pairs).await {
        Ok(survey) => survey,
        Err(refusal) => return refusal,
    };
    let language = language_of(headers, &pairs, survey.as_ref());
    let before = survey.as_ref().and_then(|survey| survey.said.clone());
    let (before, words) = before.map_or((0, None), |(score, words)| (score, words));
    let typed = field_of(&pairs, "text").map(str::to_owned);
    let page = Page {
        frame: frame(language.say("survey.title")),
        language,
        fault: introduced(language, fault),
        is_open: survey.is_some(),
        is_done: field_of(&pairs, "done").is_some(),
        token: field_of(&pairs, "t").unwrap_or_default().to_owned(),
        chosen: score(&pairs, "score").unwrap_or(before),
        words: typed.or(words).unwrap_or_default(),
    };
    let status = if page.is_open {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    shown(status, page.render())
}
