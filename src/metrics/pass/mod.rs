//! The pass over the columns of many chunks, on all cores: rows judged and filtered, counted
//! by cell, added up to groups.
//!
//! Which rows count and what they add is said by the judgements that it is handed; it gives the
//! same result with one thread as with many.

mod block;
mod cell_counts;
mod chunk_scan;
mod class_columns;
mod codes;
mod count;
mod counters;
mod durations;
mod judgement_column;
mod overlap;
mod partial;
mod sorted;
mod sums;
mod tally;

pub use block::{BLOCK_CHUNKS, BlockAnswer, BlockInWindow, BlockQuery, BlockTotals, ask_block};
pub use chunk_scan::{ChunkScan, Memo};
pub use class_columns::{ClassJudgement, PlacedSpan, judgement_columns};
pub use codes::{Codes, RowFilter};
pub use judgement_column::{
    Contribution, JudgementColumn, JudgementColumns, Omission, RowInstants,
};
pub use sums::{Sums, Top, add_up};
pub use tally::{Cell, Group, Hit, Key, MAX_DIMENSIONS, Reasons, Tally};
