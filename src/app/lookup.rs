//! Names and single things that pages show; nothing here counts.

use std::collections::BTreeSet;

use serde::Serialize;

use super::error::Error;
use super::{App, Present};
use crate::knowledge::GapReplies;
use crate::model::episode::{self, Context};
use crate::model::{
    Body, Contact, Conversation, ConversationId, Event, QuestionId, Ticket, Timestamp,
};

/// The most conversations of a contact that are looked at for those that started last.
const MOST_SOUGHT: usize = 1_000;

/// A contact, and the conversations that are theirs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactView {
    /// Who.
    #[serde(flatten)]
    pub contact: Contact,
    /// Their conversations, also those from before contacts were merged into them; the latest first.
    pub conversations: Vec<ConversationLine>,
    /// Whether they have more than are asked for.
    pub has_more: bool,
}

/// A conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConversationLine {
    /// Which.
    pub id: String,
    /// What it is about, if that was said.
    pub subject: Option<String>,
    /// Where it takes place.
    pub channel: String,
    /// Since when.
    pub started_at: Timestamp,
    /// When it was resolved, if it is.
    pub resolved_at: Option<Timestamp>,
}

impl ConversationLine {
    fn of(conversation: Conversation) -> Self {
        Self {
            id: conversation.id.to_string(),
            subject: conversation.subject,
            channel: conversation.channel,
            started_at: conversation.started_at,
            resolved_at: conversation.resolved_at,
        }
    }
}

impl App {
    /// The conversation called `id`, with its messages.
    pub fn conversation(&self, id: &str) -> Result<Conversation, Error> {
        self.conversation_at(&self.present(), id)
    }

    /// As [`Self::conversation`], if whoever asks sees it.
    pub fn conversation_at(&self, present: &Present, id: &str) -> Result<Conversation, Error> {
        self.check_conversation(present, id)?;
        let found = self.past.store.conversation_in_unit(id)?;
        let (mut conversation, events) = found.ok_or_else(|| Error::unknown("conversation", id))?;
        let (snapshot, now) = (&present.live, present.now);
        let context = Context {
            directory: &snapshot.directory,
            profile: &snapshot.profile,
            blocked: &snapshot.blocked,
        };
        let events: Vec<&Event> = events.iter().filter(|event| event.at <= now).collect();
        let facts = episode::fold(&context, &events);
        let mut threads = facts.threads.iter();
        let own = threads.find(|thread| thread.conversation == id);
        if let Some(last) = own.and_then(|thread| thread.episodes.last()) {
            conversation.settle(last, now);
        }
        let mails = &snapshot.installation.mails_out;
        for message in &mut conversation.messages {
            let home = message.home(&conversation.id);
            let mut mails = mails.of(home.as_str()).iter();
            let mail = mails.find(|mail| mail.message == message.id);
            message.mail = mail.cloned().map(Box::new);
        }
        Ok(conversation)
    }

    /// The conversation called `id` with its messages, as its events alone say.
    pub(crate) fn messages_of(&self, id: &str) -> Result<Option<Conversation>, Error> {
        Ok(self.past.store.conversation(id)?)
    }

    /// What reps answered to the questions of a gap, as far as whoever asks sees them.
    pub fn replies_of(&self, present: &Present, topic: &str) -> Result<GapReplies, Error> {
        let read = |id: &ConversationId| self.messages_of(id.as_str()).ok().flatten();
        Ok(self.knowledge_at(present).replies(topic, read)?)
    }

    /// The words that questions had before those that they have by now.
    pub(crate) fn former_words(&self, questions: &[QuestionId]) -> Result<BTreeSet<String>, Error> {
        let snapshot = self.snapshot();
        let mut former = BTreeSet::new();
        for id in questions {
            let question = snapshot.installation.knowledge.questions.get(id);
            let Some(record) = question.and_then(|question| question.asked.as_ref()) else {
                continue;
            };
            for event in self
                .past
                .store
                .joined_events(record.conversation.as_str())?
            {
                let text = match event.body {
                    Body::QuestionAsked(asked) if asked.question == *id => asked.text,
                    Body::MessageEdited(edited)
                        if Some(&edited.message) == record.message.as_ref() =>
                    {
                        edited.text
                    }
                    _ => continue,
                };
                if text != *record.text {
                    former.insert(text);
                }
            }
        }
        Ok(former)
    }

    /// The ticket called `id`.
    pub fn ticket(&self, id: &str) -> Result<Ticket, Error> {
        self.ticket_at(&self.present(), id)
    }

    /// As [`Self::ticket`], if whoever asks sees it.
    pub fn ticket_at(&self, present: &Present, id: &str) -> Result<Ticket, Error> {
        let found = self.past.store.ticket(id)?;
        let ticket = found.ok_or_else(|| Error::unknown("ticket", id))?;
        self.check_ticket(present, &ticket)?;
        Ok(ticket)
    }

    /// The contact called `id`.
    pub fn contact(&self, id: &str) -> Result<Contact, Error> {
        let contact = self.past.store.contact(id)?;
        contact.ok_or_else(|| Error::unknown("contact", id))
    }

    /// The contact called `id` with at most `limit` conversations.
    pub fn contact_view(&self, id: &str, limit: usize) -> Result<ContactView, Error> {
        self.contact_view_at(&self.present(), id, limit)
    }

    /// As [`Self::contact_view`], with the conversations that whoever asks sees, if they see
    /// anything of the contact.
    pub fn contact_view_at(
        &self,
        present: &Present,
        id: &str,
        limit: usize,
    ) -> Result<ContactView, Error> {
        let contact = self.contact(id)?;
        if !present.sees_contact(id) {
            return Err(Error::unknown("contact", id));
        }
        let facts = &present.live.facts;
        let sees = |code| {
            let seen = present.seen.as_ref();
            seen.is_none_or(|seen| seen.has_conversation(code))
        };
        let root = |code| facts.contacts.get(code).root;
        let theirs = facts.dictionaries.contact.code(id).map(root);
        let threads = facts.threads.iter().zip(0_u32..);
        let own =
            threads.filter(|(thread, _)| thread.started && Some(root(thread.contact)) == theirs);
        let own = own.map(|(_, code)| code).filter(|code| sees(*code));
        let mut codes: Vec<u32> = own.collect();
        let has_more = codes.len() > limit;
        // Codes are given in the order in which conversations were first seen, which an import
        // may have shuffled: of very many only those that were seen last are looked at.
        let seen_last = codes.split_off(codes.len().saturating_sub(MOST_SOUGHT));
        let mut conversations = Vec::new();
        for code in seen_last {
            let name = facts.dictionaries.conversation.text(code);
            let conversation = name.map(|name| self.past.store.conversation(&name));
            conversations.extend(
                conversation
                    .transpose()?
                    .flatten()
                    .map(ConversationLine::of),
            );
        }
        conversations.sort_by_key(|line| std::cmp::Reverse(line.started_at));
        conversations.truncate(limit);
        Ok(ContactView {
            contact,
            conversations,
            has_more,
        })
    }
}
