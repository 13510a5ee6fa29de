//! A user: somebody who signs in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::event::{HabitsSet, MailWish};
use crate::model::{ClockFormat, LanguageChoice, RepId, Role, Scope, Sight, Timestamp, UserId};

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    /// May sign in, once there is a password.
    #[default]
    Active,
    /// May not for now.
    Suspended,
    /// Is no more.
    Removed,
}

/// A link by which a password may be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// SHA-256 of its secret, in hexadecimal digits.
    pub secret_hash: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// What a sign-in asks for besides the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// What codes are made from, in base32.
    pub secret: String,
    /// SHA-256 of the recovery codes that were not used yet.
    pub recovery: Vec<String>,
}

/// An account at a provider of sign-ins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAccount {
    /// The provider, as it calls itself.
    pub issuer: String,
    /// What it calls the account, for good.
    pub subject: String,
}

/// How somebody wants to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkHabits {
    /// Whether single letters are commands on the pages of the desk.
    pub single_keys: bool,
    /// For how long a reply can be taken back after it was sent, in seconds.
    pub undo_secs: u32,
    /// How a browser tells of a contact's message.
    pub notices: Notices,
    /// What they hear of by mail.
    pub mails: BTreeSet<MailWish>,
    /// The language of pages and mails.
    #[serde(default)]
    pub language: LanguageChoice,
    /// How the time of day is written.
    #[serde(default)]
    pub clock: ClockFormat,
}

/// How a browser tells that a contact wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notices {
    /// Whether the titles of pages say how many unread conversations there are.
    pub title_count: bool,
    /// Whether it sounds.
    pub sound: bool,
    /// Whether the desktop says so, where the browser may.
    pub desktop_notices: bool,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            title_count: true,
            sound: false,
            desktop_notices: false,
        }
    }
}

impl WorkHabits {
    /// Changes what was said.
    pub(super) fn change(&mut self, set: &HabitsSet) {
        self.single_keys = set.single_keys.unwrap_or(self.single_keys);
        self.undo_secs = set.undo_secs.unwrap_or(self.undo_secs);
        let notices = &mut self.notices;
        notices.title_count = set.title_count.unwrap_or(notices.title_count);
        notices.sound = set.sound.unwrap_or(notices.sound);
        notices.desktop_notices = set.desktop_notices.unwrap_or(notices.desktop_notices);
        if let Some(mails) = &set.mails {
            self.mails.clone_from(mails);
        }
        self.language = set.language.unwrap_or(self.language);
        self.clock = set.clock.unwrap_or(self.clock);
    }
}

impl Default for WorkHabits {
    fn default() -> Self {
        Self {
            single_keys: true,
            undo_secs: 10,
            notices: Notices::default(),
            mails: MailWish::ALL.into(),
            language: LanguageChoice::default(),
            clock: ClockFormat::default(),
        }
    }
}

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Which.
    pub user: UserId,
    /// The address that they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The rep whose conversations are theirs.
    pub rep: Option<RepId>,
    /// How much of the desk they see.
    pub scope: Scope,
    /// Whether they may sign in.
    pub state: UserState,
    /// The argon2id hash of the password, once there is one.
    pub password_hash: Option<String>,
    /// The account at a provider by which they sign in, too.
    #[serde(default)]
    pub account: Option<ProviderAccount>,
    /// What a sign-in asks for besides.
    pub second_factor: Option<SecondFactor>,
    /// The last link by which one may be set.
    pub invitation: Option<Invitation>,
    /// A session that began in an earlier epoch has ended.
    pub session_epoch: u64,
    /// Since when there is this user.
    pub added_at: Timestamp,
    /// How they want to work.
    pub habits: WorkHabits,
}

impl User {
    pub(super) fn new(user: UserId, at: Timestamp) -> Self {
        Self {
            user,
            email: String::new(),
            name: String::new(),
            role: Role::Viewer,
            rep: None,
            scope: Scope::All,
            state: UserState::Active,
            password_hash: None,
            account: None,
            second_factor: None,
            invitation: None,
            session_epoch: 0,
            added_at: at,
            habits: WorkHabits::default(),
        }
    }

    /// What of the desk they see.
    pub fn sight(&self) -> Sight {
        self.scope.sight(self.rep.as_ref())
    }

    /// Whether nothing is against their signing in.
    pub const fn is_active(&self) -> bool {
        matches!(self.state, UserState::Active)
    }

    /// Whether there is a way in, too: a password, or an account at a provider.
    pub const fn can_sign_in(&self) -> bool {
        (self.password_hash.is_some() || self.account.is_some()) && self.is_active()
    }

    /// Whether they can sign in whatever becomes of a provider.
    pub const fn has_own_way(&self) -> bool {
        self.password_hash.is_some() && self.is_active()
    }

    /// Changes the state; whoever may not sign in any more is signed out, and their links end.
    pub(super) fn enter(&mut self, state: UserState) {
        if state != UserState::Active {
            self.session_epoch += 1;
            self.invitation = None;
        }
        self.state = state;
    }
}

/// An address by which two spellings of it are the same.
pub fn folded_email(email: &str) -> String {
    email.trim().to_lowercase()
}
