//! `/contacts/{id}`: who a contact is, and their conversations.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;
use chrono_tz::Tz;

use super::start::{Offer, offers};
use super::{Answer, Frame, Visit, field_of, make};
use crate::app::ConversationLine;
use crate::command::Role;
use crate::model::Contact;
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// The most conversations that the page lists.
const MOST: usize = 100;

/// A conversation, ready to be read.
struct Line {
    title: String,
    href: String,
    channel: String,
    started: String,
    exact: String,
    status: String,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct Page {
    frame: Frame,
    id: String,
    zone: &'static str,
    properties: Vec<(String, String)>,
    conversations: Vec<Line>,
    /// By which changes the list of conversations is another.
    follows: String,
    more: String,
    /// Where a conversation with them is begun, if one can be.
    write: String,
    /// Where forms go to.
    place: String,
    is_erased: bool,
    /// What can be done to them, if anything can.
    deeds: Option<Deeds>,
    done: &'static str,
    fault: String,
}

/// The forms of what is done to a contact.
struct Deeds {
    /// By which words another contact was looked for.
    sought: String,
    is_sought: bool,
    offers: Vec<Offer>,
    may_block: bool,
    /// The words that say what has to be typed to confirm a block.
    confirm: String,
}

/// The page of a contact.
pub(in crate::web::ui) async fn get_contact(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs, String::new())).await
}

/// The page of a contact, with what was typed and could not be done.
pub(super) fn page(
    desk: &Desk,
    id: &str,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let contact = desk.app.contact_view_at(desk.present(), id, MOST)?;
    let title = contact
        .contact
        .name
        .clone()
        .unwrap_or_else(|| id.to_owned());
    let most = MOST.to_string();
    let lines = contact.conversations.iter();
    let page = Page {
        frame: desk.frame(title, "conversations"),
        id: id.to_owned(),
        zone: view.zone.name(),
        properties: properties(desk, &contact.contact, view.zone),
        write: if is_open(&contact.contact) && !is_erased(desk, id) {
            address("/inbox/new", &[pair("contact", id)])
        } else {
            String::new()
        },
        place: place(id),
        is_erased: is_erased(desk, id),
        deeds: deeds(desk, &contact.contact, pairs)?,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "merge" => t("contact.done_merge"),
            "block" => t("contact.done_block"),
            "sign_out" => t("contact.done_sign_out"),
            _ => "",
        },
        fault,
        follows: follows(id, &contact.conversations),
        conversations: lines
            .map(|conversation| line(conversation, view.zone))
            .collect(),
        more: if contact.has_more {
            fill("contact.more", &[("count", &most)])
        } else {
            String::new()
        },
    };
    Ok(Answer::Page(page.render()?))
}

/// What a list of conversations changes with: the contact, who may begin one, and each of them.
fn follows(id: &str, conversations: &[ConversationLine]) -> String {
    let each = conversations.iter();
    let each = each.map(|one| format!(" conversation/{}", encode(&one.id)));
    format!("contact/{}{}", encode(id), each.collect::<String>())
}

/// The address of a contact's page.
pub(super) fn place(id: &str) -> String {
    format!("/contacts/{}", encode(id))
}

/// Whether a contact is erased, or is about to be.
fn is_erased(desk: &Desk, id: &str) -> bool {
    let book = &desk.present().snapshot().installation.contacts;
    book.is_erased(id)
}

/// Whether a contact writes and is written to.
const fn is_open(contact: &Contact) -> bool {
    contact.blocked_at.is_none() && contact.merged_into.is_none()
}

/// The forms of what can be done to the contact, for whom they are.
fn deeds(
    desk: &Desk,
    contact: &Contact,
    pairs: &[(String, String)],
) -> Result<Option<Deeds>, Fault> {
    let is_over = !is_open(contact) || is_erased(desk, contact.id.as_str());
    if is_over || desk.role() < Role::Rep {
        return Ok(None);
    }
    let sought = field_of(pairs, "seek").unwrap_or_default().to_owned();
    let mut found = offers(desk, &sought, "")?;
    found.retain(|offer| offer.id != contact.id.as_str());
    let rules_let = desk.app.people().rules().reps_block;
    Ok(Some(Deeds {
        is_sought: !sought.trim().is_empty(),
        sought,
        offers: found,
        may_block: desk.sight().is_whole() && (desk.role() >= Role::Admin || rules_let),
        confirm: fill("contact.block_name", &[("name", contact.called())]),
    }))
}

fn line(conversation: &ConversationLine, zone: Tz) -> Line {
    let titled = fill("conversation.title", &[("id", &conversation.id)]);
    Line {
        title: conversation.subject.clone().unwrap_or(titled),
        href: format!("/conversations/{}", encode(&conversation.id)),
        channel: spoken("channel", &conversation.channel),
        started: date::instant(conversation.started_at, zone),
        exact: conversation.started_at.to_string(),
        status: match conversation.resolved_at {
            Some(at) => fill(
                "conversation.resolved_at",
                &[("instant", &date::instant(at, zone))],
            ),
            None => t("conversation.is_open").to_owned(),
        },
    }
}

/// What is known of the contact.
fn properties(desk: &Desk, contact: &Contact, zone: Tz) -> Vec<(String, String)> {
    let book = &desk.present().snapshot().installation.contacts;
    let host_id = book.host_id(&contact.id).map(str::to_owned);
    let company = contact.company.as_ref();
    let merged = contact.merged_into.as_ref();
    let blocked = contact.blocked_at.map(|at| date::instant(at, zone));
    let rows = [
        ("contact.email", contact.email.clone()),
        ("contact.phone", contact.phone.clone()),
        (
            "contact.company",
            company.map(|company| company.name.clone()),
        ),
        ("field.language", contact.language.clone()),
        ("contact.merged_into", merged.map(ToString::to_string)),
        ("contact.blocked", blocked),
        ("contact.host_id", host_id),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(name, value)| Some((t(name).to_owned(), value?)));
    let own = contact.attributes.iter().map(|(name, value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), text)
    });
    rows.chain(own).collect()
}
