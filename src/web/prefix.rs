//! Everything under a path, as `https://shop.example/support` of `public_url` says.
//!
//! Pages and routes are written for the root. Here the path is taken off what is asked for (a proxy
//! may have taken it off before) and put on what leads on: addresses in pages, `Location`. What
//! people type is escaped in pages, quotes too, so that none of it passes for an address.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower::ServiceBuilder;

use crate::app::{App, PublicUrl};

/// The longest page that addresses are looked for in.
const MAX_PAGE: usize = 64 << 20;
/// After what an address of our own comes in a page.
const LEADS: [&[u8]; 5] = [
    b"href=\"/",
    b"action=\"/",
    b"src=\"/",
    b"data-panel=\"/",
    b"data-copy=\"/",
];
/// Where the readable description looks for the whole of it.
const DESCRIPTION: [&[u8]; 1] = [b"\"/api/v1/openapi.json"];

/// The routes, under the path that `public_url` has.
pub(super) fn under(app: &App, router: Router) -> Router {
    let url = app.network().public_url.as_ref();
    let prefix = url.map(PublicUrl::path).unwrap_or_default();
    if prefix.is_empty() {
        return router;
    }
    let prefix: Arc<str> = prefix.into();
    let taken = Arc::clone(&prefix);
    let inner = ServiceBuilder::new()
        .map_request(move |request| take_off(&taken, request))
        .service(router);
    Router::new()
        .fallback_service(inner)
        .layer(from_fn_with_state(prefix, put_on))
}

/// The request as the routes know it.
fn take_off(prefix: &str, mut request: Request) -> Request {
    let asked = request.uri();
    let rest = asked.path().strip_prefix(prefix);
    let rest = match rest {
        Some("") => Some("/"),
        Some(rest) if rest.starts_with('/') => Some(rest),
        _ => None,
    };
    let inner = rest.and_then(|rest| {
        let path = match asked.query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        let mut parts = asked.clone().into_parts();
        parts.path_and_query = path.parse().ok();
        Uri::from_parts(parts).ok()
    });
    if let Some(inner) = inner {
        *request.uri_mut() = inner;
    }
    let asked = OriginalUri(request.uri().clone());
    request.extensions_mut().insert(asked);
    request
}

/// The response with addresses that lead back here.
async fn put_on(State(prefix): State<Arc<str>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    if let Some(location) = location.filter(|location| is_own(location))
        && let Ok(value) = HeaderValue::from_str(&format!("{prefix}{location}"))
    {
        response.headers_mut().insert(header::LOCATION, value);
    }
    let media = response.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok());
    let media = media.unwrap_or_default();
    let leads: &[&[u8]] = if media.starts_with("text/html") || media.starts_with("image/svg") {
        &LEADS
    } else if media.contains("javascript") {
        &DESCRIPTION
    } else {
        return response;
    };
    let (mut parts, body) = response.into_parts();
    let Ok(page) = axum::body::to_bytes(body, MAX_PAGE).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = with_prefix(&page, leads, prefix.as_bytes());
    Response::from_parts(parts, Body::from(page))
}

/// Whether an address is one of ours, without a host.
fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

/// A page with the prefix before each of its own addresses.
fn with_prefix(page: &Bytes, leads: &[&[u8]], prefix: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len() + page.len() / 8);
    let mut rest: &[u8] = page;
    while let Some(byte) = rest.first() {
        let lead = leads.iter().find(|lead| rest.starts_with(lead));
        let lead = lead.filter(|lead| rest.get(lead.len()) != Some(&b'/'));
        if let Some(lead) = lead {
            let (before, _) =
                lead.split_at(lead.iter().position(|byte| *byte == b'/').unwrap_or(0));
            let (_, after) = rest.split_at(before.len());
            out.extend_from_slice(before);
            out.extend_from_slice(prefix);
            out.push(b'/');
            rest = after.get(1..).unwrap_or_default();
        } else {
            out.push(*byte);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_get_the_prefix_and_nothing_else() {
        let page = Bytes::from_static(
            br##"<a href="/x">href=&#34;/y</a><a href="//elsewhere"><a href="https://z/"><form action="/"><a href="#a">"##,
        );
        let page = String::from_utf8(with_prefix(&page, &LEADS, b"/help")).unwrap();
        assert_eq!(
            page,
            r##"<a href="/help/x">href=&#34;/y</a><a href="//elsewhere"><a href="https://z/"><form action="/help/"><a href="#a">"##
        );
    }

    #[test]
    fn a_request_is_taken_with_the_prefix_or_without() {
        for (asked, inner) in [
            ("/help", "/"),
            ("/help?a=b", "/?a=b"),
            ("/help/inbox?a=b", "/inbox?a=b"),
            ("/inbox", "/inbox"),
            ("/helpful", "/helpful"),
        ] {
            let request = Request::builder().uri(asked).body(Body::empty()).unwrap();
            let request = take_off("/help", request);
            assert_eq!(request.uri().to_string(), inner, "{asked}");
            let original = request.extensions().get::<OriginalUri>().unwrap();
            assert_eq!(original.0.to_string(), inner, "{asked}");
        }
    }
}
