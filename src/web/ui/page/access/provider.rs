//! `/sign-in/oidc`: to the provider of sign-ins, and back.
//!
//! A press begins it (POST). Whoever comes back does so by GET, as OpenID Connect has it: that is
//! all that a GET ever does here, and only with a code that is taken once and the cookie of the
//! browser in which it was pressed. A scanner that opens the address, or a HEAD, does nothing.
//!
//! The page policy lets a form lead nowhere else, and a browser holds whatever a provider forwards
//! to against it, too; so the answer to the press is a page that leads on.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::{agent_of, go_on, next_of, off, private, with_cookie};
use crate::app::{
    App, ProviderAim, ProviderError, ProviderOutcome, ProviderReturn, ProviderStart, ProviderWish,
};
use crate::command::{Caller, Identity};
use crate::web::session::{address_of, away_of, come_back, sent_away};
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Frame, fault_page, field_of};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    frame: Frame,
    fault: String,
    /// Where it goes on, and what that is called.
    onward: String,
    label: String,
}

/// Sends somebody to the provider.
pub(in crate::web::ui) async fn post_provider(
    State(app): State<Arc<App>>,
    extensions: Extensions,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let text = |name: &str| field_of(&form, name).unwrap_or_default().to_owned();
    let aim = match (field_of(&form, "do"), user_of(&extensions)) {
        (Some("link"), Some(user)) => ProviderAim::Link { user },
        (Some("link"), None) => return Redirect::to("/sign-in?next=%2Faccount").into_response(),
        _ => ProviderAim::SignIn,
    };
    let is_link = aim != ProviderAim::SignIn;
    let wish = ProviderWish {
        aim,
        password: text("present"),
        next: next_of(&text("next")).to_owned(),
        address: address_of(&app, &extensions, &headers),
        agent: agent_of(&headers),
    };
    let shared = Arc::clone(&app);
    match off(move || Ok(shared.go_to_provider(wish))).await {
        Ok(Ok(start)) => away(&app, &start),
        Ok(Err(error)) => said_no(error, is_link),
        Err(fault) => fault_page(fault),
    }
}

/// The page that leads to the provider.
fn away(app: &App, start: &ProviderStart) -> Response {
    let name = app.provider_name().unwrap_or_default();
    let page = Page {
        frame: Frame::new(t("provider.away"), ""),
        fault: String::new(),
        onward: start.location.clone(),
        label: fill("provider.onward", &[("name", name)]),
    };
    let mut response = private(StatusCode::OK, page.render());
    if let Ok(value) = HeaderValue::from_str(&format!("0;url={}", start.location)) {
        response.headers_mut().insert("refresh", value);
    }
    with_cookie(response, sent_away(app, &start.browser))
}

/// Lets in, or links, whoever comes back.
pub(in crate::web::ui) async fn get_provider(
    State(app): State<Arc<App>>,
    method: Method,
    extensions: Extensions,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    if method == Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let text = |name: &str| field_of(&pairs, name).map(str::to_owned);
    let back = ProviderReturn {
        state: text("state").unwrap_or_default(),
        browser: away_of(&headers).unwrap_or_default(),
        code: text("code"),
        error: text("error"),
        issuer: text("iss"),
        user: user_of(&extensions),
    };
    let is_link = back.user.is_some();
    let shared = Arc::clone(&app);
    let response = match off(move || Ok(shared.come_from_provider(&back))).await {
        Ok(Ok(ProviderOutcome::SignedIn { signed, next })) => go_on(&app, signed, &next),
        Ok(Ok(ProviderOutcome::Linked)) => Redirect::to("/account").into_response(),
        Ok(Err(error)) => said_no(error, is_link),
        Err(fault) => fault_page(fault),
    };
    with_cookie(response, come_back(&app))
}

/// The user who is signed in.
fn user_of(extensions: &Extensions) -> Option<String> {
    match &extensions.get::<Caller>()?.identity {
        Identity::User(user) => Some(user.clone()),
        _ => None,
    }
}

/// The page that says why nobody is let in, or nothing is linked.
fn said_no(error: ProviderError, is_link: bool) -> Response {
    let (status, fault) = match error {
        ProviderError::NotSet => return fault_page(Fault::missing("page", "/sign-in/oidc")),
        ProviderError::Over => (StatusCode::UNAUTHORIZED, t("provider.over").to_owned()),
        ProviderError::Declined(reason) => {
            let fault = fill("provider.declined", &[("reason", &reason)]);
            (StatusCode::FORBIDDEN, fault)
        }
        ProviderError::Unreachable(reason) => {
            tracing::warn!(reason, "the provider of sign-ins cannot be asked");
            let fault = fill("provider.unreachable", &[("reason", &reason)]);
            (StatusCode::BAD_GATEWAY, fault)
        }
        ProviderError::Disbelieved(reason) => {
            tracing::warn!(reason, "the provider of sign-ins is not believed");
            let fault = fill("provider.disbelieved", &[("reason", &reason)]);
            (StatusCode::BAD_GATEWAY, fault)
        }
        ProviderError::TooMany(wait) => {
            let secs = (wait.as_secs() + 1).to_string();
            let fault = fill("access.too_many", &[("secs", &secs)]);
            (StatusCode::TOO_MANY_REQUESTS, fault)
        }
        ProviderError::App(error) => match Fault::from(error) {
            Fault::Conflict(reason) => {
                let fault = fill("provider.refused", &[("reason", &reason)]);
                (StatusCode::FORBIDDEN, fault)
            }
            fault @ Fault::Query(_) => (fault.status(), fault.detail()),
            fault => return fault_page(fault),
        },
    };
    let (onward, label) = if is_link {
        ("/account", t("provider.to_account"))
    } else {
        ("/sign-in", t("access.to_sign_in"))
    };
    let page = Page {
        frame: Frame::new(t("access.title"), ""),
        fault,
        onward: onward.to_owned(),
        label: label.to_owned(),
    };
    private(status, page.render())
}
