//! `/account`: whoever is signed in changes the password, or signs out everywhere.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::{agent_of, enter, off, private, with_cookie};
use crate::app::{App, PasswordChange, SignIn, SignInError};
use crate::command::{Caller, Command, Identity, UserCommand};
use crate::model::Invalid;
use crate::web::session::{address_of, signed_out};
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Frame, fault_page, field_of};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    who: String,
    is_user: bool,
    fault: String,
}

/// The page.
pub(in crate::web::ui) async fn get_account(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    show(&app, &caller, StatusCode::OK, String::new())
}

/// Changes the password, or signs out everywhere.
pub(in crate::web::ui) async fn post_account(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    extensions: axum::http::Extensions,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let attempt = SignIn {
        email: String::new(),
        password: field_of(&form, "password").unwrap_or_default().to_owned(),
        address: address_of(&app, &extensions, &headers),
        agent: agent_of(&headers),
    };
    let (shared, who) = (Arc::clone(&app), caller.clone());
    let done = off(move || run(&shared, &who, &form, attempt)).await;
    match done {
        Ok(Some(secret)) => enter(&app, &secret, "/account"),
        Ok(None) => with_cookie(
            Redirect::to("/sign-in?out=1").into_response(),
            signed_out(&app),
        ),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let fault = fill("fault.query.detail", &values);
            show(&app, &caller, StatusCode::BAD_REQUEST, fault)
        }
        Err(fault) => fault_page(fault),
    }
}

/// Does what the form says; gives the secret of a new session, where there has to be one.
fn run(
    app: &App,
    caller: &Caller,
    form: &[(String, String)],
    attempt: SignIn,
) -> Result<Option<String>, Fault> {
    let Identity::User(user) = &caller.identity else {
        return Err(Fault::missing("user", &caller.actor()));
    };
    match field_of(form, "do").unwrap_or_default() {
        "password" => {
            let change = PasswordChange {
                present: Some(field_of(form, "present").unwrap_or_default()),
                password: &attempt.password,
            };
            app.change_password(caller, user, change)?;
            let people = app.people();
            let email = people.user(user).map(|user| user.email.clone());
            let attempt = SignIn {
                email: email.unwrap_or_default(),
                ..attempt
            };
            app.sign_in(&attempt)
                .map(Some)
                .map_err(|error| match error {
                    SignInError::App(error) => error.into(),
                    other => Fault::Failed(other.to_string()),
                })
        }
        "everywhere" => {
            let user = user.clone();
            app.write_now(caller, Command::User(UserCommand::EndSessions { user }))?;
            Ok(None)
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

fn show(app: &App, caller: &Caller, status: StatusCode, fault: String) -> Response {
    let people = app.people();
    let user = match &caller.identity {
        Identity::User(id) => people.user(id),
        _ => None,
    };
    let who = user.map_or_else(String::new, |user| {
        let values = [
            ("name", user.name.as_str()),
            ("email", &user.email),
            ("role", user.role.as_str()),
        ];
        fill("account.who", &values)
    });
    let page = Page {
        frame: Frame::new(t("account.title"), "account"),
        who,
        is_user: user.is_some(),
        fault,
    };
    private(status, page.render())
}
