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
    /// Which things of the store, with their units.
    pub(super) units: HashSet<Thing>,
    /// All of them.
    pub(super) everything: bool,
    /// What depends on the timetable.
    pub(super) timetable: bool,
    /// Which contacts.
    pub(super) contacts: contacts::Changes,
    /// Whether there is anything new at all.
    pub(super) any: bool,
}

impl Change {
    /// Notes what events that hold for the whole installation change in the facts; `agreements`:
    /// whether there are any yet.
    pub(super) fn by_installation<'a>(
        &mut self,
        bodies: impl Iterator<Item = &'a Body>,
        agreements: bool,
    ) {
        for body in bodies {
            self.everything |= Directory::concerns(body);
            self.timetable |= Timetable::concerns(body);
            // The first agreement makes promises of what had none.
            self.everything |= matches!(body, Body::SlaUpserted(_)) && !agreements;
        }
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
