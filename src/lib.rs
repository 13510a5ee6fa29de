//! Svar: customer-agent support analytics whose numbers can be defended.

pub mod clock;
pub mod ingest;
pub mod journal;
pub mod metrics;
pub mod model;
pub mod store;
