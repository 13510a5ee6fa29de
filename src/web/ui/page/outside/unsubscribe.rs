//! `/unsubscribe`: a user says by a mail's link that they want no such mails any more.
//!
//! Opening it changes nothing; a press does, and so does what a mail program posts for one (RFC 8058).

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::{Frame, fault_page, field_of};
use super::{frame, off, shown};
use crate::app::App;
use crate::model::event::MailWish;
use crate::model::people::User;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{ContactLanguage, Words, find, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Page {
    frame: Frame,
    language: ContactLanguage,
    fault: &'static str,
    /// Whether the link is one of ours.
    is_open: bool,
    is_wanted: bool,
    token: String,
    email: String,
    what: &'static str,
}

/// What the link would change.
pub(in crate::web::ui) async fn get_unsubscribe(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    answer(&app, token_of(&pairs), None).await
}

/// Changes it.
pub(in crate::web::ui) async fn post_unsubscribe(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    Form(form): Form<Pairs>,
) -> Response {
    // A mail program names the token in the address.
    let token = match token_of(&form) {
        token if token.is_empty() => token_of(&pairs),
        token => token,
    };
    let is_wanted = field_of(&form, "again").is_some();
    answer(&app, token, Some(is_wanted)).await
}

fn token_of(pairs: &[(String, String)]) -> String {
    field_of(pairs, "t").unwrap_or_default().to_owned()
}

async fn answer(app: &Arc<App>, token: String, wanted: Option<bool>) -> Response {
    let said = token.clone();
    let known = off(app, move |app| change(app, &said, wanted)).await;
    let known = match known {
        Ok(known) => known,
        Err(fault) => return fault_page(fault),
    };
    let page = Page {
        frame: frame(t("unsubscribe.title")),
        language: ContactLanguage::default(),
        fault: "",
        is_open: known.is_some(),
        is_wanted: known
            .as_ref()
            .is_some_and(|(user, wish)| user.habits.mails.contains(wish)),
        what: known.as_ref().map_or("", |(_, wish)| {
            find(&format!("mail_wish.{}", wish.as_str())).unwrap_or("…")
        }),
        email: known.map_or_else(String::new, |(user, _)| user.email),
        token,
    };
    let status = if page.is_open {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    shown(status, page.render())
}

/// The user of a token and the kind of mails, after the change if there is one.
fn change(app: &App, token: &str, wanted: Option<bool>) -> Result<Option<(User, MailWish)>, Fault> {
    let known = app.unsubscribing(token)?;
    if let (Some((user, wish)), Some(is_wanted)) = (&known, wanted) {
        let written = app.wish_by_link(user, *wish, is_wanted)?;
        app.wait_for(written.log_position);
        return Ok(app.unsubscribing(token)?);
    }
    Ok(known)
}
