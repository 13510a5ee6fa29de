//! What changed lately, for whoever looks on live: fed on the committing thread as events are
//! journalled, read up to the snapshot, so that what is told can be seen.
//!
//! Only so much is at hand. Who was away for longer is told to look anew.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::ears::{Ear, Ears};
use super::overlay::Overlay;
use super::webhooks::Tail;
use super::{App, Present, Visitor};
use crate::journal::Witness;
use crate::lock::Lock;
use crate::model::event::Subject;
use crate::model::{Body, ConversationId, Event, Timestamp, Via};
use crate::projection::Published;

/// How many changes are at hand.
const KEPT: usize = 10_000;

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A conversation.
    Conversation,
    /// A ticket.
    Ticket,
    /// A contact.
    Contact,
    /// Who looks at a conversation, which is in no journal.
    Attendees,
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Change {
    /// What it is.
    pub kind: ChangeKind,
    /// Which.
    pub id: String,
}

/// What changed, in the order of the journal. Clones share it.
#[derive(Clone)]
pub(super) struct Feed(Arc<Shared>);

struct Shared {
    ring: Lock<Ring>,
    ears: Ears,
}

struct Ring {
    changes: VecDeque<(u64, Change)>,
    /// Up to here nothing is at hand.
    lost: u64,
    /// Up to here those who wait for a few things were woken.
    told: u64,
}

impl Ring {
    fn push(&mut self, seq: u64, kind: ChangeKind, id: &str) {
        if self.changes.len() >= KEPT
            && let Some((first, _)) = self.changes.pop_front()
        {
            self.lost = first;
        }
        let id = id.to_owned();
        self.changes.push_back((seq, Change { kind, id }));
    }
}

impl Feed {
    /// With nothing at hand of what is journalled already.
    pub(super) fn new(position: u64) -> Self {
        Self(Arc::new(Shared {
            ring: Lock::new(Ring {
                changes: VecDeque::new(),
                lost: position,
                told: position,
            }),
            ears: Ears::default(),
        }))
    }

    fn see(&self, seq: u64, event: &Event) {
        let (kind, id) = match event.body.subject() {
            Subject::Conversation(id) => (ChangeKind::Conversation, id),
            Subject::Ticket(id) => (ChangeKind::Ticket, id),
            Subject::Contact(id) => (ChangeKind::Contact, id),
            Subject::Installation => match mailed(&event.body) {
                Some(id) => (ChangeKind::Conversation, id),
                None => return,
            },
        };
        let mut ring = self.0.ring.lock();
        ring.push(seq, kind, id);
        // Whoever looks at the contact sees one conversation more.
        if let Body::ConversationStarted(started) = &event.body {
            ring.push(seq, ChangeKind::Contact, started.contact.as_str());
        }
    }

    fn forget(&self, seq: u64) {
        let mut ring = self.0.ring.lock();
        while ring.changes.pop_back_if(|(held, _)| *held >= seq).is_some() {}
    }

    /// What hears of each snapshot.
    pub(super) fn publishing(&self) -> Published {
        let feed = self.clone();
        Arc::new(move |position| feed.published(position))
    }

    /// Wakes those who wait for what changed up to a position, which can be seen by now.
    pub(super) fn published(&self, until: u64) {
        let mut ring = self.0.ring.lock();
        let after = std::mem::replace(&mut ring.told, until);
        if after < ring.lost {
            drop(ring);
            return self.0.ears.wake_all();
        }
        let first = ring.changes.partition_point(|(seq, _)| *seq <= after);
        let changes = ring.changes.iter().skip(first);
        for (_, change) in changes.take_while(|(seq, _)| *seq <= until) {
            if change.kind != ChangeKind::Contact {
                self.0.ears.wake(&change.id);
            }
        }
    }

    /// What changed after one position and up to another, each thing once; none where that is
    /// not at hand any more.
    fn between(&self, after: u64, until: u64) -> Option<BTreeSet<Change>> {
        let ring = self.0.ring.lock();
        if after < ring.lost {
            return None;
        }
        let first = ring.changes.partition_point(|(seq, _)| *seq <= after);
        let changes = ring.changes.iter().skip(first);
        let changes = changes.take_while(|(seq, _)| *seq <= until);
        Some(changes.map(|(_, change)| change.clone()).collect())
    }
}

/// The conversation of which a message went out by mail, or did not.
fn mailed(body: &Body) -> Option<&str> {
    let conversation = match body {
        Body::MailQueued(queued) => queued.about.of_message(),
        Body::MailSent(sent) => sent.conversation.as_ref(),
        Body::MailDropped(dropped) => dropped.conversation.as_ref(),
        Body::MailBounced(bounced) => Some(&bounced.conversation),
        _ => None,
    };
    conversation.map(ConversationId::as_str)
}

/// Looks on for the overlay, for the feed and for webhooks.
pub(super) struct Onlooker {
    pub(super) overlay: Overlay,
    pub(super) feed: Feed,
    pub(super) tail: Tail,
}

impl Witness for Onlooker {
    fn see(&mut self, seq: u64, via: Via, actor: &str, event: &Arc<Event>) {
        self.overlay.see(seq, via, actor, event);
        self.feed.see(seq, event);
        self.tail.see(seq, via, event);
    }

    fn forget(&mut self, seq: u64) {
        self.overlay.forget(seq);
        self.feed.forget(seq);
        self.tail.forget(seq);
    }

    fn next_at(&mut self, now: Timestamp) -> Timestamp {
        self.overlay.next_at(now)
    }
}

/// What somebody who looks on is told next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// These changed; all of it up to the position can be seen.
    Changes {
        /// Up to where.
        position: u64,
        /// Each thing once.
        changes: BTreeSet<Change>,
    },
    /// More changed than is at hand: look at everything anew.
    Reset {
        /// Up to where that is.
        position: u64,
    },
    /// Nothing changed for as long as was waited.
    Quiet,
    /// Nothing more will come.
    Over,
}

impl App {
    /// Waits until something changes after a position, at most so long.
    pub async fn news(&self, after: u64, patience: Duration) -> News {
        let ears = &self.feed.0.ears;
        let Some(waiter) = self.waiter().filter(|_| !ears.is_over()) else {
            return News::Over;
        };
        let has_moved = tokio::select! {
            moved = waiter.reached(after.saturating_add(1), patience) => moved,
            () = ears.over() => return News::Over,
        };
        if !has_moved {
            return News::Quiet;
        }
        let position = self.snapshot().log_position;
        match self.feed.between(after, position) {
            Some(changes) => News::Changes { position, changes },
            None => News::Reset { position },
        }
    }

    /// Something to hear by of what a visitor began in the widget.
    pub fn ear_of(&self, visitor: &Visitor) -> Ear {
        Ear::new(&self.feed.0.ears, visitor.families())
    }

    /// Ends what looks on live, because the server stops.
    pub fn end_news(&self) {
        self.feed.0.ears.end();
    }

    /// Whether whoever asks sees what changed.
    pub fn sees_change(&self, present: &Present, change: &Change) -> bool {
        match change.kind {
            _ if present.is_whole() => true,
            ChangeKind::Conversation | ChangeKind::Attendees => {
                present.sees_conversation(&change.id)
            }
            ChangeKind::Contact => present.sees_contact(&change.id),
            ChangeKind::Ticket => self.ticket_at(present, &change.id).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(feed: &Feed, seq: u64, conversation: &str) {
        let event = format!(
            r#"{{"type":"conversation.assigned","at":"2026-01-01T00:00:00Z","source":"t","id":"{seq}","conversation":"{conversation}","to":{{"kind":"nobody"}}}}"#
        );
        feed.see(seq, &Event::parse(&event).unwrap());
    }

    fn told(feed: &Feed, after: u64, until: u64) -> Option<Vec<String>> {
        let changes = feed.between(after, until)?;
        Some(changes.into_iter().map(|change| change.id).collect())
    }

    #[test]
    fn each_thing_that_changed_since_is_told_once() {
        let feed = Feed::new(4);
        for (seq, id) in [(5, "b"), (6, "a"), (7, "b"), (9, "c")] {
            wrote(&feed, seq, id);
        }
        let ids = |ids: &[&str]| Some(ids.iter().map(ToString::to_string).collect());
        assert_eq!(told(&feed, 4, 8), ids(&["a", "b"]));
        assert_eq!(told(&feed, 5, 6), ids(&["a"]));
        assert_eq!(told(&feed, 7, 8), ids(&[]));
        assert_eq!(told(&feed, 3, 9), None, "what was before is not at hand");
        feed.forget(7);
        assert_eq!(told(&feed, 6, 9), ids(&[]));
    }

    #[test]
    fn no_more_is_kept_than_is_at_hand() {
        let feed = Feed::new(0);
        let all = KEPT as u64 + 10;
        for seq in 1..=all {
            wrote(&feed, seq, "a");
        }
        assert_eq!(told(&feed, 9, all), None);
        assert!(told(&feed, 10, all).is_some());
    }
}
