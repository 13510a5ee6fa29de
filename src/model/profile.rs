//! Definition profiles: the quiet window and the other switches of the episode rules.
//!
//! Every report echoes the profile it was counted by. Which ones a desk has is in
//! [`Profiles`](super::Profiles). Pure.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DAY_MS, HOUR_MS};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_profile_that_comes_with_svar_is_the_default() {
        assert_eq!(Profile::shipped().next(), Some(Profile::default()));
        assert_eq!(Profile::named("fin-24h").unwrap().quiet_secs, 86_400);
        assert_eq!(Profile::named("nothing"), None);
    }

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!(ProfileName::parse("own@12").unwrap().to_string(), "own@12");
        for bad in ["", "Own", "a b", "a@", "a@0", "a@x", "@1", &"a".repeat(41)] {
            ProfileName::parse(bad).unwrap_err();
        }
    }
}
