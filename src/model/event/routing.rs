//! Svar's own events of routing rules: what they are, and what they did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::word::Direction;
use crate::model::id::MAX_ID_BYTES;
use crate::model::{CannedReplyId, ConversationId, InboxId, RepId, RuleId, TeamId};

/// The longest word of a rule, in characters.
pub const MAX_RULE_WORD: usize = 100;

/// What a rule looks at a conversation for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleTrigger {
    /// It begins.
    Started,
    /// The contact writes something that is more than bare thanks.
    ContactWrote,
    /// A human becomes responsible.
    HandedOff,
    /// The contact has written nothing for a while since they were answered.
    ContactSilent,
    /// Nobody has answered the contact for a while.
    ContactWaits,
}

impl RuleTrigger {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Started,
        Self::ContactWrote,
        Self::HandedOff,
        Self::ContactSilent,
        Self::ContactWaits,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::ContactWrote => "contact_wrote",
            Self::HandedOff => "handed_off",
            Self::ContactSilent => "contact_silent",
            Self::ContactWaits => "contact_waits",
        }
    }

    /// Whether it is a silence, which a rule looks at when it has lasted for so long.
    pub const fn is_silence(self) -> bool {
        matches!(self, Self::ContactSilent | Self::ContactWaits)
    }
}

/// A word that a rule looks for, or a tag or priority that it gives.
#[derive(Clone, Copy, Debug)]
pub struct RuleWord;

impl PartialSchema for RuleWord {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = text.min_length(Some(1)).max_length(Some(MAX_RULE_WORD));
        text.pattern(Some(r"\S")).into()
    }
}

impl ToSchema for RuleWord {}

/// An id that a rule names.
#[derive(Clone, Copy, Debug)]
pub struct RuleThing;

impl PartialSchema for RuleThing {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = text.min_length(Some(1)).max_length(Some(MAX_ID_BYTES));
        text.into()
    }
}

impl ToSchema for RuleThing {}

/// What must be so for a rule to act; what is left out is not looked at. Of several values one is
/// enough.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleConditions {
    /// On which channel.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<String>,
    /// In which inbox.
    #[schema(value_type = Vec<RuleThing>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inbox: Vec<InboxId>,
    /// In which language.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub language: Vec<String>,
    /// Of which company, by its name or the host of its page.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company: Vec<String>,
    /// With which tag.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// With which own fields, of the conversation or else of the contact: all of them.
    #[schema(value_type = BTreeMap<String, RuleWord>)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// With which words in what the contact wrote.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// With a question in which topic.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topic: Vec<String>,
    /// Inside working hours, or outside of them.
    #[serde(default)]
    pub hours: Option<RuleHours>,
    /// Who began it: the contact (`inbound`) or somebody of the desk (`outbound`).
    #[serde(default)]
    pub direction: Option<Direction>,
}

/// Whether somebody is there by the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleHours {
    /// Inside working hours.
    Inside,
    /// Outside of them.
    Outside,
}

impl RuleHours {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Inside, Self::Outside];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }
}

/// To whom a rule gives a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleAssignee {
    /// To a team.
    #[schema(value_type = RuleThing)]
    Team(TeamId),
    /// To a rep.
    #[schema(value_type = RuleThing)]
    Rep(RepId),
    /// To one of several reps who takes work and has room for more.
    OneOf(RuleShare),
}

/// Reps who share what a rule gives.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleShare {
    /// Those of a team; where nobody of it can take it, it becomes the team's.
    #[schema(value_type = Option<RuleThing>)]
    #[serde(default)]
    pub team: Option<TeamId>,
    /// These; where nobody can take it, it stays as it is.
    #[schema(value_type = Vec<RuleThing>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reps: Vec<RepId>,
    /// Whose turn it is.
    pub by: RuleTurn,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleTurn {
    /// One after the other.
    RoundRobin,
    /// Who has least.
    LeastBusy,
}

impl RuleTurn {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RoundRobin, Self::LeastBusy];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastBusy => "least_busy",
        }
    }
}

/// What a rule does.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDeeds {
    /// Whose the conversation becomes.
    #[serde(default)]
    pub assign: Option<RuleAssignee>,
    /// The tags that are put on.
    #[schema(value_type = Vec<RuleWord>, max_items = 50)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// How urgent it becomes.
    #[schema(value_type = Option<RuleWord>)]
    #[serde(default)]
    pub priority: Option<String>,
    /// Whether a human becomes responsible: whom `assign` names, if it names anybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hand_off: bool,
    /// What is said to the contact, in the name of no one; `{opens}` stands where it says from
    /// when on somebody is there, and nothing is said where that is not known.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    #[serde(default)]
    pub say: Option<String>,
    /// The canned reply that is sent, with what goes with it.
    #[schema(value_type = Option<RuleThing>)]
    #[serde(default)]
    pub canned_reply: Option<CannedReplyId>,
    /// Whether it is brought to its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resolve: bool,
}

/// A rule is this from now on. A new one is the last, and off.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Which.
    pub rule: RuleId,
    /// What it is called.
    pub name: String,
    /// What it looks at a conversation for.
    pub trigger: RuleTrigger,
    /// How long a silence has lasted by then, in seconds.
    #[serde(default)]
    pub after_secs: Option<u32>,
    /// What must be so.
    #[serde(default)]
    pub when: RuleConditions,
    /// What it does then.
    pub then: RuleDeeds,
    /// How often it acts in an hour at most: then it is paused.
    pub limit_per_hour: u32,
}

/// A rule is switched on, or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSwitched {
    /// Which.
    pub rule: RuleId,
    /// Whether it is on.
    pub on: bool,
}

/// A rule is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRemoved {
    /// Which.
    pub rule: RuleId,
}

/// Rules are asked in this order from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesOrdered {
    /// All of them.
    pub rules: Vec<RuleId>,
}

/// A kind of deed, in the order in which they are done: of one kind only the first rule that fits
/// does something, tags aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeedKind {
    /// Tags were put on.
    Tag,
    /// It got a priority.
    Prioritize,
    /// A human became responsible.
    HandOff,
    /// It was given to somebody.
    Assign,
    /// The contact was told something.
    Say,
    /// A canned reply was sent.
    Reply,
    /// It was brought to its end.
    Resolve,
}

impl DeedKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Tag,
        Self::Prioritize,
        Self::HandOff,
        Self::Assign,
        Self::Say,
        Self::Reply,
        Self::Resolve,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Tag => "tag",
            Self::Prioritize => "prioritize",
            Self::HandOff => "hand_off",
            Self::Say => "say",
            Self::Reply => "reply",
            Self::Resolve => "resolve",
        }
    }
}

/// A rule did something to a conversation; what that was are the events before this one.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleActed {
    /// Which.
    pub rule: RuleId,
    /// To which.
    pub conversation: ConversationId,
    /// The record of what it acted on.
    pub record: u64,
    /// What it did.
    pub did: Vec<DeedKind>,
    /// The rep whose turn it was.
    #[serde(default)]
    pub rep: Option<RepId>,
}

/// All rules were asked about everything up to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesAsked {
    /// Up to which.
    pub until: u64,
    /// Records before it that are to be asked about once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<u64>,
}

/// A rule acted more often than its limit, and is off until somebody switches it on again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePaused {
    /// Which.
    pub rule: RuleId,
}
