//! What must be folded again since the last snapshot, and which things an event touches.
//!
//! Gathered and emptied by the projector; folds nothing itself.

use std::collections::HashSet;

use super::contacts;
use super::error::Error;
use crate::model::event::Body;
use crate::model::{Directory, Timetable};
use crate::store::{Store, Thing, ThingKind};

/// What must be folded again.
#[derive(Default)]
pub(super) struct Change {
    /// How far it goes beyond what is named here.
    pub(super) reach: Reach,
    /// Which things of the store, with their units.
    pub(super) units: HashSet<Thing>,
    /// Which contacts.
    pub(super) contacts: contacts::Changes,
    /// Whether there is anything new at all.
    pub(super) any: bool,
}

/// How far a change goes; each goes further than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The things and contacts that it names.
    #[default]
    Named,
    /// Also what depends on the timetable.
    Timetable,
    /// Everything.
    Everything,
}

impl Reach {
    /// How far an event that holds for the whole installation goes; `agreements`: whether there
    /// are any yet.
    fn of(body: &Body, agreements: bool) -> Self {
        // The first agreement makes promises of what had none.
        let is_first = matches!(body, Body::SlaUpserted(_)) && !agreements;
        if is_first || Directory::concerns(body) {
            Self::Everything
        } else if Timetable::concerns(body) {
            Self::Timetable
        } else {
            Self::Named
        }
    }
}

impl Change {
    /// Notes what events that hold for the whole installation change in the facts; `agreements`:
    /// whether there are any yet.
    pub(super) fn by_installation<'a>(
        &mut self,
        bodies: impl Iterator<Item = &'a Body>,
        agreements: bool,
    ) {
        let furthest = bodies.map(|body| Reach::of(body, agreements)).max();
        self.reach = self.reach.max(furthest.unwrap_or_default());
    }
}

/// The conversation and the ticket that an event is about, as the store has them.
pub(super) fn things_of(store: &Store, body: &Body) -> Result<Vec<Thing>, Error> {
    let mut things = Vec::new();
    for (kind, id) in [
        (ThingKind::Conversation, body.conversation()),
        (ThingKind::Ticket, body.ticket()),
    ] {
        if let Some(id) = id {
            things.extend(store.thing(kind, id)?);
        }
    }
    Ok(things)
}
