//! Svar's own events of satisfaction surveys.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::{ConversationId, InboxId, TeamId};

/// Whether contacts are asked; what a rule leaves out it does not look at.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyRule {
    /// On which channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// In which inbox.
    #[serde(default)]
    pub inbox: Option<InboxId>,
    /// Of which team: the conversation's, or that of the rep whose it is.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// Whether they are asked.
    pub ask: bool,
}

/// Settings of satisfaction surveys; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveySet {
    /// Who is asked: the first rule that fits holds; where none does, nobody.
    #[serde(default)]
    pub rules: Option<Vec<SurveyRule>>,
    /// How long after the end of a conversation they are asked, in seconds.
    #[serde(default)]
    pub delay_secs: Option<u32>,
    /// A contact is asked at most once in so many days; 0: each time.
    #[serde(default)]
    pub every_days: Option<u32>,
    /// Whether they are asked where the customer agent alone answered.
    #[serde(default)]
    pub of_agent: Option<bool>,
    /// Whether they are asked where a machine brought it to its end.
    #[serde(default)]
    pub of_automation: Option<bool>,
}

/// A contact was not asked, because they were asked not long ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyHeldBack {
    /// About which conversation.
    pub conversation: ConversationId,
}
