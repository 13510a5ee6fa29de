//! Svar's own events about imports.

use serde::{Deserialize, Serialize};

use crate::model::Completeness;

/// An export of another product was imported, as far as it could be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFinished {
    /// What it came to.
    pub completeness: Completeness,
}
