//! The next questions that wait for a topic: put into one together, and what topics are called
//! after that.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use svar_index::language::detect;
use svar_index::topics::{Move, Topics, Vocabulary};
use svar_index::vector::Embedder;

use super::grouping::{TITLED_BY, placed, retitled, vocabulary};
use crate::model::event::{
    ClusterMove, Placed, Titled, TopicNumber, TopicsAssigned, TopicsRegrouped,
};
use crate::model::knowledge::Knowledge;
use crate::model::{Body, QuestionId};

/// How many questions are put into topics at once at most: as long nobody else changes a topic.
pub(crate) const TOGETHER: usize = 2_000;
/// How many of them are compared with all clusters at a time, which bounds the memory for it.
const COMPARED: usize = 250;
/// How many questions or titles one event names at most.
const BATCH: usize = 200;

/// Questions that got their topics, by the words that they have by now.
pub(crate) struct Assignment {
    /// The events that say so.
    pub(crate) writes: Vec<Body>,
    /// How many questions and titles that is.
    pub(crate) count: usize,
    /// Those that had other words before.
    pub(crate) revised: Vec<QuestionId>,
}

/// The next questions that need a topic, with a regrouping where one is due; `seen` is the
/// last record that `knowledge` has.
pub(crate) fn assigned(
    knowledge: &Knowledge,
    topics: &mut Topics,
    embedder: &dyn Embedder,
    seen: u64,
) -> Assignment {
    let placing = Placing::of_next(knowledge, topics, embedder);
    let moves = if topics.due() {
        topics.regroup()
    } else {
        Vec::new()
    };
    let moved = moves.iter().flat_map(|one| [one.from, one.to]);
    let untitled = knowledge.untitled.iter().copied().take(BATCH);
    let mut changed: BTreeSet<TopicNumber> = untitled.chain(moved.map(TopicNumber)).collect();
    changed.extend(placing.placed.iter().map(|placed| placed.topic));
    let titled = placing.titles(knowledge, topics, &changed, embedder);
    Assignment {
        count: placing.placed.len() + placing.gone.len() + changed.len(),
        writes: placing.events(&moves, &titled, &(embedder.label(), seen)),
        revised: placing.revised,
    }
}

/// Where questions went.
#[derive(Default)]
struct Placing {
    placed: Vec<Placed>,
    /// Those that have no words.
    gone: Vec<QuestionId>,
    /// Those that had other words before.
    revised: Vec<QuestionId>,
}

impl Placing {
    fn of_next(knowledge: &Knowledge, topics: &mut Topics, embedder: &dyn Embedder) -> Self {
        let is_at_hand =
            |id: &&QuestionId| words_of(knowledge, id).is_none_or(|text| embedder.has(text));
        let waiting = knowledge.unplaced.iter().filter(is_at_hand);
        let next: Vec<&QuestionId> = waiting.take(TOGETHER).collect();
        let mut placing = Self::default();
        for id in &next {
            if topics.place_of(id.as_str()).is_some() {
                topics.remove(id.as_str());
                placing.revised.push((*id).clone());
            }
        }
        let read = next.par_iter().map(|id| {
            let text = words_of(knowledge, id)?;
            Some((embedder.keep(text), detect(text)))
        });
        let read: Vec<Option<(Vec<f32>, Option<&str>)>> = read.collect();
        let (mut batch, mut asked) = (Vec::new(), Vec::new());
        for (id, read) in next.into_iter().zip(read) {
            if let Some((vector, language)) = read {
                batch.push((id.as_str(), vector));
                asked.push((id, language));
            } else {
                placing.revised.push(id.clone());
                placing.gone.push(id.clone());
            }
        }
        let places = batch
            .chunks(COMPARED)
            .flat_map(|batch| topics.assign_all(batch));
        let placed = asked
            .into_iter()
            .zip(places)
            .map(|((id, language), place)| placed(id, place, language));
        placing.placed = placed.collect();
        placing
    }

    /// What topics are called after a change, of those whose words differ from before.
    fn titles(
        &self,
        knowledge: &Knowledge,
        topics: &Topics,
        changed: &BTreeSet<TopicNumber>,
        embedder: &dyn Embedder,
    ) -> Vec<Titled> {
        if changed.is_empty() {
            return Vec::new();
        }
        let all: Vocabulary = vocabulary(knowledge);
        let mut fresh: HashMap<u64, Vec<&QuestionId>> = HashMap::new();
        for placed in self.placed.iter().rev() {
            let place = topics.place_of(placed.question.as_str());
            if let Some(place) = place {
                fresh.entry(place.topic).or_default().push(&placed.question);
            }
        }
        let changed: Vec<TopicNumber> = changed.iter().copied().collect();
        let titled = changed.into_par_iter().filter_map(|number| {
            let fresh = fresh.get(&number.0).map_or(&[][..], Vec::as_slice);
            let texts = texts_of(knowledge, topics, fresh, number);
            retitled(knowledge, number, &texts, &all, embedder)
        });
        titled.collect()
    }

    /// What the fold has to learn: places, then which clusters moved, then titles.
    fn events(&self, moves: &[Move], titled: &[Titled], by: &(String, u64)) -> Vec<Body> {
        let event = |placed: &[Placed], titled: &[Titled], gone: &[QuestionId]| {
            Body::TopicsAssigned(Box::new(TopicsAssigned {
                embedder: by.0.clone(),
                placed: placed.to_vec(),
                titled: titled.to_vec(),
                gone: gone.to_vec(),
                seen: Some(by.1),
            }))
        };
        let places = self.placed.chunks(BATCH).map(|part| event(part, &[], &[]));
        let gone = self.gone.chunks(BATCH).map(|part| event(&[], &[], part));
        let mut events: Vec<Body> = places.chain(gone).collect();
        if !moves.is_empty() {
            events.push(Body::TopicsRegrouped(Box::new(TopicsRegrouped {
                moves: moves.iter().map(move_of).collect(),
                titled: Vec::new(),
                seen: Some(by.1),
            })));
        }
        events.extend(titled.chunks(BATCH).map(|part| event(&[], part, &[])));
        events
    }
}

fn move_of(moved: &Move) -> ClusterMove {
    ClusterMove {
        cluster: moved.cluster,
        from: TopicNumber(moved.from),
        to: TopicNumber(moved.to),
    }
}

/// The words of a question, if it has any.
fn words_of<'a>(knowledge: &'a Knowledge, id: &QuestionId) -> Option<&'a str> {
    let question = knowledge.questions.get(id)?;
    let record = question.asked.as_ref();
    let record = record.filter(|_| !question.is_wordless())?;
    Some(&record.text)
}

/// The words of a topic's questions as they are grouped now: `fresh` ones first, the latest of
/// all at the front.
fn texts_of(
    knowledge: &Knowledge,
    topics: &Topics,
    fresh: &[&QuestionId],
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
    let known = knowledge.topics.get(&number).into_iter();
    let known = known
        .flat_map(|topic| knowledge.questions_of(topic))
        .map(|question| &question.id);
    // One that was grouped anew may be in its topic still.
    let mut seen = HashSet::new();
    let ids = fresh.iter().copied().chain(known.filter(|id| is_in(id)));
    ids.filter(|id| seen.insert(*id))
        .filter_map(text)
        .take(TITLED_BY)
        .collect()
}
