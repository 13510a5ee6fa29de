//! Events: what happened, when, and which source says so.
//!
//! The types of the interchange format as one enum, read strictly and written back
//! unchanged. Fed by `ingest` and `journal`; folded by `model::episode` and
//! `projection`. Derives nothing.

mod access;
mod agent;
mod alert;
mod attention;
mod bodies;
mod body;
mod canned;
mod canonical;
mod contact;
mod conversation;
mod embedder;
mod imports;
mod inbox;
mod job;
mod knowledge;
mod mail;
mod mail_in;
mod mail_schedule;
mod mining;
mod note;
mod order;
mod parse;
mod people;
mod profile;
mod queue;
mod routing;
mod saved;
mod subject;
mod survey;
mod tag;
mod ticket;
mod topic;
mod webhook;
mod widget;
mod word;

pub use access::*;
pub use agent::*;
pub use alert::*;
pub use attention::*;
pub use body::Body;
pub use canned::*;
pub use contact::*;
pub use conversation::*;
pub use embedder::*;
pub use imports::{ConnectorChange, ConnectorChanged, ImportFinished};
pub use inbox::{InboxRemoved, InboxSet};
pub use job::{JobPreferencesSet, JobReminded, ServiceRemoved, ServiceSet, StartingPrice};
pub use knowledge::*;
pub use mail::{DropReason, MailAbout, MailBounced, MailDropped, MailQueued, MailSent, MailWish};
pub use mail_in::{MailAutomatic, MailTakenIn};
pub use mail_schedule::*;
pub use mining::QuestionMined;
pub use note::*;
pub use order::{cmp_events, cmp_ids};
pub use parse::{EventError, MAX_LINE_BYTES, MAX_TEXT_BYTES, OWN_SOURCE};
pub use people::*;
pub use profile::{ProfileRemoved, ProfileSet};
pub use queue::QueueSet;
pub use routing::{
    DeedKind, MAX_RULE_WORD, RuleActed, RuleAssignee, RuleConditions, RuleDeeds, RuleHours,
    RulePaused, RuleRemoved, RuleSet, RuleShare, RuleSwitched, RuleThing, RuleTrigger, RuleTurn,
    RuleWord, RulesAsked, RulesOrdered,
};
pub use saved::*;
pub use subject::Subject;
pub use survey::{SurveyHeldBack, SurveyRule, SurveySet};
pub use tag::TagCreated;
pub use ticket::*;
pub use topic::*;
pub use webhook::{
    WebhookKind, WebhookPause, WebhookPaused, WebhookRemoved, WebhookReplayed, WebhookResumed,
    WebhookSecretChanged, WebhookSet, WebhookTested,
};
pub use widget::WidgetSet;
pub use word::*;

use super::Timestamp;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who told us; with `id` the event's identity.
    pub source: String,
    /// The source's name for it.
    pub id: String,
    /// What.
    pub body: Body,
}
