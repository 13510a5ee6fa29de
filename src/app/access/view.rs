//! Users and tokens as the fronts show them: without hashes.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::command::ScopeDraft;
use crate::model::event::MailWish;
use crate::model::people::{Notices, Token, User, UserState};
use crate::model::{ClockFormat, LanguageChoice, Role, Timestamp};

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// May sign in.
    Active,
    /// Has no way in yet: neither a password nor a linked account.
    Invited,
    /// May not sign in for now.
    Suspended,
    /// Is no more.
    Removed,
}

/// An account at a provider by which somebody signs in, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkedAccount {
    /// The provider, as it calls itself.
    pub issuer: String,
    /// What it calls the account.
    pub subject: String,
}

/// Somebody who signs in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserView {
    /// Which.
    pub user: String,
    /// The address that they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The rep whose conversations are theirs.
    pub rep: Option<String>,
    /// How much of the desk they see.
    pub scope: ScopeDraft,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// The account at a provider by which they sign in, too.
    pub account: Option<LinkedAccount>,
    /// Whether their sign-in asks for a code, too.
    pub second_factor: bool,
    /// Whether single letters are commands for them on the pages of the desk.
    pub single_keys: bool,
    /// For how long they can take a reply back, in seconds.
    pub undo_secs: u32,
    /// How their browser tells that a contact wrote.
    pub notices: Notices,
    /// What they hear of by mail, where mails go out.
    pub mails: BTreeSet<MailWish>,
    /// The language of pages and mails; `browser`: pages in that of the browser, mails in English.
    pub language: LanguageChoice,
    /// How the time of day is written.
    pub clock: ClockFormat,
    /// Since when there is this user.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// When they were seen last, to the hour.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
}

impl UserView {
    pub(super) fn new(user: &User, last_seen_at: Option<Timestamp>) -> Self {
        let status = match user.state {
            UserState::Suspended => UserStatus::Suspended,
            UserState::Removed => UserStatus::Removed,
            UserState::Active if user.can_sign_in() => UserStatus::Active,
            UserState::Active => UserStatus::Invited,
        };
        let account = user.account.as_ref().map(|account| LinkedAccount {
            issuer: account.issuer.clone(),
            subject: account.subject.clone(),
        });
        Self {
            user: user.user.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            rep: user.rep.as_ref().map(ToString::to_string),
            scope: (&user.scope).into(),
            status,
            single_keys: user.habits.single_keys,
            undo_secs: user.habits.undo_secs,
            notices: user.habits.notices,
            mails: user.habits.mails.clone(),
            language: user.habits.language,
            clock: user.habits.clock,
            account,
            second_factor: user.second_factor.is_some(),
            added_at: user.added_at,
            last_seen_at,
        }
    }
}

/// A program that may use the API.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenView {
    /// Which; its text begins with it.
    pub token: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The rep whose conversations are its own.
    pub rep: Option<String>,
    /// How much of the desk it sees.
    pub scope: ScopeDraft,
    /// Since when it holds.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// Until when it holds, if not until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// Since when it holds no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the hour.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

impl TokenView {
    pub(super) fn new(token: &Token, last_used_at: Option<Timestamp>) -> Self {
        Self {
            token: token.token.to_string(),
            name: token.name.clone(),
            role: token.role,
            rep: token.rep.as_ref().map(ToString::to_string),
            scope: (&token.scope).into(),
            created_at: token.created_at,
            created_by: token.created_by.clone(),
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at,
        }
    }
}

/// A link by which somebody may set a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InvitationView {
    /// Whose.
    pub user: String,
    /// The path to open on this server, shown this once.
    pub path: String,
    /// Until when it holds, if it is not used or replaced before.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A token that was made just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewToken {
    /// Which.
    pub token: String,
    /// What to send as `Authorization: Bearer`, shown this once.
    pub secret: String,
    /// The position of the log that holds it.
    pub log_position: u64,
}
