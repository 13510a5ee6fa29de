//! The customer agent's picture, which anybody may see who may see the widget.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;

/// Serves the picture as what its bytes are, and as nothing that a browser would run.
pub(super) async fn get_picture(State(app): State<Arc<App>>) -> Response {
    let picture = Arc::clone(&app.snapshot().installation.agent_picture);
    let Some(picture) = picture.get() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(bytes) = STANDARD.decode(&picture.data) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, picture.kind.media_type()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        // Its address changes with it.
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (headers, bytes).into_response()
}
