//! What the forms of a contact's page ask for.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::contact::{page, place};
use super::{Answer, Visit, field_of, make};
use crate::app::Error;
use crate::command::{Command, ContactAction, ContactCommand, Refusal};
use crate::model::Invalid;
use crate::web::ui::error::Fault;
use crate::web::ui::text::fill;
use crate::web::ui::url::Pairs;

/// Does what a form says.
pub(in crate::web::ui) async fn post_contact(
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = match read(&word, &form) {
        Ok(action) => act(&visit, &id, action).await,
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(contact) => {
            let there = format!("{}?done={word}", place(&contact));
            return Redirect::to(&there).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &id, &form, fault)).await
}

fn read(word: &str, form: &[(String, String)]) -> Result<ContactAction, Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    match word {
        "merge" => Ok(ContactAction::Merge { into: text("into") }),
        "block" => Ok(ContactAction::Block { name: text("name") }),
        "sign_out" => Ok(ContactAction::SignOut),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason))
        }
    }
}

/// Does it; gives the contact whose page shows what became of it.
async fn act(visit: &Visit, id: &str, action: ContactAction) -> Result<String, Error> {
    let shown = match &action {
        ContactAction::Merge { into } => into.clone(),
        _ => id.to_owned(),
    };
    let command = ContactCommand {
        contact: id.to_owned(),
        rep: None,
        action,
    };
    let written = visit
        .app
        .write(visit.caller.clone(), Command::Contact(command));
    written.await.map(|_written| shown)
}
