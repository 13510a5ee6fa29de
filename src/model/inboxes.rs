//! What mails of each inbox are like: a fold of Svar's own events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::{Body, Event, InboxId};

/// What mails of an inbox are like.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InboxMail {
    /// The address that they are from, and that mails to it come in at; left out: the desk's.
    pub address: Option<String>,
    /// The name beside it; left out: the desk's.
    pub name: Option<String>,
    /// What stands below their words.
    pub signature: Option<String>,
}

/// All inboxes of which somebody said that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inboxes(BTreeMap<InboxId, InboxMail>);

impl Inboxes {
    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = (&InboxId, &InboxMail)> {
        self.0.iter()
    }

    /// One of them.
    pub fn get(&self, inbox: &str) -> Option<&InboxMail> {
        self.0.get(inbox)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one whose mails are from an address.
    pub fn at(&self, address: &str) -> Option<&InboxId> {
        let is_its = |mail: &InboxMail| {
            let own = mail.address.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(address))
        };
        self.0
            .iter()
            .find(|(_, mail)| is_its(mail))
            .map(|(id, _)| id)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::InboxSet(_) | Body::InboxRemoved(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::InboxSet(set) => {
                let mail = InboxMail {
                    address: set.address.clone(),
                    name: set.name.clone(),
                    signature: set.signature.clone(),
                };
                self.0.insert(set.inbox.clone(), mail);
            }
            Body::InboxRemoved(removed) => drop(self.0.remove(removed.inbox.as_str())),
            _ => {}
        }
    }
}
