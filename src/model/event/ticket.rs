//! Events about tickets and jobs: stages, owners, proposals, invoices, pipelines, SLAs.
//!
//! The shapes are those of the interchange format: a field that the format marks with
//! `?` is an `Option`, or a `Patch` in `*.upserted`. Read by the folds.
//!
//! `expires_secs` of `pipeline.upserted` says how long after its opening a job of that pipeline
//! expires.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::word::{Actor, Attributes, JobRequest, Patch, PipelineKind, amount, attributes, score};
use crate::model::{
    ContactId, ConversationId, InboxId, InvoiceId, PipelineId, ProposalId, RepId, ScheduleId,
    SlaId, TeamId, TicketId, Timestamp,
};

/// A ticket was opened.
#[skip_serializing_none]
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
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// From which conversation.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// What it is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// Where it came in.
    #[serde(default)]
    pub channel: Option<String>,
    /// How urgent.
    #[serde(default)]
    pub priority: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub owner: Option<RepId>,
    /// Which team's it is.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// For which service.
    #[serde(default)]
    pub service: Option<String>,
    /// When the source wants it closed.
    #[serde(default)]
    pub close_due_at: Option<Timestamp>,
    /// When the source wants it answered.
    #[serde(default)]
    pub first_response_due_at: Option<Timestamp>,
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
    /// How a job came in.
    #[serde(default)]
    pub request: Option<JobRequest>,
}

/// A ticket's facts changed.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketUpdated {
    /// Which.
    pub ticket: TicketId,
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
    /// Where it came in.
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

/// A ticket went into another, and counts nowhere itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketMerged {
    /// Which goes.
    pub ticket: TicketId,
    /// Which stays.
    pub into: TicketId,
}

/// A merge is taken back from the beginning, as if it had not been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketUnmerged {
    /// Which comes back.
    pub ticket: TicketId,
}

/// A ticket moved to a stage.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketStaged {
    /// Which.
    pub ticket: TicketId,
    /// To which stage.
    pub stage: String,
    /// By whom.
    #[serde(default)]
    pub by: Option<Actor>,
}

/// A ticket was given to reps.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketAssigned {
    /// Which.
    pub ticket: TicketId,
    /// To whom; the first is the owner, none: no owner from then on.
    pub reps: Vec<RepId>,
    /// By whom.
    #[serde(default)]
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
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketDeclined {
    /// Which.
    pub ticket: TicketId,
    /// By whom.
    pub by: Actor,
    /// Why.
    #[serde(default)]
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
#[skip_serializing_none]
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
    #[serde(default)]
    pub text: Option<String>,
}

/// A proposal went out, was declined or was taken back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalMoved {
    /// Which.
    pub proposal: ProposalId,
    /// About which ticket.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// In which conversation.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// How much.
    #[serde(default, deserialize_with = "amount")]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// Its words.
    #[serde(default)]
    pub text: Option<String>,
}

/// A proposal was accepted.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalAccepted {
    /// Which.
    pub proposal: ProposalId,
    /// About which ticket.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// In which conversation.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// How much.
    #[serde(default, deserialize_with = "amount")]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// The contact's words.
    #[serde(default)]
    pub text: Option<String>,
    /// Whether the work is for a company that does not exist yet.
    #[serde(default)]
    pub new_company: Option<bool>,
}

/// An invoice went out, was paid or was taken back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceMoved {
    /// For which ticket.
    pub ticket: TicketId,
    /// Which invoice.
    pub invoice: InvoiceId,
    /// How much.
    #[serde(default, deserialize_with = "amount")]
    pub amount: Option<f64>,
    /// In which currency.
    #[serde(default)]
    pub currency: Option<String>,
}

/// A pipeline's stages.
#[skip_serializing_none]
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
    #[serde(default)]
    pub expires_secs: Option<u32>,
}

/// A service level agreement.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaUpserted {
    /// Which.
    pub sla: SlaId,
    /// To what it applies.
    pub applies: SlaScope,
    /// Target for the first response, in seconds.
    #[serde(default)]
    pub first_response_secs: Option<u64>,
    /// Target for each later response, in seconds.
    #[serde(default)]
    pub next_response_secs: Option<u64>,
    /// Target for the close, in seconds.
    #[serde(default)]
    pub close_secs: Option<u64>,
    /// By whose working hours.
    #[serde(default)]
    pub schedule: Option<ScheduleId>,
    /// Stages in which the clock is stopped.
    #[serde(default)]
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
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaScope {
    /// Of this channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// In this pipeline.
    #[serde(default)]
    pub pipeline: Option<PipelineId>,
    /// Of this priority.
    #[serde(default)]
    pub priority: Option<String>,
    /// Of this team.
    #[serde(default)]
    pub team: Option<TeamId>,
}
