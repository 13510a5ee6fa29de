//! That a tag is there which no conversation has yet.

use serde::{Deserialize, Serialize};

/// A tag is offered, though no conversation has it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagCreated {
    /// Its name.
    pub tag: String,
}
