//! `/people`: users, roles, invitations and API tokens; `/audit`: what people did.
//!
//! A link or a token's secret is on the page that makes it, once, and nowhere else.

mod audit;
mod import_table;
mod import_task;
mod imports;
pub(super) mod reconciled;
mod scope;

use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

pub(in crate::web::ui) use audit::get_audit;
pub(in crate::web::ui) use import_table::{get_table, post_columns, post_table};
pub(in crate::web::ui) use import_task::{get_import_task, post_imports};
pub(in crate::web::ui) use imports::get_imports;
use scope::{ScopeForm, ScopeWord, scope};

use super::{Frame, fault_page, field_of};
use crate::app::{App, TokenDraft, TokenView, UserStatus, UserView};
use crate::command::{
    AccessSettings, Caller, Command, ProviderCommand, Role, TokenCommand, UserCommand, UserDraft,
};
use crate::model::people::AccessRules;
use crate::model::{Invalid, Timestamp};
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const PEOPLE: &str = "/people";

/// A role as the page names it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct RoleWord(Role);

impl RoleWord {
    const fn text(self) -> &'static str {
        match self.0 {
            Role::Viewer => "people.viewer",
            Role::Rep => "people.rep_role",
            Role::Admin | Role::System => "people.admin",
        }
    }

    const fn about(self) -> &'static str {
        match self.0 {
            Role::Viewer => "people.viewer_about",
            Role::Rep => "people.rep_role_about",
            Role::Admin | Role::System => "people.admin_about",
        }
    }
}

impl fmt::Display for RoleWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A user in the table.
struct UserLine {
    id: String,
    name: String,
    email: String,
    rep: String,
    role: RoleWord,
    scope: ScopeForm,
    status: String,
    has_factor: bool,
    has_account: bool,
    seen: String,
    is_suspended: bool,
}

/// A token in the list.
struct TokenLine {
    id: String,
    name: String,
    about: String,
    holds: bool,
}

/// What the form of a new user holds.
struct DraftForm {
    name: String,
    email: String,
    rep: String,
    role: RoleWord,
    scope: ScopeForm,
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    frame: Frame,
    users: Vec<UserLine>,
    tokens: Vec<TokenLine>,
    roles: Vec<RoleWord>,
    scopes: Vec<ScopeWord>,
    draft: DraftForm,
    /// What is shown this once, and what it is.
    shown: Option<(String, String)>,
    is_closed: bool,
    /// The rules that hold.
    rules: AccessRules,
    done: &'static str,
    fault: String,
}

/// What a form came to.
enum Outcome {
    /// It is done; the page says so by this text.
    Done(&'static str),
    /// Something is shown once.
    Shown { label: &'static str, secret: String },
}

/// Who may sign in.
pub(in crate::web::ui) async fn get_people(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    off(move || page(&app, &pairs, None, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_people(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    off(move || match run(&app, &caller, &form) {
        Ok(Outcome::Done(done)) => {
            let place = address(PEOPLE, &[pair("done", done)]);
            Ok(Redirect::to(&place).into_response())
        }
        Ok(Outcome::Shown { label, secret }) => page(
            &app,
            &[],
            Some((t(label).to_owned(), secret)),
            String::new(),
        ),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            page(&app, &form, None, fill("fault.query.detail", &values))
        }
        Err(Fault::Conflict(reason)) => page(&app, &form, None, reason),
        Err(other) => Err(other),
    })
    .await
}

async fn off(work: impl FnOnce() -> Result<Response, Fault> + Send + 'static) -> Response {
    match blocking(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(fault)) => fault_page(fault),
        Err(error) => fault_page(Fault::Failed(error.to_string())),
    }
}

fn run(app: &App, caller: &Caller, form: &[(String, String)]) -> Result<Outcome, Fault> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    let user = text("user");
    let give = |command: UserCommand, done: &'static str| {
        app.write_now(caller, Command::User(command))?;
        Ok(Outcome::Done(done))
    };
    match field_of(form, "do").unwrap_or_default() {
        "add" => {
            let added = app.save_user(caller, draft(form)?)?;
            invite(app, caller, &added.id.unwrap_or_default())
        }
        "save" => {
            app.save_user(caller, draft(form)?)?;
            Ok(Outcome::Done("saved"))
        }
        "invite" => invite(app, caller, &user),
        "sign_out" => give(UserCommand::EndSessions { user }, "signed_out"),
        "reset_factor" => give(UserCommand::RemoveSecondFactor { user }, "factor_reset"),
        "unlink" => {
            let command = ProviderCommand::Unlink { user };
            app.write_now(caller, Command::Provider(command))?;
            Ok(Outcome::Done("unlinked"))
        }
        "suspend" => give(UserCommand::Suspend { user, on: true }, "suspended"),
        "restore" => give(UserCommand::Suspend { user, on: false }, "restored"),
        "remove" => give(UserCommand::Remove { user }, "removed"),
        "rules" => {
            let settings = AccessSettings {
                viewers_read: Some(field_of(form, "viewers_read") == Some("yes")),
                admins_need_code: Some(field_of(form, "admins_need_code") == Some("yes")),
                reps_block: Some(field_of(form, "reps_block") == Some("yes")),
            };
            app.write_now(caller, Command::Access(settings))?;
            Ok(Outcome::Done("saved"))
        }
        "token" => make_token(app, caller, form),
        "revoke" => {
            let token = text("token");
            app.write_now(caller, Command::Token(TokenCommand::Revoke { token }))?;
            Ok(Outcome::Done("revoked"))
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

fn draft(form: &[(String, String)]) -> Result<UserDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    Ok(UserDraft {
        user: text("user"),
        email: text("email").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        role: role(form)?,
        rep: text("rep"),
        scope: scope(form)?,
    })
}

fn role(form: &[(String, String)]) -> Result<Role, Invalid> {
    let word = field_of(form, "role").unwrap_or_default();
    Role::parse(word).ok_or_else(|| {
        let reason = format!("`{word}` is none of viewer, rep, admin");
        Invalid::new("role", reason)
    })
}

fn invite(app: &App, caller: &Caller, user: &str) -> Result<Outcome, Fault> {
    let link = app.invite(caller, user)?;
    Ok(Outcome::Shown {
        label: "people.link",
        secret: link.path,
    })
}

fn make_token(app: &App, caller: &Caller, form: &[(String, String)]) -> Result<Outcome, Fault> {
    let days = field_of(form, "days").map(str::parse::<u32>).transpose();
    let days =
        days.map_err(|_text| Invalid::new("days", "expected a number of days, or nothing"))?;
    let draft = TokenDraft {
        name: field_of(form, "name").unwrap_or_default().to_owned(),
        role: role(form)?,
        rep: field_of(form, "rep")
            .filter(|rep| !rep.is_empty())
            .map(str::to_owned),
        scope: scope(form)?,
        days,
    };
    let made = app.create_token(caller, &draft)?;
    Ok(Outcome::Shown {
        label: "people.secret",
        secret: made.secret,
    })
}

fn page(
    app: &App,
    pairs: &[(String, String)],
    shown: Option<(String, String)>,
    fault: String,
) -> Result<Response, Fault> {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let now = app.clock().now();
    let is_new = field_of(pairs, "do") == Some("add");
    let kept = |name: &str| if is_new { text(name) } else { String::new() };
    let page = Page {
        frame: Frame {
            role: Some(Role::Admin),
            ..Frame::new(t("people.title"), "settings/people")
        },
        users: app.users()?.into_iter().map(user_line).collect(),
        tokens: app
            .tokens()
            .into_iter()
            .map(|token| token_line(token, now))
            .collect(),
        roles: Role::GIVEN.map(RoleWord).to_vec(),
        scopes: ScopeWord::ALL.to_vec(),
        draft: DraftForm {
            name: kept("name"),
            email: kept("email"),
            rep: kept("rep"),
            role: RoleWord(role(pairs).unwrap_or(Role::Rep)),
            scope: ScopeForm::kept(kept),
        },
        is_closed: app.people().has_sign_in(),
        rules: app.people().rules().clone(),
        done: done(field_of(pairs, "done").unwrap_or_default()),
        shown,
        fault,
    };
    let mut response = axum::response::Html(page.render()?).into_response();
    let caching = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, caching);
    Ok(response)
}

fn done(word: &str) -> &'static str {
    match word {
        "saved" => t("people.done.saved"),
        "signed_out" => t("people.done.signed_out"),
        "factor_reset" => t("people.done.factor_reset"),
        "unlinked" => t("people.done.unlinked"),
        "suspended" => t("people.done.suspended"),
        "restored" => t("people.done.restored"),
        "removed" => t("people.done.removed"),
        "revoked" => t("people.done.revoked"),
        _ => "",
    }
}

fn status(user: &UserView) -> String {
    let status = match user.status {
        UserStatus::Active => t("people.active"),
        UserStatus::Invited => t("people.invited"),
        UserStatus::Suspended | UserStatus::Removed => t("people.suspended"),
    };
    let with = |status: String, key: &str| fill(key, &[("status", &status)]);
    let mut said = status.to_owned();
    if user.second_factor {
        said = with(said, "people.with_code");
    }
    if user.account.is_some() {
        said = with(said, "people.with_account");
    }
    said
}

fn user_line(user: UserView) -> UserLine {
    UserLine {
        status: status(&user),
        id: user.user,
        name: user.name,
        email: user.email,
        rep: user.rep.unwrap_or_default(),
        role: RoleWord(user.role),
        scope: ScopeForm::of(&user.scope),
        has_factor: user.second_factor,
        has_account: user.account.is_some(),
        seen: user
            .last_seen_at
            .map_or_else(String::new, |at| at.to_string()),
        is_suspended: user.status == UserStatus::Suspended,
    }
}

fn token_line(token: TokenView, now: Timestamp) -> TokenLine {
    let is_over = token.expires_at.is_some_and(|end| end <= now);
    let holds = token.revoked_at.is_none() && !is_over;
    let used = token.last_used_at.map_or_else(
        || t("people.unused").to_owned(),
        |at| fill("people.used", &[("at", &at.to_string())]),
    );
    let state = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => fill("people.revoked", &[("at", &at.to_string())]),
        (None, Some(at)) => fill("people.until", &[("at", &at.to_string())]),
        (None, None) => t("people.for_good").to_owned(),
    };
    TokenLine {
        id: token.token,
        name: token.name,
        about: format!(
            "{} · {} · {used} · {state}",
            t(RoleWord(token.role).text()),
            t(ScopeWord::of(&token.scope).text())
        ),
        holds,
    }
}
