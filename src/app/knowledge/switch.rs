//! From one embedder to another: all texts get their new vectors beside the desk, then
//! topics and answers change over at once.
//!
//! Until then the former embedder goes on. What was embedded is kept on disk, so a kill on
//! the way costs little; the change itself is one submission to the journal: the places of
//! the questions, and that the other embedder holds from here on.

use crate::command::Caller;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use svar_index::topics::Topics;
use svar_index::vector::{Embedder, shipped};

use super::ask::entries;
use super::grouping::{TITLED_BY, placed, retitled, sample};
use super::model::SwitchProgress;
use super::serving::open;
use crate::app::{App, Error};
use crate::model::event::{EmbedderSwitched, Placed, Titled, TopicNumber, TopicsAssigned};
use crate::model::knowledge::Knowledge;
use crate::model::{Body, QuestionId};

/// How many questions, and how many titles, one event holds.
const BATCH: usize = 500;

/// A change that is going on.
#[derive(Default)]
pub(in crate::app) struct Switch {
    going: Mutex<Option<Going>>,
    adding: Mutex<()>,
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
}

impl Switch {
    /// Keeps others from adding or removing a model meanwhile.
    pub(super) fn adding(&self) -> MutexGuard<'_, ()> {
        self.adding.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a change begun anew that could not be made.
    pub(super) fn retry(&self) {
        *self.lock() = None;
    }

    /// The next text; it is taken out only when it is done, so that what is told is true.
    fn next(&self) -> Option<Arc<str>> {
        self.lock().as_ref()?.waiting.last().cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Going>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// How far the change is.
    pub(super) fn switch_progress(&self) -> SwitchProgress {
        let going = self.workshop.switch.lock();
        let (done, total) = going.as_ref().map_or((0, 0), |going| {
            (going.total - going.waiting.len(), going.total)
        });
        SwitchProgress {
            done: done as u64,
            total: total as u64,
        }
    }

    /// Why it cannot be made, if so.
    pub(super) fn switch_fault(&self) -> Option<String> {
        let going = self.workshop.switch.lock();
        going.as_ref()?.embedder.as_ref().err().cloned()
    }

    /// Changes over to the model that was chosen, if it is another one, telling `progress`
    /// of texts; in the command's own time.
    pub fn switch_now(&self, progress: impl Fn(u64, u64)) -> Result<(), Error> {
        const STEP: Duration = Duration::from_millis(200);
        while self.go_on_switching(STEP)? {
            let SwitchProgress { done, total } = self.switch_progress();
            progress(done, total);
        }
        match self.switch_fault() {
            Some(reason) => Err(Error::Stopped(reason)),
            None => Ok(()),
        }
    }

    /// Goes on with the change for about so long; true where there is more to do.
    pub(super) fn go_on_switching(&self, limit: Duration) -> Result<bool, Error> {
        let snapshot = self.snapshot();
        let knowledge = &*snapshot.installation.knowledge;
        let wanted = knowledge.model.as_ref();
        let wanted = wanted.map(|model| model.embedder.clone());
        if wanted == knowledge.embedder {
            self.workshop.switch.retry();
            return Ok(false);
        }
        let Some(embedder) = self.begun(wanted.as_ref(), knowledge) else {
            return Ok(false);
        };
        let began = Instant::now();
        while began.elapsed() < limit {
            let Some(text) = self.workshop.switch.next() else {
                return self.switch(wanted, &embedder).map(|()| false);
            };
            embedder.keep(&text);
            if let Some(going) = self.workshop.switch.lock().as_mut() {
                going.waiting.pop();
            }
        }
        Ok(true)
    }

    /// The embedder of the change, which is begun if it is not yet.
    fn begun(&self, wanted: Option<&String>, knowledge: &Knowledge) -> Option<Arc<dyn Embedder>> {
        let mut going = self.workshop.switch.lock();
        if going
            .as_ref()
            .is_none_or(|going| going.label.as_ref() != wanted)
        {
            let embedder = match wanted {
                None => Ok(shipped()),
                Some(label) => open(&self.folder, label),
            };
            if let Err(reason) = &embedder {
                tracing::warn!(reason, "the model cannot be used; all stays as it is");
            }
            // The shipped table takes no time; what a model makes is kept.
            let waiting = match (&embedder, wanted) {
                (Ok(_), Some(_)) => self.texts(knowledge),
                _ => Vec::new(),
            };
            *going = Some(Going {
                label: wanted.cloned(),
                embedder,
                total: waiting.len(),
                waiting,
            });
        }
        going.as_ref()?.embedder.as_ref().ok().cloned()
    }

    /// All texts that vectors are kept of: questions in topics, and the ways to ask.
    fn texts(&self, knowledge: &Knowledge) -> Vec<Arc<str>> {
        let questions = knowledge.questions.iter();
        let mut texts: BTreeSet<Arc<str>> = questions
            .filter_map(|(_, question)| {
                question.cluster?;
                Some(Arc::clone(&question.asked.as_ref()?.text))
            })
            .collect();
        let answers = entries(knowledge, self.now()).into_iter();
        texts.extend(answers.flat_map(|entry| entry.variants.into_iter().map(Arc::from)));
        texts.into_iter().collect()
    }

    /// Groups all questions by the new embedder and puts it in use.
    fn switch(&self, label: Option<String>, embedder: &Arc<dyn Embedder>) -> Result<(), Error> {
        let (mut grouped, _former) = self.grouped();
        self.settle()?;
        let snapshot = self.snapshot();
        let knowledge = &*snapshot.installation.knowledge;
        let Some(old) = grouped.topics() else {
            return Err(Error::Stopped("the topics could not be read".to_owned()));
        };
        let text = |id: &str| {
            let id = QuestionId::parse(id).ok()?;
            let asked = knowledge.questions.get(&id)?.asked.as_ref()?;
            Some(Arc::clone(&asked.text))
        };
        let threshold = embedder.topic_threshold();
        let questions = in_order(knowledge);
        let topics = old.anew(threshold, &apart(knowledge), &questions, |id| {
            text(id).map_or_else(Vec::new, |text| embedder.keep(&text))
        });
        let mut writes = moves(knowledge, &topics, &**embedder);
        writes.push(Body::EmbedderSwitched(Box::new(EmbedderSwitched {
            embedder: label,
        })));
        self.record(&Caller::system(), writes)?;
        grouped.replace(topics);
        self.workshop.serving.set(Arc::clone(embedder));
        drop(grouped);
        self.settle()?;
        self.workshop.switch.retry();
        self.sweep_models()
    }
}

/// The questions that are in topics, in the order in which they were asked.
fn in_order(knowledge: &Knowledge) -> Vec<&str> {
    let questions = knowledge.questions.iter();
    let mut placed: Vec<_> = questions
        .filter(|(_, question)| question.cluster.is_some())
        .map(|(id, question)| (question.asked.as_ref().map(|asked| asked.at), id.as_str()))
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, id)| id).collect()
}

/// Topics that keep exactly what they have: what was dismissed or answered is known by it.
fn apart(knowledge: &Knowledge) -> BTreeSet<u64> {
    let topics = knowledge.topics.values();
    let kept = topics.filter(|topic| {
        let is_decided = topic.dismissed.holds().is_some() || !topic.answers.is_empty();
        is_decided && !topic.is_pinned
    });
    kept.map(|topic| topic.number.0).collect()
}

/// What the fold has to learn of the new grouping: places and titles, as events.
fn moves(knowledge: &Knowledge, topics: &Topics, embedder: &dyn Embedder) -> Vec<Body> {
    let mut of_topic: BTreeMap<u64, Vec<(Arc<str>, &QuestionId)>> = BTreeMap::new();
    let mut moved: Vec<Placed> = Vec::new();
    for (id, question) in knowledge.questions.iter() {
        let Some(place) = topics.place_of(id.as_str()) else {
            continue;
        };
        if let Some(asked) = &question.asked {
            let all = of_topic.entry(place.topic).or_default();
            all.push((Arc::clone(&asked.text), id));
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
    let all = sample(knowledge);
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    let titled = of_topic.into_iter().filter_map(|(topic, mut questions)| {
        questions.sort_unstable_by(|a, b| a.1.cmp(b.1));
        let texts: Vec<Arc<str>> = questions
            .into_iter()
            .take(TITLED_BY)
            .map(|(text, _)| text)
            .collect();
        retitled(knowledge, TopicNumber(topic), (&texts, &all), embedder)
    });
    titled.collect()
}
