//! Keeping the index up: what can be searched follows the events as they are filed.
//!
//! A text waits for nothing: it is found as soon as it is filed here. What depends on other
//! events (a conversation's channel, a deletion, a contact's facts, a short answer's
//! version) is read again from the store and the knowledge fold when one of them comes, so
//! that late and shuffled events give what ordered ones give. Owned by the projector.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use svar_index::{Finder, Index, Kind, Writer};

use super::document::{Concern, JoinedTexts, Standing, concern, of_answer, of_contact};
use super::error::Error;
use crate::failpoint;
use crate::model::event::Event;
use crate::model::{Knowledge, ShortAnswerId, Timestamp};
use crate::store::Store;

/// The state of so many conversations is remembered at once.
const MOST_KNOWN: usize = 65_536;

/// With more changes than this uncommitted, a search would have too much to do.
const MOST_UNCOMMITTED: usize = 8_192;

/// The index, and what is needed to feed it.
pub(super) struct SearchFold {
    index: Index,
    writer: Writer,
    standings: HashMap<String, Standing>,
    /// Up to which record everything is durable, or is about to be, once it was made so.
    committed: Option<u64>,
}

impl SearchFold {
    pub(super) fn new(index: Index) -> Result<Self, Error> {
        Ok(Self {
            writer: index.writer()?,
            index,
            standings: HashMap::new(),
            committed: None,
        })
    }

    /// What searches it, at any time from now on.
    pub(super) fn finder(&self) -> Finder {
        self.index.finder()
    }

    /// Takes in events that store and knowledge have already.
    pub(super) fn apply<'a>(
        &mut self,
        events: impl Iterator<Item = &'a Event>,
        store: &Store,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut texts = Vec::new();
        let (mut conversations, mut contacts) = (BTreeSet::new(), BTreeSet::new());
        let mut answers = BTreeSet::new();
        for event in events {
            match concern(event) {
                Some(Concern::Text(document)) => texts.push(document),
                Some(Concern::Conversation(id)) => {
                    conversations.insert(id);
                }
                Some(Concern::Contact(id)) => {
                    contacts.insert(id);
                }
                Some(Concern::Answer(id)) => {
                    answers.insert(id);
                }
                None => {}
            }
        }
        for id in &conversations {
            self.conversation(id, store)?;
        }
        let mut revised = BTreeSet::new();
        for mut text in texts {
            let conversation = text.conversation.as_deref().unwrap_or_default();
            if conversations.contains(conversation) || revised.contains(conversation) {
                continue;
            }
            let standing = self.standing(conversation, store)?;
            if standing.is_revised {
                self.conversation(conversation, store)?;
                revised.insert(conversation.to_owned());
            } else if !standing.is_deleted {
                text.channel.clone_from(&standing.channel);
                self.writer.add(&text)?;
            }
        }
        for id in contacts {
            match store.contact(id)?.as_ref().and_then(of_contact) {
                Some(document) => self.writer.add(&document)?,
                None => self.writer.delete(Kind::Contact, id)?,
            }
        }
        for id in answers {
            self.answer(id, knowledge, now)?;
        }
        Ok(())
    }

    /// Takes in all short answers as they are at `now`.
    pub(super) fn answers(&mut self, knowledge: &Knowledge, now: Timestamp) -> Result<(), Error> {
        for id in knowledge.answers.keys() {
            self.answer(id, knowledge, now)?;
        }
        Ok(())
    }

    fn answer(
        &mut self,
        id: &ShortAnswerId,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Result<(), Error> {
        let answer = knowledge.answers.get(id);
        match answer.and_then(|answer| answer.current(now)) {
            Some(version) => self.writer.add(&of_answer(id, &version))?,
            None => self.writer.delete(Kind::Answer, id.as_str())?,
        }
        Ok(())
    }

    /// Makes everything durable as the state at a position of the log, unless it is that already.
    pub(super) fn commit(&mut self, position: u64) -> Result<(), Error> {
        self.begin_commit(position)?;
        self.end_commit()
    }

    /// The same beside what goes on; what was begun before goes first, and this is for another time
    /// then.
    pub(super) fn commit_beside(&mut self, position: u64) -> Result<(), Error> {
        if self.writer.is_committing() {
            return Ok(());
        }
        self.end_commit()?;
        self.begin_commit(position)
    }

    fn begin_commit(&mut self, position: u64) -> Result<(), Error> {
        if self.committed != Some(position) {
            failpoint::pass("fold.commit");
            self.writer.begin_commit(position)?;
            self.committed = Some(position);
        }
        Ok(())
    }

    fn end_commit(&mut self) -> Result<(), Error> {
        if self.writer.end_commit()? {
            failpoint::pass("fold.committed");
        }
        Ok(())
    }

    /// Whether so much is uncommitted that a search would feel it.
    pub(super) fn is_heavy(&self) -> bool {
        self.writer.uncommitted() > MOST_UNCOMMITTED
    }

    /// Takes all texts of a conversation in again, and of those that are joined to it.
    fn conversation(&mut self, id: &str, store: &Store) -> Result<(), Error> {
        let joined = JoinedTexts::of(&store.joined_events(id)?);
        let standing = joined.standings.get(id);
        if standing.is_some_and(|standing| standing.is_deleted && !standing.is_revised) {
            self.writer.delete_conversation(id)?;
            self.remember(joined.standings);
            return Ok(());
        }
        for text in joined.texts {
            if text.text.is_empty() {
                self.writer.delete(text.kind, &text.id)?;
            } else {
                self.writer.add(&text)?;
            }
        }
        self.remember(joined.standings);
        Ok(())
    }

    fn standing(&mut self, id: &str, store: &Store) -> Result<Standing, Error> {
        if let Some(standing) = self.standings.get(id) {
            return Ok(standing.clone());
        }
        let standings = JoinedTexts::of(&store.joined_events(id)?).standings;
        let standing = standings.get(id).cloned().unwrap_or_default();
        self.remember(standings);
        Ok(standing)
    }

    fn remember(&mut self, standings: BTreeMap<String, Standing>) {
        if self.standings.len() >= MOST_KNOWN {
            self.standings.clear();
        }
        self.standings.extend(standings);
    }
}
