//! An API token: a program that may use the API.

use serde::{Deserialize, Serialize};

use crate::model::{RepId, Role, Scope, Sight, Timestamp, TokenId};

/// A program that may use the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Which.
    pub token: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The rep whose conversations are its own.
    pub rep: Option<RepId>,
    /// How much of the desk it sees.
    pub scope: Scope,
    /// SHA-256 of its secret, in hexadecimal digits.
    pub secret_hash: String,
    /// Since when it holds.
    pub created_at: Timestamp,
    /// Who made it, as an actor of the journal.
    pub created_by: String,
    /// Until when it holds, if not until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// Since when it holds no more.
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// What of the desk it sees.
    pub fn sight(&self) -> Sight {
        self.scope.sight(self.rep.as_ref())
    }

    /// Whether it holds at an instant.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
