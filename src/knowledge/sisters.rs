//! Topics that seem to ask the same in other languages, and their short answers side by side.
//!
//! The index says which do; here they are only suggested. An admin merges two, or says that they are
//! not the same, and then they are not suggested again. What a topic asks is worked out once for the
//! questions it has.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use svar_index::language::detect;
use svar_index::sisters::{Profile, Sisters};
use utoipa::ToSchema;

use super::Library;
use super::asked::{Asked, AskedRow};
use super::counter::GapCounter;
use super::gap::{Gap, GapState};
use super::paging::Paging;
use crate::lock::Lock;
use crate::model::event::TopicNumber;
use crate::model::knowledge::{Knowledge, Question, Topic};

/// By at most so many of its questions a topic is compared.
const COMPARED_BY: usize = 40;

/// A topic that seems to ask the same in another language.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Sister {
    /// Its id.
    pub topic: String,
    /// What it is called.
    pub title: String,
    /// Its language.
    pub language: Option<String>,
    /// In which state it is.
    pub state: GapState,
    /// Its questions, whoever was asked.
    pub questions: usize,
    /// How alike the two are, 0 to 1.
    pub likeness: f32,
}

/// A short answer beside those in other languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerBeside {
    /// Its id.
    pub short_answer: String,
    /// The topic that it is meant to answer.
    pub topic: String,
    /// Its language, said or detected.
    pub language: Option<String>,
    /// The question it answers.
    pub question: String,
    /// The answer, in Markdown.
    pub text: String,
    /// Whether it is published.
    pub is_published: bool,
}

/// What topics ask, as far as somebody has needed it, each with what it was worked out of.
#[derive(Default)]
pub(crate) struct Profiles(Lock<HashMap<TopicNumber, Sourced>>);

/// A profile with the questions that it was worked out of; none: the language cannot be compared.
type Sourced = (Arc<[AskedRow]>, Option<Arc<Profile>>);

/// A profile of the latest questions of a topic, in the language of most of them.
fn profile(knowledge: &Knowledge, topic: &Topic) -> Option<Arc<Profile>> {
    let asked = |question: &&Question| question.dismissed.holds().is_none();
    let questions = knowledge.questions_of(topic).filter(asked);
    let mut all: Vec<_> = questions
        .filter_map(|question| {
            let record = question.unanswered()?;
            Some((
                record.at,
                &question.id,
                record,
                question.language.as_deref(),
            ))
        })
        .collect();
    all.sort_unstable_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)));
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for language in all.iter().filter_map(|one| one.3) {
        *languages.entry(language).or_default() += 1;
    }
    let most = languages.iter().rev().max_by_key(|(_, count)| **count);
    let texts = all.iter().take(COMPARED_BY).map(|one| &*one.2.text);
    Profile::of(most.map(|(language, _)| *language), texts).map(Arc::new)
}

impl Profiles {
    /// What each of `topics` asks; those in a language that cannot be compared are left out.
    fn of<'a>(
        &self,
        knowledge: &Knowledge,
        asked: &Asked,
        topics: impl Iterator<Item = &'a Topic>,
    ) -> Vec<(TopicNumber, Arc<Profile>)> {
        let mut kept = self.0.lock();
        let mut before = std::mem::take(&mut *kept);
        let mut profiles = Vec::new();
        for topic in topics {
            let Some(rows) = asked.kept_rows(topic.number) else {
                continue;
            };
            let same = before.remove(&topic.number);
            let same = same.filter(|(of, _)| Arc::ptr_eq(of, rows));
            let (rows, profile) =
                same.unwrap_or_else(|| (Arc::clone(rows), profile(knowledge, topic)));
            profiles.extend(profile.clone().map(|profile| (topic.number, profile)));
            kept.insert(topic.number, (rows, profile));
        }
        profiles
    }
}

impl Library {
    /// The topics that seem to ask the same as `topic` in other languages, the nearest first.
    pub(super) fn sisters<'a>(&'a self, counter: &GapCounter<'a>, topic: &Topic) -> Vec<Sister> {
        let knowledge = &self.installation.knowledge;
        let stands =
            |other: &&Topic| !other.clusters.is_empty() && other.dismissed.holds().is_none();
        let topics = knowledge.topics.values().map(|topic| &**topic);
        let profiles = self
            .workshop
            .profiles
            .of(knowledge, counter.asked(), topics.filter(stands));
        let Some(place) = profiles.iter().position(|one| one.0 == topic.number) else {
            return Vec::new();
        };
        let numbers: Vec<TopicNumber> = profiles.iter().map(|one| one.0).collect();
        let compared = Sisters::new(profiles.into_iter().map(|one| one.1).collect());
        let is_apart = |one: usize, other: usize| {
            let (one, other) = (numbers.get(one), numbers.get(other));
            let one = one.and_then(|one| knowledge.topics.get(one));
            one.zip(other)
                .is_some_and(|(one, other)| one.apart.contains(other))
        };
        let near = compared.of(place, is_apart).into_iter();
        let sisters = near.filter_map(|near| {
            let other = knowledge.topics.get(numbers.get(near.place)?)?;
            let tally = counter.tally(other).filter(|tally| tally.total() > 0)?;
            let gap = counter.described(&tally);
            Some(Sister {
                questions: gap.total(),
                topic: gap.topic,
                title: gap.title,
                language: gap.language,
                state: gap.state,
                likeness: near.likeness,
            })
        });
        sisters.collect()
    }

    /// The short answers in other languages to what this one answers.
    pub fn answer_in_other_languages(&self, id: &str) -> Vec<AnswerBeside> {
        let mut others: Vec<AnswerBeside> = Vec::new();
        for topic in self.topics_of(id) {
            let Ok(view) = self.gap(&topic, Paging::first(1)) else {
                continue;
            };
            let mut beside = view.answers_beside.iter();
            let own = beside.find(|one| one.short_answer == id);
            let own = own.map(|one| one.language.clone());
            others.extend(
                view.answers_beside
                    .into_iter()
                    .filter(|one| Some(&one.language) != own.as_ref()),
            );
        }
        others.sort_by(|a, b| (&a.language, &a.short_answer).cmp(&(&b.language, &b.short_answer)));
        others.dedup_by(|a, b| a.short_answer == b.short_answer);
        others
    }

    /// The short answers of a gap and of its sisters, side by side, where they are in more than one
    /// language.
    pub(super) fn answers_beside(&self, gap: &Gap, sisters: &[Sister]) -> Vec<AnswerBeside> {
        let ids = std::iter::once(&gap.topic).chain(sisters.iter().map(|one| &one.topic));
        let mut beside: Vec<AnswerBeside> = Vec::new();
        for topic in ids.filter_map(|id| TopicNumber::parse(id)) {
            let topic = self.installation.knowledge.topics.get(&topic);
            for link in topic.iter().flat_map(|topic| &topic.answers) {
                let id = link.short_answer.to_string();
                let answer = self.installation.knowledge.answers.get(&link.short_answer);
                let Some(version) = answer.and_then(|answer| answer.current(self.now)) else {
                    continue;
                };
                if beside.iter().any(|known| known.short_answer == id) {
                    continue;
                }
                let said = || detect(&format!("{}\n{}", version.question, version.text));
                beside.push(AnswerBeside {
                    short_answer: id,
                    topic: topic.map_or_else(String::new, |topic| topic.number.to_string()),
                    language: version
                        .language
                        .clone()
                        .or_else(|| said().map(str::to_owned)),
                    is_published: version.is_published(),
                    question: version.question,
                    text: version.text,
                });
            }
        }
        let first = beside.first().map(|one| one.language.clone());
        let are_several = beside
            .iter()
            .any(|one| Some(&one.language) != first.as_ref());
        if are_several { beside } else { Vec::new() }
    }
}
