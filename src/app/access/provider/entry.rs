//! The two ends of a sign-in by a provider: the press that begins it, and who comes back.

use std::net::IpAddr;

use super::client::{Provider, ProviderStart};
use super::error::ProviderError;
use super::flow::{Flow, ProviderAim};
use crate::app::access::SignedIn;
use crate::app::{App, Error};
use crate::command::{Caller, Command, Grant, Identity, ProviderCommand, ProviderEntry, Role};
use crate::model::Invalid;
use crate::model::people::{ProviderAccount, User, UserState};

/// The longest that is shown of why the provider says no.
const MAX_REASON: usize = 100;

/// Somebody who wants to go to the provider.
#[derive(Clone, Debug)]
pub struct ProviderWish {
    /// What for.
    pub aim: ProviderAim,
    /// The password, where an account is to be linked.
    pub password: String,
    /// Which page of ours to show then.
    pub next: String,
    /// Where from, where that is known.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: String,
}

/// Who comes back from the provider.
#[derive(Clone, Debug, Default)]
pub struct ProviderReturn {
    /// What it was sent with.
    pub state: String,
    /// What the browser kept.
    pub browser: String,
    /// What the ID token is given for.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who says so, where it is told (RFC 9207).
    pub issuer: Option<String>,
    /// The user who is signed in in that browser.
    pub user: Option<String>,
}

/// What it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderOutcome {
    /// Somebody is let in, or asked for a code.
    SignedIn {
        /// What follows.
        signed: SignedIn,
        /// Which page they want to see.
        next: String,
    },
    /// The account is linked.
    Linked,
}

impl App {
    /// What the provider of sign-ins is called, if there is one.
    pub fn provider_name(&self) -> Option<&str> {
        self.access.provider.as_ref().map(Provider::name)
    }

    /// What is wrong with the settings of the provider, before anything is asked.
    pub fn provider_fault(&self) -> Option<String> {
        self.access.provider.as_ref().and_then(Provider::fault)
    }

    /// Sends somebody to the provider.
    pub fn go_to_provider(&self, wish: ProviderWish) -> Result<ProviderStart, ProviderError> {
        let provider = self.provider()?;
        let limits = &self.access.limits;
        let tried = limits.check_address(wish.address);
        tried.map_err(ProviderError::TooMany)?;
        if let ProviderAim::Link { user } = &wish.aim {
            self.check_own_password(user, &wish.password, wish.address)?;
        }
        let now = self.clock.now();
        provider.begin(Flow::new(wish.aim, wish.next, wish.agent, now), now)
    }

    /// Lets in, or links, whoever comes back from the provider.
    pub fn come_from_provider(
        &self,
        back: &ProviderReturn,
    ) -> Result<ProviderOutcome, ProviderError> {
        let provider = self.provider()?;
        let now = self.clock.now();
        let flow = provider.flows.take(&back.state, &back.browser, now);
        let flow = flow.ok_or(ProviderError::Over)?;
        if let ProviderAim::Link { user } = &flow.aim
            && back.user.as_ref() != Some(user)
        {
            return Err(ProviderError::Over);
        }
        let issuer = &provider.config.issuer;
        if back.issuer.as_ref().is_some_and(|other| other != issuer) {
            let reason = "somebody else sends the answer".to_owned();
            return Err(ProviderError::Disbelieved(reason));
        }
        let Some(code) = back.code.as_deref().filter(|_| back.error.is_none()) else {
            let reason = back.error.as_deref().unwrap_or("it gave no code");
            let reason = reason.chars().take(MAX_REASON).collect();
            return Err(ProviderError::Declined(reason));
        };
        let claims = provider.redeem(&flow, code, now)?;
        let account = ProviderAccount {
            issuer: issuer.clone(),
            subject: claims.subject,
        };
        if let ProviderAim::Link { user } = flow.aim {
            let caller = Caller::live(Identity::User(user.clone()), Role::Viewer);
            let command = ProviderCommand::Link { user, account };
            self.write_now(&caller, Command::Provider(command))?;
            return Ok(ProviderOutcome::Linked);
        }
        let entry = ProviderEntry {
            account: account.clone(),
            email: claims.email,
            name: claims.name,
            grant: provider.grant(&claims.groups),
        };
        let command = Command::Provider(ProviderCommand::Enter(entry));
        self.write_now(&Caller::provider(), command)?;
        let people = self.people();
        let mut users = people.by_account(&account);
        let user = users.find(|user| user.state != UserState::Removed);
        let user = user.filter(|user| user.can_sign_in());
        let user = user.ok_or(ProviderError::Over)?;
        Ok(ProviderOutcome::SignedIn {
            signed: self.after_first_step(user, &flow.agent)?,
            next: flow.next,
        })
    }

    fn provider(&self) -> Result<&Provider, ProviderError> {
        self.access.provider.as_ref().ok_or(ProviderError::NotSet)
    }

    /// Refuses whoever sits at somebody else's browser.
    fn check_own_password(
        &self,
        user: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<(), ProviderError> {
        let people = self.people();
        let known = people.user(user).filter(|user| user.is_active());
        let known: &User = known.ok_or_else(|| Error::unknown("user", user))?;
        let tried = self.access.limits.check(&known.email, address);
        tried.map_err(ProviderError::TooMany)?;
        let hash = known.password_hash.as_deref();
        if self.access.passwords.verify(password, hash) {
            return Ok(());
        }
        let reason = "it is not the present password";
        Err(Error::from(Invalid::new("present", reason)).into())
    }
}

impl Provider {
    /// What groups give.
    fn grant(&self, groups: &[String]) -> Grant {
        let roles = &self.config.roles;
        if roles.is_empty() {
            return Grant::Unruled;
        }
        let given = groups.iter().filter_map(|group| roles.get(group));
        given
            .max()
            .map_or(Grant::Nothing, |role| Grant::Role(*role))
    }
}
