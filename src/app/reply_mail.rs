//! The mail by which a message goes out: from whom, to whom, in answer to what, with what below it; from
//! the desk as it is when it goes out.

use std::fs::File;
use std::io::Read as _;

use super::{App, Error};
use crate::command::{Refusal, State, addressee};
use crate::config::MailConfig;
use crate::ingest::{MailAddress, MailHead, parse_mail_head};
use crate::model::conversation::{Conversation, Message};
use crate::model::event::{ActorKind, Attachment, DropReason, Visibility};
use crate::model::{Addressee, InboxMail, MailAbout, Timestamp};

/// What the original of a mail is called among the files of its message.
pub(super) const ORIGINAL: &str = "original.eml";
/// What it is.
pub(super) const MAIL_TYPE: &str = "message/rfc822";
/// So much of an original is read for its head.
const MOST_HEAD: u64 = 256 << 10;
/// The most ids of a chain; its beginning and its end are what programs of mails look at.
const MOST_REFERENCES: usize = 20;

/// A mail by which a message goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyMail {
    /// From whom.
    pub from: Addressee,
    /// To whom.
    pub to: Vec<Addressee>,
    /// To whom else.
    pub cc: Vec<Addressee>,
    /// What the conversation is about.
    pub subject: Option<String>,
    /// Whether something was said before it.
    pub is_answer: bool,
    /// What it answers, and the chain that it is in, the oldest first; without angle brackets.
    pub references: Vec<String>,
    /// Its words.
    pub text: String,
    /// What stands below them.
    pub signature: Option<String>,
    /// What was said last before it.
    pub quoted: Option<QuotedMail>,
    /// What goes along.
    pub files: Vec<Attachment>,
    /// Whether a machine wrote it.
    pub is_automatic: bool,
    /// In which language the conversation is.
    pub language: Option<String>,
}

/// What a mail quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedMail {
    /// Who said it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// A message, and all that was said before it.
struct Place {
    known: Conversation,
    place: usize,
}

impl Place {
    fn message(&self) -> Option<&Message> {
        self.known.messages.get(self.place)
    }

    /// The messages before it, the last first.
    fn before(&self) -> impl Iterator<Item = &Message> {
        let before = self.known.messages.iter().take(self.place).rev();
        before.filter(|one| one.visibility == Visibility::Public && one.redacted_at.is_none())
    }
}

impl App {
    /// The mail by which a message goes out; else why there is none.
    pub fn reply_mail(
        &self,
        mail: u64,
        about: &MailAbout,
    ) -> Result<Result<ReplyMail, DropReason>, Error> {
        let MailAbout::Message {
            conversation,
            message,
            to,
            cc,
        } = about
        else {
            return Ok(Err(DropReason::Over));
        };
        let now = self.clock.now();
        let found = self.overlay.with(now, |state| {
            let known = followed(state, conversation.as_str())?;
            let inbox = known.as_ref().and_then(|known| known.inbox.clone());
            let inboxes = &state.installation.inboxes;
            let inbox = inbox.and_then(|inbox| inboxes.get(inbox.as_str()).cloned());
            let contact = known.as_ref().map(|known| reached(state, known));
            Ok::<_, Error>((known, inbox.unwrap_or_default(), contact.transpose()?))
        })?;
        let (Some(known), inbox, Some(contact)) = found else {
            return Ok(Err(DropReason::Over));
        };
        let mut messages = known.messages.iter();
        let Some(place) = messages.position(|one| one.id == *message) else {
            return Ok(Err(DropReason::Over));
        };
        let is_forward = !to.is_empty();
        let contact = match contact {
            Ok(contact) => contact,
            Err(_unreached) if is_forward => Addressee::default(),
            Err(reason) => return Ok(Err(reason)),
        };
        let place = Place { known, place };
        let Some(said) = place.message().filter(|one| one.redacted_at.is_none()) else {
            return Ok(Err(DropReason::Over));
        };
        let mut reply = self.reply_of(&place, said, inbox);
        if is_forward {
            reply.to = to.iter().map(|to| bare(to)).collect();
            return Ok(Ok(reply));
        }
        let head = self.last_head(&place);
        reply.references = self.chain(&place, head.as_ref(), mail)?;
        let (first, others) = self.all_who_got(head.as_ref(), contact);
        reply.to = vec![first];
        reply.cc = match cc {
            Some(cc) => cc.iter().map(|one| bare(one)).collect(),
            None => others,
        };
        let before = place
            .before()
            .find(|one| one.author.kind != ActorKind::Automation);
        reply.is_answer = before.is_some();
        reply.quoted = before.map(|one| self.quoted(&place.known, one, &reply));
        Ok(Ok(reply))
    }

    /// What does not depend on to whom it goes.
    fn reply_of(&self, place: &Place, said: &Message, inbox: InboxMail) -> ReplyMail {
        let config = self.mail_config();
        let name = config.map_or("", MailConfig::sender_name);
        let name = inbox.name.unwrap_or_else(|| name.to_owned());
        let address = config.map_or("", MailConfig::address);
        ReplyMail {
            from: Addressee {
                name: Some(name).filter(|name| !name.is_empty()),
                address: inbox.address.unwrap_or_else(|| address.to_owned()),
            },
            subject: place.known.subject.clone(),
            text: said.text.clone(),
            signature: inbox
                .signature
                .filter(|_| said.author.kind == ActorKind::Rep),
            files: said
                .attachments
                .iter()
                .filter(|file| !is_original(file))
                .cloned()
                .collect(),
            is_automatic: said.author.kind != ActorKind::Rep,
            language: place.known.language.clone(),
            ..ReplyMail::default()
        }
    }

    /// To which others an answer goes that is written now: all who got the contact's last mail.
    pub fn reply_copies(&self, known: &Conversation) -> Vec<String> {
        let place = Place {
            place: known.messages.len(),
            known: known.clone(),
        };
        let Some(head) = self.last_head(&place) else {
            return Vec::new();
        };
        let contact = self
            .overlay
            .with(self.clock.now(), |state| reached(state, known));
        let contact = contact.ok().and_then(Result::ok).unwrap_or_default();
        let (_, others) = self.all_who_got(Some(&head), contact);
        others.into_iter().map(|one| one.address).collect()
    }

    /// The bytes of a file that goes along, if it is here.
    pub fn mailed_file(&self, file: &Attachment) -> Option<Vec<u8>> {
        let sha256 = file.sha256.as_deref()?;
        std::fs::read(self.file_path(sha256)?).ok()
    }

    /// The head of the contact's last mail before a message.
    fn last_head(&self, place: &Place) -> Option<MailHead> {
        let mut theirs = place
            .before()
            .filter(|one| one.author.kind == ActorKind::Contact);
        let original = theirs.find_map(|one| one.attachments.iter().find(|file| is_original(file)));
        let path = self.file_path(original?.sha256.as_deref()?)?;
        let mut bytes = Vec::new();
        let file = File::open(path).ok()?;
        file.take(MOST_HEAD).read_to_end(&mut bytes).ok()?;
        Some(parse_mail_head(&bytes))
    }

    /// The chain that an answer is in: that of the contact's last mail, else of what went out before.
    fn chain(
        &self,
        place: &Place,
        head: Option<&MailHead>,
        mail: u64,
    ) -> Result<Vec<String>, Error> {
        if let Some(head) = head.filter(|head| head.id.is_some()) {
            let mut chain = head.references.clone();
            chain.extend(head.id.clone());
            return Ok(capped(chain));
        }
        let mut theirs = place
            .before()
            .filter(|one| one.author.kind == ActorKind::Contact);
        if let Some(id) = theirs.find_map(|one| one.mail_id.as_ref()) {
            // Of what an import brought the chain is not known, but its end.
            return Ok(vec![id.to_string()]);
        }
        let conversation = &place.known.id;
        let snapshot = self.snapshot();
        let out = snapshot.installation.mails_out.of(conversation.as_str());
        let before = out
            .iter()
            .filter(|one| one.mail < mail && one.to.is_empty());
        let ids = before.map(|one| {
            let about = MailAbout::Message {
                conversation: conversation.clone(),
                message: one.message.clone(),
                to: Vec::new(),
                cc: None,
            };
            let id = self.message_id(one.mail, &about)?;
            Ok(id.trim_matches(['<', '>']).to_owned())
        });
        Ok(capped(ids.collect::<Result<_, Error>>()?))
    }

    /// Whom an answer goes to, and the others who got what it answers.
    fn all_who_got(
        &self,
        head: Option<&MailHead>,
        contact: Addressee,
    ) -> (Addressee, Vec<Addressee>) {
        let Some(head) = head else {
            return (contact, Vec::new());
        };
        let is_contact = |one: &MailAddress| one.0.eq_ignore_ascii_case(&contact.address);
        let is_theirs = head.from.iter().any(is_contact);
        let first = match head.reply_to.first().filter(|_| is_theirs) {
            Some(wanted) => named(wanted),
            None => contact,
        };
        // Where none of its addresses is known to be the desk's, the first one to which it went is.
        let all: Vec<&MailAddress> = head.to.iter().chain(&head.cc).collect();
        let is_known = all.iter().any(|one| self.is_own_address(&one.0));
        let skipped = if is_known { 0 } else { head.to.len() };
        let writer = head.from.iter().filter(|_| !is_theirs);
        let mut others: Vec<Addressee> = Vec::new();
        for one in writer.chain(all.into_iter().skip(skipped)) {
            let is_there = others
                .iter()
                .chain([&first])
                .any(|other| other.address.eq_ignore_ascii_case(&one.0));
            if !is_there && !self.is_own_address(&one.0) {
                others.push(named(one));
            }
        }
        (first, others)
    }

    /// Whether mails to an address come in at this desk.
    pub(super) fn is_own_address(&self, address: &str) -> bool {
        let config = self.mail_config().map_or("", MailConfig::address);
        let snapshot = self.snapshot();
        config.eq_ignore_ascii_case(address) || snapshot.installation.inboxes.at(address).is_some()
    }

    fn quoted(&self, known: &Conversation, one: &Message, reply: &ReplyMail) -> QuotedMail {
        let who = match one.author.kind {
            ActorKind::Contact => {
                let contact = self.past.store.contact(known.contact.as_str());
                let contact = contact.ok().flatten();
                contact.and_then(|contact| contact.name.or(contact.email))
            }
            _ => reply.from.name.clone(),
        };
        QuotedMail {
            who: who.unwrap_or_else(|| reply.from.address.clone()),
            at: one.at,
            text: one.text.clone(),
        }
    }
}

/// Whether a file of a message is the mail that it came by.
fn is_original(file: &Attachment) -> bool {
    file.name == ORIGINAL && file.media_type == MAIL_TYPE
}

/// The first of a chain, and its last ones.
fn capped(mut chain: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    chain.retain(|id| !id.is_empty() && seen.insert(id.clone()));
    if chain.len() > MOST_REFERENCES {
        let surplus = chain.len() - MOST_REFERENCES;
        chain.drain(1..=surplus);
    }
    chain
}

fn bare(address: &str) -> Addressee {
    Addressee {
        name: None,
        address: address.to_owned(),
    }
}

fn named((address, name): &MailAddress) -> Addressee {
    Addressee {
        name: name.clone(),
        address: address.clone(),
    }
}

/// A conversation, or the one that it went into.
fn followed(state: &State<'_>, id: &str) -> Result<Option<Conversation>, Refusal> {
    let known = state.conversations.conversation(id)?;
    match known.as_ref().and_then(|known| known.merged_into.clone()) {
        Some(into) => state.conversations.conversation(into.as_str()),
        None => Ok(known),
    }
}

/// The contact's address; else why nothing goes there.
fn reached(
    state: &State<'_>,
    known: &Conversation,
) -> Result<Result<Addressee, DropReason>, Refusal> {
    match addressee(state, &known.contact) {
        Ok(Some(to)) => Ok(Ok(to)),
        Ok(None) => Ok(Err(DropReason::NoAddress)),
        Err(Refusal::Conflict(_)) => Ok(Err(DropReason::Unreachable)),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_chain_keeps_its_beginning_and_its_end() {
        let chain: Vec<String> = (0..50).map(|id| format!("{id}@x")).collect();
        let kept = capped(chain.clone());
        assert_eq!(kept.len(), MOST_REFERENCES);
        assert_eq!(kept.first(), chain.first());
        assert_eq!(kept.last(), chain.last());
        assert_eq!(capped(vec!["a@x".to_owned(), "a@x".to_owned()]), ["a@x"]);
    }
}
