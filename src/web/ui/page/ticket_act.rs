//! What the forms of a ticket's page ask for.
//!
//! Each form holds for the version that it was shown with: where somebody changed the ticket
//! meanwhile, it is shown as it is now, and nothing is done.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::ticket::page;
use super::{Answer, Visit, field_of, make};
use crate::app::{App, Error};
use crate::command::{
    Command, InvoiceStep, Price, ProposalStep, Refusal, Side, TicketAction, TicketCommand,
};
use crate::model::Invalid;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::{Pairs, encode};

/// Does what a form says.
pub(in crate::web::ui) async fn post_ticket(
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    let tried = match read(&form) {
        Ok(action) => {
            let command = TicketCommand {
                ticket: id.clone(),
                rep: None,
                seen: field_of(&form, "version").map(str::to_owned),
                action,
            };
            let written = visit
                .app
                .write(visit.caller.clone(), Command::Ticket(command));
            written.await.map(|_written| ())
        }
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(()) => {
            let place = format!("/tickets/{}?done=yes#do", encode(&id));
            return Redirect::to(&place).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(Error::Refused(Refusal::Changed { .. })) => t("tickets.changed").to_owned(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &id, &form, fault)).await
}

fn read(form: &[(String, String)]) -> Result<TicketAction, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let part = || text("part").unwrap_or_default();
    let proposal = |step: ProposalStep| TicketAction::Propose {
        proposal: part(),
        step,
    };
    let invoice = |step: InvoiceStep| TicketAction::Bill {
        invoice: part(),
        step,
    };
    Ok(match field_of(form, "do").unwrap_or_default() {
        "take" => TicketAction::Take,
        "assign" => {
            let reps = form.iter().filter(|(name, _)| name == "rep");
            TicketAction::Assign(reps.map(|(_, rep)| rep.clone()).collect())
        }
        "stage" => TicketAction::Stage(text("stage").unwrap_or_default()),
        "aside" => TicketAction::Stage("inactive".to_owned()),
        "decline" => TicketAction::Decline {
            by: Side::Rep,
            reason: text("reason"),
        },
        "decline_contact" => TicketAction::Decline {
            by: Side::Contact,
            reason: text("reason"),
        },
        "complete" => TicketAction::Complete { by: Side::Rep },
        "confirm" => TicketAction::Complete { by: Side::Contact },
        "propose" => TicketAction::Propose {
            proposal: App::fresh_id("o"),
            step: ProposalStep::Send {
                price: price(form)?,
                text: text("text"),
            },
        },
        "bill" => TicketAction::Bill {
            invoice: App::fresh_id("i"),
            step: InvoiceStep::Send(price(form)?),
        },
        "accept" => proposal(ProposalStep::Accept),
        "refuse" => proposal(ProposalStep::Decline),
        "withdraw" => proposal(ProposalStep::Withdraw),
        "pay" => invoice(InvoiceStep::Pay),
        "void" => invoice(InvoiceStep::Void),
        "review" => TicketAction::Review {
            communication: score(form, "communication")?,
            quality: score(form, "quality")?,
            text: None,
        },
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason));
        }
    })
}

pub(super) fn price(form: &[(String, String)]) -> Result<Price, Invalid> {
    let amount = field_of(form, "amount").map(|amount| {
        let number = amount.trim().parse::<f64>();
        number.map_err(|_odd| Invalid::new("amount", format!("`{amount}` is no number")))
    });
    let currency = field_of(form, "currency");
    Ok(Price {
        amount: amount.transpose()?,
        currency: currency.map(|currency| currency.trim().to_uppercase()),
    })
}

fn score(form: &[(String, String)], name: &str) -> Result<u8, Invalid> {
    let text = field_of(form, name).unwrap_or_default();
    text.trim().parse().map_err(|_odd| {
        let reason = format!("`{text}` is no score; expected a whole number from 1 to 5");
        Invalid::new(name, reason)
    })
}
