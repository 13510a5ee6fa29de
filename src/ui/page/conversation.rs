//! `/conversations/{id}`: the thread, and beside it how every number counts it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query as Parameters, State};
use axum::response::Response;
use chrono_tz::Tz;

use super::rows::worth;
use super::thread::{Entry, entries};
use super::{Answer, Frame, make};
use crate::app::{App, EpisodeAccount, Explanation};
use crate::model::event::Assignee;
use crate::model::{Conversation, Timestamp};
use crate::report::{Account, Query, RowItem, State as RowState, registry};
use crate::ui::date;
use crate::ui::desk::{Desk, spoken};
use crate::ui::error::Fault;
use crate::ui::text::{Words, fill, find, t};
use crate::ui::url::{Pairs, pair};
use crate::ui::view::{View, around};

/// A fact of an episode, ready to be read.
struct Told {
    name: String,
    value: String,
    rule: String,
}

struct EpisodeTold {
    title: String,
    facts: Vec<Told>,
}

/// What one report makes of the conversation.
struct Verdict {
    report: &'static str,
    title: &'static str,
    state: &'static str,
    class: &'static str,
    at: String,
    exact: String,
    value: String,
    reason: String,
    href: String,
}

#[derive(Template)]
#[template(path = "conversation.html")]
struct Page {
    frame: Frame,
    conversation: Conversation,
    contact: String,
    properties: Vec<(&'static str, String)>,
    excluded: String,
    zone: &'static str,
    entries: Vec<Entry>,
    episodes: Vec<EpisodeTold>,
    counted: Vec<Verdict>,
    others: Vec<Verdict>,
    unconcerned: Vec<Verdict>,
}

/// The page of a conversation.
pub(in crate::ui) async fn get_conversation(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(app, move |desk| page(desk, &id, &pairs)).await
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let (view, _) = View::parse(pairs)?;
    let then = Query {
        as_of: view.as_of,
        ..Query::default()
    };
    if let Some(job) = desk.app.prepare(&then) {
        return Err(Fault::Busy(job));
    }
    let conversation = desk.app.conversation(id)?;
    let told = desk.app.explain(id, view.as_of)?;
    let title = conversation.subject.clone();
    let title = title.unwrap_or_else(|| fill("conversation.title", &[("id", id)]));
    let (counted, others, unconcerned) = verdicts(&told, view.zone);
    let page = Page {
        frame: Frame::new(title, "conversations"),
        contact: desk.contact(conversation.contact.as_str()),
        properties: properties(desk, &conversation, view.zone),
        excluded: told
            .excluded
            .map_or_else(String::new, |reason| spoken("excluded", reason)),
        zone: view.zone.name(),
        entries: entries(desk, &conversation, view.zone),
        episodes: told
            .episodes
            .iter()
            .map(|episode| facts(desk, episode, view.zone))
            .collect(),
        counted,
        others,
        unconcerned,
        conversation,
    };
    Ok(Answer::Page(page.render()?))
}

fn properties(desk: &Desk, conversation: &Conversation, zone: Tz) -> Vec<(&'static str, String)> {
    let assigned = match &conversation.assigned_to {
        Assignee::Rep { id } => desk.rep(id.as_str()),
        Assignee::Team { id } => desk.team(id.as_str()),
        Assignee::CustomerAgent { .. } => t("who.agent").to_owned(),
        Assignee::Nobody {} => t("who.nobody").to_owned(),
    };
    let status = match conversation.resolved_at {
        Some(at) => fill(
            "conversation.resolved_at",
            &[("instant", &date::instant(at, zone))],
        ),
        None => t("conversation.is_open").to_owned(),
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
        (t("conversation.status"), status),
        (t("conversation.assigned"), assigned),
    ];
    let given = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    properties.extend(given);
    properties
}

fn facts(desk: &Desk, episode: &EpisodeAccount, zone: Tz) -> EpisodeTold {
    let facts = episode.facts.iter().map(|fact| Told {
        name: find(&format!("fact.{}", fact.name))
            .unwrap_or(fact.name)
            .to_owned(),
        value: match fact.name {
            "rep" => named(desk, &fact.value),
            _ => read_words(&fact.value, zone),
        },
        rule: read_words(&fact.rule, zone),
    });
    EpisodeTold {
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

/// A text with its instants read in the zone, and its lone words as people say them.
fn read_words(text: &str, zone: Tz) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| match Timestamp::parse(word) {
            Ok(at) => date::instant(at, zone),
            Err(_) if word.contains('_') => word.replace('_', " "),
            Err(_) => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

type Split = (Vec<Verdict>, Vec<Verdict>, Vec<Verdict>);

/// What counts, what is left out or waits, and what is no row of a report.
fn verdicts(told: &Explanation, zone: Tz) -> Split {
    let (mut counted, mut others, mut unconcerned) = Split::default();
    for account in &told.reports {
        for row in &account.rows {
            let verdict = verdict(account, row, zone);
            match row.state {
                RowState::Counted => counted.push(verdict),
                RowState::Unconcerned => unconcerned.push(verdict),
                _ => others.push(verdict),
            }
        }
    }
    (counted, others, unconcerned)
}

fn verdict(account: &Account, row: &RowItem, zone: Tz) -> Verdict {
    let (state, class) = match row.state {
        RowState::Counted => ("state.counted", "counted"),
        RowState::Pending => ("state.pending", "pending"),
        RowState::Open => ("state.open", "open"),
        RowState::Excluded => ("state.excluded", "excluded"),
        RowState::Unconcerned => ("state.unconcerned", "unconcerned"),
    };
    let value = registry::find(account.report).map(|report| worth(report, row.value));
    let view = View {
        range: around(row.at, zone, 0),
        zone,
        ..View::default()
    };
    let word = match row.state {
        RowState::Counted | RowState::Unconcerned => None,
        _ => Some(pair("state", class)),
    };
    Verdict {
        report: account.report,
        title: account.title,
        state: find(state).unwrap_or_default(),
        class,
        at: date::instant(row.at, zone),
        exact: row.at.to_string(),
        value: value.unwrap_or_default(),
        reason: match row.state {
            RowState::Excluded => spoken("excluded", row.reason),
            _ => read_words(row.reason, zone),
        },
        href: view.at_with(&format!("/reports/{}/rows", account.report), word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_inside_a_sentence_are_read_in_the_zone() {
        let zone = chrono_tz::Europe::Oslo;
        assert_eq!(
            read_words("no_answer at 2026-01-31T09:00:00Z", zone),
            "no answer at 31 Jan 2026, 10:00 CET"
        );
    }
}
