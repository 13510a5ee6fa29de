//! Why each number counts a conversation, or does not.

use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;

use super::error::Error;
use super::sight::seen_events;
use crate::metrics::Seen;
use crate::model::ConversationId;
use crate::model::Timestamp;
use crate::model::episode::{Context, Episode, Outcome, Thread, fold};
use crate::model::event::Event;
use crate::model::knowledge::DecisionRecord;
use crate::model::routing::RuleRun;
use crate::projection::Snapshot;
use crate::report::{Account, Query, QueryContext, account};
use crate::store::{Store, ThingKind};

/// A fact of an episode, with the rule that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The rule in words.
    pub rule: String,
}

/// An episode, fact by fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EpisodeAccount {
    /// Its place in the conversation, from 1.
    pub episode: u32,
    /// Its facts.
    pub facts: Vec<Fact>,
}

/// An event that the facts come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// When.
    pub at: Timestamp,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it comes from.
    pub source: String,
    /// Which.
    pub id: String,
}

/// What every report makes of a conversation or a ticket.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Which conversation; of a ticket, the one that it was opened from.
    #[serialize_always]
    pub conversation: Option<String>,
    /// Which ticket.
    pub ticket: Option<String>,
    /// Why it counts nowhere; null when it counts.
    #[serialize_always]
    pub excluded: Option<&'static str>,
    /// Up to which instant events exist.
    pub as_of: Timestamp,
    /// The position of the log that it was counted at.
    pub log_position: u64,
    /// Its episodes.
    pub episodes: Vec<EpisodeAccount>,
    /// What each report makes of its rows.
    pub reports: Vec<Account>,
    /// What the customer agent decided on its messages, with the scores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionRecord>,
    /// What routing rules did to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleRun>,
    /// The events that it all comes from, in order: its own and those of what is joined to it.
    pub events: Vec<Cause>,
}

/// What an explanation is made from, and as of when.
pub(super) struct Ground<'a> {
    pub(super) store: &'a Store,
    pub(super) snapshot: &'a Snapshot,
    /// What whoever asks sees; `None`: everything.
    pub(super) seen: Option<&'a Arc<Seen>>,
    pub(super) as_of: Timestamp,
}

impl Ground<'_> {
    /// The query that rows are judged by.
    fn query(&self) -> Query {
        Query {
            seen: self.seen.cloned(),
            ..Query::default()
        }
    }

    /// The events that there are by then, as far as they are of what is seen.
    fn causes(&self, events: &[Event]) -> Vec<Cause> {
        let seen = match self.seen {
            Some(seen) => seen_events(self.snapshot, seen, events),
            None => events.iter().collect(),
        };
        let there = seen.into_iter().filter(|event| event.at <= self.as_of);
        let causes = there.map(|event| Cause {
            at: event.at,
            kind: event.body.kind(),
            source: event.source.clone(),
            id: event.id.clone(),
        });
        causes.collect()
    }
}

/// Whether `id` is a ticket and no conversation.
pub(super) fn is_ticket(store: &Store, id: &str) -> Result<bool, Error> {
    Ok(store.thing(ThingKind::Conversation, id)?.is_none()
        && store.thing(ThingKind::Ticket, id)?.is_some())
}

/// What the customer agent decided in a conversation up to `as_of`.
fn decisions(snapshot: &Snapshot, conversation: &str, as_of: Timestamp) -> Vec<DecisionRecord> {
    let id = ConversationId::parse(conversation).ok();
    let all = id.and_then(|id| snapshot.installation.knowledge.decisions.get(&id));
    let decisions = all.into_iter().flat_map(|all| all.iter());
    decisions
        .filter(|decided| decided.at <= as_of)
        .map(|decided| (**decided).clone())
        .collect()
}

/// What routing rules did to a conversation up to `as_of`.
fn runs(snapshot: &Snapshot, conversation: &str, as_of: Timestamp) -> Vec<RuleRun> {
    let Ok(id) = ConversationId::parse(conversation) else {
        return Vec::new();
    };
    let runs = snapshot.installation.routing.runs(&id).iter();
    runs.filter(|run| run.at <= as_of).cloned().collect()
}

/// Explains a conversation.
pub(super) fn explain(told: &Ground<'_>, conversation: &str) -> Result<Explanation, Error> {
    let Ground {
        store,
        snapshot,
        as_of,
        ..
    } = *told;
    let unknown = || Error::unknown("conversation", conversation);
    let thing = store
        .thing(ThingKind::Conversation, conversation)?
        .ok_or_else(unknown)?;
    let unit = store.unit_of(thing)?;
    let all = store.events_of(&unit)?;
    let events: Vec<&Event> = all.iter().filter(|event| event.at <= as_of).collect();
    let context = Context {
        directory: &snapshot.directory,
        profile: &snapshot.profile,
        blocked: &snapshot.blocked,
    };
    let facts = fold(&context, &events);
    let thread = facts
        .threads
        .iter()
        .find(|thread| thread.conversation == conversation);
    let thread = thread.ok_or_else(unknown)?;
    let ground = QueryContext {
        facts: &snapshot.facts,
        profile: &snapshot.profile,
        as_of,
        log_position: snapshot.log_position,
    };
    let mut reports = account(unit.id, &told.query(), ground)?;
    for account in &mut reports {
        account.rows.retain(|row| {
            row.conversation
                .as_deref()
                .is_none_or(|other| other == conversation)
        });
    }
    let excluded = thread.excluded.as_str();
    Ok(Explanation {
        conversation: Some(conversation.to_owned()),
        ticket: None,
        decisions: decisions(snapshot, conversation, as_of),
        rules: runs(snapshot, conversation, as_of),
        events: told.causes(&all),
        excluded: (!excluded.is_empty()).then_some(excluded),
        as_of,
        log_position: snapshot.log_position,
        episodes: thread
            .episodes
            .iter()
            .map(|episode| account_of(thread, episode, as_of))
            .collect(),
        reports,
    })
}

/// Explains a ticket.
pub(super) fn explain_ticket(told: &Ground<'_>, id: &str) -> Result<Explanation, Error> {
    let Ground {
        store,
        snapshot,
        as_of,
        ..
    } = *told;
    let unknown = || Error::unknown("ticket", id);
    let thing = store.thing(ThingKind::Ticket, id)?.ok_or_else(unknown)?;
    let unit = store.unit_of(thing)?;
    let all = store.events_of(&unit)?;
    let events: Vec<&Event> = all.iter().filter(|event| event.at <= as_of).collect();
    let context = Context {
        directory: &snapshot.directory,
        profile: &snapshot.profile,
        blocked: &snapshot.blocked,
    };
    let facts = fold(&context, &events);
    let ticket = facts.tickets.iter().find(|ticket| ticket.id == id);
    let ticket = ticket.ok_or_else(unknown)?;
    let ground = QueryContext {
        facts: &snapshot.facts,
        profile: &snapshot.profile,
        as_of,
        log_position: snapshot.log_position,
    };
    let mut reports = account(unit.id, &told.query(), ground)?;
    for account in &mut reports {
        account.rows.retain(|row| row.ticket.as_deref() == Some(id));
    }
    reports.retain(|account| !account.rows.is_empty());
    let excluded = ticket.excluded.as_str();
    Ok(Explanation {
        conversation: ticket.conversation.map(str::to_owned),
        ticket: Some(id.to_owned()),
        excluded: (!excluded.is_empty()).then_some(excluded),
        as_of,
        log_position: snapshot.log_position,
        episodes: Vec::new(),
        reports,
        decisions: Vec::new(),
        rules: Vec::new(),
        events: told.causes(&all),
    })
}

fn account_of(thread: &Thread<'_>, episode: &Episode<'_>, as_of: Timestamp) -> EpisodeAccount {
    let ended = episode.ended_at.filter(|ended| *ended <= as_of);
    let mut facts = vec![
        fact("started_at", episode.started_at, start_rule(episode)),
        end_fact(episode, ended),
        fact("handled", yes(episode.handled), handled_rule(episode)),
    ];
    facts.extend(outcome_facts(episode, ended.is_some()));
    if let Some(from) = episode.first_response.from {
        let until = episode.first_response.until;
        let until = until.map_or_else(|| "nobody yet".to_owned(), |at| at.to_string());
        let rule = "human: from the clock's start to a rep's first message";
        facts.push(fact("first_response", format!("{from} to {until}"), rule));
    }
    if let Some(rep) = episode.rep {
        let team = episode
            .team
            .map_or_else(String::new, |team| format!(", team {team}"));
        let rule = "author of the last public rep message, else the rep assigned at the end";
        facts.push(fact("rep", format!("{rep}{team}"), rule));
    }
    let counts = format!(
        "{} in, {} out, {} answers",
        episode.messages_in, episode.messages_out, episode.answers
    );
    let rule = format!("public messages on {}", thread.channel);
    facts.push(fact("messages", counts, rule));
    EpisodeAccount {
        episode: episode.ordinal,
        facts,
    }
}

fn fact(name: &'static str, value: impl std::fmt::Display, rule: impl Into<String>) -> Fact {
    Fact {
        name,
        value: value.to_string(),
        rule: rule.into(),
    }
}

fn end_fact(episode: &Episode<'_>, ended: Option<Timestamp>) -> Fact {
    match (ended, episode.ended_at) {
        (Some(at), _) => fact("ended_at", at, episode.end_rule.rule()),
        (None, Some(at)) => fact(
            "ended_at",
            "not yet",
            format!("the quiet window runs until {at}"),
        ),
        (None, None) => fact("ended_at", "not yet", "no rule has ended it"),
    }
}

fn outcome_facts(episode: &Episode<'_>, ended: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    let outcome = match episode.outcome {
        Outcome::Resolved | Outcome::Abandoned if !ended => Outcome::Pending,
        outcome => outcome,
    };
    if episode.handled {
        facts.push(fact(
            "outcome",
            outcome.as_str(),
            outcome_rule(episode, outcome),
        ));
    }
    if let Some(handoff) = episode.handoff {
        let rule = if handoff.by_event {
            "a handoff event"
        } else {
            "a rep's public message took over"
        };
        let value = format!("{} at {}", handoff.reason.as_str(), handoff.at);
        facts.push(fact("handoff", value, rule));
    }
    if let Some(at) = episode.resolved_at.filter(|_| ended) {
        let rule = match (episode.outcome, episode.confirmed) {
            (Outcome::Resolved, false) => "assumed: the last answer",
            _ => "the resolve event or the confirming feedback",
        };
        facts.push(fact("resolved_at", at, rule));
    }
    facts
}

fn yes(answer: bool) -> String {
    if answer { "yes" } else { "no" }.to_owned()
}

fn start_rule(episode: &Episode<'_>) -> String {
    let rule = match (episode.outbound, episode.ordinal) {
        (true, _) => "our opening message: outbound",
        (false, 1) => "the contact's first public message",
        (false, _) => "the contact's first message after the episode before had ended",
    };
    rule.to_owned()
}

fn handled_rule(episode: &Episode<'_>) -> String {
    let rule = if !episode.handled {
        "the customer agent neither replied nor recorded a question it could not answer, nor handed off for a reason that counts"
    } else if episode.answers > 0 {
        "the customer agent answered"
    } else {
        "the customer agent asked back, recorded a question it could not answer, or handed off"
    };
    rule.to_owned()
}

fn outcome_rule(episode: &Episode<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::HandedOff => "a human became responsible".to_owned(),
        Outcome::Resolved if episode.confirmed => "confirmed by the contact".to_owned(),
        Outcome::Resolved => "assumed: the last word was an answer".to_owned(),
        Outcome::Abandoned if episode.revoked => {
            episode.next_started_at.map_or_else(String::new, |at| {
                format!("the resolution was taken back by a new episode at {at}")
            })
        }
        Outcome::Abandoned if episode.feedback == Some(false) => {
            "negative feedback was left standing".to_owned()
        }
        Outcome::Abandoned => "it ended without an answer that stood".to_owned(),
        Outcome::Pending | Outcome::Unhandled => "it has not ended".to_owned(),
    }
}
