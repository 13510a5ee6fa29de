//! Stylesheet, script and icon, served from the binary under a name that changes with
//! their content, so that a browser may keep them for ever.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// A file of the binary.
pub(super) struct Asset {
    /// Its address.
    pub(super) href: String,
    etag: String,
    media: &'static str,
    body: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, body: &'static str) -> Self {
        let hash = Sha256::digest(body.as_bytes());
        let mut short = String::new();
        for byte in hash.iter().take(6) {
            let _written = write!(short, "{byte:02x}");
        }
        Self {
            href: format!("/assets/{stem}.{short}.{extension}"),
            etag: format!("\"{short}\""),
            media,
            body,
        }
    }
}

/// The stylesheet.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let media = "text/css; charset=utf-8";
    Asset::new("app", "css", media, include_str!("assets/app.css"))
});

/// The script of every page.
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let media = "text/javascript; charset=utf-8";
    let scripts = concat!(
        include_str!("assets/ahead.js"),
        include_str!("assets/app.js"),
        include_str!("assets/go.js")
    );
    Asset::new("app", "js", media, scripts)
});

/// The script of what follows the desk live, and tells of it.
pub(super) static LIVE: LazyLock<Asset> = LazyLock::new(|| {
    let media = "text/javascript; charset=utf-8";
    let scripts = concat!(
        include_str!("assets/live.js"),
        include_str!("assets/notices.js")
    );
    Asset::new("live", "js", media, scripts)
});

/// The script of the pages on which reps work: keys, words that are not lost, who else is there,
/// and exports on their way up.
pub(super) static DESK: LazyLock<Asset> = LazyLock::new(|| {
    let media = "text/javascript; charset=utf-8";
    let scripts = concat!(
        include_str!("assets/desk.js"),
        include_str!("assets/attendees.js"),
        include_str!("assets/knowledge.js"),
        include_str!("assets/imports.js")
    );
    Asset::new("desk", "js", media, scripts)
});

/// The icon.
pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("assets/icon.svg"),
    )
});

/// Serves an asset under its present name only.
pub(super) async fn get_asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let assets = [&*STYLE, &*SCRIPT, &*LIVE, &*DESK, &*ICON];
    let asset = assets
        .into_iter()
        .find(|asset| asset.href.strip_prefix("/assets/") == Some(name.as_str()));
    let Some(asset) = asset else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = headers.get(header::IF_NONE_MATCH);
    if etag.is_some_and(|etag| etag.as_bytes() == asset.etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, asset.media),
        (header::ETAG, asset.etag.as_str()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.body).into_response()
}
