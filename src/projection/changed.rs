//! What has changed since the last snapshot, and so must be folded anew.

use std::collections::HashSet;

use super::contacts;
use crate::model::event::Body;
use crate::model::{Directory, Timetable};
use crate::store::Thing;

/// What must be folded anew.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) units: HashSet<Thing>,
    pub(super) everything: bool,
    pub(super) timetable: bool,
    pub(super) contacts: contacts::Changes,
    pub(super) any: bool,
}

impl Changed {
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
