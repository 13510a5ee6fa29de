//! The two HTTP fronts, and what they share: the guard before every route and the problems.
//!
//! `api` answers JSON and CSV, `ui` the pages. Neither computes a number: each parses a
//! request, asks `app`, and renders what comes back.

pub mod api;
mod guard;
mod json;
mod problem;
mod session;
pub mod ui;

use std::sync::Arc;

use axum::Router;

use crate::app::App;

pub use guard::guard;
pub use problem::{Fault, Problem};

/// Everything that is served over an app, behind the guard.
pub fn router(app: &Arc<App>) -> Router {
    guard(api::router(Arc::clone(app)).merge(ui::router(Arc::clone(app))))
}
