//! What a query is answered from.

use crate::metrics::Facts;
use crate::model::{Profile, Timestamp};

/// The facts that queries are answered from, and as of when.
#[derive(Clone, Copy)]
pub struct QueryContext<'a> {
    /// All facts.
    pub facts: &'a Facts,
    /// The profile that they were folded by.
    pub profile: &'a Profile,
    /// The instant up to which they hold.
    pub as_of: Timestamp,
    /// The position of the log that they were folded to.
    pub log_position: u64,
}
