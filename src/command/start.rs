//! How a conversation begins at the desk: a rep writes to a contact, or a program takes in what a
//! contact wrote.
//!
//! Only a contact begins an inbound conversation, so its first message is the contact's, and no
//! user may put words into a contact's mouth: programs only, which carry them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deed::{actor, said, some};
use super::kin::check_reachable;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, conversation_id, filled, inbox_id, message_id, short};
use super::user::check_email;
use super::{Caller, Identity, State};
use crate::model::event::{
    Actor, ActorKind, Assignee, Attachment, ContactUpserted, ConversationAssigned,
    ConversationStarted, Direction, MessageAdded, Patch,
};
use crate::model::{Body, ContactId, ConversationId, Invalid, RepId};

/// The longest word for a channel or a language, in characters.
const MAX_WORD: usize = 100;
/// The longest name or subject, in characters.
const MAX_LINE: usize = 500;

/// With whom: somebody who is there by `id`, or somebody new by what is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactDraft {
    /// Somebody who is there.
    #[serde(default)]
    pub id: Option<String>,
    /// The name of somebody new.
    #[serde(default)]
    pub name: Option<String>,
    /// Their address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// A conversation as it is to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartDraft {
    /// With whom.
    pub contact: ContactDraft,
    /// Where.
    pub channel: String,
    /// In which inbox.
    pub inbox: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// The first message; it may be left out where files come along.
    pub text: String,
    /// Its files, which the folder has.
    pub files: Vec<Attachment>,
}

/// What things that begin are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreshIds {
    /// The conversation.
    pub conversation: String,
    /// Its first message.
    pub message: String,
    /// The contact, should they be new.
    pub contact: String,
}

/// Who begins a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Beginner {
    /// A rep: it is outbound.
    #[default]
    Rep,
    /// The contact: it is inbound.
    Contact,
}

/// Begins a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartCommand {
    /// Who begins it.
    pub by: Beginner,
    /// In the name of which rep; left out: the caller's own.
    pub rep: Option<String>,
    /// What it is.
    pub draft: StartDraft,
    /// What it is called.
    pub ids: FreshIds,
}

impl StartCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.by {
            Beginner::Rep => &role::CONVERSATION_START,
            Beginner::Contact => &role::CONVERSATION_TAKE_IN,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: StartCommand,
) -> Result<Vec<Body>, Refusal> {
    let StartCommand {
        by,
        rep,
        draft,
        ids,
    } = command;
    let conversation = conversation_id(&ids.conversation)?;
    if state
        .conversations
        .conversation(conversation.as_str())?
        .is_some()
    {
        let reason = format!("`{conversation}` is there already; expected a new id");
        return Err(Invalid::new("conversation", reason).into());
    }
    said(&draft.text, &draft.files)?;
    let (contact, upserted) = contact(state, &draft.contact, &ids.contact)?;
    let author = author(state, caller, by, rep.as_deref(), &contact)?;
    let assigned = author.rep().and_then(|rep| RepId::parse(rep).ok());
    let assigned = assigned.map(|id| {
        Body::ConversationAssigned(Box::new(ConversationAssigned {
            conversation: conversation.clone(),
            to: Assignee::Rep { id },
        }))
    });
    let started = started(conversation.clone(), contact, by, &draft)?;
    let message = MessageAdded {
        conversation,
        message: message_id(&ids.message)?,
        author,
        text: draft.text,
        visibility: None,
        role: None,
        ack: None,
        attachments: some(draft.files),
        mail_id: None,
    };
    let begun = [
        Body::ConversationStarted(Box::new(started)),
        Body::MessageAdded(Box::new(message)),
    ];
    Ok(upserted.into_iter().chain(begun).chain(assigned).collect())
}

/// Who writes the first message.
fn author(
    state: &State<'_>,
    caller: &Caller,
    by: Beginner,
    rep: Option<&str>,
    contact: &ContactId,
) -> Result<Actor, Refusal> {
    match (by, &caller.identity) {
        (Beginner::Rep, _) => actor(state, caller, rep),
        (Beginner::Contact, Identity::User(_)) => Err(Refusal::conflict(
            "only a contact begins an inbound conversation; a program takes in what they wrote, \
             with an API token",
        )),
        (Beginner::Contact, _) => Ok(Actor {
            kind: ActorKind::Contact,
            id: Some(contact.to_string()),
        }),
    }
}

fn started(
    conversation: ConversationId,
    contact: ContactId,
    by: Beginner,
    draft: &StartDraft,
) -> Result<ConversationStarted, Invalid> {
    let language = draft.language.as_deref();
    let language = language.filter(|language| !language.trim().is_empty());
    let inbox = draft.inbox.as_deref().map(|inbox| inbox_id("inbox", inbox));
    Ok(ConversationStarted {
        conversation,
        contact,
        channel: word("channel", &draft.channel)?,
        direction: Some(match by {
            Beginner::Rep => Direction::Outbound,
            Beginner::Contact => Direction::Inbound,
        }),
        subject: line("subject", draft.subject.as_deref())?,
        language: language
            .map(|language| word("language", language))
            .transpose()?,
        url: None,
        inbox: inbox.transpose()?,
        schedule: None,
        attributes: BTreeMap::new(),
    })
}

/// With whom, and the event that makes them known where they are new.
fn contact(
    state: &State<'_>,
    draft: &ContactDraft,
    fresh: &str,
) -> Result<(ContactId, Option<Body>), Refusal> {
    let name = told("contact.name", draft.name.as_deref())?;
    let email = told("contact.email", draft.email.as_deref())?;
    let phone = told("contact.phone", draft.phone.as_deref())?;
    let is_told = name.is_some() || email.is_some() || phone.is_some();
    match &draft.id {
        Some(_) if is_told => {
            let reason = "they are there by `id`; expected nothing beside it";
            Err(Invalid::new("contact", reason).into())
        }
        Some(id) => Ok((reachable(state, id)?, None)),
        None if !is_told => {
            let reason = "nobody is named; expected an `id`, or a name, an email or a phone";
            Err(Invalid::new("contact", reason).into())
        }
        None => {
            if let Some(email) = &email {
                check_email(email)?;
            }
            let contact = contact_id(fresh)?;
            let set = |value: Option<String>| value.map_or(Patch::Keep, Patch::Set);
            let upserted = ContactUpserted {
                contact: contact.clone(),
                name: set(name),
                email: set(email),
                phone: set(phone),
                company: Patch::Keep,
                language: Patch::Keep,
                attributes: BTreeMap::new(),
            };
            Ok((contact, Some(Body::ContactUpserted(Box::new(upserted)))))
        }
    }
}

/// A contact who may be written to, and may write.
fn reachable(state: &State<'_>, id: &str) -> Result<ContactId, Refusal> {
    let id = contact_id(id)?;
    let known = state.conversations.contact(id.as_str())?;
    let known = known.ok_or_else(|| Refusal::unknown("contact", id.as_str()))?;
    check_reachable(state, &id)?;
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the contact was merged into another one; write to that one",
        ));
    }
    Ok(id)
}

/// A word that must be there.
pub(super) fn word(field: &str, text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    filled(field, text, MAX_WORD)?;
    Ok(text.to_owned())
}

/// What is said of somebody new: it may be left out, but not be blank.
fn told(field: &str, text: Option<&str>) -> Result<Option<String>, Invalid> {
    let Some(text) = text.map(str::trim) else {
        return Ok(None);
    };
    filled(field, text, MAX_LINE)?;
    Ok(Some(text.to_owned()))
}

/// A line without blanks around it; none where nothing is left.
fn line(field: &str, text: Option<&str>) -> Result<Option<String>, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    short(field, text.unwrap_or_default(), MAX_LINE)?;
    Ok(text.map(str::to_owned))
}
