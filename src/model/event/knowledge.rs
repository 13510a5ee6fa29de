//! Events about short answers and what was dismissed.
//!
//! The shapes are those of the interchange format: a field that the format marks with
//! `?` is an `Option`, or a `Patch` in `*.upserted`. Read by the folds.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::word::{Actor, AnswerStatus, Patch};
use crate::model::{QuestionId, ShortAnswerId, TopicId};

/// A short answer's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortAnswerUpserted {
    /// Which.
    pub short_answer: ShortAnswerId,
    /// The question it answers.
    pub question: String,
    /// Other ways to ask it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub variants: Patch<Vec<String>>,
    /// The answer.
    pub text: String,
    /// In which language.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub language: Patch<String>,
    /// Whether it is in use.
    pub status: AnswerStatus,
}

/// A short answer is no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortAnswerDeleted {
    /// Which.
    pub short_answer: ShortAnswerId,
}

/// An unanswered question needs no answer.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionDismissed {
    /// Which.
    pub question: QuestionId,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// By whom.
    #[serde(default)]
    pub by: Option<Actor>,
}

/// A topic needs no answer.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicDismissed {
    /// Which.
    pub topic: TopicId,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// By whom.
    #[serde(default)]
    pub by: Option<Actor>,
}
