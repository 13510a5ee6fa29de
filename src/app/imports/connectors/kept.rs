//! What is kept of a connector: a folder each in `DATA/connectors`, which only its owner may read.
//!
//! `settings.json` says which account it is, `token` holds its token, `state.json` how far it is.
//! Not in the journal, for it is of this machine; in no export and no backup, so that no token is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::Error;
use crate::app::private_folder::PrivateFolder;
use crate::connect::{Account, Ask};
use crate::failpoint;
use crate::fetch;
use crate::model::{Invalid, Timestamp};

/// The longest name.
const MOST_NAME: usize = 40;

/// Which account is read, and whether.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) account: Account,
    /// From when on changes are wanted; none: from the beginning.
    #[serde(default)]
    pub(super) since: Option<Timestamp>,
    pub(super) added_at: Timestamp,
    #[serde(default)]
    pub(super) is_paused: bool,
    /// Whether files that messages link to are fetched.
    #[serde(default)]
    pub(super) fetches_files: bool,
    /// What stages and senders of HubSpot's mean, where somebody says it.
    #[serde(default)]
    pub(super) mapping: Option<String>,
}

/// Where a stream is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// From when on the next round reads.
    pub(super) since: Option<Timestamp>,
    /// The last change that this round has read.
    pub(super) top: Option<Timestamp>,
    /// What is asked next; none: the first request of the next round.
    pub(super) at: Option<Ask>,
}

/// What went wrong last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fault {
    pub(super) at: Timestamp,
    pub(super) reason: String,
    pub(super) advice: String,
}

/// A thing of which not all could be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Missed {
    /// What listed it.
    pub(super) stream: String,
    pub(super) id: String,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    pub(super) marks: BTreeMap<String, Mark>,
    /// When who is who was read last.
    pub(super) daily_at: Option<Timestamp>,
    /// When what is open was read last.
    pub(super) nightly_at: Option<Timestamp>,
    /// Up to when everything is here.
    pub(super) read_until: Option<Timestamp>,
    /// When the last answer was good.
    pub(super) success_at: Option<Timestamp>,
    pub(super) fault: Option<Fault>,
    /// Whether nothing is asked any more before somebody says so.
    pub(super) is_stopped: bool,
    pub(super) accepted: u64,
    pub(super) duplicates: u64,
    pub(super) rejected: u64,
    /// Things of which not all could be read; they are read again at night.
    pub(super) missed: BTreeSet<Missed>,
}

/// The folder of a connector.
#[derive(Clone, Debug)]
pub(super) struct Place(PrivateFolder);

impl Place {
    pub(super) fn new(all: &Path, name: &str) -> Self {
        Self(PrivateFolder::new(all.join(name)))
    }

    /// Makes it, with everything in it that it needs.
    pub(super) fn make(&self, settings: &Settings, token: &str) -> Result<(), Error> {
        self.0.make()?;
        self.keep_token(token)?;
        self.keep_settings(settings)
    }

    pub(super) fn settings(&self) -> Result<Option<Settings>, Error> {
        self.0.read("settings.json")
    }

    pub(super) fn state(&self) -> Result<State, Error> {
        self.0.read("state.json").map(Option::unwrap_or_default)
    }

    /// The token, if nobody else may read it.
    pub(super) fn token(&self) -> Result<String, String> {
        fetch::read_key(&self.0.path().join("token"))
    }

    pub(super) fn keep_token(&self, token: &str) -> Result<(), Error> {
        self.0.write_bytes("token", format!("{token}\n").as_bytes())
    }

    pub(super) fn keep_settings(&self, settings: &Settings) -> Result<(), Error> {
        self.0.write("settings.json", settings)
    }

    pub(super) fn keep_state(&self, state: &State) -> Result<(), Error> {
        self.0.write("state.json", state)?;
        failpoint::pass("connector.kept");
        Ok(())
    }

    pub(super) fn remove(&self) -> Result<(), Error> {
        self.0.remove()
    }
}

/// The names of all that are kept.
pub(in crate::app) fn names(all: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(all) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::io("read", all, cause)),
    };
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        check_name(&name).ok().map(|()| name)
    });
    Ok(names.collect())
}

/// Refuses what is no name of a connector or a mailbox.
pub(in crate::app) fn check_name(name: &str) -> Result<(), Invalid> {
    let is_fit = (1..=MOST_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_fit {
        return Ok(());
    }
    let reason =
        format!("`{name}` is no name of 1 to {MOST_NAME} small letters, digits and dashes");
    Err(Invalid::new("name", reason))
}

/// Refuses what is no token; it is not shown.
pub(super) fn check_token(token: &str) -> Result<(), Invalid> {
    let is_fit = (1..=4_096).contains(&token.len()) && token.chars().all(|c| c.is_ascii_graphic());
    if is_fit {
        return Ok(());
    }
    let reason = "it is no token: one word of letters, digits and signs is expected";
    Err(Invalid::new("token", reason))
}
