//! Svar's own events of topics: which questions belong together, and what admins made of that.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_with::skip_serializing_none;

use crate::model::{QuestionId, ShortAnswerId, TopicId};

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
#[skip_serializing_none]
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
    #[serde(default)]
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
#[skip_serializing_none]
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
    /// Questions without words, that need no topic any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<QuestionId>,
    /// The last record whose words were known by then; left out: all that came before.
    #[serde(default)]
    pub seen: Option<u64>,
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
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsRegrouped {
    /// The moves.
    pub moves: Vec<ClusterMove>,
    /// Topics whose words changed by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titled: Vec<Titled>,
    /// The last record whose words were known by then; left out: all that came before.
    #[serde(default)]
    pub seen: Option<u64>,
}

/// An admin named a topic, or took the name back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRenamed {
    /// Which.
    pub topic: TopicNumber,
    /// The name; left out: the most central question's words again.
    #[serde(default)]
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

/// An admin said that two topics do not ask the same, or took that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsToldApart {
    /// The one.
    pub topic: TopicNumber,
    /// The other.
    pub other: TopicNumber,
    /// Whether they are told apart.
    pub on: bool,
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
