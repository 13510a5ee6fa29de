//! What is done to users: they are added, invited, suspended, removed, and set their passwords.
//!
//! Passwords come in as hashes; secrets of links as the hash of what was shown. An admin who
//! can sign in always remains.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::account::{active, listed, own_or};
use super::habits::{self, HabitsDraft};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{filled, rep_id, user_id};
use super::{Caller, Identity, ScopeDraft, State, factor, scope};
use crate::model::event::{
    PasswordSet, Patch, RepDeleted, RepUpserted, SessionsEnded, UserInvited, UserRemoved, UserSet,
    UserSuspended,
};
use crate::model::people::User;
use crate::model::{Body, DAY_MS, Invalid, People, Role, Timestamp, UserId};

/// The longest name of a user, in characters.
pub(super) const MAX_NAME: usize = 200;
/// The longest address, in characters (RFC 5321).
const MAX_EMAIL: usize = 254;
/// The longest id that is made of an address, in bytes.
const MAX_MADE_ID: usize = 40;
/// How long an invitation holds.
const INVITATION_MS: i64 = 7 * DAY_MS;

/// A user as an admin writes them down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserDraft {
    /// The user to change; left out: a new one, who is called by the address.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub user: Option<String>,
    /// The address that they sign in with.
    #[schema(max_length = 254, pattern = "^[^@\\s]+@[^@\\s]+$")]
    pub email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The rep whose conversations are theirs.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub rep: Option<String>,
    /// How much of the desk they see; left out: as before, a new one everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeDraft>,
}

/// Something done to a user, whom `user` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Makes the first admin, with a password: the set-up of an installation.
    SetUp {
        /// Who.
        draft: UserDraft,
        /// The hash of the password.
        hash: String,
    },
    /// Adds a user, or changes one.
    Save(UserDraft),
    /// Makes a link by which the user may set a password; an earlier one ends.
    Invite {
        /// Whom.
        user: String,
        /// SHA-256 of the secret in the link.
        secret_hash: String,
    },
    /// Sets a password by such a link.
    Join {
        /// Who.
        user: String,
        /// SHA-256 of the secret in the link.
        secret_hash: String,
        /// The hash of the password.
        hash: String,
    },
    /// Sets another password: the user's own, or at the command line anybody's.
    SetPassword {
        /// Whose.
        user: String,
        /// The hash of the password.
        hash: String,
        /// The hash of the password that was checked before, if it had to be.
        seen: Option<String>,
    },
    /// Has the user's sign-in ask for codes of this secret: the user's own deed.
    SetSecondFactor {
        /// Whose.
        user: String,
        /// What codes are made from, in base32.
        secret: String,
        /// SHA-256 of the recovery codes.
        recovery: Vec<String>,
    },
    /// Crosses a recovery code off that lets the user in.
    UseRecoveryCode {
        /// Whose.
        user: String,
        /// SHA-256 of the code.
        hash: String,
    },
    /// Has the user's sign-in ask for no code any more: the user's own deed, or an admin's.
    RemoveSecondFactor {
        /// Whose.
        user: String,
    },
    /// Signs the user out everywhere.
    EndSessions {
        /// Whom.
        user: String,
    },
    /// Keeps the user from signing in, or lets them again.
    Suspend {
        /// Whom.
        user: String,
        /// Whether they are suspended.
        on: bool,
    },
    /// Changes how the user wants to work: the user's own deed.
    Settle {
        /// Who.
        user: String,
        /// What of it.
        habits: HabitsDraft,
    },
    /// Takes the user off the list; what they did keeps their name.
    Remove {
        /// Whom.
        user: String,
    },
}

impl UserCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::SetUp { .. } => &role::USER_SET_UP,
            Self::Save(_) => &role::USER_SAVE,
            Self::Invite { .. } => &role::USER_INVITE,
            Self::Join { .. } => &role::USER_JOIN,
            Self::SetPassword { .. } => &role::USER_SET_PASSWORD,
            Self::SetSecondFactor { .. } => &role::USER_SET_FACTOR,
            Self::UseRecoveryCode { .. } => &role::USER_USE_CODE,
            Self::RemoveSecondFactor { .. } => &role::USER_REMOVE_FACTOR,
            Self::EndSessions { .. } => &role::USER_END_SESSIONS,
            Self::Suspend { .. } => &role::USER_SUSPEND,
            Self::Settle { .. } => &role::USER_SETTLE,
            Self::Remove { .. } => &role::USER_REMOVE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: UserCommand,
) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    let body = match command {
        UserCommand::SetUp { draft, hash } => return set_up(state, &draft, hash),
        UserCommand::Save(draft) => {
            let set = checked(people, &draft)?;
            if set.role < Role::Admin {
                keeps_an_admin(people, &set.user)?;
            }
            return Ok(with_rep(state, set));
        }
        UserCommand::Invite { user, secret_hash } => {
            let user = active(people, &user)?;
            Body::UserInvited(Box::new(UserInvited {
                user: user.user.clone(),
                secret_hash,
                expires_at: state.now.plus_millis(INVITATION_MS),
            }))
        }
        UserCommand::Join {
            user,
            secret_hash,
            hash,
        } => {
            let user = invited(people, &user, &secret_hash, state.now)?;
            password(user, hash)
        }
        UserCommand::SetPassword { user, hash, seen } => {
            own_or(caller, &user, caller.identity == Identity::Cli)?;
            let user = active(people, &user)?;
            if seen.is_some() && seen != user.password_hash {
                return Err(changed(user));
            }
            password(user, hash)
        }
        UserCommand::SetSecondFactor {
            user,
            secret,
            recovery,
        } => factor::set(state, caller, &user, (secret, recovery))?,
        UserCommand::UseRecoveryCode { user, hash } => factor::used(state, caller, &user, hash)?,
        UserCommand::RemoveSecondFactor { user } => factor::remove(state, caller, &user)?,
        UserCommand::EndSessions { user } => {
            own_or(caller, &user, caller.role >= Role::Admin)?;
            let user = listed(people, &user)?.user.clone();
            Body::SessionsEnded(Box::new(SessionsEnded { user }))
        }
        UserCommand::Suspend { user, on } => suspended(people, &user, on)?,
        UserCommand::Settle { user, habits } => habits::set(people, caller, &user, &habits)?,
        UserCommand::Remove { user } => {
            let listed = listed(people, &user)?;
            keeps_an_admin(people, &listed.user)?;
            return Ok(removed(state, listed));
        }
    };
    Ok(vec![body])
}

fn suspended(people: &People, user: &str, on: bool) -> Result<Body, Refusal> {
    let user = listed(people, user)?.user.clone();
    if on {
        keeps_an_admin(people, &user)?;
    }
    Ok(Body::UserSuspended(Box::new(UserSuspended { user, on })))
}

fn set_up(state: &State<'_>, draft: &UserDraft, hash: String) -> Result<Vec<Body>, Refusal> {
    let people = &state.installation.people;
    if people.has_sign_in() {
        return Err(Refusal::conflict(
            "the first admin is there already; sign in, or have an admin invite you",
        ));
    }
    let draft = UserDraft {
        role: Role::Admin,
        ..draft.clone()
    };
    let set = checked(people, &draft)?;
    let user = set.user.clone();
    let mut bodies = with_rep(state, set);
    bodies.push(Body::PasswordSet(Box::new(PasswordSet { user, hash })));
    Ok(bodies)
}

/// The end of a user, and of the rep whom they were, where that one came with them.
fn removed(state: &State<'_>, user: &User) -> Vec<Body> {
    let own = user
        .rep
        .as_ref()
        .filter(|rep| rep.as_str() == user.user.as_str());
    let mut reps = state.conversations.directory().reps();
    let own = own.filter(|own| reps.any(|(id, _)| id == own.as_str()));
    let left = own.map(|rep| Body::RepDeleted(Box::new(RepDeleted { rep: rep.clone() })));
    let user = user.user.clone();
    let removed = Body::UserRemoved(Box::new(UserRemoved { user }));
    left.into_iter().chain([removed]).collect()
}

/// The user, and before that the rep whom they are, where the desk has none of that id yet.
pub(super) fn with_rep(state: &State<'_>, set: UserSet) -> Vec<Body> {
    let directory = state.conversations.directory();
    let fresh = set
        .rep
        .as_ref()
        .filter(|rep| directory.rep_name(rep.as_str()).is_none());
    let fresh = fresh.map(|rep| {
        Body::RepUpserted(Box::new(RepUpserted {
            rep: rep.clone(),
            name: set.name.clone(),
            email: Patch::Set(set.email.clone()),
            team: Patch::Keep,
            schedule: Patch::Keep,
        }))
    });
    fresh
        .into_iter()
        .chain([Body::UserSet(Box::new(set))])
        .collect()
}

fn password(user: &User, hash: String) -> Body {
    let user = user.user.clone();
    Body::PasswordSet(Box::new(PasswordSet { user, hash }))
}

/// Whom a link was made for, if it still holds.
pub fn invited<'a>(
    people: &'a People,
    user: &str,
    secret_hash: &str,
    now: Timestamp,
) -> Result<&'a User, Refusal> {
    let user = people.user(user).filter(|user| {
        user.invitation.as_ref().is_some_and(|invitation| {
            let is_it: bool = invitation
                .secret_hash
                .as_bytes()
                .ct_eq(secret_hash.as_bytes())
                .into();
            is_it && now < invitation.expires_at
        })
    });
    user.ok_or_else(|| {
        Refusal::conflict(
            "this link does not hold any more: it was used, replaced by a later one, or is too \
             old; ask an admin for another",
        )
    })
}

pub(super) fn checked(people: &People, draft: &UserDraft) -> Result<UserSet, Refusal> {
    let name = draft.name.trim();
    filled("name", name, MAX_NAME)?;
    let email = draft.email.trim();
    check_email(email)?;
    let other = people.by_email(email);
    let user = match &draft.user {
        Some(user) => listed(people, user)?.user.clone(),
        None => fresh_id(people, email)?,
    };
    if other.is_some_and(|other| other.user != user) {
        return Err(Refusal::conflict(
            "another user has this address already; change that one, or take another address",
        ));
    }
    let rep = draft.rep.as_deref().filter(|rep| !rep.is_empty());
    // Who handles conversations is a rep, called as the user is unless another one is named.
    let rep = rep.or((draft.role >= Role::Rep).then_some(user.as_str()));
    let rep = rep.map(rep_id).transpose()?;
    let before = people.user(user.as_str()).map(|user| (&user.scope).into());
    let wanted = draft.scope.clone().or(before).unwrap_or_default();
    Ok(UserSet {
        scope: scope::checked(&wanted, draft.role, rep.as_ref())?,
        user,
        email: email.to_owned(),
        name: name.to_owned(),
        role: draft.role,
        rep,
    })
}

pub(super) fn check_email(email: &str) -> Result<(), Invalid> {
    filled("email", email, MAX_EMAIL)?;
    let parts = email.split_once('@');
    let is_fit = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    if parts.is_some_and(|(name, host)| is_fit(name) && is_fit(host) && !host.contains('@')) {
        return Ok(());
    }
    let reason = format!("`{email}` is no address such as ada@shop.example");
    Err(Invalid::new("email", reason))
}

/// An id out of an address, which nobody has or had: `ada`, `ada-2`, ….
fn fresh_id(people: &People, email: &str) -> Result<UserId, Invalid> {
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    let word: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(MAX_MADE_ID)
        .collect();
    let word = word.trim_matches('-');
    let word = if word.is_empty() { "user" } else { word };
    let mut id = word.to_owned();
    let mut number = 1_u32;
    while people.user(&id).is_some() {
        number = number.saturating_add(1);
        id = format!("{word}-{number}");
    }
    user_id(&id)
}

/// Refuses to lose the last admin who can sign in with a password, whatever becomes of a provider.
pub(super) fn keeps_an_admin(people: &People, user: &UserId) -> Result<(), Refusal> {
    let is_admin = people
        .user(user.as_str())
        .is_some_and(|user| user.role == Role::Admin && user.has_own_way());
    if !is_admin || people.has_admin_besides(user) {
        return Ok(());
    }
    Err(Refusal::conflict(
        "this is the last admin who can sign in with a password; make another one first",
    ))
}

fn changed(user: &User) -> Refusal {
    Refusal::Changed {
        kind: "user",
        id: user.user.to_string(),
    }
}
