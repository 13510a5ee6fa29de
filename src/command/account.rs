//! The user whom a command is about: one that is there, may have a password, or is the caller.

use super::refusal::Refusal;
use super::{Caller, Identity};
use crate::model::People;
use crate::model::people::User;

/// A user who is not removed.
pub(super) fn listed<'a>(people: &'a People, id: &str) -> Result<&'a User, Refusal> {
    let user = people.users().find(|user| user.user.as_str() == id);
    user.ok_or_else(|| Refusal::unknown("user", id))
}

/// A user who may have a password.
pub(super) fn active<'a>(people: &'a People, id: &str) -> Result<&'a User, Refusal> {
    let user = listed(people, id)?;
    if user.is_active() {
        return Ok(user);
    }
    Err(Refusal::conflict(
        "the user is suspended; let them sign in again first",
    ))
}

/// Refuses what only the user may do, or whom else it is given to.
pub(super) fn own_or(caller: &Caller, user: &str, is_given: bool) -> Result<(), Refusal> {
    let is_own = matches!(&caller.identity, Identity::User(id) if id == user);
    if is_own || is_given {
        return Ok(());
    }
    Err(Refusal::unknown("user", user))
}
