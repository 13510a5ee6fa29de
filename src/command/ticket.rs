//! What is done to a ticket: opened, moved, given to reps, taken; a job also declined, completed,
//! proposed, billed and reviewed.
//!
//! Decided over the ticket as it is after the last journalled event, so of two who take it at once
//! one gets it. A job that has expired cannot be acted on. A version that was seen is named by
//! `seen`; another one is not written over.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deed::actor;
use super::kin::check_reachable;
use super::money::{self, InvoiceStep, ProposalStep, goes_on, is_job};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, reason, rep_id, ticket_id};
use super::{Caller, State, scope};
use crate::model::event::{
    Actor, ActorKind, TicketAssigned, TicketCompleted, TicketDeclined, TicketReviewed,
    TicketStaged, TicketUpdated, TicketViewed,
};
use crate::model::{Body, Invalid, RepId, TicketId, TicketStanding};

/// The longest line, in characters.
const MAX_LINE: usize = 500;
/// The most reps of a ticket.
const MAX_REPS: usize = 20;

/// Whose word it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Ours: the rep's who does it.
    #[default]
    Rep,
    /// The contact's.
    Contact,
}

/// Something done to a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketCommand {
    /// Which.
    pub ticket: String,
    /// In the name of which rep; left out: the caller's own.
    pub rep: Option<String>,
    /// The version that the caller has seen, if it may not be another.
    pub seen: Option<String>,
    /// What.
    pub action: TicketAction,
}

/// What is done to a ticket.
#[derive(Clone, Debug, PartialEq)]
pub enum TicketAction {
    /// Changes what it is about.
    Update {
        /// Its subject.
        subject: Option<String>,
        /// How urgent.
        priority: Option<String>,
        /// For which service.
        service: Option<String>,
    },
    /// Moves it to a stage.
    Stage(String),
    /// Gives it to reps, the first its owner; to nobody.
    Assign(Vec<String>),
    /// Takes it, where nobody has it.
    Take,
    /// Has opened it.
    View,
    /// Turns a job down.
    Decline {
        /// Whose no it is.
        by: Side,
        /// Why.
        reason: Option<String>,
    },
    /// Says that a job is done.
    Complete {
        /// Whose word it is; the contact's is the confirmation.
        by: Side,
    },
    /// Moves a proposal on.
    Propose {
        /// Which.
        proposal: String,
        /// How.
        step: ProposalStep,
    },
    /// Moves an invoice on.
    Bill {
        /// Which.
        invoice: String,
        /// How.
        step: InvoiceStep,
    },
    /// Notes what the contact says of a job.
    Review {
        /// 1 to 5.
        communication: u8,
        /// 1 to 5.
        quality: u8,
        /// Their words.
        text: Option<String>,
    },
}

impl TicketAction {
    /// Whether it says something to the contact or of them, or opens the ticket again.
    const fn concerns_the_contact(&self) -> bool {
        !matches!(
            self,
            Self::Update { .. } | Self::Assign(_) | Self::Take | Self::View
        )
    }
}

impl TicketCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.action {
            TicketAction::Update { .. } => &role::TICKET_UPDATE,
            TicketAction::Stage(_) => &role::TICKET_STAGE,
            TicketAction::Assign(_) => &role::TICKET_ASSIGN,
            TicketAction::Take => &role::TICKET_TAKE,
            TicketAction::View => &role::TICKET_VIEW,
            TicketAction::Decline { .. } => &role::TICKET_DECLINE,
            TicketAction::Complete { .. } => &role::TICKET_COMPLETE,
            TicketAction::Propose { .. } => &role::TICKET_PROPOSE,
            TicketAction::Bill { .. } => &role::TICKET_BILL,
            TicketAction::Review { .. } => &role::TICKET_REVIEW,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: TicketCommand,
) -> Result<Vec<Body>, Refusal> {
    let id = ticket_id(&command.ticket)?;
    let known = scope::ticket(state, caller, id.as_str())?;
    if command.seen.is_some_and(|seen| seen != known.version) {
        return Err(Refusal::Changed {
            kind: "ticket",
            id: id.to_string(),
        });
    }
    if known.ticket.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the ticket was merged into another; go on there",
        ));
    }
    if known.has_expired() {
        return Err(Refusal::conflict(
            "the job has expired: nobody answered in time, and nothing can be done to it any more",
        ));
    }
    if command.action.concerns_the_contact() {
        reaches(state, &known)?;
    }
    let by = actor(state, caller, command.rep.as_deref())?;
    let body = match command.action {
        TicketAction::Update {
            subject,
            priority,
            service,
        } => update(id, [subject, priority, service])?,
        TicketAction::Stage(stage) => staged(state, &known, id, (stage, by))?,
        TicketAction::Assign(reps) => assign(state, &known, id, (&reps, by))?,
        TicketAction::Take => take(&known, id, by)?,
        TicketAction::View => viewed(id, &by)?,
        TicketAction::Decline {
            by: side,
            reason: why,
        } => {
            let why = reason(why.as_deref())?;
            declined(&known, id, (whose(&known, side, by)?, why))?
        }
        TicketAction::Complete { by: side } => completed(&known, id, whose(&known, side, by)?)?,
        TicketAction::Propose { proposal, step } => money::propose(&known, &id, &proposal, step)?,
        TicketAction::Bill { invoice, step } => money::bill(&known, id, &invoice, step)?,
        TicketAction::Review {
            communication,
            quality,
            text,
        } => reviewed(&known, id, (communication, quality), text.as_deref())?,
    };
    Ok(vec![body])
}

/// Refuses what a ticket of a blocked contact does not take any more.
fn reaches(state: &State<'_>, known: &TicketStanding) -> Result<(), Refusal> {
    let contact = match (&known.ticket.contact, &known.ticket.conversation) {
        (Some(contact), _) => Some(contact.clone()),
        (None, Some(id)) => {
            let from = state.conversations.conversation(id.as_str())?;
            from.map(|from| from.contact)
        }
        (None, None) => None,
    };
    contact.map_or(Ok(()), |contact| check_reachable(state, &contact))
}

fn whose(known: &TicketStanding, side: Side, rep: Actor) -> Result<Actor, Refusal> {
    is_job(known)?;
    Ok(match side {
        Side::Rep => rep,
        Side::Contact => Actor {
            kind: ActorKind::Contact,
            id: known.ticket.contact.as_ref().map(ToString::to_string),
        },
    })
}

fn update(
    ticket: TicketId,
    [subject, priority, service]: [Option<String>; 3],
) -> Result<Body, Refusal> {
    let line = |field: &str, text: Option<String>| -> Result<Option<String>, Invalid> {
        let text = text.map(|text| text.trim().to_owned());
        if let Some(text) = &text {
            filled(field, text, MAX_LINE)?;
        }
        Ok(text)
    };
    let (subject, priority, service) = (
        line("subject", subject)?,
        line("priority", priority)?,
        line("service", service)?,
    );
    if subject.is_none() && priority.is_none() && service.is_none() {
        let reason = "nothing is changed; expected a subject, a priority or a service";
        return Err(Invalid::new("subject", reason).into());
    }
    Ok(Body::TicketUpdated(Box::new(TicketUpdated {
        ticket,
        subject,
        language: None,
        priority,
        service,
        pipeline: None,
        channel: None,
        inbox: None,
        schedule: crate::model::event::Patch::Keep,
        attributes: std::collections::BTreeMap::new(),
    })))
}

fn staged(
    state: &State<'_>,
    known: &TicketStanding,
    ticket: TicketId,
    (stage, by): (String, Actor),
) -> Result<Body, Refusal> {
    let stage = stage.trim().to_owned();
    let pipeline = known.ticket.pipeline.as_str();
    let stages = state.conversations.directory().stages(pipeline, state.now);
    if !stages.iter().any(|(id, _)| *id == stage) {
        let stages: Vec<&str> = stages.iter().map(|(id, _)| *id).collect();
        let reason = format!(
            "`{stage}` is no stage of `{pipeline}`; there are {}",
            stages.join(", ")
        );
        return Err(Invalid::new("stage", reason).into());
    }
    if known.ticket.stage == stage {
        return Err(Refusal::conflict("the ticket is in this stage already"));
    }
    if known.is_job && stage != "inactive" {
        return Err(Refusal::conflict(
            "a job's stage follows from what happens: it can be declined, completed or put aside \
             as `inactive`, and nothing else is typed in",
        ));
    }
    if known.is_job && known.is_closed {
        return Err(Refusal::conflict("the job is over"));
    }
    Ok(Body::TicketStaged(Box::new(TicketStaged {
        ticket,
        stage,
        by: Some(by),
    })))
}

fn assign(
    state: &State<'_>,
    known: &TicketStanding,
    ticket: TicketId,
    (reps, by): (&[String], Actor),
) -> Result<Body, Refusal> {
    if reps.len() > MAX_REPS {
        let reason = format!("{} are named; at most {MAX_REPS} are expected", reps.len());
        return Err(Invalid::new("reps", reason).into());
    }
    let mut wanted: Vec<RepId> = Vec::new();
    for rep in reps {
        let rep = rep_id(rep)?;
        if state
            .conversations
            .directory()
            .rep_name(rep.as_str())
            .is_none()
        {
            return Err(Refusal::unknown("rep", rep.as_str()));
        }
        if !wanted.contains(&rep) {
            wanted.push(rep);
        }
    }
    if known.ticket.reps == wanted {
        return Err(Refusal::conflict("the ticket is theirs already"));
    }
    Ok(Body::TicketAssigned(Box::new(TicketAssigned {
        ticket,
        reps: wanted,
        by: Some(by),
    })))
}

fn take(known: &TicketStanding, ticket: TicketId, by: Actor) -> Result<Body, Refusal> {
    let own = by.rep().map(rep_id).transpose()?;
    let own =
        own.ok_or_else(|| Invalid::new("rep", "nobody is named; expected the rep who takes it"))?;
    match known.ticket.owner.as_ref() {
        Some(owner) if *owner == own => Err(Refusal::conflict("the ticket is yours already")),
        Some(_) => Err(Refusal::conflict(
            "somebody else has taken the ticket; look at it again",
        )),
        None => Ok(Body::TicketAssigned(Box::new(TicketAssigned {
            ticket,
            reps: vec![own],
            by: Some(by),
        }))),
    }
}

fn viewed(ticket: TicketId, by: &Actor) -> Result<Body, Refusal> {
    let rep = by.rep().map(rep_id).transpose()?;
    let rep = rep.ok_or_else(|| Invalid::new("rep", "nobody is named; expected who opened it"))?;
    Ok(Body::TicketViewed(Box::new(TicketViewed { ticket, rep })))
}

fn declined(
    known: &TicketStanding,
    ticket: TicketId,
    (by, reason): (Actor, Option<String>),
) -> Result<Body, Refusal> {
    goes_on(known)?;
    if known.ticket.stage == "completed" {
        return Err(Refusal::conflict("the job is completed"));
    }
    Ok(Body::TicketDeclined(Box::new(TicketDeclined {
        ticket,
        by,
        reason,
    })))
}

fn completed(known: &TicketStanding, ticket: TicketId, by: Actor) -> Result<Body, Refusal> {
    goes_on(known)?;
    let mut said = known.ticket.completions.iter();
    if said.any(|one| one.by.kind == by.kind) {
        return Err(Refusal::conflict("that was said already"));
    }
    Ok(Body::TicketCompleted(Box::new(TicketCompleted {
        ticket,
        by,
    })))
}

fn reviewed(
    known: &TicketStanding,
    ticket: TicketId,
    (communication, quality): (u8, u8),
    text: Option<&str>,
) -> Result<Body, Refusal> {
    is_job(known)?;
    for (field, score) in [("communication", communication), ("quality", quality)] {
        if !(1..=5).contains(&score) {
            let reason = format!("`{score}` is no score; expected a whole number from 1 to 5");
            return Err(Invalid::new(field, reason).into());
        }
    }
    let text = reason(text)?;
    Ok(Body::TicketReviewed(Box::new(TicketReviewed {
        ticket,
        communication,
        quality,
        text,
    })))
}
