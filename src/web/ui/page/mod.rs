//! The pages, one file each, and the frame that they share.

pub(super) mod access;
pub(super) mod act;
pub(super) mod alerts;
mod attention;
pub(super) mod bill_check;
pub(super) mod bulk;
mod compose;
pub(super) mod contact;
pub(super) mod contact_act;
pub(super) mod conversation;
pub(super) mod customer_agent;
mod decided;
pub(super) mod design;
pub(super) mod erase;
pub(super) mod file;
mod health;
mod impact;
pub(super) mod inbox;
mod inbox_menus;
pub(super) mod knowledge;
pub(super) mod notes;
mod now;
mod offers;
pub(super) mod outside;
pub(super) mod overview;
pub(super) mod people;
pub(super) mod picture;
pub(super) mod presence;
pub(super) mod report;
mod report_menus;
pub(super) mod reports;
mod risk;
pub(super) mod rows;
pub(super) mod sample;
pub(super) mod saved;
pub(super) mod search;
mod selection;
mod sent;
pub(super) mod settings;
pub(super) mod start;
pub(super) mod team;
mod thread;
pub(super) mod ticket;
pub(super) mod ticket_act;
mod ticket_forms;
pub(super) mod tickets;
mod verdict;
mod week_hour;

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::desk::Desk;
use super::error::Fault;
pub(super) use super::frame::Frame;
use super::text::{Words, t};
use super::url::{Pairs, address};
use super::view::View;
use crate::app::App;
use crate::command::{Caller, Identity, Role};
use crate::web::ui::text::blocking;

/// What a handler comes to.
pub(super) enum Answer {
    /// A page.
    Page(String),
    /// The same page under its plain address.
    Moved(String),
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    fault: Fault,
}

/// Whoever asks for a page, and the app that answers.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        // Every page that takes this is behind the table of roles, which lets nobody unknown in.
        let caller = parts.extensions.get::<Caller>().cloned();
        let nobody = || Caller::live(Identity::Page, Role::Viewer);
        Ok(Self {
            app: Arc::clone(app),
            caller: caller.unwrap_or_else(nobody),
        })
    }
}

/// Makes a page off the async threads; what fails becomes a page that says so.
pub(super) async fn make(
    visit: Visit,
    work: impl FnOnce(&Desk) -> Result<Answer, Fault> + Send + 'static,
) -> Response {
    let done = blocking(move || work(&Desk::new(visit.app, visit.caller))).await;
    match done {
        Ok(Ok(Answer::Page(page))) => Html(page).into_response(),
        Ok(Ok(Answer::Moved(address))) => Redirect::to(&address).into_response(),
        Ok(Err(fault)) => fault_page(fault),
        Err(error) => fault_page(Fault::Failed(error.to_string())),
    }
}

pub(super) fn fault_page(fault: Fault) -> Response {
    fault.log();
    let status = fault.status();
    let page = FaultPage {
        frame: Frame::new(fault.title(), ""),
        fault,
    };
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_unrendered) => {
            (StatusCode::INTERNAL_SERVER_ERROR, t("fault.failed.title")).into_response()
        }
    }
}

/// The page of an address that leads nowhere.
pub(super) async fn not_found(State(_app): State<Arc<App>>, uri: Uri) -> Response {
    fault_page(Fault::missing("page", uri.path()))
}

/// Reads the view of an address; of a form's, where the plain address is.
pub(super) fn read(
    pairs: &[(String, String)],
    path: &str,
) -> Result<(View, Pairs, Option<Answer>), Fault> {
    let (view, mut rest) = View::parse_at(pairs, path)?;
    let is_form = rest.iter().any(|(name, _)| name == "form");
    rest.retain(|(name, _)| name != "form");
    let moved = is_form.then(|| {
        let mut plain = view.pairs_at(path);
        plain.extend(rest.iter().filter(|(_, value)| !value.is_empty()).cloned());
        Answer::Moved(address(path, &plain))
    });
    Ok((view, rest, moved))
}

/// The value of a parameter that is not the view's.
pub(super) fn field_of<'a>(rest: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let hit = rest.iter().find(|(other, _)| other == name);
    hit.map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}
