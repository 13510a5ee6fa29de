//! Columns: integers in the narrowest width that holds them, and instants counted from others
//! of their row.
//!
//! Knows neither rows nor tables. Written once, when a chunk is made; read by passes.

mod column;
mod instants;
mod packed;
mod reference;
mod value;

pub use column::Column;
pub(super) use instants::{Fields, InstantReader, RowReader};
pub(super) use packed::{PackedNumbers, Presence};
pub(super) use reference::Reference;
pub use value::{Value, ValueKind};
