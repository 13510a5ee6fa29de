//! Visitors of the chat widget: a signed token names the contact that they are, and the host may
//! sign who its users are.
//!
//! A token is not kept anywhere: what it says and the signature are all there is, and when its visitor
//! was signed out last, which is journalled. A host signs with
//! HS256 (RFC 7519) and the secret that the settings show.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::key::mac;
use super::limit::VisitLimit;
use crate::app::folder::backup::hex;
use crate::app::{App, Error};
use crate::model::{ContactId, DAY_MS, HOUR_MS, Invalid, Timestamp};

/// What tokens are signed for.
const TOKEN: &str = "visitor token";
/// What the host's secret is made for.
const HOST: &str = "host secret";
/// For how long a token of somebody unknown holds.
const UNKNOWN_MS: i64 = 180 * DAY_MS;
/// For how long a token of a user of the host holds.
const VERIFIED_MS: i64 = 12 * HOUR_MS;
/// How far ahead the end of what a host signed may lie, in seconds.
const MAX_AHEAD_SECS: i64 = 24 * 3_600;
/// How far the host's clock may be ahead of ours, in seconds.
const SLACK_SECS: i64 = 300;
/// The longest text of a token that is looked at, in bytes.
const MAX_BYTES: usize = 8 << 10;

/// A visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The contact that they are.
    pub contact: String,
    /// Whether the host's own sign-in answers for them.
    pub is_verified: bool,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    visitor: Visitor,
    until: Timestamp,
}

/// A user of the host, as it has signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HostUser {
    /// What the host calls them.
    #[serde(alias = "sub")]
    pub id: String,
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their address.
    #[serde(default)]
    pub email: Option<String>,
    /// Until when it holds, in seconds since 1970.
    exp: i64,
    /// When it was signed, in seconds since 1970.
    #[serde(default)]
    iat: Option<i64>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// For how long a visitor's token holds.
const fn lasts(visitor: &Visitor) -> i64 {
    if visitor.is_verified {
        VERIFIED_MS
    } else {
        UNKNOWN_MS
    }
}

impl App {
    /// Counts what a visitor does; where it was too much, after how long more is let through.
    pub fn check_visit(&self, what: VisitLimit<'_>) -> Result<(), Duration> {
        self.access.limits.check_visit(what)
    }

    /// The token of a visitor.
    pub fn visitor_token(&self, visitor: &Visitor) -> Result<String, Error> {
        let claims = Claims {
            visitor: visitor.clone(),
            until: self.clock.now().plus_millis(lasts(visitor)),
        };
        let said = serde_json::to_vec(&claims).unwrap_or_default();
        self.access.key.seal(TOKEN, &said)
    }

    /// Whose token it is; none: nobody's, or not any more.
    pub fn visitor(&self, token: &str) -> Result<Option<Visitor>, Error> {
        let Some(said) = self.access.key.unseal(TOKEN, token)? else {
            return Ok(None);
        };
        let claims = serde_json::from_slice::<Claims>(&said).ok();
        let holds = claims.filter(|claims| self.clock.now() < claims.until);
        let visitor = holds.filter(|claims| !self.is_signed_out(claims));
        Ok(visitor.map(|claims| claims.visitor))
    }

    /// Whether the visitor was signed out after the token was given out.
    fn is_signed_out(&self, claims: &Claims) -> bool {
        let given_out_at = claims.until.plus_millis(-lasts(&claims.visitor));
        let signed_out_at = self.overlay.with(self.clock.now(), |state| {
            let book = &state.installation.contacts;
            book.signed_out_at(&claims.visitor.contact)
        });
        signed_out_at.is_some_and(|at| given_out_at <= at)
    }

    /// The secret that the host signs its users with.
    pub fn host_secret(&self) -> Result<String, Error> {
        let number = self.snapshot().installation.widget.host_secret;
        self.access.key.sign(HOST, &number.to_string())
    }

    /// The user that a host has signed.
    pub fn host_user(&self, token: &str) -> Result<HostUser, Error> {
        let refused = |reason: &str| Error::from(Invalid::new("user", reason));
        let shape = "it is no token of three parts (RFC 7519) that is signed with HS256";
        let parts: Vec<&str> = token.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else {
            return Err(refused(shape));
        };
        if token.len() > MAX_BYTES {
            return Err(refused("it is longer than 8 KiB"));
        }
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        let header = serde_json::from_slice::<Header>(&decoded(head));
        if header.is_ok_and(|header| header.alg != "HS256") {
            return Err(refused(shape));
        }
        let secret = self.host_secret()?;
        let right = hex(&mac(secret.as_bytes(), &[head, ".", claims]));
        let given = hex(&decoded(signature));
        if !bool::from(right.as_bytes().ct_eq(given.as_bytes())) {
            return Err(refused("its signature is not one of this desk's secret"));
        }
        let user = serde_json::from_slice::<HostUser>(&decoded(claims)).map_err(|fault| {
            let reason = format!("its claims cannot be used ({fault}); expected `id` and `exp`");
            Invalid::new("user", reason)
        })?;
        let now = self.clock.now().millis().div_euclid(1_000);
        if user.exp <= now {
            return Err(refused(
                "it has expired; the host signs a new one for each page",
            ));
        }
        if user.exp - now > MAX_AHEAD_SECS {
            return Err(refused("its `exp` is more than a day ahead; expected less"));
        }
        if user.iat.is_some_and(|iat| iat - now > SLACK_SECS) {
            return Err(refused("its `iat` lies ahead; the host's clock is wrong"));
        }
        ContactId::parse(&user.id)
            .map_err(|fault| Invalid::new("user", format!("its `id` {fault}")))?;
        Ok(user)
    }
}
