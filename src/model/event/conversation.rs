//! Events about conversations: messages, questions, assignment, feedback, tags, surveys.
//!
//! The shapes are those of the interchange format: a field that the format marks with
//! `?` is an `Option`, or a `Patch` in `*.upserted`. Read by the folds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::word::{
    Actor, Assignee, Attributes, Direction, HandoffReason, Mark, Patch, QuestionOutcome, Role,
    Visibility, attributes, score,
};
use crate::model::{
    ContactId, ConversationId, InboxId, MailId, MessageId, PipelineId, QuestionId, ScheduleId,
    ShortAnswerId, TicketId,
};

/// A conversation began.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationStarted {
    /// Which.
    pub conversation: ConversationId,
    /// With whom.
    pub contact: ContactId,
    /// Where.
    pub channel: String,
    /// Who began it; left out: derived.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// What it is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// In which language.
    #[serde(default)]
    pub language: Option<String>,
    /// The page it began on.
    #[serde(default)]
    pub url: Option<String>,
    /// In which inbox.
    #[serde(default)]
    pub inbox: Option<InboxId>,
    /// By which schedule its durations run on the clock `business`.
    #[serde(default)]
    pub schedule: Option<ScheduleId>,
    /// Own fields.
    #[serde(
        default,
        deserialize_with = "attributes",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes: Attributes,
}

/// A conversation's facts changed.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationUpdated {
    /// Which.
    pub conversation: ConversationId,
    /// What it is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// In which language.
    #[serde(default)]
    pub language: Option<String>,
    /// How urgent.
    #[serde(default)]
    pub priority: Option<String>,
    /// For which service.
    #[serde(default)]
    pub service: Option<String>,
    /// In which pipeline.
    #[serde(default)]
    pub pipeline: Option<PipelineId>,
    /// Where.
    #[serde(default)]
    pub channel: Option<String>,
    /// In which inbox.
    #[serde(default)]
    pub inbox: Option<InboxId>,
    /// By which schedule its durations run on the clock `business`; null: by the default one.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub schedule: Patch<ScheduleId>,
    /// Own fields.
    #[serde(
        default,
        deserialize_with = "attributes",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes: Attributes,
}

impl ConversationUpdated {
    /// Nothing changes yet.
    pub const fn of(conversation: ConversationId) -> Self {
        Self {
            conversation,
            subject: None,
            language: None,
            priority: None,
            service: None,
            pipeline: None,
            channel: None,
            inbox: None,
            schedule: Patch::Keep,
            attributes: BTreeMap::new(),
        }
    }
}

/// Somebody wrote.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageAdded {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub message: MessageId,
    /// Who wrote.
    pub author: Actor,
    /// What.
    pub text: String,
    /// Who sees it; left out: public.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// What it is, when the customer agent wrote; left out: an answer.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether it only acknowledges ("thanks").
    #[serde(default)]
    pub ack: Option<bool>,
    /// Files sent along.
    #[serde(default)]
    pub attachments: Option<Vec<Attachment>>,
    /// What the mail is called that it came or went by.
    #[serde(default)]
    pub mail_id: Option<MailId>,
}

/// A question was put to the customer agent.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionAsked {
    /// Where.
    pub conversation: ConversationId,
    /// Which question.
    pub question: QuestionId,
    /// Its words.
    pub text: String,
    /// Whether it was answered.
    pub outcome: QuestionOutcome,
    /// With which short answer.
    #[serde(default)]
    pub short_answer: Option<ShortAnswerId>,
    /// How sure the customer agent was.
    #[serde(default)]
    pub score: Option<f64>,
    /// In which message.
    #[serde(default)]
    pub message: Option<MessageId>,
}

/// A conversation was given to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationAssigned {
    /// Which.
    pub conversation: ConversationId,
    /// To whom.
    pub to: Assignee,
}

/// A human became responsible.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationHandedOff {
    /// Which.
    pub conversation: ConversationId,
    /// Why.
    pub reason: HandoffReason,
    /// To whom.
    #[serde(default)]
    pub to: Option<Assignee>,
}

/// A conversation was brought to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationResolved {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub by: Actor,
}

/// A conversation was opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationReopened {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub by: Actor,
}

/// A conversation went into another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationMerged {
    /// Which goes.
    pub conversation: ConversationId,
    /// Which stays.
    pub into: ConversationId,
}

/// A merge is taken back from the beginning, as if it had not been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationUnmerged {
    /// Which comes back.
    pub conversation: ConversationId,
}

/// What was written from a message on goes into a conversation of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationSplit {
    /// Which is split.
    pub conversation: ConversationId,
    /// Which it goes into.
    pub into: ConversationId,
    /// The first message that goes.
    pub from_message: MessageId,
}

/// A message has other words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageEdited {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub message: MessageId,
    /// Its words from now on.
    pub text: String,
}

/// The words of a message are gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageRedacted {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub message: MessageId,
}

/// A conversation was marked or unmarked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationMarked {
    /// Which.
    pub conversation: ConversationId,
    /// As what.
    pub mark: Mark,
    /// Whether the mark holds from now on.
    pub on: bool,
}

/// A conversation got a tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationTagged {
    /// Which.
    pub conversation: ConversationId,
    /// The tag's name.
    pub tag: String,
}

/// A conversation lost a tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationUntagged {
    /// Which.
    pub conversation: ConversationId,
    /// The tag's name.
    pub tag: String,
}

/// A tag has another name.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagRenamed {
    /// The old name.
    pub tag: String,
    /// The new name.
    #[serde(default)]
    pub to: Option<String>,
}

/// A tag is no more.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagDeleted {
    /// Its name.
    pub tag: String,
    /// The tag that takes its place.
    #[serde(default)]
    pub to: Option<String>,
}

/// The contact said whether an answer helped.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackGiven {
    /// Where.
    pub conversation: ConversationId,
    /// `helpful`, `not_helpful` or any other word.
    pub rating: String,
    /// Why.
    #[serde(default)]
    pub text: Option<String>,
}

/// A satisfaction survey went out.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsatSent {
    /// About which conversation.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// About which ticket.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// Its words.
    #[serde(default)]
    pub text: Option<String>,
}

/// A satisfaction survey came back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsatRated {
    /// About which conversation.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// About which ticket.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// 1 to 5.
    #[serde(deserialize_with = "score")]
    pub score: u8,
    /// The contact's words.
    #[serde(default)]
    pub text: Option<String>,
}

/// A file sent along with a message.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Where it lies.
    #[serde(default)]
    pub url: Option<String>,
}
