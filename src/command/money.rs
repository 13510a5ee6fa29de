//! Proposals and invoices of a job: each goes one way, and what is over stays as it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::text::{invoice_id, proposal_id, short};
use crate::model::event::{InvoiceMoved, ProposalAccepted, ProposalMoved};
use crate::model::proposal::{Proposal, ProposalStatus};
use crate::model::ticket::InvoiceStatus;
use crate::model::{Body, Invalid, TicketId, TicketStanding};

/// The longest text of a proposal, in characters.
const MAX_TEXT: usize = 10_000;

/// How much.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// How much, at least 0.
    #[schema(minimum = 0)]
    #[serde(default)]
    pub amount: Option<f64>,
    /// In which currency, as `EUR`.
    #[schema(pattern = "^[A-Z]{3}$")]
    #[serde(default)]
    pub currency: Option<String>,
}

/// How a proposal moves on.
#[derive(Clone, Debug, PartialEq)]
pub enum ProposalStep {
    /// It goes out.
    Send {
        /// How much it asks for.
        price: Price,
        /// Its words.
        text: Option<String>,
    },
    /// The contact says yes.
    Accept,
    /// The contact says no.
    Decline,
    /// We take it back.
    Withdraw,
}

/// How an invoice moves on.
#[derive(Clone, Debug, PartialEq)]
pub enum InvoiceStep {
    /// It goes out.
    Send(Price),
    /// It is paid.
    Pay,
    /// We take it back.
    Void,
}

impl Price {
    fn checked(self) -> Result<Self, Invalid> {
        if let Some(amount) = self.amount
            && !(amount.is_finite() && amount >= 0.0)
        {
            let reason = format!("`{amount}` is no amount; expected a number of at least 0");
            return Err(Invalid::new("amount", reason));
        }
        if let Some(currency) = &self.currency {
            let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
            if !is_code {
                let reason =
                    format!("`{currency}` is no currency; expected three letters as `EUR`");
                return Err(Invalid::new("currency", reason));
            }
        }
        Ok(self)
    }
}

/// Refuses what only a job can be.
pub(super) fn is_job(known: &TicketStanding) -> Result<(), Refusal> {
    if known.is_job {
        return Ok(());
    }
    Err(Refusal::conflict(
        "the ticket is no job: this is done in pipelines of jobs only",
    ))
}

/// Refuses what cannot be done to a job that was declined.
pub(super) fn goes_on(known: &TicketStanding) -> Result<(), Refusal> {
    is_job(known)?;
    if known.is_declined() {
        return Err(Refusal::conflict("the job was declined"));
    }
    Ok(())
}

pub(super) fn propose(
    known: &TicketStanding,
    ticket: &TicketId,
    proposal: &str,
    step: ProposalStep,
) -> Result<Body, Refusal> {
    goes_on(known)?;
    if matches!(step, ProposalStep::Send { .. }) && known.is_closed {
        return Err(Refusal::conflict(
            "the job is over; nothing is proposed any more",
        ));
    }
    moved(&known.ticket.proposals, proposal, step, |moved| {
        ProposalMoved {
            ticket: Some(ticket.clone()),
            ..moved
        }
    })
}

/// The event by which a proposal moves on among those that there are; `about` says what it is
/// about.
pub(super) fn moved(
    all: &[Proposal],
    proposal: &str,
    step: ProposalStep,
    about: impl Fn(ProposalMoved) -> ProposalMoved,
) -> Result<Body, Refusal> {
    let proposal = proposal_id(proposal)?;
    let there = all.iter().find(|one| one.id == proposal);
    let bare = ProposalMoved {
        proposal: proposal.clone(),
        ticket: None,
        conversation: None,
        amount: None,
        currency: None,
        text: None,
    };
    if let ProposalStep::Send { price, text } = step {
        if there.is_some() {
            let reason = format!("`{proposal}` is there already; expected a new id");
            return Err(Invalid::new("proposal", reason).into());
        }
        short("text", text.as_deref().unwrap_or_default(), MAX_TEXT)?;
        let price = price.checked()?;
        return Ok(Body::ProposalSent(Box::new(about(ProposalMoved {
            amount: price.amount,
            currency: price.currency,
            text,
            ..bare
        }))));
    }
    let there = there.ok_or_else(|| Refusal::unknown("proposal", proposal.as_str()))?;
    if there.status != ProposalStatus::Sent {
        return Err(Refusal::conflict(
            "the proposal is accepted, declined or withdrawn already",
        ));
    }
    let moved = about(bare);
    Ok(match step {
        ProposalStep::Accept => Body::ProposalAccepted(Box::new(ProposalAccepted {
            proposal,
            ticket: moved.ticket,
            conversation: moved.conversation,
            amount: None,
            currency: None,
            text: None,
            new_company: None,
        })),
        ProposalStep::Withdraw => Body::ProposalWithdrawn(Box::new(moved)),
        ProposalStep::Decline | ProposalStep::Send { .. } => {
            Body::ProposalDeclined(Box::new(moved))
        }
    })
}

pub(super) fn bill(
    known: &TicketStanding,
    ticket: TicketId,
    invoice: &str,
    step: InvoiceStep,
) -> Result<Body, Refusal> {
    goes_on(known)?;
    let invoice = invoice_id(invoice)?;
    let there = known.ticket.invoices.iter().find(|one| one.id == invoice);
    let moved = |price: Price| {
        Box::new(InvoiceMoved {
            ticket,
            invoice: invoice.clone(),
            amount: price.amount,
            currency: price.currency,
        })
    };
    match (step, there) {
        (InvoiceStep::Send(_), Some(_)) => {
            let reason = format!("`{invoice}` is there already; expected a new id");
            Err(Invalid::new("invoice", reason).into())
        }
        (InvoiceStep::Send(price), None) => Ok(Body::InvoiceSent(moved(price.checked()?))),
        (_, None) => Err(Refusal::unknown("invoice", invoice.as_str())),
        (_, Some(there)) if there.status != InvoiceStatus::Sent => {
            Err(Refusal::conflict("the invoice is paid or voided already"))
        }
        (InvoiceStep::Pay, Some(_)) => Ok(Body::InvoicePaid(moved(Price::default()))),
        (InvoiceStep::Void, Some(_)) => Ok(Body::InvoiceVoided(moved(Price::default()))),
    }
}
