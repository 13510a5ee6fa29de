//! The two HTTP fronts, and what they share: the guard before every route and the problems.
//!
//! `api` answers JSON and CSV, `ui` the pages. Neither computes a number: each parses a
//! request, asks `app`, and renders what comes back.

pub mod access;
mod access_rule;
pub mod api;
mod download;
mod events;
mod guard;
mod import_form;
mod json;
pub mod page_access;
mod parts;
mod place;
mod prefix;
mod problem;
mod session;
pub mod ui;
mod upload;
pub mod widget;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::app::App;

pub use guard::guard;
pub use problem::{Fault, Problem};

/// Works out in the background what the first page shows.
pub fn prepare(app: &Arc<App>) {
    app.prepare(ui::prepare);
}

/// The same for the commands of this machine alone: who sends another token than that of this run, or
/// none, is let in nowhere.
pub fn for_commands(app: &Arc<App>) -> Router {
    let only_commands = from_fn_with_state(Arc::clone(app), session::only_commands);
    router(app).layer(only_commands)
}

/// Everything that is served over an app, behind the guard, and compressed for those who take it.
pub fn router(app: &Arc<App>) -> Router {
    let fronts = api::router(Arc::clone(app)).merge(ui::router(Arc::clone(app)));
    let fronts = fronts.merge(widget::router(Arc::clone(app)));
    // A level at which a page of 300 kB takes a few milliseconds and becomes a seventh of it.
    // Files are what they are, most of them packed already.
    let is_worth_it =
        DefaultPredicate::new().and(NotForContentType::const_new("application/octet-stream"));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Precise(5))
        .compress_when(is_worth_it);
    prefix::under(app, guard(Arc::clone(app), fronts)).layer(compression)
}
