//! A contact is blocked: everything of theirs that is open ends.
//!
//! First the block, so that what ends by it counts neither as resolved nor as declined by us;
//! then conversations, tickets, proposals and invoices.

use super::attention::with_wake;
use super::deed::actor;
use super::kin::{group, holdings};
use super::refusal::Refusal;
use super::role;
use super::{Caller, Identity, Role, State};
use crate::model::conversation::Status;
use crate::model::event::{
    Actor, ActorKind, ContactBlocked, ConversationResolved, InvoiceMoved, ProposalMoved,
    TicketDeclined, TicketStaged,
};
use crate::model::proposal::{Proposal, ProposalStatus};
use crate::model::ticket::InvoiceStatus;
use crate::model::{Body, Contact, Conversation, TicketStanding};

/// Why a job of a blocked contact is declined.
const REASON: &str = "blocked";

pub(super) fn block(
    state: &State<'_>,
    caller: &Caller,
    known: &Contact,
    rep: Option<&str>,
) -> Result<Vec<Body>, Refusal> {
    may_block(state, caller)?;
    if known.blocked_at.is_some() {
        return Err(Refusal::conflict("the contact is blocked already"));
    }
    let by = who(state, caller, rep)?;
    let group = group(state, &known.id)?;
    let mut bodies = Vec::new();
    for contact in &group {
        let one = state.conversations.contact(contact.as_str())?;
        if one.is_none_or(|one| one.blocked_at.is_none()) {
            bodies.push(Body::ContactBlocked(Box::new(ContactBlocked {
                contact: contact.clone(),
                by: Some(by.clone()),
            })));
        }
    }
    let theirs = holdings(state, &group)?;
    let mut talks = Vec::new();
    for id in &theirs.conversations {
        let known = state.conversations.conversation(id)?;
        talks.extend(known.filter(|one| one.merged_into.is_none()));
    }
    for open in &talks {
        if open.status == Status::Open {
            let resolved = Body::ConversationResolved(Box::new(ConversationResolved {
                conversation: open.id.clone(),
                by: by.clone(),
            }));
            bodies.extend(with_wake(state, open, resolved));
        }
    }
    let mut standing = Vec::new();
    for id in &theirs.tickets {
        let known = state.conversations.ticket(id)?;
        standing.extend(known.filter(|known| known.ticket.merged_into.is_none()));
    }
    bodies.extend(standing.iter().filter_map(|known| ended(state, known, &by)));
    bodies.extend(standing.iter().flat_map(withdrawn));
    bodies.extend(talks.iter().flat_map(withdrawn_in));
    bodies.extend(standing.iter().flat_map(voided));
    Ok(bodies)
}

/// Refuses whom the rules do not let block.
fn may_block(state: &State<'_>, caller: &Caller) -> Result<(), Refusal> {
    if caller.role < Role::Admin && !state.installation.people.rules().reps_block {
        return Err(Refusal::Forbidden {
            command: role::CONTACT_BLOCK.command,
            needed: Role::Admin,
            role: caller.role,
        });
    }
    if !caller.sight.is_whole() {
        return Err(Refusal::conflict(
            "a block ends what others have with the contact, too; it takes somebody who sees \
             everything",
        ));
    }
    Ok(())
}

/// In whose name it is done; an admin need not be a rep.
fn who(state: &State<'_>, caller: &Caller, rep: Option<&str>) -> Result<Actor, Refusal> {
    let people = &state.installation.people;
    let is_no_rep = match &caller.identity {
        Identity::User(id) => people.user(id).is_none_or(|user| user.rep.is_none()),
        _ => false,
    };
    if is_no_rep && rep.is_none() {
        return Ok(Actor {
            kind: ActorKind::Rep,
            id: None,
        });
    }
    actor(state, caller, rep)
}

/// The end of a ticket that is open: a job is declined, another goes to the first stage that
/// closes it, where its pipeline has one.
fn ended(state: &State<'_>, known: &TicketStanding, by: &Actor) -> Option<Body> {
    let ticket = known.ticket.id.clone();
    if known.is_job {
        let is_final =
            known.is_declined() || known.has_expired() || known.ticket.stage == "completed";
        return (!is_final).then(|| {
            Body::TicketDeclined(Box::new(TicketDeclined {
                ticket,
                by: by.clone(),
                reason: Some(REASON.to_owned()),
            }))
        });
    }
    if known.is_closed {
        return None;
    }
    let directory = state.conversations.directory();
    let pipeline = known.ticket.pipeline.as_str();
    let stages = directory.stages(pipeline, state.now);
    let mut ids = stages.into_iter().map(|(id, _)| id);
    let closing = ids.find(|stage| directory.is_closed(pipeline, stage, state.now))?;
    Some(Body::TicketStaged(Box::new(TicketStaged {
        ticket,
        stage: closing.to_owned(),
        by: Some(by.clone()),
    })))
}

fn withdrawn(known: &TicketStanding) -> impl Iterator<Item = Body> + use<'_> {
    let sent = sent(&known.ticket.proposals);
    sent.map(|moved| {
        Body::ProposalWithdrawn(Box::new(ProposalMoved {
            ticket: Some(known.ticket.id.clone()),
            ..moved
        }))
    })
}

/// Those that were made in a conversation without a job.
fn withdrawn_in(known: &Conversation) -> impl Iterator<Item = Body> + use<'_> {
    let sent = sent(&known.proposals);
    sent.map(|moved| {
        Body::ProposalWithdrawn(Box::new(ProposalMoved {
            conversation: Some(known.id.clone()),
            ..moved
        }))
    })
}

/// Proposals that wait for the contact.
fn sent(proposals: &[Proposal]) -> impl Iterator<Item = ProposalMoved> + use<'_> {
    let sent = proposals.iter();
    let sent = sent.filter(|one| one.status == ProposalStatus::Sent);
    sent.map(|one| ProposalMoved {
        proposal: one.id.clone(),
        ticket: None,
        conversation: None,
        amount: None,
        currency: None,
        text: None,
    })
}

fn voided(known: &TicketStanding) -> impl Iterator<Item = Body> + use<'_> {
    let sent = known.ticket.invoices.iter();
    let sent = sent.filter(|one| one.status == InvoiceStatus::Sent);
    sent.map(|one| {
        Body::InvoiceVoided(Box::new(InvoiceMoved {
            ticket: known.ticket.id.clone(),
            invoice: one.id.clone(),
            amount: None,
            currency: None,
        }))
    })
}
