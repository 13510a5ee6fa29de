//! Svar's own events of webhooks: programs elsewhere that are told what happens.
//!
//! Neither secrets nor whole addresses are kept here, for an address may be a secret itself: both lie
//! in a file of this machine that only its owner may read.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::WebhookId;

/// In which shape a program elsewhere is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookKind {
    /// As Standard Webhooks has it, signed.
    #[default]
    Standard,
    /// A message of Slack.
    Slack,
    /// A card of Microsoft Teams.
    Teams,
}

impl WebhookKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Slack, Self::Teams];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Slack => "slack",
            Self::Teams => "teams",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Why nothing is told any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookPause {
    /// Somebody wants it so.
    Wanted,
    /// Nothing arrived for a day.
    Failing,
    /// Its server says that it is gone for good.
    Gone,
    /// More is given up than is kept.
    Full,
}

/// A program elsewhere is told this from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSet {
    /// Which.
    pub webhook: WebhookId,
    /// What it is called.
    pub name: String,
    /// In which shape.
    pub kind: WebhookKind,
    /// The host of its address.
    pub host: String,
    /// The types of events.
    pub events: Vec<String>,
}

/// A webhook has another secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSecretChanged {
    /// Which.
    pub webhook: WebhookId,
}

/// A webhook is told nothing before somebody says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookPaused {
    /// Which.
    pub webhook: WebhookId,
    /// Why.
    pub reason: WebhookPause,
}

/// A webhook is told again, from where it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookResumed {
    /// Which.
    pub webhook: WebhookId,
}

/// A webhook is tried: it is told that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookTested {
    /// Which.
    pub webhook: WebhookId,
}

/// What was given up is told once more.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookReplayed {
    /// Whom.
    pub webhook: WebhookId,
    /// The record; left out: all.
    #[serde(default)]
    pub record: Option<u64>,
}

/// A webhook is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookRemoved {
    /// Which.
    pub webhook: WebhookId,
}
