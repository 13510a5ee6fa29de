//! The events of what reps have looked at and put off. No number counts them.
//!
//! A reader is a rep as `rep:ada`, whoever is on this machine without a sign-in (`local`), or
//! somebody else as the journal calls them.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::{ConversationId, Timestamp};

/// Somebody has seen what a contact wrote until an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationSeen {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub reader: String,
    /// Until when.
    pub until: Timestamp,
}

/// Somebody wants a conversation to be as if they had not looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationUnseen {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub reader: String,
}

/// A conversation is put off, until the contact writes or an instant.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationSnoozed {
    /// Which.
    pub conversation: ConversationId,
    /// Until when at the latest; left out: until the contact writes.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// A conversation is put off no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationWoken {
    /// Which.
    pub conversation: ConversationId,
}
