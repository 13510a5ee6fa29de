//! Svar: customer-agent support analytics whose numbers can be defended.

pub mod app;
pub mod clock;
pub mod config;
pub mod ingest;
pub mod journal;
pub mod metrics;
pub mod model;
pub mod projection;
pub mod report;
pub mod store;
