//! `/account`: whoever is signed in changes the password, or signs out everywhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};

use super::{agent_of, enter, off, private, qr, with_cookie};
use crate::app::{App, Error, NewFactor, PasswordChange, SignIn};
use crate::command::{
    Caller, Command, HabitsDraft, Identity, MAX_UNDO_SECS, ProviderCommand, Role, UserCommand,
};
use crate::model::event::MailWish;
use crate::model::people::{User, WorkHabits};
use crate::model::{ClockFormat, Invalid, Language, LanguageChoice};
use crate::web::session::{address_of, signed_out};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::page::{Frame, fault_page, field_of};
use crate::web::ui::text::{Words, fill, find, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    who: String,
    email: String,
    is_user: bool,
    has_factor: bool,
    codes_left: String,
    /// Whether a rule takes a second factor of them.
    is_demanded: bool,
    habits: WorkHabits,
    max_undo_secs: u32,
    /// Each word, what it is called, and whether it is theirs.
    languages: Vec<(&'static str, &'static str, bool)>,
    clocks: Vec<(&'static str, &'static str, bool)>,
    mails: MailChoice,
    sign_on: SignOn,
    shown: Shown,
}

/// What they may want to hear of by mail.
struct MailChoice {
    /// Whether mails go out at all.
    can_mail: bool,
    wishes: Vec<WishLine>,
}

/// One kind of mails.
struct WishLine {
    name: &'static str,
    words: &'static str,
    is_wanted: bool,
}

/// What the page says of the provider of sign-ins.
struct SignOn {
    /// The provider's name, if there is one.
    name: Option<String>,
    /// The account that is linked, and where it is.
    account: String,
}

impl SignOn {
    fn of(app: &App, user: Option<&User>) -> Self {
        let account = user.and_then(|user| user.account.as_ref());
        let account = account.map(|account| {
            let values = [
                ("subject", account.subject.as_str()),
                ("issuer", &account.issuer),
            ];
            fill("account.linked", &values)
        });
        Self {
            name: app.provider_name().map(str::to_owned),
            account: account.unwrap_or_default(),
        }
    }

    /// Whether there is something to say.
    const fn is_there(&self) -> bool {
        self.name.is_some() || !self.account.is_empty()
    }
}

/// What the page shows this once.
#[derive(Default)]
struct Shown {
    fault: String,
    /// A second factor to be confirmed, and its QR code as safe markup.
    factor: Option<NewFactor>,
    qr: String,
    /// Fresh recovery codes.
    codes: Vec<String>,
}

impl Shown {
    fn of(fault: String) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }
}

/// The page.
pub(in crate::web::ui) async fn get_account(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    show(&app, &caller, StatusCode::OK, Shown::default())
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
    let done = off(move || run(&shared, &who, &form, &attempt)).await;
    match done {
        Ok(Done::Session(secret)) => enter(&app, &secret, "/account"),
        Ok(Done::Told) => Redirect::to("/account").into_response(),
        Ok(Done::Factor(factor, fault)) => {
            let shown = Shown {
                fault,
                qr: qr::svg(&factor.address),
                factor: Some(factor),
                ..Shown::default()
            };
            show(&app, &caller, StatusCode::OK, shown)
        }
        Ok(Done::Codes(codes)) => {
            let shown = Shown {
                codes,
                ..Shown::default()
            };
            show(&app, &caller, StatusCode::OK, shown)
        }
        Ok(Done::Out) => with_cookie(
            Redirect::to("/sign-in?out=1").into_response(),
            signed_out(&app),
        ),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let fault = fill("fault.query.detail", &values);
            show(&app, &caller, StatusCode::BAD_REQUEST, Shown::of(fault))
        }
        Err(Fault::Conflict(reason)) => {
            show(&app, &caller, StatusCode::CONFLICT, Shown::of(reason))
        }
        Err(fault) => fault_page(fault),
    }
}

/// What a form came to.
enum Done {
    /// A new session, whose secret this is.
    Session(String),
    /// Nobody is signed in any more.
    Out,
    /// It is done, as the page shows.
    Told,
    /// A second factor can be confirmed; why it was not.
    Factor(NewFactor, String),
    /// There is a second factor, with these recovery codes.
    Codes(Vec<String>),
}

/// Takes the second factor, or asks for its code once more.
fn confirm(
    app: &App,
    caller: &Caller,
    user: &str,
    form: &[(String, String)],
) -> Result<Done, Fault> {
    let text = |name: &str| field_of(form, name).unwrap_or_default();
    match app.set_factor(caller, user, text("secret"), text("code")) {
        Ok(made) => Ok(Done::Codes(made.recovery_codes)),
        Err(Error::Query(fault)) if fault.field == "code" => {
            let factor = app.new_factor(user)?;
            let address = factor.address.replace(&factor.secret, text("secret"));
            let secret = text("secret").to_owned();
            Ok(Done::Factor(NewFactor { secret, address }, fault.reason))
        }
        Err(other) => Err(other.into()),
    }
}

/// Does what the form says.
fn run(
    app: &App,
    caller: &Caller,
    form: &[(String, String)],
    attempt: &SignIn,
) -> Result<Done, Fault> {
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
            Ok(Done::Session(app.sign_in_again(user, &attempt.agent)?))
        }
        "everywhere" => {
            let user = user.clone();
            app.write_now(caller, Command::User(UserCommand::EndSessions { user }))?;
            Ok(Done::Out)
        }
        "habits" => {
            let secs = field_of(form, "undo_secs").unwrap_or_default().trim();
            let secs = secs.parse().map_err(|_odd| {
                let reason = format!("`{secs}` is no whole number of seconds");
                Invalid::new("undo_secs", reason)
            })?;
            let is_ticked = |name| Some(field_of(form, name).is_some());
            let habits = HabitsDraft {
                single_keys: is_ticked("single_keys"),
                undo_secs: Some(secs),
                title_count: is_ticked("title_count"),
                sound: is_ticked("sound"),
                desktop_notices: is_ticked("desktop_notices"),
                mails: Some(wishes(form)),
                language: chosen(form, "language", LanguageChoice::parse)?,
                clock: chosen(form, "clock", ClockFormat::parse)?,
            };
            let user = user.clone();
            app.write_now(caller, Command::User(UserCommand::Settle { user, habits }))?;
            Ok(Done::Told)
        }
        "unlink" => {
            let command = ProviderCommand::Unlink { user: user.clone() };
            app.write_now(caller, Command::Provider(command))?;
            Ok(Done::Session(app.sign_in_again(user, &attempt.agent)?))
        }
        "factor" => Ok(Done::Factor(app.new_factor(user)?, String::new())),
        "confirm" => confirm(app, caller, user, form),
        "no_factor" => {
            let code = field_of(form, "code").unwrap_or_default();
            app.remove_factor(caller, user, code)?;
            Ok(Done::Told)
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

fn show(app: &App, caller: &Caller, status: StatusCode, shown: Shown) -> Response {
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
    let factor = user.and_then(|user| user.second_factor.as_ref());
    let left = factor.map(|factor| factor.recovery.len());
    let habits = user.map_or_else(WorkHabits::default, |user| user.habits.clone());
    let page = Page {
        frame: Frame::new(t("account.title"), "account"),
        who,
        email: user.map_or_else(String::new, |user| user.email.clone()),
        is_user: user.is_some(),
        has_factor: user.is_some_and(|user| user.second_factor.is_some()),
        codes_left: left.map_or_else(String::new, |left| {
            plural("account.codes_left", left as u64)
        }),
        is_demanded: user.is_some_and(|user| user.role == Role::Admin)
            && people.rules().admins_need_code,
        max_undo_secs: MAX_UNDO_SECS,
        languages: languages(&habits),
        clocks: clocks(&habits),
        mails: MailChoice {
            can_mail: app.can_mail(),
            wishes: wish_lines(&habits),
        },
        habits,
        sign_on: SignOn::of(app, user),
        shown,
    };
    private(status, page.render())
}

/// What a form's list was set to, where it has that list.
fn chosen<T>(
    form: &[(String, String)],
    name: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Invalid> {
    let Some(word) = field_of(form, name) else {
        return Ok(None);
    };
    let odd = || Invalid::new(name, format!("`{word}` is none of those listed"));
    parse(word).map(Some).ok_or_else(odd)
}

/// The languages that may be chosen: each word, what it is called, and whether it is theirs.
fn languages(habits: &WorkHabits) -> Vec<(&'static str, &'static str, bool)> {
    let chosen = habits.language.language();
    let browser = t("account.language_browser");
    let mut lines = vec![(LanguageChoice::BROWSER, browser, chosen.is_none())];
    lines.extend(Language::ALL.map(|language| {
        let is_theirs = chosen == Some(language);
        (language.code(), language.own_name(), is_theirs)
    }));
    lines
}

/// The ways to write the time of day, likewise.
fn clocks(habits: &WorkHabits) -> Vec<(&'static str, &'static str, bool)> {
    let lines = ClockFormat::ALL.map(|clock| {
        let words = match clock {
            ClockFormat::Hours24 => t("account.clock_24h"),
            ClockFormat::Hours12 => t("account.clock_12h"),
        };
        (clock.as_str(), words, habits.clock == clock)
    });
    lines.into()
}

/// What a form says that they want to hear of by mail.
fn wishes(form: &[(String, String)]) -> BTreeSet<MailWish> {
    let ticked = |wish: &MailWish| field_of(form, wish.as_str()).is_some();
    MailWish::ALL.into_iter().filter(ticked).collect()
}

fn wish_lines(habits: &WorkHabits) -> Vec<WishLine> {
    let lines = MailWish::ALL.into_iter().map(|wish| WishLine {
        name: wish.as_str(),
        words: find(&format!("mail_wish.{}", wish.as_str())).unwrap_or("…"),
        is_wanted: habits.mails.contains(&wish),
    });
    lines.collect()
}
