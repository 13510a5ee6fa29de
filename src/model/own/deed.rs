//! What Svar's own events say: one struct each, listed once.
//!
//! Adding one is adding a line to the list and its struct beside it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::comparing::{EmbedderSwitched, ModelSet};
use super::deciding::{
    AgentDecided, Calibrated, CaseRemoved, CaseSet, DecisionReviewed, KnowledgeSet,
};
use super::profile::{ProfileRemoved, ProfileSet};
use crate::model::{QuestionId, ShortAnswerId, TopicId};

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $kind:literal,)*) => {
        /// What was done: one variant for each type of own event.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Deed {
            $($(#[$doc])* $name(Box<$name>),)*
        }

        impl Deed {
            /// The names of all types.
            pub const TYPES: &'static [&'static str] = &[$($kind,)*];

            /// The `type` of the event.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)* }
            }

            /// Reads the fields of an event of type `kind`; `None` for an unknown type.
            pub(super) fn read(
                kind: &str,
                fields: serde_json::Value,
            ) -> Option<serde_json::Result<Self>> {
                match kind {
                    $($kind => Some(serde_json::from_value(fields).map(|deed| Self::$name(Box::new(deed)))),)*
                    _ => None,
                }
            }
        }
    };
}

// One macro so that a type's name and struct stand in one line.
deeds! {
    /// Unanswered questions were given their topics.
    TopicsAssigned = "svar.topics_assigned",
    /// Clusters of questions changed their topics.
    TopicsRegrouped = "svar.topics_regrouped",
    /// An admin named a topic, or took the name back.
    TopicRenamed = "svar.topic_renamed",
    /// An admin put one topic into another.
    TopicMerged = "svar.topic_merged",
    /// An admin took questions out into a topic of their own.
    TopicSplit = "svar.topic_split",
    /// An admin keeps a topic from being absorbed, or lets it go.
    TopicPinned = "svar.topic_pinned",
    /// An admin put a question into another topic.
    QuestionMoved = "svar.question_moved",
    /// A dismissed topic is back.
    TopicRestored = "svar.topic_restored",
    /// A dismissed question is back.
    QuestionRestored = "svar.question_restored",
    /// A short answer is meant to answer a topic.
    TopicAnswered = "svar.topic_answered",
    /// An answered topic was opened again, because its answer does not hold.
    TopicReopened = "svar.topic_reopened",
    /// What the customer agent decided, with its scores.
    AgentDecided = "svar.agent_decided",
    /// An admin said whether a decision was right.
    DecisionReviewed = "svar.decision_reviewed",
    /// A question that must be answered so, or must not be answered.
    CaseSet = "svar.case_set",
    /// A case is no more.
    CaseRemoved = "svar.case_removed",
    /// Settings of the knowledge area.
    KnowledgeSet = "svar.knowledge_set",
    /// What was learned of how sure the customer agent has to be.
    Calibrated = "svar.calibrated",
    /// An admin chose the model that texts are compared by, or none.
    ModelSet = "svar.model_set",
    /// Topics and answers go by the vectors of another embedder from here on.
    EmbedderSwitched = "svar.embedder_switched",
    /// A definition profile of the desk's own has these switches from now on.
    ProfileSet = "svar.profile_set",
    /// A definition profile of the desk's own can no longer be chosen.
    ProfileRemoved = "svar.profile_removed",
}

/// The number of a topic; `t17` in JSON and URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicNumber(pub u64);

impl TopicNumber {
    /// Reads `t17`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('t')?;
        let number = digits.parse().ok().map(Self)?;
        // One spelling only, so that equal texts are equal topics.
        (number.to_string() == text).then_some(number)
    }

    /// The topic that an event names, if it is one of ours.
    pub fn of(id: &TopicId) -> Option<Self> {
        Self::parse(id.as_str())
    }
}

impl fmt::Display for TopicNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

impl Serialize for TopicNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TopicNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no topic such as `t17`")))
    }
}

/// Where a question was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// Which question.
    pub question: QuestionId,
    /// Into which cluster of near-equal ones.
    pub cluster: u64,
    /// Into which topic.
    pub topic: TopicNumber,
    /// The language it seems to be in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What a topic is called as long as nobody names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titled {
    /// Which topic.
    pub topic: TopicNumber,
    /// Its most central question's words.
    pub title: String,
    /// The words that tell it from the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Unanswered questions were given their topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsAssigned {
    /// By which embedder, as `name/version`.
    pub embedder: String,
    /// The questions, in the order in which they were put.
    pub placed: Vec<Placed>,
    /// Topics whose words changed by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titled: Vec<Titled>,
}

/// A cluster that changed its topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterMove {
    /// Which cluster.
    pub cluster: u64,
    /// The topic that it left.
    pub from: TopicNumber,
    /// The topic that it joined.
    pub to: TopicNumber,
}

/// Clusters of questions changed their topics: all moves of one regrouping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsRegrouped {
    /// The moves.
    pub moves: Vec<ClusterMove>,
    /// Topics whose words changed by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titled: Vec<Titled>,
}

/// An admin named a topic, or took the name back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRenamed {
    /// Which.
    pub topic: TopicNumber,
    /// The name; left out: the most central question's words again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// An admin put one topic into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicMerged {
    /// The one that is no more.
    pub topic: TopicNumber,
    /// The one that has its questions now.
    pub into: TopicNumber,
}

/// An admin took questions out into a topic of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicSplit {
    /// The one that they were in.
    pub topic: TopicNumber,
    /// Where they are now; all of the new topic.
    pub placed: Vec<Placed>,
}

/// An admin keeps a topic from being absorbed, or lets it go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicPinned {
    /// Which.
    pub topic: TopicNumber,
    /// Whether it is kept.
    pub on: bool,
}

/// An admin put a question into another topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionMoved {
    /// Which.
    pub question: QuestionId,
    /// Its topic now.
    pub topic: TopicNumber,
    /// Its cluster now.
    pub cluster: u64,
}

/// A dismissed topic is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRestored {
    /// Which.
    pub topic: TopicNumber,
}

/// A dismissed question is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionRestored {
    /// Which.
    pub question: QuestionId,
}

/// A short answer is meant to answer a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicAnswered {
    /// Which topic.
    pub topic: TopicNumber,
    /// By which short answer.
    pub short_answer: ShortAnswerId,
}

/// An answered topic was opened again, because its answer does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicReopened {
    /// Which.
    pub topic: TopicNumber,
    /// Why, in words, with the figures.
    pub note: String,
}
