//! The ways in which a query counts: facts, and the profile that they are called by.

use std::sync::Arc;

use crate::model::{Invalid, Profile, Timestamp};
use crate::projection::Snapshot;
use crate::report::{Query, QueryContext};

/// Facts, the profile that they are called by, and the instant they are asked about.
pub(super) struct Way {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) profile: Profile,
    pub(super) as_of: Timestamp,
}

/// The profiles of a query: one on trial, those that it names, else the live one.
pub(super) fn profiles(query: &Query, live: &Snapshot) -> Result<Vec<Profile>, Invalid> {
    if let Some(trial) = &query.trial {
        return Ok(vec![trial.clone()]);
    }
    if query.profiles.is_empty() {
        return Ok(vec![live.profile.clone()]);
    }
    let profiles = &live.installation.profiles;
    let chosen = query.profiles.iter().map(|name| {
        profiles.find(name).ok_or_else(|| {
            let names: Vec<String> = profiles.current().map(|profile| profile.name).collect();
            let reason = format!("`{name}` is none of {}", names.join(", "));
            Invalid::new("profile", reason)
        })
    });
    chosen.collect()
}

/// Whether the live facts answer for an instant and a profile.
pub(super) fn fits(live: &Snapshot, as_of: Timestamp, profile: &Profile) -> bool {
    live.answers(as_of) && live.profile.agrees_with(profile)
}

pub(super) fn ground(way: &Way) -> QueryContext<'_> {
    QueryContext {
        facts: &way.snapshot.facts,
        profile: &way.profile,
        as_of: way.as_of,
        log_position: way.snapshot.log_position,
    }
}
