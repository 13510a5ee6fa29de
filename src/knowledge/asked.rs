//! The unanswered questions of each topic as numbers, which gaps are counted of.
//!
//! They are kept from one asking to the next: folds share what did not change, so that only
//! topics of which something did are read again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use rayon::prelude::*;

use crate::metrics::Dictionaries;
use crate::model::event::TopicNumber;
use crate::model::knowledge::{Cluster, Knowledge, Question, Questions, Topic};
use crate::model::{ConversationId, Shards};

/// The language of a question of which none is known.
pub(super) const NO_LANGUAGE: u16 = u16::MAX;

/// From here on the codes of conversations that the facts do not know.
const UNKNOWN: u32 = 1 << 31;

/// An unanswered question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AskedRow {
    /// When it was asked.
    pub(super) at: i64,
    /// The code of its conversation; of one that the facts do not know, one that no other has.
    pub(super) conversation: u32,
    /// Its place among the languages, or `NO_LANGUAGE`.
    pub(super) language: u16,
    /// Whether people answered it.
    pub(super) is_mined: bool,
    /// Whether it was dismissed.
    pub(super) is_dismissed: bool,
}

/// The questions of each topic.
pub(super) type Rows = Shards<TopicNumber, Arc<[AskedRow]>>;

/// A question with the name of its language, if that is known.
type Spoken<'a> = (AskedRow, Option<&'a str>);

/// The unanswered questions of each topic, and what they were read of.
#[derive(Clone, Default)]
pub(super) struct Asked {
    questions: Questions,
    clusters: Shards<u64, Arc<Cluster>>,
    /// The dictionaries that gave the codes; not kept alive by it.
    dictionaries: Weak<Dictionaries>,
    languages: Vec<Arc<str>>,
    pub(super) rows: Rows,
    /// Topics with a conversation that the facts did not know then.
    unknown: BTreeSet<TopicNumber>,
}

impl Asked {
    /// The unanswered questions of a topic, in no order that means anything.
    pub(super) fn rows(&self, topic: TopicNumber) -> &[AskedRow] {
        self.rows.get(&topic).map_or(&[], |rows| rows)
    }

    /// The same, to be known again: what is read anew is another.
    pub(super) fn kept_rows(&self, topic: TopicNumber) -> Option<&Arc<[AskedRow]>> {
        self.rows.get(&topic)
    }

    /// The language at a place.
    pub(super) fn language(&self, place: u16) -> Option<&str> {
        self.languages.get(usize::from(place)).map(AsRef::as_ref)
    }

    /// The same, where little of `knowledge` changed since; else read anew.
    pub(super) fn renewed(&self, knowledge: &Knowledge, dictionaries: &Arc<Dictionaries>) -> Self {
        let is_same = std::ptr::eq(self.dictionaries.as_ptr(), Arc::as_ptr(dictionaries));
        let none = Self::default();
        let before = if is_same { self } else { &none };
        let changed = before.changed(knowledge);
        let read = changed.into_par_iter().map(|number| {
            let topic = knowledge.topics.get(&number);
            let rows = topic.map(|topic| read(knowledge, topic, dictionaries));
            (number, rows.unwrap_or_default())
        });
        let read: Vec<(TopicNumber, Vec<Spoken<'_>>)> = read.collect();
        let mut asked = Self {
            questions: Questions::clone(&knowledge.questions),
            clusters: knowledge.clusters.clone(),
            dictionaries: Arc::downgrade(dictionaries),
            ..before.clone()
        };
        let mut places = asked.places();
        for (number, rows) in read {
            asked.take(number, rows, &mut places);
        }
        asked
    }

    /// The topics that must be read again.
    fn changed(&self, knowledge: &Knowledge) -> BTreeSet<TopicNumber> {
        let mut changed = self.unknown.clone();
        for id in self.clusters.apart(&knowledge.clusters, Arc::ptr_eq) {
            let both = [self.clusters.get(id), knowledge.clusters.get(id)];
            changed.extend(both.into_iter().flatten().map(|cluster| cluster.topic));
        }
        for id in self.questions.apart(&knowledge.questions, Arc::ptr_eq) {
            let question = knowledge.questions.get(id);
            changed.extend(question.and_then(|question| knowledge.topic_of(question)));
        }
        changed
    }

    fn places(&self) -> BTreeMap<Arc<str>, u16> {
        let languages = self.languages.iter().cloned();
        languages.zip(0..NO_LANGUAGE).collect()
    }

    /// Takes in what a topic's questions were read to be.
    fn take(
        &mut self,
        topic: TopicNumber,
        rows: Vec<Spoken<'_>>,
        places: &mut BTreeMap<Arc<str>, u16>,
    ) {
        let rows: Arc<[AskedRow]> = rows
            .into_iter()
            .map(|(row, language)| AskedRow {
                language: language.map_or(NO_LANGUAGE, |name| self.place(name, places)),
                ..row
            })
            .collect();
        if rows.iter().any(|row| row.conversation >= UNKNOWN) {
            self.unknown.insert(topic);
        } else {
            self.unknown.remove(&topic);
        }
        if rows.is_empty() {
            self.rows.remove(&topic);
        } else {
            *self.rows.entry(&topic, || Arc::from([])) = rows;
        }
    }

    fn place(&mut self, name: &str, places: &mut BTreeMap<Arc<str>, u16>) -> u16 {
        if let Some(place) = places.get(name) {
            return *place;
        }
        // Nobody speaks so many.
        let place = u16::try_from(self.languages.len()).unwrap_or(NO_LANGUAGE);
        let name: Arc<str> = name.into();
        self.languages.push(Arc::clone(&name));
        places.insert(name, place);
        place
    }
}

/// The unanswered questions of a topic, with their languages.
fn read<'a>(
    knowledge: &'a Knowledge,
    topic: &'a Topic,
    dictionaries: &Dictionaries,
) -> Vec<Spoken<'a>> {
    let unanswered = knowledge.questions_of(topic).filter_map(|question| {
        let record = question.unanswered()?;
        let code = dictionaries.conversation.code(record.conversation.as_str());
        let row = AskedRow {
            at: record.at.millis(),
            conversation: code.unwrap_or_else(|| unknown(&record.conversation)),
            language: NO_LANGUAGE,
            is_mined: record.is_mined,
            is_dismissed: is_dismissed(question),
        };
        Some((row, question.language.as_deref()))
    });
    unanswered.collect()
}

fn unknown(conversation: &ConversationId) -> u32 {
    let mut hasher = DefaultHasher::default();
    conversation.hash(&mut hasher);
    UNKNOWN | u32::try_from(hasher.finish() >> 33).unwrap_or(u32::MAX)
}

fn is_dismissed(question: &Question) -> bool {
    question.dismissed.holds().is_some()
}
