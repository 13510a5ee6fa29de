//! Sign-ins by a provider (OpenID Connect): who here an account there is, and what its groups give.
//!
//! An account is bound by issuer and subject. It is linked by itself only to a user whose address
//! the provider has checked and who is no admin; an admin links theirs while signed in. Groups give
//! the role at each sign-in, but an admin with a password always remains.

use super::account::{active, listed, own_or};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::user::{MAX_NAME, UserDraft, checked, keeps_an_admin, with_rep};
use super::{Caller, Identity, ScopeDraft, State};
use crate::model::event::{ProviderLinked, ProviderSignedIn, ProviderUnlinked};
use crate::model::people::{ProviderAccount, User, UserState};
use crate::model::{Body, People, Role, UserId};

/// What the groups of somebody give them here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Groups give nobody anything: who is a user keeps their role, and nobody else is let in.
    Unruled,
    /// None of theirs gives anything.
    Nothing,
    /// The greatest role that one of theirs gives.
    Role(Role),
}

/// Somebody for whom the provider has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderEntry {
    /// Their account there.
    pub account: ProviderAccount,
    /// Their address, if the provider has checked that it is theirs.
    pub email: Option<String>,
    /// Their name, if it is told.
    pub name: Option<String>,
    /// What their groups give them.
    pub grant: Grant,
}

/// Something done with accounts at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderCommand {
    /// Lets somebody in for whom the provider has answered.
    Enter(ProviderEntry),
    /// Has a user sign in by an account, too: the user's own deed.
    Link {
        /// Who.
        user: String,
        /// By which.
        account: ProviderAccount,
    },
    /// Has a user sign in by no account any more: the user's own deed, or an admin's.
    Unlink {
        /// Who.
        user: String,
    },
}

impl ProviderCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Enter(_) => &role::PROVIDER_ENTER,
            Self::Link { .. } => &role::PROVIDER_LINK,
            Self::Unlink { .. } => &role::PROVIDER_UNLINK,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ProviderCommand,
) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    match command {
        ProviderCommand::Enter(entry) => enter(state, &entry),
        ProviderCommand::Link { user, account } => {
            own_or(caller, &user, false)?;
            link(people, &user, account).map(|body| vec![body])
        }
        ProviderCommand::Unlink { user } => {
            own_or(caller, &user, caller.role >= Role::Admin)?;
            unlink(people, caller, &user).map(|body| vec![body])
        }
    }
}

/// A user of ours for whom the provider has answered.
struct Known<'a> {
    user: &'a User,
    /// Whether the account is theirs already.
    is_linked: bool,
}

fn enter(state: &State<'_>, entry: &ProviderEntry) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    if !people.has_sign_in() {
        return Err(Refusal::conflict(
            "nobody signs in here yet; the first admin does so with a password",
        ));
    }
    let known = known(people, entry)?;
    let granted = match entry.grant {
        Grant::Unruled => None,
        Grant::Nothing => {
            return Err(Refusal::conflict(
                "none of your groups lets you in here; ask an admin which one does",
            ));
        }
        Grant::Role(role) => Some(role),
    };
    let (mut bodies, user, is_linked) = if let Some(Known { user, is_linked }) = known {
        (changed(state, user, granted)?, user.user.clone(), is_linked)
    } else {
        let (bodies, user) = added(state, entry, granted)?;
        (bodies, user, false)
    };
    if !is_linked {
        bodies.push(linked(user.clone(), entry.account.clone()));
    }
    bodies.push(Body::ProviderSignedIn(Box::new(ProviderSignedIn { user })));
    Ok(bodies)
}

/// Who it is: the user with the account, else the one with the address.
fn known<'a>(people: &'a People, entry: &ProviderEntry) -> Result<Option<Known<'a>>, Refusal> {
    let mut was_removed = false;
    for user in people.by_account(&entry.account) {
        was_removed |= user.state == UserState::Removed;
        if user.state != UserState::Removed {
            return let_in(user, true);
        }
    }
    let email = entry.email.as_deref();
    let Some(user) = email.and_then(|email| people.by_email(email)) else {
        if was_removed || email.is_some_and(|email| people.has_removed(email)) {
            return Err(Refusal::conflict(
                "you were taken off the list of users here; ask an admin to add you again",
            ));
        }
        return Ok(None);
    };
    if user.role == Role::Admin {
        return Err(Refusal::conflict(
            "an admin is not let in by an address alone; sign in with the password, and link the \
             account on the page of yours",
        ));
    }
    if user.account.is_some() {
        return Err(Refusal::conflict(
            "the user with this address signs in by another account; an admin can unlink that one",
        ));
    }
    let_in(user, false)
}

fn let_in(user: &User, is_linked: bool) -> Result<Option<Known<'_>>, Refusal> {
    if user.is_active() {
        return Ok(Some(Known { user, is_linked }));
    }
    Err(Refusal::conflict(
        "you may not sign in here for now; ask an admin",
    ))
}

/// A known user with the role that their groups give; the last admin with a password keeps theirs.
fn changed(state: &State<'_>, user: &User, granted: Option<Role>) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    let Some(role) = granted.filter(|role| *role != user.role) else {
        return Ok(Vec::new());
    };
    if role < Role::Admin && keeps_an_admin(people, &user.user).is_err() {
        return Ok(Vec::new());
    }
    let draft = UserDraft {
        user: Some(user.user.to_string()),
        email: user.email.clone(),
        name: user.name.clone(),
        role,
        rep: user.rep.as_ref().map(ToString::to_string),
        // An admin sees everything; who else stays with what they saw.
        scope: (role == Role::Admin).then(ScopeDraft::default),
    };
    Ok(with_rep(state, checked(people, &draft)?))
}

/// Somebody unknown, whom one of their groups lets in.
fn added(
    state: &State<'_>,
    entry: &ProviderEntry,
    granted: Option<Role>,
) -> Result<(Vec<Body>, UserId), Refusal> {
    let role = granted.ok_or(Refusal::conflict(
        "you are no user here yet; ask an admin to add you",
    ))?;
    let email = entry.email.as_deref().ok_or(Refusal::conflict(
        "the provider does not say that it has checked your address, so no user can be made of it; \
         ask an admin to add you",
    ))?;
    let name = entry.name.as_deref().map(str::trim).unwrap_or_default();
    let name = match name {
        "" => email.split('@').next().unwrap_or_default(),
        name => name,
    };
    let draft = UserDraft {
        email: email.to_owned(),
        name: name.chars().take(MAX_NAME).collect(),
        role,
        ..UserDraft::default()
    };
    let set = checked(&state.installation.people, &draft)?;
    let user = set.user.clone();
    Ok((with_rep(state, set), user))
}

fn link(people: &People, user: &str, account: ProviderAccount) -> Result<Body, Refusal> {
    let user = active(people, user)?;
    if user.account.is_some() {
        return Err(Refusal::conflict(
            "you sign in by an account already; unlink that one first",
        ));
    }
    let is_there = |other: &User| other.state != UserState::Removed;
    let is_taken = people.by_account(&account).any(is_there);
    if is_taken {
        return Err(Refusal::conflict(
            "another user signs in by this account; sign in to the provider as yourself",
        ));
    }
    Ok(linked(user.user.clone(), account))
}

fn unlink(people: &People, caller: &Caller, user: &str) -> Result<Body, Refusal> {
    let user = listed(people, user)?;
    if user.account.is_none() {
        return Err(Refusal::conflict("there is no linked account"));
    }
    let is_own = matches!(&caller.identity, Identity::User(id) if *id == *user.user.as_str());
    if is_own && user.password_hash.is_none() {
        return Err(Refusal::conflict(
            "it is your only way in; have an admin make you a link to set a password first",
        ));
    }
    let user = user.user.clone();
    Ok(Body::ProviderUnlinked(Box::new(ProviderUnlinked { user })))
}

fn linked(user: UserId, account: ProviderAccount) -> Body {
    Body::ProviderLinked(Box::new(ProviderLinked {
        user,
        issuer: account.issuer,
        subject: account.subject,
    }))
}
