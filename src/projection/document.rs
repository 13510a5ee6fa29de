//! What of events can be searched, and by which words.
//!
//! Questions and the public words of contacts, under the channel of their conversation
//! and while that is not deleted; contacts while they are not merged into others; short
//! answers as they are, drafts too. Pure. Read by the search fold and the check.

use std::collections::{BTreeMap, HashMap, HashSet};

use svar_index::{Document, Kind};

use crate::model::event::{ActorKind, Body, Event, Mark, Visibility, cmp_events};
use crate::model::knowledge::Version;
use crate::model::{
    Contact, Edits, Homes, Knowledge, MessageId, Provenance, ShortAnswerId, Timestamp,
};

/// What an event changes in the index.
pub(super) enum Concern<'a> {
    /// It is a text itself, of a channel that the event does not tell.
    Text(Document),
    /// All texts of a conversation.
    Conversation(&'a str),
    /// What a contact is found by.
    Contact(&'a str),
    /// What a short answer is found by.
    Answer(&'a ShortAnswerId),
}

/// What an event changes in the index, if anything.
pub(super) fn concern(event: &Event) -> Option<Concern<'_>> {
    match &event.body {
        Body::ConversationStarted(started) => {
            Some(Concern::Conversation(started.conversation.as_str()))
        }
        Body::ConversationUpdated(updated) if updated.channel.is_some() => {
            Some(Concern::Conversation(updated.conversation.as_str()))
        }
        Body::ConversationMarked(marked) if marked.mark == Mark::Deleted => {
            Some(Concern::Conversation(marked.conversation.as_str()))
        }
        Body::ConversationMerged(merged) => {
            Some(Concern::Conversation(merged.conversation.as_str()))
        }
        Body::ConversationUnmerged(back) => Some(Concern::Conversation(back.conversation.as_str())),
        Body::ConversationSplit(split) => Some(Concern::Conversation(split.conversation.as_str())),
        Body::MessageEdited(edited) => Some(Concern::Conversation(edited.conversation.as_str())),
        Body::MessageRedacted(redacted) => {
            Some(Concern::Conversation(redacted.conversation.as_str()))
        }
        Body::ContactUpserted(contact) => Some(Concern::Contact(contact.contact.as_str())),
        Body::ContactMerged(contact) => Some(Concern::Contact(contact.contact.as_str())),
        Body::ShortAnswerUpserted(answer) => Some(Concern::Answer(&answer.short_answer)),
        Body::ShortAnswerDeleted(answer) => Some(Concern::Answer(&answer.short_answer)),
        _ => of_event(event).map(Concern::Text),
    }
}

/// The text that an event is.
pub(super) fn of_event(event: &Event) -> Option<Document> {
    let (id, kind, conversation, text) = match &event.body {
        Body::QuestionAsked(question) => (
            question.question.as_str(),
            Kind::Question,
            question.conversation.as_str(),
            &question.text,
        ),
        Body::MessageAdded(added)
            if added.author.kind == ActorKind::Contact
                && added.visibility != Some(Visibility::Note) =>
        {
            (
                added.message.as_str(),
                Kind::Message,
                added.conversation.as_str(),
                &added.text,
            )
        }
        _ => return None,
    };
    Some(Document {
        id: id.to_owned(),
        kind,
        conversation: Some(conversation.to_owned()),
        at_millis: event.at.millis(),
        language: None,
        channel: None,
        is_published: None,
        text: text.clone(),
    })
}

/// The message whose words a text has.
fn message_of(event: &Event) -> Option<&MessageId> {
    match &event.body {
        Body::QuestionAsked(asked) => asked.message.as_ref(),
        Body::MessageAdded(added) => Some(&added.message),
        _ => None,
    }
}

/// What joined conversations hold that can be searched: with the words that a text has by now,
/// and the conversation that it counts in by now.
pub(super) struct JoinedTexts {
    /// What each conversation says of its texts, by its id.
    pub(super) standings: BTreeMap<String, Standing>,
    /// The texts; without words, they are gone.
    pub(super) texts: Vec<Document>,
}

impl JoinedTexts {
    /// Reads them out of the conversations' events, which must be in event order.
    pub(super) fn of(events: &[Event]) -> Self {
        let standings = standings_of(events);
        let (edits, homes) = (Edits::of(events), Homes::of(events));
        let texts = events.iter().filter_map(|event| {
            let mut text = of_event(event)?;
            let own = standings.get(event.body.conversation()?)?;
            let home = homes.home(event)?;
            if own.is_deleted {
                text.text.clear();
            } else if let Some(edit) = message_of(event).and_then(|message| edits.get(message)) {
                edit.text.unwrap_or_default().clone_into(&mut text.text);
            }
            let channel = |standing: &Standing| standing.channel.clone();
            text.channel = standings
                .get(home)
                .and_then(channel)
                .or_else(|| channel(own));
            text.conversation = Some(homes.root(home).to_owned());
            Some(text)
        });
        let texts = texts.collect();
        Self { standings, texts }
    }
}

fn standings_of(events: &[Event]) -> BTreeMap<String, Standing> {
    let mut by_id: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        if let Some(id) = event.body.conversation() {
            by_id.entry(id).or_default().push(event);
        }
    }
    let is_revised = events.iter().any(|event| Standing::revises(&event.body));
    let standings = by_id.into_iter().map(|(id, own)| {
        let standing = Standing {
            is_revised,
            ..Standing::fold(own)
        };
        (id.to_owned(), standing)
    });
    standings.collect()
}

/// What a contact is found by; none while nothing is known of them or they are another.
pub(super) fn of_contact(contact: &Contact) -> Option<Document> {
    if contact.merged_into.is_some() {
        return None;
    }
    let company = contact.company.as_ref();
    let page = company.and_then(|company| company.url.as_ref());
    let facts = [
        contact.name.as_ref(),
        contact.email.as_ref(),
        contact.phone.as_ref(),
        company.map(|company| &company.name),
        page,
    ];
    let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
    let text = facts.join(" · ");
    (!text.is_empty()).then(|| Document {
        id: contact.id.to_string(),
        kind: Kind::Contact,
        conversation: None,
        at_millis: contact.updated_at.map_or(0, Timestamp::millis),
        language: contact.language.clone(),
        channel: None,
        is_published: None,
        text,
    })
}

/// What a short answer is found by: all ways to ask, and what it says.
pub(super) fn of_answer(id: &ShortAnswerId, version: &Version) -> Document {
    let ways: Vec<&str> = version.ways().collect();
    Document {
        id: id.to_string(),
        kind: Kind::Answer,
        conversation: None,
        at_millis: version.at.millis(),
        language: version.language.clone(),
        channel: None,
        is_published: Some(version.is_published()),
        text: format!("{}\n\n{}", ways.join("\n"), version.text),
    }
}

/// What a conversation says of its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// The channel that it is on by now.
    pub(super) channel: Option<String>,
    /// Whether it was removed.
    pub(super) is_deleted: bool,
    /// Whether a text of it, or of one that is joined to it, may have other words by now, or
    /// count in another conversation.
    pub(super) is_revised: bool,
}

impl Standing {
    /// Folds a conversation's own events, which must be in event order.
    pub(super) fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut standing = Self::default();
        for event in events {
            match &event.body {
                Body::ConversationStarted(started) => {
                    standing.channel = Some(started.channel.clone());
                }
                Body::ConversationUpdated(updated) if updated.channel.is_some() => {
                    standing.channel.clone_from(&updated.channel);
                }
                Body::ConversationMarked(marked) if marked.mark == Mark::Deleted => {
                    standing.is_deleted = marked.on;
                }
                _ => {}
            }
        }
        standing
    }

    /// Whether an event changes the words or the conversation of texts that other events are.
    const fn revises(body: &Body) -> bool {
        matches!(
            body,
            Body::MessageEdited(_)
                | Body::MessageRedacted(_)
                | Body::ConversationMerged(_)
                | Body::ConversationUnmerged(_)
                | Body::ConversationSplit(_)
        )
    }
}

/// Where a text comes from.
struct TextOrigin {
    conversation: Option<String>,
    message: Option<MessageId>,
    /// Whether it said anything to begin with.
    has_words: bool,
}

/// What the index must hold by what the journal says.
#[derive(Default)]
pub struct Searchable {
    /// Kind and id of each text, with where it comes from.
    texts: HashMap<(Kind, String), TextOrigin>,
    edits: Vec<Event>,
    marks: HashMap<String, Vec<Event>>,
    contacts: HashMap<String, Vec<Event>>,
    knowledge: Knowledge,
}

impl Searchable {
    /// Takes in an event of the record `seq`.
    pub fn see(&mut self, seq: u64, event: &Event) {
        match concern(event) {
            Some(Concern::Text(text)) => {
                let origin = TextOrigin {
                    conversation: text.conversation,
                    message: message_of(event).cloned(),
                    has_words: !text.text.is_empty(),
                };
                self.texts.insert((text.kind, text.id), origin);
            }
            Some(Concern::Conversation(_))
                if matches!(
                    event.body,
                    Body::MessageEdited(_) | Body::MessageRedacted(_)
                ) =>
            {
                self.edits.push(event.clone());
            }
            Some(Concern::Conversation(id)) => {
                let marks = self.marks.entry(id.to_owned()).or_default();
                if matches!(event.body, Body::ConversationMarked(_)) {
                    marks.push(event.clone());
                }
            }
            Some(Concern::Contact(id)) => {
                let events = self.contacts.entry(id.to_owned()).or_default();
                events.push(event.clone());
            }
            Some(Concern::Answer(_)) => self.knowledge.apply(Provenance { seq, actor: "" }, event),
            None => {}
        }
    }

    /// How many documents that makes at `now`.
    pub fn documents(mut self, now: Timestamp) -> u64 {
        for events in self.marks.values_mut().chain(self.contacts.values_mut()) {
            events.sort_by(cmp_events);
        }
        let marks = self.marks.iter();
        let deleted: HashSet<&String> = marks
            .filter(|(_, events)| Standing::fold(*events).is_deleted)
            .map(|(id, _)| id)
            .collect();
        self.edits.sort_by(cmp_events);
        let edits = Edits::of(&self.edits);
        let is_there = |origin: &&TextOrigin| {
            let edit = origin.message.as_ref().and_then(|id| edits.get(id));
            let conversation = origin.conversation.as_ref();
            conversation.is_none_or(|id| !deleted.contains(id))
                && edit.map_or(origin.has_words, |edit| {
                    edit.text.is_some_and(|text| !text.is_empty())
                })
        };
        let texts = self.texts.values().filter(is_there).count();
        let contacts = self.contacts.values();
        let contacts = contacts.filter_map(|events| of_contact(&Contact::fold(events)?));
        let answers = self.knowledge.current_answers(now).len();
        (texts + contacts.count() + answers) as u64
    }
}
