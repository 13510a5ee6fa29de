//! `/settings/inboxes`: from whom mails of each inbox are, and what stands below their words.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{Error, InboxView};
use crate::command::{Command, InboxCommand, InboxDraft};
use crate::config::MailConfig;
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// The page's address.
const PAGE: &str = "/settings/inboxes";

/// An inbox in the list.
struct InboxLine {
    title: String,
    id: String,
    /// From whom its mails are.
    from: String,
    signature: String,
    href: String,
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    inbox: String,
    address: String,
    name: String,
    signature: String,
    /// Whether something was said of it before.
    is_set: bool,
}

#[derive(Template)]
#[template(path = "inboxes.html")]
struct Page {
    frame: Frame,
    inboxes: Vec<InboxLine>,
    typed: Typed,
    /// From whom mails of all others are.
    usual: String,
    done: &'static str,
    fault: String,
}

/// The inboxes, and a form for one.
pub(in crate::web::ui) async fn get_inboxes(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_inboxes(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = match command(&word, &form) {
        Ok(command) => {
            let command = Command::Inbox(command);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(Error::from(fault)),
    };
    let done = address(PAGE, &[pair("done", &word)]);
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &form, fault)
    })
    .await
}

fn command(word: &str, form: &[(String, String)]) -> Result<InboxCommand, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let inbox = text("inbox").unwrap_or_default();
    match word {
        "save" => Ok(InboxCommand::Set(InboxDraft {
            inbox,
            address: text("address"),
            name: text("name"),
            signature: text("signature"),
        })),
        "remove" => Ok(InboxCommand::Remove { inbox }),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason))
        }
    }
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let inboxes = desk.app.inboxes();
    let config = desk.app.mail_config();
    let usual = config.map_or_else(
        || t("inboxes.no_server").to_owned(),
        |config| fill("inboxes.usual", &[("from", &sender(config))]),
    );
    let page = Page {
        frame: desk.frame(t("inboxes.title"), "settings/inboxes"),
        typed: typed(&inboxes, pairs, !fault.is_empty()),
        inboxes: inboxes.iter().map(|one| shown(one, config)).collect(),
        usual,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("inboxes.done.save"),
            "remove" => t("inboxes.done.remove"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn sender(config: &MailConfig) -> String {
    from(config.sender_name(), config.address())
}

fn from(name: &str, address: &str) -> String {
    match name {
        "" => address.to_owned(),
        name => format!("{name} <{address}>"),
    }
}

fn shown(view: &InboxView, config: Option<&MailConfig>) -> InboxLine {
    let mail = view.mail.clone().unwrap_or_default();
    let name = config.map_or("", MailConfig::sender_name);
    let usual = config.map_or("", MailConfig::address);
    InboxLine {
        title: view.title.clone().unwrap_or_else(|| view.inbox.clone()),
        id: view.inbox.clone(),
        from: from(
            mail.name.as_deref().unwrap_or(name),
            mail.address.as_deref().unwrap_or(usual),
        ),
        signature: mail.signature.unwrap_or_default(),
        href: format!("{PAGE}?edit={}", encode(&view.inbox)),
    }
}

/// What the form holds: what was typed and refused, the one that is changed, else nothing.
fn typed(inboxes: &[InboxView], pairs: &[(String, String)], is_refused: bool) -> Typed {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let id = if is_refused { "inbox" } else { "edit" };
    let edited = field_of(pairs, id);
    let edited = edited.and_then(|id| inboxes.iter().find(|one| one.inbox == id));
    let is_set = edited.is_some_and(|one| one.mail.is_some());
    if is_refused {
        return Typed {
            inbox: text("inbox"),
            address: text("address"),
            name: text("name"),
            signature: text("signature"),
            is_set,
        };
    }
    edited.map_or_else(Typed::default, |view| {
        let mail = view.mail.clone().unwrap_or_default();
        Typed {
            inbox: view.inbox.clone(),
            address: mail.address.unwrap_or_default(),
            name: mail.name.unwrap_or_default(),
            signature: mail.signature.unwrap_or_default(),
            is_set,
        }
    })
}
