//! Bodies of events: parsed, journalled, and each line's fate reported.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::error::Error;
use crate::ingest::parse_body;
use crate::journal::{Draft, Outcome, Submission, Via};
use crate::model::event::{ActorKind, Direction};
use crate::model::{Body, Event, Timestamp};

/// What became of events that were handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct IngestCounts {
    /// How many are new and safe on disk.
    pub accepted: u64,
    /// How many were there already.
    pub duplicates: u64,
    /// Places, counted from 0, of those that differ from a stored event of the same identity.
    pub conflicts: Vec<usize>,
    /// Places of those of contacts who are erased.
    pub erased: Vec<usize>,
    /// Places of accepted events whose instant lies ahead of the clock.
    pub later: Vec<usize>,
    /// The position of the log that holds them.
    pub log_position: u64,
}

/// An event that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectedEvent {
    /// Its line, from 1; in a JSON array its place.
    pub line: u64,
    /// The field at fault; empty: the line itself.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

/// What became of a body of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventsTaken)]
pub struct EventIntake {
    /// How many are new and safe on disk.
    pub accepted: u64,
    /// How many were there already, to the letter.
    pub duplicates: u64,
    /// Those that were not taken.
    pub rejected: Vec<RejectedEvent>,
    /// How many of the accepted lie ahead of the clock; they count when it reaches them.
    pub later: usize,
    /// The position of the log that holds them; send it as `Svar-Min-Position` to read your own write.
    pub log_position: u64,
}

/// Why nothing is taken of an erased contact.
pub const ERASED: &str = "the contact is erased: nothing is taken of them any more";
/// Why nothing is taken of a blocked contact.
const BLOCKED: &str = "the contact is blocked: nothing is taken from them any more";

impl App {
    /// Journals events; returns when those that are new are safe on disk.
    pub fn take(
        &self,
        via: Via,
        actor: &str,
        events: &[Arc<Event>],
    ) -> Result<IngestCounts, Error> {
        let book = Arc::clone(&self.snapshot().installation.contacts);
        let places = events.iter().enumerate();
        let (erased, taken): (Vec<_>, Vec<_>) =
            places.partition(|(_, event)| book.is_of_erased(&event.body));
        let drafts = taken.iter().map(|(_, event)| Draft::of(Arc::clone(event)));
        let drafts = drafts.collect::<Result<Vec<_>, _>>()?;
        let now = self.clock.now();
        let receipt = self.handle.submit(Submission::new(via, actor, drafts))?;
        let mut counts = IngestCounts {
            log_position: receipt.log_position,
            erased: erased.into_iter().map(|(place, _)| place).collect(),
            ..IngestCounts::default()
        };
        for ((place, event), outcome) in taken.into_iter().zip(&receipt.outcomes) {
            match outcome {
                Outcome::Accepted(_) => {
                    counts.accepted += 1;
                    if event.at > now {
                        counts.later.push(place);
                    }
                }
                Outcome::Duplicate => counts.duplicates += 1,
                Outcome::Conflict => counts.conflicts.push(place),
            }
        }
        let redacted = redacted(events);
        let conflicts = counts.conflicts.len();
        counts.conflicts.retain(|place| {
            let event = events.get(*place);
            !event.is_some_and(|event| is_of(&event.body, &redacted))
        });
        counts.duplicates += (conflicts - counts.conflicts.len()) as u64;
        Ok(counts)
    }

    /// Journals the events of a posted body, NDJSON or a JSON array.
    ///
    /// Lines that cannot be used are reported and the others taken; only a body that cannot
    /// be read at all is an error.
    pub fn take_body(
        &self,
        actor: &str,
        body: &[u8],
        media: Option<&str>,
    ) -> Result<EventIntake, Error> {
        self.take_body_by(Via::Api, actor, body, media)
    }

    /// As [`Self::take_body`], of events that came by another way.
    pub fn take_body_by(
        &self,
        via: Via,
        actor: &str,
        body: &[u8],
        media: Option<&str>,
    ) -> Result<EventIntake, Error> {
        let (mut lines, mut events, mut rejected) =
            (Vec::new(), Vec::<Arc<Event>>::new(), Vec::new());
        for item in parse_body(body, media)? {
            match item {
                Ok((line, event)) => {
                    lines.push(line);
                    events.push(Arc::new(event));
                }
                Err(fault) => rejected.push(RejectedEvent {
                    line: fault.line,
                    field: fault.field,
                    reason: fault.reason,
                }),
            }
        }
        if via == Via::Api {
            let refused = self.of_blocked(&events);
            let kept = |place: usize| !refused.contains(&place);
            rejected.extend(refused.iter().filter_map(|place| {
                Some(RejectedEvent {
                    line: *lines.get(*place)?,
                    field: "contact".to_owned(),
                    reason: BLOCKED.to_owned(),
                })
            }));
            lines = keep(lines, kept);
            events = keep(events, kept);
        }
        let taken = self.take(via, actor, &events)?;
        let line_of = |place: &usize| lines.get(*place).copied().unwrap_or_default();
        rejected.extend(taken.conflicts.iter().map(|place| RejectedEvent {
            line: line_of(place),
            field: "id".to_owned(),
            reason: "conflict: the stored event of this source and id differs; it stays".to_owned(),
        }));
        rejected.extend(taken.erased.iter().map(|place| RejectedEvent {
            line: line_of(place),
            field: "contact".to_owned(),
            reason: ERASED.to_owned(),
        }));
        rejected.sort_by_key(|fault| fault.line);
        Ok(EventIntake {
            accepted: taken.accepted,
            duplicates: taken.duplicates,
            rejected,
            later: taken.later.len(),
            log_position: taken.log_position,
        })
    }
}

impl App {
    /// The places of what blocked contacts write after the block. What is imported is kept, and
    /// excluded from numbers.
    fn of_blocked(&self, events: &[Arc<Event>]) -> BTreeSet<usize> {
        let snapshot = self.snapshot();
        if snapshot.blocked.is_empty() {
            return BTreeSet::new();
        }
        let codes = &snapshot.facts.dictionaries;
        let contacts = &snapshot.facts.contacts;
        let since_of = |contact: &str| {
            let own = snapshot.blocked.get(contact).copied();
            own.or_else(|| {
                let root = contacts.get(codes.contact.code(contact)?).root;
                snapshot.blocked.get(&*codes.contact.text(root)?).copied()
            })
        };
        let since_in = |conversation: &str| {
            let thread = codes.conversation.code(conversation)?;
            let thread = snapshot.facts.threads.get(thread);
            since_of(&codes.contact.text(thread.contact)?)
        };
        let mut begun_since: BTreeMap<&str, Timestamp> = BTreeMap::new();
        let mut refused = BTreeSet::new();
        for (place, event) in events.iter().enumerate() {
            let since = match &event.body {
                Body::ConversationStarted(started)
                    if started.direction != Some(Direction::Outbound) =>
                {
                    let since = since_of(started.contact.as_str());
                    begun_since.extend(since.map(|at| (started.conversation.as_str(), at)));
                    since
                }
                Body::MessageAdded(message) if message.author.kind == ActorKind::Contact => {
                    let conversation = message.conversation.as_str();
                    let author = message.author.id.as_deref();
                    let begun = begun_since.get(conversation).copied();
                    begun
                        .or_else(|| since_in(conversation))
                        .or_else(|| author.and_then(since_of))
                }
                _ => None,
            };
            if since.is_some_and(|since| since < event.at) {
                refused.insert(place);
            }
        }
        refused
    }
}

/// The messages that events take the words of away.
fn redacted(events: &[Arc<Event>]) -> BTreeSet<&str> {
    let redacted = events.iter().filter_map(|event| match &event.body {
        Body::MessageRedacted(redacted) => Some(redacted.message.as_str()),
        _ => None,
    });
    redacted.collect()
}

/// Whether an event is a message that is redacted likewise: that it comes without the words that it
/// is stored with is what is said of it, and no contradiction.
fn is_of(body: &Body, redacted: &BTreeSet<&str>) -> bool {
    matches!(body, Body::MessageAdded(added) if redacted.contains(added.message.as_str()))
}

/// Those whose place is wanted.
fn keep<T>(all: Vec<T>, wanted: impl Fn(usize) -> bool) -> Vec<T> {
    let all = all.into_iter().enumerate();
    all.filter(|(place, _)| wanted(*place))
        .map(|(_, one)| one)
        .collect()
}
