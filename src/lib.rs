//! Svar: customer-agent support analytics whose numbers can be defended.
//!
//! Data flows one way:
//!
//! ```text
//! ingest  ─┐                           ┌─ store   ┐                        ┌─ web   api, ui
//! command ─┼─▶ events ─▶ journal ─▶ projection ─ metrics ─▶ report ─▶ app ─┼─ work  what happens by itself
//! demo    ─┘                           └─ index   ┘       knowledge        └─ cli
//! ```
//!
//! The journal is the only truth; everything to its right is a fold of it and can be
//! deleted and made again.
//!
//! # Inside another program
//!
//! The crate needs a folder and nothing else. `examples/embed.rs` has its routes inside a
//! host's own server, behind the host's own sign-in.
//!
//! ```
//! use svar::{app::App, clock::Clock, report::Query};
//!
//! let folder = tempfile::tempdir()?;
//! let app = App::open(folder.path(), Clock::system(), |_done, _total| {})?;
//! let event = r#"{"type":"ticket.opened","at":"2026-10-05T09:00:00Z","ticket":"t1","pipeline":"support","stage":"new"}"#;
//! let taken = app.take_body("host", event.as_bytes(), None)?;
//! app.wait_for(taken.log_position);
//! let window = [("from", "2026-10-01"), ("to", "2026-11-01"), ("by", "none")];
//! let query = Query::parse(window, chrono_tz::Tz::UTC)?;
//! let volume = serde_json::to_value(app.report("support_volume", &query)?)?;
//! assert_eq!(volume["series"][0]["total"]["value"], 1.0);
//! app.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clock;
pub mod config;
pub mod disk;
pub mod failpoint;
mod fetch;
pub mod lock;
pub mod model;

pub mod command;
pub mod connect;
pub mod ingest;
pub mod journal;

pub mod store;

pub mod metrics;
pub mod projection;
pub mod report;

pub mod agent;
pub mod knowledge;

pub mod app;
pub mod notify;
pub mod work;

#[cfg(feature = "cli")]
pub mod cli;
pub mod web;

pub mod demo;
