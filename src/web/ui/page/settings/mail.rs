//! `/settings/mail`: how mails go out, and what became of the last ones.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{MailView, MailsView};
use crate::model::Timestamp;
use crate::model::event::DropReason;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, blocking, fill, find, t};
use crate::web::ui::url::{Pairs, encode};
use crate::web::ui::view::View;

/// The page's address.
const PAGE: &str = "/settings/mail";

/// A mail in the list.
struct Line {
    what: &'static str,
    /// To whom.
    to: String,
    /// Where what it is about is; empty: nowhere.
    href: String,
    queued_at: String,
    state: String,
    is_dropped: bool,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Page {
    frame: Frame,
    is_set_up: bool,
    way: String,
    counts: String,
    trouble: String,
    lines: Vec<Line>,
    done: &'static str,
    fault: String,
}

/// How mails go out.
pub(in crate::web::ui) async fn get_mail(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Sends one to whoever presses, to try it.
pub(in crate::web::ui) async fn post_mail(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let (app, caller) = (visit.app.clone(), visit.caller.clone());
    let tried = blocking(move || app.test_mail(&caller, None)).await;
    let tried = tried.unwrap_or_else(|error| Err(crate::app::Error::Stopped(error.to_string())));
    let done = format!("{PAGE}?done=test");
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &form, fault)
    })
    .await
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let mails = desk.app.mails();
    let at = |at: Timestamp| date::instant(at, view.zone);
    let page = Page {
        frame: desk.frame(t("mail_settings.title"), "settings/mail"),
        is_set_up: mails.is_set_up,
        way: way(&mails),
        counts: fill(
            "mail_settings.counts",
            &[
                ("waiting", &mails.waiting.to_string()),
                ("sent", &mails.sent.to_string()),
                ("dropped", &mails.dropped.to_string()),
            ],
        ),
        trouble: trouble(&mails, at),
        lines: mails
            .items
            .iter()
            .map(|mail| line(desk, mail, at))
            .collect(),
        done: field_of(pairs, "done").map_or("", |_done| t("mail_settings.done")),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn way(mails: &MailsView) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let values = [
        ("from", &*text(&mails.from)),
        ("server", &*text(&mails.server)),
    ];
    fill("mail_settings.way", &values)
}

fn trouble(mails: &MailsView, at: impl Fn(Timestamp) -> String) -> String {
    let Some(reason) = &mails.trouble else {
        return String::new();
    };
    let said = |instant: Option<Timestamp>| instant.map_or_else(String::new, &at);
    let values = [
        ("reason", reason.as_str()),
        ("since", &*said(mails.trouble_since)),
        ("retry", &*said(mails.retry_at)),
    ];
    fill("mail_settings.trouble", &values)
}

fn line(desk: &Desk, mail: &MailView, at: impl Fn(Timestamp) -> String) -> Line {
    let people = desk.app.people();
    let user = mail.user.as_deref().and_then(|id| people.user(id));
    let href = match (&mail.conversation, &mail.ticket) {
        (Some(id), _) => format!("/conversations/{}", encode(id)),
        (None, Some(id)) => format!("/tickets/{}", encode(id)),
        (None, None) => String::new(),
    };
    let word = |key: String| find(&key).unwrap_or("…");
    let reason = mail.reason.map(|reason| {
        let reason = reason_in_words(reason);
        match mail.code {
            Some(code) => format!("{reason} ({code})"),
            None => reason.to_owned(),
        }
    });
    let done_at = mail.done_at.map(&at);
    let state = [
        Some(word(format!("mail_state.{}", mail.state)).to_owned()),
        done_at,
        reason,
    ];
    Line {
        what: word(format!("mail_kind.{}", mail.kind)),
        to: match (user, &mail.user) {
            (Some(user), _) => user.name.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => t("mail_settings.contact").to_owned(),
        },
        href,
        queued_at: at(mail.queued_at),
        state: state.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        is_dropped: mail.state == "dropped",
    }
}

/// Why a mail did not go out.
pub(in crate::web::ui) fn reason_in_words(reason: DropReason) -> &'static str {
    let key = match reason {
        DropReason::NoAddress => "mail_reason.no_address",
        DropReason::Unreachable => "mail_reason.unreachable",
        DropReason::Over => "mail_reason.over",
        DropReason::Expired => "mail_reason.expired",
        DropReason::Refused => "mail_reason.refused",
    };
    t(key)
}
