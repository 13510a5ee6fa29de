//! Tables of facts: rows, chunks of them as columns, and tables as bytes.
//!
//! Adds nothing up. What a chunk or a table remembers is in `memory`, and lives as long as
//! the chunk or the table.

mod bytes;
mod chunk;
mod classes;
mod desk_rows;
mod facts_table;
mod marks;
mod row;
mod stored;
mod ticket_rows;
mod units;
mod validity;

pub(super) use bytes::{Reader, Writer};
pub use chunk::{Chunk, Data, StruckRows};
pub use classes::{Around, ClassNumbers, Classes};
pub use desk_rows::*;
pub use facts_table::{CHUNK_ROWS, Table};
pub use marks::{MARKED_AS_OF, Maturity};
pub use row::Row;
pub(crate) use row::{find_place, place_of};
pub use stored::{Find, Section};
pub(super) use stored::{read_table, write_table};
pub use ticket_rows::*;
pub(super) use units::UnitSet;
pub use validity::{FOR_GOOD, Validity};
