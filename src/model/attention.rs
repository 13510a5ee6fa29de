//! What reps have looked at, and what is put off: a fold of Svar's own events.
//!
//! A conversation that is put off comes back by the clock or by the contact's word; both are
//! compared when a list is asked for, so nothing has to happen for it. What nobody has touched
//! for ninety days is forgotten, so that the fold does not grow with the desk's history. Decided
//! over by `command`, read with the lines of the desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Shards;
use super::{Body, ConversationId, DAY_MS, Event, Timestamp};

/// What nobody has touched for so long is forgotten.
const FORGOTTEN_MS: i64 = 90 * DAY_MS;
/// With fewer than this nothing is forgotten.
const FEW: usize = 4_096;

/// What reps have looked at, and what is put off.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attention {
    conversations: Shards<ConversationId, Attended>,
    /// How many there may be before those that are forgotten are taken out.
    most: usize,
}

/// A conversation that somebody looked at or put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attended {
    readers: BTreeMap<String, Look>,
    /// That it was put off, if it was; whether that holds is another question.
    pub(super) snooze: Option<Snooze>,
    touched_at: Timestamp,
}

impl Attended {
    /// Whether the contact wrote something that a reader has not seen; `attended`: nothing where
    /// nobody has looked.
    pub(super) fn is_new_to(
        attended: Option<&Self>,
        reader: &str,
        contact_at: Option<Timestamp>,
    ) -> bool {
        match attended.and_then(|attended| attended.readers.get(reader)) {
            Some(Look::Unseen) => true,
            Some(Look::Until(until)) => contact_at.is_some_and(|at| at > *until),
            None => contact_at.is_some(),
        }
    }
}

/// How a reader last left a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// They have seen what was written until then.
    Until(Timestamp),
    /// They want it to be as if they had not looked.
    Unseen,
}

/// That a conversation is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// Since when.
    pub at: Timestamp,
    /// Until when at the latest; none: until the contact writes.
    pub until: Option<Timestamp>,
}

impl Snooze {
    /// Whether it holds at `now`, where the contact wrote last at `contact_at`.
    pub fn holds(&self, contact_at: Option<Timestamp>, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until) && contact_at.is_none_or(|at| at <= self.at)
    }
}

impl Attention {
    /// What reps did about a conversation, if anything.
    pub(super) fn of(&self, conversation: &str) -> Option<&Attended> {
        self.conversations.get(conversation)
    }

    /// The same of the one with this hash; its id is asked for only if there may be anything.
    pub(super) fn of_hashed<'a>(&self, hash: u64, id: impl Fn() -> &'a str) -> Option<&Attended> {
        let conversations = &self.conversations;
        conversations.get_by_hash(hash, |key| key.as_str() == id())
    }

    /// How a reader last left a conversation, if they looked.
    pub fn look(&self, conversation: &ConversationId, reader: &str) -> Option<Look> {
        let attended = self.conversations.get(conversation)?;
        attended.readers.get(reader).copied()
    }

    /// Whether the contact wrote something that a reader has not seen.
    pub fn is_new_to(
        &self,
        reader: &str,
        conversation: &ConversationId,
        contact_at: Option<Timestamp>,
    ) -> bool {
        Attended::is_new_to(self.of(conversation.as_str()), reader, contact_at)
    }

    /// That a conversation was put off, if it was; whether that holds is another question.
    pub fn snooze(&self, conversation: &ConversationId) -> Option<Snooze> {
        self.conversations.get(conversation)?.snooze
    }

    /// Whether an event changes the fold.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::ConversationSeen(_)
                | Body::ConversationUnseen(_)
                | Body::ConversationSnoozed(_)
                | Body::ConversationWoken(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.body {
            Body::ConversationSeen(seen) => {
                let look = Look::Until(seen.until);
                let readers = &mut self.touch(&seen.conversation, at).readers;
                readers.insert(seen.reader.clone(), look);
            }
            Body::ConversationUnseen(unseen) => {
                let readers = &mut self.touch(&unseen.conversation, at).readers;
                readers.insert(unseen.reader.clone(), Look::Unseen);
            }
            Body::ConversationSnoozed(snoozed) => {
                let until = snoozed.until;
                self.touch(&snoozed.conversation, at).snooze = Some(Snooze { at, until });
            }
            Body::ConversationWoken(woken) => self.touch(&woken.conversation, at).snooze = None,
            _ => {}
        }
        if self.conversations.len() > self.most.max(FEW) {
            self.forget(at);
        }
    }

    fn touch(&mut self, conversation: &ConversationId, at: Timestamp) -> &mut Attended {
        let attended = self.conversations.entry(conversation, || Attended {
            readers: BTreeMap::new(),
            snooze: None,
            touched_at: at,
        });
        attended.touched_at = attended.touched_at.max(at);
        attended
    }

    /// Forgets what nobody has touched for long, unless it is still put off.
    fn forget(&mut self, now: Timestamp) {
        let is_over = |attended: &Attended| {
            let touched = attended.touched_at.plus_millis(FORGOTTEN_MS) <= now;
            touched
                && !attended
                    .snooze
                    .is_some_and(|snooze| snooze.holds(None, now))
        };
        let all = self.conversations.iter();
        let over = all.filter(|(_, attended)| is_over(attended));
        let over: Vec<ConversationId> = over.map(|(id, _)| id.clone()).collect();
        for id in over {
            self.conversations.remove(&id);
        }
        self.most = self.conversations.len().saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn told(attention: &mut Attention, kind: &str, instant: &str, rest: &str) {
        let event = format!(
            r#"{{"source":"svar","id":"1","type":"svar.conversation_{kind}","at":"{instant}",{rest}}}"#
        );
        attention.apply(&Event::parse_journalled(&event).unwrap());
    }

    #[test]
    fn what_came_since_somebody_looked_is_new_to_them_alone() {
        let mut attention = Attention::default();
        let c = ConversationId::parse("c").unwrap();
        let wrote = Some(at("2026-01-02T00:00:00Z"));
        assert!(attention.is_new_to("rep:a", &c, wrote));
        assert!(
            !attention.is_new_to("rep:a", &c, None),
            "nothing was written"
        );
        let until =
            |instant: &str| format!(r#""conversation":"c","reader":"rep:a","until":"{instant}""#);
        told(
            &mut attention,
            "seen",
            "2026-01-03T00:00:00Z",
            &until("2026-01-02T00:00:00Z"),
        );
        assert!(!attention.is_new_to("rep:a", &c, wrote));
        assert!(attention.is_new_to("rep:b", &c, wrote));
        assert!(attention.is_new_to("rep:a", &c, Some(at("2026-01-02T00:00:00.001Z"))));
        told(
            &mut attention,
            "unseen",
            "2026-01-04T00:00:00Z",
            r#""conversation":"c","reader":"rep:a""#,
        );
        assert!(attention.is_new_to("rep:a", &c, wrote));
    }

    #[test]
    fn what_is_put_off_comes_back_by_the_clock_or_by_the_contact() {
        let mut attention = Attention::default();
        let c = ConversationId::parse("c").unwrap();
        told(
            &mut attention,
            "snoozed",
            "2026-01-01T00:00:00Z",
            r#""conversation":"c","until":"2026-01-02T00:00:00Z""#,
        );
        let snooze = attention.snooze(&c).unwrap();
        let before = Some(at("2026-01-01T00:00:00Z"));
        assert!(snooze.holds(before, at("2026-01-01T23:59:59.999Z")));
        assert!(!snooze.holds(before, at("2026-01-02T00:00:00Z")));
        let after = Some(at("2026-01-01T00:00:00.001Z"));
        assert!(!snooze.holds(after, at("2026-01-01T12:00:00Z")));
        told(
            &mut attention,
            "snoozed",
            "2026-01-03T00:00:00Z",
            r#""conversation":"c""#,
        );
        let snooze = attention.snooze(&c).unwrap();
        assert!(snooze.holds(after, at("2036-01-01T00:00:00Z")));
        told(
            &mut attention,
            "woken",
            "2026-01-04T00:00:00Z",
            r#""conversation":"c""#,
        );
        assert_eq!(attention.snooze(&c), None);
    }

    #[test]
    fn what_nobody_touched_for_long_is_forgotten_unless_it_is_put_off() {
        let mut attention = Attention::default();
        let seen = |c: usize| {
            format!(r#""conversation":"c{c}","reader":"rep:a","until":"2026-01-01T00:00:00Z""#)
        };
        told(
            &mut attention,
            "snoozed",
            "2026-01-01T00:00:00Z",
            r#""conversation":"late""#,
        );
        for c in 0..FEW - 1 {
            told(&mut attention, "seen", "2026-01-01T00:00:00Z", &seen(c));
        }
        assert_eq!(attention.conversations.len(), FEW);
        told(&mut attention, "seen", "2026-04-02T00:00:00Z", &seen(FEW));
        assert_eq!(attention.conversations.len(), 2);
        let late = ConversationId::parse("late").unwrap();
        assert!(attention.snooze(&late).is_some());
    }
}
