//! `POST /status`: a rep says from any page whether they take work, and stays on it.

use axum::Form;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Answer, Visit, field_of, make};
use crate::app::Error;
use crate::command::{Command, Refusal, RepCommand};
use crate::model::Invalid;
use crate::model::event::RepStatus;
use crate::web::ui::error::Fault;
use crate::web::ui::url::Pairs;

/// Where one lands who came from nowhere.
const INBOX: &str = "/inbox";

/// Says it, and leads back.
pub(in crate::web::ui) async fn post_status(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let back = back(&headers);
    let tried = match read(&form) {
        Ok(command) => {
            let written = visit.app.write(visit.caller.clone(), Command::Rep(command));
            written.await.map(|_written| ())
        }
        Err(fault) => Err(fault.into()),
    };
    match tried {
        // What is so already is as it was wanted.
        Ok(()) | Err(Error::Refused(Refusal::Conflict(_))) => Redirect::to(&back).into_response(),
        Err(other) => make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    }
}

fn read(form: &[(String, String)]) -> Result<RepCommand, Invalid> {
    let word = field_of(form, "status").unwrap_or_default();
    let mut all = RepStatus::ALL.iter();
    let status = all.find(|status| status.as_str() == word);
    let status = status.ok_or_else(|| {
        let reason = format!("`{word}` is none of available, away, offline");
        Invalid::new("status", reason)
    })?;
    Ok(RepCommand::SetStatus {
        rep: None,
        status: *status,
        detail: field_of(form, "detail").map(str::to_owned),
    })
}

/// The page of ours that the form was on.
fn back(headers: &HeaderMap) -> String {
    let from = headers.get(header::REFERER);
    let from = from.and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let place = from.and_then(|uri| uri.path_and_query().map(ToString::to_string));
    // Two slashes would lead to another machine.
    let place = place.filter(|place| place.starts_with('/') && !place.starts_with("//"));
    place.unwrap_or_else(|| INBOX.to_owned())
}
