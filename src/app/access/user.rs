//! Users as they come and go: the set-up, invitations, passwords.

use std::collections::BTreeMap;

use subtle::ConstantTimeEq;

use super::SignedIn;
use super::secret;
use super::session::Session;
use super::view::{InvitationView, UserView};
use crate::app::{App, Error, WriteResult};
use crate::command::{Caller, Command, Identity, UserCommand, UserDraft, invited};
use crate::model::{Invalid, Role, Timestamp};

/// A password that takes the place of another.
#[derive(Clone, Copy, Debug)]
pub struct PasswordChange<'a> {
    /// The present one, where it has to be shown.
    pub present: Option<&'a str>,
    /// The new one.
    pub password: &'a str,
}

impl App {
    /// The path of the set-up, as long as there is no admin and the link holds.
    pub fn set_up_path(&self) -> Option<String> {
        let set_up = &self.access.set_up;
        let holds = !self.people().has_sign_in() && self.clock.now() < set_up.until;
        holds.then(|| format!("/setup?secret={}", set_up.secret))
    }

    /// Whether it is the secret of the set-up, and that still holds.
    pub fn is_set_up_secret(&self, secret: &str) -> bool {
        let is_it = secret
            .as_bytes()
            .ct_eq(self.access.set_up.secret.as_bytes());
        self.set_up_path().is_some() && bool::from(is_it)
    }

    /// Makes the first admin; the caller has shown the secret of the set-up, or has the folder in
    /// hand.
    pub fn set_up(
        &self,
        caller: &Caller,
        draft: UserDraft,
        password: &str,
    ) -> Result<WriteResult, Error> {
        let hash = self.access.passwords.hash(password, &draft.email)?;
        let email = draft.email.clone();
        let command = Command::User(UserCommand::SetUp { draft, hash });
        let written = self.write_now(caller, command)?;
        Ok(self.with_user_id(&written, &email))
    }

    /// Adds a user, or changes one; gives the id.
    pub fn save_user(&self, caller: &Caller, draft: UserDraft) -> Result<WriteResult, Error> {
        let email = draft.email.clone();
        let written = self.write_now(caller, Command::User(UserCommand::Save(draft)))?;
        Ok(self.with_user_id(&written, &email))
    }

    fn with_user_id(&self, written: &WriteResult, email: &str) -> WriteResult {
        let people = self.people();
        let id = people.by_email(email).map(|user| user.user.to_string());
        WriteResult {
            id,
            log_position: written.log_position,
        }
    }

    /// Makes a link by which a user may set a password.
    pub fn invite(&self, caller: &Caller, user: &str) -> Result<InvitationView, Error> {
        let secret = secret::fresh();
        let command = UserCommand::Invite {
            user: user.to_owned(),
            secret_hash: secret::hash(&secret),
        };
        self.write_now(caller, Command::User(command))?;
        let people = self.people();
        let invitation = people.user(user).and_then(|user| user.invitation.as_ref());
        let expires_at = invitation.map(|invitation| invitation.expires_at);
        Ok(InvitationView {
            user: user.to_owned(),
            path: format!("/join?link={user}.{secret}"),
            expires_at: expires_at.unwrap_or(self.clock.now()),
        })
    }

    /// Whom a link invites, if it still holds.
    pub fn invited(&self, link: &str) -> Result<UserView, Error> {
        let (user, secret) = link.rsplit_once('.').unwrap_or_default();
        let people = self.people();
        let user = invited(&people, user, &secret::hash(secret), self.clock.now())?;
        Ok(UserView::new(user, None))
    }

    /// Sets a password by a link, and signs in.
    pub fn join(&self, link: &str, password: &str, agent: &str) -> Result<SignedIn, Error> {
        let (user, secret) = link.rsplit_once('.').unwrap_or_default();
        let email = self.invited(link)?.email;
        let command = UserCommand::Join {
            user: user.to_owned(),
            secret_hash: secret::hash(secret),
            hash: self.access.passwords.hash(password, &email)?,
        };
        let caller = Caller::live(Identity::User(user.to_owned()), Role::Viewer);
        self.write_now(&caller, Command::User(command))?;
        let people = self.people();
        let joined = people.user(user);
        self.after_first_step(joined.ok_or_else(|| Error::unknown("user", user))?, agent)
    }

    /// Sets another password; the one before has to be right, save at the command line.
    pub fn change_password(
        &self,
        caller: &Caller,
        user: &str,
        change: PasswordChange<'_>,
    ) -> Result<WriteResult, Error> {
        let people = self.people();
        let known = people.user(user);
        let known = known.ok_or_else(|| Error::unknown("user", user))?;
        let seen = match change.present {
            Some(present) => {
                let hash = known.password_hash.clone();
                if !self.access.passwords.verify(present, hash.as_deref()) {
                    let reason = "it is not the present password";
                    return Err(Invalid::new("present", reason).into());
                }
                hash
            }
            None if caller.identity == Identity::Cli => {
                // Whoever locked themselves out must not have to wait on top of that.
                self.access.limits.forgive();
                None
            }
            None => return Err(Error::unknown("user", user)),
        };
        let command = UserCommand::SetPassword {
            user: user.to_owned(),
            hash: self.access.passwords.hash(change.password, &known.email)?,
            seen,
        };
        self.write_now(caller, Command::User(command))
    }

    /// Begins a session for a user who is signed in and has set another password.
    pub fn sign_in_again(&self, user: &str, agent: &str) -> Result<String, Error> {
        let people = self.people();
        let user_known = people.user(user).filter(|user| user.can_sign_in());
        self.begin_session(
            user_known.ok_or_else(|| Error::unknown("user", user))?,
            agent,
        )
    }

    /// All users but those removed.
    pub fn users(&self) -> Result<Vec<UserView>, Error> {
        let mut seen = BTreeMap::<String, Timestamp>::new();
        for (key, row) in self.access.store.sessions()? {
            let session = serde_json::from_slice::<Session>(&row);
            if let Some(session) = session.ok().filter(|_session| key.starts_with("s:")) {
                let last = seen.entry(session.user).or_insert(session.seen_at);
                *last = session.seen_at.max(*last);
            }
        }
        let people = self.people();
        let views = people.users().map(|user| {
            let last = seen.get(user.user.as_str()).copied();
            UserView::new(user, last)
        });
        Ok(views.collect())
    }
}
