//! The erasure of contacts: which words of which events go, so that the numbers stay.
//!
//! Pure. First it learns, from every event there is, what the contacts are called and what was
//! made of their words; then it says of each event what is left of it. What counts (instants,
//! outcomes, scores, channels, languages, companies) stays; names, addresses, texts, subjects,
//! own fields and files go, also where somebody else quotes an address, a number or a whole name.
//!
//! Run over the journal by `app::folder`; run again over what it made, it changes nothing.

mod hash;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use regex::{Regex, RegexBuilder};

pub use hash::{contact_hash, pseudonym};

use super::event::{ContactErased, ContactUpserted, MessageAdded, Patch, TopicNumber};
use super::file::digest_of;
use super::{Body, ContactId, ConversationId, Event, QuestionId};

/// The least length of an address or number that is looked for everywhere, in bytes.
const LEAST_TRACE: usize = 5;
/// What stands where a trace was.
const GONE: &str = "…";

/// Contacts who are erased, and what of the journal is theirs.
#[derive(Debug, Default)]
pub struct Erasure {
    /// Hashes of their ids, by salt.
    hashes: BTreeMap<String, BTreeSet<String>>,
    conversations: HashSet<String>,
    tickets: HashSet<String>,
    questions: HashSet<QuestionId>,
    /// What their questions said, as the regression set has it.
    asked: HashSet<String>,
    /// Clusters and topics that their questions were in.
    clusters: HashSet<u64>,
    topics: HashSet<TopicNumber>,
    /// Addresses, numbers and whole names.
    traces: BTreeSet<String>,
    pattern: Option<Regex>,
    files: BTreeSet<String>,
    others_files: HashSet<String>,
}

impl Erasure {
    /// Notes whom an event erases; all of them come first.
    pub fn note(&mut self, event: &Event) {
        if let Body::ContactErased(erased) = &event.body {
            self.take(erased);
        }
    }

    fn take(&mut self, erased: &ContactErased) {
        let hashes = self.hashes.entry(erased.salt.clone()).or_default();
        hashes.extend(erased.hashes.iter().cloned());
        let conversations = erased.conversations.iter();
        self.conversations
            .extend(conversations.map(ToString::to_string));
        let tickets = erased.tickets.iter();
        self.tickets.extend(tickets.map(ToString::to_string));
    }

    /// Whether nobody is erased.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// What a contact is called once they are erased; none: they are not.
    fn pseudonym_of(&self, contact: &str) -> Option<ContactId> {
        self.hashes.iter().find_map(|(salt, hashes)| {
            let hash = contact_hash(salt, contact);
            hashes.contains(&hash).then(|| hash::pseudonym_id(&hash))?
        })
    }

    /// Learns from an event whose it is and what they are called.
    pub fn learn(&mut self, event: &Event) {
        match &event.body {
            Body::ContactUpserted(contact) => self.learn_contact(contact),
            // What was begun with them while their erasure was decided.
            Body::ConversationStarted(started)
                if self.pseudonym_of(started.contact.as_str()).is_some() =>
            {
                self.conversations.insert(started.conversation.to_string());
            }
            Body::TicketOpened(opened) => {
                let contact = opened.contact.as_ref();
                if contact.is_some_and(|contact| self.pseudonym_of(contact.as_str()).is_some()) {
                    self.tickets.insert(opened.ticket.to_string());
                }
            }
            _ => {}
        }
    }

    /// Learns what they said, and where it went; of everything that is theirs by now.
    pub fn learn_words(&mut self, event: &Event) {
        match &event.body {
            Body::MessageAdded(message) => self.learn_message(message),
            Body::QuestionAsked(asked) if self.has(&asked.conversation) => {
                self.learn_question(&asked.question, &asked.text);
            }
            Body::QuestionMined(mined) if self.has(&mined.conversation) => {
                self.learn_question(&mined.question, &mined.text);
            }
            Body::MessageEdited(edited) if self.has(&edited.conversation) => {
                self.learn_text(&edited.text);
            }
            Body::AgentDecided(decided) if self.has(&decided.conversation) => {
                self.learn_text(decided.sentence.as_deref().unwrap_or_default());
            }
            _ => self.learn_topics(event),
        }
    }

    /// Whether a conversation is theirs.
    fn has(&self, conversation: &ConversationId) -> bool {
        self.conversations.contains(conversation.as_str())
    }

    fn learn_contact(&mut self, contact: &ContactUpserted) {
        if self.pseudonym_of(contact.contact.as_str()).is_none() {
            return;
        }
        for (field, is_name) in [
            (&contact.name, true),
            (&contact.email, false),
            (&contact.phone, false),
        ] {
            let Patch::Set(value) = field else { continue };
            let value = value.trim();
            // A single name is many people's.
            let tells = if is_name {
                value.split_whitespace().count() > 1
            } else {
                value.len() >= LEAST_TRACE
            };
            if tells {
                self.traces.insert(value.to_owned());
            }
        }
    }

    fn learn_message(&mut self, message: &MessageAdded) {
        let is_theirs = self.has_message(message);
        let files = message.attachments.iter().flatten();
        let files = files.filter_map(|file| digest_of(file.sha256.as_deref()?));
        if is_theirs {
            self.files.extend(files);
        } else {
            self.others_files.extend(files);
        }
    }

    fn has_message(&self, message: &MessageAdded) -> bool {
        let author = message.author.id.as_deref();
        self.conversations.contains(message.conversation.as_str())
            || author.is_some_and(|author| self.pseudonym_of(author).is_some())
    }

    fn learn_question(&mut self, question: &QuestionId, text: &str) {
        self.questions.insert(question.clone());
        self.learn_text(text);
    }

    fn learn_text(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.asked.insert(text.to_owned());
        }
    }

    /// Learns which topics their questions were in: those are grouped after they are asked.
    fn learn_topics(&mut self, event: &Event) {
        match &event.body {
            Body::TopicsAssigned(deed) => {
                for placed in &deed.placed {
                    if self.questions.contains(&placed.question) {
                        self.clusters.insert(placed.cluster);
                        self.topics.insert(placed.topic);
                    }
                }
            }
            Body::TopicSplit(deed) => {
                for placed in &deed.placed {
                    if self.questions.contains(&placed.question) {
                        self.clusters.insert(placed.cluster);
                        self.topics.insert(placed.topic);
                    }
                }
            }
            Body::TopicsRegrouped(deed) => {
                for moved in &deed.moves {
                    if self.clusters.contains(&moved.cluster) {
                        self.topics.extend([moved.from, moved.to]);
                    }
                }
            }
            Body::QuestionMoved(deed) if self.questions.contains(&deed.question) => {
                self.clusters.insert(deed.cluster);
                self.topics.insert(deed.topic);
            }
            Body::TopicMerged(deed) if self.topics.contains(&deed.topic) => {
                self.topics.insert(deed.into);
            }
            _ => {}
        }
    }

    /// Makes ready to erase what was learned.
    pub fn ready(&mut self) {
        let words: Vec<String> = self.traces.iter().map(|word| regex::escape(word)).collect();
        if !words.is_empty() {
            let mut pattern = RegexBuilder::new(&words.join("|"));
            self.pattern = pattern.case_insensitive(true).build().ok();
        }
    }

    /// The files that nobody else has sent, by their SHA-256.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let own = self.files.iter();
        own.filter(|file| !self.others_files.contains(*file))
            .map(String::as_str)
    }

    /// Whether a conversation of theirs, or they themselves, have something that is in no event.
    pub fn owns(&self, conversation: Option<&str>, contact: Option<&str>) -> bool {
        conversation.is_some_and(|id| self.conversations.contains(id))
            || contact.is_some_and(|id| self.pseudonym_of(id).is_some())
    }

    /// Whether somebody else has sent a file.
    pub fn is_anothers(&self, sha256: &str) -> bool {
        self.others_files.contains(sha256)
    }

    /// What is left of an event; none: all of it.
    pub fn left_of(&self, event: &Event) -> Option<Event> {
        let mut left = event.clone();
        self.erase(&mut left.body);
        (left != *event).then_some(left)
    }

    /// Takes traces out of what somebody else wrote.
    fn scrub(&self, text: &mut String) {
        if let Some(pattern) = &self.pattern
            && pattern.is_match(text)
        {
            *text = pattern.replace_all(text, GONE).into_owned();
        }
    }
}

#[cfg(test)]
mod tests;
