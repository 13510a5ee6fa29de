//! Events that are later than the clock, and what is folded again when it reaches them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::store::Thing;

/// What each instant to come concerns; nothing named: it may concern anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Upcoming(BTreeMap<Timestamp, Vec<Thing>>);

impl Upcoming {
    /// Notes what an event at an instant concerns.
    pub(super) fn note(&mut self, at: Timestamp, things: impl IntoIterator<Item = Thing>) {
        let things: Vec<Thing> = things.into_iter().collect();
        match self.0.entry(at) {
            Entry::Vacant(place) => drop(place.insert(things)),
            Entry::Occupied(mut noted) if noted.get().is_empty() || things.is_empty() => {
                noted.get_mut().clear();
            }
            Entry::Occupied(mut noted) => {
                let noted = noted.get_mut();
                noted.extend(things);
                noted.sort_unstable();
                noted.dedup();
            }
        }
    }

    /// Takes out the first instant that the clock has reached.
    pub(super) fn take_reached(&mut self, now: Timestamp) -> Option<(Timestamp, Vec<Thing>)> {
        let first = self.0.first_entry().filter(|entry| *entry.key() <= now)?;
        Some(first.remove_entry())
    }

    /// The first instant to come.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.0.keys().next().copied()
    }

    /// Adds what others have noted.
    pub(super) fn extend(&mut self, others: Self) {
        for (at, things) in others.0 {
            self.note(at, things);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ThingKind;

    #[test]
    fn what_may_concern_anything_stays_so_whatever_else_comes_at_that_instant() {
        let at = Timestamp::from_millis;
        let thing = |number| Thing {
            kind: ThingKind::Conversation,
            number,
        };
        let mut upcoming = Upcoming::default();
        upcoming.note(at(5), [thing(1)]);
        upcoming.note(at(5), [thing(1), thing(2)]);
        upcoming.note(at(7), []);
        upcoming.note(at(7), [thing(1)]);
        assert_eq!(
            (upcoming.first(), upcoming.take_reached(at(4))),
            (Some(at(5)), None)
        );
        let things = vec![thing(1), thing(2)];
        assert_eq!(upcoming.take_reached(at(7)), Some((at(5), things)));
        assert_eq!(upcoming.take_reached(at(7)), Some((at(7), Vec::new())));
        assert_eq!(upcoming.first(), None);
    }
}
