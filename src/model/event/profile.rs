//! The events of the desk's own definition profiles.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::Profile;

/// A definition profile of the desk's own has these switches from now on.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSet {
    /// Its name.
    pub name: String,
    /// `W` in seconds.
    pub quiet_secs: i64,
    /// `R` in seconds.
    pub reopen_secs: i64,
    /// `N` in seconds.
    pub durable_secs: i64,
    /// After how much silence an episode of reps ends, in seconds; left out: it does not.
    #[serde(default)]
    pub rep_quiet_secs: Option<i64>,
}

impl ProfileSet {
    /// The profile that it makes, as if it were the first version.
    pub fn profile(&self) -> Profile {
        Profile {
            name: self.name.clone(),
            version: 1,
            quiet_secs: self.quiet_secs,
            reopen_secs: self.reopen_secs,
            durable_secs: self.durable_secs,
            rep_quiet_secs: self.rep_quiet_secs,
        }
    }
}

/// A definition profile of the desk's own can no longer be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileRemoved {
    /// Its name.
    pub name: String,
}
