//! The question index: text and ids in, hits out.
//!
//! A folder of the tokenised words of questions and messages, ranked by BM25. It
//! knows nothing of journals, tickets or servers, and can be deleted and rebuilt at
//! any time. Fed by the projection through a [`Writer`]; read by the customer agent
//! and the desk's search through a [`Searcher`].
//!
//! ```
//! use svar_index::{Document, Index, Kind, Query};
//!
//! let index = Index::in_memory()?;
//! let mut writer = index.writer()?;
//! writer.add(&Document {
//!     id: "m1".into(),
//!     kind: Kind::Message,
//!     conversation: "c1".into(),
//!     at_millis: 0,
//!     language: None,
//!     text: "Welche Größe passt?".into(),
//! })?;
//! writer.commit(7)?;
//!
//! let hits = index.searcher().search(&Query::text("grosse", 10))?;
//! assert_eq!(hits[0].id, "m1");
//! # Ok::<(), svar_index::Error>(())
//! ```

mod document;
mod error;
mod folder;
mod highlight;
mod index;
mod query;
mod schema;
mod searcher;
mod tokens;
mod writer;

pub use document::{Document, Kind};
pub use error::Error;
pub use index::Index;
pub use query::Query;
pub use searcher::{Hit, Searcher};
pub use writer::Writer;
