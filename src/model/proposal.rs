//! Proposals: offers of work, each of which goes one way. Made about a job, or in a conversation
//! that has none yet.

use serde::Serialize;

use super::event::{Body, ProposalAccepted, ProposalMoved};
use super::updates::replace;
use super::{ProposalId, Timestamp};

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    /// It waits for the contact.
    Sent,
    /// The contact said yes.
    Accepted,
    /// The contact said no.
    Declined,
    /// We took it back.
    Withdrawn,
}

impl ProposalStatus {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// An offer of work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposal {
    /// Which.
    pub id: ProposalId,
    /// How far it is.
    pub status: ProposalStatus,
    /// Since when.
    pub changed_at: Timestamp,
    /// How much.
    pub amount: Option<f64>,
    /// In which currency.
    pub currency: Option<String>,
    /// Its words.
    pub text: Option<String>,
    /// Whether the contact accepted it for a company that is yet to be created: no job came of
    /// it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub awaits_company: bool,
}

impl Proposal {
    /// Takes what an event says of proposals into those that there are.
    pub(super) fn take(all: &mut Vec<Self>, at: Timestamp, body: &Body) {
        match body {
            Body::ProposalSent(moved) => move_on(all, at, ProposalStatus::Sent, moved),
            Body::ProposalDeclined(moved) => move_on(all, at, ProposalStatus::Declined, moved),
            Body::ProposalWithdrawn(moved) => move_on(all, at, ProposalStatus::Withdrawn, moved),
            Body::ProposalAccepted(accepted) => {
                accept(all, at, accepted);
            }
            _ => {}
        }
    }
}

fn accept(all: &mut Vec<Proposal>, at: Timestamp, accepted: &ProposalAccepted) {
    let moved = ProposalMoved {
        proposal: accepted.proposal.clone(),
        ticket: accepted.ticket.clone(),
        conversation: accepted.conversation.clone(),
        amount: accepted.amount,
        currency: accepted.currency.clone(),
        // The text of an acceptance is the contact's, not the proposal's.
        text: None,
    };
    move_on(all, at, ProposalStatus::Accepted, &moved);
    if let Some(known) = all.iter_mut().find(|known| known.id == accepted.proposal) {
        known.awaits_company = accepted.new_company == Some(true);
    }
}

fn move_on(all: &mut Vec<Proposal>, at: Timestamp, status: ProposalStatus, moved: &ProposalMoved) {
    if let Some(known) = all.iter_mut().find(|known| known.id == moved.proposal) {
        known.status = status;
        known.changed_at = at;
        replace(&mut known.amount, moved.amount.as_ref());
        replace(&mut known.currency, moved.currency.as_ref());
        if status == ProposalStatus::Sent {
            replace(&mut known.text, moved.text.as_ref());
        }
        return;
    }
    all.push(Proposal {
        id: moved.proposal.clone(),
        status,
        changed_at: at,
        amount: moved.amount,
        currency: moved.currency.clone(),
        text: moved.text.clone(),
        awaits_company: false,
    });
}
