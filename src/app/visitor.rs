//! What a visitor of the chat widget sees of the desk: their own conversation, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::folder::backup::hex;
use super::{App, Error, HostUser, Visitor, WriteResult, is_ack};
use crate::agent::words::{self, Opening};
use crate::command::{
    Caller, Command, ContactStart, ContactWords, Evidence, Introduction, VisitAction, VisitCommand,
};
use crate::model::conversation::{Conversation, Status};
use crate::model::desk::Line;
use crate::model::{ContactId, Profile, Timestamp};

/// The channel that visitors write on.
const CHANNEL: &str = "chat";
/// The channels that the widget shows: chats, and what was asked for by a form.
pub(super) const CHANNELS: [&str; 2] = [CHANNEL, "form"];
/// How many bytes of a contact's digest a conversation is called by.
const DIGEST_BYTES: usize = 6;
const MINUTE_MS: i64 = 60_000;

/// A message of a visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitorWords {
    /// What the message is called; sent again, it is not written again.
    pub message: String,
    /// The words; they may be left out where files come along.
    pub text: String,
    /// What its files are called since they were sent up.
    pub files: Vec<String>,
    /// The visitor's language, as the browser says.
    pub language: Option<String>,
    /// The page that they are on.
    pub url: Option<String>,
}

/// When somebody will answer, in the visitor's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningWords {
    /// Whether somebody is there.
    pub is_open: bool,
    /// From when on, where nobody is.
    pub opens: Option<String>,
}

impl App {
    /// The conversation that a visitor is in, if they are in one.
    pub fn visitor_conversation(&self, contact: &str) -> Result<Option<Conversation>, Error> {
        let Some(line) = self.line_of(contact) else {
            return Ok(None);
        };
        let found = self.conversation(line.conversation.as_str())?;
        match &found.merged_into {
            Some(into) => Ok(Some(self.conversation(into.as_str())?)),
            None => Ok(Some(found)),
        }
    }

    /// What of the desk's lines is a visitor's: where somebody wrote last, as themselves or as one of those
    /// who were merged with them.
    fn line_of(&self, contact: &str) -> Option<Arc<Line>> {
        let snapshot = self.snapshot();
        let (desk, facts) = (&snapshot.desk, &snapshot.facts);
        let root = |id: &str| {
            let codes = &facts.dictionaries.contact;
            codes.text(facts.contacts.get(codes.code(id)?).root)
        };
        let theirs = root(contact)?;
        let lines = self.one_with(&theirs).into_iter();
        let lines = lines.flat_map(|one| desk.lines_of(&one).cloned().collect::<Vec<_>>());
        let lines = lines.filter(|line| {
            CHANNELS.contains(&line.channel.as_str())
                && root(line.contact.as_str()).as_ref() == Some(&theirs)
        });
        lines.max_by_key(|line| line.last_message_at)
    }

    /// A contact, and all who were ever merged with them.
    fn one_with(&self, contact: &str) -> BTreeSet<String> {
        let snapshot = self.snapshot();
        let book = &snapshot.installation.contacts;
        let (mut found, mut next) = (BTreeSet::new(), vec![contact.to_owned()]);
        while let Some(one) = next.pop() {
            // Once each, also where they were merged in a circle.
            if found.insert(one.clone())
                && let Ok(id) = ContactId::parse(&one)
            {
                next.extend(book.merged_into(&id).map(ToString::to_string));
            }
        }
        found
    }

    /// Takes in what a visitor wrote: in the conversation that goes on, else in a new one. Done
    /// when it is safe on disk: that it can be seen is told by the stream.
    pub async fn take_visitors_words(
        self: &Arc<Self>,
        visitor: &Visitor,
        words: VisitorWords,
    ) -> Result<WriteResult, Error> {
        let (app, contact) = (Arc::clone(self), visitor.contact.clone());
        let found = tokio::task::spawn_blocking(move || app.visitor_conversation(&contact));
        let found = found.await.unwrap_or_else(|_panicked| {
            Err(Error::Stopped(
                "the work ended early; the server's log says why".to_owned(),
            ))
        })?;
        let files = self.visitors_attachments(&visitor.contact, &words.files)?;
        let now = self.clock.now();
        let going_on = found.filter(|conversation| goes_on(conversation, now));
        let (conversation, start) = if let Some(conversation) = going_on {
            (conversation.id.to_string(), None)
        } else {
            let language = words.language.or_else(|| detected(&words.text));
            let start = ContactStart {
                channel: CHANNEL.to_owned(),
                language,
                url: words.url,
            };
            (fresh_conversation(&visitor.contact, now), Some(start))
        };
        let command = VisitCommand {
            contact: Some(visitor.contact.clone()),
            action: VisitAction::Write(ContactWords {
                conversation,
                message: words.message,
                ack: files.is_empty() && is_ack(&words.text),
                text: words.text,
                files,
                start,
            }),
        };
        let caller = Caller::visitor(visitor.contact.clone());
        let decision = self.decision(&caller, Command::Visit(command), Evidence::None);
        let receipt = self.handle.decide_async(decision).await??;
        Ok(receipt.log_position.into())
    }

    /// The visitor that a user of the host is, made known to the desk; whom the desk took them
    /// for so far is the same contact from now on.
    pub async fn welcome(
        self: &Arc<Self>,
        user: HostUser,
        former: Option<String>,
        language: Option<String>,
    ) -> Result<Visitor, Error> {
        let known = self.overlay.with(self.clock.now(), |state| {
            let known = state.installation.contacts.called(&user.id);
            known.map(ContactId::to_string)
        });
        let contact = known.unwrap_or_else(|| user.id.clone());
        let command = VisitCommand {
            contact: Some(contact.clone()),
            action: VisitAction::Introduce(Introduction {
                name: user.name,
                email: user.email,
                language,
                host_id: Some(user.id),
                former,
            }),
        };
        self.visit(Caller::visitor(contact.clone()), command)
            .await?;
        Ok(Visitor {
            contact,
            is_verified: true,
        })
    }

    /// What a visitor is greeted with, in their language where the desk has no words of its own.
    pub fn greeting(&self, language: Option<&str>) -> String {
        let own = self.agent_settings().greeting;
        own.unwrap_or_else(|| words::greeting(language).to_owned())
    }

    /// When somebody will answer, in a visitor's language.
    pub fn opening_words(&self, language: Option<&str>) -> OpeningWords {
        let opening = self.opening_by(None, self.clock.now());
        let opens = match opening {
            Opening::At(at) => Some(words::opening_text(language, at)),
            Opening::Now | Opening::Unknown => None,
        };
        OpeningWords {
            is_open: opening == Opening::Now,
            opens,
        }
    }
}

/// The language of a text, where it can be told.
fn detected(text: &str) -> Option<String> {
    svar_index::language::detect(text).map(str::to_owned)
}

/// Whether a visitor writes on in a conversation: it is open, or was brought to its end lately.
fn goes_on(conversation: &Conversation, now: Timestamp) -> bool {
    let quiet_ms = Profile::default().quiet_secs.saturating_mul(1_000);
    let last = conversation
        .last_message_at
        .unwrap_or(conversation.started_at);
    conversation.status == Status::Open || now.since(last) < quiet_ms
}

impl Visitor {
    /// Whether a conversation or job is one that they began in the widget, by what it is called.
    pub fn began(&self, thing: &str) -> bool {
        let families = self.families();
        families.iter().any(|family| thing.starts_with(family))
    }

    /// What the names begin with of all that they began in the widget.
    pub(super) fn families(&self) -> Vec<String> {
        let kinds = CHANNELS.iter().chain(&["job"]);
        kinds.map(|kind| named_for(kind, &self.contact)).collect()
    }
}

/// What things of a kind begin with that a contact begins in the widget.
pub(super) fn named_for(kind: &str, contact: &str) -> String {
    let digest = Sha256::digest(contact.as_bytes());
    let digest = hex(digest.get(..DIGEST_BYTES).unwrap_or_default());
    format!("{kind}-{digest}-")
}

/// What a visitor's new conversation is called: two windows that begin one at once begin the same.
fn fresh_conversation(contact: &str, now: Timestamp) -> String {
    let minute = now.millis().div_euclid(MINUTE_MS);
    format!("{}{minute}", named_for(CHANNEL, contact))
}
