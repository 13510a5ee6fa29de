//! What is done to a contact: merged into another, blocked, erased, signed out of the widget, named as a
//! user of the host.
//!
//! None of it can be taken back; a block and an erasure are confirmed by the contact's name. Two whom
//! the host says to be different users are never merged.

use std::collections::BTreeSet;

use super::block::block;
use super::kin::{group, kin_of};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, filled};
use super::{Caller, State, scope};
use crate::model::erasure::{contact_hash, pseudonym};
use crate::model::event::{ContactErased, ContactMerged, ContactVerified, VisitorSignedOut};
use crate::model::{Body, Contact, ContactId, ConversationId, Invalid, TicketId};

/// The longest id of the host's, in characters.
const MAX_HOST_ID: usize = 256;

/// Something done to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactCommand {
    /// Whom.
    pub contact: String,
    /// In the name of which rep; left out: the caller's own.
    pub rep: Option<String>,
    /// What.
    pub action: ContactAction,
}

/// What is done to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactAction {
    /// Puts them into another one.
    Merge {
        /// Into whom.
        into: String,
    },
    /// Ends everything that is open, and takes nothing of them any more.
    Block {
        /// Their name, typed once more; of one without a name the id.
        name: String,
    },
    /// Takes their words and identity away, for good.
    Erase {
        /// Their name, typed once more; of one without a name the id.
        name: String,
        /// What their ids are hashed with, so that they are known should they come in again.
        salt: String,
    },
    /// Signs them out of the chat widget in every browser.
    SignOut,
    /// Says which user of the host they are.
    Verify {
        /// What the host calls them.
        host_id: String,
    },
}

impl ContactCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.action {
            ContactAction::Merge { .. } => &role::CONTACT_MERGE,
            ContactAction::Block { .. } => &role::CONTACT_BLOCK,
            ContactAction::Erase { .. } => &role::CONTACT_ERASE,
            ContactAction::SignOut => &role::CONTACT_SIGN_OUT,
            ContactAction::Verify { .. } => &role::CONTACT_VERIFY,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ContactCommand,
) -> Result<Vec<Body>, Refusal> {
    let id = contact_id(&command.contact)?;
    let known = scope::contact(state, caller, &id)?;
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the contact was merged into another one; go on there",
        ));
    }
    match command.action {
        ContactAction::Merge { into } => {
            let into = contact_id(&into)?;
            let target = scope::contact(state, caller, &into)?;
            Ok(vec![merge(state, &known, &target)?])
        }
        ContactAction::Block { name } => {
            confirmed(&known, &name)?;
            block(state, caller, &known, command.rep.as_deref())
        }
        ContactAction::Erase { name, salt } => {
            confirmed(&known, &name)?;
            Ok(vec![erase(state, &id, salt)?])
        }
        ContactAction::SignOut => sign_out(state, &id),
        ContactAction::Verify { host_id } => Ok(vec![verify(state, id, &host_id)?]),
    }
}

/// Refuses what was not confirmed by the contact's name.
fn confirmed(known: &Contact, typed: &str) -> Result<(), Invalid> {
    let wanted = known.called();
    if typed.trim() == wanted {
        return Ok(());
    }
    let reason = format!("`{typed}` is not what they are called; expected `{wanted}`");
    Err(Invalid::new("name", reason))
}

pub(super) fn merge(state: &State<'_>, known: &Contact, target: &Contact) -> Result<Body, Refusal> {
    if known.id == target.id || target.merged_into.is_some() {
        return Err(Refusal::conflict(
            "they can only go into another contact who was not merged themselves",
        ));
    }
    if known.blocked_at.is_some() || target.blocked_at.is_some() {
        return Err(Refusal::conflict(
            "a blocked contact stays who they are: nobody is merged with them",
        ));
    }
    let book = &state.installation.contacts;
    let mut host_ids = BTreeSet::new();
    for contact in [&known.id, &target.id] {
        for one in group(state, contact)? {
            host_ids.extend(book.host_id(&one).map(str::to_owned));
        }
    }
    if host_ids.len() > 1 {
        return Err(Refusal::conflict(
            "they are two different users by the word of the host, so they are not one contact",
        ));
    }
    Ok(Body::ContactMerged(Box::new(ContactMerged {
        contact: known.id.clone(),
        into: target.id.clone(),
    })))
}

/// A token names the contact that a visitor was when it was given out, so that all who were merged
/// into this one are signed out.
fn sign_out(state: &State<'_>, id: &ContactId) -> Result<Vec<Body>, Refusal> {
    let kin = group(state, id)?.into_iter();
    let signed_out =
        kin.map(|contact| Body::VisitorSignedOut(Box::new(VisitorSignedOut { contact })));
    Ok(signed_out.collect())
}

/// Who is erased, with those who were merged into them, and what is theirs.
fn erase(state: &State<'_>, id: &ContactId, salt: String) -> Result<Body, Refusal> {
    if state.installation.contacts.is_erased(id.as_str()) {
        return Err(Refusal::conflict("the contact is erased already"));
    }
    let (kin, theirs) = kin_of(state, id)?;
    let hash = contact_hash(&salt, id.as_str());
    let contact = ContactId::parse(&pseudonym(&hash));
    let mut hashes: Vec<String> = kin
        .iter()
        .map(|one| contact_hash(&salt, one.as_str()))
        .collect();
    hashes.sort_unstable();
    let conversations = theirs.conversations.iter();
    let tickets = theirs.tickets.iter();
    Ok(Body::ContactErased(Box::new(ContactErased {
        contact: contact.map_err(|fault| Invalid::new("contact", fault))?,
        salt,
        hashes,
        conversations: conversations
            .filter_map(|id| ConversationId::parse(id).ok())
            .collect(),
        tickets: tickets.filter_map(|id| TicketId::parse(id).ok()).collect(),
    })))
}

pub(super) fn verify(
    state: &State<'_>,
    contact: ContactId,
    host_id: &str,
) -> Result<Body, Refusal> {
    let host_id = host_id.trim();
    filled("host_id", host_id, MAX_HOST_ID)?;
    let book = &state.installation.contacts;
    match book.called(host_id) {
        Some(known) if *known == contact => {
            return Err(Refusal::conflict("the contact is that user already"));
        }
        Some(_) => {
            return Err(Refusal::conflict(
                "another contact is that user; merge the two, or name another id",
            ));
        }
        None => {}
    }
    for one in group(state, &contact)? {
        if book.host_id(&one).is_some() {
            return Err(Refusal::conflict(
                "the contact is another user by the word of the host, which stays",
            ));
        }
    }
    Ok(Body::ContactVerified(Box::new(ContactVerified {
        contact,
        host_id: host_id.to_owned(),
    })))
}
