//! Who may sign in, and as what: a fold of Svar's own events of users and API tokens.
//!
//! Pure: passwords are checked and sessions kept elsewhere. Users are never forgotten, so
//! that what they did keeps their name; one that is removed is only marked so. Decided over by
//! `command`, read by the fronts at each request.

mod rules;
mod token;
mod user;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use rules::AccessRules;
pub use token::Token;
pub use user::{
    Invitation, Notices, ProviderAccount, SecondFactor, User, UserState, WorkHabits, folded_email,
};

use super::event::{TokenCreated, UserSet};
use super::{Body, Event, Provenance, Role, Timestamp, TokenId, UserId};

/// All users and tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    users: BTreeMap<UserId, User>,
    tokens: BTreeMap<TokenId, Token>,
    rules: AccessRules,
    /// Whether there has been an admin who could sign in: from then on nobody is let in unsigned.
    has_sign_in: bool,
}

impl People {
    /// Whether who is not signed in is kept out: from the first admin with a password on, for
    /// good.
    pub const fn has_sign_in(&self) -> bool {
        self.has_sign_in
    }

    /// What holds for everybody.
    pub const fn rules(&self) -> &AccessRules {
        &self.rules
    }

    /// All users but those removed, by id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        let all = self.users.values();
        all.filter(|user| user.state != UserState::Removed)
    }

    /// A user, also a removed one.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(&UserId::parse(id).ok()?)
    }

    /// The user who signs in with an address.
    pub fn by_email(&self, email: &str) -> Option<&User> {
        let email = folded_email(email);
        self.users().find(|user| folded_email(&user.email) == email)
    }

    /// Everybody who signs in, or did, by an account at a provider: removed ones, too.
    pub fn by_account(&self, account: &ProviderAccount) -> impl Iterator<Item = &User> {
        let all = self.users.values();
        all.filter(|user| user.account.as_ref() == Some(account))
    }

    /// Whether somebody with this address was removed.
    pub fn has_removed(&self, email: &str) -> bool {
        let email = folded_email(email);
        let mut all = self.users.values();
        all.any(|user| user.state == UserState::Removed && folded_email(&user.email) == email)
    }

    /// All tokens, the revoked ones too, by id.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values()
    }

    /// A token.
    pub fn token(&self, id: &str) -> Option<&Token> {
        self.tokens.get(&TokenId::parse(id).ok()?)
    }

    /// Whether somebody else than `user` could look after people: an active admin with a
    /// password.
    pub fn has_admin_besides(&self, user: &UserId) -> bool {
        self.users()
            .any(|other| other.user != *user && other.role == Role::Admin && other.has_own_way())
    }

    /// Whether an event changes people.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::UserSet(_)
                | Body::UserInvited(_)
                | Body::PasswordSet(_)
                | Body::SecondFactorSet(_)
                | Body::RecoveryCodeUsed(_)
                | Body::SecondFactorRemoved(_)
                | Body::ProviderLinked(_)
                | Body::ProviderUnlinked(_)
                | Body::SessionsEnded(_)
                | Body::UserSuspended(_)
                | Body::UserRemoved(_)
                | Body::HabitsSet(_)
                | Body::AccessSet(_)
                | Body::TokenCreated(_)
                | Body::TokenRevoked(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::UserSet(set) => self.set(set, event.at),
            Body::UserSuspended(suspended) => {
                let state = if suspended.on {
                    UserState::Suspended
                } else {
                    UserState::Active
                };
                self.change(&suspended.user, |user| user.enter(state));
            }
            Body::UserRemoved(removed) => {
                self.change(&removed.user, |user| user.enter(UserState::Removed));
            }
            Body::HabitsSet(set) => self.change(&set.user, |user| user.habits.change(set)),
            Body::AccessSet(set) => self.rules.change(set),
            Body::TokenCreated(created) => self.add_token(created, from.actor, event.at),
            Body::TokenRevoked(revoked) => {
                if let Some(token) = self.tokens.get_mut(&revoked.token) {
                    token.revoked_at.get_or_insert(event.at);
                }
            }
            other => self.apply_way_in(other),
        }
        self.has_sign_in |= self
            .users
            .values()
            .any(|user| user.role == Role::Admin && user.has_own_way());
    }

    /// Takes in what changes how a user gets in.
    fn apply_way_in(&mut self, body: &Body) {
        match body {
            Body::UserInvited(invited) => self.change(&invited.user, |user| {
                user.invitation = Some(Invitation {
                    secret_hash: invited.secret_hash.clone(),
                    expires_at: invited.expires_at,
                });
            }),
            Body::PasswordSet(set) => self.change(&set.user, |user| {
                user.password_hash = Some(set.hash.clone());
                user.invitation = None;
                user.session_epoch += 1;
            }),
            Body::SecondFactorSet(set) => self.change(&set.user, |user| {
                user.second_factor = Some(SecondFactor {
                    secret: set.secret.clone(),
                    recovery: set.recovery_hashes.clone(),
                });
            }),
            Body::RecoveryCodeUsed(used) => self.change(&used.user, |user| {
                if let Some(factor) = &mut user.second_factor {
                    factor.recovery.retain(|hash| *hash != used.secret_hash);
                }
            }),
            Body::SecondFactorRemoved(removed) => {
                self.change(&removed.user, |user| user.second_factor = None);
            }
            Body::ProviderLinked(linked) => self.change(&linked.user, |user| {
                user.account = Some(ProviderAccount {
                    issuer: linked.issuer.clone(),
                    subject: linked.subject.clone(),
                });
            }),
            Body::ProviderUnlinked(unlinked) => self.change(&unlinked.user, |user| {
                user.account = None;
                user.session_epoch += 1;
            }),
            Body::SessionsEnded(ended) => {
                self.change(&ended.user, |user| user.session_epoch += 1);
            }
            _ => {}
        }
    }

    fn set(&mut self, set: &UserSet, at: Timestamp) {
        let user = self.users.entry(set.user.clone());
        let user = user.or_insert_with(|| User::new(set.user.clone(), at));
        user.email.clone_from(&set.email);
        user.name.clone_from(&set.name);
        user.role = set.role;
        user.rep.clone_from(&set.rep);
        user.scope.clone_from(&set.scope);
        if user.state == UserState::Removed {
            user.enter(UserState::Active);
            user.password_hash = None;
            user.account = None;
            user.second_factor = None;
        }
    }

    fn change(&mut self, id: &UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(id) {
            change(user);
        }
    }

    fn add_token(&mut self, created: &TokenCreated, by: &str, at: Timestamp) {
        let token = Token {
            token: created.token.clone(),
            name: created.name.clone(),
            role: created.role,
            rep: created.rep.clone(),
            scope: created.scope.clone(),
            secret_hash: created.secret_hash.clone(),
            created_at: at,
            created_by: by.to_owned(),
            expires_at: created.expires_at,
            revoked_at: None,
        };
        self.tokens.entry(created.token.clone()).or_insert(token);
    }
}

#[cfg(test)]
mod tests;
