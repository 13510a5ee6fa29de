//! What is said: text and ids in, hits, answers and topics out.
//!
//! A folder of the words of questions, short answers, messages and contacts, ranked by
//! BM25, which can be deleted and rebuilt at any time; fed by the projection through a
//! [`Writer`], read by the desk's search through a [`Searcher`]. Next to it, without any files:
//! which short answer a message asks for ([`answers`]), and which questions are of one topic
//! ([`topics`]). Knows nothing of journals, tickets or servers.
//!
//! ```
//! use svar_index::{Document, Index, Kind, Query};
//!
//! let index = Index::in_memory()?;
//! let mut writer = index.writer()?;
//! writer.add(&Document {
//!     id: "m1".into(),
//!     kind: Kind::Message,
//!     conversation: Some("c1".into()),
//!     at_millis: 0,
//!     language: None,
//!     channel: None,
//!     is_published: None,
//!     text: "Welche Größe passt?".into(),
//! })?;
//!
//! let hits = index.searcher().search(&Query::text("grosse", 10))?;
//! assert_eq!(hits[0].id, "m1");
//! writer.commit(7)?;
//! # Ok::<(), svar_index::Error>(())
//! ```

pub mod answers;
mod best;
mod document;
pub mod duplicates;
mod error;
mod expand;
mod finder;
mod folder;
mod highlight;
mod index;
pub mod language;
mod lexical;
mod lexicon;
pub mod phrase;
mod pieces;
mod plan;
mod query;
mod schema;
mod searcher;
pub mod sentence;
pub mod sisters;
mod stems;
mod tail;
mod tokens;
pub mod topics;
pub mod vector;
mod writer;

pub use document::{Document, Kind};
pub use error::Error;
pub use finder::Finder;
pub use index::Index;
pub use query::Query;
pub use searcher::{Hit, Searcher};
pub use stems::stems;
pub use writer::Writer;
