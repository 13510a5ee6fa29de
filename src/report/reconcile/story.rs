//! What happened to one conversation or ticket, by the instant: what a source's figure may have
//! counted that Svar does not.
//!
//! Made of the events of the thing and of all that is joined to it.

use crate::model::event::{ActorKind, Mark, Visibility};
use crate::model::{Body, Event, Timestamp};

/// Something that may stop, or start, a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A contact's public message.
    Contact,
    /// A rep's public message.
    Reply,
    /// A rep's public message in another conversation that went into this one.
    MergedReply,
    /// A message of the customer agent.
    Answer,
    /// A message of another machine.
    Automation,
    /// A note.
    Note,
    /// A human became responsible.
    Handoff,
    /// It was brought to its end, or the ticket moved.
    Close,
}

/// The story of a conversation or ticket.
#[derive(Clone, Debug, Default)]
pub struct Story {
    started_at: Option<Timestamp>,
    moments: Vec<(Timestamp, Moment)>,
    /// Scores that were given.
    pub(super) scores: Vec<u32>,
    pub(super) is_truncated: bool,
    pub(super) is_merged: bool,
}

impl Story {
    /// The story of the thing called `id`, out of its events and those of what is joined to it.
    pub fn new<'a>(id: &str, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut story = Self::default();
        for event in events {
            story.take(id, event);
        }
        story
    }

    fn take(&mut self, id: &str, event: &Event) {
        let at = event.at;
        match &event.body {
            Body::ConversationStarted(started) if started.conversation.as_str() == id => {
                self.starts(at);
            }
            Body::TicketOpened(opened) if opened.ticket.as_str() == id => self.starts(at),
            Body::MessageAdded(message) => {
                let is_own = message.conversation.as_str() == id;
                let is_note = message.visibility == Some(Visibility::Note);
                let moment = match (message.author.kind, is_note) {
                    (_, true) => Moment::Note,
                    (ActorKind::Contact, _) => Moment::Contact,
                    (ActorKind::Rep, _) if is_own || self.started_at.is_none() => Moment::Reply,
                    (ActorKind::Rep, _) => Moment::MergedReply,
                    (ActorKind::CustomerAgent, _) => Moment::Answer,
                    _ => Moment::Automation,
                };
                self.moments.push((at, moment));
            }
            Body::ConversationHandedOff(_) => self.moments.push((at, Moment::Handoff)),
            Body::ConversationResolved(_) | Body::TicketStaged(_) => {
                self.moments.push((at, Moment::Close));
            }
            Body::CsatRated(rated) => self.scores.push(u32::from(rated.score)),
            Body::ConversationMerged(merged) => {
                self.is_merged |= merged.conversation.as_str() == id || merged.into.as_str() == id;
            }
            Body::TicketMerged(merged) => {
                self.is_merged |= merged.ticket.as_str() == id || merged.into.as_str() == id;
            }
            Body::ConversationMarked(marked) => {
                self.is_truncated |= marked.mark == Mark::Truncated && marked.on;
            }
            _ => {}
        }
    }

    fn starts(&mut self, at: Timestamp) {
        self.started_at = Some(self.started_at.map_or(at, |first| first.min(at)));
    }

    /// What happened `secs` after the beginning, as exactly as `step` seconds.
    pub(super) fn after(&self, secs: f64, step: f64) -> impl Iterator<Item = Moment> {
        let since = move |at: Timestamp, start: Timestamp| {
            (at.millis() - start.millis()) as f64 / 1_000.0 - secs
        };
        let start = self.started_at;
        let near = self.moments.iter().filter(move |(at, _)| {
            start.is_some_and(|start| since(*at, start).abs() < step.max(1.5))
        });
        near.map(|(_, moment)| *moment)
    }

    /// How long after the beginning the first of such moments was, in seconds.
    pub(super) fn first(&self, wanted: Moment) -> Option<f64> {
        let start = self.started_at?;
        let of = self.moments.iter().filter(|(_, moment)| *moment == wanted);
        let first = of.map(|(at, _)| at.millis()).min()?;
        Some((first - start.millis()) as f64 / 1_000.0)
    }
}
