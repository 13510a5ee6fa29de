//! `/inbox/new`: a rep begins a conversation, with a contact who is there or with somebody new.
//!
//! What was typed is kept where it could not be sent, and while the contact is looked for.

use askama::Template;
use axum::extract::{Query as Parameters, Request};
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;

use super::compose::file_line;
use super::sent::{files_of, read};
use super::{Answer, Frame, Visit, field_of, make};
use crate::app::{Error, Search, WriteResult};
use crate::command::{Beginner, ContactDraft, Refusal, StartDraft};
use crate::model::event::Attachment;
use crate::model::file::size_words;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, encode};

/// How many contacts are offered.
const OFFERED: &str = "8";
/// Where a rep may begin; the first is the usual one.
const CHANNELS: [&str; 6] = ["email", "chat", "phone", "whatsapp", "social", "form"];

/// A contact who is offered.
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Page {
    frame: Frame,
    sought: String,
    offers: Vec<Offer>,
    is_sought: bool,
    typed: Typed,
    channels: Vec<(&'static str, String)>,
    /// The most that a file may have, in words.
    limit: String,
    fault: String,
}

/// What was typed so far.
struct Typed {
    name: String,
    email: String,
    channel: String,
    subject: String,
    text: String,
    /// Files that were sent up and go with it: their ids, and what they are called.
    files: Vec<(String, String)>,
}

/// The form.
pub(in crate::web::ui) async fn get_start(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Looks for a contact, or begins the conversation.
pub(in crate::web::ui) async fn post_start(visit: Visit, request: Request) -> Response {
    let sent = match read(&visit, None, request).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    let form = sent.pairs;
    if sent.fault.is_some() || field_of(&form, "do") != Some("start") {
        let fault = sent.fault.unwrap_or_default();
        return make(visit, move |desk| page(desk, &form, fault)).await;
    }
    let fault = match start(&visit, &form).await {
        Ok(written) => {
            let id = encode(&written.id.unwrap_or_default());
            return Redirect::to(&format!("/conversations/{id}?done=reply#write")).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &form, fault)).await
}

async fn start(visit: &Visit, form: &[(String, String)]) -> Result<WriteResult, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let files = app.sent_ahead(&caller, &files_of(form))?;
    let draft = draft(form, files);
    app.start_conversation(caller, Beginner::Rep, None, draft)
        .await
}

fn draft(form: &[(String, String)], files: Vec<Attachment>) -> StartDraft {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let contact = match text("contact") {
        Some(id) => ContactDraft {
            id: Some(id),
            ..ContactDraft::default()
        },
        None => ContactDraft {
            name: text("name"),
            email: text("email"),
            ..ContactDraft::default()
        },
    };
    StartDraft {
        contact,
        channel: text("channel").unwrap_or_default(),
        subject: text("subject"),
        text: text("text").unwrap_or_default(),
        files,
        ..StartDraft::default()
    }
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let sought = text("q");
    let page = Page {
        frame: desk.frame(t("start.title"), "inbox"),
        offers: offers(desk, &sought, &text("contact"))?,
        is_sought: !sought.trim().is_empty(),
        sought,
        typed: Typed {
            name: text("name"),
            email: text("email"),
            channel: text("channel"),
            subject: text("subject"),
            text: text("text"),
            files: {
                let files = desk.uploaded(None, &files_of(pairs)).into_iter();
                files
                    .map(|file| (file.id.clone(), file_line(&file)))
                    .collect()
            },
        },
        limit: fill(
            "compose.limit",
            &[("size", &size_words(desk.app.most_file_bytes()))],
        ),
        channels: CHANNELS
            .map(|channel| (channel, spoken("channel", channel)))
            .to_vec(),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// Contacts who are found, and the one who is chosen.
pub(super) fn offers(desk: &Desk, sought: &str, chosen: &str) -> Result<Vec<Offer>, Fault> {
    let mut ids: Vec<String> = Vec::new();
    if !chosen.is_empty() {
        ids.push(chosen.to_owned());
    }
    if !sought.trim().is_empty() {
        let search = [("q", sought), ("kind", "contact"), ("limit", OFFERED)];
        let hits = desk
            .app
            .search_as(desk.sight(), &Search::parse(search, Tz::UTC)?)?;
        let found = hits.into_iter().map(|hit| hit.id);
        ids.extend(found.filter(|id| id != chosen));
    }
    let offers = ids.into_iter().map(|id| {
        let contact = desk.app.contact_view_at(desk.present(), &id, 1)?.contact;
        let company = contact.company.map(|company| company.name);
        let about: Vec<String> = [contact.email, contact.phone, company]
            .into_iter()
            .flatten()
            .collect();
        Ok(Offer {
            name: contact.name.unwrap_or_else(|| id.clone()),
            about: about.join(" · "),
            is_chosen: id == chosen,
            id,
        })
    });
    offers.collect()
}
