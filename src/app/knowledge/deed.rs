//! What admins do with gaps: name, merge, split, move, pin, dismiss, restore.
//!
//! Each is one event; what was dismissed stays so until it is restored.

use std::sync::Arc;

use super::grouping::placed;
use super::{question_id, topic_id, topic_number};
use crate::app::{App, Error, Via};
use crate::model::event::{
    Placed, QuestionMoved, QuestionRestored, TopicMerged, TopicNumber, TopicPinned, TopicRenamed,
    TopicRestored, TopicSplit,
};
use crate::model::event::{QuestionDismissed, TopicDismissed};
use crate::model::knowledge::{Knowledge, Topic};
use crate::model::{Body, Invalid, QuestionId};

/// The longest name of a topic, in characters.
const MAX_NAME: usize = 200;
/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;

/// A dismissal that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dismissing {
    /// Why.
    pub reason: Option<String>,
}

impl Dismissing {
    fn reason(&self) -> Result<Option<String>, Error> {
        let reason = self.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        short("reason", reason.unwrap_or_default(), MAX_REASON)?;
        Ok(reason.map(str::to_owned))
    }
}

/// Refuses a text that is longer than a line or two.
fn short(field: &str, text: &str, most: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if length > most {
        return Err(Invalid::new(
            field,
            format!("it has {length} characters; at most {most} are expected"),
        )
        .into());
    }
    Ok(())
}

/// The topic of a request, as it stands.
fn standing<'a>(knowledge: &'a Knowledge, text: &str) -> Result<&'a Topic, Error> {
    let found = knowledge.standing(topic_number(text)?);
    let found = found.filter(|topic| !topic.clusters.is_empty());
    found
        .map(|topic| &**topic)
        .ok_or_else(|| Error::unknown("topic", text))
}

impl App {
    fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.snapshot().installation.knowledge)
    }

    fn own(&self, actor: &str, body: Body) -> Result<u64, Error> {
        self.write_live((Via::Live, actor), vec![body])
    }

    /// Says that a topic needs no answer.
    pub fn dismiss_topic(&self, actor: &str, topic: &str, why: &Dismissing) -> Result<u64, Error> {
        let number = standing(&self.knowledge(), topic)?.number;
        let dismissed = TopicDismissed {
            topic: topic_id(number)?,
            reason: why.reason()?,
            by: None,
        };
        let write = Body::TopicDismissed(Box::new(dismissed));
        self.write_live((Via::Live, actor), vec![write])
    }

    /// Takes the dismissal of a topic back.
    pub fn restore_topic(&self, actor: &str, topic: &str) -> Result<u64, Error> {
        let topic = standing(&self.knowledge(), topic)?.number;
        self.own(
            actor,
            Body::TopicRestored(Box::new(TopicRestored { topic })),
        )
    }

    /// Says that a question needs no answer.
    pub fn dismiss_question(
        &self,
        actor: &str,
        question: &str,
        why: &Dismissing,
    ) -> Result<u64, Error> {
        let dismissed = QuestionDismissed {
            question: self.known_question(question)?,
            reason: why.reason()?,
            by: None,
        };
        let write = Body::QuestionDismissed(Box::new(dismissed));
        self.write_live((Via::Live, actor), vec![write])
    }

    /// Takes the dismissal of a question back.
    pub fn restore_question(&self, actor: &str, question: &str) -> Result<u64, Error> {
        let question = self.known_question(question)?;
        let restored = QuestionRestored { question };
        self.own(actor, Body::QuestionRestored(Box::new(restored)))
    }

    fn known_question(&self, question: &str) -> Result<QuestionId, Error> {
        let id = question_id(question)?;
        let known = self.knowledge();
        let is_known = known
            .questions
            .get(&id)
            .is_some_and(|known| known.asked.is_some());
        is_known
            .then_some(id)
            .ok_or_else(|| Error::unknown("question", question))
    }

    /// Names a topic; an empty name takes the one given before back.
    pub fn rename_topic(&self, actor: &str, topic: &str, title: &str) -> Result<u64, Error> {
        let title = title.trim();
        short("title", title, MAX_NAME)?;
        let topic = standing(&self.knowledge(), topic)?.number;
        let renamed = TopicRenamed {
            topic,
            title: (!title.is_empty()).then(|| title.to_owned()),
        };
        self.change_topics(actor, |topics| {
            topics.pin(topic.0);
            Ok(Body::TopicRenamed(Box::new(renamed)))
        })
    }

    /// Keeps a topic from being absorbed by another, or lets it go.
    pub fn pin_topic(&self, actor: &str, topic: &str, on: bool) -> Result<u64, Error> {
        let topic = standing(&self.knowledge(), topic)?.number;
        let deed = Body::TopicPinned(Box::new(TopicPinned { topic, on }));
        let position = self.own(actor, deed)?;
        // The grouping can only be told that a topic is pinned.
        self.workshop.grouping.forget();
        Ok(position)
    }

    /// Puts a topic into another.
    pub fn merge_topics(&self, actor: &str, topic: &str, into: &str) -> Result<u64, Error> {
        let knowledge = self.knowledge();
        let topic = standing(&knowledge, topic)?.number;
        let into = standing(&knowledge, into)?.number;
        if topic == into {
            return Err(Invalid::new(
                "into",
                format!("`{into}` is the topic itself; expected another one"),
            )
            .into());
        }
        self.change_topics(actor, |topics| {
            topics.merge(topic.0, into.0);
            Ok(Body::TopicMerged(Box::new(TopicMerged { topic, into })))
        })
    }

    /// Takes questions of a topic out into one of their own; returns its id as well.
    pub fn split_topic(
        &self,
        actor: &str,
        topic: &str,
        questions: &[String],
    ) -> Result<(u64, String), Error> {
        let knowledge = self.knowledge();
        let from = standing(&knowledge, topic)?;
        let ids = questions.iter().map(|question| {
            let id = self.known_question(question)?;
            let known = knowledge.questions.get(&id);
            let is_in = known.and_then(|known| knowledge.topic_of(known)) == Some(from.number);
            is_in.then_some(id).ok_or_else(|| {
                let reason = format!("`{question}` is not of topic `{}`", from.number);
                Error::from(Invalid::new("questions", reason))
            })
        });
        let ids: Vec<QuestionId> = ids.collect::<Result<_, _>>()?;
        if ids.is_empty() {
            let reason = "it is empty; expected the ids of one or more questions";
            return Err(Invalid::new("questions", reason).into());
        }
        let mut new = from.number;
        let position = self.change_topics(actor, |topics| {
            let names: Vec<&str> = ids.iter().map(QuestionId::as_str).collect();
            new = TopicNumber(topics.split(&names));
            let placed: Vec<Placed> = ids
                .iter()
                .filter_map(|id| Some(placed(id, topics.place_of(id.as_str())?, None)))
                .collect();
            let topic = from.number;
            Ok(Body::TopicSplit(Box::new(TopicSplit { topic, placed })))
        })?;
        Ok((position, new.to_string()))
    }

    /// Puts a question into another topic.
    pub fn move_question(&self, actor: &str, question: &str, topic: &str) -> Result<u64, Error> {
        let id = self.known_question(question)?;
        let topic = standing(&self.knowledge(), topic)?.number;
        self.change_topics(actor, |topics| {
            let place = topics.shift(id.as_str(), topic.0);
            let place = place.ok_or_else(|| {
                let reason = format!("`{id}` has no topic yet; it gets one within seconds");
                Error::from(Invalid::new("question", reason))
            })?;
            Ok(Body::QuestionMoved(Box::new(QuestionMoved {
                question: id.clone(),
                topic,
                cluster: place.cluster,
            })))
        })
    }

    /// Changes the grouping and journals what was done, or forgets the change.
    fn change_topics(
        &self,
        actor: &str,
        change: impl FnOnce(&mut svar_index::topics::Topics) -> Result<Body, Error>,
    ) -> Result<u64, Error> {
        let (mut grouped, _) = self.grouped();
        let Some(topics) = grouped.topics() else {
            return Err(Error::Stopped("the topics could not be read".to_owned()));
        };
        let written = change(topics).and_then(|deed| self.own(actor, deed));
        if written.is_err() {
            grouped.forget();
        }
        written
    }
}
