//! How this server is reached from elsewhere, for addresses that people hand on.

use axum::http::{HeaderMap, header};

use crate::app::{App, PublicUrl};

/// The address of this server without a slash at its end: `public_url` of svar.toml, else as whoever
/// asks has called it.
pub(super) fn root_of(app: &App, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let scheme = if app.network().is_tls {
        "https"
    } else {
        "http"
    };
    let here = format!("{scheme}://{}", host.unwrap_or("127.0.0.1:7878"));
    let public = app.network().public_url.as_ref();
    public.map_or(here, PublicUrl::whole)
}
