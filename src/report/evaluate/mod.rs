//! From a report and a query to its one result.
//!
//! `selection` makes the query ready for one report, `scan` adds the rows up, `level` and
//! `presence` answer what is no sum, `one_way` puts one answer together and `ways` several of
//! them side by side. Reads the facts; judges nothing itself.

mod answer;
mod chunk_query;
mod context;
mod figures;
mod incoming_jobs;
mod level;
mod one_way;
mod presence;
mod scan;
mod selection;
mod size;
mod stretches;
mod top_list;
mod ways;

pub use context::QueryContext;
pub(super) use level::held;
pub(super) use presence::{inside, pieces, sums};
pub(super) use selection::{Selection, usual_window};
pub use ways::{evaluate, evaluate_ways};
