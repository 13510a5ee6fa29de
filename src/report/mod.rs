//! Reports: the registry, a query parsed once, one result type, and the rows behind it.
//!
//! There is no second way to a number: JSON, CSV, tables, charts and explanations are all
//! made from the same evaluation of the same entry. Fed by `metrics`; read by the fronts.

mod ask;
mod bill;
mod csv;
mod deadline;
mod evaluate;
mod figures;
mod judge;
mod reconcile;
pub mod registry;
mod result;
mod rows;
mod unusual;

pub use ask::{
    By, Compare, Dimension, DurationClock, Filter, FilterList, HandledBy, KeyValue, Limit,
    NamedRange, Query, join_values, split_values,
};
pub use bill::{
    BillCheck, BillLine, BillOrder, BillRule, Billed, CLAIM_FIELD, Claim, Counts, Price, bill_check,
};
pub use csv::{NameOf, RowLines, guarded, to_csv};
pub use deadline::{Deadlines, PromiseCourse};
pub use evaluate::{QueryContext, evaluate, evaluate_ways};
pub use figures::{Durations, Figure, FigureValue, Figures, Measurement, Ratio};
pub use judge::State;
pub use reconcile::{Compared, OurValues, Story, reconcile};
pub use registry::{Area, Better, Measure, Report, Unit};
pub use result::{
    Comparison, ExcludedCount, FieldName, Head, Point, ReportResult, Series, SeriesKey, Way,
    Window, head,
};
pub use rows::{Account, RowItem, RowPage, RowQuery, account, row_parts, rows};

pub use unusual::{PAST_BUCKETS, Usual, is_count, rows_of, usual};

pub use crate::metrics::{Every, Interval, Spread};
