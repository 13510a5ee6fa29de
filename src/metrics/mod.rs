//! The metrics core: facts as typed columns in order of time, and what is computed
//! over them in one parallel pass.
//!
//! Pure: rows come from `projection`, questions from `report`. It knows neither
//! reports nor storage; a scan gives the same result with one thread as with many.

mod calendar;
mod columns;
mod facts;
pub mod keep;
mod memory;
mod pass;
mod statistics;
mod table;

pub use calendar::{Buckets, Every, Period, WeekStart, first_instant, instant_at, parse_zone};
pub use columns::{Column, Value, ValueKind};
pub use facts::*;
pub use memory::{Derivation, DerivedKey};
pub use pass::*;
pub use statistics::{HISTOGRAM_SECS, Interval, Sample, Spread, spread, wilson};
pub use table::*;
