//! The panel "Proposals and jobs" of a conversation's page: what came of it, and what can be
//! proposed.

use super::ticket_forms::amount;
use super::verdict::tickets;
use crate::app::Explanation;
use crate::model::Conversation;
use crate::model::proposal::{Proposal, ProposalStatus};
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::text::t;
use crate::web::ui::url::encode;

/// A ticket or job that was opened from the conversation.
pub(super) struct TicketCard {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) stage: String,
    pub(super) kind: &'static str,
}

/// A proposal that was made in the conversation.
pub(super) struct OfferLine {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) amount: String,
    pub(super) words: String,
    /// Whether it waits for the contact.
    pub(super) is_open: bool,
    /// Whether it was accepted for a company that is yet to be created.
    pub(super) awaits_company: bool,
}

/// What came of a conversation, and what can be proposed in it.
pub(super) struct Offers {
    pub(super) tickets: Vec<TicketCard>,
    pub(super) proposals: Vec<OfferLine>,
    /// The page of the job that goes on: proposals are made there.
    pub(super) job: String,
    /// Pipelines in which a ticket can be opened: id and name.
    pub(super) pipelines: Vec<(String, String)>,
}

impl Offers {
    pub(super) fn new(
        desk: &Desk,
        conversation: &Conversation,
        explanation: &Explanation,
    ) -> Result<Self, Fault> {
        let (mut cards, mut job) = (Vec::new(), String::new());
        for (id, href) in tickets(explanation) {
            let standing = desk.app.ticket_standing_at(desk.present(), &id)?;
            if standing.is_job && !standing.is_closed && standing.ticket.merged_into.is_none() {
                job.clone_from(&href);
            }
            cards.push(TicketCard {
                href,
                title: standing.ticket.subject.clone().unwrap_or(id),
                stage: desk.stage(standing.ticket.pipeline.as_str(), &standing.ticket.stage),
                kind: if standing.is_job {
                    t("offers.job")
                } else {
                    t("offers.ticket")
                },
            });
        }
        let directory = &desk.present().snapshot().directory;
        let pipelines = directory.pipelines().into_iter();
        Ok(Self {
            tickets: cards,
            proposals: conversation.proposals.iter().map(line).collect(),
            job,
            pipelines: pipelines
                .map(|id| (id.to_owned(), spoken("pipeline", id)))
                .collect(),
        })
    }
}

fn line(proposal: &Proposal) -> OfferLine {
    OfferLine {
        id: proposal.id.to_string(),
        what: spoken("proposal", proposal.status.as_str()),
        amount: amount(proposal.amount, proposal.currency.as_deref()),
        words: proposal.text.clone().unwrap_or_default(),
        is_open: proposal.status == ProposalStatus::Sent,
        awaits_company: proposal.awaits_company,
    }
}

/// The address of the panel on a conversation's page.
pub(super) fn place(conversation: &str, done: &str) -> String {
    format!("/conversations/{}?done={done}#offers", encode(conversation))
}
