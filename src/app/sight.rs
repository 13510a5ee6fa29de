//! What of the desk whoever asks sees: the one filter of all that is read.
//!
//! For each snapshot and sight it is worked out once, and kept while the snapshot is. Single
//! conversations and tickets are asked of the store by the same rule, which is ahead of the
//! snapshot for a moment: who has just lost one is out at once.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use super::{App, Error, Present};
use crate::lock::Lock;
use crate::metrics::Seen;
use crate::model::{Event, Homes, Joined, Reach, Sight, Ticket};
use crate::projection::Snapshot;

/// Of how many sights at once what they see is kept.
const KEPT: usize = 64;

/// What was worked out lately.
#[derive(Default)]
pub(super) struct Sights(Lock<VecDeque<Kept>>);

struct Kept {
    /// Of which snapshot; the address of one is not given to another while this points to it.
    of: Weak<Snapshot>,
    sight: Sight,
    seen: Arc<Seen>,
}

impl Sights {
    /// What of a snapshot is seen; `None`: everything.
    pub(super) fn of(&self, snapshot: &Arc<Snapshot>, sight: &Sight) -> Option<Arc<Seen>> {
        let reach = Reach::of(sight, &snapshot.directory)?;
        let is_it = |kept: &&Kept| {
            kept.sight == *sight && std::ptr::eq(kept.of.as_ptr(), &raw const **snapshot)
        };
        if let Some(kept) = self.0.lock().iter().find(is_it) {
            return Some(Arc::clone(&kept.seen));
        }
        let seen = Arc::new(Seen::of(&snapshot.facts, &reach));
        let mut kept = self.0.lock();
        kept.retain(|kept| kept.of.strong_count() > 0 && kept.sight != *sight);
        kept.truncate(KEPT - 1);
        kept.push_front(Kept {
            of: Arc::downgrade(snapshot),
            sight: sight.clone(),
            seen: Arc::clone(&seen),
        });
        Some(seen)
    }
}

impl App {
    /// Refuses a conversation that is not seen as one that is not there.
    pub(super) fn check_conversation(&self, present: &Present, id: &str) -> Result<(), Error> {
        let unknown = || Error::unknown("conversation", id);
        let Some(reach) = Reach::of(&present.sight, &present.live.directory) else {
            return Ok(());
        };
        let joined = self.joined(id)?.ok_or_else(unknown)?;
        reach.has(&joined).then_some(()).ok_or_else(unknown)
    }

    /// Refuses a ticket that is not seen as one that is not there.
    pub(super) fn check_ticket(&self, present: &Present, ticket: &Ticket) -> Result<(), Error> {
        let Some(reach) = Reach::of(&present.sight, &present.live.directory) else {
            return Ok(());
        };
        if reach.has_ticket(ticket) {
            return Ok(());
        }
        let joined = match &ticket.conversation {
            Some(conversation) => self.joined(conversation.as_str())?,
            None => None,
        };
        let is_seen = joined.is_some_and(|joined| reach.has(&joined));
        is_seen
            .then_some(())
            .ok_or_else(|| Error::unknown("ticket", ticket.id.as_str()))
    }

    fn joined(&self, id: &str) -> Result<Option<Joined>, Error> {
        let store = &self.past.store;
        let Some((_, mut events)) = store.conversation_in_unit(id)? else {
            return Ok(None);
        };
        let now = self.clock.now();
        events.retain(|event| event.at <= now);
        Ok(Joined::of(id, &events, store.tickets_beside(id)?))
    }
}

/// Of a unit's events, those of what is seen.
pub(super) fn seen_events<'a>(
    snapshot: &Snapshot,
    seen: &Seen,
    events: &'a [Event],
) -> Vec<&'a Event> {
    let codes = &snapshot.facts.dictionaries;
    let homes = Homes::of(events);
    let is_seen = |event: &&Event| match (event.body.ticket(), homes.home(event)) {
        (Some(ticket), _) => {
            let code = codes.ticket.code(ticket);
            code.is_some_and(|code| seen.has_ticket(code))
        }
        (None, Some(home)) => {
            let code = codes.conversation.code(home);
            code.is_some_and(|code| seen.has_conversation(code))
        }
        (None, None) => false,
    };
    events.iter().filter(is_seen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Via;
    use crate::clock::Clock;
    use crate::demo;
    use crate::model::{InboxId, RepId, Scope, TeamId, Timestamp};

    #[test]
    fn what_is_decided_by_the_store_is_what_is_read_from_the_facts() {
        let place = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-06-30T00:00:00Z").unwrap();
        let app = App::open(place.path(), Clock::fixed(now), |_, _| {}).unwrap();
        let options = demo::Options {
            conversations: 800,
            ..demo::Options::new(now)
        };
        let events: Vec<Arc<Event>> = demo::events(&options).map(Arc::new).collect();
        app.take(Via::Import, "test", &events).unwrap();
        app.settle().unwrap();
        let facts = &app.snapshot().facts;
        let codes = &facts.dictionaries;
        let each = |dictionary: &crate::metrics::Dictionary| {
            let codes = 0..u32::try_from(dictionary.len()).unwrap();
            codes
                .filter_map(|code| dictionary.text(code))
                .collect::<Vec<_>>()
        };
        let own = each(&codes.rep);
        let own = own.iter().filter_map(|rep| RepId::parse(rep).ok());
        let mut sights: Vec<Sight> = own.map(|rep| Scope::Own.sight(Some(&rep))).collect();
        let some = |teams: &[&str], inboxes: &[Arc<str>]| Scope::Teams {
            teams: teams.iter().map(|id| TeamId::parse(id).unwrap()).collect(),
            inboxes: inboxes
                .iter()
                .map(|id| InboxId::parse(id).unwrap())
                .collect(),
        };
        let inboxes = each(&codes.inbox);
        let teams = each(&codes.team);
        sights.push(some(&[], inboxes.get(..1).unwrap()).sight(None));
        sights.extend(
            teams
                .iter()
                .map(|team| some(&[team.as_ref()], &[]).sight(None)),
        );
        let (mut seen, mut unseen) = (0, 0);
        for sight in sights {
            let present = app.present_to(&sight);
            for id in each(&codes.conversation) {
                let is_seen = present.sees_conversation(&id);
                assert_eq!(
                    app.check_conversation(&present, &id).is_ok(),
                    is_seen,
                    "{id} {sight:?}"
                );
                seen += usize::from(is_seen);
                unseen += usize::from(!is_seen);
            }
            for id in each(&codes.ticket) {
                let code = codes.ticket.code(&id).unwrap();
                let is_seen = present.seen.as_ref().unwrap().has_ticket(code);
                assert_eq!(
                    app.ticket_at(&present, &id).is_ok(),
                    is_seen,
                    "{id} {sight:?}"
                );
            }
        }
        assert!(seen > 500 && unseen > 500, "{seen} {unseen}");
    }
}
