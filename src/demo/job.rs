//! Jobs: requests for work that an expert answers with a proposal, or does not.
//!
//! A job is a ticket of the pipeline `jobs` with a conversation. Some are never answered
//! and so expire, some are declined by either side, most of the rest are done, invoiced
//! and reviewed. Called by `conversation`.

use std::collections::BTreeMap;

use super::name::id;
use super::people::{Rep, Team};
use super::rep::answer_at;
use super::script::{Script, rep_actor};
use super::text::Say;
use super::ticket::{assigned, staged};
use crate::model::event::{
    Actor, InvoiceMoved, JobRequest, ProposalAccepted, ProposalMoved, TicketCompleted,
    TicketDeclined, TicketOpened, TicketReviewed, TicketViewed,
};
use crate::model::{Body, InvoiceId, PipelineId, ProposalId, TicketId};

/// The pipeline of jobs.
pub(super) const JOBS: &str = "jobs";

const REQUESTS: &[(JobRequest, u32)] = &[
    (JobRequest::Matching, 60),
    (JobRequest::Direct, 32),
    (JobRequest::Prospect, 8),
];
const SERVICES: &[(&str, u32)] = &[
    ("shop-setup", 30),
    ("data-migration", 22),
    ("design", 16),
    ("bookkeeping", 14),
    ("training", 10),
    ("custom-integration", 8),
];
const REASONS: &[&str] = &["no capacity", "too small", "out of scope", "too far away"];

/// The request and all that comes of it.
pub(super) fn request(script: &mut Script<'_>) {
    let text = script.words(Say::Job);
    script.contact_says(text);
    let Some(rep) = script
        .desk
        .rep_for(Team::Sales, script.at, &mut script.random)
    else {
        return;
    };
    let ticket = id(TicketId::parse, &format!("demo:j{}", script.number));
    script.wait(1, 30);
    let opened = opened(script, ticket.clone(), rep);
    script.push(Body::TicketOpened(Box::new(opened)));
    script.wait(1, 5);
    script.push(assigned(ticket.clone(), vec![rep.id()], None));
    match script.random.below(100) {
        0..9 => {}
        9..14 => view(script, &ticket, rep),
        14..24 => {
            view(script, &ticket, rep);
            script.wait(60, 7_200);
            let reason = script.random.pick(REASONS, "no capacity");
            script.push(declined(&ticket, rep_actor(rep), Some(reason)));
        }
        24..29 => {
            view(script, &ticket, rep);
            script.wait(600, 86_400);
            script.push(staged(ticket, "inactive", Some(rep_actor(rep))));
        }
        _ => answer(script, &ticket, rep),
    }
}

fn opened(script: &mut Script<'_>, ticket: TicketId, rep: &Rep) -> TicketOpened {
    let request = script.random.weighted(REQUESTS, JobRequest::Matching);
    let service = script.random.weighted(SERVICES, "design");
    let budget = script.random.between(5, 120) * 100;
    TicketOpened {
        inbox: None,
        schedule: None,
        ticket,
        pipeline: id(PipelineId::parse, JOBS),
        stage: "new".to_owned(),
        contact: Some(script.contact.id()),
        conversation: Some(script.conversation()),
        subject: Some(service.replace('-', " ")),
        channel: Some(script.channel.to_owned()),
        priority: None,
        owner: Some(rep.id()),
        team: Some(Team::Sales.id()),
        service: Some(service.to_owned()),
        close_due_at: None,
        first_response_due_at: None,
        attributes: BTreeMap::from([("budget".to_owned(), budget.into())]),
        request: Some(request),
    }
}

fn view(script: &mut Script<'_>, ticket: &TicketId, rep: &Rep) {
    script.at = answer_at(script, rep);
    script.push(Body::TicketViewed(Box::new(TicketViewed {
        ticket: ticket.clone(),
        rep: rep.id(),
    })));
}

/// The expert answers; the contact goes on, declines, or is not heard of again.
fn answer(script: &mut Script<'_>, ticket: &TicketId, rep: &'static Rep) {
    view(script, ticket, rep);
    script.wait(60, 3_600);
    let text = script.words(Say::JobReply);
    script.rep_says(rep, text);
    match script.random.below(100) {
        0..22 => return,
        22..32 => {
            script.wait_about(60_000.0, 0.9);
            let by = script.contact_actor();
            script.push(declined(ticket, by, None));
            return;
        }
        32..82 => {
            script.wait_about(20_000.0, 1.0);
            let text = script.words(Say::FollowUp);
            script.contact_says(text);
            script.at = answer_at(script, rep);
        }
        _ => script.wait(120, 900),
    }
    propose(script, ticket, rep);
}

/// A proposal goes out, sometimes a second, cheaper one.
fn propose(script: &mut Script<'_>, ticket: &TicketId, rep: &'static Rep) {
    let price = script.random.between(8, 160) * 100;
    for (turn, amount) in [(1, price), (2, price - price / 10)] {
        let proposal = Proposal {
            id: id(ProposalId::parse, &format!("{ticket}/p{turn}")),
            ticket: ticket.clone(),
            amount: f64::from(amount),
            currency: script.contact.language.currency(),
        };
        script.push(Body::ProposalSent(Box::new(proposal.moved())));
        script.wait_about(70_000.0, 0.9);
        match script.random.below(100) {
            0..62 => {
                script.push(Body::ProposalAccepted(Box::new(proposal.accepted())));
                do_work(script, &proposal, rep);
                return;
            }
            62..76 => script.push(Body::ProposalDeclined(Box::new(proposal.moved()))),
            76..82 => script.push(Body::ProposalWithdrawn(Box::new(proposal.moved()))),
            _ => return,
        }
        script.at = answer_at(script, rep);
    }
}

/// A proposal and its price.
struct Proposal {
    id: ProposalId,
    ticket: TicketId,
    amount: f64,
    currency: &'static str,
}

impl Proposal {
    fn moved(&self) -> ProposalMoved {
        ProposalMoved {
            proposal: self.id.clone(),
            ticket: Some(self.ticket.clone()),
            conversation: None,
            amount: Some(self.amount),
            currency: Some(self.currency.to_owned()),
            text: None,
        }
    }

    fn accepted(&self) -> ProposalAccepted {
        ProposalAccepted {
            proposal: self.id.clone(),
            ticket: Some(self.ticket.clone()),
            conversation: None,
            amount: Some(self.amount),
            currency: Some(self.currency.to_owned()),
            text: None,
            new_company: None,
        }
    }

    fn invoice(&self, number: u32) -> InvoiceMoved {
        InvoiceMoved {
            ticket: self.ticket.clone(),
            invoice: id(InvoiceId::parse, &format!("{}/i{number}", self.ticket)),
            amount: Some(self.amount),
            currency: Some(self.currency.to_owned()),
        }
    }
}

/// The work is done, confirmed, invoiced and reviewed, each in most cases.
fn do_work(script: &mut Script<'_>, proposal: &Proposal, rep: &Rep) {
    let ticket = &proposal.ticket;
    script.wait_about(400_000.0, 0.7);
    script.push(completed(ticket, rep_actor(rep)));
    script.wait(600, 7_200);
    bill(script, proposal);
    if script.random.chance(0.75) {
        script.wait_about(50_000.0, 0.9);
        let by = script.contact_actor();
        script.push(completed(ticket, by));
    }
    if script.random.chance(0.6) {
        script.wait_about(90_000.0, 0.9);
        review(script, ticket, rep);
    }
}

fn bill(script: &mut Script<'_>, proposal: &Proposal) {
    let mut number = 1;
    script.push(Body::InvoiceSent(Box::new(proposal.invoice(number))));
    if script.random.chance(0.08) {
        script.wait(600, 86_400);
        script.push(Body::InvoiceVoided(Box::new(proposal.invoice(number))));
        number += 1;
        script.wait(60, 600);
        script.push(Body::InvoiceSent(Box::new(proposal.invoice(number))));
    }
    if script.random.chance(0.86) {
        let span = script.random.log_normal(600_000.0, 0.6);
        let at = script.at.plus_millis(span);
        script.push_at(at, Body::InvoicePaid(Box::new(proposal.invoice(number))));
    }
}

fn review(script: &mut Script<'_>, ticket: &TicketId, rep: &Rep) {
    let mut grade = |share: f64| {
        let best = script.random.chance(share);
        script.random.weighted(
            if best {
                &[(5, 7), (4, 3)]
            } else {
                &[(3, 5), (2, 3), (1, 2)]
            },
            5,
        )
    };
    let (communication, quality) = (grade(rep.skill), grade(rep.skill));
    let words = if quality >= 4 { Say::Good } else { Say::Bad };
    let text = script
        .random
        .chance(0.5)
        .then(|| script.words(words).to_owned());
    script.push(Body::TicketReviewed(Box::new(TicketReviewed {
        ticket: ticket.clone(),
        communication,
        quality,
        text,
    })));
}

fn completed(ticket: &TicketId, by: Actor) -> Body {
    Body::TicketCompleted(Box::new(TicketCompleted {
        ticket: ticket.clone(),
        by,
    }))
}

fn declined(ticket: &TicketId, by: Actor, reason: Option<&str>) -> Body {
    Body::TicketDeclined(Box::new(TicketDeclined {
        ticket: ticket.clone(),
        by,
        reason: reason.map(str::to_owned),
    }))
}
