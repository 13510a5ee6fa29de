//! The provider as it is asked: what it says of itself, where people are sent, codes for ID tokens.
//!
//! What it says of itself is kept for an hour; keys once more at a token of an unknown one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use ureq::RequestBuilder;
use ureq::typestate::WithBody;

use super::discovery::{self, Discovery, Secret};
use super::error::ProviderError;
use super::flow::{Flow, Flows};
use super::id_token::{self, Claims, Expected, Fault};
use super::key_set::KeySet;
use crate::app::access::secret;
use crate::app::options::Options;
use crate::config::OidcConfig;
use crate::fetch;
use crate::lock::Lock;
use crate::model::{HOUR_MS, Timestamp};

/// Where the provider sends people back to, below the public address.
pub const PROVIDER_PATH: &str = "/sign-in/oidc";
/// What the provider is called where it has no name.
const NAME: &str = "single sign-on";
/// What is asked for besides `openid`.
const SCOPES: [&str; 2] = ["email", "profile"];
/// How long what the provider says of itself is kept; keys that it took back hold no longer.
const KEPT_MS: i64 = HOUR_MS;
/// How many sign-ins may wait for the provider at once: each holds a thread.
const MOST_AT_ONCE: usize = 16;

/// The provider, as the settings of this machine name it.
pub(in super::super) struct Provider {
    pub(super) config: OidcConfig,
    back_to: String,
    pub(super) flows: Flows,
    known: Lock<Option<Known>>,
    waiting: AtomicUsize,
}

/// What the provider says of itself.
#[derive(Clone)]
struct Known {
    discovery: Discovery,
    keys: KeySet,
    until: Timestamp,
}

/// Where a browser is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderStart {
    /// The address.
    pub location: String,
    /// What it keeps meanwhile, and shows when it comes back.
    pub browser: String,
}

/// The answer to a code.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// One of those who wait.
struct Turn<'a>(&'a AtomicUsize);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Provider {
    /// The provider of these options, if they name one, and where it sends people back to.
    pub(in super::super) fn new(options: &Options) -> Option<Self> {
        let config = options.oidc.clone()?;
        let public_url = options.network.public_url.as_ref()?;
        Some(Self {
            back_to: format!("{}{PROVIDER_PATH}", public_url.whole()),
            config,
            flows: Flows::default(),
            known: Lock::default(),
            waiting: AtomicUsize::new(0),
        })
    }

    /// What people call it.
    pub(super) fn name(&self) -> &str {
        self.config.name.as_deref().map_or(NAME, str::trim)
    }

    /// What is wrong with the settings, before anything is asked.
    pub(super) fn fault(&self) -> Option<String> {
        self.secret().err()
    }

    /// Where a browser is sent, and what it is to bring back.
    pub(super) fn begin(&self, flow: Flow, now: Timestamp) -> Result<ProviderStart, ProviderError> {
        let known = self.known(now)?;
        let scopes = self.config.scopes.as_deref();
        let asked: Vec<&str> = match scopes {
            Some(scopes) => scopes.iter().map(String::as_str).collect(),
            None => SCOPES.to_vec(),
        };
        let others = asked.into_iter().filter(|scope| *scope != "openid");
        let scope: Vec<&str> = ["openid"].into_iter().chain(others).collect();
        let (state, browser) = (secret::fresh(), secret::fresh());
        let mut pairs = vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.config.client_id.clone()),
            ("redirect_uri", self.back_to.clone()),
            ("scope", scope.join(" ")),
            ("state", state.clone()),
            ("nonce", flow.nonce.clone()),
            ("code_challenge", flow.challenge()),
            ("code_challenge_method", "S256".to_owned()),
        ];
        if flow.is_link() {
            pairs.push(("prompt", "login".to_owned()));
            pairs.push(("max_age", "0".to_owned()));
        }
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.flows.keep(&state, &browser, flow, now);
        Ok(ProviderStart {
            location: known.discovery.authorization(&form(&pairs)),
            browser,
        })
    }

    /// The account of whoever comes back with this code.
    pub(super) fn redeem(
        &self,
        flow: &Flow,
        code: &str,
        now: Timestamp,
    ) -> Result<Claims, ProviderError> {
        let known = self.known(now)?;
        let token = self.exchange(&known.discovery, flow, code)?;
        let expected = Expected {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            groups_claim: self.config.groups_claim.as_deref().unwrap_or("groups"),
            flow,
            now,
        };
        match id_token::claims(&token, &known.keys, &expected) {
            Ok(claims) => Ok(claims),
            Err(Fault::UnknownKey) => {
                // It may have new keys since; it is asked for them once.
                let keys = self.keys(&known.discovery)?;
                self.keep(Known {
                    keys: keys.clone(),
                    ..known
                });
                id_token::claims(&token, &keys, &expected).map_err(|fault| disbelieved(&fault))
            }
            Err(fault) => Err(disbelieved(&fault)),
        }
    }

    /// The ID token for a code.
    fn exchange(
        &self,
        discovery: &Discovery,
        flow: &Flow,
        code: &str,
    ) -> Result<String, ProviderError> {
        let _turn = self.turn()?;
        let url = &discovery.token_endpoint;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.back_to.as_str()),
            ("code_verifier", flow.verifier.as_str()),
        ];
        let id = self.config.client_id.as_str();
        let secret = self.secret().map_err(ProviderError::Unreachable)?;
        let mut request: RequestBuilder<WithBody> = fetch::agent(url, self.config.timeout_secs())
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json");
        match secret.as_deref().map(|secret| (discovery.secret(), secret)) {
            Some((Secret::Header, secret)) => {
                let both = format!("{}:{}", escaped(id), escaped(secret));
                let value = format!("Basic {}", STANDARD.encode(both));
                request = request.header("authorization", value);
            }
            Some((Secret::Form, secret)) => {
                pairs.push(("client_id", id));
                pairs.push(("client_secret", secret));
            }
            None => pairs.push(("client_id", id)),
        }
        let reply = fetch::reply(request.send(form(&pairs))).map_err(ProviderError::Unreachable)?;
        let tokens: Result<Tokens, _> = serde_json::from_slice(&reply);
        let odd = |_odd| ProviderError::Disbelieved("it gave no ID token for the code".to_owned());
        Ok(tokens.map_err(odd)?.id_token)
    }

    /// What the provider says of itself, asked for anew where that is long ago.
    fn known(&self, now: Timestamp) -> Result<Known, ProviderError> {
        let kept = self.known.lock().clone();
        if let Some(kept) = kept.filter(|kept| now < kept.until) {
            return Ok(kept);
        }
        let url = discovery::address(&self.config.issuer);
        let reply = self.ask(&url)?;
        let read = Discovery::read(&reply, &self.config.issuer);
        let discovery = read.map_err(ProviderError::Disbelieved)?;
        let known = Known {
            keys: self.keys(&discovery)?,
            discovery,
            until: now.plus_millis(KEPT_MS),
        };
        self.keep(known.clone());
        Ok(known)
    }

    fn keep(&self, known: Known) {
        *self.known.lock() = Some(known);
    }

    fn keys(&self, discovery: &Discovery) -> Result<KeySet, ProviderError> {
        let reply = self.ask(&discovery.jwks_uri)?;
        KeySet::read(&reply).map_err(ProviderError::Disbelieved)
    }

    fn ask(&self, url: &str) -> Result<Vec<u8>, ProviderError> {
        let _turn = self.turn()?;
        let request = fetch::agent(url, self.config.timeout_secs()).get(url);
        let request = request.header("accept", "application/json");
        fetch::reply(request.call()).map_err(ProviderError::Unreachable)
    }

    /// A place among those who wait.
    fn turn(&self) -> Result<Turn<'_>, ProviderError> {
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let turn = Turn(&self.waiting);
        if before < MOST_AT_ONCE {
            return Ok(turn);
        }
        Err(ProviderError::TooMany(Duration::from_secs(
            self.config.timeout_secs(),
        )))
    }

    fn secret(&self) -> Result<Option<String>, String> {
        let file = self.config.client_secret_file.as_deref();
        file.map(fetch::read_key).transpose()
    }
}

fn disbelieved(fault: &Fault) -> ProviderError {
    ProviderError::Disbelieved(fault.to_string())
}

/// Pairs as a form or a query has them.
fn form(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("issuer", &self.config.issuer)
            .finish_non_exhaustive()
    }
}
