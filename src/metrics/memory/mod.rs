//! What is remembered of chunks, so that a query that comes again need not read their rows.
//!
//! Knows neither rows nor reports: the one who remembers something names it and says its size. It
//! can be forgotten at any time.

mod block_memory;
mod chunk_memory;
mod derivation;

pub(super) use block_memory::{BlockMemory, Recall};
pub(super) use chunk_memory::ChunkMemory;
pub use derivation::{Derivation, DerivedKey};
