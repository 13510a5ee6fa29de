//! The teams that are offered no more: a fold of what admins say of teams.
//!
//! What teams are called and who is in them is in the `directory`, which keeps them through time; an
//! archived team stays there, so that what it did keeps its name. Read by forms that offer teams and by
//! `command`, which gives an archived one nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Body, Event, TeamId};

/// The teams that are archived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teams {
    archived: BTreeSet<TeamId>,
}

impl Teams {
    /// Whether a team is offered no more.
    pub fn is_archived(&self, team: &str) -> bool {
        self.archived.contains(team)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::TeamArchived(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        let Body::TeamArchived(archived) = &event.body else {
            return;
        };
        if archived.on {
            self.archived.insert(archived.team.clone());
        } else {
            self.archived.remove(&archived.team);
        }
    }
}
