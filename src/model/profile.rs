//! Definition profiles: the quiet window and the other switches of the episode rules.
//!
//! Every report echoes the profile it was counted by.

use serde::{Deserialize, Serialize};

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
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "svar".to_owned(),
            version: 1,
            quiet_secs: 3 * DAY_MS / 1000,
            reopen_secs: 3 * DAY_MS / 1000,
            durable_secs: 7 * DAY_MS / 1000,
        }
    }
}

impl Profile {
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
