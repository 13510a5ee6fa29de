//! Dictionaries: each text once, rows hold its number.
//!
//! Numbers are given in order of arrival and never change, so an older snapshot reads
//! a newer dictionary rightly.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

/// The code of "no value".
pub const NONE: u32 = u32::MAX;

/// Texts and their codes; shared, and only ever added to.
#[derive(Debug, Default)]
pub struct Dictionary(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Hashed with a seed of this process: looking texts up was a third of a fold before.
    codes: HashMap<Arc<str>, u32, RandomState>,
    texts: Vec<Arc<str>>,
}

impl Dictionary {
    /// The code of `text`, given anew if it has none yet.
    pub fn intern(&self, text: &str) -> u32 {
        if let Some(code) = self.code(text) {
            return code;
        }
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = inner.codes.get(text) {
            return *code;
        }
        let code = u32::try_from(inner.texts.len()).unwrap_or(NONE);
        let text: Arc<str> = text.into();
        inner.texts.push(Arc::clone(&text));
        inner.codes.insert(text, code);
        code
    }

    /// The code of an optional text; [`NONE`] for none.
    pub fn intern_option(&self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.intern(text))
    }

    /// The code of `text`, if it has one.
    pub fn code(&self, text: &str) -> Option<u32> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.codes.get(text).copied()
    }

    /// The text of `code`.
    pub fn text(&self, code: u32) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.get(code as usize).map(Arc::clone)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds texts that are not in it yet, in order.
    pub fn extend(&self, texts: &[&str]) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.codes.reserve(texts.len());
        inner.texts.reserve(texts.len());
        for text in texts {
            let code = u32::try_from(inner.texts.len()).unwrap_or(NONE);
            let text: Arc<str> = (*text).into();
            if inner.codes.insert(Arc::clone(&text), code).is_none() {
                inner.texts.push(text);
            }
        }
    }

    /// All texts in the order of their codes.
    pub fn texts(&self) -> Vec<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.texts.clone()
    }
}

/// One dictionary for each kind of text.
#[derive(Debug, Default)]
pub struct Dictionaries {
    /// Channels.
    pub channel: Dictionary,
    /// Languages.
    pub language: Dictionary,
    /// Contacts.
    pub contact: Dictionary,
    /// Companies' keys.
    pub company: Dictionary,
    /// Conversations.
    pub conversation: Dictionary,
    /// Reps, and `customer_agent` where it is credited like one.
    pub rep: Dictionary,
    /// Teams.
    pub team: Dictionary,
    /// Tags.
    pub tag: Dictionary,
    /// Sets of tags, their names joined by line feeds.
    pub tag_set: Dictionary,
    /// Tickets.
    pub ticket: Dictionary,
    /// Pipelines.
    pub pipeline: Dictionary,
    /// Priorities.
    pub priority: Dictionary,
    /// Stages.
    pub stage: Dictionary,
    /// Teams' own words for statuses.
    pub detail: Dictionary,
    /// Names of own fields.
    pub own_name: Dictionary,
    /// Values of own fields, as text.
    pub own_value: Dictionary,
    /// Why jobs were declined.
    pub decline_reason: Dictionary,
    /// Services.
    pub service: Dictionary,
    /// Words of feedback.
    pub rating: Dictionary,
    /// Questions.
    pub question: Dictionary,
}

impl Dictionaries {
    /// Every dictionary, in an order that stays.
    pub(super) const fn all(&self) -> [&Dictionary; 20] {
        let Self {
            channel,
            language,
            contact,
            company,
            conversation,
            rep,
            team,
            tag,
            tag_set,
            ticket,
            pipeline,
            priority,
            service,
            rating,
            question,
            stage,
            detail,
            decline_reason,
            own_name,
            own_value,
        } = self;
        [
            conversation,
            contact,
            ticket,
            question,
            channel,
            language,
            company,
            rep,
            team,
            tag,
            tag_set,
            pipeline,
            priority,
            service,
            rating,
            stage,
            detail,
            decline_reason,
            own_name,
            own_value,
        ]
    }

    /// The code of a set of tag names; [`NONE`] for an empty one.
    pub fn intern_tags(&self, names: &[&str]) -> u32 {
        if names.is_empty() {
            return NONE;
        }
        for name in names {
            self.tag.intern(name);
        }
        self.tag_set.intern(&names.join("\n"))
    }

    /// The codes of the tags in a set.
    pub fn tags_of(&self, set: u32) -> Vec<u32> {
        let Some(names) = self.tag_set.text(set) else {
            return Vec::new();
        };
        names
            .split('\n')
            .filter_map(|name| self.tag.code(name))
            .collect()
    }
}
