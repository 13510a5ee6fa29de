//! What a ticket's page offers to do, and its proposals and invoices.

use super::field_of;
use crate::model::proposal::ProposalStatus;
use crate::model::ticket::InvoiceStatus;
use crate::model::{Ticket, TicketStanding};
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::text::t;
use crate::web::ui::url::encode;

/// How far a ticket is, for what can be done to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// It is no job.
    Support,
    /// A job that goes on.
    JobGoesOn,
    /// A job that is completed or was put aside.
    JobOver,
    /// A job that was declined.
    JobDeclined,
}

impl Course {
    pub(super) fn is_job(self) -> bool {
        self != Self::Support
    }

    pub(super) fn goes_on(self) -> bool {
        self == Self::JobGoesOn
    }

    /// Whether a job may still be completed and billed.
    pub(super) fn is_agreed(self) -> bool {
        matches!(self, Self::JobGoesOn | Self::JobOver)
    }
}

/// What can be done, and what came of the last thing that was.
pub(super) struct TicketForms {
    pub(super) action: String,
    /// The version on the page: what is sent holds for no other.
    pub(super) version: String,
    pub(super) fault: String,
    pub(super) done: &'static str,
    /// Why nothing can be done.
    pub(super) closed: &'static str,
    pub(super) course: Course,
    pub(super) may_take: bool,
    pub(super) stages: Vec<(String, String)>,
    /// Reps: id, name, and whether it is theirs.
    pub(super) reps: Vec<(String, String, bool)>,
    /// What was typed and could not be done.
    pub(super) reason: String,
    pub(super) words: String,
}

/// A proposal or an invoice.
pub(super) struct MoneyLine {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) amount: String,
    pub(super) words: String,
    pub(super) is_invoice: bool,
    /// Whether it waits for somebody.
    pub(super) is_open: bool,
}

impl TicketForms {
    pub(super) fn new(
        desk: &Desk,
        standing: &TicketStanding,
        pairs: &[(String, String)],
        fault: String,
    ) -> Self {
        let ticket = &standing.ticket;
        let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
        let snapshot = desk.app.snapshot();
        let directory = &snapshot.directory;
        let stages = directory.stages(ticket.pipeline.as_str(), desk.now);
        let stages = stages.into_iter().filter(|(id, _)| *id != ticket.stage);
        let mut reps: Vec<(String, String, bool)> = directory
            .reps()
            .map(|(id, name)| {
                let theirs = ticket.reps.iter().any(|rep| rep.as_str() == id);
                (id.to_owned(), name.to_owned(), theirs)
            })
            .collect();
        reps.sort_by(|one, other| one.1.cmp(&other.1));
        Self {
            action: format!("/tickets/{}", encode(ticket.id.as_str())),
            version: standing.version.clone(),
            done: if field_of(pairs, "done").is_some() {
                t("tickets.done")
            } else {
                ""
            },
            fault,
            closed: if standing.has_expired() {
                t("tickets.expired")
            } else if ticket.merged_into.is_some() {
                t("tickets.merged")
            } else {
                ""
            },
            course: match (standing.is_job, standing.is_closed) {
                (false, _) => Course::Support,
                (true, false) => Course::JobGoesOn,
                (true, true) if standing.is_declined() => Course::JobDeclined,
                (true, true) => Course::JobOver,
            },
            may_take: ticket.owner.is_none(),
            stages: stages
                .map(|(id, name)| {
                    let name = if name == id {
                        spoken("stage", id)
                    } else {
                        name.to_owned()
                    };
                    (id.to_owned(), name)
                })
                .collect(),
            reps,
            reason: text("reason"),
            words: text("text"),
        }
    }
}

/// How much, in which currency.
pub(super) fn amount(amount: Option<f64>, currency: Option<&str>) -> String {
    let amount = amount.map(|amount| format!("{amount:.2}"));
    let parts = amount.into_iter().chain(currency.map(str::to_owned));
    parts.collect::<Vec<_>>().join(" ")
}

/// The proposals and invoices of a ticket.
pub(super) fn money(ticket: &Ticket) -> Vec<MoneyLine> {
    let proposals = ticket.proposals.iter().map(|one| MoneyLine {
        id: one.id.to_string(),
        what: spoken("proposal", one.status.as_str()),
        amount: amount(one.amount, one.currency.as_deref()),
        words: one.text.clone().unwrap_or_default(),
        is_invoice: false,
        is_open: one.status == ProposalStatus::Sent,
    });
    let invoices = ticket.invoices.iter().map(|one| MoneyLine {
        id: one.id.to_string(),
        what: spoken(
            "invoice",
            match one.status {
                InvoiceStatus::Sent => "sent",
                InvoiceStatus::Paid => "paid",
                InvoiceStatus::Voided => "voided",
            },
        ),
        amount: amount(one.amount, one.currency.as_deref()),
        words: String::new(),
        is_invoice: true,
        is_open: one.status == InvoiceStatus::Sent,
    });
    proposals.chain(invoices).collect()
}
