//! `/tickets/{id}`: a ticket or job, and how every report counts it.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;
use chrono_tz::Tz;

use super::ticket_forms::{MoneyLine, TicketForms, money};
use super::verdict::{Verdict, events, verdicts};
use super::{Answer, Frame, Visit, make};
use crate::model::{Ticket, Timestamp};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::panel::table::Table;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, encode};
use crate::web::ui::view::View;

#[derive(Template)]
#[template(path = "ticket.html")]
struct Page {
    frame: Frame,
    ticket: Ticket,
    properties: Vec<(&'static str, String)>,
    conversation: Option<(String, String)>,
    excluded: String,
    zone: &'static str,
    counted: Vec<Verdict>,
    others: Vec<Verdict>,
    unconcerned: Vec<Verdict>,
    events: Table,
    /// What can be done, and what came of the last thing that was.
    forms: TicketForms,
    /// Proposals and invoices.
    money: Vec<MoneyLine>,
    /// The link by which the contact confirms the job, where a rep has completed it.
    confirmation: Option<String>,
}

/// The page of a ticket.
pub(in crate::web::ui) async fn get_ticket(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs, String::new())).await
}

/// The page; `fault` is why what a form of it asked for was not done.
pub(super) fn page(
    desk: &Desk,
    id: &str,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let standing = desk.app.ticket_standing_at(desk.present(), id)?;
    let forms = TicketForms::new(desk, &standing, pairs, fault);
    let money = money(&standing.ticket);
    let expires = standing.expires_at;
    let ticket = standing.ticket;
    let explanation = desk.why(id, view.as_of)?;
    let named = if ticket.request.is_some() {
        fill("ticket.job", &[("id", id)])
    } else {
        fill("ticket.title", &[("id", id)])
    };
    let (counted, others, unconcerned) = verdicts(&explanation, view.zone);
    let page = Page {
        frame: desk.frame(ticket.subject.clone().unwrap_or(named), "tickets"),
        properties: properties(desk, &ticket, expires, view.zone),
        forms,
        money,
        confirmation: confirmation(desk, id),
        conversation: explanation.conversation.as_ref().map(|id| {
            let href = format!("/conversations/{}", encode(id));
            (id.clone(), href)
        }),
        excluded: explanation
            .excluded
            .map_or_else(String::new, |reason| spoken("excluded", reason)),
        zone: view.zone.name(),
        counted,
        others,
        unconcerned,
        events: events(&explanation, view.zone),
        ticket,
    };
    Ok(Answer::Page(page.render()?))
}

/// The link by which a job's contact confirms it.
fn confirmation(desk: &Desk, id: &str) -> Option<String> {
    let state = desk.app.confirmation_at(desk.present(), id).ok()?;
    (desk.now < state.open_until).then_some(state.path)
}

fn properties(
    desk: &Desk,
    ticket: &Ticket,
    expires: Option<Timestamp>,
    zone: Tz,
) -> Vec<(&'static str, String)> {
    let at = |at| date::instant(at, zone);
    let declined = ticket.declined.as_ref().map(|declined| at(declined.at));
    let rows = [
        (
            t("field.pipeline"),
            Some(ticket.pipeline.as_str().to_owned()),
        ),
        (t("field.stage"), Some(spoken("stage", &ticket.stage))),
        (t("ticket.staged_at"), Some(at(ticket.staged_at))),
        (t("ticket.opened"), Some(at(ticket.opened_at))),
        (
            t("ticket.response_due"),
            ticket.first_response_due_at.map(at),
        ),
        (t("ticket.close_due"), ticket.close_due_at.map(at)),
        (t("ticket.expires"), expires.map(at)),
        (t("ticket.viewed"), ticket.first_viewed_at.map(at)),
        (t("ticket.declined"), declined),
        (
            t("field.contact"),
            ticket.contact.as_ref().map(|id| desk.contact(id.as_str())),
        ),
        (
            t("field.owner"),
            ticket.owner.as_ref().map(|id| desk.rep(id.as_str())),
        ),
        (
            t("field.priority"),
            ticket
                .priority
                .as_ref()
                .map(|word| spoken("priority", word)),
        ),
        (t("field.service"), ticket.service.clone()),
        (
            t("field.request"),
            ticket
                .request
                .map(|request| spoken("request", request.as_str())),
        ),
    ];
    let rows = rows.into_iter();
    rows.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}
