//! The second factor of a sign-in: set by the user, crossed off code by code, taken away by the
//! user or an admin.

use super::account::{active, listed, own_or};
use super::refusal::Refusal;
use super::{Caller, State};
use crate::model::event::{RecoveryCodeUsed, SecondFactorRemoved, SecondFactorSet};
use crate::model::{Body, Role};

pub(super) fn set(
    state: &State<'_>,
    caller: &Caller,
    user: &str,
    (secret, recovery_hashes): (String, Vec<String>),
) -> Result<Body, Refusal> {
    own_or(caller, user, false)?;
    let user = active(&state.installation.people, user)?;
    if user.second_factor.is_some() {
        return Err(Refusal::conflict(
            "there is a second factor already; take it away first",
        ));
    }
    Ok(Body::SecondFactorSet(Box::new(SecondFactorSet {
        user: user.user.clone(),
        secret,
        recovery_hashes,
    })))
}

pub(super) fn used(
    state: &State<'_>,
    caller: &Caller,
    user: &str,
    secret_hash: String,
) -> Result<Body, Refusal> {
    own_or(caller, user, false)?;
    let user = active(&state.installation.people, user)?;
    let factor = user.second_factor.as_ref();
    let holds = factor.is_some_and(|factor| factor.recovery.contains(&secret_hash));
    if !holds {
        return Err(Refusal::unknown("recovery code", "…"));
    }
    Ok(Body::RecoveryCodeUsed(Box::new(RecoveryCodeUsed {
        user: user.user.clone(),
        secret_hash,
    })))
}

pub(super) fn remove(state: &State<'_>, caller: &Caller, user: &str) -> Result<Body, Refusal> {
    own_or(caller, user, caller.role >= Role::Admin)?;
    let user = listed(&state.installation.people, user)?;
    if user.second_factor.is_none() {
        return Err(Refusal::conflict("there is no second factor"));
    }
    let user = user.user.clone();
    Ok(Body::SecondFactorRemoved(Box::new(SecondFactorRemoved {
        user,
    })))
}
