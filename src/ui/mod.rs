//! The pages: server-rendered HTML with our own SVG charts.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// The pages and their assets.
pub fn router(app: Arc<App>) -> Router {
    Router::new().with_state(app)
}
