//! `/settings/connectors`: accounts of other products that are read, how far that is, and what to
//! do about what went wrong.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::mailboxes::MailboxLine;
use crate::app::{
    App, ConnectorDeed, ConnectorDraft, ConnectorState, ConnectorView, Error, Product,
};
use crate::command::Caller;
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::{count, duration};
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const CONNECTORS: &str = "/settings/connectors";

/// A connector as the page shows it.
struct Shown {
    view: ConnectorView,
    product: &'static str,
    state: &'static str,
    /// What it has brought.
    sums: String,
    /// Up to when everything is here.
    reach: String,
}

impl Shown {
    fn of(view: ConnectorView) -> Self {
        let number = |number: u64| count(number as f64);
        let (accepted, duplicates) = (number(view.accepted), number(view.duplicates));
        let rejected = number(view.rejected);
        let numbers = [
            ("accepted", accepted.as_str()),
            ("duplicates", duplicates.as_str()),
            ("rejected", rejected.as_str()),
        ];
        let reach = view.read_until.zip(view.lag_secs).map(|(at, lag)| {
            let (at, lag) = (at.to_string(), duration(lag as f64));
            fill("connectors.reach", &[("at", &at), ("lag", &lag)])
        });
        Self {
            product: view.product.name(),
            state: t(match view.state {
                ConnectorState::Reading => "connectors.state.reading",
                ConnectorState::UpToDate => "connectors.state.up_to_date",
                ConnectorState::Failing => "connectors.state.failing",
                ConnectorState::Stopped => "connectors.state.stopped",
                ConnectorState::Paused => "connectors.state.paused",
            }),
            sums: fill("connectors.sums", &numbers),
            reach: reach.unwrap_or_else(|| t("connectors.first").to_owned()),
            view,
        }
    }

    fn is_paused(&self) -> bool {
        self.view.state == ConnectorState::Paused
    }
}

/// What the form holds; a token is never shown again.
#[derive(Default)]
struct Typed {
    product: String,
    name: String,
    url: String,
    user: String,
    account: String,
    since: String,
    fetch_attachments: bool,
    mapping: String,
}

#[derive(Template)]
#[template(path = "connectors.html")]
struct Page {
    frame: Frame,
    connectors: Vec<Shown>,
    mailboxes: Vec<MailboxLine>,
    typed: Typed,
    done: &'static str,
    fault: String,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Page {
    /// Products by word and name.
    fn products(&self) -> Vec<(&'static str, &'static str)> {
        let all = Product::ALL.iter();
        all.map(|one| (one.as_str(), one.name())).collect()
    }
}

/// The accounts that are read, and a form for one.
pub(in crate::web::ui) async fn get_connectors(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_connectors(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let (app, caller, asked) = (visit.app.clone(), visit.caller.clone(), form.clone());
    let done = address(CONNECTORS, &[pair("done", &word)]);
    let tried = blocking(move || run((&app, &caller), &word, &asked)).await;
    let early = |_panicked| Err(Error::Stopped("the work ended early".to_owned()));
    let tried = tried.unwrap_or_else(early);
    let again = move |desk: &Desk, fault| page(desk, &form, fault);
    answered(visit, tried, done, again).await
}

fn run(
    (app, caller): (&App, &Caller),
    word: &str,
    form: &[(String, String)],
) -> Result<ConnectorView, Error> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let deed = match word {
        "save" => {
            let draft = ConnectorDraft {
                name: text("name"),
                product: text("product").unwrap_or_default(),
                url: text("url"),
                user: text("user"),
                account: text("account"),
                since: text("since"),
                fetch_attachments: text("fetch_attachments").is_some(),
                mapping: text("mapping"),
                token: text("token"),
            };
            return app.save_connector(caller, &draft);
        }
        "run" => ConnectorDeed::Run,
        "pause" => ConnectorDeed::Pause,
        "resume" => ConnectorDeed::Resume,
        "remove" => ConnectorDeed::Remove,
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    app.do_connector(caller, &text("name").unwrap_or_default(), deed)
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let connectors = desk.app.connectors();
    let edited = field_of(pairs, "edit");
    let edited = edited.and_then(|name| connectors.iter().find(|one| one.name == name));
    let typed = match edited {
        Some(view) => Typed {
            product: view.product.as_str().to_owned(),
            name: view.name.clone(),
            url: view.url.clone(),
            user: view.user.clone().unwrap_or_default(),
            account: view.account.clone().unwrap_or_default(),
            since: view.since.map_or_else(String::new, |at| at.to_string()),
            fetch_attachments: view.fetch_attachments,
            mapping: view.mapping.clone().unwrap_or_default(),
        },
        None if fault.is_empty() => Typed::default(),
        None => Typed {
            product: text("product"),
            name: text("name"),
            url: text("url"),
            user: text("user"),
            account: text("account"),
            since: text("since"),
            fetch_attachments: field_of(pairs, "fetch_attachments").is_some(),
            mapping: text("mapping"),
        },
    };
    let page = Page {
        frame: desk.frame(t("connectors.title"), "settings/connectors"),
        connectors: connectors.into_iter().map(Shown::of).collect(),
        mailboxes: desk
            .app
            .mailboxes()
            .into_iter()
            .map(MailboxLine::of)
            .collect(),
        typed,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("connectors.done.save"),
            "run" => t("connectors.done.run"),
            "pause" => t("connectors.done.pause"),
            "resume" => t("connectors.done.resume"),
            "remove" => t("connectors.done.remove"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
