//! `/sign-in`: a user gets in with address and password; `/sign-out` ends that.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{agent_of, enter, go_on, next_of, off, private, with_cookie};
use crate::app::{App, SecondStep, SignIn, SignInError};
use crate::web::session::{address_of, secret_of, signed_out};
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Frame, fault_page, field_of};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    fault: String,
    note: &'static str,
    email: String,
    next: String,
    /// The button to the provider by which people sign in, too.
    by_provider: Option<String>,
}

/// What the form says.
#[derive(Deserialize)]
pub(in crate::web::ui) struct Entry {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    /// Of the second step: what the first one gave.
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    frame: Frame,
    fault: String,
    ticket: String,
    next: String,
}

/// The form.
pub(in crate::web::ui) async fn get_sign_in(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let next = field_of(&pairs, "next").unwrap_or_default();
    if !app.people().has_sign_in() {
        let fault = t("access.no_set_up").to_owned();
        return show(None, StatusCode::OK, fault, ("", next));
    }
    let note = field_of(&pairs, "out").map_or("", |_| t("access.signed_out"));
    let page = Page {
        frame: Frame::new(t("access.title"), ""),
        fault: String::new(),
        note,
        email: String::new(),
        next: next_of(next).to_owned(),
        by_provider: app.provider_name().map(by_provider),
    };
    private(StatusCode::OK, page.render())
}

/// Lets somebody in.
pub(in crate::web::ui) async fn post_sign_in(
    State(app): State<Arc<App>>,
    extensions: Extensions,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    if !entry.ticket.is_empty() {
        let address = address_of(&app, &extensions, &headers);
        return second_step(app, address, entry).await;
    }
    let attempt = SignIn {
        email: entry.email.clone(),
        password: entry.password,
        address: address_of(&app, &extensions, &headers),
        agent: agent_of(&headers),
    };
    let shared = Arc::clone(&app);
    match off(move || Ok(shared.sign_in(&attempt))).await {
        Ok(Ok(signed)) => go_on(&app, signed, &entry.next),
        Ok(Err(SignInError::Wrong | SignInError::WrongCode | SignInError::Over)) => {
            let fault = t("access.wrong").to_owned();
            let again = (entry.email.as_str(), entry.next.as_str());
            show(app.provider_name(), StatusCode::UNAUTHORIZED, fault, again)
        }
        Ok(Err(SignInError::TooMany(wait))) => {
            let secs = (wait.as_secs() + 1).to_string();
            let fault = fill("access.too_many", &[("secs", &secs)]);
            let status = StatusCode::TOO_MANY_REQUESTS;
            let again = (entry.email.as_str(), entry.next.as_str());
            show(app.provider_name(), status, fault, again)
        }
        Ok(Err(SignInError::App(error))) => fault_page(error.into()),
        Err(fault) => fault_page(fault),
    }
}

/// The second step: a code.
async fn second_step(app: Arc<App>, address: Option<IpAddr>, entry: Entry) -> Response {
    let step = SecondStep {
        ticket: entry.ticket.clone(),
        code: entry.code,
        address,
    };
    let shared = Arc::clone(&app);
    let again = |status, fault| ask_code(status, &entry.ticket, &entry.next, fault);
    match off(move || Ok(shared.sign_in_with_code(&step))).await {
        Ok(Ok(secret)) => enter(&app, &secret, &entry.next),
        Ok(Err(SignInError::TooMany(wait))) => {
            let secs = (wait.as_secs() + 1).to_string();
            let fault = fill("access.too_many", &[("secs", &secs)]);
            again(StatusCode::TOO_MANY_REQUESTS, fault)
        }
        Ok(Err(SignInError::WrongCode)) => {
            again(StatusCode::UNAUTHORIZED, t("access.wrong_code").to_owned())
        }
        Ok(Err(SignInError::App(error))) => fault_page(error.into()),
        Ok(Err(SignInError::Over | SignInError::Wrong)) => {
            let fault = t("access.over").to_owned();
            let again = ("", entry.next.as_str());
            show(app.provider_name(), StatusCode::UNAUTHORIZED, fault, again)
        }
        Err(fault) => fault_page(fault),
    }
}

/// The question for a code.
pub(super) fn ask_code(status: StatusCode, ticket: &str, next: &str, fault: String) -> Response {
    let page = CodePage {
        frame: Frame::new(t("access.title"), ""),
        fault,
        ticket: ticket.to_owned(),
        next: next_of(next).to_owned(),
    };
    private(status, page.render())
}

/// What the button to a provider says.
fn by_provider(name: &str) -> String {
    fill("access.by_provider", &[("name", name)])
}

/// The form once more, with what was typed.
fn show(
    provider: Option<&str>,
    status: StatusCode,
    fault: String,
    (email, next): (&str, &str),
) -> Response {
    let page = Page {
        frame: Frame::new(t("access.title"), ""),
        fault,
        note: "",
        email: email.to_owned(),
        next: next_of(next).to_owned(),
        by_provider: provider.map(by_provider),
    };
    private(status, page.render())
}

/// Ends the session of this browser.
pub(in crate::web::ui) async fn post_sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Response {
    let shared = Arc::clone(&app);
    let ended = off(move || match secret_of(&headers) {
        Some(secret) => shared.sign_out(&secret).map_err(Fault::from),
        None => Ok(()),
    });
    match ended.await {
        Ok(()) => with_cookie(
            Redirect::to("/sign-in?out=1").into_response(),
            signed_out(&app),
        ),
        Err(fault) => fault_page(fault),
    }
}
