//! Whose word is taken on who signs in, as `svar.toml` says.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::{MAX_TIMEOUT_SECS, Safety, safety_of};
use crate::model::Role;

/// How long a provider of sign-ins may take for each thing that it is asked.
const DEFAULT_PROVIDER_SECS: u64 = 10;

/// A provider that signs people in by OpenID Connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Its address, letter by letter as it calls itself, such as `https://id.shop.example`.
    pub issuer: String,
    /// What it calls this Svar.
    pub client_id: String,
    /// The file with the secret that it gave this Svar, which only its owner may read; none: it
    /// wants none.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What people call it; by default `single sign-on`.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is asked to tell besides who it is; `email` and `profile` by default.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// The claim with somebody's groups; `groups` by default.
    #[serde(default)]
    pub groups_claim: Option<String>,
    /// What somebody in a group may do, the greatest role of all their groups; empty: it lets in
    /// only who is a user already.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// How long it may take for each thing that it is asked, in seconds; 10 by default.
    #[serde(default)]
    pub timeout_secs: Option<u64>,
}

impl OidcConfig {
    /// How long it may take for each thing that it is asked, in seconds.
    pub fn timeout_secs(&self) -> u64 {
        self.timeout_secs.unwrap_or(DEFAULT_PROVIDER_SECS)
    }

    /// What cannot be used of the settings, by name.
    pub(super) fn fault(&self) -> Option<String> {
        let issuer = &self.issuer;
        if safety_of(issuer) != Some(Safety::Private) {
            return Some(format!(
                "oidc.issuer: `{issuer}` is no address such as https://id.shop.example; only on \
                 this machine it may be http://"
            ));
        }
        let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_graphic());
        if !is_word(&self.client_id) {
            return Some("oidc.client_id: expected what the provider calls this Svar".to_owned());
        }
        if self
            .name
            .as_ref()
            .is_some_and(|name| name.trim().is_empty())
        {
            return Some("oidc.name: it is empty; expected what people call it".to_owned());
        }
        let mut scopes = self.scopes.iter().flatten();
        if let Some(odd) = scopes.find(|scope| !is_word(scope)) {
            return Some(format!("oidc.scopes: `{odd}` is no scope such as `email`"));
        }
        if self.groups_claim.as_deref().is_some_and(str::is_empty) {
            return Some("oidc.groups_claim: it is empty; expected a name".to_owned());
        }
        if !(1..=MAX_TIMEOUT_SECS).contains(&self.timeout_secs()) {
            return Some(format!(
                "oidc.timeout_secs: expected 1 to {MAX_TIMEOUT_SECS}, somebody waits for it"
            ));
        }
        None
    }
}
