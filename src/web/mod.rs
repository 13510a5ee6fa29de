//! The two HTTP fronts, and what they share: the guard before every route and the problems.
//!
//! `api` answers JSON and CSV, `ui` the pages. Neither computes a number: each parses a
//! request, asks `app`, and renders what comes back.

pub mod api;
mod guard;
mod problem;
pub mod ui;

pub use guard::guard;
pub use problem::{Fault, Problem};
