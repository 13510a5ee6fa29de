//! The events of things that are written to and read again and again, as they were parsed last.
//!
//! A conversation that goes on is read several times a message, and each time all of it. Held is
//! only what was filed lately and read since, up to so many events; what is not held is read from
//! the tree. Nothing here outlives the process.

use std::collections::HashMap;
use std::sync::Arc;

use super::Error;
use super::key::Shelf;
use crate::lock::Lock;
use crate::model::Event;

/// How many events are held at once; with more, all are let go.
const MOST_EVENTS: usize = 32_768;
/// How many things are known to have been filed lately.
const MOST_THINGS: usize = 8_192;

/// A thing, as its events are put away.
pub(super) type Place = (Shelf, u64);

/// The events of a thing, in the order of the journal.
pub(super) type Events = Arc<Vec<Arc<Event>>>;

/// What is held.
#[derive(Default)]
pub(super) struct Recent(Lock<Held>);

#[derive(Default)]
struct Held {
    /// What was filed lately; its events where they were read since.
    things: HashMap<Place, Option<Events>>,
    events: usize,
    /// How often something was filed.
    filed: u64,
}

impl Recent {
    /// The events of a thing: those that are held, else what `read` gives.
    pub(super) fn get(
        &self,
        place: Place,
        read: impl FnOnce() -> Result<Vec<Event>, Error>,
    ) -> Result<Events, Error> {
        let filed = {
            let held = self.0.lock();
            match held.things.get(&place) {
                Some(Some(events)) => return Ok(Arc::clone(events)),
                // What nobody writes to is not read again and again.
                None => return Ok(shared(read()?)),
                Some(None) => held.filed,
            }
        };
        let events = shared(read()?);
        let mut held = self.0.lock();
        // What was filed while it was read may be missing in it.
        if held.filed == filed {
            held.events += events.len();
            held.things.insert(place, Some(Arc::clone(&events)));
        }
        Ok(events)
    }

    /// Takes in what was filed, each with the place where it was put.
    pub(super) fn add<'a>(&self, filed: impl IntoIterator<Item = (Place, &'a Event)>) {
        let mut held = self.0.lock();
        held.filed += 1;
        if held.events > MOST_EVENTS || held.things.len() > MOST_THINGS {
            held.things.clear();
            held.events = 0;
        }
        for (place, event) in filed {
            if let Some(events) = held.things.entry(place).or_default() {
                Arc::make_mut(events).push(Arc::new(event.clone()));
                held.events += 1;
            }
        }
    }
}

fn shared(events: Vec<Event>) -> Events {
    Arc::new(events.into_iter().map(Arc::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = (Shelf::Conversation, 1);

    fn event(id: &str) -> Event {
        let event = format!(
            r#"{{"type":"conversation.assigned","at":"2026-01-01T00:00:00Z","source":"t","id":"{id}","conversation":"c","to":{{"kind":"nobody"}}}}"#
        );
        Event::parse(&event).unwrap()
    }

    fn ids(recent: &Recent, read: impl FnOnce() -> Vec<Event>) -> Vec<String> {
        let events = recent.get(PLACE, || Ok(read())).unwrap();
        events.iter().map(|event| event.id.clone()).collect()
    }

    #[test]
    fn what_is_filed_and_read_is_held_and_goes_on() {
        let recent = Recent::default();
        assert_eq!(ids(&recent, || vec![event("a")]), ["a"]);
        assert_eq!(ids(&recent, Vec::new), Vec::<String>::new(), "not held");
        recent.add([(PLACE, &event("b"))]);
        assert_eq!(ids(&recent, || vec![event("a"), event("b")]), ["a", "b"]);
        recent.add([(PLACE, &event("c"))]);
        assert_eq!(ids(&recent, || unreachable!()), ["a", "b", "c"]);
    }

    #[test]
    fn what_was_filed_while_it_was_read_is_not_lost() {
        let recent = Recent::default();
        recent.add([(PLACE, &event("a"))]);
        let late = ids(&recent, || {
            recent.add([(PLACE, &event("b"))]);
            vec![event("a")]
        });
        assert_eq!(late, ["a"]);
        assert_eq!(ids(&recent, || vec![event("a"), event("b")]), ["a", "b"]);
    }

    #[test]
    fn no_more_is_held_than_may_be() {
        let recent = Recent::default();
        recent.add([(PLACE, &event("a"))]);
        drop(ids(&recent, || vec![event("a"); MOST_EVENTS + 1]));
        recent.add([]);
        assert_eq!(recent.0.lock().events, 0);
        let one = event("x");
        let many = 0..=MOST_THINGS as u64 + 1;
        recent.add(many.map(|number| ((Shelf::Ticket, number), &one)));
        recent.add([]);
        assert!(recent.0.lock().things.is_empty());
    }
}
