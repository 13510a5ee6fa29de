//! What is between the press and the way back: held for some minutes, bound to one browser, taken
//! once.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::access::secret;
use crate::lock::Lock;
use crate::model::Timestamp;

/// How long somebody may take at the provider, in milliseconds.
const FLOW_MS: i64 = 10 * 60_000;
/// How many flows are held; who has an older one begins again.
const MOST_FLOWS: usize = 10_000;

/// What somebody goes to the provider for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderAim {
    /// To be let in.
    SignIn,
    /// To sign in by an account there, too, from now on.
    Link {
        /// The user, who is signed in.
        user: String,
    },
}

/// Somebody who is away at the provider.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub(super) aim: ProviderAim,
    /// Which page of ours they want to see.
    pub(super) next: String,
    /// What the browser calls itself.
    pub(super) agent: String,
    /// What the ID token has to say again.
    pub(super) nonce: String,
    /// What shows, with the code, that it is for whoever began (RFC 7636).
    pub(super) verifier: String,
    pub(super) began_at: Timestamp,
}

impl Flow {
    pub(super) fn new(aim: ProviderAim, next: String, agent: String, now: Timestamp) -> Self {
        Self {
            aim,
            next,
            agent,
            nonce: secret::fresh(),
            verifier: secret::fresh(),
            began_at: now,
        }
    }

    /// The hash of the verifier, which the provider is told before.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// Whether an account is to be linked.
    pub(super) const fn is_link(&self) -> bool {
        matches!(self.aim, ProviderAim::Link { .. })
    }
}

/// All who are away.
#[derive(Debug, Default)]
pub(super) struct Flows(Lock<BTreeMap<String, Held>>);

#[derive(Debug)]
struct Held {
    flow: Flow,
    /// The hash of what the browser keeps.
    browser: String,
}

impl Flows {
    /// Holds a flow for whoever comes back with both secrets.
    pub(super) fn keep(&self, state: &str, browser: &str, flow: Flow, now: Timestamp) {
        let mut held = self.0.lock();
        held.retain(|_, held| now < held.flow.began_at.plus_millis(FLOW_MS));
        if held.len() >= MOST_FLOWS {
            held.clear();
        }
        let browser = secret::hash(browser);
        held.insert(secret::hash(state), Held { flow, browser });
    }

    /// Gives a flow to whoever comes back with both secrets, this once.
    pub(super) fn take(&self, state: &str, browser: &str, now: Timestamp) -> Option<Flow> {
        let key = secret::hash(state);
        let mut all = self.0.lock();
        let held = all.get(&key)?;
        let browser = secret::hash(browser);
        // A link that somebody else was sent must not end what the right browser has begun.
        if !bool::from(browser.as_bytes().ct_eq(held.browser.as_bytes())) {
            return None;
        }
        let flow = all.remove(&key)?.flow;
        (now < flow.began_at.plus_millis(FLOW_MS)).then_some(flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn flow() -> Flow {
        Flow::new(ProviderAim::SignIn, String::new(), String::new(), at(0))
    }

    #[test]
    fn a_flow_is_taken_once_by_its_browser_and_in_time() {
        let flows = Flows::default();
        flows.keep("state", "browser", flow(), at(0));
        assert!(flows.take("state", "another", at(1)).is_none());
        assert!(flows.take("another", "browser", at(1)).is_none());
        assert!(flows.take("state", "browser", at(1)).is_some());
        assert!(flows.take("state", "browser", at(1)).is_none());
        flows.keep("late", "browser", flow(), at(0));
        assert!(flows.take("late", "browser", at(FLOW_MS)).is_none());
    }

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let known = Flow { verifier, ..flow() };
        assert_eq!(
            known.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert!((43..=128).contains(&flow().verifier.len()));
        assert_ne!(flow().nonce, flow().nonce);
    }
}
