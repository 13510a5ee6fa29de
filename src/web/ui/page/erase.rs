//! `/contacts/{id}/erase`: what the erasure of a contact takes away, and the form that does it once
//! their name is typed.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;

use super::contact::place;
use super::{Answer, Frame, Visit, field_of, make};
use crate::app::{ErasureView, Error};
use crate::command::Refusal;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, encode};

/// How many conversations and tickets are listed.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "erase.html")]
struct Page {
    frame: Frame,
    /// The contact's page.
    contact: String,
    name: String,
    /// What goes, in words.
    goes: Vec<String>,
    /// Whose words go: where it is, and what it is called.
    things: Vec<(String, String)>,
    /// What the files are called that go.
    files: Vec<String>,
    more: String,
    confirm: String,
    is_done: bool,
    pseudonym: String,
    fault: String,
}

/// What would go.
pub(in crate::web::ui) async fn get_erase(visit: Visit, Path(id): Path<String>) -> Response {
    make(visit, move |desk| preview(desk, &id, String::new())).await
}

/// Erases the contact, if their name was typed.
pub(in crate::web::ui) async fn post_erase(
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    let caller = visit.caller.clone();
    make(visit, move |desk| {
        let name = field_of(&form, "name").unwrap_or_default();
        let fault = match desk.app.erase_contact(&caller, &id, name) {
            Ok(erased) => return page(desk, &id, erased, String::new()),
            Err(Error::Query(error)) => {
                let values = [("field", error.field.as_str()), ("reason", &error.reason)];
                fill("fault.query.detail", &values)
            }
            Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
            Err(other) => return Err(other.into()),
        };
        preview(desk, &id, fault)
    })
    .await
}

fn preview(desk: &Desk, id: &str, fault: String) -> Result<Answer, Fault> {
    page(desk, id, desk.app.erasure_of(id)?, fault)
}

fn page(desk: &Desk, id: &str, view: ErasureView, fault: String) -> Result<Answer, Fault> {
    let mut goes = vec![t("erase.identity").to_owned()];
    let merged = view.contacts.len().saturating_sub(1) as u64;
    for (key, count) in [
        ("erase.contacts", merged),
        ("erase.conversations", view.conversations.len() as u64),
        ("erase.messages", view.messages),
        ("erase.questions", view.questions),
        ("erase.files", view.files),
        ("erase.tickets", view.tickets.len() as u64),
    ] {
        if count > 0 {
            goes.push(plural(key, count));
        }
    }
    let conversations = view.conversations.iter().map(|id| {
        let title = fill("conversation.title", &[("id", id)]);
        (format!("/conversations/{}", encode(id)), title)
    });
    let tickets = view.tickets.iter().map(|id| {
        let title = fill("ticket.title", &[("id", id)]);
        (format!("/tickets/{}", encode(id)), title)
    });
    let mut things: Vec<(String, String)> = conversations.chain(tickets).collect();
    let left = things.len().saturating_sub(LISTED);
    things.truncate(LISTED);
    let page = Page {
        frame: desk.frame(t("erase.title"), "conversations"),
        contact: place(id),
        confirm: fill("contact.block_name", &[("name", &view.confirm)]),
        name: view.confirm,
        goes,
        things,
        files: view.file_names.iter().take(LISTED).cloned().collect(),
        more: if left > 0 {
            fill("erase.more", &[("count", &left.to_string())])
        } else {
            String::new()
        },
        is_done: view.log_position.is_some(),
        pseudonym: view.pseudonym.unwrap_or_default(),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
