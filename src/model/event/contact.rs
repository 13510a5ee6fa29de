//! What is known of contacts beside what the interchange format says of them.

use serde::{Deserialize, Serialize};

use crate::model::{ContactId, ConversationId, TicketId};

/// A contact is this user of the program that Svar stands beside: the host says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactVerified {
    /// Who.
    pub contact: ContactId,
    /// What the host calls them.
    pub host_id: String,
}

/// A visitor of the chat widget is signed out in every browser: what was given out by then holds no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorSignedOut {
    /// The contact that they are.
    pub contact: ContactId,
}

/// A contact's words and identity are gone, or will be when the folder is opened next.
///
/// Whom is told by hashes only, so that the event may stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactErased {
    /// What they are called since.
    pub contact: ContactId,
    /// What their ids were hashed with.
    pub salt: String,
    /// The hashes of their id, and of the ids of those who were merged into them.
    pub hashes: Vec<String>,
    /// Their conversations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conversations: Vec<ConversationId>,
    /// Their tickets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<TicketId>,
}
