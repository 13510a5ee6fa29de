//! Words by number, so that a list compares numbers, not texts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::Shards;

/// The number of a word.
pub(super) type Code = u32;

/// Words of one kind, numbered as they come. None is ever taken out, for a number stays what it
/// is; there are as many as a desk has channels, inboxes, reps, or tags that stand together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(super) struct Words {
    texts: Arc<Vec<Arc<str>>>,
    codes: Shards<Arc<str>, Code>,
}

impl Words {
    /// The number of a word, which gets one if it has none.
    pub(super) fn code_of(&mut self, word: &str) -> Code {
        if let Some(code) = self.code(word) {
            return code;
        }
        let code = Code::try_from(self.texts.len()).unwrap_or(Code::MAX);
        let word: Arc<str> = word.into();
        self.codes.entry(&word, || code);
        Arc::make_mut(&mut self.texts).push(word);
        code
    }

    /// The number of a word, if it has one.
    pub(super) fn code(&self, word: &str) -> Option<Code> {
        self.codes.get(word).copied()
    }

    /// The word of a number.
    pub(super) fn text(&self, code: Code) -> &str {
        self.texts.get(place(code)).map_or("", AsRef::as_ref)
    }

    /// Of which words this holds.
    pub(super) fn those(&self, holds: impl Fn(&str) -> bool) -> Codes {
        Codes(self.texts.iter().map(|word| holds(word)).collect())
    }
}

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Self {
        let texts: Vec<Arc<str>> = words.into_iter().map(Arc::from).collect();
        let numbered = texts.iter().cloned().zip(0..);
        Self {
            codes: Shards::of(numbered),
            texts: Arc::new(texts),
        }
    }
}

impl From<Words> for Vec<String> {
    fn from(words: Words) -> Self {
        words.texts.iter().map(ToString::to_string).collect()
    }
}

/// Some of the numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes(Vec<bool>);

impl Codes {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.0.get(place(code)).copied().unwrap_or_default()
    }

    /// Puts a number in.
    pub(super) fn put(&mut self, code: Code) {
        let place = place(code);
        if place >= self.0.len() {
            self.0.resize(place + 1, false);
        }
        if let Some(has) = self.0.get_mut(place) {
            *has = true;
        }
    }

    /// Puts numbers in.
    pub(super) fn extend(&mut self, codes: impl IntoIterator<Item = Code>) {
        for code in codes {
            self.put(code);
        }
    }

    /// Those that are in, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = Code> + '_ {
        let all = (0..).zip(&self.0);
        all.filter_map(|(code, has)| has.then_some(code))
    }
}

fn place(code: Code) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_number_also_when_it_was_kept() {
        let mut words = Words::default();
        assert_eq!((words.code_of("chat"), words.code_of("email")), (0, 1));
        let copy = words.clone();
        assert_eq!((words.code_of("chat"), words.code_of("form")), (0, 2));
        assert_eq!((copy.code("form"), copy.text(2)), (None, ""));
        let kept = postcard::to_allocvec(&words).unwrap();
        let mut back: Words = postcard::from_bytes(&kept).unwrap();
        assert_eq!((back.text(1), back.code("form")), ("email", Some(2)));
        assert_eq!(back.code_of("phone"), 3);
        let those = back.those(|word| word != "email");
        assert_eq!(those.iter().collect::<Vec<_>>(), [0, 2, 3]);
        assert!(!those.has(1) && !those.has(9));
    }
}
