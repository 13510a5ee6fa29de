//! What comes before every route: request ids, tracing, `Host` and `Origin`.
//!
//! A page elsewhere could make a browser talk to Svar by a name that resolves to its address
//! (DNS rebinding) or by a cross-site post; both are refused by what the browser itself sends
//! along. It answers to this machine's names and to `public_url`; where people sign in also to
//! plain addresses, which no name can stand for.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::problem::Problem;
use super::widget;
use crate::app::App;
use crate::clock::Clock;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the checks before every route of `router`.
pub fn guard(app: Arc<App>, router: Router) -> Router {
    router.layer(middleware::from_fn_with_state(app, watch))
}

/// Gives the request an id, checks it, measures it, and renders its problem, if any.
async fn watch(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let span = tracing::info_span!("request", %id, %method, path = request.uri().path());
    let began = Instant::now();
    let response = async {
        match check(&app, &request) {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    }
    .instrument(span.clone())
    .await;
    let status = response.status().as_u16();
    let took = began.elapsed();
    span.in_scope(|| tracing::debug!(status, ?took, "answered"));
    let labels = [
        ("method", method.to_string()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("svar_http_requests_total", &labels).increment(1);
    metrics::histogram!("svar_http_request_seconds", &labels).record(took.as_secs_f64());
    finish(response, &id)
}

fn finish(mut response: Response, id: &str) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let said = std::mem::take(response.headers_mut());
        response = problem.render(id);
        // When to try again, and which page may read it, goes with the problem.
        for (name, value) in &said {
            if *name != header::CONTENT_LENGTH {
                let held = response.headers_mut().entry(name);
                held.or_insert_with(|| value.clone());
            }
        }
    } else if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = "send the events in smaller parts; a body holds at most 32 MiB";
        let kind = "too_large";
        response = Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            kind,
            "The body is too large",
            detail,
        )
        .render(id);
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// The caller's request id if it is a sensible one, else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let id = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let sensible = |id: &&str| {
        !id.is_empty()
            && id.len() <= 64
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    id.filter(sensible)
        .map_or_else(Clock::fresh_id, str::to_owned)
}

fn check(app: &App, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| {
            request
                .uri()
                .authority()
                .map(axum::http::uri::Authority::as_str)
        });
    let host = host.ok_or_else(|| Problem::bad_request("the request has no Host header"))?;
    if !is_loopback(host) && !is_own(app, host) {
        return Err(refused(
            "host",
            "Svar answers to this machine's own names only, such as localhost or 127.0.0.1, and to \
             the address that `public_url` of svar.toml names",
        ));
    }
    // The widget's routes have their own list of sites, and take no cookies.
    if widget::is_widgets(request.uri().path()) {
        return Ok(());
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let origin = headers
        .get(header::ORIGIN)
        .map(|value| value.to_str().unwrap_or_default());
    let same = |origin: &str| {
        origin
            .split_once("://")
            .is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
            || app
                .network()
                .public_url
                .as_ref()
                .is_some_and(|url| url.origin().eq_ignore_ascii_case(origin))
    };
    if changes && origin.is_some_and(|origin| !same(origin)) {
        return Err(refused(
            "origin",
            "a page of another site may not change anything here",
        ));
    }
    let site = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    if changes && site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(refused(
            "origin",
            "a page of another site may not change anything here",
        ));
    }
    Ok(())
}

fn refused(kind: &'static str, detail: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        kind,
        "The request comes from elsewhere",
        detail,
    )
}

/// Whether a `Host` is one by which this server is reached from elsewhere.
fn is_own(app: &App, host: &str) -> bool {
    let url = app.network().public_url.as_ref();
    url.is_some_and(|url| url.host().eq_ignore_ascii_case(host))
        || (app.people().has_sign_in() && name_of(host).parse::<IpAddr>().is_ok())
}

/// A `Host` without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Whether a `Host` names this machine.
fn is_loopback(host: &str) -> bool {
    let name = name_of(host);
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:7878",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "svar.example",
            "127.0.0.1.example",
            "10.0.0.1",
            "[::2]",
            "",
            "localhost.example:7878",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
