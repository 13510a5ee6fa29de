//! Svar's own events of what mails of an inbox are like.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::InboxId;

/// What mails of an inbox are from now on.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxSet {
    /// Of which.
    pub inbox: InboxId,
    /// The address that they are from, and that mails to it come in at; left out: the desk's.
    #[serde(default)]
    pub address: Option<String>,
    /// The name beside it; left out: the desk's.
    #[serde(default)]
    pub name: Option<String>,
    /// What stands below their words.
    #[serde(default)]
    pub signature: Option<String>,
}

/// Mails of an inbox are as those of no inbox again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxRemoved {
    /// Of which.
    pub inbox: InboxId,
}
