//! `/conversations/{id}`: the thread, and next to it how every number counts it.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;
use chrono_tz::Tz;

use super::compose::Compose;
use super::decided::{Decision, decision};
use super::offers::Offers;
use super::thread::{Entry, entries};
use super::verdict::{Verdict, events, read_words, verdicts};
use super::{Answer, Frame, Visit, make};
use crate::app::{AttendeeState, EpisodeAccount};
use crate::model::Conversation;
use crate::model::conversation::Status;
use crate::model::event::{Assignee, Mark};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::panel::table::Table;
use crate::web::ui::text::{Words, fill, find, t};
use crate::web::ui::url::{Pairs, encode};
use crate::web::ui::view::View;

/// A fact of an episode, ready to be read.
struct FactLine {
    name: String,
    value: String,
    rule: String,
}

struct EpisodeLines {
    title: String,
    facts: Vec<FactLine>,
}

#[derive(Template)]
#[template(path = "conversation.html")]
struct Page {
    frame: Frame,
    conversation: Conversation,
    contact: String,
    contact_href: String,
    properties: Vec<(&'static str, String)>,
    excluded: String,
    zone: &'static str,
    entries: Vec<Entry>,
    episodes: Vec<EpisodeLines>,
    counted: Vec<Verdict>,
    others: Vec<Verdict>,
    unconcerned: Vec<Verdict>,
    decisions: Vec<Decision>,
    offers: Offers,
    events: Table,
    /// Where the customer agent's picture is.
    picture: Option<String>,
    /// Who else is there.
    attendees: String,
    /// What can be done, and what came of the last thing that was.
    compose: Compose,
    is_open: bool,
    is_spam: bool,
}

/// The page of a conversation.
pub(in crate::web::ui) async fn get_conversation(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs, String::new())).await
}

/// The page; `fault` is why what a form of it asked for was not done.
pub(super) fn page(
    desk: &Desk,
    id: &str,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let conversation = desk.app.conversation_at(desk.present(), id)?;
    let explanation = desk.why(id, view.as_of)?;
    let title = conversation.subject.clone();
    let title = title.unwrap_or_else(|| fill("conversation.title", &[("id", id)]));
    let (counted, others, unconcerned) = verdicts(&explanation, view.zone);
    let page = Page {
        frame: desk.frame(title, "conversations"),
        contact: desk.contact(conversation.contact.as_str()),
        contact_href: format!("/contacts/{}", encode(conversation.contact.as_str())),
        properties: properties(desk, &conversation, view.zone),
        excluded: explanation
            .excluded
            .map_or_else(String::new, |reason| spoken("excluded", reason)),
        zone: view.zone.name(),
        entries: entries(desk, &conversation, view.zone),
        episodes: explanation
            .episodes
            .iter()
            .map(|episode| facts(desk, episode, view.zone))
            .collect(),
        counted,
        others,
        unconcerned,
        decisions: explanation
            .decisions
            .iter()
            .map(|decided| decision(decided, view.zone))
            .collect(),
        offers: Offers::new(desk, &conversation, &explanation)?,
        events: events(&explanation, view.zone),
        compose: Compose::new(desk, &conversation, pairs, view.zone, fault),
        picture: desk.app.snapshot().installation.agent_picture.path(),
        attendees: attendees(desk, id)?,
        is_open: conversation.status == Status::Open,
        is_spam: conversation.marks.contains(&Mark::Spam),
        conversation,
    };
    Ok(Answer::Page(page.render()?))
}

/// Who else has it open, and who of them writes.
fn attendees(desk: &Desk, id: &str) -> Result<String, Fault> {
    let attendees = desk.attendees(id)?;
    let names = attendees.iter().map(|attendee| match attendee.state {
        AttendeeState::Typing => fill("attendees.typing", &[("name", &attendee.name)]),
        AttendeeState::Viewing | AttendeeState::Gone => attendee.name.clone(),
    });
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Ok(String::new());
    }
    Ok(fill("attendees.here", &[("names", &names)]))
}

/// Whether it goes on, else since when it is over, and by what.
fn status(conversation: &Conversation, zone: Tz) -> String {
    match (conversation.resolved_at, conversation.ended_at) {
        (Some(at), _) => fill(
            "conversation.resolved_at",
            &[("instant", &date::instant(at, zone))],
        ),
        (None, Some(at)) => fill(
            "conversation.ended_at",
            &[
                ("instant", &date::instant(at, zone)),
                (
                    "by",
                    &spoken("ended_by", conversation.ended_by.unwrap_or_default()),
                ),
            ],
        ),
        (None, None) => t("conversation.is_open").to_owned(),
    }
}

fn properties(desk: &Desk, conversation: &Conversation, zone: Tz) -> Vec<(&'static str, String)> {
    let assigned = match &conversation.assigned_to {
        Assignee::Rep { id } => desk.rep(id.as_str()),
        Assignee::Team { id } => desk.team(id.as_str()),
        Assignee::CustomerAgent { .. } => t("who.agent").to_owned(),
        Assignee::Nobody {} => t("who.nobody").to_owned(),
    };
    let optional = [
        (t("field.language"), conversation.language.clone()),
        (
            t("field.priority"),
            conversation
                .priority
                .as_deref()
                .map(|word| spoken("priority", word)),
        ),
        (t("field.service"), conversation.service.clone()),
        (
            t("field.inbox"),
            conversation.inbox.as_ref().map(|inbox| {
                desk.label(
                    "inbox",
                    &crate::report::KeyValue::Text(inbox.as_str().into()),
                )
            }),
        ),
        (
            t("field.tag"),
            (!conversation.tags.is_empty()).then(|| conversation.tags.join(", ")),
        ),
    ];
    let mut properties = vec![
        (t("field.channel"), spoken("channel", &conversation.channel)),
        (
            t("conversation.started"),
            date::instant(conversation.started_at, zone),
        ),
        (t("conversation.status"), status(conversation, zone)),
        (t("conversation.assigned"), assigned),
    ];
    let rows = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    properties.extend(rows);
    properties
}

fn facts(desk: &Desk, episode: &EpisodeAccount, zone: Tz) -> EpisodeLines {
    let facts = episode.facts.iter().map(|fact| FactLine {
        name: find(&format!("fact.{}", fact.name))
            .unwrap_or(fact.name)
            .to_owned(),
        value: match fact.name {
            "rep" => named(desk, &fact.value),
            _ => read_words(&fact.value, zone),
        },
        rule: read_words(&fact.rule, zone),
    });
    EpisodeLines {
        title: fill(
            "conversation.episode",
            &[("number", &episode.episode.to_string())],
        ),
        facts: facts.collect(),
    }
}

/// "rep, team team" by their names.
fn named(desk: &Desk, text: &str) -> String {
    match text.split_once(", team ") {
        Some((rep, team)) => format!("{}, {}", desk.rep(rep), desk.team(team)),
        None => desk.rep(text),
    }
}
