//! Svar: customer-agent support analytics whose numbers can be defended.

pub mod clock;
pub mod demo;
pub mod model;
