//! The events of who may sign in: users, their passwords and invitations, API tokens.
//!
//! Passwords are argon2id hashes, invitations, tokens and recovery codes SHA-256 of random secrets
//! that were shown once. The one secret in them is that of a second factor, since codes are made
//! from it; like all of Svar's own events it is in no export, and it is shown in no audit log.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::mail::MailWish;
use crate::model::{ClockFormat, LanguageChoice, RepId, Role, Scope, Timestamp, TokenId, UserId};

/// A user has these facts from now on; a new one cannot sign in before a password is set.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSet {
    /// Which.
    pub user: UserId,
    /// The address that they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The rep whose conversations are theirs.
    #[serde(default)]
    pub rep: Option<RepId>,
    /// How much of the desk they see.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub scope: Scope,
}

/// A user may set a password by a link, until then or until one is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserInvited {
    /// Which.
    pub user: UserId,
    /// SHA-256 of the secret in the link, in hexadecimal digits.
    pub secret_hash: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A user has another password; it ends invitations and what was signed in with the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordSet {
    /// Which.
    pub user: UserId,
    /// The argon2id hash, with its parameters.
    pub hash: String,
}

/// A user's sign-in asks for codes of this secret from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorSet {
    /// Which.
    pub user: UserId,
    /// What codes are made from, in base32.
    pub secret: String,
    /// SHA-256 of each recovery code, in hexadecimal digits.
    pub recovery_hashes: Vec<String>,
}

/// A recovery code was used, and holds no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodeUsed {
    /// Whose.
    pub user: UserId,
    /// Its SHA-256.
    pub secret_hash: String,
}

/// A user's sign-in asks for no code any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRemoved {
    /// Which.
    pub user: UserId,
}

/// A user signs in by this account at a provider, too, from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderLinked {
    /// Which.
    pub user: UserId,
    /// The provider, as it calls itself.
    pub issuer: String,
    /// What the provider calls the account, for good.
    pub subject: String,
}

/// A user signs in by no provider any more, and is signed out everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderUnlinked {
    /// Which.
    pub user: UserId,
}

/// The provider has answered for a user who signs in; a code may be asked for besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSignedIn {
    /// Which.
    pub user: UserId,
}

/// A user is signed out everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsEnded {
    /// Which.
    pub user: UserId,
}

/// How a user wants to work; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HabitsSet {
    /// Which.
    pub user: UserId,
    /// Whether single letters are commands.
    #[serde(default)]
    pub single_keys: Option<bool>,
    /// For how long a reply can be taken back, in seconds.
    #[serde(default)]
    pub undo_secs: Option<u32>,
    /// Whether the titles of pages say how many unread conversations there are.
    #[serde(default)]
    pub title_count: Option<bool>,
    /// Whether a contact's message sounds.
    #[serde(default)]
    pub sound: Option<bool>,
    /// Whether the desktop tells of a contact's message.
    #[serde(default)]
    pub desktop_notices: Option<bool>,
    /// What they hear of by mail: all of it.
    #[serde(default)]
    pub mails: Option<BTreeSet<MailWish>>,
    /// The language of pages and mails.
    #[serde(default)]
    pub language: Option<LanguageChoice>,
    /// How the time of day is written.
    #[serde(default)]
    pub clock: Option<ClockFormat>,
}

/// A user may not sign in, or may again; name and history stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSuspended {
    /// Which.
    pub user: UserId,
    /// Whether they are suspended.
    pub on: bool,
}

/// A user is no more; what they did keeps their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRemoved {
    /// Which.
    pub user: UserId,
}

/// Rules of access changed; what is left out stays.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSet {
    /// Whether viewers may read conversations.
    #[serde(default)]
    pub viewers_read: Option<bool>,
    /// Whether an admin without a second factor may look only.
    #[serde(default)]
    pub admins_need_code: Option<bool>,
    /// Whether reps may block contacts.
    #[serde(default)]
    pub reps_block: Option<bool>,
}

/// A program may use the API.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenCreated {
    /// Which token.
    pub token: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The rep whose conversations are its own.
    #[serde(default)]
    pub rep: Option<RepId>,
    /// How much of the desk it sees.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub scope: Scope,
    /// SHA-256 of its secret, in hexadecimal digits.
    pub secret_hash: String,
    /// Until when it holds; left out: until it is revoked.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A token holds no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// Which.
    pub token: TokenId,
}
