//! Who is let in: sign-in, sessions, links that set passwords, tokens.
//!
//! Users and tokens are a fold (`model::people`), changed by commands; what is here is what takes
//! long (hashing), what is random (secrets), and what is in no journal (sessions, tries). Asked
//! by the fronts at each request.

mod code;
mod key;
mod limit;
mod password;
mod provider;
mod second;
mod secret;
mod session;
mod token;
mod user;
mod view;
mod visitor;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::options::Options;
use super::{App, Error};
use crate::clock::Clock;
use crate::command::Caller;
use crate::model::people::User;
use crate::model::{HOUR_MS, People, Role, Timestamp};
use crate::store::Store;
pub use code::code_of;
use key::Key;
use limit::Limits;
pub use limit::VisitLimit;
use password::Passwords;
pub use password::check_password;
use provider::Provider;
pub use provider::{
    PROVIDER_PATH, ProviderAim, ProviderError, ProviderOutcome, ProviderReturn, ProviderStart,
    ProviderWish,
};
use second::Steps;
pub use second::{NewFactor, RecoveryCodes, SecondStep};
use session::Session;
pub use token::TokenDraft;
pub use user::PasswordChange;
pub use view::{InvitationView, LinkedAccount, NewToken, TokenView, UserStatus, UserView};
pub use visitor::{HostUser, Visitor};

/// How long the link of the set-up holds after a start.
const SET_UP_MS: i64 = HOUR_MS;
/// How long a browser keeps a session's cookie, in seconds.
pub const COOKIE_SECS: i64 = session::IDLE_MS / 1_000;
/// What letting in needs besides the folds.
pub(super) struct Access {
    store: Arc<Store>,
    limits: Limits,
    key: Key,
    passwords: Passwords,
    steps: Steps,
    provider: Option<Provider>,
    set_up: SetUp,
}

/// The link by which the first admin is made.
struct SetUp {
    secret: String,
    until: Timestamp,
}

impl Access {
    pub(super) fn new(store: Arc<Store>, keys: PathBuf, clock: &Clock, options: &Options) -> Self {
        Self {
            store,
            limits: Limits::new(clock),
            key: Key::new(keys),
            passwords: Passwords::default(),
            steps: Steps::default(),
            provider: Provider::new(options),
            set_up: SetUp {
                secret: secret::fresh(),
                until: clock.now().plus_millis(SET_UP_MS),
            },
        }
    }

    /// The signature of a text for a purpose, which nobody without the folder can make.
    pub(super) fn sign(&self, purpose: &str, text: &str) -> Result<String, Error> {
        self.key.sign(purpose, text)
    }

    /// A token that says something for a purpose, for a link.
    pub(super) fn seal(&self, purpose: &str, said: &str) -> Result<String, Error> {
        self.key.seal(purpose, said.as_bytes())
    }

    /// What a token of a link says; none: it is not one of ours for this purpose.
    pub(super) fn unseal(&self, purpose: &str, token: &str) -> Result<Option<String>, Error> {
        let said = self.key.unseal(purpose, token)?;
        Ok(said.and_then(|said| String::from_utf8(said).ok()))
    }
}

/// Somebody who wants to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The address of the account.
    pub email: String,
    /// The password.
    pub password: String,
    /// Where from, where that is known.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: String,
}

/// What a right password gives, or the word of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The secret of a session.
    Session(String),
    /// A ticket: a code has to be shown, too.
    Code(String),
}

impl SignedIn {
    /// The secret of the session, if there is one.
    pub fn session(self) -> Option<String> {
        match self {
            Self::Session(secret) => Some(secret),
            Self::Code(_) => None,
        }
    }
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such user, or the password is another.
    #[error("the address or the password is not right")]
    Wrong,
    /// The code is another, or was used before.
    #[error("the code is not right, or was used before")]
    WrongCode,
    /// The first step was too long ago.
    #[error("that took too long, or was done already; sign in again")]
    Over,
    /// There were too many tries.
    #[error("there were too many tries; try again in {} seconds", .0.as_secs() + 1)]
    TooMany(Duration),
    /// It failed.
    #[error(transparent)]
    App(#[from] Error),
}

impl App {
    /// Users and tokens as they are after the last journalled event: whoever is suspended is out
    /// before that is folded.
    pub fn people(&self) -> Arc<People> {
        self.overlay.with(self.clock.now(), |state| {
            Arc::clone(&state.installation.people)
        })
    }

    /// Whether a caller may read conversations: words, and contacts' names.
    pub fn reads_words(&self, caller: &Caller) -> bool {
        caller.role >= Role::Rep || self.people().rules().viewers_read
    }

    /// Lets a user in with a password, or asks for a code.
    pub fn sign_in(&self, attempt: &SignIn) -> Result<SignedIn, SignInError> {
        let tried = self.access.limits.check(&attempt.email, attempt.address);
        tried.map_err(SignInError::TooMany)?;
        let people = self.people();
        let user = people.by_email(&attempt.email);
        let hash = user.and_then(|user| user.password_hash.as_deref());
        let is_right = self.access.passwords.verify(&attempt.password, hash);
        let user = user.filter(|user| is_right && user.can_sign_in());
        let user = user.ok_or(SignInError::Wrong)?;
        Ok(self.after_first_step(user, &attempt.agent)?)
    }

    fn begin_session(&self, user: &User, agent: &str) -> Result<String, Error> {
        self.forget_sessions()?;
        let secret = secret::fresh();
        let session = Session::begin(user, agent, self.clock.now());
        let row = serde_json::to_vec(&session).unwrap_or_default();
        let key = session_key(&secret);
        self.access.store.keep_session(&key, &row)?;
        Ok(secret)
    }

    /// Whose session it is, if it goes on.
    pub fn session(&self, secret: &str) -> Option<User> {
        let key = session_key(secret);
        let session = self.read_session(&key)?;
        let people = self.people();
        let user = people.user(&session.user);
        let now = self.clock.now();
        if !session.holds(user, now) {
            return None;
        }
        if let Some(used) = session.used(now) {
            self.note(&key, &used);
        }
        if let Some(user) = user {
            self.hear(user);
        }
        user.cloned()
    }

    /// Ends one session.
    pub fn sign_out(&self, secret: &str) -> Result<(), Error> {
        Ok(self.access.store.end_sessions(&[session_key(secret)])?)
    }

    /// Forgets sessions that have ended by themselves.
    fn forget_sessions(&self) -> Result<(), Error> {
        let (people, now) = (self.people(), self.clock.now());
        let rows = self.access.store.sessions()?;
        let is_over = |key: &str, row: &[u8]| {
            key.starts_with("s:")
                && serde_json::from_slice::<Session>(row).map_or(true, |session| {
                    !session.holds(people.user(&session.user), now)
                })
        };
        let over = rows.into_iter().filter(|(key, row)| is_over(key, row));
        let over: Vec<String> = over.map(|(key, _)| key).collect();
        Ok(self.access.store.end_sessions(&over)?)
    }

    fn read_session(&self, key: &str) -> Option<Session> {
        let row = self.access.store.session(key).ok()??;
        serde_json::from_slice(&row).ok()
    }

    fn note(&self, key: &str, row: &impl serde::Serialize) {
        let row = serde_json::to_vec(row).unwrap_or_default();
        if let Err(error) = self.access.store.note_session(key, &row) {
            tracing::warn!(%error, "it could not be noted that a session was used");
        }
    }
}

fn session_key(secret: &str) -> String {
    format!("s:{}", secret::hash(secret))
}
