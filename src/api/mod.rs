//! The HTTP API: JSON routes over the app, one file a resource.
//!
//! Every handler parses its parameters, runs the app off the async threads, and turns
//! its error into problem JSON. Nothing here computes a number.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The routes under `/api`, and the probes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state(app)
}
