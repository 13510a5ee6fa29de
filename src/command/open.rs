//! How a ticket or job begins at the desk.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kin::check_reachable;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, conversation_id, pipeline_id, rep_id, short, team_id, ticket_id};
use super::{Caller, State, scope};
use crate::model::event::{Attributes, JobRequest, TicketOpened};
use crate::model::{Body, Invalid, PipelineId, RepId, TeamId, WantedJob};

/// The longest line, in characters.
const MAX_LINE: usize = 500;
/// The own field of a job that says what kind of customer asks.
const CUSTOMER: &str = "customer";

/// A ticket as it is to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketDraft {
    /// In which pipeline: `support`, `jobs` or one of the desk's own.
    #[schema(min_length = 1, max_length = 128)]
    pub pipeline: String,
    /// In which stage; left out: the pipeline's first.
    #[serde(default)]
    pub stage: Option<String>,
    /// From which conversation; its contact is the ticket's, where none is named.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub conversation: Option<String>,
    /// For whom.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub contact: Option<String>,
    /// What it is about.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub subject: Option<String>,
    /// How urgent.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub priority: Option<String>,
    /// For which service.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub service: Option<String>,
    /// Whose it is.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub owner: Option<String>,
    /// Which team's it is.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub team: Option<String>,
    /// How a job came in; jobs only.
    #[serde(default)]
    pub request: Option<JobRequest>,
    /// What kind of customer asks; jobs only.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub customer: Option<String>,
}

/// Opens a ticket, called `ticket`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenTicketCommand {
    /// Its id.
    pub ticket: String,
    /// What it is.
    pub draft: TicketDraft,
}

impl OpenTicketCommand {
    /// Its row in the table of roles.
    pub(super) const RIGHT: &Right = &role::TICKET_OPEN;
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: OpenTicketCommand,
) -> Result<Vec<Body>, Refusal> {
    let OpenTicketCommand { ticket, draft } = command;
    let ticket = ticket_id(&ticket)?;
    if state.conversations.ticket(ticket.as_str())?.is_some() {
        let reason = format!("`{ticket}` is there already; expected a new id");
        return Err(Invalid::new("ticket", reason).into());
    }
    let pipeline = pipeline_id(&draft.pipeline)?;
    let stage = stage(state, &pipeline, draft.stage.as_deref())?;
    let customer = line("customer", draft.customer.as_deref())?;
    check_wanted(state, &pipeline, (&draft, customer.as_deref()))?;
    let conversation = draft
        .conversation
        .as_deref()
        .map(conversation_id)
        .transpose()?;
    let known = match &conversation {
        Some(id) => Some(scope::conversation(state, caller, id.as_str())?),
        None => None,
    };
    let contact = draft.contact.as_deref().map(contact_id).transpose()?;
    let contact = contact.or_else(|| known.as_ref().map(|known| known.contact.clone()));
    if let Some(contact) = &contact {
        check_reachable(state, contact)?;
    }
    let (owner, team) = holders(state, &draft)?;
    Ok(vec![Body::TicketOpened(Box::new(TicketOpened {
        ticket,
        pipeline,
        stage,
        contact,
        conversation,
        subject: line("subject", draft.subject.as_deref())?,
        channel: None,
        priority: line("priority", draft.priority.as_deref())?,
        owner,
        team,
        service: line("service", draft.service.as_deref())?,
        close_due_at: None,
        first_response_due_at: None,
        inbox: None,
        schedule: None,
        attributes: attributes_of(customer),
        request: draft.request,
    }))])
}

/// Refuses what only jobs have of other tickets, and jobs that the desk does not want.
fn check_wanted(
    state: &State<'_>,
    pipeline: &PipelineId,
    (draft, customer): (&TicketDraft, Option<&str>),
) -> Result<(), Refusal> {
    let directory = state.conversations.directory();
    let jobs_only = [
        ("request", draft.request.is_some()),
        ("customer", customer.is_some()),
    ];
    let mut said = jobs_only.into_iter().filter(|(_, is_said)| *is_said);
    if directory.is_support(pipeline, state.now)
        && let Some((field, _)) = said.next()
    {
        let reason = format!("`{pipeline}` has no jobs; expected nothing");
        return Err(Invalid::new(field, reason).into());
    }
    let service = draft.service.as_deref().map(str::trim);
    if let Some(request) = draft.request {
        let preferences = &state.installation.job_preferences;
        preferences.check(&WantedJob {
            request,
            service: service.filter(|service| !service.is_empty()),
            customer,
        })?;
    }
    Ok(())
}

/// The kind of customer, as jobs carry it.
pub(super) fn attributes_of(customer: Option<String>) -> Attributes {
    let customer = customer.map(|customer| (CUSTOMER.to_owned(), customer.into()));
    customer.into_iter().collect()
}

/// The first stage of a pipeline that is there.
pub(super) fn first_stage(state: &State<'_>, pipeline: &PipelineId) -> Result<String, Refusal> {
    stage(state, pipeline, None)
}

/// The stage that is named, or the pipeline's first.
fn stage(state: &State<'_>, pipeline: &PipelineId, named: Option<&str>) -> Result<String, Refusal> {
    let directory = state.conversations.directory();
    let stages = directory.stages(pipeline.as_str(), state.now);
    let Some((first, _)) = stages.first() else {
        return Err(Refusal::unknown("pipeline", pipeline.as_str()));
    };
    let stage = named.map(str::trim).filter(|stage| !stage.is_empty());
    let stage = stage.unwrap_or(first);
    if !stages.iter().any(|(id, _)| *id == stage) {
        let stages: Vec<&str> = stages.iter().map(|(id, _)| *id).collect();
        let stages = stages.join(", ");
        let reason = format!("`{stage}` is no stage of `{pipeline}`; there are {stages}");
        return Err(Invalid::new("stage", reason).into());
    }
    Ok(stage.to_owned())
}

/// Whose it is: a rep and a team that are there.
fn holders(
    state: &State<'_>,
    draft: &TicketDraft,
) -> Result<(Option<RepId>, Option<TeamId>), Refusal> {
    let directory = state.conversations.directory();
    let owner = draft.owner.as_deref().map(rep_id).transpose()?;
    let mut stranger = owner.iter();
    if let Some(rep) = stranger.find(|rep| directory.rep_name(rep.as_str()).is_none()) {
        return Err(Refusal::unknown("rep", rep.as_str()));
    }
    let team = draft.team.as_deref().map(|team| team_id("team", team));
    let team = team.transpose()?;
    let mut stranger = team.iter();
    if let Some(team) = stranger.find(|team| directory.team_name(team.as_str()).is_none()) {
        return Err(Refusal::unknown("team", team.as_str()));
    }
    Ok((owner, team))
}

/// A line without blanks around it; none where nothing is left.
fn line(field: &str, text: Option<&str>) -> Result<Option<String>, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    short(field, text.unwrap_or_default(), MAX_LINE)?;
    Ok(text.map(str::to_owned))
}
