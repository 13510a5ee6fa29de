//! Svar: customer-agent support analytics whose numbers can be defended.
//!
//! Data flows one way:
//!
//! ```text
//! ingest ─┐                        ┌─ store   ┐                  ┌─ api
//! desk   ─┼─▶ events ─▶ journal ─▶ projection ─ metrics ─▶ report ─ app ─┼─ ui
//! agent  ─┘                        └─ index   ┘                  └─ cli
//! ```
//!
//! The journal is the only truth; everything to its right is a fold of it and can be
//! deleted and made again.

pub mod clock;
pub mod config;
pub mod disk;
pub mod failpoint;
pub mod lock;
pub mod model;

pub mod ingest;
pub mod journal;

pub mod store;

pub mod metrics;
pub mod projection;
pub mod report;

pub mod agent;
pub mod app;

pub mod cli;
pub mod web;

pub mod demo;
