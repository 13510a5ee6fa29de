//! Who looks at a conversation right now, and who is writing in it: in memory only, and over when nothing
//! is heard of it for a while.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use utoipa::ToSchema;

use super::{App, Change, ChangeKind, Error, Present};
use crate::command::{Caller, Identity};
use crate::lock::Lock;
use crate::model::Timestamp;

/// So long somebody who was heard of is taken to be there.
const VIEWING_MS: i64 = 45_000;
/// So long somebody who typed is taken to be writing.
const TYPING_MS: i64 = 8_000;
/// How many changes wait for whoever looks on slowly; the next one tells them as much.
const KEPT: usize = 256;

/// What somebody does in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendeeState {
    /// Looks at it.
    Viewing,
    /// Writes something.
    Typing,
    /// Has left; whoever has left is not listed.
    Gone,
}

/// Somebody who looks at a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttendeeView {
    /// Which user.
    pub user: String,
    /// Their name.
    pub name: String,
    /// What they do.
    pub state: AttendeeState,
}

/// Until when somebody is taken to be there, and to be writing.
#[derive(Clone, Copy)]
struct Visit {
    until: Timestamp,
    typing_until: Timestamp,
}

impl Visit {
    fn state(self, now: Timestamp) -> AttendeeState {
        match () {
            () if self.typing_until > now => AttendeeState::Typing,
            () if self.until > now => AttendeeState::Viewing,
            () => AttendeeState::Gone,
        }
    }
}

/// Who is in which conversation.
type Rooms = BTreeMap<String, BTreeMap<String, Visit>>;

/// Who is where, and a bell that rings when that changes.
pub(super) struct Attendees {
    rooms: Lock<Rooms>,
    bell: broadcast::Sender<Change>,
}

impl Default for Attendees {
    fn default() -> Self {
        Self {
            rooms: Lock::default(),
            bell: broadcast::Sender::new(KEPT),
        }
    }
}

impl Attendees {
    /// Notes what a user does; whether others see a difference.
    fn note(&self, conversation: &str, user: &str, state: AttendeeState, now: Timestamp) -> bool {
        let mut rooms = self.rooms.lock();
        rooms.retain(|_conversation, room| {
            room.retain(|_user, visit| visit.until > now);
            !room.is_empty()
        });
        let before = rooms.get(conversation).and_then(|room| room.get(user));
        let before = before.map_or(AttendeeState::Gone, |visit| visit.state(now));
        if state == AttendeeState::Gone {
            if let Some(room) = rooms.get_mut(conversation) {
                room.remove(user);
            }
        } else {
            let is_typing = state == AttendeeState::Typing;
            let visit = Visit {
                until: now.plus_millis(VIEWING_MS),
                typing_until: now.plus_millis(if is_typing { TYPING_MS } else { 0 }),
            };
            let room = rooms.entry(conversation.to_owned()).or_default();
            room.insert(user.to_owned(), visit);
        }
        before != state
    }

    fn of(&self, conversation: &str, now: Timestamp) -> Vec<(String, AttendeeState)> {
        let rooms = self.rooms.lock();
        let room = rooms.get(conversation).into_iter().flatten();
        let states = room.map(|(user, visit)| (user.clone(), visit.state(now)));
        states
            .filter(|(_, state)| *state != AttendeeState::Gone)
            .collect()
    }
}

impl App {
    /// Who else looks at a conversation that the caller sees.
    pub fn attendees(
        &self,
        present: &Present,
        caller: &Caller,
        conversation: &str,
    ) -> Result<Vec<AttendeeView>, Error> {
        self.check_conversation(present, conversation)?;
        let own = match &caller.identity {
            Identity::User(id) => id.as_str(),
            _ => "",
        };
        let people = self.people();
        let attendees = self
            .attendees
            .of(conversation, self.clock.now())
            .into_iter();
        Ok(attendees
            .filter(|(user, _)| user != own)
            .filter_map(|(user, state)| {
                let name = people.user(&user)?.name.clone();
                Some(AttendeeView { user, name, state })
            })
            .collect())
    }

    /// Notes what a user does in a conversation; gives who else is there.
    pub fn look_at(
        &self,
        present: &Present,
        caller: &Caller,
        conversation: &str,
        state: AttendeeState,
    ) -> Result<Vec<AttendeeView>, Error> {
        self.conversation_at(present, conversation)?;
        if let Identity::User(user) = &caller.identity
            && self
                .attendees
                .note(conversation, user, state, self.clock.now())
        {
            // Nobody may be looking on.
            drop(self.attendees.bell.send(Change {
                kind: ChangeKind::Attendees,
                id: conversation.to_owned(),
            }));
        }
        self.attendees(present, caller, conversation)
    }

    /// Rings whenever somebody comes, goes, or begins to write.
    pub fn attendee_news(&self) -> broadcast::Receiver<Change> {
        self.attendees.bell.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_heard_of_any_more_has_gone() {
        let attendees = Attendees::default();
        let begin = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let at = |secs: i64| begin.plus_millis(secs * 1_000);
        let there = |secs| attendees.of("c", at(secs));
        assert!(attendees.note("c", "ada", AttendeeState::Viewing, at(0)));
        assert!(!attendees.note("c", "ada", AttendeeState::Viewing, at(20)));
        assert!(attendees.note("c", "ada", AttendeeState::Typing, at(21)));
        assert_eq!(there(28), [("ada".to_owned(), AttendeeState::Typing)]);
        assert_eq!(there(30), [("ada".to_owned(), AttendeeState::Viewing)]);
        assert_eq!(there(66), []);
        assert!(attendees.note("d", "ada", AttendeeState::Viewing, at(70)));
        assert!(
            !attendees.rooms.lock().contains_key("c"),
            "nothing piles up"
        );
        assert!(attendees.note("d", "ada", AttendeeState::Gone, at(71)));
        assert!(!attendees.note("d", "ada", AttendeeState::Gone, at(72)));
        assert_eq!(attendees.of("d", at(72)), []);
    }
}
