//! The pages at the door: sign-in, set-up, invitations, and one's own account.
//!
//! A link only shows a page; what changes something is a press of its button. Passwords and
//! secrets are in no log: they come in bodies and queries, of which none is written down.

mod account;
mod provider;
mod qr;
mod set;
mod sign_in;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

pub(in crate::web::ui) use account::{get_account, post_account};
pub(in crate::web::ui) use provider::{get_provider, post_provider};
pub(in crate::web::ui) use set::{get_join, get_setup, post_join, post_setup};
pub(in crate::web::ui) use sign_in::{get_sign_in, post_sign_in, post_sign_out};

use super::fault_page;
use crate::app::{App, SignedIn};
use crate::web::session::{Barrier, signed_in};
use crate::web::ui::error::Fault;
use crate::web::ui::text::blocking;
use crate::web::ui::url::{address, pair};

/// Says no to a browser: shows the sign-in, or which role it takes.
pub(in crate::web::ui) fn refuse(request: &Request, barrier: Barrier) -> Response {
    if let Barrier::Role { needed, role } = barrier {
        return fault_page(Fault::Forbidden { needed, role });
    }
    let path = request.uri().path_and_query();
    let path = path.map_or("/", axum::http::uri::PathAndQuery::as_str);
    let is_page = *request.method() == Method::GET && path != "/";
    let pairs = if is_page {
        vec![pair("next", path)]
    } else {
        Vec::new()
    };
    Redirect::to(&address("/sign-in", &pairs)).into_response()
}

/// Where to go after the sign-in: a page of ours, or the overview.
fn next_of(next: &str) -> &str {
    let is_ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t']);
    if is_ours { next } else { "/" }
}

/// What the browser calls itself.
fn agent_of(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// Moves on after a right password, or a provider's word: with the cookie of a session, or to the question for a code.
fn go_on(app: &App, signed: SignedIn, next: &str) -> Response {
    match signed {
        SignedIn::Session(secret) => enter(app, &secret, next),
        SignedIn::Code(ticket) => sign_in::ask_code(StatusCode::OK, &ticket, next, String::new()),
    }
}

/// Moves on with the cookie of a session.
fn enter(app: &App, secret: &str, next: &str) -> Response {
    with_cookie(
        Redirect::to(next_of(next)).into_response(),
        signed_in(app, secret),
    )
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A page that no cache may keep, since it holds a secret.
fn private(status: StatusCode, page: Result<String, askama::Error>) -> Response {
    match page {
        Ok(page) => {
            let mut response = (status, Html(page)).into_response();
            let caching = HeaderValue::from_static("no-store");
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, caching);
            let referrer = HeaderValue::from_static("no-referrer");
            response
                .headers_mut()
                .insert(header::REFERRER_POLICY, referrer);
            response
        }
        Err(error) => fault_page(error.into()),
    }
}

/// Runs what may block off the async threads.
async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let done = blocking(work).await;
    done.unwrap_or_else(|error| Err(Fault::Failed(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site_after_the_sign_in() {
        for ours in ["/", "/reports/handled?by=rep", "/a//b"] {
            assert_eq!(next_of(ours), ours);
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/x",
        ] {
            assert_eq!(next_of(other), "/", "{other}");
        }
    }
}
