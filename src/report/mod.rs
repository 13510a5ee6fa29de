//! Reports: the registry, a query parsed once, one result type, and the rows behind it.
//!
//! There is no second way to a number: JSON, CSV, tables, charts and `explain` are all
//! made from the same evaluation of the same entry. Fed by `metrics`; read by the fronts.

mod account;
mod asked;
mod beside;
mod board;
mod clock;
mod csv;
mod dimension;
mod entry;
mod evaluate;
mod judge;
mod kernel;
mod level;
mod listing;
mod policy;
mod presence;
mod query;
mod received;
pub mod registry;
mod result;
mod rows;
mod scope;
mod window;

pub use account::{Account, account};
pub use beside::evaluate as evaluate_beside;
pub use clock::Clock;
pub use csv::{guarded, rows_to_csv, to_csv};
pub use dimension::{Dimension, KeyValue};
pub use entry::{Area, Better, Measure, Report, Unit};
pub use evaluate::{Ground, evaluate, head};
pub use judge::State;
pub use query::{By, Compare, Filter, Limit, Query};
pub use result::{
    Beside, Comparison, ExcludedCount, Figures, Head, Point, ReportResult, Series, SeriesKey,
    Window,
};
pub use rows::{RowItem, RowPage, RowQuery, rows};
