//! The events of canned replies, which all reps share.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::word::Assignee;
use crate::model::CannedReplyId;

/// A canned reply has these words, and does this, from now on.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedReplySet {
    /// Which.
    pub canned_reply: CannedReplyId,
    /// What it is called.
    pub title: String,
    /// Its words, with placeholders.
    pub text: String,
    /// Whose the conversation becomes with it.
    #[serde(default)]
    pub assign_to: Option<Assignee>,
    /// The tags that are put on with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether the conversation is resolved with it.
    #[serde(default)]
    pub resolves: bool,
    /// For how long the conversation is put off with it, in seconds.
    #[serde(default)]
    pub snooze_secs: Option<i64>,
}

/// A canned reply is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedReplyRemoved {
    /// Which.
    pub canned_reply: CannedReplyId,
}
