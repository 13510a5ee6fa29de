//! Whether an ID token is believed (OpenID Connect Core 1.0, section 3.1.3.7), and what it says.
//!
//! Pure. The signature is checked before anything that the token says is looked at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::flow::Flow;
use super::key_set::{Algorithm, KeySet};
use crate::model::Timestamp;

/// How far the provider's clock may be off, in seconds.
const LEEWAY_SECS: i64 = 60;
/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 64 << 10;
/// The longest subject, in characters (section 2).
const MAX_SUBJECT: usize = 255;
/// The most groups that are looked at.
const MOST_GROUPS: usize = 1_000;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// Its key may be a new one.
    #[error("it was signed with a key that is not one of the provider's")]
    UnknownKey,
    /// Whatever keys there are.
    #[error("{0}")]
    Refused(&'static str),
}

/// What a token has to fit.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// The claim with groups.
    pub(super) groups_claim: &'a str,
    pub(super) flow: &'a Flow,
    pub(super) now: Timestamp,
}

/// What a token says that is used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) subject: String,
    /// The address, if the provider has checked it.
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) groups: Vec<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// What has to be understood, of which nothing is.
    #[serde(default)]
    crit: Option<Value>,
}

/// What a token says, if it is believed.
pub(super) fn claims(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Claims, Fault> {
    let shape = Fault::Refused("the ID token is not one of three parts (RFC 7519)");
    if token.len() > MAX_BYTES {
        return Err(Fault::Refused("the ID token is longer than 64 KiB"));
    }
    let (said, signature) = token.rsplit_once('.').ok_or(shape)?;
    let (head, body) = said.split_once('.').ok_or(shape)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_odd| shape);
    let header: Header = serde_json::from_slice(&decoded(head)?).map_err(|_odd| shape)?;
    let algorithm = Algorithm::parse(&header.alg).filter(|_| header.crit.is_none());
    let algorithm = algorithm.ok_or(Fault::Refused(
        "the ID token is signed in a way that is not taken; RS256 and ES256 are",
    ))?;
    let named = (algorithm, header.kid.as_deref());
    match keys.has_signed(named, said.as_bytes(), &decoded(signature)?) {
        None => return Err(Fault::UnknownKey),
        Some(false) => return Err(Fault::Refused("the ID token's signature is not right")),
        Some(true) => {}
    }
    let claims: Map<String, Value> =
        serde_json::from_slice(&decoded(body)?).map_err(|_odd| shape)?;
    check_parties(&claims, expected)?;
    check_times(&claims, expected)?;
    read(&claims, expected)
}

/// From whom, for whom, and to what it is an answer.
fn check_parties(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Fault::Refused("the ID token is of another issuer"));
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_ours = audience.contains(&expected.client_id);
    let has_presenter = claims.contains_key("azp");
    let presenter_is_us = text("azp") == Some(expected.client_id);
    if !is_ours || (has_presenter || audience.len() > 1) && !presenter_is_us {
        return Err(Fault::Refused("the ID token is for another client"));
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.flow.nonce.as_bytes())) {
        return Err(Fault::Refused(
            "the ID token is the answer to another sign-in",
        ));
    }
    Ok(())
}

/// Whether it is made for this sign-in and holds.
fn check_times(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Fault> {
    let secs = |name: &str| {
        let value = claims.get(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a fraction of a second does not matter, and the cast stops at the ends"
        )]
        let of_fraction = value.as_f64().map(|secs| secs as i64);
        value.as_i64().or(of_fraction)
    };
    let now = expected.now.millis().div_euclid(1_000);
    let began = expected.flow.began_at.millis().div_euclid(1_000);
    if secs("exp").is_none_or(|end| end.saturating_add(LEEWAY_SECS) <= now) {
        return Err(Fault::Refused("the ID token has expired"));
    }
    let ahead = now + LEEWAY_SECS;
    let issued = secs("iat");
    let is_ahead = |at: Option<i64>| at.is_some_and(|at| at > ahead);
    if issued.is_none() || is_ahead(issued) || is_ahead(secs("nbf")) {
        return Err(Fault::Refused(
            "the ID token is of an instant that is yet to come; mind the clocks",
        ));
    }
    let is_before = |at: Option<i64>| at.is_some_and(|at| at < began - LEEWAY_SECS);
    if is_before(issued) {
        return Err(Fault::Refused(
            "the ID token was made before this sign-in began; mind the clocks",
        ));
    }
    if expected.flow.is_link() && is_before(secs("auth_time")) {
        return Err(Fault::Refused(
            "you were signed in at the provider before; sign in there afresh to link the account",
        ));
    }
    Ok(())
}

fn read(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<Claims, Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let subject = text("sub").unwrap_or_default();
    let length = subject.chars().count();
    if length == 0 || length > MAX_SUBJECT || subject.contains(char::is_control) {
        return Err(Fault::Refused("the ID token does not say who it is"));
    }
    let is_checked = claims.get("email_verified") == Some(&Value::Bool(true));
    let groups = match claims.get(expected.groups_claim) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => {
            let many = many.iter().filter_map(Value::as_str).take(MOST_GROUPS);
            many.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    Ok(Claims {
        subject: subject.to_owned(),
        email: text("email").filter(|_| is_checked).map(str::to_owned),
        name: text("name")
            .or(text("preferred_username"))
            .map(str::to_owned),
        groups,
    })
}
