//! The chat widget: a script for any site, and the routes that it speaks.
//!
//! Pages of the sites that an admin lists may use them, with a visitor's token and never with a
//! cookie. A visitor sees their own conversation and nothing else of the desk.

mod asset;
mod cors;
mod file_view;
mod files;
mod offer_view;
mod picture;
mod requests;
mod session;
mod stream;
mod thread;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;

/// The largest body that is read.
const MAX_BODY_BYTES: usize = 64 << 10;
/// What every route but the script's begins with.
const ROOT: &str = "/widget/";
/// Pages of ours beside them, which no other site's page sends anything to.
const PAGES: [&str; 4] = [
    "/widget/demo",
    "/widget/job",
    "/widget/rate",
    "/widget/request",
];
/// The script's address, which stays the same.
const SCRIPT: &str = "/widget.js";

/// Whether a request is the widget's, which comes from other sites' pages.
pub(super) fn is_widgets(path: &str) -> bool {
    path == SCRIPT || (path.starts_with(ROOT) && !PAGES.contains(&path))
}

/// The routes of the widget.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/widget/session", post(session::begin_session))
        .route("/widget/conversation", get(thread::get_thread))
        .route("/widget/messages", post(thread::post_message))
        .route("/widget/files", post(files::post_file))
        .route("/widget/files/{file}", get(files::get_file))
        .route("/widget/feedback", post(thread::post_feedback))
        .route("/widget/score", post(thread::post_score))
        .route("/widget/requests", post(requests::post_request))
        .route("/widget/stream", get(stream::follow_thread))
        .layer(from_fn_with_state(Arc::clone(&app), cors::admit))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .route(SCRIPT, get(asset::get_script))
        // A picture is asked for without a word of which page it is on.
        .route("/widget/picture", get(picture::get_picture))
        .with_state(app)
}
