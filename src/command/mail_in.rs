//! Mails that come in: which conversation one belongs to, and who wrote it.
//!
//! Decided over everything that is journalled by then, so that of one mail that is handed in twice at
//! once there is one message. What machines write is taken in as theirs: it opens nothing again, and
//! nobody answers it.

use std::collections::BTreeMap;

use super::deed::{said, some};
use super::kin::{check_reachable, root};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, conversation_id, inbox_id, message_id};
use super::{Caller, FreshIds, State};
use crate::model::conversation::Conversation;
use crate::model::event::{
    Actor, ActorKind, Attachment, ContactUpserted, ConversationStarted, Direction, MailAutomatic,
    MailBounced, MailTakenIn, MessageAdded, Patch,
};
use crate::model::{Body, ContactId, ConversationId, Invalid, MailId, MessageId, OutState};

/// On which channel mails are.
const CHANNEL: &str = "email";
/// The most mails that come in one conversation in an hour before they are taken for a loop of machines.
const MOST_AN_HOUR: usize = 20;

/// A mail of this desk that does not arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedMail {
    /// The record by which it was queued.
    pub mail: u64,
    /// For which address it was.
    pub recipient: Option<String>,
    /// Why, as machines have it.
    pub status: Option<String>,
    /// Why, in their words.
    pub said: Option<String>,
}

/// A mail that came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailInCommand {
    /// What its id becomes by this desk's key.
    pub key: String,
    /// What its content becomes.
    pub content: String,
    /// What it is called.
    pub id: Option<MailId>,
    /// What those are called that it answers, the nearest first.
    pub answered: Vec<MailId>,
    /// What the ids become that it answers, the nearest first.
    pub answers: Vec<String>,
    /// The conversations that ids of this desk name among those.
    pub own: Vec<String>,
    /// The mails of this desk that it answers or reports of, by their records.
    pub mails: Vec<u64>,
    /// The one of those that does not arrive.
    pub failed: Option<FailedMail>,
    /// The conversation that its subject names.
    pub token: Option<String>,
    /// The address that it is from, in small letters.
    pub address: String,
    /// The name beside it.
    pub name: Option<String>,
    /// What kind of machine wrote it; none: somebody did.
    pub automatic: Option<MailAutomatic>,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language it is.
    pub language: Option<String>,
    /// In which inbox a conversation begins.
    pub inbox: Option<String>,
    /// The words.
    pub text: String,
    /// Whether they only acknowledge.
    pub ack: bool,
    /// What came along, and the original.
    pub files: Vec<Attachment>,
    /// What things that begin are called.
    pub ids: FreshIds,
}

impl MailInCommand {
    pub(super) const RIGHT: &'static Right = &role::MAIL_TAKE_IN;
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    mail: MailInCommand,
) -> Result<Vec<Body>, Refusal> {
    caller.is_no_user()?;
    said(&mail.text, &mail.files)?;
    let threads = &state.installation.mail_threads;
    let mut same = threads.of(&mail.key).iter();
    if same.any(|known| known.content == mail.content) {
        return Ok(Vec::new());
    }
    let (sender, upserted) = sender(state, &mail)?;
    // Of who is blocked or erased nothing is taken, and they are not told.
    if matches!(check_reachable(state, &sender), Err(Refusal::Conflict(_))) {
        return Ok(Vec::new());
    }
    let brought = brought(state, &mail)?;
    if brought
        .as_ref()
        .is_some_and(|known| has_words(known, &mail))
    {
        return Ok(Vec::new());
    }
    // A mailbox may hold another form of what an import brought.
    let known = match brought {
        Some(known) => Some(known),
        None => thread(state, &mail, &sender)?,
    };
    // A machine that reports of a conversation is nobody to write to.
    let is_new = known.is_none() || mail.automatic.is_none();
    let mut bodies: Vec<Body> = upserted.into_iter().filter(|_| is_new).collect();
    let conversation = match &known {
        Some(known) => known.id.clone(),
        None => conversation_id(&mail.ids.conversation)?,
    };
    if known.is_none() {
        bodies.push(started(&mail, conversation.clone(), sender.clone())?);
    }
    let lately = threads.within_an_hour(conversation.as_str(), state.now);
    let is_loop = lately >= MOST_AN_HOUR;
    let automatic = mail.automatic.or(is_loop.then_some(MailAutomatic::Loop));
    let message = message_id(&mail.ids.message)?;
    bodies.push(Body::MessageAdded(Box::new(MessageAdded {
        conversation: conversation.clone(),
        message: message.clone(),
        author: author(automatic, &sender),
        text: mail.text,
        visibility: None,
        role: None,
        ack: (mail.ack && automatic.is_none()).then_some(true),
        attachments: some(mail.files),
        mail_id: None,
    })));
    let failed = mail
        .failed
        .and_then(|failed| bounced(state, failed, &message));
    bodies.push(Body::MailTakenIn(Box::new(MailTakenIn {
        conversation,
        message,
        key: mail.key,
        content: mail.content,
        automatic,
    })));
    bodies.extend(failed);
    Ok(bodies)
}

/// Who wrote a mail.
fn author(automatic: Option<MailAutomatic>, sender: &ContactId) -> Actor {
    match automatic {
        Some(_) => Actor {
            kind: ActorKind::Automation,
            id: None,
        },
        None => Actor {
            kind: ActorKind::Contact,
            id: Some(sender.to_string()),
        },
    }
}

/// That a message's mail came back; none: it was of no message, or is known to have failed.
fn bounced(state: &State<'_>, failed: FailedMail, message: &MessageId) -> Option<Body> {
    let (conversation, mail) = state.installation.mails_out.get(failed.mail)?;
    (mail.state != OutState::Failed).then(|| {
        Body::MailBounced(Box::new(MailBounced {
            mail: failed.mail,
            conversation: conversation.clone(),
            message: message.clone(),
            recipient: failed.recipient,
            status: failed.status,
            said: failed.said,
        }))
    })
}

/// The beginning of a conversation by a mail.
fn started(
    mail: &MailInCommand,
    conversation: ConversationId,
    contact: ContactId,
) -> Result<Body, Invalid> {
    let inbox = mail.inbox.as_deref().map(|id| inbox_id("inbox", id));
    Ok(Body::ConversationStarted(Box::new(ConversationStarted {
        conversation,
        contact,
        channel: CHANNEL.to_owned(),
        direction: Some(Direction::Inbound),
        subject: mail.subject.clone(),
        language: mail.language.clone(),
        url: None,
        inbox: inbox.transpose()?,
        schedule: None,
        attributes: BTreeMap::new(),
    })))
}

/// Who a mail is from, and the event that makes them known where they are new.
fn sender(state: &State<'_>, mail: &MailInCommand) -> Result<(ContactId, Option<Body>), Refusal> {
    let book = &state.installation.contacts;
    if let Some(id) = book.by_address(&mail.address)
        && let Some(known) = state.conversations.contact(id.as_str())?
    {
        let theirs = known.email.as_deref().unwrap_or_default();
        if theirs.trim().eq_ignore_ascii_case(&mail.address) {
            return Ok((root(state, id)?, None));
        }
    }
    let contact = contact_id(&mail.ids.contact)?;
    let name = mail.name.clone();
    let upserted = ContactUpserted {
        contact: contact.clone(),
        name: name.map_or(Patch::Keep, Patch::Set),
        email: Patch::Set(mail.address.clone()),
        phone: Patch::Keep,
        company: Patch::Keep,
        language: Patch::Keep,
        attributes: BTreeMap::new(),
    };
    Ok((contact, Some(Body::ContactUpserted(Box::new(upserted)))))
}

/// The conversation in which an import has brought a mail; none: it has not, or machines wrote the mail.
fn brought(state: &State<'_>, mail: &MailInCommand) -> Result<Option<Conversation>, Refusal> {
    let Some(id) = mail.id.as_ref().filter(|_| mail.automatic.is_none()) else {
        return Ok(None);
    };
    for conversation in state.conversations.of_mail(id)? {
        if let Some(known) = followed(state, &conversation)? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Whether a message of a conversation is a mail: called so, with the same words, spaces aside.
fn has_words(known: &Conversation, mail: &MailInCommand) -> bool {
    let of_mail = known.messages.iter().filter(|one| one.mail_id == mail.id);
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let theirs = words(&mail.text);
    of_mail.into_iter().any(|one| words(&one.text) == theirs)
}

/// The conversation that a mail belongs to; none: it begins one.
fn thread(
    state: &State<'_>,
    mail: &MailInCommand,
    sender: &ContactId,
) -> Result<Option<Conversation>, Refusal> {
    let threads = &state.installation.mail_threads;
    let answered = mail.answers.iter().flat_map(|key| threads.of(key));
    let answered = answered.map(|known| known.conversation.as_str());
    let out = &state.installation.mails_out;
    let out = mail.mails.iter().filter_map(|mail| out.get(*mail));
    let out = out.map(|(conversation, _)| conversation.as_str());
    let own = mail.own.iter().map(String::as_str).chain(out);
    let mut named: Vec<String> = own.chain(answered).map(str::to_owned).collect();
    for id in &mail.answered {
        named.extend(state.conversations.of_mail(id)?);
    }
    for id in named {
        let Some(known) = followed(state, &id)? else {
            continue;
        };
        // Lists keep ids that they were once written with, and machines write to many about one.
        let is_mass = matches!(
            mail.automatic,
            Some(MailAutomatic::List | MailAutomatic::Bulk)
        );
        if is_mass && !is_party(state, &known, sender)? {
            continue;
        }
        return Ok(Some(known));
    }
    // Anybody may write any subject.
    let Some(known) = mail
        .token
        .as_deref()
        .map(|id| followed(state, id))
        .transpose()?
        .flatten()
    else {
        return Ok(None);
    };
    let is_theirs = root(state, &known.contact)? == *sender;
    Ok(is_theirs.then_some(known))
}

/// A conversation, or the one that it went into.
fn followed(state: &State<'_>, id: &str) -> Result<Option<Conversation>, Refusal> {
    let Some(known) = state.conversations.conversation(id)? else {
        return Ok(None);
    };
    match &known.merged_into {
        Some(into) => state.conversations.conversation(into.as_str()),
        None => Ok(Some(known)),
    }
}

/// Whether somebody has part in a conversation.
fn is_party(state: &State<'_>, known: &Conversation, sender: &ContactId) -> Result<bool, Refusal> {
    if root(state, &known.contact)? == *sender {
        return Ok(true);
    }
    let mut authors = known.messages.iter().map(|message| &message.author);
    Ok(authors.any(|author| author.id.as_deref() == Some(sender.as_str())))
}
