//! All profiles of a desk: a fold of the events that set and remove them.
//!
//! A desk may have profiles of its own as well as those that come with Svar; all of their
//! versions stay, so that a figure that names one can be counted again.
//!
//! A desk's own profiles are Svar's own events (`svar.profile_set`). Those that come with Svar
//! cannot be changed, and one that is removed is only taken off the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Body, Event, Profile, ProfileName};

/// All profiles of a desk: those that come with Svar, and its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profiles(BTreeMap<String, Own>);

/// A profile of the desk's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Own {
    /// From the first to the last.
    versions: Vec<Profile>,
    is_removed: bool,
}

impl Profiles {
    /// The profiles that can be chosen now, the default one first, the desk's own last.
    pub fn current(&self) -> impl Iterator<Item = Profile> + '_ {
        let own = self.0.values().filter(|own| !own.is_removed);
        Profile::shipped().chain(own.filter_map(|own| own.versions.last().cloned()))
    }

    /// The profile asked for; a version of a removed one is still found.
    pub fn find(&self, wanted: &ProfileName) -> Option<Profile> {
        let Some(version) = wanted.version else {
            return self.current().find(|profile| profile.name == wanted.name);
        };
        let own = self.0.get(&wanted.name).into_iter();
        let mut all = Profile::shipped().chain(own.flat_map(|own| own.versions.iter().cloned()));
        all.find(|profile| profile.name == wanted.name && profile.version == version)
    }

    /// Whether an event changes a profile.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::ProfileSet(_) | Body::ProfileRemoved(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ProfileSet(set) => self.set(&set.profile()),
            Body::ProfileRemoved(removed) => self.remove(&removed.name),
            _ => {}
        }
    }

    /// Takes a profile in as the next version of its name. The switches of the last version
    /// make no new one.
    pub fn set(&mut self, profile: &Profile) {
        let own = self.0.entry(profile.name.clone()).or_default();
        own.is_removed = false;
        if own
            .versions
            .last()
            .is_none_or(|last| !last.agrees_with(profile))
        {
            let count = u32::try_from(own.versions.len()).unwrap_or(u32::MAX);
            own.versions.push(Profile {
                version: count.saturating_add(1),
                ..profile.clone()
            });
        }
    }

    /// Lets nobody choose a profile any more.
    pub fn remove(&mut self, name: &str) {
        if let Some(own) = self.0.get_mut(name) {
            own.is_removed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(quiet_hours: i64) -> Profile {
        Profile {
            name: "own".to_owned(),
            quiet_secs: quiet_hours * 3_600,
            ..Profile::default()
        }
    }

    #[test]
    fn every_version_of_an_own_profile_stays() {
        let mut profiles = Profiles::default();
        let name = |text: &str| ProfileName::parse(text).unwrap();
        assert_eq!(profiles.find(&name("own")), None);
        for hours in [24, 24, 48] {
            profiles.set(&own(hours));
        }
        let profile = profiles.find(&name("own")).unwrap();
        assert_eq!((profile.version, profile.quiet_secs), (2, 48 * 3_600));
        let first = profiles.find(&name("own@1")).unwrap();
        assert_eq!((first.version, first.quiet_secs), (1, 24 * 3_600));
        assert_eq!(profiles.find(&name("own@3")), None);
        profiles.remove("own");
        assert_eq!(profiles.find(&name("own")), None);
        assert_eq!(profiles.find(&name("own@2")), Some(profile));
        assert_eq!(profiles.current().count(), Profile::shipped().count());
        profiles.set(&own(72));
        assert_eq!(profiles.find(&name("own")).unwrap().version, 3);
    }
}
