//! The messages whose words were taken away last: a fold, so that their files go, too.
//!
//! Worked off by `work`, and anew after each start: what is gone already is passed over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Body, ConversationId, Event, MessageId, Provenance};

/// How many are remembered: as many as may come before they are worked off.
const KEPT: usize = 1_000;

/// A message whose words were taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedactedMessage {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
}

/// Those that were redacted last, by the record that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redactions(BTreeMap<u64, RedactedMessage>);

impl Redactions {
    /// Those of a later record than that, with its record.
    pub fn after(&self, record: u64) -> impl Iterator<Item = (u64, &RedactedMessage)> {
        let later = record.saturating_add(1)..;
        self.0.range(later).map(|(record, one)| (*record, one))
    }

    /// Whether an event changes the fold.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::MessageRedacted(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        if let Body::MessageRedacted(redacted) = &event.body {
            let one = RedactedMessage {
                conversation: redacted.conversation.clone(),
                message: redacted.message.clone(),
            };
            self.0.insert(from.seq, one);
            if self.0.len() > KEPT {
                self.0.pop_first();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_are_remembered_and_the_first_forgotten() {
        let mut redactions = Redactions::default();
        for seq in 1..=KEPT as u64 + 2 {
            let event = format!(
                r#"{{"type":"message.redacted","at":"2026-10-01T09:00:00Z","source":"t","id":"{seq}","conversation":"c","message":"m{seq}"}}"#
            );
            let event = Event::parse(&event).unwrap();
            assert!(Redactions::concerns(&event.body));
            redactions.apply(Provenance { seq, actor: "api" }, &event);
        }
        let of = |record: u64| redactions.after(record).next().map(|(seq, _)| seq);
        assert_eq!((of(0), of(500)), (Some(3), Some(501)));
        assert_eq!(of(KEPT as u64 + 2), None);
    }
}
