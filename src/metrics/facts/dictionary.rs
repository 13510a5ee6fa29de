//! Dictionaries: each text once, rows hold its number.
//!
//! Numbers are given in order of arrival and never change, so an older snapshot reads
//! a newer dictionary rightly. Texts lie one after the other in one long text: there are
//! millions, and one of its own for each would take several times their room.

use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// The code of "no value".
pub const NONE: u32 = u32::MAX;

/// Texts and their codes; shared, and only ever added to.
#[derive(Debug, Default)]
pub struct Dictionary(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    texts: Texts,
    /// The codes, to be found by their texts.
    codes: HashTable<u32>,
    /// What their hashes are made with: a fast hash, another one in each process.
    seed: RandomState,
}

/// Texts by their codes.
#[derive(Debug, Default)]
struct Texts {
    /// One after the other.
    all: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, code: u32) -> Option<&str> {
        let place = code as usize;
        let end = *self.ends.get(place)?;
        let before = place.checked_sub(1).and_then(|place| self.ends.get(place));
        self.all.get(before.copied().unwrap_or_default()..end)
    }
}

impl Inner {
    fn code(&self, text: &str) -> Option<u32> {
        let is_it = |code: &u32| self.texts.get(*code) == Some(text);
        let found = self.codes.find(self.seed.hash_one(text), is_it);
        found.copied()
    }

    /// See [`Dictionary::fill`].
    fn of(all: &str, lengths: &[u32]) -> Option<Self> {
        let mut inner = Self::default();
        inner.texts.all.reserve_exact(all.len());
        inner.texts.ends.reserve_exact(lengths.len());
        inner.codes.reserve(lengths.len(), |_code| 0);
        let mut rest = all;
        for length in lengths {
            let (text, after) = rest.split_at_checked(*length as usize)?;
            if inner.code(text).is_some() {
                return None;
            }
            inner.push(text);
            rest = after;
        }
        rest.is_empty().then_some(inner)
    }

    /// Gives a text a code that has none yet.
    fn push(&mut self, text: &str) -> u32 {
        let code = u32::try_from(self.texts.ends.len()).unwrap_or(NONE);
        self.texts.all.push_str(text);
        self.texts.ends.push(self.texts.all.len());
        let (texts, seed) = (&self.texts, &self.seed);
        let hash = |code: &u32| seed.hash_one(texts.get(*code).unwrap_or_default());
        self.codes.insert_unique(seed.hash_one(text), code, hash);
        code
    }
}

impl Dictionary {
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code of `text`, given again if it has none yet.
    pub fn intern(&self, text: &str) -> u32 {
        if let Some(code) = self.code(text) {
            return code;
        }
        let mut inner = self.write();
        let code = inner.code(text);
        code.unwrap_or_else(|| inner.push(text))
    }

    /// The code of an optional text; [`NONE`] for none.
    pub fn intern_option(&self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.intern(text))
    }

    /// The code of `text`, if it has one.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.read().code(text)
    }

    /// The text of `code`.
    pub fn text(&self, code: u32) -> Option<Arc<str>> {
        self.read().texts.get(code).map(Arc::from)
    }

    /// What `read` makes of the text of `code`, without a copy of it.
    pub fn with_text<T>(&self, code: u32, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.read().texts.get(code).map(read)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.read().texts.ends.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts all of these texts in, one after the other, each as long as is said, in the place
    /// of what was in; `None` where they are no such texts, or one comes twice.
    pub(in crate::metrics) fn fill(&self, all: &str, lengths: &[u32]) -> Option<()> {
        *self.write() = Inner::of(all, lengths)?;
        Some(())
    }

    /// Hands `read` all texts, one after the other, and how long each is.
    pub(in crate::metrics) fn with_all<T>(&self, read: impl FnOnce(&str, &[u32]) -> T) -> T {
        let inner = self.read();
        let mut before = 0;
        let lengths = inner.texts.ends.iter().map(|end| {
            let length = end - std::mem::replace(&mut before, *end);
            u32::try_from(length).unwrap_or(u32::MAX)
        });
        let lengths: Vec<u32> = lengths.collect();
        read(&inner.texts.all, &lengths)
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
    /// Inboxes.
    pub inbox: Dictionary,
    /// Brands.
    pub brand: Dictionary,
    /// Words of feedback.
    pub rating: Dictionary,
    /// Questions.
    pub question: Dictionary,
}

impl Dictionaries {
    /// Every dictionary, in an order that stays.
    pub(in crate::metrics) const fn all(&self) -> [&Dictionary; 22] {
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
            inbox,
            brand,
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
            inbox,
            brand,
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
        let codes = |names: &str| {
            let codes = names.split('\n').filter_map(|name| self.tag.code(name));
            codes.collect()
        };
        self.tag_set.with_text(set, codes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_code_and_a_code_its_text_also_when_kept() {
        let dictionary = Dictionary::default();
        let texts: Vec<String> = (0..5_000).map(|n| format!("blåbær {n}")).collect();
        let words = texts.iter().map(String::as_str).chain(["", "a", "ab"]);
        for (text, code) in words.clone().zip(0..) {
            assert_eq!(dictionary.code(text), None, "{text}");
            assert_eq!(
                (dictionary.intern(text), dictionary.intern(text)),
                (code, code)
            );
        }
        let kept = Dictionary::default();
        let cell_counts = dictionary.with_all(|all, lengths| kept.fill(all, lengths));
        assert_eq!(cell_counts, Some(()));
        for dictionary in [&dictionary, &kept] {
            for (text, code) in words.clone().zip(0..) {
                assert_eq!(dictionary.code(text), Some(code));
                assert_eq!(dictionary.text(code).as_deref(), Some(text));
            }
            assert_eq!((dictionary.len(), dictionary.code("b")), (5_003, None));
            assert_eq!(
                (dictionary.text(5_003), dictionary.text(NONE)),
                (None, None)
            );
        }
        assert_eq!(kept.intern("b"), 5_003);
    }

    #[test]
    fn what_are_no_such_texts_is_no_dictionary() {
        let fill = |all, lengths| Dictionary::default().fill(all, lengths);
        assert!(fill("å1", &[2, 1]).is_some());
        for (all, lengths) in [
            ("å1", &[1, 2][..]),
            ("ab", &[1]),
            ("ab", &[1, 2]),
            ("aa", &[1, 1]),
        ] {
            assert!(fill(all, lengths).is_none(), "{all} {lengths:?}");
        }
    }
}
