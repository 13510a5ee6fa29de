//! Who does something: made once a request by the front, carried into the journal as the actor.
//!
//! A host program's caller is believed: who its user is and what they may do was decided at its
//! own sign-in; what they see, by `Caller::seeing`.

use super::refusal::Refusal;
use super::role::Right;
use crate::model::{Role, Sight, Via};

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A user, by id.
    User(String),
    /// Somebody with an API token, by the token's id.
    Token(String),
    /// Somebody at the command line, with the folder in hand.
    Cli,
    /// Somebody on this machine over the API, without a sign-in.
    Api,
    /// Somebody on this machine on the pages, without a sign-in.
    Page,
    /// A host program that Svar is embedded in, by the name that it gives its user.
    Host(String),
    /// A visitor of the chat widget, by the contact that they are.
    Visitor(String),
    /// The provider of sign-ins, which has answered for somebody.
    Provider,
    /// The customer agent.
    CustomerAgent,
    /// A rule, by id.
    Rule(String),
    /// Svar itself.
    System,
}

/// Who does something, as what, and by which way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// Who.
    pub identity: Identity,
    /// As what.
    pub role: Role,
    /// What of the desk they see.
    pub sight: Sight,
    /// By which way.
    pub via: Via,
}

impl Caller {
    /// Somebody who does it here and now, and sees everything.
    pub const fn live(identity: Identity, role: Role) -> Self {
        Self {
            identity,
            role,
            sight: Sight::Whole,
            via: Via::Live,
        }
    }

    /// Svar itself.
    pub const fn system() -> Self {
        Self {
            identity: Identity::System,
            role: Role::System,
            sight: Sight::Whole,
            via: Via::System,
        }
    }

    /// The customer agent, which answers contacts.
    pub const fn customer_agent() -> Self {
        Self::live(Identity::CustomerAgent, Role::System)
    }

    /// A routing rule.
    pub fn rule(id: &str) -> Self {
        Self::live(Identity::Rule(id.to_owned()), Role::System)
    }

    /// The provider of sign-ins, whose word on who somebody is was checked.
    pub const fn provider() -> Self {
        Self::live(Identity::Provider, Role::System)
    }

    /// A visitor of the chat widget, whose token names the contact. What they may do is what is
    /// in `VisitCommand`, about what is theirs; no route of the desk takes them.
    pub const fn visitor(contact: String) -> Self {
        Self::live(Identity::Visitor(contact), Role::Rep)
    }

    /// The same, seeing no more than that.
    #[must_use]
    pub fn seeing(self, sight: Sight) -> Self {
        Self { sight, ..self }
    }

    /// The same, taking something over from elsewhere.
    #[must_use]
    pub fn importing(self) -> Self {
        Self {
            via: Via::Import,
            ..self
        }
    }

    /// Refuses what takes more than the caller's role.
    pub fn needs(&self, right: &Right) -> Result<(), Refusal> {
        if self.role >= right.least {
            return Ok(());
        }
        Err(Refusal::Forbidden {
            command: right.command,
            needed: right.least,
            role: self.role,
        })
    }

    /// Refuses a user: a program carries contacts' words, with an API token.
    pub(super) fn is_no_user(&self) -> Result<(), Refusal> {
        match self.identity {
            Identity::User(_) => Err(Refusal::conflict(
                "only a contact writes as a contact; a program takes in what they wrote, with an \
                 API token",
            )),
            _ => Ok(()),
        }
    }

    /// The actor that the journal notes.
    pub fn actor(&self) -> String {
        match &self.identity {
            Identity::User(id) => format!("user:{id}"),
            Identity::Token(id) => format!("token:{id}"),
            Identity::Host(name) => format!("host:{name}"),
            Identity::Rule(id) => format!("rule:{id}"),
            Identity::Visitor(contact) => format!("contact:{contact}"),
            Identity::Cli => "cli".to_owned(),
            Identity::Api => "api".to_owned(),
            Identity::Page => "page".to_owned(),
            Identity::Provider => "provider".to_owned(),
            Identity::CustomerAgent => "customer_agent".to_owned(),
            Identity::System => "system".to_owned(),
        }
    }
}
