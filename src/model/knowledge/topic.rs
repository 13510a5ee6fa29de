//! A topic of unanswered questions: what it is called, who touched it, what answers it.
//!
//! A topic that an admin touched is pinned: one that was named, that another went into, or that
//! questions were moved or split into.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::question::DismissalState;
use crate::model::event::TopicNumber;
use crate::model::{QuestionId, ShortAnswerId, Timestamp};

/// A note that an answered gap was opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub note: String,
}

/// A short answer that is meant to answer a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Since when.
    pub at: Timestamp,
    /// Which.
    pub short_answer: ShortAnswerId,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its number.
    pub number: TopicNumber,
    /// Its most central question's words.
    pub title: String,
    /// What an admin called it.
    pub name: Option<String>,
    /// The words that tell it from the others.
    pub tags: Vec<String>,
    /// Whether an admin keeps it from being absorbed.
    pub is_pinned: bool,
    /// The topic that it was put into.
    pub merged_into: Option<TopicNumber>,
    /// Whether it was dismissed.
    pub dismissed: DismissalState,
    /// Which short answers are meant to answer it.
    pub answers: Vec<Link>,
    /// The last time it was opened again.
    pub reopened: Option<Reopening>,
    /// The topics that an admin said do not ask the same, though they may seem to.
    pub apart: BTreeSet<TopicNumber>,
    /// The clusters that it consists of.
    pub clusters: BTreeSet<u64>,
}

impl Topic {
    pub(super) fn new(number: TopicNumber) -> Self {
        Self {
            number,
            title: String::new(),
            name: None,
            tags: Vec::new(),
            is_pinned: false,
            merged_into: None,
            dismissed: DismissalState::default(),
            answers: Vec::new(),
            reopened: None,
            apart: BTreeSet::new(),
            clusters: BTreeSet::new(),
        }
    }

    /// What it is called: an admin's word, else its most central question; its number, while
    /// it has neither.
    pub fn called(&self) -> Cow<'_, str> {
        match &self.name {
            Some(name) => name.into(),
            None if self.title.is_empty() => self.number.to_string().into(),
            None => self.title.as_str().into(),
        }
    }
}

/// Questions that are nearly the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// The topic that it belongs to.
    pub topic: TopicNumber,
    /// Its questions, in the order in which they were put there.
    pub questions: Vec<QuestionId>,
}
