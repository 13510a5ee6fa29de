//! What contacts do themselves: they write, say whether an answer helped, and make themselves
//! known. It comes by the chat widget, or a program carries it.
//!
//! A visitor's token names one contact, and nothing is theirs but what is that contact's:
//! another's conversation is refused as one that is not there. No user may put words into a
//! contact's mouth.

use super::contact;
use super::deed::{said, some};
use super::kin::{check_reachable, root};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::scope;
use super::start::word;
use super::text::{contact_id, conversation_id, filled, message_id, short};
use super::user::check_email;
use super::{Caller, State, survey};
use crate::model::conversation::Message;
use crate::model::event::{
    Actor, ActorKind, Attachment, Attributes, ContactUpserted, ConversationHandedOff,
    ConversationStarted, FeedbackGiven, HandoffReason, MessageAdded, Patch, Role, Visibility,
};
use crate::model::{Body, Contact, ContactId, Conversation, ConversationId, Invalid, Profile};

/// The longest name, in characters.
const MAX_NAME: usize = 500;
/// The longest address of a page, in characters.
const MAX_URL: usize = 2_000;
/// The longest word of a language, in characters.
const MAX_LANGUAGE: usize = 35;
/// The longest reason why an answer did not help, in characters.
const MAX_REASON: usize = 1_000;

/// Something that a contact does.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitCommand {
    /// Who; left out: whose the conversation is.
    pub contact: Option<String>,
    /// What.
    pub action: VisitAction,
}

/// What a contact does.
#[derive(Clone, Debug, PartialEq)]
pub enum VisitAction {
    /// Makes themselves known.
    Introduce(Introduction),
    /// Writes, and begins the conversation where it is not there.
    Write(ContactWords),
    /// Says how satisfied they are, having been asked.
    Rate {
        /// With which conversation.
        conversation: String,
        /// 1 to 5.
        score: u8,
        /// Their words.
        text: Option<String>,
    },
    /// Says whether the last answer helped.
    Feedback {
        /// About which conversation.
        conversation: String,
        /// Whether.
        is_helpful: bool,
        /// Why.
        text: Option<String>,
        /// What the customer agent says where it hands off, because it did not.
        handoff: Option<Box<MessageAdded>>,
    },
}

/// What a contact says of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introduction {
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their language.
    pub language: Option<String>,
    /// Which user of the host they are, where the host's own sign-in answers for it.
    pub host_id: Option<String>,
    /// Whom the desk took them for so far.
    pub former: Option<String>,
}

/// A message of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactWords {
    /// In which conversation.
    pub conversation: String,
    /// What the message is called; one that is there already is not written again.
    pub message: String,
    /// The words.
    pub text: String,
    /// Files sent along, which are durable by now.
    pub files: Vec<Attachment>,
    /// Whether they only acknowledge.
    pub ack: bool,
    /// Where the conversation begins, if it does; none: it has to be there.
    pub start: Option<ContactStart>,
}

/// Where a conversation of a contact begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactStart {
    /// On which channel.
    pub channel: String,
    /// In which language.
    pub language: Option<String>,
    /// On which page.
    pub url: Option<String>,
}

impl VisitCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.action {
            VisitAction::Introduce(_) => &role::CONTACT_INTRODUCE,
            VisitAction::Write(_) => &role::CONVERSATION_TAKE_IN,
            VisitAction::Rate { .. } => &role::CONVERSATION_RATE,
            VisitAction::Feedback { .. } => &role::CONVERSATION_FEEDBACK,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: VisitCommand,
) -> Result<Vec<Body>, Refusal> {
    let contact = command.contact.as_deref().map(contact_id).transpose()?;
    match command.action {
        VisitAction::Introduce(introduction) => {
            caller.is_no_user()?;
            introduce(state, contact, introduction)
        }
        VisitAction::Write(words) => write(state, caller, contact, words),
        VisitAction::Rate {
            conversation,
            score,
            text,
        } => {
            let known = own(state, caller, contact.as_ref(), &conversation)?;
            survey::rate(state, &known, score, text)
        }
        VisitAction::Feedback {
            conversation,
            is_helpful,
            text,
            handoff,
        } => {
            let known = own(state, caller, contact.as_ref(), &conversation)?;
            feedback(&known, is_helpful, text, handoff)
        }
    }
}

/// The conversation, if it is the contact's, and the caller sees it.
fn own(
    state: &State<'_>,
    caller: &Caller,
    contact: Option<&ContactId>,
    conversation: &str,
) -> Result<Conversation, Refusal> {
    let id = conversation_id(conversation)?;
    let known = scope::conversation(state, caller, id.as_str())?;
    if let Some(contact) = contact
        && !is_of(state, &known, contact)?
    {
        return Err(Refusal::unknown("conversation", id.as_str()));
    }
    caller.is_no_user()?;
    check_reachable(state, &known.contact)?;
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the conversation was merged into another; go on there",
        ));
    }
    Ok(known)
}

/// Whether a conversation is a contact's, also from before somebody was merged into them.
fn is_of(state: &State<'_>, known: &Conversation, contact: &ContactId) -> Result<bool, Refusal> {
    Ok(known.contact == *contact || root(state, &known.contact)? == *contact)
}

fn write(
    state: &State<'_>,
    caller: &Caller,
    contact: Option<ContactId>,
    words: ContactWords,
) -> Result<Vec<Body>, Refusal> {
    said(&words.text, &words.files)?;
    let id = conversation_id(&words.conversation)?;
    let message = message_id(&words.message)?;
    let is_new = words.start.is_some() && state.conversations.conversation(id.as_str())?.is_none();
    let mut bodies = Vec::new();
    let contact = match (contact, &words.start) {
        (Some(contact), Some(start)) if is_new => {
            caller.is_no_user()?;
            check_reachable(state, &contact)?;
            bodies.push(started(id.clone(), contact.clone(), start)?);
            contact
        }
        (contact, _) => {
            let known = own(state, caller, contact.as_ref(), id.as_str())?;
            if let Some(there) = known.messages.iter().find(|there| there.id == message) {
                return same(there, &words);
            }
            contact.unwrap_or(known.contact)
        }
    };
    bodies.push(Body::MessageAdded(Box::new(MessageAdded {
        conversation: id,
        message,
        author: Actor {
            kind: ActorKind::Contact,
            id: Some(contact.to_string()),
        },
        text: words.text,
        visibility: None,
        role: None,
        ack: words.ack.then_some(true),
        attachments: some(words.files),
        mail_id: None,
    })));
    Ok(bodies)
}

/// A message that was sent twice is there once; another one under its name is refused.
pub(super) fn same(there: &Message, words: &ContactWords) -> Result<Vec<Body>, Refusal> {
    let bytes = |files: &[Attachment]| -> Vec<Option<String>> {
        files.iter().map(|file| file.sha256.clone()).collect()
    };
    let has_words = there.text == words.text || there.edited_at.is_some();
    let has_files = bytes(&there.attachments) == bytes(&words.files);
    let is_same = there.author.kind == ActorKind::Contact
        && (there.redacted_at.is_some() || (has_words && has_files));
    if is_same {
        return Ok(Vec::new());
    }
    Err(Refusal::conflict(
        "another message is called so; a new one needs a new id",
    ))
}

fn started(
    conversation: ConversationId,
    contact: ContactId,
    start: &ContactStart,
) -> Result<Body, Invalid> {
    let language = start.language.as_deref().map(str::trim);
    let language = language.filter(|language| !language.is_empty());
    short("language", language.unwrap_or_default(), MAX_LANGUAGE)?;
    short("url", start.url.as_deref().unwrap_or_default(), MAX_URL)?;
    Ok(Body::ConversationStarted(Box::new(ConversationStarted {
        conversation,
        contact,
        channel: word("channel", &start.channel)?,
        direction: None,
        subject: None,
        language: language.map(str::to_owned),
        url: start.url.clone(),
        inbox: None,
        schedule: None,
        attributes: Attributes::new(),
    })))
}

fn feedback(
    known: &Conversation,
    is_helpful: bool,
    text: Option<String>,
    handoff: Option<Box<MessageAdded>>,
) -> Result<Vec<Body>, Refusal> {
    let text = text.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    short("text", text.as_deref().unwrap_or_default(), MAX_REASON)?;
    let public = known.messages.iter();
    let answer = public.rev().find(|message| {
        message.visibility == Visibility::Public && message.role == Some(Role::Answer)
    });
    let Some(answer) = answer else {
        return Err(Refusal::conflict(
            "the customer agent has given no answer here that could have helped",
        ));
    };
    if known.feedback.iter().any(|given| given.at > answer.at) {
        return Err(Refusal::conflict("of this answer that was said already"));
    }
    let given = FeedbackGiven {
        conversation: known.id.clone(),
        rating: if is_helpful { "helpful" } else { "not_helpful" }.to_owned(),
        text,
    };
    let mut bodies = vec![Body::FeedbackGiven(Box::new(given))];
    let quiet_ms = Profile::default().quiet_secs.saturating_mul(1_000);
    if !is_helpful && !known.is_with_human(quiet_ms) {
        let handed = ConversationHandedOff {
            conversation: known.id.clone(),
            reason: HandoffReason::NegativeFeedback,
            to: None,
        };
        bodies.push(Body::ConversationHandedOff(Box::new(handed)));
        bodies.extend(handoff.map(Body::MessageAdded));
    }
    Ok(bodies)
}

fn introduce(
    state: &State<'_>,
    contact: Option<ContactId>,
    draft: Introduction,
) -> Result<Vec<Body>, Refusal> {
    let Some(contact) = contact else {
        return Err(Invalid::new("contact", "nobody is named; expected a contact").into());
    };
    check_reachable(state, &contact)?;
    let known = state.conversations.contact(contact.as_str())?;
    let told = |field: &str, text: Option<String>, most: usize| {
        let text = text.map(|text| text.trim().to_owned());
        let text = text.filter(|text| !text.is_empty());
        if let Some(text) = &text {
            filled(field, text, most)?;
        }
        Ok::<_, Invalid>(text)
    };
    let name = told("name", draft.name, MAX_NAME)?;
    let email = told("email", draft.email, MAX_NAME)?;
    let language = told("language", draft.language, MAX_LANGUAGE)?;
    if let Some(email) = &email {
        check_email(email)?;
    }
    let held = known.as_ref();
    let upserted = ContactUpserted {
        contact: contact.clone(),
        name: fresh(name, held.and_then(|held| held.name.as_ref())),
        email: fresh(email, held.and_then(|held| held.email.as_ref())),
        phone: Patch::Keep,
        company: Patch::Keep,
        language: fresh(language, held.and_then(|held| held.language.as_ref())),
        attributes: Attributes::new(),
    };
    let is_news = [&upserted.name, &upserted.email, &upserted.language];
    let mut bodies = Vec::new();
    if !is_news.into_iter().all(Patch::is_keep) {
        bodies.push(Body::ContactUpserted(Box::new(upserted)));
    }
    if let Some(host_id) = &draft.host_id
        && state.installation.contacts.called(host_id) != Some(&contact)
    {
        bodies.push(contact::verify(state, contact.clone(), host_id)?);
    }
    let known = known.unwrap_or_else(|| Contact::new(contact));
    bodies.extend(merged(state, &known, draft.former.as_deref())?);
    Ok(bodies)
}

/// What is new of a text.
fn fresh(text: Option<String>, held: Option<&String>) -> Patch<String> {
    match text {
        Some(text) if Some(&text) != held => Patch::Set(text),
        _ => Patch::Keep,
    }
}

/// Puts whom the desk took them for so far into who they are. Whom the host answers for stays who
/// they are, and of whom nothing is known there is nothing to put anywhere.
fn merged(
    state: &State<'_>,
    into: &Contact,
    former: Option<&str>,
) -> Result<Option<Body>, Refusal> {
    let Some(former) = former.filter(|former| *former != into.id.as_str()) else {
        return Ok(None);
    };
    let former = contact_id(former)?;
    let is_verified = state.installation.contacts.host_id(&former).is_some();
    let known = state.conversations.contact(former.as_str())?;
    match known.filter(|known| known.merged_into.is_none() && !is_verified) {
        Some(known) => match contact::merge(state, &known, into) {
            Ok(body) => Ok(Some(body)),
            // They go on as two: nothing of either is lost.
            Err(Refusal::Conflict(_)) => Ok(None),
            Err(refusal) => Err(refusal),
        },
        None => Ok(None),
    }
}
