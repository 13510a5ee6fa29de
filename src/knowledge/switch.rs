//! From one embedder to another: all texts get their new vectors in the background, then
//! topics and answers change over at once.
//!
//! Until then the former embedder goes on. What was embedded is kept on disk, so a kill on
//! the way costs little; the change itself is one submission to the journal: the places of
//! the questions, and that the other embedder holds from here on. `work` takes the steps.
//!
//! Which model was chosen and by which embedder topics are grouped are two facts, each an event
//! (`svar.model_set`, `svar.embedder_switched`). So a kill before the change alters nothing,
//! and a rebuild needs no model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard};

use svar_index::topics::Topics;
use svar_index::vector::{Embedder, shipped};

use super::Library;
use super::ask::entries;
use super::grouping::{TITLED_BY, placed, retitled, vocabulary};
use super::lacking::{fetched, grouped_texts, lacking};
use super::model::SwitchProgress;
use crate::lock::Lock;
use crate::model::event::{Placed, Titled, TopicNumber, TopicsAssigned};
use crate::model::knowledge::Knowledge;
use crate::model::{Body, QuestionId};

/// How many questions, and how many titles, one event holds.
const BATCH: usize = 500;

/// A change that is going on.
#[derive(Default)]
pub(crate) struct Switch {
    going: Lock<Option<Going>>,
    adding: Lock<()>,
}

/// To what, and how far.
struct Going {
    /// The label of the embedder; none: the shipped one.
    label: Option<String>,
    /// What could not be done, and is not tried again before somebody asks for it.
    embedder: Result<Arc<dyn Embedder>, String>,
    /// Texts without a vector of it.
    waiting: Vec<Arc<str>>,
    total: usize,
    /// Why vectors did not come that were to be fetched; that is tried again.
    trouble: Option<String>,
}

impl Switch {
    /// Keeps others from adding or removing a model meanwhile.
    pub(crate) fn adding(&self) -> MutexGuard<'_, ()> {
        self.adding.lock()
    }

    /// Has a change begun again that could not be made.
    pub(crate) fn retry(&self) {
        *self.lock() = None;
    }

    /// The next texts; they are taken out only when they are done, so that what is reported is
    /// true.
    fn next(&self, most: usize) -> Vec<Arc<str>> {
        let going = self.lock();
        let waiting = going.as_ref().map_or(&[][..], |going| &going.waiting);
        let from = waiting.len().saturating_sub(most);
        waiting.get(from..).unwrap_or_default().to_vec()
    }

    /// Has more texts wait.
    fn add(&self, texts: Vec<Arc<str>>) {
        if let Some(going) = self.lock().as_mut() {
            going.total += texts.len();
            going.waiting.extend(texts);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Going>> {
        self.going.lock()
    }
}

/// What comes next in a change.
pub(crate) enum SwitchStep {
    /// Nothing is to be changed, or it cannot be.
    Nothing,
    /// These texts get their vectors of this embedder.
    Texts(Arc<dyn Embedder>, Vec<Arc<str>>),
    /// All texts have theirs: everything changes over to this embedder.
    Over(Arc<dyn Embedder>),
}

impl Switch {
    /// How far the change is.
    pub(crate) fn progress(&self) -> SwitchProgress {
        let going = self.lock();
        let (done, total) = going.as_ref().map_or((0, 0), |going| {
            (going.total - going.waiting.len(), going.total)
        });
        SwitchProgress {
            done: done as u64,
            total: total as u64,
        }
    }

    /// Why it cannot be made or does not go on, if so.
    pub(crate) fn fault(&self) -> Option<String> {
        let going = self.lock();
        let going = going.as_ref()?;
        let fault = going.embedder.as_ref().err();
        fault.or(going.trouble.as_ref()).cloned()
    }

    /// Whether it cannot be made, and is not tried again before somebody asks for it.
    pub(crate) fn is_stuck(&self) -> bool {
        let going = self.lock();
        going.as_ref().is_some_and(|going| going.embedder.is_err())
    }

    /// As many of the texts that were next have their vectors.
    fn done(&self, count: usize) {
        if let Some(going) = self.lock().as_mut() {
            let left = going.waiting.len().saturating_sub(count);
            going.waiting.truncate(left);
            going.trouble = None;
        }
    }

    fn failed(&self, reason: String) {
        if let Some(going) = self.lock().as_mut() {
            going.trouble = Some(reason);
        }
    }
}

impl Library {
    /// The label of the embedder that was chosen; none: the one that Svar comes with.
    pub(crate) fn chosen_embedder(&self) -> Option<String> {
        let model = self.installation.knowledge.model.as_ref();
        model.map(|model| model.embedder.clone())
    }

    /// Whether another embedder was chosen than is in use.
    pub(crate) fn is_to_switch(&self) -> bool {
        self.chosen_embedder() != self.installation.knowledge.embedder
    }

    /// The next step of the change to another embedder; it is begun if it is not yet.
    pub(crate) fn next_switch_step(&self) -> SwitchStep {
        let switch = &self.workshop.switch;
        if !self.is_to_switch() {
            switch.retry();
            return SwitchStep::Nothing;
        }
        let chosen = self.chosen_embedder();
        let Some(embedder) = self.begun(chosen.as_ref()) else {
            return SwitchStep::Nothing;
        };
        let most = if embedder.is_elsewhere() {
            self.workshop.embeddings.batch()
        } else {
            1
        };
        let mut next = switch.next(most);
        if next.is_empty() && embedder.is_elsewhere() {
            // What came meanwhile, by the former embedder.
            switch.add(lacking(&*embedder, self.texts()));
            next = switch.next(most);
        }
        if next.is_empty() {
            SwitchStep::Over(embedder)
        } else {
            SwitchStep::Texts(embedder, next)
        }
    }

    /// Gives texts their vectors; false where they do not come, which is tried again.
    pub(crate) fn make_vectors(&self, embedder: &dyn Embedder, texts: &[Arc<str>]) -> bool {
        let switch = &self.workshop.switch;
        let until = self.workshop.embeddings.until();
        match fetched(embedder, texts, (true, until)) {
            Ok(()) => {
                for text in texts {
                    embedder.keep(text);
                }
                switch.done(texts.len());
                true
            }
            Err(reason) => {
                switch.failed(reason);
                false
            }
        }
    }

    /// The embedder of the change, which is begun if it is not yet.
    fn begun(&self, wanted: Option<&String>) -> Option<Arc<dyn Embedder>> {
        let mut going = self.workshop.switch.lock();
        if going
            .as_ref()
            .is_none_or(|going| going.label.as_ref() != wanted)
        {
            let embedder = match wanted {
                None => Ok(shipped()),
                Some(label) => self.workshop.open(label),
            };
            if let Err(reason) = &embedder {
                tracing::warn!(reason, "the model cannot be used; all stays as it is");
            }
            // The shipped table takes no time; what a model makes is kept.
            let waiting = match (&embedder, wanted) {
                (Ok(embedder), Some(_)) => self.texts_for(&**embedder),
                _ => Vec::new(),
            };
            *going = Some(Going {
                label: wanted.cloned(),
                embedder,
                total: waiting.len(),
                waiting,
                trouble: None,
            });
        }
        going.as_ref()?.embedder.as_ref().ok().cloned()
    }

    /// Those that an embedder still has to make; one elsewhere is asked for none twice.
    fn texts_for(&self, embedder: &dyn Embedder) -> Vec<Arc<str>> {
        if embedder.is_elsewhere() {
            lacking(embedder, self.texts())
        } else {
            self.texts()
        }
    }

    /// All texts that vectors are kept of: questions in topics, and the ways to ask.
    fn texts(&self) -> Vec<Arc<str>> {
        let knowledge = &self.installation.knowledge;
        let mut texts = grouped_texts(knowledge);
        let answers = entries(knowledge, self.now).into_iter();
        texts.extend(answers.flat_map(|entry| entry.variants.into_iter().map(Arc::from)));
        texts.into_iter().collect()
    }
}

/// Whether a question in a topic has no vector of an embedder yet.
pub(crate) fn is_lacking(knowledge: &Knowledge, embedder: &dyn Embedder) -> bool {
    embedder.is_elsewhere() && !lacking(embedder, grouped_texts(knowledge)).is_empty()
}

/// All questions grouped by another embedder, and the events that say so; `seen` is the last
/// record that `knowledge` has.
pub(crate) fn regrouped(
    knowledge: &Knowledge,
    old: &Topics,
    embedder: &dyn Embedder,
    seen: u64,
) -> (Topics, Vec<Body>) {
    let text = |id: &str| {
        let id = QuestionId::parse(id).ok()?;
        let record = knowledge.questions.get(&id)?.asked.as_ref()?;
        Some(Arc::clone(&record.text))
    };
    let threshold = embedder.topic_threshold();
    let questions = in_order(knowledge);
    let topics = old.anew(threshold, &apart(knowledge), &questions, |id| {
        text(id).map_or_else(Vec::new, |text| embedder.keep(&text))
    });
    let moves = moves(knowledge, &topics, embedder, seen);
    (topics, moves)
}

/// The questions that are in topics, in the order in which they were asked.
fn in_order(knowledge: &Knowledge) -> Vec<&str> {
    let questions = knowledge.questions.iter();
    let mut placed: Vec<_> = questions
        .filter(|(_, question)| question.cluster.is_some())
        .map(|(id, question)| (question.asked.as_ref().map(|record| record.at), id.as_str()))
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, id)| id).collect()
}

/// Topics that keep exactly what they have: what was dismissed or answered is known by it.
fn apart(knowledge: &Knowledge) -> BTreeSet<u64> {
    let topics = knowledge.topics.values();
    let topics = topics.filter(|topic| {
        let is_decided = topic.dismissed.holds().is_some() || !topic.answers.is_empty();
        is_decided && !topic.is_pinned
    });
    topics.map(|topic| topic.number.0).collect()
}

/// What the fold has to learn of the new grouping: places and titles, as events.
fn moves(knowledge: &Knowledge, topics: &Topics, embedder: &dyn Embedder, seen: u64) -> Vec<Body> {
    let mut of_topic: BTreeMap<u64, Vec<(Arc<str>, &QuestionId)>> = BTreeMap::new();
    let mut moved: Vec<Placed> = Vec::new();
    for (id, question) in knowledge.questions.iter() {
        let Some(place) = topics.place_of(id.as_str()) else {
            continue;
        };
        if let Some(record) = &question.asked {
            let all = of_topic.entry(place.topic).or_default();
            all.push((Arc::clone(&record.text), id));
        }
        let is_there = question.cluster == Some(place.cluster)
            && knowledge.topic_of(question) == Some(TopicNumber(place.topic));
        if !is_there {
            moved.push(placed(id, place, None));
        }
    }
    moved.sort_unstable_by(|a, b| (a.cluster, &a.question).cmp(&(b.cluster, &b.question)));
    let titled = titled(knowledge, of_topic, embedder);
    let event = |placed: &[Placed], titled: &[Titled]| {
        Body::TopicsAssigned(Box::new(TopicsAssigned {
            embedder: embedder.label(),
            placed: placed.to_vec(),
            titled: titled.to_vec(),
            gone: Vec::new(),
            seen: Some(seen),
        }))
    };
    let places = moved.chunks(BATCH).map(|part| event(part, &[]));
    let titles = titled.chunks(BATCH).map(|part| event(&[], part));
    places.chain(titles).collect()
}

fn titled(
    knowledge: &Knowledge,
    of_topic: BTreeMap<u64, Vec<(Arc<str>, &QuestionId)>>,
    embedder: &dyn Embedder,
) -> Vec<Titled> {
    let all = vocabulary(knowledge);
    let titled = of_topic.into_iter().filter_map(|(topic, mut questions)| {
        questions.sort_unstable_by(|a, b| a.1.cmp(b.1));
        let texts: Vec<Arc<str>> = questions
            .into_iter()
            .take(TITLED_BY)
            .map(|(text, _)| text)
            .collect();
        retitled(knowledge, TopicNumber(topic), &texts, &all, embedder)
    });
    titled.collect()
}
