//! `/settings/mailboxes`: mailboxes that are read, how far that is, and what to do about what went wrong.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{App, ConnectorDeed, ConnectorState, Error, MailboxDraft, MailboxView};
use crate::command::Caller;
use crate::config::MailSecurity;
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// The page's address.
const PAGE: &str = "/settings/mailboxes";

/// A mailbox as pages show it.
pub(super) struct MailboxLine {
    pub(super) view: MailboxView,
    pub(super) state: &'static str,
    /// What has come in.
    pub(super) sums: String,
    /// Up to when everything is here.
    pub(super) reach: String,
    pub(super) href: String,
}

impl MailboxLine {
    pub(super) fn of(view: MailboxView) -> Self {
        let number = |number: u64| count(number as f64);
        let (taken, repeats) = (number(view.taken), number(view.repeats));
        let refused = number(view.refused);
        let numbers = [
            ("taken", taken.as_str()),
            ("repeats", repeats.as_str()),
            ("refused", refused.as_str()),
        ];
        let reach = view.read_until.map(|at| at.to_string());
        Self {
            state: t(match view.state {
                ConnectorState::Reading => "connectors.state.reading",
                ConnectorState::UpToDate => "connectors.state.up_to_date",
                ConnectorState::Failing => "connectors.state.failing",
                ConnectorState::Stopped => "connectors.state.stopped",
                ConnectorState::Paused => "connectors.state.paused",
            }),
            sums: fill("mailboxes.sums", &numbers),
            reach: reach.map_or_else(
                || t("mailboxes.first").to_owned(),
                |at| fill("mailboxes.reach", &[("at", &at)]),
            ),
            href: format!("{PAGE}?edit={}#add", encode(&view.name)),
            view,
        }
    }

    fn is_paused(&self) -> bool {
        self.view.state == ConnectorState::Paused
    }
}

/// What the form holds; a password is never shown again.
#[derive(Default)]
struct Typed {
    name: String,
    host: String,
    port: String,
    security: String,
    user: String,
    folder: String,
    inbox: String,
    all: bool,
}

#[derive(Template)]
#[template(path = "mailboxes.html")]
struct Page {
    frame: Frame,
    mailboxes: Vec<MailboxLine>,
    typed: Typed,
    done: &'static str,
    fault: String,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Page {
    /// Ways of encryption by word and name.
    fn securities(&self) -> [(&'static str, &'static str); 3] {
        [
            ("tls", t("mailboxes.security.tls")),
            ("starttls", t("mailboxes.security.starttls")),
            ("none", t("mailboxes.security.none")),
        ]
    }
}

/// The mailboxes, and a form for one.
pub(in crate::web::ui) async fn get_mailboxes(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_mailboxes(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let (app, caller, asked) = (visit.app.clone(), visit.caller.clone(), form.clone());
    let done = address(PAGE, &[pair("done", &word)]);
    let tried = blocking(move || run((&app, &caller), &word, &asked)).await;
    let early = |_panicked| Err(Error::Stopped("the work ended early".to_owned()));
    let again = move |desk: &Desk, fault| page(desk, &form, fault);
    answered(visit, tried.unwrap_or_else(early), done, again).await
}

fn run(
    (app, caller): (&App, &Caller),
    word: &str,
    form: &[(String, String)],
) -> Result<MailboxView, Error> {
    let name = field_of(form, "name").unwrap_or_default();
    let deed = match word {
        "save" => return app.save_mailbox(caller, &draft(form)?),
        "run" => ConnectorDeed::Run,
        "pause" => ConnectorDeed::Pause,
        "resume" => ConnectorDeed::Resume,
        "remove" => ConnectorDeed::Remove,
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    app.do_mailbox(caller, name, deed)
}

fn draft(form: &[(String, String)]) -> Result<MailboxDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let port = field_of(form, "port").map(|port| {
        let odd = |_odd| Invalid::new("port", format!("`{port}` is no number from 1 to 65535"));
        port.trim().parse().map_err(odd)
    });
    let security = match field_of(form, "security") {
        None | Some("tls") => MailSecurity::Tls,
        Some("starttls") => MailSecurity::StartTls,
        Some("none") => MailSecurity::None,
        Some(odd) => {
            let reason = format!("`{odd}` is none of tls, starttls, none");
            return Err(Invalid::new("security", reason));
        }
    };
    Ok(MailboxDraft {
        name: text("name"),
        host: text("host").unwrap_or_default(),
        port: port.transpose()?,
        security: Some(security),
        user: text("user").unwrap_or_default(),
        password: text("password"),
        token_command: None,
        folder: text("folder"),
        all: field_of(form, "all").is_some(),
        inbox: text("inbox"),
    })
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let mailboxes = desk.app.mailboxes();
    let page = Page {
        frame: desk.frame(t("mailboxes.title"), "settings/mailboxes"),
        typed: typed(&mailboxes, pairs, !fault.is_empty()),
        mailboxes: mailboxes.into_iter().map(MailboxLine::of).collect(),
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("mailboxes.done.save"),
            "run" => t("mailboxes.done.run"),
            "pause" => t("mailboxes.done.pause"),
            "resume" => t("mailboxes.done.resume"),
            "remove" => t("mailboxes.done.remove"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// What the form holds: what was typed and refused, the one that is changed, else nothing.
fn typed(mailboxes: &[MailboxView], pairs: &[(String, String)], is_refused: bool) -> Typed {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    if is_refused {
        return Typed {
            name: text("name"),
            host: text("host"),
            port: text("port"),
            security: text("security"),
            user: text("user"),
            folder: text("folder"),
            inbox: text("inbox"),
            all: field_of(pairs, "all").is_some(),
        };
    }
    let edited = field_of(pairs, "edit");
    let edited = edited.and_then(|name| mailboxes.iter().find(|one| one.name == name));
    edited.map_or_else(Typed::default, |view| Typed {
        name: view.name.clone(),
        host: view.host.clone(),
        port: view.port.to_string(),
        security: match view.security {
            MailSecurity::Tls => "tls",
            MailSecurity::StartTls => "starttls",
            MailSecurity::None => "none",
        }
        .to_owned(),
        user: view.user.clone(),
        folder: view.folder.clone(),
        inbox: view.inbox.clone().unwrap_or_default(),
        all: view.all,
    })
}
