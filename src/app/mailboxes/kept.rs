//! What is kept of a mailbox: a folder each in `DATA/mailboxes`, which only its owner may read.
//!
//! `settings.json` says where it is, `password` holds its password, `state.json` how far it is read. Not
//! in the journal, for it is of this machine; in no export and no backup, so that no password is.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::Error;
use crate::app::private_folder::PrivateFolder;
use crate::config::MailSecurity;
use crate::failpoint;
use crate::fetch;
use crate::model::Timestamp;

/// Which mailbox is read, and whether.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: MailSecurity,
    pub(super) user: String,
    pub(super) folder: String,
    /// In which inbox conversations begin; none: in that of the address that a mail came to.
    #[serde(default)]
    pub(super) inbox: Option<String>,
    /// Whether what was in it before it was added is read, too.
    #[serde(default)]
    pub(super) reads_all: bool,
    /// What prints a token of OAuth; none: there is a password.
    #[serde(default)]
    pub(super) token_command: Option<String>,
    pub(super) added_at: Timestamp,
    #[serde(default)]
    pub(super) is_paused: bool,
}

/// What went wrong last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fault {
    pub(super) at: Timestamp,
    pub(super) reason: String,
}

/// How far it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// Under which number the server's numbers of mails hold; another one: it has numbered them anew.
    pub(super) validity: u32,
    /// The last mail that was read.
    pub(super) last: u32,
    /// Up to when everything is here.
    pub(super) read_until: Option<Timestamp>,
    /// When the last answer was good.
    pub(super) success_at: Option<Timestamp>,
    pub(super) fault: Option<Fault>,
    /// Whether nothing is asked any more before somebody says so.
    pub(super) is_stopped: bool,
    /// How many mails became messages.
    pub(super) taken: u64,
    /// How many were there already, or were not to be taken.
    pub(super) repeats: u64,
    /// How many could not be taken; they are in the mailbox still.
    pub(super) refused: u64,
}

/// The folder of a mailbox.
#[derive(Clone, Debug)]
pub(super) struct Place(PrivateFolder);

impl Place {
    pub(super) fn new(all: &Path, name: &str) -> Self {
        Self(PrivateFolder::new(all.join(name)))
    }

    /// Makes it, with everything in it that it needs.
    pub(super) fn make(&self, settings: &Settings, password: Option<&str>) -> Result<(), Error> {
        self.0.make()?;
        if let Some(password) = password {
            self.keep_password(password)?;
        }
        self.keep_settings(settings)
    }

    pub(super) fn settings(&self) -> Result<Option<Settings>, Error> {
        self.0.read("settings.json")
    }

    pub(super) fn state(&self) -> Result<State, Error> {
        self.0.read("state.json").map(Option::unwrap_or_default)
    }

    /// The password, if nobody else may read it.
    pub(super) fn password(&self) -> Result<String, String> {
        fetch::read_password(&self.0.path().join("password"))
    }

    pub(super) fn keep_password(&self, password: &str) -> Result<(), Error> {
        let line = format!("{password}\n");
        self.0.write_bytes("password", line.as_bytes())
    }

    pub(super) fn keep_settings(&self, settings: &Settings) -> Result<(), Error> {
        self.0.write("settings.json", settings)
    }

    pub(super) fn keep_state(&self, state: &State) -> Result<(), Error> {
        self.0.write("state.json", state)?;
        failpoint::pass("mailbox.kept");
        Ok(())
    }

    pub(super) fn remove(&self) -> Result<(), Error> {
        self.0.remove()
    }
}
