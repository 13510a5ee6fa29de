//! Svar's own events about imports, and about accounts that are kept up to date.

use serde::{Deserialize, Serialize};

use crate::model::Completeness;

/// An export of another product was imported, as far as it could be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFinished {
    /// What it came to.
    pub completeness: Completeness,
}

/// Somebody changed which accounts of other products are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorChanged {
    /// What the connection is called.
    pub connector: String,
    /// Which product it reads.
    pub product: String,
    /// Where.
    pub url: String,
    /// What was done.
    pub change: ConnectorChange,
}

/// What somebody did with a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorChange {
    /// It is new.
    #[default]
    Added,
    /// It has another token.
    TokenReplaced,
    /// It is read otherwise.
    Changed,
    /// It rests.
    Paused,
    /// It goes on.
    Resumed,
    /// It is no more, nor is its token.
    Removed,
}
