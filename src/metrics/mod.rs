//! The metrics core: facts as typed columns in order of time, and what is computed
//! over them in one parallel pass.
//!
//! Pure: rows come from `projection`, questions from `report`. It knows neither
//! reports nor storage; a scan gives the same result with one thread as with many.

mod block;
mod calendar;
mod chunk;
mod column;
mod dictionary;
mod durations;
mod duty;
mod facts;
mod filled;
mod grid;
mod instants;
pub mod keep;
mod own;
mod packed;
mod paged;
mod partial;
mod row;
mod row_ticket;
mod run;
mod sheet;
mod standing;
mod statistics;
mod sums;
mod table;
mod tally;
mod track;
mod units;
mod value;

pub use block::{Answered, BLOCK_CHUNKS, Block, BlockQuestion, Placed};
pub use calendar::{Buckets, Every, Period, WeekStart, first_instant, parse_zone};
pub use chunk::{Chunk, Data, Struck};
pub use column::Column;
pub use dictionary::{Dictionaries, Dictionary, NONE};
pub use duty::Duty;
pub use facts::{ContactRow, Contacts, Facts, FieldOwner, Starts, Stays, ThreadRow, Update};
pub use own::{OWNER, OwnField, OwnFields, TEAM};
pub use paged::Paged;
pub use row::*;
pub use row_ticket::*;
pub use sheet::{Codes, Memo, Sheet, Sieve};
pub use standing::{Derivation, DerivedKey, FOR_GOOD, Standing};
pub use statistics::{HISTOGRAM_SECS, Interval, Sample, Spread, spread, wilson};
pub use sums::{Sums, Top, add_up};
pub use table::{CHUNK_ROWS, Row, Table};
pub use tally::{Cell, Group, Hit, Key, MAX_DIMENSIONS, Reasons, Tally};
pub use track::{Aside, RowInstants, Track, Tracks, Worth};
pub use value::Value;
