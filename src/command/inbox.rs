//! What mails of an inbox are like: the address and the name that they are from, and what stands below.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{inbox_id, short};
use super::user::check_email;
use crate::model::event::{InboxRemoved, InboxSet};
use crate::model::{Body, Invalid};

/// The longest name, in characters.
const MAX_NAME: usize = 100;
/// The longest signature, in characters.
const MAX_SIGNATURE: usize = 2_000;

/// What mails of an inbox are to be like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboxDraft {
    /// Of which inbox; one that there is not yet is there from the first mail on that comes in at it.
    #[schema(min_length = 1, max_length = 128)]
    pub inbox: String,
    /// The address that they are from, and that mails to it come in at; left out: the desk's.
    #[schema(max_length = 320)]
    #[serde(default)]
    pub address: Option<String>,
    /// The name beside it; left out: the desk's.
    #[schema(max_length = 100)]
    #[serde(default)]
    pub name: Option<String>,
    /// What stands below their words.
    #[schema(max_length = 2000)]
    #[serde(default)]
    pub signature: Option<String>,
}

/// Something about inboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxCommand {
    /// Says what mails of one are like.
    Set(InboxDraft),
    /// Takes that back.
    Remove {
        /// Of which.
        inbox: String,
    },
}

impl InboxCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::INBOX_SET,
            Self::Remove { .. } => &role::INBOX_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: InboxCommand) -> Result<Vec<Body>, Refusal> {
    let inboxes = &state.installation.inboxes;
    let body = match command {
        InboxCommand::Set(draft) => {
            let set = checked(draft)?;
            let other = set.address.as_deref().and_then(|own| inboxes.at(own));
            if let Some(other) = other.filter(|other| **other != set.inbox) {
                let reason = format!("the inbox `{other}` has it already");
                return Err(Invalid::new("address", reason).into());
            }
            Body::InboxSet(Box::new(set))
        }
        InboxCommand::Remove { inbox } => {
            let unknown = || Refusal::unknown("inbox", &inbox);
            inboxes.get(&inbox).ok_or_else(unknown)?;
            let inbox = inbox_id("inbox", &inbox)?;
            Body::InboxRemoved(Box::new(InboxRemoved { inbox }))
        }
    };
    Ok(vec![body])
}

fn checked(draft: InboxDraft) -> Result<InboxSet, Invalid> {
    let filled = |text: Option<String>| {
        let text = text.map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
    };
    let (address, name, signature) = (
        filled(draft.address),
        filled(draft.name),
        filled(draft.signature),
    );
    if let Some(address) = &address {
        let is_odd = |c: char| c.is_control() || "<>,;\"".contains(c);
        if check_email(address).is_err() || address.contains(is_odd) {
            let reason = format!("`{address}` is no address such as help@shop.example");
            return Err(Invalid::new("address", reason));
        }
    }
    let line = name.as_deref().unwrap_or_default();
    short("name", line, MAX_NAME)?;
    if line.contains(char::is_control) {
        return Err(Invalid::new("name", "it is on several lines; expected one"));
    }
    short(
        "signature",
        signature.as_deref().unwrap_or_default(),
        MAX_SIGNATURE,
    )?;
    Ok(InboxSet {
        inbox: inbox_id("inbox", draft.inbox.trim())?,
        address,
        name,
        signature,
    })
}
