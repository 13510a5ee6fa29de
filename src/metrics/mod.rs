//! The metrics core: facts as typed columns in order of time, and what is computed
//! over them in one parallel pass.
//!
//! Pure: rows come from `projection`, questions from `report`. It knows neither
//! reports nor storage; a scan gives the same result with one thread as with many.

mod calendar;
mod dictionary;
mod duty;
mod facts;
mod own;
mod row;
mod row_ticket;
mod statistics;
mod table;
mod tally;

pub use calendar::{Buckets, Every, WeekStart, first_instant, parse_zone};
pub use dictionary::{Dictionaries, Dictionary, NONE};
pub use duty::Duty;
pub use facts::{ContactRow, Contacts, Facts, Starts, Stays, ThreadRow, Update};
pub use own::{OwnField, OwnFields};
pub use row::*;
pub use row_ticket::*;
pub use statistics::{HISTOGRAM_SECS, Interval, Spread, spread, wilson};
pub use table::{CHUNK_ROWS, Row, Table};
pub use tally::{Cell, Hit, Key, MAX_DIMENSIONS, Plan, Reasons, Tally, tally};
