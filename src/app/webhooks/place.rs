//! What is kept of a webhook on this machine: a folder each in `DATA/webhooks`, which only its owner may
//! read.
//!
//! `secret.json` holds its address, which may be a secret itself, and what is signed with;
//! `progress.json` says how far it is told. Neither is in the journal, in an export or in a backup.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::progress::Progress;
use crate::app::Error;
use crate::app::private_folder::PrivateFolder;
use crate::clock::Clock;
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
pub(super) struct Place(PrivateFolder);

impl Place {
    pub(super) fn new(all: &Path, webhook: &WebhookId) -> Self {
        Self(PrivateFolder::new(all.join(webhook.as_str())))
    }

    /// Makes it.
    pub(super) fn make(&self) -> Result<(), Error> {
        self.0.make()
    }

    pub(super) fn secret(&self) -> Result<Option<Secret>, Error> {
        self.0.read("secret.json")
    }

    pub(super) fn keep_secret(&self, secret: &Secret) -> Result<(), Error> {
        self.0.write("secret.json", secret)
    }

    pub(super) fn progress(&self) -> Result<Option<Progress>, Error> {
        self.0.read("progress.json")
    }

    pub(super) fn keep_progress(&self, progress: &Progress) -> Result<(), Error> {
        self.0.write("progress.json", progress)?;
        failpoint::pass("webhook.kept");
        Ok(())
    }

    pub(super) fn remove(&self) -> Result<(), Error> {
        self.0.remove()
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
