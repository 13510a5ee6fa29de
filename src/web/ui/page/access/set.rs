//! `/setup` and `/join`: the first admin, and whoever is invited, set a password.
//!
//! Opening the link changes nothing, however often a scanner does; it ends when a password is
//! set.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::{agent_of, go_on, off, private};
use crate::app::{App, SignIn, SignInError};
use crate::command::{Caller, Identity, Role, UserDraft};
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Frame, fault_page, field_of};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "new_password.html")]
struct Page {
    frame: Frame,
    fault: String,
    about: String,
    action: &'static str,
    /// The field that carries the secret of the link.
    secret: (&'static str, String),
    is_set_up: bool,
    name: String,
    email: String,
}

#[derive(Template)]
#[template(path = "closed.html")]
struct Closed {
    frame: Frame,
    fault: String,
}

/// What the forms say.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web::ui) struct Entry {
    secret: String,
    link: String,
    name: String,
    email: String,
    password: String,
}

/// The form of the first admin.
pub(in crate::web::ui) async fn get_setup(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let secret = field_of(&pairs, "secret").unwrap_or_default();
    if !app.is_set_up_secret(secret) {
        return set_up_is_closed(&app);
    }
    let entry = Entry {
        secret: secret.to_owned(),
        ..Entry::default()
    };
    set_up_page(StatusCode::OK, entry, String::new())
}

/// Makes the first admin, and signs them in.
pub(in crate::web::ui) async fn post_setup(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    if !app.is_set_up_secret(&entry.secret) {
        return set_up_is_closed(&app);
    }
    let draft = UserDraft {
        email: entry.email.clone(),
        name: entry.name.clone(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    let attempt = SignIn {
        email: entry.email.clone(),
        password: entry.password.clone(),
        address: None,
        agent: agent_of(&headers),
    };
    let shared = Arc::clone(&app);
    let made = off(move || {
        let caller = Caller::live(Identity::Page, Role::Admin);
        shared.set_up(&caller, draft, &attempt.password)?;
        shared.sign_in(&attempt).map_err(|error| match error {
            SignInError::App(error) => error.into(),
            other => Fault::Failed(other.to_string()),
        })
    });
    match made.await {
        Ok(signed) => go_on(&app, signed, "/"),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let fault = fill("fault.query.detail", &values);
            set_up_page(StatusCode::BAD_REQUEST, entry, fault)
        }
        Err(fault) => fault_page(fault),
    }
}

fn set_up_page(status: StatusCode, entry: Entry, fault: String) -> Response {
    let page = Page {
        frame: Frame::new(t("access.set_up"), ""),
        fault,
        about: t("access.set_up_about").to_owned(),
        action: "/setup",
        secret: ("secret", entry.secret),
        is_set_up: true,
        name: entry.name,
        email: entry.email,
    };
    private(status, page.render())
}

fn set_up_is_closed(app: &App) -> Response {
    let fault = if app.people().has_sign_in() {
        t("access.set_up_done")
    } else {
        t("access.set_up_over")
    };
    closed(t("access.set_up"), fault.to_owned())
}

fn closed(title: &'static str, fault: String) -> Response {
    let page = Closed {
        frame: Frame::new(title, ""),
        fault,
    };
    private(StatusCode::CONFLICT, page.render())
}

/// The form of who is invited.
pub(in crate::web::ui) async fn get_join(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let link = field_of(&pairs, "link").unwrap_or_default();
    join_page(&app, StatusCode::OK, link, String::new())
}

/// Sets the password of who is invited, and signs them in.
pub(in crate::web::ui) async fn post_join(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Response {
    let agent = agent_of(&headers);
    let shared = Arc::clone(&app);
    let (link, password) = (entry.link.clone(), entry.password);
    let joined = off(move || Ok(shared.join(&link, &password, &agent)?));
    match joined.await {
        Ok(signed) => go_on(&app, signed, "/"),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let fault = fill("fault.query.detail", &values);
            join_page(&app, StatusCode::BAD_REQUEST, &entry.link, fault)
        }
        Err(Fault::Conflict(reason)) => closed(t("access.join"), reason),
        Err(fault) => fault_page(fault),
    }
}

fn join_page(app: &App, status: StatusCode, link: &str, fault: String) -> Response {
    match app.invited(link).map_err(Fault::from) {
        Ok(user) => {
            let page = Page {
                frame: Frame::new(t("access.join"), ""),
                fault,
                about: fill(
                    "access.join_about",
                    &[("name", &user.name), ("email", &user.email)],
                ),
                action: "/join",
                secret: ("link", link.to_owned()),
                is_set_up: false,
                name: user.name,
                email: user.email,
            };
            private(status, page.render())
        }
        Err(Fault::Conflict(reason)) => closed(t("access.join"), reason),
        Err(fault) => fault_page(fault),
    }
}
