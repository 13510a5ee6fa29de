//! The topics as the index groups them, kept in step with the fold.
//!
//! A command that changes a topic holds the lock from the decision to the journal, so that the
//! grouping and the fold never disagree; what fails on the way drops the grouping, which
//! is then made again from what was journalled.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, MutexGuard};

use svar_index::language::detect;
use svar_index::topics::{Topics, tags, title};
use svar_index::vector::Embedder;

use super::Workshop;
use crate::command::{Command, Evidence, QuestionCommand, TopicCommand};
use crate::lock::Lock;
use crate::model::event::{
    ClusterMove, Placed, Titled, TopicNumber, TopicsAssigned, TopicsRegrouped,
};
use crate::model::knowledge::{Knowledge, Topic};
use crate::model::{Body, QuestionId};

/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// From at most so many questions of a topic its words are made.
pub(super) const TITLED_BY: usize = 200;
/// With at most so many questions of all topics they are compared.
const COMPARED_WITH: usize = 2_000;

/// How many questions are put into topics by one event.
const BATCH: usize = 200;
/// How many such events are journalled at once at most, where many questions wait.
const BATCHES: usize = 10;

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

/// What topics are called after a change, of those whose words differ from before.
pub(super) fn titles(
    knowledge: &Knowledge,
    topics: &Topics,
    fresh: &[Placed],
    changed: impl Iterator<Item = TopicNumber>,
    embedder: &dyn Embedder,
) -> Vec<Titled> {
    let all = sample(knowledge);
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    let titled = changed.filter_map(|number| {
        let texts = texts_of(knowledge, topics, fresh, number);
        retitled(knowledge, number, &texts, &all, embedder)
    });
    titled.collect()
}

/// What a topic of these texts is called among `all`, if that differs from before.
pub(super) fn retitled(
    knowledge: &Knowledge,
    number: TopicNumber,
    texts: &[Arc<str>],
    all: &[&str],
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
                tags: tags(&words, all),
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

/// The words of a topic's questions as they are grouped now, the latest first.
fn texts_of(
    knowledge: &Knowledge,
    topics: &Topics,
    fresh: &[Placed],
    number: TopicNumber,
) -> Vec<Arc<str>> {
    let is_in = |id: &QuestionId| {
        let place = topics.place_of(id.as_str());
        place.is_some_and(|place| place.topic == number.0)
    };
    let text = |id: &QuestionId| {
        let question = knowledge.questions.get(id)?;
        Some(Arc::clone(&question.asked.as_ref()?.text))
    };
    let fresh = fresh.iter().rev().map(|placed| &placed.question);
    let topics = knowledge.topics.get(&number).into_iter();
    let topics = topics
        .flat_map(|topic| knowledge.questions_of(topic))
        .map(|topic| &topic.id);
    // One that was grouped anew may be in its topic still.
    let mut seen = HashSet::new();
    let ids = fresh.chain(topics).filter(|id| is_in(id));
    ids.filter(|id| seen.insert(*id))
        .filter_map(text)
        .take(TITLED_BY)
        .collect()
}

/// Some questions of all topics, evenly taken.
pub(super) fn sample(knowledge: &Knowledge) -> Vec<Arc<str>> {
    let count = knowledge.clusters.len();
    let step = (count / COMPARED_WITH).max(1);
    let mut clusters: Vec<_> = knowledge.clusters.iter().collect();
    clusters.sort_unstable_by_key(|(number, _)| **number);
    let firsts = clusters
        .into_iter()
        .step_by(step)
        .filter_map(|(_, cluster)| {
            let question = knowledge.questions.get(cluster.questions.first()?)?;
            Some(Arc::clone(&question.asked.as_ref()?.text))
        });
    firsts.collect()
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

/// Questions that got their topics, by the words that they have by now.
#[derive(Default)]
pub(crate) struct Assignment {
    /// The events that say so.
    pub(crate) writes: Vec<Body>,
    /// How many questions and titles that is.
    pub(crate) count: usize,
    /// Those that had other words before.
    pub(crate) revised: Vec<QuestionId>,
    placed: Vec<Placed>,
}

/// The next questions that need a topic, with a regrouping wherever one is due; `seen` is the
/// last record that `knowledge` has.
pub(crate) fn assigned(
    knowledge: &Knowledge,
    topics: &mut Topics,
    embedder: &dyn Embedder,
    seen: u64,
) -> Assignment {
    let mut next = knowledge.unplaced.iter().take(BATCH * BATCHES);
    let mut untitled = knowledge.untitled.iter().copied().take(BATCH);
    let mut assignment = Assignment::default();
    loop {
        let batch: Vec<&QuestionId> = next.by_ref().take(BATCH).collect();
        let mut changed: BTreeSet<TopicNumber> = untitled.by_ref().collect();
        if batch.is_empty() && changed.is_empty() {
            return assignment;
        }
        let (mut fresh, mut gone) = (Vec::new(), Vec::new());
        for id in batch {
            if topics.place_of(id.as_str()).is_some() {
                topics.remove(id.as_str());
                assignment.revised.push(id.clone());
            }
            if let Some(placed) = assign(knowledge, topics, id, embedder) {
                fresh.push(placed);
            } else {
                assignment.revised.push(id.clone());
                gone.push(id.clone());
            }
        }
        changed.extend(fresh.iter().map(|placed| placed.topic));
        assignment.count += fresh.len() + gone.len() + changed.len();
        assignment.placed.extend(fresh.iter().cloned());
        let (placed, writes) = (&assignment.placed, &mut assignment.writes);
        let titled = titles(knowledge, topics, placed, changed.into_iter(), embedder);
        writes.push(Body::TopicsAssigned(Box::new(TopicsAssigned {
            embedder: embedder.label(),
            placed: fresh,
            titled,
            gone,
            seen: Some(seen),
        })));
        if topics.due() {
            writes.extend(moved(knowledge, topics, placed, embedder, seen));
        }
    }
}

/// Puts a question into a topic; none: it has no words.
fn assign(
    knowledge: &Knowledge,
    topics: &mut Topics,
    id: &QuestionId,
    embedder: &dyn Embedder,
) -> Option<Placed> {
    let question = knowledge.questions.get(id)?;
    let record = question
        .asked
        .as_ref()
        .filter(|_| !question.is_wordless())?;
    let vector = embedder.keep(&record.text);
    let place = topics.assign(id.as_str(), &vector);
    Some(placed(id, place, detect(&record.text)))
}

fn moved(
    knowledge: &Knowledge,
    topics: &mut Topics,
    fresh: &[Placed],
    embedder: &dyn Embedder,
    seen: u64,
) -> Option<Body> {
    let moves = topics.regroup();
    let moves: Vec<ClusterMove> = moves
        .into_iter()
        .map(|moved| ClusterMove {
            cluster: moved.cluster,
            from: TopicNumber(moved.from),
            to: TopicNumber(moved.to),
        })
        .collect();
    if moves.is_empty() {
        return None;
    }
    let changed: BTreeSet<TopicNumber> = moves
        .iter()
        .flat_map(|moved| [moved.from, moved.to])
        .collect();
    let titled = titles(knowledge, topics, fresh, changed.into_iter(), embedder);
    Some(Body::TopicsRegrouped(Box::new(TopicsRegrouped {
        moves,
        titled,
        seen: Some(seen),
    })))
}
