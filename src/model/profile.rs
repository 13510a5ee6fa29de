//! Definition profiles: the quiet window and the other switches of the episode rules.
//!
//! Every report echoes the profile it was counted by. A desk may have profiles of its own
//! as well as those that come with Svar; all of their versions stay, so that a figure that
//! names one can be counted again.
//!
//! A desk's own profiles are Svar's own events (`svar.profile_set`). Those that come with Svar
//! cannot be changed, and one that is removed is only taken off the list.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Body, Event};

/// One hour in milliseconds.
pub const HOUR_MS: i64 = 3_600_000;
/// One day of 24 hours in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A named, versioned set of the switches that decide what counts as resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its version; a change of any switch makes a new one.
    pub version: u32,
    /// `W`: after this much silence the customer agent's episode ends, in seconds.
    pub quiet_secs: i64,
    /// `R`: a new episode within this time of a resolution revokes it, in seconds.
    pub reopen_secs: i64,
    /// `N`: a resolution without a new episode for this long is durable, in seconds.
    pub durable_secs: i64,
    /// After this much silence an episode that the customer agent is not on ends, in seconds;
    /// left out: it does not.
    pub rep_quiet_secs: Option<i64>,
}

/// The profiles that come with Svar: name, `W`, `R` and `N` in hours.
///
/// `hubspot` and `zendesk-72h` take a resolution back within 72 hours, as those products
/// count; `fin-24h` assumes one after a day of silence; `durable-7d` takes one back for a week.
const SHIPPED: [(&str, i64, i64, i64); 5] = [
    ("svar", 72, 72, 168),
    ("hubspot", 72, 72, 168),
    ("fin-24h", 24, 24, 168),
    ("zendesk-72h", 72, 72, 168),
    ("durable-7d", 72, 168, 168),
];

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "svar".to_owned(),
            version: 1,
            quiet_secs: 3 * DAY_MS / 1000,
            reopen_secs: 3 * DAY_MS / 1000,
            durable_secs: 7 * DAY_MS / 1000,
            rep_quiet_secs: None,
        }
    }
}

impl Profile {
    /// The profiles that come with Svar, the default one first.
    pub fn shipped() -> impl Iterator<Item = Self> {
        SHIPPED
            .into_iter()
            .map(|(name, quiet, reopen, durable)| Self {
                name: name.to_owned(),
                version: 1,
                quiet_secs: quiet * HOUR_MS / 1000,
                reopen_secs: reopen * HOUR_MS / 1000,
                durable_secs: durable * HOUR_MS / 1000,
                rep_quiet_secs: None,
            })
    }

    /// The profile called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::shipped().find(|profile| profile.name == name)
    }

    /// Whether both cut and judge episodes alike, whatever they are called.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let switches = |profile: &Self| {
            (
                profile.quiet_secs,
                profile.reopen_secs,
                profile.durable_secs,
                profile.rep_quiet_secs,
            )
        };
        switches(self) == switches(other)
    }

    /// Whether `word` is its name, or its name and version.
    pub fn is_called(&self, word: &str) -> bool {
        ProfileName::parse(word).is_ok_and(|name| {
            name.name == self.name && name.version.is_none_or(|version| version == self.version)
        })
    }

    /// After how much silence an episode of reps ends, in milliseconds.
    pub const fn rep_quiet_ms(&self) -> Option<i64> {
        match self.rep_quiet_secs {
            Some(secs) => Some(secs * 1000),
            None => None,
        }
    }

    /// `W` in milliseconds.
    pub const fn quiet_ms(&self) -> i64 {
        self.quiet_secs * 1000
    }

    /// `R` in milliseconds.
    pub const fn reopen_ms(&self) -> i64 {
        self.reopen_secs * 1000
    }

    /// `N` in milliseconds.
    pub const fn durable_ms(&self) -> i64 {
        self.durable_secs * 1000
    }
}

/// The longest name of a profile, in letters.
const MAX_NAME: usize = 40;

/// A profile as it is asked for: `name` as it is now, or `name@2` as it was once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProfileName {
    /// The name.
    pub name: String,
    /// The version; none: the present one.
    pub version: Option<u32>,
}

impl ProfileName {
    /// Reads `name` or `name@version`; the error says what a name is.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, version) = match text.split_once('@') {
            None => (text, None),
            Some((name, version)) => {
                let number = version.parse().ok().filter(|number| *number > 0);
                let reason = || {
                    format!("`{version}` of `{text}` is no version, which is a number from 1 on")
                };
                (name, Some(number.ok_or_else(reason)?))
            }
        };
        let is_letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(is_letter) {
            return Err(format!(
                "`{name}` is no name of a profile: 1 to {MAX_NAME} of a-z, 0-9 and -"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            version,
        })
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

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

    #[test]
    fn the_first_profile_that_comes_with_svar_is_the_default() {
        assert_eq!(Profile::shipped().next(), Some(Profile::default()));
        assert_eq!(Profile::named("fin-24h").unwrap().quiet_secs, 86_400);
        assert_eq!(Profile::named("nothing"), None);
    }

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

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!(ProfileName::parse("own@12").unwrap().to_string(), "own@12");
        for bad in ["", "Own", "a b", "a@", "a@0", "a@x", "@1", &"a".repeat(41)] {
            ProfileName::parse(bad).unwrap_err();
        }
    }
}
