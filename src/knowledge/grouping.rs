//! The topics as the index groups them, kept in step with the fold.
//!
//! A command that changes a topic holds the lock from the decision to the journal, so that the
//! grouping and the fold never disagree; what fails on the way drops the grouping, which
//! is then made again from what was journalled.

use std::sync::{Arc, MutexGuard};

use svar_index::topics::{Topics, Vocabulary, title};
use svar_index::vector::Embedder;

use super::Workshop;
use crate::command::{Command, Evidence, QuestionCommand, TopicCommand};
use crate::lock::Lock;
use crate::model::QuestionId;
use crate::model::event::{Placed, Titled, TopicNumber};
use crate::model::knowledge::{Knowledge, Topic};

/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// From at most so many questions of a topic its words are made.
pub(super) const TITLED_BY: usize = 200;
/// With at most so many questions of all topics they are compared.
const COMPARED_WITH: usize = 2_000;

/// The grouping, once somebody has needed it.
#[derive(Default)]
pub(crate) struct Grouping(Lock<Option<Topics>>);

/// The grouping, locked and in step with the fold.
pub(crate) struct LockedTopics<'a> {
    guard: MutexGuard<'a, Option<Topics>>,
}

impl Workshop {
    /// Locks the grouping and says by which embedder it is, which cannot change meanwhile.
    /// Where there is none yet, it is made of what `knowledge` gives once the lock is held.
    pub(crate) fn grouped(
        &self,
        knowledge: impl FnOnce() -> Arc<Knowledge>,
    ) -> (LockedTopics<'_>, Arc<dyn Embedder>) {
        let grouping = &self.grouping.0;
        let mut guard = grouping.lock();
        let knowledge = knowledge();
        let embedder = self.embedder(&knowledge);
        if guard.is_none() {
            *guard = Some(restored(&knowledge, &*embedder));
        }
        (LockedTopics { guard }, embedder)
    }

    /// Has the grouping made again of what was journalled.
    pub(crate) fn forget_grouping(&self) {
        *self.grouping.0.lock() = None;
    }
}

impl LockedTopics<'_> {
    /// Changes the topics.
    pub(crate) fn topics(&mut self) -> Option<&mut Topics> {
        self.guard.as_mut()
    }

    /// Changes the topics as a command asks for, and says where questions went by that. A
    /// command that names what is not there changes nothing.
    pub(crate) fn evidence(&mut self, knowledge: &Knowledge, command: &Command) -> Evidence {
        let Some(topics) = self.guard.as_mut() else {
            return Evidence::None;
        };
        let number = |id: &str| {
            let topic = knowledge.standing(TopicNumber::parse(id)?)?;
            Some(topic.number.0)
        };
        let places = match command {
            Command::Topic(TopicCommand::Rename { topic, .. }) => {
                if let Some(topic) = number(topic) {
                    topics.pin(topic);
                }
                None
            }
            Command::Topic(TopicCommand::Merge { topic, into }) => {
                if let (Some(topic), Some(into)) = (number(topic), number(into)) {
                    topics.merge(topic, into);
                }
                None
            }
            Command::Topic(TopicCommand::Split { questions, .. }) => {
                let names: Vec<&str> = questions.iter().map(String::as_str).collect();
                topics.split(&names);
                let place = |name: &&str| {
                    let id = QuestionId::parse(name).ok()?;
                    Some(placed(&id, topics.place_of(name)?, None))
                };
                Some(names.iter().filter_map(place).collect())
            }
            Command::Question(QuestionCommand::Move { question, topic }) => {
                let place = number(topic).and_then(|topic| topics.shift(question, topic));
                let id = QuestionId::parse(question).ok();
                let moved = id.zip(place).map(|(id, place)| placed(&id, place, None));
                Some(moved.into_iter().collect())
            }
            _ => None,
        };
        places.map_or(Evidence::None, Evidence::Places)
    }

    /// Puts another grouping of the same questions in its place.
    pub(crate) fn replace(&mut self, topics: Topics) {
        *self.guard = Some(topics);
    }

    /// Drops the grouping, because what it has was not journalled.
    pub(crate) fn forget(mut self) {
        *self.guard = None;
    }
}

/// The grouping of what was journalled; nothing is grouped again.
fn restored(knowledge: &Knowledge, embedder: &dyn Embedder) -> Topics {
    let mut topics = Topics::new(embedder.topic_threshold());
    let mut clusters: Vec<_> = knowledge.clusters.iter().collect();
    clusters.sort_unstable_by_key(|(number, _)| **number);
    for (number, cluster) in clusters {
        for id in &cluster.questions {
            let record = knowledge.questions.get(id);
            let record = record.and_then(|question| question.asked.as_ref());
            if let Some(record) = record {
                let vector = embedder.keep(&record.text);
                topics.restore(id.as_str(), &vector, *number, cluster.topic.0);
            }
        }
    }
    for topic in knowledge.topics.values().filter(|topic| topic.is_pinned) {
        topics.pin(topic.number.0);
    }
    topics
}

/// What a topic of these texts is called among those of all, if that differs from before.
pub(super) fn retitled(
    knowledge: &Knowledge,
    number: TopicNumber,
    texts: &[Arc<str>],
    all: &Vocabulary,
    embedder: &dyn Embedder,
) -> Option<Titled> {
    let vectors: Vec<Vec<f32>> = texts.iter().map(|text| embedder.keep(text)).collect();
    let pairs: Vec<(&str, &[f32])> = texts
        .iter()
        .zip(&vectors)
        .map(|(text, vector)| (text.as_ref(), vector.as_slice()))
        .collect();
    let is_untitled = knowledge.untitled.contains(&number);
    let new = match pairs.get(title(&pairs)) {
        Some((central, _)) => {
            let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            Titled {
                topic: number,
                title: central.chars().take(MAX_TITLE).collect(),
                tags: all.tags(&words),
            }
        }
        // All that was asked in it is gone.
        None if is_untitled => Titled {
            topic: number,
            title: String::new(),
            tags: Vec::new(),
        },
        None => return None,
    };
    let topic = knowledge.topics.get(&number);
    let same = |topic: &Topic| topic.title == new.title && topic.tags == new.tags;
    (is_untitled || !topic.is_some_and(|topic| same(topic))).then_some(new)
}

/// The words of some questions of all topics, evenly taken.
pub(super) fn vocabulary(knowledge: &Knowledge) -> Vocabulary {
    let count = knowledge.clusters.len();
    let step = (count / COMPARED_WITH).max(1);
    let mut clusters: Vec<_> = knowledge.clusters.iter().collect();
    clusters.sort_unstable_by_key(|(number, _)| **number);
    let firsts = clusters
        .into_iter()
        .step_by(step)
        .filter_map(|(_, cluster)| {
            let question = knowledge.questions.get(cluster.questions.first()?)?;
            Some(question.asked.as_ref()?.text.as_ref())
        });
    Vocabulary::of(&firsts.collect::<Vec<&str>>())
}

/// Where a question is grouped, as an event says it.
pub(super) fn placed(
    id: &QuestionId,
    place: svar_index::topics::Placement,
    language: Option<&str>,
) -> Placed {
    Placed {
        question: id.clone(),
        cluster: place.cluster,
        topic: TopicNumber(place.topic),
        language: language.map(str::to_owned),
    }
}
