//! The second step of a sign-in, and setting it up.
//!
//! Between the two steps a browser holds a ticket for some minutes. A code is taken once: the
//! last step that a user's code was of is noted beside the sessions, and recovery codes are
//! crossed off in the journal.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;
use utoipa::ToSchema;

use super::secret;
use super::{SignInError, SignedIn, code};
use crate::app::{App, Error, WriteResult};
use crate::command::{Caller, Command, Identity, UserCommand};
use crate::lock::Lock;
use crate::model::people::User;
use crate::model::{Invalid, Role, Timestamp};

/// How long a ticket holds.
const TICKET_MS: i64 = 5 * 60_000;
/// How many tickets are held; who has an older one begins again.
const MOST_TICKETS: usize = 10_000;

/// What is between two steps.
#[derive(Debug, Default)]
pub(super) struct Steps(Lock<Held>);

#[derive(Debug, Default)]
struct Held {
    /// By the hash of their secret.
    tickets: BTreeMap<String, Ticket>,
}

/// Somebody whose password was right, or for whom a provider has answered.
#[derive(Clone, Debug)]
struct Ticket {
    user: String,
    epoch: u64,
    agent: String,
    until: Timestamp,
}

/// A second factor that is being set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewFactor {
    /// The secret, for an authenticator app.
    pub secret: String,
    /// The same as an address that such an app reads from a QR code.
    pub address: String,
}

/// The codes that let somebody in who has lost the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each is taken once; they are shown this once.
    pub recovery_codes: Vec<String>,
    /// The position of the log that holds them.
    pub log_position: u64,
}

/// The second step of a sign-in.
#[derive(Clone, Debug)]
pub struct SecondStep {
    /// What the first step gave.
    pub ticket: String,
    /// A code of the app, or a recovery code.
    pub code: String,
    /// Where from, where that is known.
    pub address: Option<IpAddr>,
}

impl App {
    /// What follows a right password, or a provider's word: a session, or the question for a code.
    pub(super) fn after_first_step(&self, user: &User, agent: &str) -> Result<SignedIn, Error> {
        if user.second_factor.is_none() {
            return Ok(SignedIn::Session(self.begin_session(user, agent)?));
        }
        let (fresh, now) = (secret::fresh(), self.clock.now());
        let mut held = self.access.steps.0.lock();
        held.tickets.retain(|_, ticket| now < ticket.until);
        if held.tickets.len() >= MOST_TICKETS {
            held.tickets.clear();
        }
        let ticket = Ticket {
            user: user.user.to_string(),
            epoch: user.session_epoch,
            agent: agent.to_owned(),
            until: now.plus_millis(TICKET_MS),
        };
        held.tickets.insert(secret::hash(&fresh), ticket);
        Ok(SignedIn::Code(fresh))
    }

    /// Lets a user in with a code; gives the secret of the session.
    pub fn sign_in_with_code(&self, step: &SecondStep) -> Result<String, SignInError> {
        let key = secret::hash(&step.ticket);
        let now = self.clock.now();
        let ticket = self.access.steps.0.lock().tickets.get(&key).cloned();
        let ticket = ticket.filter(|ticket| now < ticket.until);
        let ticket = ticket.ok_or(SignInError::Over)?;
        let people = self.people();
        let user = people.user(&ticket.user);
        let user = user.filter(|user| user.can_sign_in() && user.session_epoch == ticket.epoch);
        let user = user.ok_or(SignInError::Over)?;
        let tried = self.access.limits.check_code(&ticket.user, step.address);
        tried.map_err(SignInError::TooMany)?;
        if !self.takes_code(user, &step.code)? {
            return Err(SignInError::WrongCode);
        }
        self.access.steps.0.lock().tickets.remove(&key);
        Ok(self.begin_session(user, &ticket.agent)?)
    }

    /// Whether a code is right, which uses it up.
    fn takes_code(&self, user: &User, typed: &str) -> Result<bool, Error> {
        let Some(factor) = &user.second_factor else {
            return Ok(false);
        };
        if let Some(step) = code::step_of(&factor.secret, typed, self.clock.now()) {
            return self.uses_step(user, step);
        }
        let hash = code::recovery_hash(typed);
        if !factor.recovery.contains(&hash) {
            return Ok(false);
        }
        let id = user.user.to_string();
        let caller = Caller::live(Identity::User(id.clone()), Role::Viewer);
        let command = UserCommand::UseRecoveryCode { user: id, hash };
        match self.write_now(&caller, Command::User(command)) {
            Ok(_) => Ok(true),
            // Of two with the same code one came first.
            Err(Error::Unknown { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Notes that a user's code of a step was used; false: that one, or a later one, was before.
    fn uses_step(&self, user: &User, step: i64) -> Result<bool, Error> {
        let key = format!("c:{}", user.user);
        // One at a time, so that one code lets one in.
        let _one_at_a_time = self.access.steps.0.lock();
        let used = self.access.store.session(&key)?;
        let used: Option<i64> = used.and_then(|row| serde_json::from_slice(&row).ok());
        if used.is_some_and(|used| step <= used) {
            return Ok(false);
        }
        let row = serde_json::to_vec(&step).unwrap_or_default();
        self.access.store.keep_session(&key, &row)?;
        Ok(true)
    }

    /// A fresh secret for a user to put into an authenticator app; nothing is kept of it yet.
    pub fn new_factor(&self, user: &str) -> Result<NewFactor, Error> {
        let people = self.people();
        let known = people.user(user);
        let known = known.ok_or_else(|| Error::unknown("user", user))?;
        let secret = code::fresh_secret();
        Ok(NewFactor {
            address: code::address(&secret, &known.email),
            secret,
        })
    }

    /// Asks a user for codes of this secret from now on, of which one has to be shown.
    pub fn set_factor(
        &self,
        caller: &Caller,
        user: &str,
        secret: &str,
        typed: &str,
    ) -> Result<RecoveryCodes, Error> {
        let Some(step) = code::step_of(secret, typed, self.clock.now()) else {
            let reason = "it is not the code that the app shows now; mind that the clocks of this \
                          machine and of the phone agree";
            return Err(Invalid::new("code", reason).into());
        };
        let codes = code::fresh_recovery_codes();
        let command = UserCommand::SetSecondFactor {
            user: user.to_owned(),
            secret: secret.to_owned(),
            recovery: codes.iter().map(|one| code::recovery_hash(one)).collect(),
        };
        let written = self.write_now(caller, Command::User(command))?;
        if let Some(user) = self.people().user(user) {
            self.uses_step(user, step)?;
        }
        Ok(RecoveryCodes {
            recovery_codes: codes,
            log_position: written.log_position,
        })
    }

    /// Asks a user for no code any more, of which one has to be shown for it.
    pub fn remove_factor(
        &self,
        caller: &Caller,
        user: &str,
        typed: &str,
    ) -> Result<WriteResult, Error> {
        let people = self.people();
        let known = people.user(user);
        let known = known.ok_or_else(|| Error::unknown("user", user))?;
        let tried = self.access.limits.check_code(user, None);
        let is_right = tried.is_ok() && self.takes_code(known, typed)?;
        if !is_right {
            let reason = "it is no code that holds; a code is taken once, and tries run out";
            return Err(Invalid::new("code", reason).into());
        }
        let command = UserCommand::RemoveSecondFactor {
            user: user.to_owned(),
        };
        self.write_now(caller, Command::User(command))
    }
}
