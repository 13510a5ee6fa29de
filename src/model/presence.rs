//! Whether reps take work now: the last word of each, a fold of `rep.status_changed`.
//!
//! Reports count what was so when (`timetable`); this is what it is now. Of several words the
//! latest by its instant holds, whatever order they came in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::event::RepStatus;
use super::{Body, Event, Provenance, RepId, Timestamp};

/// Whether a rep takes work.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepPresence {
    /// Whether.
    pub status: RepStatus,
    /// The rep's own word for it.
    pub detail: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Whether Svar said so, because nothing was heard of them.
    pub is_automatic: bool,
}

/// What each rep said last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence(BTreeMap<RepId, RepPresence>);

impl Presence {
    /// What a rep said last, if they ever did.
    pub fn of(&self, rep: &RepId) -> Option<&RepPresence> {
        self.0.get(rep)
    }

    /// Every rep who ever said something.
    pub fn iter(&self) -> impl Iterator<Item = (&RepId, &RepPresence)> {
        self.0.iter()
    }

    /// Whether an event changes it.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::RepStatusChanged(_))
    }

    /// Takes an event in; of two the later by its instant holds.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let Body::RepStatusChanged(changed) = &event.body else {
            return;
        };
        let is_older = self
            .of(&changed.rep)
            .is_some_and(|one| one.since > event.at);
        if !is_older {
            let presence = RepPresence {
                status: changed.status,
                detail: changed.detail.clone(),
                since: event.at,
                is_automatic: from.actor == "system",
            };
            self.0.insert(changed.rep.clone(), presence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_word_holds_in_whatever_order_they_come() {
        let told = |at: &str, status: &str| {
            let event = format!(
                r#"{{"type":"rep.status_changed","at":"2026-01-01T{at}:00Z","rep":"a","status":"{status}"}}"#
            );
            Event::parse(&event).unwrap()
        };
        let mut presence = Presence::default();
        for (seq, event) in [
            (1, told("10:00", "available")),
            (2, told("12:00", "offline")),
            (3, told("11:00", "away")),
        ] {
            presence.apply(Provenance { seq, actor: "api" }, &event);
        }
        let rep = RepId::parse("a").unwrap();
        let last = presence.of(&rep).unwrap();
        assert_eq!(
            (last.status, last.is_automatic),
            (RepStatus::Offline, false)
        );
    }
}
