//! `/confirmations`: jobs that a rep has completed and whose contact has not said so, with the links
//! by which they do.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;

use super::super::{Answer, Frame, Visit, field_of, make};
use crate::app::{ConfirmationState, Error};
use crate::command::{Command, ConfirmationCommand, Refusal};
use crate::model::TicketStanding;
use crate::web::place::root_of;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, encode};
use crate::web::ui::view::View;

/// The page's address.
const PAGE: &str = "/confirmations";

/// A job in the list.
struct JobLine {
    id: String,
    what: String,
    href: String,
    contact: String,
    completed: String,
    until: String,
    link: String,
    /// When the reminder is due, or was.
    reminder: String,
    may_remind: bool,
}

#[derive(Template)]
#[template(path = "confirmations.html")]
struct Page {
    frame: Frame,
    jobs: Vec<JobLine>,
    zone: &'static str,
    done: &'static str,
    fault: String,
}

/// The jobs that wait for their contacts' word.
pub(in crate::web::ui) async fn get_confirmations(
    visit: Visit,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        page(desk, &headers, &pairs, String::new())
    })
    .await
}

/// Notes that a contact was reminded.
pub(in crate::web::ui) async fn post_confirmations(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let ticket = field_of(&form, "remind").unwrap_or_default().to_owned();
    let by_mail = false;
    let command = Command::Confirmation(ConfirmationCommand::Remind { ticket, by_mail });
    let fault = match visit.app.write(visit.caller.clone(), command).await {
        Ok(_written) => return Redirect::to(&format!("{PAGE}?done=yes")).into_response(),
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &headers, &form, fault)).await
}

fn page(
    desk: &Desk,
    headers: &HeaderMap,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let root = root_of(&desk.app, headers);
    let jobs = desk.app.jobs_to_confirm(desk.present())?;
    let page = Page {
        frame: desk.frame(t("confirmations.title"), "tickets"),
        jobs: jobs
            .iter()
            .map(|(job, state)| line(desk, job, (state, &root), view.zone))
            .collect(),
        zone: view.zone.name(),
        done: field_of(pairs, "done").map_or("", |_done| t("confirmations.done")),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn line(
    desk: &Desk,
    job: &TicketStanding,
    (state, root): (&ConfirmationState, &str),
    zone: Tz,
) -> JobLine {
    let ticket = &job.ticket;
    let at = |at| date::instant(at, zone);
    let reminder = match (state.reminded_at, state.reminder_due_at) {
        (Some(reminded), _) => fill("confirmations.reminded", &[("instant", &at(reminded))]),
        (None, Some(due)) => fill("confirmations.due", &[("instant", &at(due))]),
        (None, None) => String::new(),
    };
    let what = ticket.service.clone().or_else(|| ticket.subject.clone());
    let contact = ticket.contact.as_ref();
    JobLine {
        id: ticket.id.to_string(),
        what: what.unwrap_or_else(|| ticket.id.to_string()),
        href: format!("/tickets/{}", encode(ticket.id.as_str())),
        contact: contact.map_or_else(String::new, |id| desk.contact(id.as_str())),
        completed: at(state.completed_at),
        until: at(state.open_until),
        link: format!("{root}{}", state.path),
        reminder,
        may_remind: state.reminded_at.is_none(),
    }
}
