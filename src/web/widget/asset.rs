//! The widget's script, served from the binary under an address that stays the same.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The script.
const BODY: &str = include_str!("assets/widget.js");

static ETAG: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(BODY.as_bytes());
    let mut short = String::from("\"");
    for byte in digest.iter().take(6) {
        // Writing to a text cannot fail.
        write!(short, "{byte:02x}").unwrap_or_default();
    }
    short + "\""
});

/// Serves the script; browsers ask again whether it is the same.
pub(super) async fn get_script(headers: HeaderMap) -> Response {
    let held = headers.get(header::IF_NONE_MATCH);
    if held.is_some_and(|held| held.as_bytes() == ETAG.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::ETAG, ETAG.as_str()),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            axum::http::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (headers, BODY).into_response()
}
