//! Events about tickets and jobs: stages, owners, proposals, invoices, pipelines, SLAs.
//!
//! The shapes are those of the interchange format: a field that the format marks with
//! `?` is an `Option`, or a `Patch` in `*.upserted`. Read by the folds.
//!
//! `expires_secs` of `pipeline.upserted` says how long after its opening a job of that pipeline
//! expires.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::word::{Actor, Attributes, JobRequest, PipelineKind, amount, attributes, score};
use crate::model::{
    ContactId, ConversationId, InvoiceId, PipelineId, ProposalId, RepId, ScheduleId, SlaId, TeamId,
    TicketId, Timestamp,
};

/// A ticket was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketOpened {
    /// Which.
    pub ticket: TicketId,
    /// In which pipeline.
    pub pipeline: PipelineId,
    /// In which stage.
    pub stage: String,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// From which conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Where it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// How urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<RepId>,
    /// Which team's it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// For which service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// When the source wants it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_due_at: Option<Timestamp>,
    /// When the source wants it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_due_at: Option<Timestamp>,
    /// Own fields.
    #[serde(
        default,
        deserialize_with = "attributes",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes: Attributes,
    /// How a job came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<JobRequest>,
}

/// A ticket's facts changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketUpdated {
    /// Which.
    pub ticket: TicketId,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// For which service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// In which pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    /// Where it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Own fields.
    #[serde(
        default,
        deserialize_with = "attributes",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes: Attributes,
}

/// A ticket moved to a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketStaged {
    /// Which.
    pub ticket: TicketId,
    /// To which stage.
    pub stage: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

/// A ticket was given to reps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketAssigned {
    /// Which.
    pub ticket: TicketId,
    /// To whom; the first is the owner, none: no owner from then on.
    pub reps: Vec<RepId>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

/// A rep opened a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketViewed {
    /// Which.
    pub ticket: TicketId,
    /// Who.
    pub rep: RepId,
}

/// A job was declined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketDeclined {
    /// Which.
    pub ticket: TicketId,
    /// By whom.
    pub by: Actor,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A job was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketCompleted {
    /// Which.
    pub ticket: TicketId,
    /// Says who; a contact's word is the confirmation.
    pub by: Actor,
}

/// A job was reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketReviewed {
    /// Which.
    pub ticket: TicketId,
    /// 1 to 5.
    #[serde(deserialize_with = "score")]
    pub communication: u8,
    /// 1 to 5.
    #[serde(deserialize_with = "score")]
    pub quality: u8,
    /// The contact's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A proposal went out, was declined or was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalMoved {
    /// Which.
    pub proposal: ProposalId,
    /// About which ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// In which conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// How much.
    #[serde(
        default,
        deserialize_with = "amount",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A proposal was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalAccepted {
    /// Which.
    pub proposal: ProposalId,
    /// About which ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// In which conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// How much.
    #[serde(
        default,
        deserialize_with = "amount",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The contact's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether the work is for a company that does not exist yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_company: Option<bool>,
}

/// An invoice went out, was paid or was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceMoved {
    /// For which ticket.
    pub ticket: TicketId,
    /// Which invoice.
    pub invoice: InvoiceId,
    /// How much.
    #[serde(
        default,
        deserialize_with = "amount",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A pipeline's stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineUpserted {
    /// Which.
    pub pipeline: PipelineId,
    /// What it is for.
    pub kind: PipelineKind,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// After how long without answer a job of it expires, in seconds; 72 hours if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_secs: Option<u32>,
}

/// A service level agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaUpserted {
    /// Which.
    pub sla: SlaId,
    /// To what it applies.
    pub applies: SlaScope,
    /// Target for the first response, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_secs: Option<u64>,
    /// Target for each later response, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_response_secs: Option<u64>,
    /// Target for the close, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_secs: Option<u64>,
    /// By whose working hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// Stages in which the clock is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_stages: Option<Vec<String>>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its id.
    pub stage: String,
    /// Its name.
    pub name: String,
    /// Whether a ticket in it is closed.
    pub closed: bool,
}

/// To which tickets and conversations a service level agreement applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaScope {
    /// Of this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// In this pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    /// Of this priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Of this team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
}
