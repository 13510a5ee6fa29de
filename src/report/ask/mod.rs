//! A question to a report: the words that CLI, API and pages share, parsed once.
//!
//! Knows the fields, the clocks and the window by name only; no report, no rows. Fed by the
//! fronts; read by everything else of `report`.

mod clock;
mod dimension;
mod filter;
mod query;
mod range;
mod values;
mod window;

pub use clock::DurationClock;
pub use dimension::{Dimension, HandledBy, KeyValue};
pub use filter::{Filter, FilterList};
pub use query::{By, Compare, Limit, Query};
pub use range::NamedRange;
pub use values::{join_values, split_values};
pub(super) use window::{UsualWindow, before, cut_window, window_of};
