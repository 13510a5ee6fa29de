//! API tokens: made with a role, shown once, revoked.

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, rep_id, token_id};
use super::{Caller, ScopeDraft, State, scope};
use crate::model::event::{TokenCreated, TokenRevoked};
use crate::model::{Body, Invalid, Role, Timestamp};

/// The longest name of a token, in characters.
const MAX_NAME: usize = 200;

/// Something done to an API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenCommand {
    /// Makes one.
    Create {
        /// Its id, which its text begins with.
        token: String,
        /// What it is for.
        name: String,
        /// What it may do: no more than who makes it.
        role: Role,
        /// The rep whose conversations are its own, and in whose name it writes.
        rep: Option<String>,
        /// How much of the desk it sees.
        scope: ScopeDraft,
        /// SHA-256 of its secret.
        secret_hash: String,
        /// Until when it holds, if not until it is revoked.
        expires_at: Option<Timestamp>,
    },
    /// Ends one.
    Revoke {
        /// Which.
        token: String,
    },
}

impl TokenCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Create { .. } => &role::TOKEN_CREATE,
            Self::Revoke { .. } => &role::TOKEN_REVOKE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: TokenCommand,
) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    let body = match command {
        TokenCommand::Create {
            token,
            name,
            role,
            rep,
            scope,
            secret_hash,
            expires_at,
        } => {
            let token = token_id(&token)?;
            filled("name", name.trim(), MAX_NAME)?;
            if role > caller.role {
                let reason = format!("a token of the role {role} may not be made by this one");
                return Err(Invalid::new("role", reason).into());
            }
            if let Some(end) = expires_at.filter(|end| *end <= state.now) {
                let reason = format!("`{end}` is past");
                return Err(Invalid::new("expires_at", reason).into());
            }
            let rep = rep.as_deref().map(rep_id).transpose()?;
            Body::TokenCreated(Box::new(TokenCreated {
                token,
                name: name.trim().to_owned(),
                role,
                scope: scope::checked(&scope, role, rep.as_ref())?,
                rep,
                secret_hash,
                expires_at,
            }))
        }
        TokenCommand::Revoke { token } => {
            let held = people.token(&token);
            let held = held.filter(|held| held.revoked_at.is_none());
            let held = held.ok_or_else(|| Refusal::unknown("token", &token))?;
            let token = held.token.clone();
            Body::TokenRevoked(Box::new(TokenRevoked { token }))
        }
    };
    Ok(vec![body])
}
