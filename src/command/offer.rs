//! Proposals made in a conversation that has no job yet.
//!
//! One that is accepted opens a job, unless the contact says that the company which the work is
//! for is yet to be created: then it stays in the conversation, accepted. Where a job goes on
//! already, proposals are made about that.

use super::State;
use super::money::{self, ProposalStep};
use super::open::first_stage;
use super::refusal::Refusal;
use super::text::{pipeline_id, rep_id, ticket_id};
use crate::model::event::ProposalMoved;
use crate::model::event::{Actor, JobRequest, TicketOpened};
use crate::model::{Body, Conversation, ConversationId, Invalid};

/// The job that an accepted proposal opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewJob {
    /// What it is called.
    pub ticket: String,
    /// In which pipeline of jobs.
    pub pipeline: String,
}

/// How a proposal in a conversation moves on.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Which.
    pub proposal: String,
    /// How.
    pub step: ProposalStep,
    /// With an acceptance: the job that it opens; none where the company is yet to be created.
    pub job: Option<NewJob>,
}

pub(super) fn offer(
    state: &State<'_>,
    known: &Conversation,
    (id, by): (ConversationId, &Actor),
    offer: Offer,
) -> Result<Vec<Body>, Refusal> {
    let has_job = has_open_job(state, &id)?;
    if has_job && matches!(offer.step, ProposalStep::Send { .. }) {
        return Err(Refusal::conflict(
            "the conversation has a job that goes on: make the proposal about that",
        ));
    }
    let about = |moved| ProposalMoved {
        conversation: Some(id.clone()),
        ..moved
    };
    let mut body = money::moved(&known.proposals, &offer.proposal, offer.step, about)?;
    let Body::ProposalAccepted(accepted) = &mut body else {
        return Ok(vec![body]);
    };
    let opened = match offer.job {
        None => {
            accepted.new_company = Some(true);
            None
        }
        Some(_) if has_job => None,
        Some(new) => Some(opened(state, known, (&id, by), &new)?),
    };
    Ok([body].into_iter().chain(opened).collect())
}

/// Whether the conversation has a job that goes on.
fn has_open_job(state: &State<'_>, id: &ConversationId) -> Result<bool, Refusal> {
    let joined = state.conversations.joined(id.as_str())?;
    for ticket in joined.iter().flat_map(|joined| &joined.tickets) {
        let standing = state.conversations.ticket(ticket.id.as_str())?;
        let goes_on = standing.is_some_and(|standing| {
            standing.is_job && !standing.is_closed && standing.ticket.merged_into.is_none()
        });
        if goes_on {
            return Ok(true);
        }
    }
    Ok(false)
}

fn opened(
    state: &State<'_>,
    known: &Conversation,
    (id, by): (&ConversationId, &Actor),
    new: &NewJob,
) -> Result<Body, Refusal> {
    let pipeline = pipeline_id(&new.pipeline)?;
    let stage = first_stage(state, &pipeline)?;
    let directory = state.conversations.directory();
    if directory.is_support(&pipeline, state.now) {
        let reason = format!("`{pipeline}` has no jobs; expected a pipeline of jobs");
        return Err(Invalid::new("pipeline", reason).into());
    }
    let owner = by.rep().map(rep_id).transpose()?;
    Ok(Body::TicketOpened(Box::new(TicketOpened {
        ticket: ticket_id(&new.ticket)?,
        pipeline,
        stage,
        contact: Some(known.contact.clone()),
        conversation: Some(id.clone()),
        subject: known.subject.clone(),
        channel: None,
        priority: known.priority.clone(),
        owner,
        team: None,
        service: known.service.clone(),
        close_due_at: None,
        first_response_due_at: None,
        inbox: None,
        schedule: None,
        attributes: std::collections::BTreeMap::new(),
        request: Some(JobRequest::Direct),
    })))
}
