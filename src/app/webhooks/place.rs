//! What is kept of a webhook on this machine: a folder each in `DATA/webhooks`, which only its owner may
//! read.
//!
//! `secret.json` holds its address, which may be a secret itself, and what is signed with;
//! `progress.json` says how far it is told. Neither is in the journal, in an export or in a backup.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::progress::Progress;
use crate::app::Error;
use crate::clock::Clock;
use crate::disk::{self, Access};
use crate::failpoint;
use crate::model::{DAY_MS, Timestamp, WebhookId};

/// What a secret of Standard Webhooks begins with.
const PREFIX: &str = "whsec_";

/// Where it is told, and what is signed with. It is never shown whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) url: String,
    pub(super) key: String,
    /// The one before, and until when it is signed with, too.
    #[serde(default)]
    former: Option<(String, Timestamp)>,
}

impl Secret {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            key: fresh(),
            former: None,
        }
    }

    /// The same keys, at another address.
    pub(super) fn moved(self, url: String) -> Self {
        Self { url, ..self }
    }

    /// Takes another key; the one before signs for another day, so that nothing is lost meanwhile.
    pub(super) fn renew(&mut self, now: Timestamp) {
        let former = std::mem::replace(&mut self.key, fresh());
        self.former = Some((former, now.plus_millis(DAY_MS)));
    }

    /// The keys that it is signed with.
    pub(super) fn keys(&self, now: Timestamp) -> Vec<String> {
        let former = self.former.iter().filter(|(_, until)| now < *until);
        let former = former.map(|(key, _)| key.clone());
        std::iter::once(self.key.clone()).chain(former).collect()
    }
}

fn fresh() -> String {
    let chance = format!("{}{}", Clock::fresh_id(), Clock::fresh_id());
    format!("{PREFIX}{}", STANDARD.encode(Sha256::digest(chance)))
}

/// The folder of a webhook.
#[derive(Clone, Debug)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(all: &Path, webhook: &WebhookId) -> Self {
        Self(all.join(webhook.as_str()))
    }

    /// Makes it.
    pub(super) fn make(&self) -> Result<(), Error> {
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0);
        made.map_err(|cause| Error::io("make", &self.0, cause))
    }

    pub(super) fn secret(&self) -> Result<Option<Secret>, Error> {
        self.read("secret.json")
    }

    pub(super) fn keep_secret(&self, secret: &Secret) -> Result<(), Error> {
        self.write("secret.json", secret)
    }

    pub(super) fn progress(&self) -> Result<Option<Progress>, Error> {
        self.read("progress.json")
    }

    pub(super) fn keep_progress(&self, progress: &Progress) -> Result<(), Error> {
        self.write("progress.json", progress)?;
        failpoint::pass("webhook.kept");
        Ok(())
    }

    pub(super) fn remove(&self) -> Result<(), Error> {
        match disk::remove(&self.0) {
            Ok(_was_there) => Ok(()),
            Err(cause) => Err(Error::io("remove", &self.0, cause)),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let path = self.0.join(name);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::io("read", path, cause)),
        };
        // What is wrong with it is not told: it would quote the secret.
        let read = serde_json::from_slice(&text).map(Some);
        read.map_err(|_odd| Error::io("read", path, ErrorKind::InvalidData.into()))
    }

    fn write(&self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let path = self.0.join(name);
        let text = serde_json::to_vec(value).unwrap_or_default();
        disk::write(&path, &text, Access::Private).map_err(|cause| Error::io("write", path, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_fresh_and_the_one_before_signs_for_another_day() {
        let mut secret = Secret::new("https://shop.example/hook".to_owned());
        let first = secret.key.clone();
        let bytes = STANDARD
            .decode(first.strip_prefix(PREFIX).unwrap())
            .unwrap();
        assert_eq!(bytes.len(), 32);
        let now = Timestamp::from_millis(0);
        secret.renew(now);
        assert_eq!(secret.keys(now), [secret.key.clone(), first]);
        assert_eq!(
            secret.keys(Timestamp::from_millis(DAY_MS)),
            [secret.key.clone()]
        );
    }
}
