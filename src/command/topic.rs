//! What admins do with topics: name, merge, split, pin, dismiss, restore.
//!
//! Each is one event; what was dismissed stays so until it is restored.

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{each, question, reason, short, topic, topic_id};
use crate::model::event::{
    TopicDismissed, TopicMerged, TopicPinned, TopicRenamed, TopicRestored, TopicSplit,
    TopicsToldApart,
};
use crate::model::{Body, Invalid, Knowledge};

/// The longest name of a topic, in characters.
const MAX_NAME: usize = 200;

/// Something done to a topic, which `topic` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicCommand {
    /// Says that it needs no answer.
    Dismiss {
        /// Which; all of them or none.
        topics: Vec<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Takes its dismissal back.
    Restore {
        /// Which.
        topics: Vec<String>,
    },
    /// Names it.
    Rename {
        /// Which.
        topic: String,
        /// The name; empty takes the one given before back.
        title: String,
    },
    /// Keeps it from being absorbed by another, or lets it go.
    Pin {
        /// Which.
        topic: String,
        /// Whether it is kept.
        on: bool,
    },
    /// Puts it into another.
    Merge {
        /// Which.
        topic: String,
        /// Into which.
        into: String,
    },
    /// Says that it does not ask the same as another one, or takes that back.
    TellApart {
        /// Which.
        topic: String,
        /// From which.
        other: String,
        /// Whether they are told apart.
        on: bool,
    },
    /// Takes questions out of it into a topic of their own. Needs [`Evidence::Places`].
    Split {
        /// Which.
        topic: String,
        /// The questions' ids.
        questions: Vec<String>,
    },
}

impl TopicCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Dismiss { .. } => &role::TOPIC_DISMISS,
            Self::Restore { .. } => &role::TOPIC_RESTORE,
            Self::Rename { .. } => &role::TOPIC_RENAME,
            Self::Pin { .. } => &role::TOPIC_PIN,
            Self::Merge { .. } => &role::TOPIC_MERGE,
            Self::Split { .. } => &role::TOPIC_SPLIT,
            Self::TellApart { .. } => &role::TOPIC_TELL_APART,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    command: TopicCommand,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    let number_of = |id: &str| topic(knowledge, id).map(|topic| topic.number);
    let body = match command {
        TopicCommand::Dismiss {
            topics,
            reason: why,
        } => {
            let reason = reason(why.as_deref())?;
            return each("topic", &topics, |id| {
                let dismissed = TopicDismissed {
                    topic: topic_id(number_of(id)?)?,
                    reason: reason.clone(),
                    by: None,
                };
                Ok(Body::TopicDismissed(Box::new(dismissed)))
            });
        }
        TopicCommand::Restore { topics } => {
            return each("topic", &topics, |id| {
                let topic = number_of(id)?;
                Ok(Body::TopicRestored(Box::new(TopicRestored { topic })))
            });
        }
        TopicCommand::Rename { topic, title } => {
            let title = title.trim();
            short("title", title, MAX_NAME)?;
            Body::TopicRenamed(Box::new(TopicRenamed {
                topic: number_of(&topic)?,
                title: (!title.is_empty()).then(|| title.to_owned()),
            }))
        }
        TopicCommand::Pin { topic, on } => {
            let topic = number_of(&topic)?;
            Body::TopicPinned(Box::new(TopicPinned { topic, on }))
        }
        TopicCommand::Merge { topic, into } => {
            let merged = TopicMerged {
                topic: number_of(&topic)?,
                into: number_of(&into)?,
            };
            if merged.topic == merged.into {
                let reason = format!("`{into}` is the topic itself; expected another one");
                return Err(Invalid::new("into", reason).into());
            }
            Body::TopicMerged(Box::new(merged))
        }
        TopicCommand::TellApart { topic, other, on } => {
            told_apart(knowledge, (&topic, &other), on)?
        }
        TopicCommand::Split { topic, questions } => split(knowledge, &topic, &questions, evidence)?,
    };
    Ok(vec![body])
}

fn told_apart(
    knowledge: &Knowledge,
    (one, other): (&str, &str),
    on: bool,
) -> Result<Body, Refusal> {
    let told = TopicsToldApart {
        topic: topic(knowledge, one)?.number,
        other: topic(knowledge, other)?.number,
        on,
    };
    if told.topic == told.other {
        let reason = format!("`{other}` is the topic itself; expected another one");
        return Err(Invalid::new("other", reason).into());
    }
    Ok(Body::TopicsToldApart(Box::new(told)))
}

fn split(
    knowledge: &Knowledge,
    from: &str,
    questions: &[String],
    evidence: &Evidence,
) -> Result<Body, Refusal> {
    let from = topic(knowledge, from)?;
    if questions.is_empty() {
        let reason = "it is empty; expected the ids of one or more questions";
        return Err(Invalid::new("questions", reason).into());
    }
    for id in questions {
        if knowledge.topic_of(question(knowledge, id)?) != Some(from.number) {
            let reason = format!("`{id}` is not of topic `{}`", from.number);
            return Err(Invalid::new("questions", reason).into());
        }
    }
    let Evidence::Places(placed) = evidence else {
        return Err(Refusal::Outdated);
    };
    Ok(Body::TopicSplit(Box::new(TopicSplit {
        topic: from.number,
        placed: placed.clone(),
    })))
}
